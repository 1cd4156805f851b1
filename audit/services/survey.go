package services

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Survey sees the lines of every patient before any is settled, and finds what only the whole input
// tells. Each goroutine needs its own; Add brings them together.
type Survey struct {
	sources []claim.Source
	stated  map[string]claim.Type
	inputs  []inputTally
	billers billers
	counted bool         // the billers' lines are, by a census
	seen    []claim.Date // scratch of seeBillers
	day     []centreLine // scratch of centreDay
	met     []dayBiller  // likewise

	owners []owner
	// nobodies are the lines without a patient and a claim, by what they hold.
	nobodies []uint64
}

// inputTally is what was seen of one table.
type inputTally struct {
	lines      int
	ids, torn  int        // line numbers, and those that stand on two codes or two days of one claim
	repeats    int        // charges that stand on several rows
	differing  int        // of these, with another answer of a payer on each row
	certain    bool       // a payment or a reason of denial told two rows of a charge apart
	received   claim.Date // the last day of receipt
	last       claim.Date // the last day of service
	sharedFile int        // lines that an earlier sheet of the same file has as well
}

// Need is what a survey is for.
type Need uint8

// What surveys are for.
const (
	NoSurvey  Need = iota // nothing is told by all lines together
	OfBillers             // the types of claims alone, which hang on patients with a day in a surgery centre
	OfAll
)

// Needs tells what in these tables is only told by all their lines.
func Needs(sources []claim.Source) Need {
	asks := claim.FieldSet(claim.FieldLineID, claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials)
	need := NoSurvey
	for i := range sources {
		s := &sources[i]
		if s.Columns&asks != 0 || s.Payments || s.LineNumbers {
			return OfAll
		}
		if !s.Columns.Has(claim.FieldType) {
			need = OfBillers
		}
	}
	if len(sources) > 1 {
		return OfAll
	}
	return need
}

// NewSurvey makes a survey of lines of those tables. Stated is whose claims they are where the tables do not say, as
// audit.Settings have it.
func NewSurvey(sources []claim.Source, stated map[string]claim.Type) *Survey {
	return &Survey{sources: sources, stated: stated, inputs: make([]inputTally, len(sources)), billers: newBillers()}
}

// Patient takes the lines of one patient, or those of a claim without one.
func (v *Survey) Patient(lines []audit.Line) {
	for i := range lines {
		l := &lines[i]
		t := &v.inputs[l.Pos.Input]
		t.lines++
		t.received, t.last = max(t.received, l.Received), max(t.last, l.From)
	}
	v.seeBillers(lines)
	v.seeOwners(lines)
	v.seeNobody(lines)
	if len(lines) < 2 {
		return
	}
	v.numbers(lines)
	v.answers(lines)
	v.sheets(lines)
}

// numbers counts the line numbers of the patient's claims, and those that are on two codes or two days.
func (v *Survey) numbers(lines []audit.Line) {
	type number struct {
		version
		input int32
		id    string
	}
	type charge struct {
		billed string
		from   claim.Date
	}
	first := map[number]charge{}
	torn := map[number]bool{}
	for i := range lines {
		l := &lines[i]
		if l.LineID == "" {
			continue
		}
		n := number{version{l.Claim, payerKey(l), frequency(l), l.Received}, l.Pos.Input, l.LineID}
		c, seen := first[n]
		t := &v.inputs[l.Pos.Input]
		switch {
		case !seen:
			first[n] = charge{l.Billed, l.From}
			t.ids++
		case c != charge{l.Billed, l.From} && !torn[n]:
			torn[n] = true
			t.torn++
		}
	}
}

// answers counts the charges that stand on several rows, and what a payer answered on each.
func (v *Survey) answers(lines []audit.Line) {
	var told []int
	for i := range lines {
		if l := &lines[i]; l.Payment != 0 || l.Denials != "" {
			told = append(told, i)
		}
	}
	if len(told) < 2 {
		return
	}
	slices.SortFunc(told, func(a, b int) int { return compareCharge(&lines[a], &lines[b]) })
	for start := 0; start < len(told); {
		end := start + 1
		for end < len(told) && sameCharge(&lines[told[start]], &lines[told[end]]) {
			end++
		}
		if end-start > 1 {
			v.answersOf(lines, told[start:end])
		}
		start = end
	}
}

func compareCharge(a, b *audit.Line) int {
	if c := cmp.Or(cmp.Compare(a.Pos.Input, b.Pos.Input), cmp.Compare(a.From, b.From), cmp.Compare(a.Type, b.Type)); c != 0 {
		return c
	}
	for _, f := range billed {
		if c := f.Compare(&a.Line, &b.Line); c != 0 {
			return c
		}
	}
	return 0
}

func (v *Survey) answersOf(lines []audit.Line, rows []int) {
	t := &v.inputs[lines[rows[0]].Pos.Input]
	t.repeats++
	seen := map[answer]bool{}
	numbered := map[uint64]bool{}
	denials := map[string]bool{}
	for _, i := range rows {
		l := &lines[i]
		seen[answer{l.Payment, l.Denials, payerKey(l)}] = true
		if l.Payment&claim.PaymentNumbered != 0 {
			numbered[l.Payment] = true
		}
		if l.Denials != "" {
			denials[l.Denials] = true
		}
	}
	if len(seen) == len(rows) {
		t.differing++
	}
	t.certain = t.certain || len(numbered) > 1 || len(denials) > 1
}

// sheets counts the lines that an earlier sheet of the same file has as well: months on sheets are parts
// of one export, but a sheet that repeats another is an export of its own.
func (v *Survey) sheets(lines []audit.Line) {
	type charge struct {
		place
		file string
	}
	first := map[charge]int32{}
	key := func(l *audit.Line) charge {
		return charge{place{version: version{claim: l.Claim}, service: serviceOf(l)}, v.sources[l.Pos.Input].File}
	}
	for i := range lines {
		if l := &lines[i]; v.sources[l.Pos.Input].Sheet != "" {
			k := key(l)
			if at, seen := first[k]; !seen || l.Pos.Input < at {
				first[k] = l.Pos.Input
			}
		}
	}
	if len(first) == 0 {
		return
	}
	for i := range lines {
		if l := &lines[i]; v.sources[l.Pos.Input].Sheet != "" && first[key(l)] < l.Pos.Input {
			v.inputs[l.Pos.Input].sharedFile++
		}
	}
}

// Add takes over what another survey of the same tables saw.
func (v *Survey) Add(o *Survey) {
	for i := range v.inputs {
		t, u := &v.inputs[i], &o.inputs[i]
		t.lines += u.lines
		t.ids, t.torn = t.ids+u.ids, t.torn+u.torn
		t.repeats, t.differing = t.repeats+u.repeats, t.differing+u.differing
		t.certain = t.certain || u.certain
		t.received, t.last = max(t.received, u.received), max(t.last, u.last)
		t.sharedFile += u.sharedFile
	}
	v.owners = append(v.owners, o.owners...)
	v.nobodies = append(v.nobodies, o.nobodies...)
	v.billers.add(&o.billers)
}
