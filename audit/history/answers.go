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
	Waived        bool   // it stood there among what is waived, so that nobody was asked
	audit.Disposition
}

// Answers are what reviewed workbooks say of all findings that are in them, by fingerprint.
type Answers map[string]Answer

// Compare tells from workbooks alone which findings are new, and what was said of them. What was answered
// is asked again only once it says something else. What is waived keeps what was said of it.
func (a Answers) Compare(found, waived iter.Seq[Found]) *audit.Past {
	p := &audit.Past{Said: map[string]audit.Disposition{}, Counts: map[audit.State]int{}}
	for f := range found {
		answer, state := a.of(f)
		if answer.Disposition != (audit.Disposition{}) {
			p.Note(f.Fingerprint, answer.Disposition, state)
		}
		p.States = append(p.States, state)
		p.Counts[state]++
	}
	for f := range waived {
		p.Counts[audit.Waived]++
		if answer, _ := a.of(f); answer.Disposition != (audit.Disposition{}) {
			p.Said[f.Fingerprint] = answer.Disposition
		}
	}
	return p
}

// of is what the workbooks say of a finding, or of the one that stood for its line and others, or of those that stood
// for the lines that it stands for, and its state.
func (a Answers) of(f Found) (Answer, audit.State) {
	if answer, known := a[f.Fingerprint]; known {
		state := a.state(f, answer)
		if !a.own(f, answer) {
			answer = Answer{}
		}
		return answer, state
	}
	if answer, known := a[f.Flood]; known && f.Lines == nil {
		answer.Says = 0 // of another
		return answer, a.stateOf(f, answer, false)
	}
	if f.Lines == nil {
		return Answer{}, audit.New
	}
	return a.ofLines(f)
}

// ofLines is what was said of all lines that a finding stands for: it is new where most of them are.
func (a Answers) ofLines(f Found) (all Answer, state audit.State) {
	known, differ := 0, false
	for line := range f.Lines {
		answer, met := a[line.Fingerprint]
		if !met || answer.Waived {
			continue
		}
		differ = differ || known > 0 && (answer.Value != all.Value || answer.Note != all.Note)
		known, all = known+1, answer
	}
	settled := said{Disposition: all.Disposition}
	if differ || settled.settles() && known < f.Count {
		all = Answer{}
	}
	if 2*known < f.Count {
		return all, audit.New
	}
	return all, audit.Open
}

func (a Answers) state(f Found, answer Answer) audit.State {
	return a.stateOf(f, answer, !a.own(f, answer))
}

// stateOf is the state of a finding of which a workbook has that answer, or has it of another.
func (a Answers) stateOf(f Found, answer Answer, other bool) audit.State {
	settled := said{Disposition: answer.Disposition}
	changed := answer.Severity != f.Severity.String() || answer.Says != 0 && answer.Says != saysOf(f.Finding)
	switch {
	case settled.settles() && (changed || other):
		return audit.Reopened
	case settled.settles() || !answer.Waived:
		return audit.Open
	case answer.Disposition == audit.Disposition{}: // it was waived, and nobody has been asked
		return audit.New
	}
	return audit.Reopened
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
