package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"claimaudit/audit/catalog"
	"claimaudit/parsers/drawn"
	"claimaudit/reports"
)

// estimateCmd tells what a reviewed sample says.
type estimateCmd struct {
	Sample     string   `arg:"" name:"sample" help:"A workbook of claimaudit sample, filled in."`
	Output     []string `short:"o" placeholder:"FILE" help:"Write here; .xlsx or .json. Repeatable. Default: the sample's name with -estimate.xlsx."`
	Confidence float64  `default:"90" placeholder:"PERCENT" help:"How sure the limits are, two-sided. Default: 90."`

	privacySettings
	runSettings
	configSetting
}

// Run reads the sample back and writes the estimate.
func (c *estimateCmd) Run(ctx context.Context, conf *configuration, io *streams) error {
	level, err := levelOf(c.Confidence)
	if err != nil {
		return err
	}
	outputs, err := besideSample(c.Sample, nonBlank(c.Output), []string{".xlsx", ".json"}, "-estimate.xlsx")
	if err != nil {
		return err
	}
	named, log, err := c.named(&c.runSettings, conf, io, outputs)
	if err != nil {
		return err
	}
	e, err := estimated(ctx, c.Sample, level, named)
	if err != nil {
		return err
	}
	told := &reports.Estimate{
		Estimate: e.Estimate, Review: e.Review, Judged: e.Judged, Facts: e.Facts, SHA256: e.SHA256, AsOf: e.AsOf, Version: version, File: relative(c.Sample), Options: named,
	}
	if err := reports.WriteEstimate(ctx, told, outputs); err != nil {
		return err
	}
	if n := len(e.Doubts); n > 0 {
		log.Warn().Int("answers", n).Str("first", e.Doubts[0].String()).Msg("answers contradict themselves and were taken as they stand: the estimate names them")
	}
	return placed(io, outputs)
}

// requestsCmd writes which records to pull.
type requestsCmd struct {
	Sample string   `arg:"" name:"sample" help:"A workbook of claimaudit sample."`
	Output []string `short:"o" placeholder:"FILE" help:"Write here; .csv or .xlsx. Repeatable. Default: the sample's name with -requests.csv and -requests.xlsx."`
	Spares bool     `help:"Ask for the records of the spares as well."`

	privacySettings
	runSettings
	configSetting
}

// Run reads the sample and writes the requests.
func (c *requestsCmd) Run(ctx context.Context, conf *configuration, io *streams) error {
	outputs, err := besideSample(c.Sample, nonBlank(c.Output), []string{".csv", ".xlsx"}, "-requests.csv", "-requests.xlsx")
	if err != nil {
		return err
	}
	named, _, err := c.named(&c.runSettings, conf, io, outputs)
	if err != nil {
		return err
	}
	file, err := drawn.Read(ctx, c.Sample)
	if err != nil {
		return err
	}
	if _, err := reports.Disguise(file.Sample, nil, nil, named); err != nil {
		return fmt.Errorf("%s: %w", c.Sample, err)
	}
	known, err := catalog.Embedded()
	if err != nil {
		return err
	}
	records := newRecordBook(known)
	s := &reports.Sample{Sample: file.Sample, Needs: records.needs(), Of: records.of}
	if err := reports.WriteRequests(ctx, s, version, file.AsOf, c.Spares, named, outputs); err != nil {
		return err
	}
	return placed(io, outputs)
}

// named is whom the outputs made from a sample may name. None of them may take the place of what is read.
func (s *privacySettings) named(run *runSettings, conf *configuration, io *streams, outputs []string) (o reports.Options, log zerolog.Logger, err error) {
	if log, err = newLogger(io.err, conf, run); err != nil {
		return o, log, err
	}
	for _, path := range outputs {
		if s.Deidentify != "" && reports.SameFile(path, s.Deidentify) || conf.path != "" && reports.SameFile(path, conf.path) {
			return o, log, fmt.Errorf("%s is the key or the configuration, and an output: write elsewhere", path)
		}
	}
	o.Redact = s.Redact
	o.Deidentify, err = s.key(conf, &log, io.done)
	return o, log, err
}

// placed tells where the outputs are.
func placed(io *streams, outputs []string) error {
	io.placed = outputs
	for _, path := range workbookLast(outputs) {
		fmt.Fprintln(io.out, path)
	}
	return nil
}

// besideSample are the outputs asked for, or those beside the sample, seen to be free: the sample itself and
// what somebody has worked in are never replaced.
func besideSample(sample string, outputs, endings []string, usual ...string) ([]string, error) {
	if len(outputs) == 0 {
		for _, ending := range usual {
			outputs = append(outputs, strings.TrimSuffix(sample, filepath.Ext(sample))+ending)
		}
	}
	for _, path := range outputs {
		if !hasEnding(path, endings) {
			return nil, fmt.Errorf("output %s: expected a name ending in %s", path, strings.Join(endings, " or "))
		}
		if reports.SameFile(path, sample) {
			return nil, fmt.Errorf("%s is the sample and an output: write elsewhere", path)
		}
	}
	if err := reports.Check(outputs, false); err != nil {
		return nil, err
	}
	outputs, err := reports.Beside(outputs)
	if err != nil {
		return nil, err
	}
	return outputs, reports.CheckOurs(outputs)
}

func hasEnding(path string, endings []string) bool {
	for _, ending := range endings {
		if strings.EqualFold(filepath.Ext(path), ending) {
			return true
		}
	}
	return false
}
