package audit

// Relation is how the providers of two lines stand to each other.
type Relation uint8

// The relations.
const (
	SameProvider      Relation = iota // rendering NPI equal, or nothing known that differs
	SameGroup                         // billing TIN equal, another rendering NPI: the specialty is not known
	DifferentProvider                 // nothing known is equal, and something differs
)

// Providers compares the providers of two lines: the rendering NPI first, then the billing TIN.
// What is blank on either line counts as the same; the comparison is of two lines and does not
// carry over to a third.
func Providers(a, b *Line) Relation {
	npi := compare(a.Rendering, b.Rendering)
	if npi == equal {
		return SameProvider
	}
	switch tin := compare(a.TIN, b.TIN); {
	case npi == differ && tin == equal:
		return SameGroup
	case npi == differ || tin == differ && npi != equal:
		return DifferentProvider
	}
	return SameProvider
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
