package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/goccy/go-yaml"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
	"claimaudit/parsers"
	"claimaudit/reports"
)

// columnsCmd shows how a file is understood, without auditing it.
type columnsCmd struct {
	File string `arg:"" help:"The export, or - for standard input."`
	readingSettings
	configSetting

	Remits bool   `help:"The file is a remittance, as --remits of an audit takes it."`
	Save   string `placeholder:"FILE" help:"Write how the file was read as a saved mapping to this new file, for --config or claimaudit.yaml."`
	Format string `default:"text" enum:"text,json" help:"text or json."`
}

// tableView is how one table was understood, in the form it is printed in.
type tableView struct {
	File       string       `json:"file"`
	Sheet      string       `json:"sheet"`
	Format     string       `json:"format"`
	Encoding   string       `json:"encoding"`
	Delimiter  string       `json:"delimiter"`
	Refused    string       `json:"refused,omitempty"` // why the sheet cannot be audited; its rows are not read then
	Header     []int        `json:"header_rows"`
	Columns    []columnView `json:"columns"`
	Missing    []missing    `json:"missing"`
	Rows       int          `json:"rows"`
	Audited    int          `json:"audited"`
	Services   int          `json:"services"` // of the rows to audit
	Unreadable int          `json:"unreadable"`
	Skipped    int          `json:"skipped"`
	Kinds      []kindView   `json:"not_audited"`
	NotData    []notData    `json:"not_data"`
	Repairs    []repairView `json:"repairs"`
	Notes      []string     `json:"notes"`

	remits  bool           // its rows are what payers answered
	billers []audit.Biller // of the whole file
}

type columnView struct {
	Column   int      `json:"column"`
	Header   string   `json:"header"`
	Field    string   `json:"field"`
	Why      string   `json:"why"`
	Examples []string `json:"examples"`          // shapes only: letters as A, digits as 9
	Service  int      `json:"service,omitempty"` // which service of the row it is of, where a row holds several
}

type missing struct {
	Field string   `json:"field"`
	Rules []string `json:"rules_not_checked"`
}

type notData struct {
	Row    int    `json:"row"`
	Column string `json:"column,omitempty"` // of the code, for a service of a row with several
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// kindView is how many rows are left out for one reason, and where the first of them are.
type kindView struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
	Rows   []int  `json:"first_rows"`
}

type repairView struct {
	Field string `json:"field"`
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	Cell  string `json:"cell"` // shape of the first of them
	Read  string `json:"read"` // shape of what was read from it
}

// Run prints how the file is understood.
func (c *columnsCmd) Run(ctx context.Context, conf *configuration, io *streams) error {
	if reports.IsOurs(c.File) {
		return notAnExport(c.File)
	}
	views, err := c.views(ctx, conf, io)
	if err != nil && len(nonBlank(c.Map)) > 0 && c.File != "-" {
		plain := *c
		plain.Map, plain.Save = nil, ""
		if without, fault := plain.views(ctx, conf, io); fault == nil {
			fmt.Fprint(io.out, "Without --map, which is not as it should be:\n\n")
			views = without
		}
	}
	return errors.Join(c.print(io.out, views), err)
}

// views is how the file is understood; with an error what of it is.
func (c *columnsCmd) views(ctx context.Context, conf *configuration, io *streams) (views []tableView, err error) {
	o, err := c.options(conf, io.in)
	if err != nil {
		return nil, err
	}
	o.Done, o.Remits = io.done, c.Remits
	o.Refused = refusedInto(&views)
	export, err := parsers.Open(c.File, o)
	if err != nil {
		return views, err
	}
	defer func() { err = errors.Join(err, export.Close()) }()
	types, err := claimTypes(conf, c.ClaimType)
	if err != nil {
		return views, err
	}
	read, err := understand(ctx, export, &audit.Settings{ClaimTypes: types}, c.Remits, newProgress(io.err, true))
	if err == nil && c.Save != "" {
		err = c.save(export)
	}
	return append(read, views...), err
}

// refusedInto adds the sheets that cannot be read, as far as their columns were understood.
func refusedInto(views *[]tableView) func(*parsers.Table, error) {
	return func(t *parsers.Table, why error) {
		if len(t.Columns) > 0 {
			v := viewOf(t)
			v.Refused = why.Error()
			*views = append(*views, v)
		}
	}
}

// print prints the views in the form asked for, and in text how to keep them.
func (c *columnsCmd) print(out io.Writer, views []tableView) error {
	if c.Format == "json" {
		if views == nil {
			return nil
		}
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", " ")
		return encoder.Encode(views)
	}
	for _, v := range views {
		if err := v.print(out); err != nil {
			return err
		}
	}
	if c.Save == "" && len(views) > 0 && views[0].Refused == "" {
		_, err := fmt.Fprintln(out, "--save mapping.yaml writes this as a saved mapping, for --config or claimaudit.yaml.")
		return err
	}
	return nil
}

// save writes the mappings of the export's tables into a new file, of each header once.
func (c *columnsCmd) save(export *parsers.Export) error {
	var saved []savedMapping
	for _, t := range export.Tables {
		if t.Refused != "" {
			continue
		}
		s := t.Save(strings.TrimSpace(filepath.Base(t.Source.File) + " " + t.Source.Sheet))
		m := savedMapping{Name: s.Name, Header: s.Header}
		for _, one := range s.Map {
			m.Map = append(m.Map, one.String())
		}
		if !slices.ContainsFunc(saved, func(have savedMapping) bool { return slices.Equal(have.Header, m.Header) }) {
			saved = append(saved, m)
		}
	}
	text, err := yaml.Marshal(map[string][]savedMapping{"mappings": saved})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.Save, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("--save: %w: name a new file", err)
	}
	_, err = file.WriteString("# How claimaudit reads exports whose header has these names. Change the fields, and leave out names\n# that come and go; keep it as claimaudit.yaml, or name it by --config.\n" + string(text))
	return errors.Join(err, file.Close())
}

// columnsMemory is how much of the lines is kept in memory while rows are told from services.
const columnsMemory = 256 << 20

// withoutRules tells rows from services as an audit of the tables does, and judges none of them: the report, and whose
// claims the billers' were taken for.
func withoutRules(ctx context.Context, body *hold.Body, settings *audit.Settings, tables []*parsers.Table, told *progress) (*audit.Report, []audit.Biller, error) {
	known, err := catalog.Embedded()
	if err != nil {
		return nil, nil, err
	}
	sources := make([]claim.Source, len(tables))
	for i, t := range tables {
		sources[i] = t.Source
	}
	o := engine.Options{Catalog: known, Sources: sources, Settings: settings, Progress: told.settled}
	whole, err := engine.Survey(ctx, body, &o)
	if err != nil {
		return nil, nil, err
	}
	found, err := engine.Find(ctx, body, whole, &o)
	if err != nil {
		return nil, nil, err
	}
	return found.Report(whole, body.Unread()), whole.Facts.Billers(), nil
}

// understand reads the whole file, so that every row's kind is known: rows of remittances are no services. Of a file that cannot be read to its
// end it tells the columns. Told is told how far it has come.
func understand(ctx context.Context, export *parsers.Export, settings *audit.Settings, remits bool, told *progress) ([]tableView, error) {
	body := hold.NewBody(columnsMemory)
	defer body.Close()
	collector := body.Collector()
	repairs, fault := export.Read(ctx, 0, 1, func(int) parsers.Sink { return collector }, told.read)
	if err := collector.Close(); err != nil {
		return nil, err
	}
	var rows audit.LeftOut
	var billers []audit.Biller
	if fault != nil {
		rows = hold.GatherLeft([]*hold.Leavings{body.Unread()})
	} else if remits {
		rows = hold.GatherLeft([]*hold.Leavings{body.Unread()})
	} else {
		report, told, err := withoutRules(ctx, body, settings, export.Tables, told)
		if err != nil {
			return nil, err
		}
		rows, billers = report.NotRead, told
		for i, t := range export.Tables {
			t.Source = report.Sources[i]
		}
	}
	views := make([]tableView, len(export.Tables))
	for i, t := range export.Tables {
		views[i] = viewOf(t)
		views[i].billers = billers
		if views[i].remits = remits; remits {
			views[i].Missing = []missing{}
		}
		views[i].Format, views[i].Encoding = export.Format, export.Encoding()
		if fault != nil {
			views[i].Refused = fault.Error()
		}
		if d := export.Delimiter(); d != 0 && export.Format == "csv" {
			views[i].Delimiter = string(d)
		}
	}
	for i := range rows.Len() {
		u := rows.At(i)
		v := &views[u.Pos.Input]
		v.NotData = append(v.NotData, notData{int(u.Pos.Row), export.Tables[u.Pos.Input].Source.ColumnOf(u.Pos), string(u.Kind), u.Reason})
		v.count(&u)
	}
	for _, r := range repairs {
		v := &views[r.Source]
		v.Repairs = append(v.Repairs, repairView{r.Field.String(), r.Kind, r.Count, r.Cell, r.Read})
	}
	return views, fault
}

// firstRows is how many rows are named of each kind.
const firstRows = 5

func (v *tableView) count(u *claim.Unread) {
	i := slices.IndexFunc(v.Kinds, func(k kindView) bool { return k.Kind == string(u.Kind) && k.Reason == u.Reason })
	if i < 0 {
		i = len(v.Kinds)
		v.Kinds = append(v.Kinds, kindView{Kind: string(u.Kind), Reason: u.Reason})
	}
	k := &v.Kinds[i]
	if k.Count++; len(k.Rows) < firstRows {
		k.Rows = append(k.Rows, int(u.Pos.Row))
	}
}

func viewOf(t *parsers.Table) tableView {
	v := tableView{
		File: t.Source.File, Sheet: t.Source.Sheet, Header: t.Headers, Refused: t.Refused,
		Rows: t.Source.Rows, Audited: t.Source.Audited, Services: t.Source.Services, Unreadable: t.Source.Unreadable, Skipped: t.Source.Skipped,
		Kinds: []kindView{}, NotData: []notData{}, Repairs: []repairView{}, Missing: []missing{}, Notes: t.Source.Notes,
	}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, columnView{c.Index + 1, c.Header, c.Field, c.Why, c.Examples, c.Set})
	}
	for _, f := range t.Missing {
		v.Missing = append(v.Missing, missing{f.String(), rulesThatNeed(f)})
	}
	return v
}

// rulesThatNeed are the rules that cannot check a line without the field's column.
func rulesThatNeed(f claim.Field) []string {
	ids := []string{}
	for _, r := range rules.All() {
		if (r.Needs.Columns | r.Needs.Fields).Has(f) && !r.Off {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func (v *tableView) print(out io.Writer) error {
	name := v.File
	if v.Sheet != "" {
		name += ", sheet " + v.Sheet
	}
	fmt.Fprintf(out, "%s: header in %s%s\n\n", name, rowsText(v.Header), v.written())
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COLUMN\tHEADER\tFIELD\tLOOKS LIKE\tWHY")
	for _, c := range v.Columns {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", c.Column, short(c.Header), c.field(), orDash(strings.Join(c.Examples, "  ")), orDash(c.Why))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if v.Refused != "" && v.Rows == 0 {
		_, err := fmt.Fprint(out, "\nnot to be audited as it is: see the error\n\n")
		return err
	}
	fmt.Fprintf(out, "\n%s\n", v.counts())
	for _, k := range v.Kinds {
		fmt.Fprintf(out, "  %d %s: %s (%s)\n", k.Count, k.Kind, k.Reason, k.where())
	}
	for _, r := range v.Repairs {
		fmt.Fprintf(out, "  %s: %s: %d repaired%s\n", r.Field, r.Kind, r.Count, r.example())
	}
	for _, n := range v.Notes {
		fmt.Fprintf(out, "  note: %s\n", n)
	}
	for _, m := range v.Missing {
		fmt.Fprintf(out, "  %s\n", wrapped("no column for "+m.Field+consequence(m.Rules), 96, "", "      "))
	}
	_, err := fmt.Fprintln(out)
	return err
}

// counts are how many rows there are, and what becomes of them.
func (v *tableView) counts() string {
	services := ""
	if v.Services != v.Audited {
		services = fmt.Sprintf(" (%s)", plural(v.Services, "service"))
	}
	what := "audit"
	if v.remits {
		what = "join with the lines of exports"
	}
	return fmt.Sprintf("%s: %d to %s%s, %d unreadable, %d skipped", plural(v.Rows, "row"), v.Audited, what, services, v.Unreadable, v.Skipped)
}

// example shows what was made of the first such cell, by shapes.
func (r *repairView) example() string {
	switch {
	case r.Read == "":
		return ""
	case r.Cell == "":
		return ", such as " + r.Read
	}
	return fmt.Sprintf(", such as %s, read as %s", r.Cell, r.Read)
}

// written is how the file is written, of a text file with its encoding and delimiter.
func (v *tableView) written() string {
	delimiters := map[string]string{",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
	text := ""
	if v.Encoding != "" {
		text += "; " + v.Encoding
	}
	if name, known := delimiters[v.Delimiter]; known {
		text += "; cells parted by " + name
	} else if v.Delimiter != "" {
		text += fmt.Sprintf("; cells parted by %q", v.Delimiter)
	}
	return text
}

// where names the first rows and says how many more there are.
func (k *kindView) where() string {
	rows := strings.Trim(strings.ReplaceAll(fmt.Sprint(k.Rows), " ", ", "), "[]")
	if k.Count == 1 {
		return "row " + rows
	}
	if more := k.Count - len(k.Rows); more > 0 {
		rows += fmt.Sprintf(" and %d more", more)
	}
	return "rows " + rows
}

// short is a header as it fits a table.
func short(header string) string {
	const most = 40
	if runes := []rune(header); len(runes) > most {
		return string(runes[:most-3]) + "..."
	}
	return header
}

func rowsText(rows []int) string {
	switch len(rows) {
	case 0:
		return "no row: columns are mapped by place"
	case 1:
		if rows[0] == 0 {
			return "no row: claims have columns of their own here"
		}
		return fmt.Sprintf("row %d", rows[0])
	}
	return fmt.Sprintf("rows %d and %d", rows[0], rows[1])
}

// field is what the column was taken for, and of which service of the row.
func (c *columnView) field() string {
	if c.Service > 0 && c.Field != "" {
		return fmt.Sprintf("%s, service %d", c.Field, c.Service)
	}
	return orDash(c.Field)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func consequence(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ": not checked are " + strings.Join(ids, ", ")
}
