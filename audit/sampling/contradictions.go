package sampling

import (
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// said is what a reviewer said of a line, beside what was billed and paid.
type said struct {
	*Answer
	line         *Line
	base         claim.Cents // what was paid, or charged where nothing tells that
	filled       bool        // base is what the reviewer filled in
	other        bool        // another code or number of units is named
	units        claim.Units // the correct ones; those of a blank cell are 1
	given        bool        // a correct payment is
	correct      claim.Cents // and what it is, or is taken to be
	charge       claim.Cents
	chargeIsSaid bool
}

// saidOf puts a line's answer beside what was billed.
func saidOf(l *Line, a *Answer, base claim.Cents, filled bool) *said {
	s := &said{
		Answer: a, line: l, base: base, filled: filled, other: differs(a.Code, l.Code) || differs(a.Units, unitsOr(l.Units)), given: a.Correct != nil,
		charge: amountOf(l.Charge), chargeIsSaid: l.Charge != "",
	}
	if u, err := claim.ParseUnits(unitsOr(a.Units)); err == nil {
		s.units = u
	}
	switch {
	case s.given:
		s.correct = *a.Correct
	case a.Supported == Supported:
		s.correct = base
	}
	return s
}

// unitsOr is a number of units, 1 where it is blank.
func unitsOr(text string) string {
	if text == "" {
		return "1"
	}
	return text
}

// faults are what no line may say: each keeps the sample from being estimated from until it is mended.
var faults = []struct {
	holds func(*said) bool
	why   string
}{
	{func(s *said) bool { return s.Supported == "" }, "is not filled in: Supported is blank"},
	{func(s *said) bool { return s.Supported == NotInFrame }, "is said not to be in the frame, and is not of a unit that is"},
	{func(s *said) bool { return s.correct < 0 && s.given }, "Correct payment is below zero"},
	{func(s *said) bool { return s.units < 0 }, "Correct units is below zero"},
	{func(s *said) bool { return s.Supported == NoRecord && s.correct != 0 }, "there is no record, and yet a correct payment: without a record nothing is supported"},
	{func(s *said) bool { return s.Supported == NoRecord && s.other }, "there is no record, and yet a correct code or number of units: clear it, or choose under Supported what the record shows"},
	{func(s *said) bool { return s.Supported == InPart && !s.given }, "is supported in part: Correct payment is needed"},
	{func(s *said) bool { return s.Supported == Supported && s.other && !s.given }, "is supported and has another correct code or number of units: Correct payment is needed"},
	{func(s *said) bool { return s.Supported == Unsupported && s.other && !s.given }, "is not supported and has another correct code or number of units: Correct payment is needed, 0 where nothing should have been paid"},
	{func(s *said) bool { return s.Supported == Supported && s.correct == 0 && s.base > 0 }, "is supported, and yet Correct payment is 0: choose No or In part under Supported, or clear Correct payment"},
	{func(s *said) bool { return s.Supported == Unsupported && !s.other && s.correct > 0 }, "is not supported, and yet has a correct payment: choose In part under Supported, or clear Correct payment"},
	{func(s *said) bool { return s.units == 0 && s.correct > 0 }, "Correct units is 0, and yet there is a correct payment: choose No under Supported, or mend one of them"},
}

// doubts are what a line may say, and rarely means: it is taken as it stands, and told.
var doubts = []struct {
	holds func(*said) bool
	why   string
}{
	{func(s *said) bool { return s.correct > s.base }, "Correct payment is above what was paid: it counts as paid too little"},
	{func(s *said) bool { return s.correct > s.base && s.chargeIsSaid && s.correct > s.charge }, "Correct payment is above what was billed"},
	{func(s *said) bool { return s.filled && s.chargeIsSaid && s.base > s.charge }, "Paid is above what was billed"},
	{func(s *said) bool { return s.Supported == Supported && !s.other && 0 < s.correct && s.correct < s.base }, "is supported as billed, and yet Correct payment is below what was paid: it counts with the difference"},
	{func(s *said) bool { return s.Supported == Supported && s.other }, "is supported as billed, and yet has another correct code or number of units: it counts as not as billed"},
	{func(s *said) bool { return s.other && s.given && s.correct == s.base && s.base != 0 }, "has another correct code or number of units, and the payment is unchanged: it counts as an error without money"},
	{func(s *said) bool { return s.Supported == InPart && !s.other && s.correct == s.base }, "is supported in part, and neither code, units nor payment is another: it counts as an error without money"},
	{func(s *said) bool { return s.Supported == InPart && s.correct == 0 && s.base > 0 }, "is supported in part, and yet Correct payment is 0: it counts with the whole amount"},
	{func(s *said) bool { return s.Supported == Unsupported && s.other && s.correct > 0 }, "is not supported, and yet has a correct payment for another code or number of units: it counts with the difference"},
	{func(s *said) bool { return !isCode(s.Code) && differs(s.Code, s.line.Code) }, "Correct code is no code, such as 99213: it counts as not as billed"},
}

// fault is the first fault of an answer; blank for none.
func (s *said) fault() string {
	for i := range faults {
		if faults[i].holds(s) {
			return faults[i].why
		}
	}
	return ""
}

// doubt is all that is doubtful about an answer; blank for nothing.
func (s *said) doubt() string {
	var why []string
	for i := range doubts {
		if doubts[i].holds(s) {
			why = append(why, doubts[i].why)
		}
	}
	return strings.Join(why, "; ")
}

// isCode tells whether a text is one code; a blank one is that which was billed.
func isCode(text string) bool {
	code, err := claim.ParseCode(text)
	return text == "" || err == nil && code.Shaped()
}

// differs tells whether the reviewer names another value than the one billed.
func differs(said, billed string) bool {
	return said != "" && !strings.EqualFold(strings.TrimSpace(said), strings.TrimSpace(billed))
}

// besides tells whether a line of a unit that should not have been in the frame has answers that are left out.
func besides(answers []Answer) bool {
	return slices.ContainsFunc(answers, func(a Answer) bool { return a.Correct != nil || a.Code != "" || a.Units != "" })
}
