package audit

import (
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Span is a line billed for several days. Rules see it as lines of one day each, with the units and the
// charge of that day; findings on these become one on the line itself.
type Span struct {
	// Line is the line as it is billed. Not itself among the lines of its case.
	Line *Line
	// Days is how many days it is for, its first and last among them.
	Days int
	// Kind is what several days mean for its code.
	Kind catalog.SpanKind
	// Divided says that its units are so many a day. Where they do not divide by the days it stands in
	// the case once, on its first day, with the most units that some day must have.
	Divided bool
}

// Whole is the line as it is billed, for all its days.
func (l *Line) Whole() *Line {
	if l.Span == nil {
		return l
	}
	return l.Span.Line
}

// Continues tells whether the line is a further day of a span, which is counted on its first.
func (l *Line) Continues() bool { return l.Span != nil && l.From != l.Span.Line.From }

// Through is the last day the line stands for: the last of a span that is not parted into days.
func (l *Line) Through() claim.Date {
	if l.To > l.From && (l.Span == nil || !l.Span.Divided || l.Span.Kind == catalog.SpanOfSession) {
		return l.To
	}
	return l.From
}
