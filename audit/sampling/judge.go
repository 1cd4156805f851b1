package sampling

import (
	"fmt"
	"strings"

	"claimaudit/audit/claim"
)

// Answer is what a reviewer wrote of a line.
type Answer struct {
	Supported string // one of Answers; blank where nothing was filled in
	Code      string // the right one; blank for the one that was billed
	Units     string // likewise
	// Paid and Correct are what was paid and should have been; nil where the cell is blank.
	Paid, Correct *claim.Cents
	Note          string
	Reviewer, On  string
	Row           int // of the sheet
}

// blank tells whether nothing was filled in but what stood there before.
func (a *Answer) blank() bool {
	return a.Supported == "" && a.Code == "" && a.Units == "" && a.Correct == nil && a.Note == ""
}

// Review is a filled sample: the answers to each line of each unit, in their order.
type Review struct {
	*Sample
	Answers [][]Answer
}

// AnswersTo are the answers to the lines of a unit.
func (r *Review) AnswersTo(d *Drawn) []Answer {
	for i := range r.Units {
		if &r.Units[i] == d {
			return r.Answers[i]
		}
	}
	return nil
}

// Judged is a review made into results.
type Judged struct {
	Results []Result
	Basis   Basis // ByPaid also where the reviewer filled in what was paid
	// Out are units that should not have been in the frame, with the spares that took their places, and
	// Unused spares that were filled in and not needed.
	Out    []Swap
	Unused []string
	// Repaid are units of which the reviewer changed what the export says was paid.
	Repaid []string
	// Doubts are answers that were taken as they stand, and contradict themselves.
	Doubts []Trouble
	// Unsigned is how many lines do not say who reviewed them.
	Unsigned int
}

// Swap is a spare in the place of a unit.
type Swap struct{ Unit, Spare, Why string }

// Trouble is what keeps a review from being estimated from, or what is doubtful of one that was.
type Trouble struct {
	Unit string
	Line int // 0 for the whole unit
	Row  int // of the sheet; 0 where there is none
	Why  string
	// Unfilled says that nothing was chosen for the line.
	Unfilled bool
}

// String names the unit and what is wrong with it.
func (t Trouble) String() string {
	var b strings.Builder
	b.WriteString("unit " + t.Unit)
	if t.Line > 0 {
		fmt.Fprintf(&b, " line %d", t.Line)
	}
	if t.Row > 0 {
		fmt.Fprintf(&b, " (row %d)", t.Row)
	}
	return b.String() + ": " + t.Why
}

// Judge makes results of the answers. Where there are troubles nothing may be estimated.
func (r *Review) Judge() (*Judged, []Trouble) {
	j := &judging{Review: r}
	j.Basis = r.Basis
	used := j.choose()
	if r.Basis == ByCharge && j.anyPaid(used) {
		j.Basis = ByPaid
	}
	for _, i := range used {
		j.unit(i)
	}
	return &j.Judged, j.troubles
}

type judging struct {
	*Review
	Judged
	troubles []Trouble
}

func (j *judging) trouble(i, line int, why string) {
	t := Trouble{Unit: j.ID(&j.Units[i]), Line: line, Why: why}
	if line > 0 {
		a := &j.Answers[i][line-1]
		t.Row, t.Unfilled = a.Row, a.Supported == ""
	}
	j.troubles = append(j.troubles, t)
}

// choose is which units are estimated from: those of the sample, with spares in the places of units that
// should not have been in the frame, in order of selection.
func (j *judging) choose() (used []int) {
	for h := range j.Strata {
		var open []int // units without a place
		for i := range j.Units {
			d := &j.Units[i]
			switch {
			case d.Stratum != h:
			case !d.Spare && j.outside(i):
				open = append(open, i)
			case !d.Spare:
				used = append(used, i)
			case len(open) > 0 && j.outside(i): // a spare that is none
			case len(open) > 0:
				j.Out = append(j.Out, Swap{Unit: j.ID(&j.Units[open[0]]), Spare: j.ID(d), Why: j.Answers[open[0]][0].Note})
				used, open = append(used, i), open[1:]
			case j.touched(i):
				j.Unused = append(j.Unused, j.ID(d))
			}
		}
		for _, i := range open {
			j.trouble(i, 0, "is not in the frame, and no spare of its stratum is left to take its place")
		}
	}
	return used
}

// outside tells whether the reviewer says of a unit that it should not have been in the frame.
func (j *judging) outside(i int) bool {
	said := 0
	for k := range j.Answers[i] {
		if j.Answers[i][k].Supported == NotInFrame {
			said++
		}
	}
	switch {
	case 0 < said && said < len(j.Answers[i]):
		j.trouble(i, 0, fmt.Sprintf("%q is said of some of its lines: it is said of all lines of a unit, or of none", NotInFrame))
	case said > 0 && besides(j.Answers[i]):
		j.Doubts = append(j.Doubts, Trouble{Unit: j.ID(&j.Units[i]), Why: "is not in the frame, and yet has correct codes, units or payments: they are left out"})
	}
	return said > 0
}

func (j *judging) touched(i int) bool {
	for k := range j.Answers[i] {
		if !j.Answers[i][k].blank() {
			return true
		}
	}
	return false
}

// anyPaid tells whether the reviewer filled in what was paid where the export has charges only.
func (j *judging) anyPaid(used []int) bool {
	for _, i := range used {
		for k := range j.Answers[i] {
			if j.Answers[i][k].Paid != nil {
				return true
			}
		}
	}
	return false
}

// unit makes the result of a unit.
func (j *judging) unit(i int) {
	d := &j.Units[i]
	r := Result{Unit: d}
	for k := range d.Lines {
		a := &j.Answers[i][k]
		base, why := j.base(&d.Lines[k], a)
		said := saidOf(&d.Lines[k], a, base, j.Sample.Basis == ByCharge && a.Paid != nil)
		if more := said.fault(); why != "" || more != "" {
			j.trouble(i, k+1, strings.Trim(why+"; "+more, "; "))
			continue
		}
		doubt := said.doubt()
		if doubt != "" {
			j.Doubts = append(j.Doubts, Trouble{Unit: j.ID(d), Line: k + 1, Row: a.Row, Why: doubt})
		}
		r.Paid += base
		r.Correct += said.correct
		r.Lines = append(r.Lines, LineResult{base, said.correct, doubt})
		r.Wrong = r.Wrong || a.Supported != Supported || said.other
		if a.Supported == NoRecord {
			r.Unproduced++
		}
		if a.Reviewer == "" {
			j.Unsigned++
		}
	}
	if j.Sample.Basis != ByCharge && r.Paid != d.Amount {
		j.Repaid = append(j.Repaid, j.ID(d))
	}
	j.Results = append(j.Results, r)
}

// base is what was paid for a line, or charged where nothing tells that.
func (j *judging) base(l *Line, a *Answer) (amount claim.Cents, why string) {
	switch {
	case a.Paid != nil && *a.Paid < 0 && j.Sample.Basis == ByCharge:
		return 0, "Paid is below zero"
	case a.Paid != nil:
		return *a.Paid, ""
	case j.Basis == ByCharge:
		return amountOf(l.Charge), ""
	case j.Sample.Basis == ByCharge:
		return 0, "Paid is blank, and filled in on other lines: fill it in on all, or on none"
	}
	return 0, ""
}

func amountOf(text string) claim.Cents {
	c, err := claim.ParseCents(text)
	if err != nil {
		return 0
	}
	return c
}
