package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/near"
	"claimaudit/audit/rules"
	"claimaudit/audit/rules/notes"
	"claimaudit/parsers/tables"
)

// explainCmd prints what is known of a rule, a code, or two codes.
type explainCmd struct {
	What string `arg:"" name:"rule-or-code" of:"rules" help:"A rule id or a code."`
	With string `arg:"" optional:"" name:"code2" help:"A second code: what the two do to each other over time."`
	Date string `placeholder:"DATE" help:"The code, or the two codes, on this date of service."`

	tableSettings
	ownSettings
	configSetting
}

// Run prints the explanation, or fails when there is nothing to explain.
func (e *explainCmd) Run(conf *configuration, std *streams) error {
	date := claim.Date(0)
	if e.Date != "" {
		d, layout, err := claim.ParseDate(e.Date)
		if err != nil || layout != claim.Plain {
			return fmt.Errorf("--date %q cannot be read: expected a date such as 2025-03-10", e.Date)
		}
		date = d
	}
	if _, err := claim.ParseCode(e.What); err == nil {
		go beginCatalog()
	}
	own, err := e.own(conf, notes.Options{}, conf.done)
	if err != nil {
		return err
	}
	if e.With == "" {
		if r := own.findRule(e.What); r != nil {
			_, err := io.WriteString(std.out, r.text(widthOf(std.out)))
			return err
		}
	}
	cat, err := e.knowledge(conf, func(*tables.File) {})
	if err != nil {
		return err
	}
	x := &explainer{out: std.out, w: tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0), cat: cat, own: own, date: date}
	if e.With != "" {
		return x.pair(e.What, e.With)
	}
	return x.code(e.What)
}

// explainer prints facts as two columns, a name and a value.
type explainer struct {
	out  io.Writer
	w    *tabwriter.Writer
	cat  *catalog.Catalog
	own  *ownKnowledge
	date claim.Date // zero: no date in particular
}

func (x *explainer) fact(name, format string, args ...any) {
	if value := strings.TrimSpace(fmt.Sprintf(format, args...)); value != "" {
		fmt.Fprintf(x.w, "%s\t%s\n", name, value)
	}
}

// code explains a procedure code, or a diagnosis when it is none.
func (x *explainer) code(text string) error {
	code, err := claim.ParseCode(text)
	if err == nil {
		if entry := x.cat.Lookup(code); entry != nil {
			x.procedure(entry)
			x.practice(code)
			return x.w.Flush()
		}
	}
	if dx, err := claim.ParseDiagnosis(text); err == nil {
		if note, ok := x.cat.Diagnosis(dx); ok {
			x.diagnosis(note)
			return x.w.Flush()
		}
	}
	if known := code != 0 && x.outside(code); x.practice(code) || known {
		return x.w.Flush()
	}
	if x.unlisted(text) {
		return x.w.Flush()
	}
	if strings.HasPrefix(text, "own:") {
		return fmt.Errorf("%q is no rule of the practice's own notes and codes: %s", text, ownHint(text, x.own.ids()))
	}
	if like := x.cat.NearMisses(text, x.date); len(like) > 0 {
		return fmt.Errorf("%q is no rule and no code in the catalogue: did you mean %s?", text, like[0])
	}
	return fmt.Errorf("%q is no rule and no code in the catalogue%s", text, cmp.Or(near.Question(text, x.own.ids()), ": claimaudit rules lists the rules"))
}

// unlisted prints what the form of a diagnosis tells that no list in use has; false where the text has
// not the form of one.
func (x *explainer) unlisted(text string) bool {
	dx, err := claim.ParseDiagnosis(text)
	if err != nil || !dx.Shaped() {
		return false
	}
	on := x.date
	if on == 0 {
		on = claim.DateOf(time.Now())
	}
	year, listed, billable := x.cat.DiagnosisYear(dx, on)
	switch {
	case billable:
		x.fact("diagnosis", "%s (no note on it)", dx)
		x.fact("billable", "yes, in fiscal year %d", year)
		return true
	case listed:
		x.fact("diagnosis", "%s (no note on it)", dx)
	default:
		x.fact("diagnosis", "%s (not in the list of diagnoses in use)", dx)
	}
	switch {
	case dx.Unfinished():
		x.fact("billable", "no: its seventh character is missing")
	case listed:
		x.fact("billable", "no: a category of fiscal year %d, more characters are needed", year)
	case year != 0:
		x.fact("billable", "no: not in the list of fiscal year %d", year)
	default:
		x.fact("billable", "not known: claim lines with it are not checked for that")
	}
	return true
}

// practice prints what the practice's own code lists say of a code; false when that is nothing.
func (x *explainer) practice(code claim.Code) (says bool) {
	for _, e := range x.own.Codes {
		if e.About(code) {
			x.fact("own list", "%s (%s)", e.Says, e.Source)
			says = true
		}
	}
	return says
}

// outside prints what the tables know of a code the catalogue does not list; false when they know
// nothing.
func (x *explainer) outside(code claim.Code) bool {
	e := &catalog.Entry{Code: code, From: x.cat.FirstValid(code), To: claim.EndOfTime}
	last, dated := x.cat.LastValid(code)
	if dated {
		e.To = last
	}
	if !x.cat.Known(code) {
		return false
	}
	x.fact("code", "%s (outside the catalogue)", code)
	if dated || e.From != 0 {
		x.life(e)
	} else {
		x.fact("valid", "not known: no list in use has its dates")
	}
	if next := x.cat.Successor(code); next != 0 {
		x.fact("instead", "%s (HCPCS list)", next)
	}
	x.numbers(e)
	return true
}

// numbers prints what CMS's tables say of a code.
func (x *explainer) procedure(e *catalog.Entry) {
	x.fact("code", "%s", e.Code)
	x.fact("label", "%s", e.Label)
	x.life(e)
	for _, r := range x.cat.Replacements(e.Code) {
		x.fact("replacement", "%s", replacementText(r))
	}
	x.numbers(e)
	x.fact("units", "%s", e.Units)
	x.fact("imaging", "%s", e.Imaging)
	x.fact("age", "%s", e.Ages)
	for _, s := range sectionsOf(strings.Fields(e.Section)) {
		x.fact("guide", "%s", s.Source)
	}
	x.fact("source", "%s", e.Source)
}

func (x *explainer) life(e *catalog.Entry) {
	switch {
	case e.Placeholder:
		x.fact("valid", "never: a placeholder")
	default:
		from := e.From.String()
		if e.From == 0 || e.From.Year() < 1990 {
			from = "before our records"
		}
		x.fact("valid", "%s to %s", from, e.To)
	}
	if x.date != 0 {
		verdict := "not valid"
		switch {
		case !e.KnownOn(x.date):
			verdict = "not known: our records do not say when the code began"
		case e.ValidOn(x.date):
			verdict = "valid"
		}
		x.fact("on "+x.date.String(), "%s", verdict)
	}
}

func replacementText(r catalog.Replacement) string {
	text := "none: remove the line"
	if r.New != 0 {
		text = r.New.String()
	}
	var notes []string
	if r.When != catalog.Always {
		notes = append(notes, string(r.When))
	}
	for _, p := range r.Payers {
		notes = append(notes, "for "+p.String())
	}
	if r.New != 0 && !r.Edit && r.When != catalog.RecordDecides {
		notes = append(notes, "no edit: the record decides")
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, "; ") + ")"
	}
	if r.Text != "" {
		text += ": " + r.Text
	}
	return text
}

func (x *explainer) addOn(e *catalog.Entry) {
	a, ok := x.cat.AddOn(catalog.MedicarePractitioner, e.Code, x.day(e))
	if !ok {
		return
	}
	var primaries []string
	for _, p := range a.Primaries {
		primaries = append(primaries, p.String())
	}
	if a.ByPayer() {
		primaries = append(primaries, fmt.Sprintf("and what the payer decides (type %c)", a.Type))
	}
	x.fact("add-on to", "%s", strings.TrimPrefix(strings.Join(primaries, " "), "and "))
}

func (x *explainer) diagnosis(d catalog.Diagnosis) {
	x.fact("diagnosis", "%s", d.Code)
	x.fact("label", "%s", d.Label)
	if !d.Billable {
		x.fact("billable", "no: a category, more characters are needed")
	}
	if d.From > 0 {
		x.fact("first valid day", "%s", d.From)
	}
	if d.To != claim.EndOfTime {
		x.fact("last valid day", "%s", d.To)
	}
	var before, instead []string
	for _, c := range d.Instead {
		if other, listed := x.cat.Diagnosis(c); listed && other.To < d.From {
			before = append(before, c.String())
		} else {
			instead = append(instead, c.String())
		}
	}
	x.fact("before that", "%s", strings.Join(before, " "))
	x.fact("use instead", "%s", strings.Join(instead, " "))
	x.fact("note", "%s", d.Text)
	x.fact("source", "%s", d.Source)
}

// pair prints the whole history of two codes, in both directions.
func (x *explainer) pair(first, second string) error {
	a, err := claim.ParseCode(first)
	if err != nil {
		return fmt.Errorf("%q is no code: %w", first, err)
	}
	b, err := claim.ParseCode(second)
	if err != nil {
		return fmt.Errorf("%q is no code: %w", second, err)
	}
	for _, code := range []claim.Code{a, b} {
		if x.cat.Known(code) {
			continue
		}
		if like := x.cat.NearMisses(code.String(), x.date); len(like) > 0 {
			return fmt.Errorf("%s is not in the catalogue: did you mean %s?", code, like[0])
		}
		return fmt.Errorf("%s is not in the catalogue, and nothing is known of its pairs: --table with CMS's file may have them", code)
	}
	episodes := x.cat.Episodes(catalog.MedicarePractitioner, a, b)
	slices.SortStableFunc(episodes, func(e, f catalog.Edit) int { return cmp.Compare(x.pastness(e), x.pastness(f)) })
	if len(episodes) == 0 {
		x.unpaired(a, b)
		return errors.Join(x.w.Flush(), x.audited(a, b, nil))
	}
	fmt.Fprintln(x.w, "COLUMN 1\tCOLUMN 2\tFROM\tTO\tMODIFIER\tREASON\tTABLE\tFILE\tROW")
	for _, e := range episodes {
		fmt.Fprintf(x.w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", e.Column1, e.Column2, startText(e), endText(e.To),
			indicatorText(e.Indicator), e.Rationale, e.Table.Quarter, e.Table.File, e.Row)
	}
	if x.date != 0 {
		x.onDay(a, b)
	}
	fmt.Fprintln(x.w)
	if err := x.w.Flush(); err != nil {
		return err
	}
	return errors.Join(x.opening(episodes), x.audited(a, b, episodes))
}

// unpaired says that no edit between the two is known: an edit there is none of, or a table without the
// codes, which says nothing.
func (x *explainer) unpaired(a, b claim.Code) {
	fmt.Fprintf(x.w, "no pair edit between %s and %s is in the tables in use\n", a, b)
	on := x.date
	if on == 0 {
		on, _ = x.cat.Newest(catalog.PairEdits, catalog.MedicarePractitioner)
	}
	for _, code := range []claim.Code{a, b} {
		if x.cat.Covered(catalog.MedicarePractitioner, code, nil, on)&catalog.InPairs == 0 {
			fmt.Fprintf(x.w, "which do not cover %s: there may be one all the same, and --table with CMS's file tells\n", code)
		}
	}
}

// onDay says which edit between the two is in force on the day.
func (x *explainer) onDay(a, b claim.Code) {
	for _, pair := range [...][2]claim.Code{{a, b}, {b, a}} {
		if e, ok := x.cat.Edit(catalog.MedicarePractitioner, pair[0], pair[1], x.date); ok {
			fmt.Fprintf(x.w, "\non %s: %s is included in %s, %s (table of %s)\n", x.date, e.Column2, e.Column1, indicatorText(e.Indicator), e.Table.Quarter)
			return
		}
	}
	fmt.Fprintf(x.w, "\non %s: no edit between the two is in force\n", x.date)
}

// pastness is 0 for an edit in force on the day asked about, or today, which is shown first, and 1 for others.
func (x *explainer) pastness(e catalog.Edit) int {
	day := x.date
	if day == 0 {
		day = claim.DateOf(time.Now())
	}
	if e.InForce(day) {
		return 0
	}
	return 1
}

// opening says which modifiers open a pair of indicator 1, and on which line.
func (x *explainer) opening(episodes []catalog.Edit) error {
	if !slices.ContainsFunc(episodes, func(e catalog.Edit) bool { return e.Indicator == catalog.Allowed }) {
		return nil
	}
	for _, line := range rules.Opening() {
		if _, err := fmt.Fprintln(x.out, line); err != nil {
			return err
		}
	}
	return nil
}

func endText(d claim.Date) string {
	if d == claim.EndOfTime {
		return "open"
	}
	return d.String()
}

func startText(e catalog.Edit) string {
	if e.Dated() {
		return e.From.String()
	}
	return "not in the table"
}

func indicatorText(i catalog.Indicator) string {
	switch i {
	case catalog.Never:
		return "0: no modifier opens it"
	case catalog.Allowed:
		return "1: a modifier opens it"
	}
	return "9: never was in force"
}
