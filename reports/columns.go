package reports

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// findingColumn is one thing said of a finding, in each output that says it.
type findingColumn struct {
	name  string // in JSON and CSV; "" where they do not have it
	inFix bool   // JSON has it inside fix
	rare  bool   // JSON leaves it out where it is blank
	past  bool   // it stands on Flagged Lines only where a history is kept, or a reviewed workbook given
	back  bool   // it stands there only where a waiver has expired
	column
	place int                 // on Flagged Lines from the left, with room between; 0 where it is not there
	text  func(*shown) string // nil where a reviewer fills it in, and where JSON alone says it
	json  jsonValue           // nil: the text
	cell  findingCell         // nil: the text, written as its kind is
}

// findingColumns is all that is said of a finding, in the order JSON and CSV have it. That order, the
// names and the heads are known to other people's programs: a new column comes last.
var findingColumns = []findingColumn{
	{
		name: "rule", column: column{"Rule", 32, link, false}, place: 200,
		text: func(f *shown) string { return f.Rule.ID },
		cell: func(b *book, f *shown, r *xlsx.Row) { r.Link(ruleExplained(f.Rule), f.Rule.ID) },
	},
	{
		name: "severity", column: column{"Severity", 9, text, false}, place: 10,
		text: func(f *shown) string { return f.Severity.String() },
		cell: func(b *book, f *shown, r *xlsx.Row) {
			r.Styled(b.styles.severity[f.Severity]).Text(f.Severity.String())
		},
	},
	{name: "title", text: func(f *shown) string { return f.Rule.Title }},
	{
		name: "file", column: column{"File", 12, name, false}, place: 50,
		text: func(f *shown) string { return f.view.source(f.Line.Pos.Input).File },
		cell: func(b *book, f *shown, r *xlsx.Row) { r.Text(b.files[f.Line.Pos.Input]) },
	},
	{
		name: "sheet", column: column{"Sheet", 10, name, false}, place: 270,
		text: func(f *shown) string { return f.view.source(f.Line.Pos.Input).Sheet },
	},
	{
		name: "row", column: column{"Row", 6.5, ordinal, false}, place: 60,
		text: func(f *shown) string { return strconv.Itoa(int(f.Line.Pos.Row)) },
		json: asJSON[int32](func(f *shown) int32 { return f.Line.Pos.Row }),
		cell: func(_ *book, f *shown, r *xlsx.Row) { r.Int(int(f.Line.Pos.Row)) },
	},
	{
		name: "patient", column: column{"Patient", 10.5, name, false}, place: 20,
		text: func(f *shown) string { return f.Line.Patient },
	},
	{
		name: "claim", column: column{"Claim", 12, name, false}, place: 220,
		text: func(f *shown) string { return f.Line.Claim },
	},
	{
		name: "date", column: column{"Date", 10.5, day, false}, place: 30,
		text: func(f *shown) string { return f.Line.From.String() },
		cell: func(_ *book, f *shown, r *xlsx.Row) { r.Date(f.Line.From.Unix(), f.Line.From) },
	},
	{
		name: "code", column: column{"Code", 9, code, false}, place: 40,
		text: func(f *shown) string { return f.Line.Billed },
	},
	{
		name: "modifiers", column: column{"Modifiers", 10.5, code, false}, place: 170,
		text: func(f *shown) string { return f.Line.Mods.String() },
		json: asJSON[[]string](func(f *shown) []string { return f.Line.Mods.Texts() }),
	},
	{
		name: "units", column: column{"Units", 7, decimal, false}, place: 180,
		text: func(f *shown) string { return units(f.Line) },
	},
	{
		name: "charge", column: column{"Charge", 12.5, cents, false}, place: 160,
		text: func(f *shown) string { return charge(f.Line) },
	},
	{
		name: "provider", column: column{"Provider", 13, code, false}, place: 230,
		text: func(f *shown) string { return f.Line.Provider() },
	},
	{
		name: "message", column: column{"Finding", proseWidth, prose, false}, place: 80,
		text: func(f *shown) string { return f.Message },
	},
	{
		name: "fix", column: column{"Fix", 64, prose, false}, place: 90,
		text: func(f *shown) string { return f.Fix.Text },
		json: asJSON[jsonFix](func(f *shown) jsonFix {
			return jsonFix{f.Fix.Action.String(), f.Fix.Text, f.view.edits(f.Finding)}
		}),
	},
	{
		name: "money", column: column{"Money", 10, text, false}, place: 140,
		text: func(f *shown) string { return f.Money.String() },
	},
	{
		name: "at_risk", column: column{"At risk", 12.5, cents, false}, place: 150,
		text: func(f *shown) string { return atRisk(f.Finding) },
		cell: func(_ *book, f *shown, r *xlsx.Row) {
			if f.Money.Risk() && f.Severity > audit.Review { // what a review asks about is at no risk
				r.Decimal(atRisk(f.Finding))
			} else {
				r.Blank()
			}
		},
	},
	{
		name: "related", column: column{"Related rows", 28, prose, false}, place: 210,
		text: func(f *shown) string { return f.view.relatedRows(f.Finding) },
		json: asJSON[[]jsonPos](func(f *shown) []jsonPos { return f.view.places(f.Related) }),
	},
	{
		name: "source", column: column{"Source", 110, prose, false}, place: 260,
		text: func(f *shown) string { return cmp.Or(f.Source, f.Rule.Source) },
	},
	{
		name: "fingerprint", column: column{"Fingerprint", 27, text, false}, place: 300,
		text: func(f *shown) string { return f.view.fingerprintOf(f.number).String() },
	},
	{name: "fix_action", inFix: true, text: func(f *shown) string { return f.Fix.Action.String() }},
	{name: "fix_edits", inFix: true, text: func(f *shown) string { return f.view.editsText(f.Finding) }},
	{
		name: "column", rare: true, column: column{"Column", 12, name, false}, place: 280,
		text: func(f *shown) string { return f.view.source(f.Line.Pos.Input).ColumnOf(f.Line.Pos) },
	},
	{
		name: "nth", rare: true,
		json: asJSON[int16](func(f *shown) int16 { return f.Line.Pos.Nth }),
	},
	{
		name: "context", rare: true,
		json: asJSON[bool](func(f *shown) bool { return f.Line.Context }),
	},
	{
		name: "count", rare: true, column: column{"Stands for lines", 9, number, false}, place: 290,
		text: func(f *shown) string { return count(f.Finding) },
		json: asJSON[int](func(f *shown) int { return f.Count }),
	},
	{
		name: "state", rare: true, past: true, column: column{"State", 11, text, false}, place: 70,
		text: func(f *shown) string { return f.view.stateOf(f.number).String() },
	},
	{
		name: "disposition", rare: true, past: true,
		text: func(f *shown) string { return f.view.saidOf(f.number).Value },
		json: asJSON[*jsonDisposition](func(f *shown) *jsonDisposition { return dispositionOf(f.view.saidOf(f.number)) }),
	},
	{
		name: "expired_waiver", rare: true,
		json: asJSON[*jsonWaiver](func(f *shown) *jsonWaiver { return f.waiver(f.Waiver < 0) }),
	},
	{
		column: column{"Waiver expired", 11.5, day, false}, place: 75, back: true,
		text: func(f *shown) string { return f.lapsed().String() },
		cell: func(_ *book, f *shown, r *xlsx.Row) { reviewedOn(r, f.lapsed().String()) },
	},
	{
		name: "waiver", rare: true,
		json: asJSON[*jsonWaiver](func(f *shown) *jsonWaiver { return f.waiver(f.Waiver > 0) }),
	},
	{
		column: column{"Proposed line", 40, prose, false}, place: 190,
		text: func(f *shown) string { return f.view.proposed(f.Finding) },
	},
	{
		column: column{dispositionHead, 13, pen, false}, place: 100,
		text: func(f *shown) string { return f.view.saidOf(f.number).Value },
	},
	{
		column: column{"Owner", 8.5, pen, false}, place: 110,
		text: func(f *shown) string { return f.view.saidOf(f.number).Owner },
	},
	{
		column: column{"Note", 14, pen, false}, place: 120,
		text: func(f *shown) string { return f.view.saidOf(f.number).Note },
	},
	{
		column: column{"Reviewed on", 13, penDate, false}, place: 130,
		text: func(f *shown) string { return f.view.saidOf(f.number).Date },
	},
	{
		column: column{"Payer", 40, name, false}, place: 240,
		text: func(f *shown) string { return f.Line.PayerName },
	},
	{
		column: column{"Diagnoses", 40, prose, false}, place: 250,
		text: func(f *shown) string { return diagnoses(f.Line) },
	},
}

// shown is a finding with what its columns are made from.
type shown struct {
	*audit.Finding
	view   *view
	number int // in the report
}

// waiver is the waiver of the finding as JSON says it, where it is asked for.
func (f *shown) waiver(asked bool) *jsonWaiver {
	if !asked {
		return nil
	}
	w := f.view.waiverOf(f.Finding)
	return &jsonWaiver{w.Reason, w.Owner, w.Expires.String()}
}

// lapsed is the last day of the finding's waiver that has expired; 0 for none.
func (f *shown) lapsed() claim.Date {
	if f.Waiver >= 0 {
		return 0
	}
	return f.view.waiverOf(f.Finding).Expires
}

// sheetColumns are the columns of Flagged Lines from the left.
func sheetColumns(v *view) []findingColumn {
	lapsed := slices.ContainsFunc(v.Waivers, func(w audit.Waiver) bool { return w.State == audit.ExpiredWaiver && w.Findings > 0 })
	list := columnsWith(func(c *findingColumn) bool { return c.place > 0 && (v.states() || !c.past) && (lapsed || !c.back) })
	slices.SortFunc(list, func(a, b findingColumn) int { return cmp.Compare(a.place, b.place) })
	return list
}

func csvColumns() []findingColumn {
	return columnsWith(func(c *findingColumn) bool { return c.name != "" && c.text != nil })
}

func jsonColumns() []findingColumn {
	return columnsWith(func(c *findingColumn) bool { return c.name != "" && !c.inFix })
}

func columnsWith(has func(*findingColumn) bool) (list []findingColumn) {
	for i := range findingColumns {
		if c := &findingColumns[i]; has(c) {
			list = append(list, *c)
		}
	}
	return list
}

// columnWith is the column of that head.
func columnWith(head string) findingColumn {
	return columnsWith(func(c *findingColumn) bool { return c.head == head })[0]
}

// reviewers tells whether a reviewer fills the column in.
func (c *column) reviewers() bool { return c.kind == pen || c.kind == penDate }

// findingCell writes one cell of a finding.
type findingCell func(*book, *shown, *xlsx.Row)

// writersOf are what writes the cells of the columns.
func writersOf(list []findingColumn) []findingCell {
	cells := make([]findingCell, len(list))
	for i := range list {
		cells[i] = list[i].writer()
	}
	return cells
}

func (c *findingColumn) writer() findingCell {
	text := c.text
	switch {
	case c.cell != nil:
		return c.cell
	case c.kind == penDate:
		return func(_ *book, f *shown, r *xlsx.Row) { reviewedOn(r, text(f)) }
	case c.kind == pen:
		return func(_ *book, f *shown, r *xlsx.Row) { textOrBlank(r, text(f)) }
	case c.kind == decimal, c.kind == cents:
		return func(_ *book, f *shown, r *xlsx.Row) { r.Decimal(text(f)) }
	}
	return func(_ *book, f *shown, r *xlsx.Row) { r.Text(text(f)) }
}

func textOrBlank(r *xlsx.Row, text string) {
	if text == "" {
		r.Blank()
		return
	}
	r.Text(text)
}

// reviewedOn writes the day of a review as a date, and what a reviewer wrote in its place as it is.
func reviewedOn(r *xlsx.Row, day string) {
	if d, _, err := claim.ParseDate(day); err == nil && d != 0 {
		r.Date(d.Unix(), d)
		return
	}
	textOrBlank(r, day)
}

// looks are the columns as a table has them.
func looks(list []findingColumn) []column {
	columns := make([]column, len(list))
	for i := range list {
		columns[i] = list[i].column
	}
	return columns
}

// jsonValue is what JSON says in a column, when it is more than a text.
type jsonValue interface {
	shape() reflect.Type
	// into gives what fills the field, which has the shape.
	into(field reflect.Value) func(*shown)
}

type asJSON[T any] func(*shown) T

func (value asJSON[T]) shape() reflect.Type { return reflect.TypeFor[T]() }

func (value asJSON[T]) into(field reflect.Value) func(*shown) {
	at, _ := field.Addr().Interface().(*T)
	return func(f *shown) { *at = value(f) }
}

func (c *findingColumn) value() jsonValue {
	if c.json != nil {
		return c.json
	}
	return asJSON[string](c.text)
}

// record is a struct with a field for each column, named in its tag as the package of that tag
// wants it: gocsv and encoding/json write structs, and there shall be no second list.
func record(tag string, list []findingColumn, shape func(*findingColumn) reflect.Type) reflect.Type {
	fields := make([]reflect.StructField, len(list))
	for i := range list {
		name := list[i].name
		if list[i].rare {
			name += ",omitempty"
		}
		fields[i] = reflect.StructField{
			Name: "F" + strconv.Itoa(i), Type: shape(&list[i]), Tag: reflect.StructTag(fmt.Sprintf("%s:%q", tag, name)),
		}
	}
	return reflect.StructOf(fields)
}
