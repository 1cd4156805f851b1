package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"claimaudit/audit"
	"claimaudit/audit/answers"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/history"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
	"claimaudit/parsers"
	"claimaudit/reports"
)

const defaultOutput = "claim-audit.xlsx"

// auditCmd is the main job.
type auditCmd struct {
	Inputs []string `arg:"" name:"file" help:"Exports, or folders of exports; - reads CSV from standard input."`

	auditSettings
}

// job is an audit made ready: every setting read and checked.
type job struct {
	cmd      *auditCmd
	given    []setting
	conf     *configuration
	log      zerolog.Logger
	progress *progress
	dropped  bool // the inputs were named without a command: the workbook goes beside the first
	briefly  bool // somebody sits at a terminal, and is told in sentences what was found

	memory     int64
	workers    int
	failOn     audit.Severity // 0: never
	rules, off []*audit.Rule  // those that run, and those somebody switched off
	own        *ownKnowledge
	waived     *waived // nil where no waivers were given
	settings   *audit.Settings
	recorded   []audit.Option
	catalog    *catalog.Catalog
	compiled   []string // where the compiled forms of its tables lie
	outputs    []string
	corrected  string // where the corrected lines go; blank: nowhere
	write      reports.Options
	parse      parsers.Options
	inputs     []*input
	done       <-chan struct{} // closed by a signal
	numContext int             // the first inputs are context
	again      []claim.Source  // files given a second time, not read
	history    *history.Store  // nil where none is kept
	night      *history.Night
	answers    history.Answers // what reviewed workbooks say; nil where there are none
	watch      engine.Watcher  // who else looks at patients as they are judged; nil for nobody
	passed     []claim.Passed  // what folders hold and is not read
	lost       bool            // some of it may be claim lines
	called     *renamed        // what outputs call inputs that lie elsewhere than their owner has them; nil: by their paths
	payers     *answers.Book   // what payers answered: what their codes mean, and the remittances
}

// Run audits the inputs and writes the outputs.
func (a *auditCmd) Run(ctx context.Context, parsed *kong.Context, conf *configuration, io *streams) (err error) {
	given := settingsOf(parsed.Selected().Flags)
	j, err := a.prepare(given, conf, io)
	if err != nil {
		return err
	}
	j.recorded = record(given, a.Redact)
	defer j.progress.stop()
	if err := j.open(); err != nil {
		return err
	}
	defer j.close()
	if err := j.openHistory(ctx); err != nil {
		return errors.Join(err, j.closeHistory())
	}
	defer func() { err = errors.Join(err, j.closeHistory()) }()
	body := hold.NewBody(j.memory / 4) // the rest is for what is found
	defer body.Close()
	report, err := j.audit(ctx, body)
	if err != nil {
		return err
	}
	return j.conclude(ctx, report, io)
}

// conclude writes the outputs of an audit, and tells what came of it.
func (j *job) conclude(ctx context.Context, report *audit.Report, io *streams) (err error) {
	if err := j.anything(report); err != nil {
		return err
	}
	shown := reports.Show(report, j.write)
	defer func() { err = errors.Join(err, shown.Close()) }()
	past, err := j.put(ctx, report, shown, io)
	if err != nil {
		return err
	}
	if err := j.remember(ctx, past); err != nil {
		return err
	}
	j.announce(report)
	j.tell(shown, io)
	return j.status(report, past)
}

// anything sees that lines were audited: an export that failed must not pass for a clean night.
func (j *job) anything(r *audit.Report) error {
	if r.Summary.Lines > 0 || j.cmd.AllowEmpty {
		return nil
	}
	var rows, skipped, unreadable int
	for _, s := range r.Sources {
		if !s.Context {
			rows, skipped, unreadable = rows+s.Rows, skipped+s.Skipped, unreadable+s.Unreadable
		}
	}
	why := fmt.Sprintf("of %d rows %d were skipped and %d could not be read: claimaudit columns shows how a file is understood", rows, skipped, unreadable)
	if rows == 0 {
		why = "there is no row below any header"
		if len(j.inputs) == j.numContext {
			why = "there is no export among what was named, but reports of claimaudit or the outputs of this run"
		}
	}
	return fmt.Errorf("no line was audited: %s. See whether the export failed; where a run without lines is right, use --allow-empty", why)
}

// put writes the outputs, with what the history says of what was found.
func (j *job) put(ctx context.Context, report *audit.Report, shown *reports.Shown, io *streams) (*audit.Past, error) {
	past, err := j.compare(ctx, report, shown)
	if err == nil {
		err = shown.Write(ctx, j.outputs)
	}
	if err != nil {
		return nil, err
	}
	io.placed = j.files()
	j.progress.stop()
	if err := shown.Print(io.out); err != nil {
		return nil, unsaid(err, io.placed)
	}
	return past, nil
}

// audit reads every input into the body and judges it.
func (j *job) audit(ctx context.Context, body *hold.Body) (*audit.Report, error) {
	sources, repairs, err := j.read(ctx, body)
	if err != nil {
		return nil, err
	}
	if err := j.begin(ctx, reports.Ids(j.write), body.Begins(sources).First, sources); err != nil {
		return nil, err
	}
	if err := j.readRemits(ctx); err != nil {
		return nil, err
	}
	report, err := engine.Run(ctx, body, j.options(sources))
	if err != nil {
		return nil, err
	}
	j.complete(report, repairs, j.conf.recorded(j.cmd.Redact))
	return report, nil
}

// options are what lines are judged by.
func (j *job) options(sources []claim.Source) engine.Options {
	return engine.Options{
		Answers: j.answered(sources), Rules: j.rules, Off: j.off, Watch: j.watcher(), Patterns: j.patterns(), Catalog: j.catalog, AsOf: j.parse.AsOf, Sources: sources,
		Settings: j.settings, Workers: j.workers, Correct: j.corrected != "", Waive: j.waiver(), Progress: j.progress.judged,
	}
}

// complete adds to the report what judging does not tell.
func (j *job) complete(report *audit.Report, repairs []claim.Repair, config audit.Config) {
	report.Version, report.Catalog = version, j.catalog.Vintage()
	report.Tables = append(report.Tables, j.own.tables...)
	j.tellWaivers(report)
	j.tellRemits(report)
	report.PassedOver = slices.SortedStableFunc(slices.Values(j.passed), func(a, b claim.Passed) int { return strings.Compare(a.File, b.File) })
	report.Repairs, report.Options, report.Config = repairs, j.recorded, config
}

// patterns are what to count of providers, unless the audit is of single rules only.
func (j *job) patterns() []*audit.Pattern {
	if len(nonBlank(j.cmd.Rule)) > 0 {
		return nil
	}
	return rules.Patterns()
}

// tell says on standard output where the outputs are, unless one of them goes there, and in brief, to who sits
// at a terminal, what they say.
func (j *job) tell(shown *reports.Shown, io *streams) {
	outputs := workbookLast(j.files())
	if j.briefly && j.write.Standard != reports.StandardForms()[0] {
		fmt.Fprint(io.err, shown.Brief(nextStep(outputs)))
	}
	if j.write.Standard != "" {
		return
	}
	for _, path := range outputs {
		fmt.Fprintln(io.out, path)
	}
}

// nextStep is where to look after an audit.
func nextStep(outputs []string) string {
	const explain = "claimaudit explain RULE says what a rule means, and when it is right to bill so"
	if last := len(outputs) - 1; last >= 0 && isWorkbook(outputs[last]) == 1 {
		return "next: the sheet Flagged Lines of " + outputs[last] + "; " + explain
	}
	return "next: " + explain
}

// outcome is the level at which the log has what was found: who is told in sentences needs no counts.
func (j *job) outcome() zerolog.Level {
	if j.briefly {
		return zerolog.DebugLevel
	}
	return zerolog.InfoLevel
}

// announce logs the outcome in counts.
func (j *job) announce(r *audit.Report) {
	event := j.log.WithLevel(j.outcome()).Int("lines", r.Summary.Lines).Int("flagged_lines", r.Summary.FlaggedLines)
	for _, s := range audit.Severities {
		event = event.Int(s.String()+"s", r.Summary.BySeverity[s])
	}
	if r.Corrected != nil {
		event = event.Int("corrected_lines", r.Corrected.Len()-r.Corrected.Removed()).Int("removed_lines", r.Corrected.Removed())
	}
	if r.Waivers != nil {
		event = event.Int("waived", r.Waived.Len())
	}
	event.Int("not_read", r.NotRead.Len()).Msg("audited")
	j.announceWaivers(r.Waivers)
	if sheet := j.cmd.Sheet; sheet != "" && !slices.ContainsFunc(r.Sources, func(s claim.Source) bool { return s.Sheet != "" }) {
		j.log.Warn().Str("sheet", sheet).Msg("--sheet names a sheet, and no input has sheets: all of each was read")
	}
	for _, number := range r.Untyped {
		j.log.Warn().Str("number", cmp.Or(number, "any")).Msg("--claim-type says whose claims they are, and no line that leaves it open has the number: it changed nothing")
	}
	for _, s := range r.Sources {
		if s.Unreadable+s.Unplaced > 0 {
			j.log.Warn().Str("file", s.File).Str("sheet", s.Sheet).Int("rows", s.Unreadable).Int("services_of_other_rows", s.Unplaced).
				Msg("rows could not be read; they are listed in the report")
		}
	}
}

// status is the exit status the findings call for.
func (j *job) status(r *audit.Report, past *audit.Past) error {
	if j.lost {
		return status(exitIncomplete)
	}
	for _, s := range r.Sources {
		if s.Unreadable+s.Unplaced > 0 {
			return status(exitIncomplete)
		}
	}
	if j.failOn != 0 && j.highest(r, past) >= j.failOn {
		return status(exitFindings)
	}
	return nil
}

// workbookLast orders the outputs as scripts expect them: workbooks behind the others.
func workbookLast(outputs []string) []string {
	sorted := slices.Clone(outputs)
	slices.SortStableFunc(sorted, func(a, b string) int { return isWorkbook(a) - isWorkbook(b) })
	return sorted
}

func isWorkbook(path string) int {
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return 1
	}
	return 0
}
