package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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

	Output      []string `short:"o" placeholder:"FILE" help:"Write here; .xlsx, .json or .csv. Repeatable. Default: claim-audit.xlsx."`
	Corrected   string   `placeholder:"FILE" help:"Also write the claim lines with the mechanical fixes made, as .csv; findings that need the record are left as they are."`
	AsOf        string   `placeholder:"DATE" help:"The day the audit looks from. Default: today."`
	Context     []string `placeholder:"FILE" help:"Earlier exports: seen by windows and duplicates, never reported. Repeatable."`
	Table       []string `placeholder:"FILE" help:"CMS tables to judge by, as CMS publishes them: pair edits, unit limits, add-on codes, fee schedule, HCPCS and ICD-10-CM codes. A file or a folder. Repeatable."`
	Map         []string `sep:"none" placeholder:"FIELD=HEADER" help:"Read a field from this column; FIELD=#4 by position. Repeatable."`
	DateOrder   string   `placeholder:"ORDER" help:"How dates such as 3/4/2025 are written: mdy (month first) or dmy. Default: as the file tells."`
	Sheet       string   `placeholder:"NAME" help:"Audit this sheet only."`
	Rule        []string `placeholder:"ID" help:"Run only this rule. Repeatable."`
	SkipRule    []string `placeholder:"ID" help:"Do not run this rule. Repeatable."`
	MinSeverity string   `placeholder:"SEVERITY" help:"Leave lesser findings out of the outputs: error, warning or review."`
	FailOn      string   `placeholder:"SEVERITY" help:"Exit with 1 from this severity on: error, warning, review or never. Default: error."`
	Workers     int      `placeholder:"N" help:"How many patients to judge at a time. Default: one a core."`
	Memory      string   `placeholder:"SIZE" help:"How much memory claim lines may fill before they go to private files. Default: half the machine's, at most 4GiB."`
	Deidentify  string   `placeholder:"KEYFILE" help:"Replace patient and claim ids in every output by hashes only this key makes; leaves out birth dates and narratives."`
	Redact      bool     `help:"Leave ids, providers and the names of files and sheets out of every output: for a copy to share."`
	Force       bool     `help:"Replace a workbook even when a reviewer has typed into it."`
	LogFormat   string   `placeholder:"FORMAT" help:"auto, console or json."`
	Quiet       bool     `short:"q" help:"Log errors only."`
	Config      string   `placeholder:"FILE" help:"Read settings from this file instead of the nearest claimaudit.yaml."`
}

// job is an audit made ready: every setting read and checked.
type job struct {
	cmd      *auditCmd
	log      zerolog.Logger
	progress *progress

	asOf       claim.Date
	memory     int64
	workers    int
	failOn     audit.Severity // 0: never
	rules, off []*audit.Rule  // those that run, and those somebody switched off
	settings   *audit.Settings
	catalog    *catalog.Catalog
	outputs    []string
	write      reports.Options
	parse      parsers.Options
	inputs     []*parsers.Export
	numContext int            // the first inputs are context
	again      []claim.Source // files given a second time, not read
}

// Run audits the inputs and writes the outputs.
func (a *auditCmd) Run(ctx context.Context, io *streams) error {
	j, err := a.prepare(io)
	if err != nil {
		return err
	}
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
func (a *auditCmd) prepare(io *streams) (*job, error) {
	config, err := loadConfig(a.Config)
	if err != nil {
		return nil, err
	}
	config.fill(a)
	j := &job{cmd: a}
	j.log, err = newLogger(io.err, a.LogFormat, a.Quiet)
	if err != nil {
		return nil, err
	}
	err = errors.Join(j.limits(), j.severities(), j.knowledge(config), j.destinations(), j.mappings(config, io))
	if err != nil {
		return nil, err
	}
	j.progress = newProgress(io.err, a.Quiet)
	return j, nil
}

func (j *job) limits() error {
	var errs [3]error
	j.asOf, errs[0] = asOfDate(j.cmd.AsOf)
	j.memory, errs[1] = memorySize(j.cmd.Memory)
	j.workers, errs[2] = workerCount(j.cmd.Workers)
	return errors.Join(errs[:]...)
}

func (j *job) severities() (err error) {
	if j.cmd.MinSeverity != "" {
		if j.write.MinSeverity, err = severityNamed(j.cmd.MinSeverity); err != nil {
			return fmt.Errorf("--min-severity: %w", err)
		}
	}
	switch j.cmd.FailOn {
	case "":
		j.failOn = audit.Error
	case "never":
	default:
		if j.failOn, err = severityNamed(j.cmd.FailOn); err != nil {
			return fmt.Errorf("--fail-on: %w (or never)", err)
		}
	}
	return nil
}

func (j *job) knowledge(config *config) (err error) {
	if j.catalog, err = knowledge(j.cmd.Table, j.warnTable); err != nil {
		return err
	}
	switches, err := config.switches()
	if err != nil {
		return err
	}
	if j.settings, err = config.settings(); err != nil {
		return err
	}
	all := rules.All()
	j.rules, err = chooseRules(all, j.cmd.Rule, j.cmd.SkipRule, switches)
	j.off = switchedOff(all, j.rules)
	return err
}

// knowledge is the catalogue with the CMS tables named laid over the embedded ones; told is called
// with each table file.
func knowledge(names []string, told func(*tables.File)) (*catalog.Catalog, error) {
	own, err := catalog.Embedded()
	if err != nil || len(names) == 0 {
		return own, err
	}
	files, err := tables.Load(names, tables.Options{Cache: tables.DefaultCache()})
	if err != nil {
		return nil, fmt.Errorf("--table: %w", err)
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
	j.outputs = j.cmd.Output
	if len(j.outputs) == 0 {
		j.outputs = []string{defaultOutput}
	}
	j.write.Corrected = j.cmd.Corrected
	if j.cmd.Corrected != "" && !strings.EqualFold(filepath.Ext(j.cmd.Corrected), ".csv") {
		return fmt.Errorf("--corrected %s: expected a name ending in .csv", j.cmd.Corrected)
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
		return fmt.Errorf("--deidentify: %w", err)
	}
	if len(key) < minKey {
		return fmt.Errorf("--deidentify: %s holds %d bytes: expected a key of at least %d", j.cmd.Deidentify, len(key), minKey)
	}
	j.write.Deidentify = key
	return nil
}

// minKey is the shortest key that cannot be found by trying.
const minKey = 16

func (j *job) mappings(config *config, io *streams) error {
	order, err := dateOrder(j.cmd.DateOrder)
	j.parse = parsers.Options{Sheet: j.cmd.Sheet, Stdin: io.in, AsOf: j.asOf, Order: order}
	saved, err2 := config.saved()
	j.parse.Saved = saved
	errs := []error{err, err2}
	j.parse.Payers = map[string]claim.Payer{}
	for name, kind := range config.Payers {
		p, err := payerNamed(kind)
		if err != nil {
			errs = append(errs, fmt.Errorf("payers: %s: %w", name, err))
		}
		j.parse.Payers[name] = p
	}
	for _, text := range j.cmd.Map {
		m, err := parsers.ParseMapping(text)
		errs = append(errs, err)
		j.parse.Map = append(j.parse.Map, m)
	}
	return errors.Join(errs...)
}

// audit reads every input into the body and judges it.
func (j *job) audit(ctx context.Context, body *hold.Body) (*audit.Report, error) {
	sources, repairs, err := j.read(ctx, body)
	if err != nil {
		return nil, err
	}
	report, err := engine.Run(ctx, body, engine.Options{
		Rules: j.rules, Off: j.off, Patterns: j.patterns(), Catalog: j.catalog, AsOf: j.asOf, Sources: sources,
		Settings: j.settings, Workers: j.workers, Correct: j.cmd.Corrected != "", Progress: j.progress.judged,
	})
	if err != nil {
		return nil, err
	}
	report.Version, report.Catalog = version, j.catalog.Vintage()
	report.Repairs, report.Options = repairs, j.options()
	return report, nil
}

// patterns are what to count of providers, unless the audit is of single rules only.
func (j *job) patterns() []*audit.Pattern {
	if len(j.cmd.Rule) > 0 {
		return nil
	}
	return rules.Patterns()
}

// options are the settings that change findings, in a fixed order.
func (j *job) options() []audit.Option {
	list := []audit.Option{{Name: "as of", Value: j.asOf.String()}}
	context, sheet := j.cmd.Context, nonBlank(j.cmd.Sheet)
	if j.write.Redact { // which names no inputs
		context, sheet = unnamed(context), unnamed(sheet)
	}
	for _, o := range []struct {
		name   string
		values []string
	}{
		{"context", context}, {"mapped columns", j.cmd.Map}, {"sheet", sheet},
		{"only rules", j.cmd.Rule}, {"skipped rules", j.cmd.SkipRule}, {"shown from severity", nonBlank(j.cmd.MinSeverity)},
	} {
		if len(o.values) > 0 {
			list = append(list, audit.Option{Name: o.name, Value: strings.Join(o.values, ", ")})
		}
	}
	return list
}

// unnamed says how many names there are instead of which.
func unnamed(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return []string{strconv.Itoa(len(names)) + " named"}
}

func nonBlank(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
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
