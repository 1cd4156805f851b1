package history

import (
	"iter"
	"math"
	"strconv"

	"claimaudit/audit"
)

// Answer is what a reviewed workbook says of a finding, where no history is kept.
type Answer struct {
	Says          uint64 // what the finding said there, see SaysOf; 0 where that is not known
	Severity      string
	Units, Charge string // of its line
	audit.Disposition
}

// Answers are what reviewed workbooks say of all findings that are in them, by fingerprint.
type Answers map[string]Answer

// Compare tells from workbooks alone which findings are new, and what was said of them. What was answered
// is asked again only once it says something else.
func (a Answers) Compare(found iter.Seq[Found]) *audit.Past {
	p := &audit.Past{Said: map[string]audit.Disposition{}, Counts: map[audit.State]int{}}
	for f := range found {
		state := audit.New
		if answer, known := a[f.Fingerprint]; known {
			state = a.state(f, answer)
			if answer.Disposition != (audit.Disposition{}) && a.own(f, answer) {
				p.Said[f.Fingerprint] = answer.Disposition
			}
		}
		p.States = append(p.States, state)
		p.Counts[state]++
	}
	return p
}

func (a Answers) state(f Found, answer Answer) audit.State {
	settled := said{Disposition: answer.Disposition}
	changed := answer.Severity != f.Severity.String() || answer.Says != 0 && answer.Says != saysOf(f.Finding)
	if settled.settles() && (changed || !a.own(f, answer)) {
		return audit.Reopened
	}
	return audit.Open
}

// own tells whether an answer is of this finding, and not of another that says the same of a line beside it.
func (a Answers) own(f Found, answer Answer) bool {
	_, twins := a[twinOf(f.Fingerprint)]
	if !twins && !f.Twin {
		return true
	}
	return sameNumber(answer.Units, f.Line.Units.String()) && sameNumber(answer.Charge, f.Line.Charge.String())
}

// sameNumber compares numbers however they are written; a blank one is 0.
func sameNumber(a, b string) bool {
	x, err := numberOf(a)
	y, err2 := numberOf(b)
	if err != nil || err2 != nil {
		return a == b
	}
	return math.Abs(x-y) < 0.0001
}

func numberOf(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.ParseFloat(text, 64)
}
