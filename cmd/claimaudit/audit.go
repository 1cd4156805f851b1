package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
	"claimaudit/parsers"
	"claimaudit/parsers/tables"
	"claimaudit/reports"
)

const defaultOutput = "claim-audit.xlsx"

// auditCmd is the main job.
type auditCmd struct {
	Inputs []string `arg:"" name:"file" help:"Exports, or folders of exports; - reads CSV from standard input."`

	outputSettings
	readingSettings
	historySettings
	tableSettings
	ruleSettings
	limitSettings
	severitySettings
	machineSettings
	privacySettings
	runSettings
	configSetting
}

// job is an audit made ready: every setting read and checked.
type job struct {
	cmd      *auditCmd
	conf     *configuration
	log      zerolog.Logger
	progress *progress

	memory     int64
	workers    int
	failOn     audit.Severity // 0: never
	rules, off []*audit.Rule  // those that run, and those somebody switched off
	settings   *audit.Settings
	recorded   []audit.Option
	catalog    *catalog.Catalog
	outputs    []string
	write      reports.Options
	parse      parsers.Options
	inputs     []*parsers.Export
	numContext int            // the first inputs are context
	again      []claim.Source // files given a second time, not read
}

// Run audits the inputs and writes the outputs.
func (a *auditCmd) Run(ctx context.Context, parsed *kong.Context, conf *configuration, io *streams) error {
	j, err := a.prepare(conf, io)
	if err != nil {
		return err
	}
	j.recorded = record(settingsOf(parsed.Selected().Flags), a.Redact)
	defer j.progress.stop()
	if err := j.open(); err != nil {
		return err
	}
	defer j.close()
	body := hold.NewBody(j.memory / 4) // the rest is for what is found
	defer body.Close()
	report, err := j.audit(ctx, body)
	if err != nil {
		return err
	}
	if err := reports.Write(ctx, report, j.outputs, j.write); err != nil {
		return err
	}
	j.progress.stop()
	j.announce(report)
	for _, path := range workbookLast(j.files()) {
		fmt.Fprintln(io.out, path)
	}
	return j.status(report)
}

// prepare reads and checks all settings, so that a slip is told before any file is read.
func (a *auditCmd) prepare(conf *configuration, io *streams) (j *job, err error) {
	j = &job{cmd: a, conf: conf}
	if j.log, err = newLogger(io.err, conf, &a.runSettings); err != nil {
		return nil, err
	}
	if err := errors.Join(j.limits(), j.severities(), j.knowledge(), j.destinations(), j.reading(io)); err != nil {
		return nil, err
	}
	a.AsOf = j.parse.AsOf.String() // as it is recorded, also when nobody set it
	j.progress = newProgress(io.err, a.Quiet)
	return j, nil
}

func (j *job) limits() error {
	var errs [2]error
	j.memory, errs[0] = memorySize(j.conf, j.cmd.Memory)
	j.workers, errs[1] = workerCount(j.conf, j.cmd.Workers)
	return errors.Join(errs[:]...)
}

func (j *job) severities() (err error) {
	if j.cmd.MinSeverity != "" {
		if j.write.MinSeverity, err = severityNamed(j.cmd.MinSeverity); err != nil {
			return fmt.Errorf("%s: %w", j.conf.said("min-severity"), err)
		}
	}
	switch j.cmd.FailOn {
	case "":
		j.failOn = audit.Error
	case "never":
	default:
		if j.failOn, err = severityNamed(j.cmd.FailOn); err != nil {
			return fmt.Errorf("%s: %w (or never)", j.conf.said("fail-on"), err)
		}
	}
	return nil
}

func (j *job) knowledge() error {
	var errs [3]error
	all := rules.All()
	j.settings = &audit.Settings{}
	j.rules, errs[0] = j.cmd.choose(all, j.conf)
	j.settings.TimelyFiling, errs[1] = filingDays(j.conf, j.cmd.TimelyFiling)
	j.catalog, errs[2] = j.cmd.knowledge(j.conf, j.warnTable)
	j.off = switchedOff(all, j.rules)
	return errors.Join(errs[:]...)
}

func (j *job) reading(io *streams) (err error) {
	j.parse, err = j.cmd.options(j.conf, io.in)
	return err
}

// knowledge is the catalogue with the CMS tables named laid over the embedded ones; told is called
// with each table file.
func (s *tableSettings) knowledge(conf *configuration, told func(*tables.File)) (*catalog.Catalog, error) {
	names := nonBlank(s.Table)
	own, err := catalog.Embedded()
	if err != nil || len(names) == 0 {
		return own, err
	}
	files, err := tables.Load(names, tables.Options{Cache: tables.DefaultCache()})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", conf.said("table"), err)
	}
	for _, f := range files {
		told(f)
	}
	return own.With(tables.Official(files)...), nil
}

func (j *job) warnTable(f *tables.File) {
	if n := len(f.Rejects); n > 0 {
		j.log.Warn().Str("file", f.Path).Int("rows", n).Str("first", f.Rejects[0].String()).
			Msg("rows of a table could not be read: claimaudit tables --all lists them")
	}
	for _, note := range f.Notes {
		j.log.Info().Str("file", f.Path).Msg(note)
	}
	switch {
	case f.Differs:
		j.log.Warn().Str("file", f.Path).Str("used", f.Same).Msg("another file of the same table and quarter says other things and is used: give the one that is right")
	case f.Same != "":
		j.log.Info().Str("file", f.Path).Str("same", f.Same).Msg("the same table is held by another file, which is used")
	}
}

func (j *job) destinations() error {
	j.outputs = nonBlank(j.cmd.Output)
	if len(j.outputs) == 0 {
		j.outputs = []string{defaultOutput}
	}
	j.write.Corrected = j.cmd.Corrected
	if j.cmd.Corrected != "" && !strings.EqualFold(filepath.Ext(j.cmd.Corrected), ".csv") {
		return fmt.Errorf("%s %s: expected a name ending in .csv", j.conf.said("corrected"), j.cmd.Corrected)
	}
	return errors.Join(reports.Check(j.files(), j.cmd.Force), j.disguise())
}

// files are all the files to be written.
func (j *job) files() []string {
	if j.cmd.Corrected == "" {
		return j.outputs
	}
	return append(slices.Clip(j.outputs), j.cmd.Corrected)
}

// disguise reads the key patient ids are replaced with.
func (j *job) disguise() error {
	j.write.Redact = j.cmd.Redact
	if j.cmd.Deidentify == "" {
		return nil
	}
	key, err := os.ReadFile(j.cmd.Deidentify)
	if err != nil {
		return fmt.Errorf("%s: %w", j.conf.said("deidentify"), err)
	}
	if len(key) < minKey {
		return fmt.Errorf("%s: %s holds %d bytes: expected a key of at least %d", j.conf.said("deidentify"), j.cmd.Deidentify, len(key), minKey)
	}
	j.write.Deidentify = key
	return nil
}

// minKey is the shortest key that cannot be found by trying.
const minKey = 16

// audit reads every input into the body and judges it.
func (j *job) audit(ctx context.Context, body *hold.Body) (*audit.Report, error) {
	sources, repairs, err := j.read(ctx, body)
	if err != nil {
		return nil, err
	}
	report, err := engine.Run(ctx, body, engine.Options{
		Rules: j.rules, Off: j.off, Patterns: j.patterns(), Catalog: j.catalog, AsOf: j.parse.AsOf, Sources: sources,
		Settings: j.settings, Workers: j.workers, Correct: j.cmd.Corrected != "", Progress: j.progress.judged,
	})
	if err != nil {
		return nil, err
	}
	report.Version, report.Catalog = version, j.catalog.Vintage()
	report.Repairs, report.Options, report.Config = repairs, j.recorded, j.conf.recorded(j.cmd.Redact)
	return report, nil
}

// patterns are what to count of providers, unless the audit is of single rules only.
func (j *job) patterns() []*audit.Pattern {
	if len(nonBlank(j.cmd.Rule)) > 0 {
		return nil
	}
	return rules.Patterns()
}

// announce logs the outcome in counts.
func (j *job) announce(r *audit.Report) {
	event := j.log.Info().Int("lines", r.Summary.Lines).Int("flagged_lines", r.Summary.FlaggedLines)
	for _, s := range audit.Severities {
		event = event.Int(s.String()+"s", r.Summary.BySeverity[s])
	}
	if r.Corrected != nil {
		event = event.Int("corrected_lines", r.Corrected.Len()).Int("removed_lines", r.Corrected.Removed())
	}
	event.Int("not_read", len(r.NotRead)).Msg("audited")
	for _, s := range r.Sources {
		if s.Unreadable > 0 {
			j.log.Warn().Str("file", s.File).Str("sheet", s.Sheet).Int("rows", s.Unreadable).
				Msg("rows could not be read; they are listed in the report")
		}
	}
}

// status is the exit status the findings call for.
func (j *job) status(r *audit.Report) error {
	for _, s := range r.Sources {
		if s.Unreadable > 0 {
			return status(exitIncomplete)
		}
	}
	for s, n := range r.Summary.BySeverity {
		if n > 0 && j.failOn != 0 && s >= j.failOn {
			return status(exitFindings)
		}
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
