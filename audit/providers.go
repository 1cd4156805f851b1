package audit

// Relation is how the providers of two lines stand to each other.
type Relation uint8

// The relations.
const (
	SameProvider      Relation = iota // rendering NPI equal, or nothing known that differs
	SameGroup                         // billing TIN equal, another rendering NPI: the specialty is not known
	DifferentProvider                 // another biller, or another person whose group is not known to be the same
)

// ByNumbers compares the providers of two lines by their numbers alone. Two billers are two providers:
// their tax numbers differ or, where one is missing, their billing NPIs. Of one biller the rendering
// NPI tells. What is blank on either line counts as the same; the comparison is of two lines and does
// not carry over to a third. What else tells people apart is a rule's knowledge: see terms.Providers.
func ByNumbers(a, b *Line) Relation {
	tin := compare(a.TIN, b.TIN)
	if tin == differ || tin == unknown && compare(a.Billing, b.Billing) == differ {
		return DifferentProvider
	}
	switch {
	case compare(a.Rendering, b.Rendering) != differ:
		return SameProvider
	case tin == equal:
		return SameGroup
	}
	return DifferentProvider
}

type comparison uint8

const (
	unknown comparison = iota
	equal
	differ
)

func compare(a, b string) comparison {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return equal
	}
	return differ
}
