package catalog

import (
	"fmt"
	"slices"

	"claimaudit/audit/claim"
)

// SpanKind is what the days of a span mean on a line: whether its units are parted among them.
type SpanKind uint8

// The kinds of spans.
const (
	SpanOfDays    SpanKind = iota // the service was given on each of the days
	SpanOfSession                 // it is one session, which no span of days can be
	SpanOfPeriod                  // a month or a stay, billed once
	SpanOfTime                    // its units are minutes, which no day parts
)

var spanKinds = map[string]SpanKind{"days": SpanOfDays, "session": SpanOfSession, "period": SpanOfPeriod, "time": SpanOfTime}

// spanRow says of a range of codes, or of lines with a modifier, what a span of days means.
type spanRow struct {
	First  string `csv:"first"`
	Last   string `csv:"last"`
	Mod    string `csv:"mod"`
	Counts string `csv:"counts"`
	Source string `csv:"source"`
}

// spanMeaning is a row in use.
type spanMeaning struct {
	first, last claim.Code
	mod         claim.Modifier
	kind        SpanKind
}

func (s *spanMeaning) is(code claim.Code, mods *claim.Modifiers) bool {
	if s.first != 0 && (code < s.first || code > s.last) {
		return false
	}
	return s.mod == 0 || mods.Has(s.mod)
}

func (b *builder) span(r spanRow) error {
	var v values
	s := spanMeaning{}
	if r.First != "" {
		s.first, s.last = v.code(r.First), v.code(r.Last)
	}
	if m, err := claim.ParseModifier(r.Mod); r.Mod != "" && err == nil {
		s.mod = m
	}
	kind, ok := spanKinds[r.Counts]
	if s.kind = kind; !ok || s.first > s.last || s.first == 0 && s.mod == 0 {
		v.fail(fmt.Errorf("%s to %s %s is no span of %s", r.First, r.Last, r.Mod, r.Counts))
	}
	b.c.spans = append(b.c.spans, s)
	return v.err
}

// SpanOf is what a span of days means on a line of the code and modifiers.
func (c *Catalog) SpanOf(code claim.Code, mods claim.Modifiers) SpanKind {
	if i := slices.IndexFunc(c.spans, func(s spanMeaning) bool { return s.is(code, &mods) }); i >= 0 {
		return c.spans[i].kind
	}
	return SpanOfDays
}
