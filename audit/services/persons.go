package services

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Persons parts the lines of one patient id, which are in order, by person: two full dates of birth that
// no slip of the pen explains are two persons on one member number. Lines without a date of birth are
// shown one by one where there are two persons.
func (s *Stage) Persons(lines []audit.Line, judge func([]audit.Line) error) error {
	births := birthsOf(lines)
	if !areSeveral(lines, births) {
		return judge(lines)
	}
	s.notes.remark(persons, &lines[0])
	for _, b := range births {
		var own []audit.Line
		for i := range lines {
			if lines[i].Birth == b {
				own = append(own, lines[i])
			}
		}
		if err := judge(own); err != nil {
			return err
		}
	}
	for i := range lines {
		if lines[i].Birth == 0 {
			if err := judge(lines[i : i+1 : i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Persons tells whether the lines of one patient id are of several persons.
func Persons(lines []audit.Line) bool { return areSeveral(lines, birthsOf(lines)) }

func areSeveral(lines []audit.Line, births []claim.Date) bool {
	return len(births) > 1 && !lines[0].Anonymous && !anyAlike(births)
}

// birthsOf are the dates of birth on the lines, each once.
func birthsOf(lines []audit.Line) (births []claim.Date) {
	for i := range lines {
		if b := lines[i].Birth; b != 0 && (len(births) == 0 || births[len(births)-1] != b) && !slices.Contains(births, b) {
			births = append(births, b)
		}
	}
	return births
}

// anyAlike tells whether two of the dates may be one, written wrongly.
func anyAlike(births []claim.Date) bool {
	for i, a := range births {
		for _, b := range births[i+1:] {
			if alike(a, b) {
				return true
			}
		}
	}
	return false
}

// alike tells whether two dates may be one: day and month changed round, a century off, the first of
// January for a day that is not known, or one or two digits wrong.
func alike(a, b claim.Date) bool {
	x, y := a.String(), b.String()
	if a.SwapDayMonth() == b || x[2:] == y[2:] || x[5:] == "01-01" || y[5:] == "01-01" {
		return true
	}
	wrong := 0
	for i := range x {
		if x[i] != y[i] {
			wrong++
		}
	}
	return wrong <= 2
}
