package hold

import "claimaudit/audit/claim"

// first is a source's earliest date of service, with ambiguous dates read month first and day
// first: which of them holds is known only when the source has been read to its end.
type first struct{ monthFirst, dayFirst claim.Date }

func (f first) earlier(g first) first {
	switch (first{}) {
	case f:
		return g
	case g:
		return f
	}
	return first{min(f.monthFirst, g.monthFirst), min(f.dayFirst, g.dayFirst)}
}

func firstOf(l *claim.Line) first {
	f := first{l.From, l.From}
	if l.Ambiguous.Has(claim.FieldFrom) {
		f.dayFirst = l.From.SwapDayMonth()
	}
	return f
}

// Since is the first date of service in all sources, once the collectors are closed.
func (b *Body) Since(sources []claim.Source) (since claim.Date) {
	for source, f := range b.firsts {
		d := f.monthFirst
		if sources[source].DayFirst.Has(claim.FieldFrom) {
			d = f.dayFirst
		}
		if since == 0 || d < since {
			since = d
		}
	}
	return since
}
