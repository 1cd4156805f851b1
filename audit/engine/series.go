package engine

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// cause is what the reviews of one series have in common: a rule, what was billed, and why.
type cause struct {
	rule   *audit.Rule
	code   claim.Code
	payer  claim.Payer
	reason claim.Diagnosis // the first of the line
}

// inSeries leaves the first of a patient's reviews of one cause where their rule asks once for a series: the
// later days are named with it.
func inSeries(found []audit.Finding) []audit.Finding {
	if !slices.ContainsFunc(found, serial) {
		return found
	}
	first, days := map[cause]int{}, map[int]int{}
	for i := range found {
		if f := &found[i]; serial(*f) {
			if k, again := first[causeOf(f)]; !again || f.Line.From < found[k].Line.From {
				first[causeOf(f)] = i
			}
		}
	}
	kept := found[:0]
	for i := range found {
		f := found[i]
		if !serial(f) || first[causeOf(&f)] == i {
			continue
		}
		head := first[causeOf(&f)]
		relate(&found[head], f.Line)
		days[head]++
	}
	for i := range found {
		f := found[i]
		if serial(f) && first[causeOf(&f)] != i {
			continue
		}
		if n := days[i]; n == 1 {
			f.Message += "; so on another line of the patient"
		} else if n > 1 {
			f.Message += fmt.Sprintf("; so on %d other lines of the patient", n)
		}
		kept = append(kept, f)
	}
	clear(found[len(kept):])
	return kept
}

// serial tells whether the finding is one of a series that is asked about once. One that stands for a line it
// can edit is no question.
func serial(f audit.Finding) bool {
	return f.Rule.Series && f.Severity == audit.Review && len(f.Fix.Edits) == 0 && f.Count == 0
}

func causeOf(f *audit.Finding) cause {
	return cause{f.Rule, f.Line.Code, f.Line.Payer, f.Line.Dx[0]}
}
