package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/kong"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
	"claimaudit/audit/sampling"
	"claimaudit/parsers/drawn"
	"claimaudit/reports"
)

// sampleCmd draws a sample.
type sampleCmd struct {
	Inputs     []string `arg:"" name:"file" help:"Exports, or folders of exports; - reads CSV from standard input."`
	Output     string   `short:"o" default:"claim-sample.xlsx" placeholder:"FILE" help:"Write the sample here; .xlsx. Default: claim-sample.xlsx."`
	Unit       string   `default:"claim" enum:"claim,encounter,line,patient" help:"What is drawn: claim, encounter (a patient's day), line or patient. Default: claim."`
	Size       int      `placeholder:"N" help:"How many to draw. Default: a probe of 30, or as --probe tells."`
	Probe      string   `placeholder:"SAMPLE" help:"Work the size out from this reviewed probe sample."`
	Precision  float64  `default:"25" placeholder:"PERCENT" help:"With --probe, how near the amount is to be known. Default: 25."`
	Confidence float64  `default:"90" placeholder:"PERCENT" help:"With --probe, how surely. Default: 90."`
	Seed       string   `placeholder:"S" help:"Begin the draw with this number, 0.01 to 999999.99. Default: one that nobody chose."`
	Strata     string   `placeholder:"BY" help:"Draw from strata by provider, payer, group (of codes) or charge (bands of the amount)."`
	Frame      string   `placeholder:"FILE" help:"Also write the numbered list of all units, as .csv, for whoever draws again."`
	Blind      bool     `help:"Leave our findings out, so that the reviewer judges without them."`

	judgingSettings
	answerSettings
	machineSettings
	privacySettings
	runSettings
	configSetting
}

// Run audits the inputs, draws from what was audited, and writes the sample.
func (c *sampleCmd) Run(ctx context.Context, parsed *kong.Context, conf *configuration, io *streams) error {
	plan, err := c.plan(ctx)
	if err != nil {
		return err
	}
	a := &auditCmd{
		Inputs: c.Inputs, auditSettings: auditSettings{
			outputSettings: outputSettings{Output: nonBlank([]string{c.Output, c.Frame})}, shownSettings: shownSettings{severitySettings: severitySettings{FailOn: "never"}},
			findingSettings: findingSettings{judgingSettings: c.judgingSettings}, answerSettings: c.answerSettings, workSettings: workSettings{machineSettings: c.machineSettings, privacySettings: c.privacySettings, runSettings: c.runSettings},
		},
	}
	given := settingsOf(parsed.Selected().Flags)
	j, err := a.prepare(given, conf, io)
	if err != nil {
		return err
	}
	if err := j.keepDrawn(ctx); err != nil {
		return err
	}
	j.recorded = record(given, c.Redact)
	defer j.progress.stop()
	if err := j.open(); err != nil {
		return err
	}
	defer j.close()
	body := hold.NewBody(j.memory / 4)
	defer body.Close()
	lines := &sampled{ledger: hold.NewLedger(body), records: newRecordBook(j.catalog)}
	lines.units = sampling.Gather(plan.kind, lines.records.topic)
	j.watch = lines
	report, err := j.audit(ctx, body)
	if err != nil {
		return err
	}
	sample, err := lines.draw(plan)
	if err != nil {
		return err
	}
	if err := reports.WriteSample(ctx, report, sample, j.write, j.outputs[0], strings.Join(j.outputs[1:], "")); err != nil {
		return err
	}
	io.placed = j.outputs
	j.progress.stop()
	j.announce(report)
	j.log.Info().Int("units", sample.Sample.Size()).Int("of", sample.Sample.Frame()).Str("seed", sample.Seed.String()).Str("frame", sample.FrameHash).Msg("drawn")
	for _, path := range workbookLast(j.outputs) {
		fmt.Fprintln(io.out, path)
	}
	return j.status(report, nil)
}

// keepDrawn leaves a sample alone that was drawn before, filled in or not: it is the record of a draw. The new one is
// written beside it.
func (j *job) keepDrawn(ctx context.Context) error {
	path := j.outputs[0]
	if _, err := drawn.Read(ctx, path); err == nil {
		place, err := reports.FreeBeside(path, j.outputs)
		if err != nil {
			return fmt.Errorf("output %s: %w", path, err)
		}
		j.log.Warn().Str("file", path).Str("written", place).Msg("the workbook is a sample that was drawn before: it is left alone, and the new one is written beside it")
		j.outputs[0] = place
	}
	return nil
}

// samplePlan is how a sample is to be drawn.
type samplePlan struct {
	kind  sampling.Kind
	by    sampling.By
	seed  sampling.Seed
	blind bool
	// size tells how many units to draw of so many, and in words why.
	size func(all int) (n int, why string, err error)
}

// strataBy are the ways to stratify, by their names.
var strataBy = []sampling.By{sampling.ByProvider, sampling.ByPayer, sampling.ByTopic, sampling.ByBand}

// plan reads and checks the flags, and the probe, so that a slip is told before any file is read.
func (c *sampleCmd) plan(ctx context.Context) (*samplePlan, error) {
	p := &samplePlan{kind: sampling.Kind(c.Unit), by: sampling.By(c.Strata), blind: c.Blind}
	var errs [4]error
	if !strings.HasSuffix(strings.ToLower(c.Output), ".xlsx") {
		errs[0] = fmt.Errorf("output %s: expected a name ending in .xlsx", c.Output)
	}
	if c.Frame != "" && !strings.HasSuffix(strings.ToLower(c.Frame), ".csv") {
		errs[0] = errors.Join(errs[0], fmt.Errorf("--frame %s: expected a name ending in .csv", c.Frame))
	}
	if c.Strata != "" && !slices.Contains(strataBy, p.by) {
		errs[1] = fmt.Errorf("--strata %q: expected provider, payer, group or charge", c.Strata)
	}
	p.seed, errs[2] = seedOf(c.Seed)
	p.size, errs[3] = c.sizing(ctx)
	return p, errors.Join(errs[:]...)
}

// seedOf reads a seed, or takes one from the system's source of chance.
func seedOf(text string) (sampling.Seed, error) {
	if text != "" {
		s, err := sampling.ParseSeed(text)
		if err != nil {
			return 0, fmt.Errorf("--seed %q: %w", text, err)
		}
		return s, nil
	}
	const most = 9_999_999 // up to 99999.99, as RAT-STATS has them
	n, err := rand.Int(rand.Reader, big.NewInt(most))
	if err != nil {
		return 0, fmt.Errorf("no seed could be had from the system: give one with --seed: %w", err)
	}
	return sampling.Seed(n.Int64() + 1), nil
}

// sizing is how the size is found.
func (c *sampleCmd) sizing(ctx context.Context) (func(int) (int, string, error), error) {
	level, err := levelOf(c.Confidence)
	switch {
	case err != nil:
		return nil, err
	case c.Size < 0 || c.Size == 1:
		return nil, fmt.Errorf("--size %d: expected 2 or more", c.Size)
	case c.Size > 0 && c.Probe != "":
		return nil, errors.New("--size and --probe: give one of them")
	case c.Precision <= 0 || c.Precision > 100:
		return nil, fmt.Errorf("--precision %v: expected a percentage above 0", c.Precision)
	case c.Size > 0:
		return func(int) (int, string, error) { return c.Size, fmt.Sprintf("%d, as asked for", c.Size), nil }, nil
	case c.Probe == "":
		return func(int) (int, string, error) {
			return sampling.ProbeSize, fmt.Sprintf("%d, a probe: filled in, it tells how large a sample must be (claimaudit sample --probe)", sampling.ProbeSize), nil
		}, nil
	}
	if reports.SameFile(c.Probe, c.Output) {
		return nil, fmt.Errorf("--probe %s is the output: write the sample elsewhere", c.Probe)
	}
	probe, err := estimated(ctx, c.Probe, level, reports.Options{})
	if err != nil {
		return nil, err
	}
	return func(all int) (int, string, error) {
		n, err := sampling.SizeFromProbe(all, probe.Estimate, c.Precision, level)
		return n, fmt.Sprintf("%d, worked out from the probe of %d units with SHA-256 %s, for a precision of %v %% at %s %% confidence",
			n, probe.Estimate.PaymentErrors.Sampled, probe.SHA256, c.Precision, level), err
	}, nil
}

// levelOf is a confidence in percent.
func levelOf(confidence float64) (sampling.Level, error) {
	if confidence < 50 || confidence >= 100 {
		return 0, fmt.Errorf("--confidence %v: expected a percentage from 50 to below 100, such as 90", confidence)
	}
	return sampling.Level(confidence), nil
}

// sampled are the lines that were audited, from which a sample is drawn.
type sampled struct {
	records *recordBook
	units   *sampling.Gathering

	mu     sync.Mutex
	ledger *hold.Ledger
	err    error
}

// Patient has nothing to keep: Answered does.
func (s *sampled) Patient(*audit.Case, []audit.Finding) {}

// Answered keeps the lines that were judged, as they were billed, with what remittances say was paid.
func (s *sampled) Answered(c *audit.Case) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Context || l.Continues() || s.err != nil {
			continue
		}
		whole := &l.Whole().Line
		s.units.See(whole)
		s.err = s.ledger.Keep(whole)
	}
}

// Left has nothing to keep: lines that others stand for are not drawn from, and what was paid by them is
// with those already.
func (s *sampled) Left([]audit.Line) {}

// draw makes the frame and draws from it.
func (s *sampled) draw(plan *samplePlan) (*reports.Sample, error) {
	if s.err != nil {
		return nil, s.err
	}
	all := hold.GatherLines([]*hold.Ledger{s.ledger})
	if plan.kind == sampling.Claims && all.Len() > 0 && !s.units.HasClaims() {
		return nil, errors.New("no line has a claim number: draw by --unit encounter, line or patient")
	}
	basis := s.units.Basis()
	for i := range all.Len() {
		l, _, _ := all.At(i)
		s.units.Add(i, l, basis)
	}
	frame, err := s.units.Frame(basis, plan.by)
	if err := errors.Join(all.Err(), err); err != nil {
		return nil, err
	}
	n, why, err := plan.size(frame.Size())
	if err != nil {
		return nil, err
	}
	sample, err := frame.Draw(n, plan.by, plan.seed)
	if err != nil {
		return nil, err
	}
	if got := sample.Size(); got < n {
		why += fmt.Sprintf("; there are %d", got)
	}
	for i := range sample.Units {
		sample.Units[i].Lines = linesOf(&sample.Units[i], basis, all)
	}
	return &reports.Sample{Sample: sample, Frame: frame, Size: why, Blind: plan.blind, Needs: s.records.needs(), Of: s.records.of}, all.Err()
}

// linesOf are the lines of a unit drawn, in their order.
func linesOf(d *sampling.Drawn, basis sampling.Basis, all audit.Corrected) []sampling.Line {
	billed := make([]*claim.Line, len(d.From.Lines))
	for i, n := range d.From.Lines {
		billed[i], _, _ = all.At(int(n))
	}
	sampling.SortLines(billed)
	lines := make([]sampling.Line, len(billed))
	for i, l := range billed {
		lines[i] = sampling.LineOf(l, basis)
	}
	return lines
}

// recordBook tells what the records of lines must show.
type recordBook struct {
	records *rules.Records
	catalog *catalog.Catalog
	topics  map[string]string // by code as billed
}

func newRecordBook(c *catalog.Catalog) *recordBook {
	return &recordBook{rules.NewRecords(), c, map[string]string{}}
}

// line is a line with nothing but a code, as it was billed.
func (b *recordBook) line(billed string, day claim.Date) *audit.Line {
	l := &audit.Line{Line: claim.Line{From: day}}
	if code, err := claim.ParseCode(billed); err == nil {
		l.Code, l.Known = code, b.catalog.Lookup(code)
	}
	return l
}

// topic is what the line's code is about.
func (b *recordBook) topic(l *claim.Line) string {
	topic, met := b.topics[l.Billed]
	if !met {
		topic = b.records.Topic(b.line(l.Billed, l.From))
		b.topics[l.Billed] = topic
	}
	return topic
}

func (b *recordBook) of(l *sampling.Line) []int { return b.records.Of(b.line(l.Code, l.Date)) }

func (b *recordBook) needs() (list []reports.Need) {
	for _, r := range b.records.All() {
		list = append(list, reports.Need{Topic: r.Topic, Pull: r.Pull, Shows: r.Shows, Source: r.Source, Every: r.Codes == ""})
	}
	return list
}

// estimatedSample is a reviewed sample with what it says of all units.
type estimatedSample struct {
	*drawn.File
	*sampling.Judged
	Estimate *sampling.Estimate
}

// estimated reads a reviewed sample and estimates from it, disguised as the options say.
func estimated(ctx context.Context, path string, level sampling.Level, o reports.Options) (*estimatedSample, error) {
	file, err := drawn.Read(ctx, path)
	if err != nil {
		return nil, err
	}
	judged, troubles := file.Judge()
	if len(troubles) > 0 {
		return nil, troubled(path, troubles)
	}
	if file.Facts, err = reports.Disguise(file.Sample, file.Answers, file.Facts, o); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &estimatedSample{file, judged, sampling.NewEstimate(file.Strata, judged.Basis, judged.Results, level)}, nil
}

// troubled are the troubles as errors: what is not filled in at all in one, by its units.
func troubled(path string, troubles []sampling.Trouble) error {
	var errs []error
	var open []string
	lines := 0
	for _, t := range troubles {
		if !t.Unfilled {
			errs = append(errs, fmt.Errorf("%s: %s", path, t))
			continue
		}
		lines++
		if len(open) == 0 || open[len(open)-1] != t.Unit {
			open = append(open, t.Unit)
		}
	}
	if lines > 0 {
		errs = append([]error{fmt.Errorf("%s: %d lines of %d units are not filled in: units %s", path, lines, len(open), strings.Join(open, ", "))}, errs...)
	}
	return errors.Join(errs...)
}
