package reports

import (
	"context"
	"encoding/json"
	"io"
	"reflect"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// jsonStart is how the document begins; its first field is that of the run.
const jsonStart = `{"run": `

// The shape of the JSON document; it is a contract with other people's programs.
type (
	jsonRun struct {
		Version string       `json:"version"`
		Catalog string       `json:"catalog"`
		Tables  []jsonTable  `json:"tables"`
		AsOf    string       `json:"as_of"`
		Options []jsonOption `json:"options"`
		Config  *jsonConfig  `json:"config,omitempty"` // where one was read
	}
	jsonTable struct {
		Name      string `json:"name"`
		SHA256    string `json:"sha256"`
		Effective string `json:"effective"`
		File      string `json:"file,omitempty"`
		Rows      int    `json:"rows,omitempty"`
		Rejects   int    `json:"rejects,omitempty"`
	}
	jsonOption struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	jsonConfig struct {
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	}
	jsonInput struct {
		File       string `json:"file"`
		Sheet      string `json:"sheet"`
		SHA256     string `json:"sha256"`
		Rows       int    `json:"rows"`
		Audited    int    `json:"audited"`
		Unreadable int    `json:"unreadable"`
		Skipped    int    `json:"skipped"`
		Services   int    `json:"services"`
		// Notes are how the table was read, where that was not plain.
		Notes []string `json:"notes"`
	}
	jsonSummary struct {
		Lines         int            `json:"lines"`
		FlaggedLines  int            `json:"flagged_lines"`
		Findings      int            `json:"findings"`
		BySeverity    jsonSeverities `json:"by_severity"`
		ByRule        map[string]int `json:"by_rule"`
		Charge        string         `json:"charge"`
		ChargeAtRisk  string         `json:"charge_at_risk"`
		InReview      string         `json:"charge_in_review"`
		Overpaid      string         `json:"overpaid"`
		MissedRevenue string         `json:"missed_revenue"`
		Uncounted     int            `json:"uncounted"`
	}
	jsonSeverities struct {
		Error   int `json:"error"`
		Warning int `json:"warning"`
		Review  int `json:"review"`
	}
	jsonFix struct {
		Action string `json:"action"`
		Text   string `json:"text"`
		Edits  []any  `json:"edits"` // jsonEdit or jsonRemoval
	}
	jsonPos struct {
		File  string `json:"file"`
		Sheet string `json:"sheet"`
		Row   int32  `json:"row"`
		// Column is the header of its code, and Nth which of the codes in that cell, for a service of a
		// row with several.
		Column string `json:"column,omitempty"`
		Nth    int16  `json:"nth,omitempty"`
	}
	jsonEdit struct {
		jsonPos
		Field string `json:"field"`
		From  string `json:"from"`
		To    string `json:"to"`
	}
	jsonRemoval struct {
		jsonPos
		Remove bool `json:"remove"`
	}
	jsonCoverage struct {
		Check      string   `json:"check"`
		Family     string   `json:"family"`
		Lines      int      `json:"lines"`
		NotChecked int      `json:"not_checked"`
		Reason     string   `json:"reason"`
		Codes      []string `json:"codes"`
		From       string   `json:"from"`
		To         string   `json:"to"`
	}
	jsonPayer struct {
		Name    string `json:"name"`
		Lines   int    `json:"lines"`
		Class   string `json:"class"`
		Setting string `json:"setting"`
	}
	jsonRepair struct {
		File  string `json:"file"`
		Sheet string `json:"sheet"`
		Field string `json:"field"`
		Kind  string `json:"kind"`
		Count int    `json:"count"`
	}
	jsonDisposition struct {
		Value string `json:"value"`
		Owner string `json:"owner"`
		Note  string `json:"note"`
		Date  string `json:"date"`
	}
	jsonWaiver struct {
		Reason  string `json:"reason"`
		Owner   string `json:"owner"`
		Expires string `json:"expires"`
	}
	// jsonWaiverRow is a row of a file of waivers, and what became of it.
	jsonWaiverRow struct {
		File     string `json:"file"`
		Row      int    `json:"row"`
		Expires  string `json:"expires"`
		State    string `json:"state"`
		Findings int    `json:"findings"`
	}
	jsonHistory struct {
		Run       int `json:"run"`
		New       int `json:"new"`
		Open      int `json:"open"`
		Reopened  int `json:"reopened"`
		Fixed     int `json:"fixed"`
		Withdrawn int `json:"withdrawn"`
		Unseen    int `json:"unseen"`
		Waived    int `json:"waived"`
	}
	jsonClosed struct {
		Fingerprint string `json:"fingerprint"`
		Rule        string `json:"rule"`
		Patient     string `json:"patient"`
		Claim       string `json:"claim"`
		Date        string `json:"date"`
		Code        string `json:"code"`
		State       string `json:"state"`
		Why         string `json:"why,omitempty"` // of a withdrawn one, what has changed
	}
	jsonPassed struct {
		File string `json:"file"`
		Why  string `json:"why"`
	}
	jsonNotRead struct {
		jsonPos
		Kind   string `json:"kind"`
		Reason string `json:"reason"`
		Charge string `json:"charge"`
		// Repeats is the row that stands for this one, or that takes it back.
		Repeats *jsonPos `json:"repeats,omitempty"`
	}
)

// writeJSON writes the report as one JSON document, a line for each input, finding and row.
func writeJSON(ctx context.Context, w io.Writer, v *view) error {
	j := newJSONWriter(ctx, w)
	j.text(jsonStart)
	j.value(runOf(v))
	inputs, history := v.inputs()
	list(j, "inputs", inputs, func(s *claim.Source) any { return inputOf(s) })
	j.text(`, "summary": `)
	j.value(summaryOf(&v.Summary))
	j.past(v.Past)
	findings := v.reader()
	defer v.done(findings)
	finding := newJSONFinding()
	j.list("findings", v.Findings.Len(), func(i int) any { return finding.of(findings.shown(i)) })
	j.waived(v)
	j.answers(v)
	list(j, "coverage", v.Coverage, func(c *audit.Coverage) any {
		return jsonCoverage{c.Check, c.Family, c.Lines, c.NotChecked, c.Reason, notNull(c.Codes), c.From.String(), c.To.String()}
	})
	list(j, "unknown_payers", v.UnknownPayers, func(p *audit.UnknownPayer) any {
		return jsonPayer{p.Name, p.Lines, p.Class().String(), p.Setting()}
	})
	list(j, "repairs", v.Repairs, func(r *claim.Repair) any {
		s := v.source(r.Source)
		return jsonRepair{s.File, s.Sheet, r.Field.String(), r.Kind, r.Count}
	})
	j.list("not_read", v.NotRead.Len(), func(i int) any {
		u := v.NotRead.At(i)
		row := jsonNotRead{v.place(u.Pos), string(u.Kind), u.Reason, unreadCharge(&u), nil}
		if u.Repeats.Row > 0 {
			repeats := v.place(u.Repeats)
			row.Repeats = &repeats
		}
		return row
	})
	list(j, "inputs_passed_over", v.PassedOver, func(p *claim.Passed) any { return jsonPassed(*p) })
	list(j, "context", history, func(s *claim.Source) any { return inputOf(s) })
	j.text("}\n")
	return j.err
}

// past writes what a history says, where one is kept.
func (j *jsonWriter) past(p *audit.Past) {
	if p == nil || p.Run == 0 {
		return
	}
	j.text(`, "history": `)
	n := p.Counts
	j.value(jsonHistory{p.Run, n[audit.New], n[audit.Open], n[audit.Reopened], n[audit.Fixed], n[audit.Withdrawn], n[audit.Unseen], n[audit.Waived]})
	list(j, "closed", p.Closed, func(c *audit.Closed) any {
		return jsonClosed{c.Fingerprint, c.Rule, c.Patient, c.Claim, c.Date.String(), c.Code, c.State.String(), c.Why}
	})
}

// waived writes what is waived, and what became of each waiver, where there are any.
func (j *jsonWriter) waived(v *view) {
	if v.Waivers == nil {
		return
	}
	findings, finding := v.waived().newReader(), newJSONFinding()
	j.list("waived", v.Waived.Len(), func(i int) any { return finding.of(findings.shown(i)) })
	list(j, "waivers", v.Waivers, func(w *audit.Waiver) any {
		return jsonWaiverRow{w.File, w.Row, w.Expires.String(), w.State.String(), w.Findings}
	})
}

func dispositionOf(d audit.Disposition) *jsonDisposition {
	if d == (audit.Disposition{}) {
		return nil
	}
	return &jsonDisposition{d.Value, d.Owner, d.Note, d.Date}
}

// jsonWriter writes a document piece by piece and keeps the first error.
type jsonWriter struct {
	ctx     context.Context
	w       io.Writer
	encoder *json.Encoder
	err     error
}

func newJSONWriter(ctx context.Context, w io.Writer) *jsonWriter {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &jsonWriter{ctx: ctx, w: w, encoder: encoder}
}

func (j *jsonWriter) text(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

func (j *jsonWriter) value(v any) {
	if j.err == nil {
		j.err = context.Cause(j.ctx)
	}
	if j.err == nil {
		j.err = j.encoder.Encode(v)
	}
}

func list[T any](j *jsonWriter, name string, items []T, shape func(*T) any) {
	j.list(name, len(items), func(i int) any { return shape(&items[i]) })
}

func (j *jsonWriter) list(name string, count int, item func(i int) any) {
	j.text(`, "` + name + `": [` + "\n")
	for i := range count {
		if i > 0 {
			j.text(",")
		}
		j.value(item(i))
	}
	j.text("]")
}

func runOf(v *view) jsonRun {
	run := jsonRun{
		Version: v.Version, Catalog: v.Catalog, AsOf: v.AsOf.String(),
		Tables: []jsonTable{}, Options: []jsonOption{},
	}
	for _, t := range v.Tables {
		run.Tables = append(run.Tables, jsonTable(t))
	}
	for _, o := range v.Options {
		run.Options = append(run.Options, jsonOption(o))
	}
	if v.Config.SHA256 != "" {
		config := jsonConfig(v.Config)
		run.Config = &config
	}
	return run
}

// inputs are the sources that were audited, and those that were history only.
func (v *view) inputs() (audited, history []claim.Source) {
	for _, s := range v.Sources {
		if s.Context {
			history = append(history, s)
		} else {
			audited = append(audited, s)
		}
	}
	return audited, history
}

func inputOf(s *claim.Source) jsonInput {
	return jsonInput{s.File, s.Sheet, s.SHA256, s.Rows, s.Audited, s.Unreadable, s.Skipped, s.Services, notNull(s.Notes)}
}

func summaryOf(s *audit.Summary) jsonSummary {
	summary := jsonSummary{
		Lines: s.Lines, FlaggedLines: s.FlaggedLines, Findings: s.Findings, ByRule: s.ByRule,
		BySeverity: jsonSeverities{s.BySeverity[audit.Error], s.BySeverity[audit.Warning], s.BySeverity[audit.Review]},
		Charge:     s.Charge.String(), ChargeAtRisk: s.ChargeAtRisk.String(), InReview: s.ChargeInReview.String(), Overpaid: s.Overpaid.String(),
		MissedRevenue: s.MissedRevenue.String(), Uncounted: s.Uncounted,
	}
	if summary.ByRule == nil {
		summary.ByRule = map[string]int{}
	}
	return summary
}

// jsonFinding makes the objects of findings, one after the other in the same place.
type jsonFinding struct {
	object any
	fill   []func(*shown)
}

func newJSONFinding() *jsonFinding {
	columns := jsonColumns()
	object := reflect.New(record("json", columns, func(c *findingColumn) reflect.Type { return c.value().shape() }))
	j := &jsonFinding{object: object.Interface()}
	for i := range columns {
		j.fill = append(j.fill, columns[i].value().into(object.Elem().Field(i)))
	}
	return j
}

func (j *jsonFinding) of(f *shown) any {
	for _, fill := range j.fill {
		fill(f)
	}
	return j.object
}

func (v *view) place(p claim.Pos) jsonPos {
	s := v.source(p.Input)
	return jsonPos{s.File, s.Sheet, p.Row, s.ColumnOf(p), p.Nth}
}

func (v *view) places(lines []*audit.Line) []jsonPos {
	places := make([]jsonPos, len(lines))
	for i, l := range lines {
		places[i] = v.place(l.Pos)
	}
	return places
}

func (v *view) edits(f *audit.Finding) []any {
	edits := make([]any, len(f.Fix.Edits))
	for i, e := range f.Fix.Edits {
		field, from, to := change(e)
		at := v.place(e.Line.Pos)
		if e.Remove {
			edits[i] = jsonRemoval{at, true}
		} else {
			edits[i] = jsonEdit{at, field, from, to}
		}
	}
	return edits
}

// change is which field an edit changes, from what was billed to what should be.
func change(e audit.Edit) (field, from, to string) {
	switch {
	case e.Code != 0:
		return "code", e.Line.Billed, e.Code.String()
	case e.Mods != nil:
		return "modifiers", e.Line.Mods.String(), e.Mods.String()
	case e.Units != 0:
		return "units", units(e.Line), e.Units.String()
	}
	return "", "", ""
}

func notNull(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
