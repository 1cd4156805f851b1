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

	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
	"claimaudit/parsers"
)

// columnsCmd shows how a file is understood, without auditing it.
type columnsCmd struct {
	File      string   `arg:"" help:"The export, or - for standard input."`
	Map       []string `sep:"none" placeholder:"FIELD=HEADER" help:"Read a field from this column; FIELD=#4 by position. Repeatable."`
	Sheet     string   `placeholder:"NAME" help:"Look at this sheet only."`
	DateOrder string   `placeholder:"ORDER" help:"How dates such as 3/4/2025 are written: mdy or dmy."`
	Save      string   `placeholder:"FILE" help:"Write how the file was read as a saved mapping to this new file, for --config or claimaudit.yaml."`
	Config    string   `placeholder:"FILE" help:"Read saved mappings from this file instead of the nearest claimaudit.yaml."`
	Format    string   `default:"text" enum:"text,json" help:"text or json."`
}

// tableView is how one table was understood, in the form it is printed in.
type tableView struct {
	File       string       `json:"file"`
	Sheet      string       `json:"sheet"`
	Header     []int        `json:"header_rows"`
	Columns    []columnView `json:"columns"`
	Missing    []missing    `json:"missing"`
	Rows       int          `json:"rows"`
	Audited    int          `json:"audited"`
	Unreadable int          `json:"unreadable"`
	Skipped    int          `json:"skipped"`
	NotData    []notData    `json:"not_data"`
	Repairs    []repairView `json:"repairs"`
	Notes      []string     `json:"notes"`
}

type columnView struct {
	Column   int      `json:"column"`
	Header   string   `json:"header"`
	Field    string   `json:"field"`
	Why      string   `json:"why"`
	Examples []string `json:"examples"` // shapes only: letters as A, digits as 9
}

type missing struct {
	Field string   `json:"field"`
	Rules []string `json:"rules_not_checked"`
}

type notData struct {
	Row    int    `json:"row"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

type repairView struct {
	Field string `json:"field"`
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// Run prints how the file is understood.
func (c *columnsCmd) Run(ctx context.Context, io *streams) (err error) {
	o, err := c.options(io)
	if err != nil {
		return err
	}
	export, err := parsers.Open(c.File, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, export.Close()) }()
	views, err := understand(ctx, export)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := c.save(export); err != nil {
			return err
		}
	}
	if c.Format == "json" {
		encoder := json.NewEncoder(io.out)
		encoder.SetIndent("", " ")
		return encoder.Encode(views)
	}
	for _, v := range views {
		if err := v.print(io.out); err != nil {
			return err
		}
	}
	return nil
}

// options are how the file is to be read: as the configuration says, and the flags over it.
func (c *columnsCmd) options(io *streams) (o parsers.Options, err error) {
	config, err := loadConfig(c.Config)
	if err != nil {
		return o, err
	}
	fillText(&c.DateOrder, config.DateOrder)
	fillList(&c.Map, config.Map)
	o = parsers.Options{Sheet: c.Sheet, Stdin: io.in}
	var errs [3]error
	o.Saved, errs[0] = config.saved()
	o.AsOf, errs[1] = asOfDate("")
	o.Order, errs[2] = dateOrder(c.DateOrder)
	for _, text := range c.Map {
		m, err := parsers.ParseMapping(text)
		if err != nil {
			return o, err
		}
		o.Map = append(o.Map, m)
	}
	return o, errors.Join(errs[:]...)
}

// save writes the mappings of the export's tables into a new file, of each header once.
func (c *columnsCmd) save(export *parsers.Export) error {
	saved := &config{}
	for _, t := range export.Tables {
		s := t.Save(strings.TrimSpace(filepath.Base(t.Source.File) + " " + t.Source.Sheet))
		m := savedMapping{Name: s.Name, Header: s.Header}
		for _, one := range s.Map {
			m.Map = append(m.Map, one.String())
		}
		if !slices.ContainsFunc(saved.Mappings, func(have savedMapping) bool { return slices.Equal(have.Header, m.Header) }) {
			saved.Mappings = append(saved.Mappings, m)
		}
	}
	text, err := yaml.Marshal(map[string][]savedMapping{"mappings": saved.Mappings})
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

// unreadOnly is a sink that keeps what is not read and lets the lines go.
type unreadOnly struct{ rows []claim.Unread }

func (u *unreadOnly) Line(*claim.Line)      {}
func (u *unreadOnly) Unread(r claim.Unread) { u.rows = append(u.rows, r) }

// understand reads the whole file, so that every row's kind is known.
func understand(ctx context.Context, export *parsers.Export) ([]tableView, error) {
	sink := &unreadOnly{}
	repairs, err := export.Read(ctx, 0, 1, func(int) parsers.Sink { return sink }, func(int64, int) {})
	if err != nil {
		return nil, err
	}
	views := make([]tableView, len(export.Tables))
	for i, t := range export.Tables {
		views[i] = viewOf(t)
	}
	for _, u := range sink.rows {
		v := &views[u.Pos.Input]
		v.NotData = append(v.NotData, notData{int(u.Pos.Row), string(u.Kind), u.Reason})
	}
	for _, r := range repairs {
		v := &views[r.Source]
		v.Repairs = append(v.Repairs, repairView{r.Field.String(), r.Kind, r.Count})
	}
	return views, nil
}

func viewOf(t *parsers.Table) tableView {
	v := tableView{
		File: t.Source.File, Sheet: t.Source.Sheet, Header: t.Headers,
		Rows: t.Source.Rows, Audited: t.Source.Audited, Unreadable: t.Source.Unreadable, Skipped: t.Source.Skipped,
		NotData: []notData{}, Repairs: []repairView{}, Missing: []missing{}, Notes: t.Source.Notes,
	}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, columnView{c.Index + 1, c.Header, c.Field, c.Why, c.Examples})
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
	fmt.Fprintf(out, "%s: header in %s\n\n", name, rowsText(v.Header))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COLUMN\tHEADER\tFIELD\tWHY\tLOOKS LIKE")
	for _, c := range v.Columns {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", c.Column, c.Header, orDash(c.Field), c.Why, strings.Join(c.Examples, "  "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d rows: %d to audit, %d unreadable, %d skipped\n", v.Rows, v.Audited, v.Unreadable, v.Skipped)
	for _, n := range v.NotData {
		fmt.Fprintf(out, "  row %d: %s, %s\n", n.Row, n.Kind, n.Reason)
	}
	for _, r := range v.Repairs {
		fmt.Fprintf(out, "  %s: %s, %d mended\n", r.Field, r.Kind, r.Count)
	}
	for _, n := range v.Notes {
		fmt.Fprintf(out, "  note: %s\n", n)
	}
	for _, m := range v.Missing {
		fmt.Fprintf(out, "  no column for %s%s\n", m.Field, consequence(m.Rules))
	}
	_, err := fmt.Fprintln(out)
	return err
}

func rowsText(rows []int) string {
	switch len(rows) {
	case 0:
		return "no row: columns are mapped by place"
	case 1:
		return fmt.Sprintf("row %d", rows[0])
	}
	return fmt.Sprintf("rows %d and %d", rows[0], rows[1])
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
