package engine

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// mostDays is the most days that a span is parted into: a longer one is counted on its first day.
const mostDays = 31

// partSpans puts a line for each day in the place of lines whose units are so many a day, and one with
// the units of a day in the place of the others for several days; a period, and a time in minutes, stay
// as they are. Lines without a span are returned as they are.
func (j *judge) partSpans(lines []audit.Line) []audit.Line {
	if !anySpan(lines) {
		return lines
	}
	parted := j.parted[:0]
	for i := range lines {
		if s := j.spanOf(&lines[i]); s != nil {
			parted = appendDays(parted, s)
		} else {
			parted = append(parted, lines[i])
		}
	}
	j.parted = parted
	sortLines(parted)
	return parted
}

func anySpan(lines []audit.Line) bool {
	for i := range lines {
		if lines[i].To > lines[i].From {
			return true
		}
	}
	return false
}

// spanOf is the span of a line; nil for one that is not parted.
func (j *judge) spanOf(l *audit.Line) *audit.Span {
	if l.To <= l.From || l.Units <= 0 {
		return nil
	}
	s := &audit.Span{Line: l, Days: int(l.To-l.From) + 1, Kind: j.o.Catalog.SpanOf(l.Code, l.Mods)}
	if s.Kind == catalog.SpanOfPeriod || s.Kind == catalog.SpanOfTime {
		return nil
	}
	s.Divided = l.Units%claim.One == 0 && l.Units%claim.Whole(s.Days) == 0
	return s
}

// appendDays adds the days of a span: one where its units do not divide, where it can be one session
// only, where it is a facility's, whose dates are often those of the whole claim, and where it is very
// long.
func appendDays(lines []audit.Line, s *audit.Span) []audit.Line {
	of := s.Line
	day := *of
	day.Span = s
	if !s.Divided || s.Kind == catalog.SpanOfSession || of.Type == claim.Facility || s.Days > mostDays {
		days := claim.Whole(s.Days)
		day.Units = (of.Units + days - 1) / days * claim.One
		return append(lines, day)
	}
	day.Units = of.Units / claim.Units(s.Days)
	for n := range s.Days {
		day.From = of.From + claim.Date(n)
		before, after := claim.Whole(n), claim.Whole(n+1)
		day.Charge = of.Charge.Share(after, claim.Whole(s.Days)) - of.Charge.Share(before, claim.Whole(s.Days))
		lines = append(lines, day)
	}
	return lines
}

// joinSpans makes the findings on the days of a span one on its line, and has all findings speak of lines
// as they are billed.
func joinSpans(found []audit.Finding) []audit.Finding {
	if !anyOfDays(found) {
		return found
	}
	joined := found[:0]
	on := map[joint]int{}
	for _, f := range found {
		day := f.Line
		if !ofDays(&f) {
			joined = append(joined, f)
			continue
		}
		f = whole(f)
		at, again := on[joint{f.Rule, f.Line}]
		switch {
		case day.Span == nil:
			joined = append(joined, f)
		case again:
			joinDay(&joined[at], &f)
		default:
			on[joint{f.Rule, f.Line}] = len(joined)
			joined = append(joined, f)
		}
	}
	clear(found[len(joined):])
	return joined
}

// joint is what findings on the days of a span are joined by.
type joint struct {
	rule *audit.Rule
	line *audit.Line
}

func anyOfDays(found []audit.Finding) bool {
	for i := range found {
		if ofDays(&found[i]) {
			return true
		}
	}
	return false
}

// ofDays tells whether a finding speaks of a day of a span.
func ofDays(f *audit.Finding) bool {
	return f.Line.Span != nil || slices.ContainsFunc(f.Related, func(l *audit.Line) bool { return l.Span != nil }) ||
		slices.ContainsFunc(f.Fix.Edits, func(e audit.Edit) bool { return e.Line.Span != nil })
}

// whole is the finding on lines as they are billed. On a span the money is that of the day, no fix gives
// the units, which are those of all days, and the text says what a day has.
func whole(f audit.Finding) audit.Finding {
	if s := f.Line.Span; s != nil {
		if amount, known := f.AtRisk(); known && f.Money != audit.NoMoney && s.Divided {
			f.Part = &amount
		}
		f = aDay(f, s)
	}
	f.Line = f.Line.Whole()
	related := f.Related
	f.Related = nil
	for _, l := range related {
		relate(&f, l.Whole())
	}
	f.Fix.Edits = slices.Clone(f.Fix.Edits)
	for i := range f.Fix.Edits {
		f.Fix.Edits[i].Line = f.Fix.Edits[i].Line.Whole()
	}
	return f
}

// aDay says what the finding rests on, and takes back edits of units.
func aDay(f audit.Finding, s *audit.Span) audit.Finding {
	units := f.Rule.Rank == audit.UnitTable || f.Fix.Action == audit.SetUnits
	if slices.ContainsFunc(f.Fix.Edits, func(e audit.Edit) bool { return e.Units != 0 && e.Line.Span != nil }) {
		f.Fix.Edits, units = nil, true
	}
	switch {
	case f.Rule.Rank == audit.Apart, strings.Contains(f.Message, s.Line.To.String()): // of a cell, or of the span itself
	case s.Divided:
		f.Message += fmt.Sprintf("; the line is for %d days, %s to %s, with %s a day", s.Days, s.Line.From, s.Line.To, quantity(s.Line.Units/claim.Units(s.Days)))
	case units:
		f.Severity = min(f.Severity, audit.Warning)
		f.Message += fmt.Sprintf("; units over days: the %s units of the line are no equal number on each of its %d days, %s to %s", s.Line.Units, s.Days, s.Line.From, s.Line.To)
	}
	return f
}

// joinDay takes what a rule says of another day of a span into what it says of the line: the worst of
// both, and the money of both.
func joinDay(f, other *audit.Finding) {
	sum := claim.Cents(0)
	if f.Part != nil && other.Part != nil {
		sum = *f.Part + *other.Part
	}
	if other.Severity > f.Severity {
		*f, other.Related = *other, append(slices.Clone(f.Related), other.Related...)
	}
	if sum != 0 {
		f.Part = &sum
	}
	for _, l := range other.Related {
		relate(f, l)
	}
}

// quantity is a number of units in words.
func quantity(u claim.Units) string {
	if u == claim.One {
		return "1 unit"
	}
	return u.String() + " units"
}
