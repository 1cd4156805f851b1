package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"claimaudit/audit/claim"
)

// payer is who is to pay for a line: by the name given, however it is spaced and punctuated, or by
// the kind of payer where there is no name. There is one Medicare, whatever it is called.
type payer struct {
	name string
	kind claim.Payer
}

func payerOf(l *Line) payer {
	switch l.Payer {
	case claim.Medicare:
		return payer{claim.Medicare.String(), claim.Medicare}
	case claim.BlankPayer: // UNKNOWN and N/A name nobody
		return payer{}
	}
	return payer{foldedName(l.PayerName), l.Payer}
}

// foldedName is the letters and digits of a name, in small letters.
func foldedName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// within tells whether p, which says less of who it is than q does, may be q.
func (p payer) within(q payer) bool {
	return p.name == "" && (p.kind == claim.BlankPayer && p != q || p.kind == q.kind && q.name != "")
}

func (p payer) compare(q payer) int {
	return cmp.Or(strings.Compare(p.name, q.name), cmp.Compare(p.kind, q.kind))
}

// onePayer tells at a glance whether all lines name the same payer in the same way, as on most days.
func onePayer(day []Line) bool {
	for i := 1; i < len(day); i++ {
		if day[i].PayerName != day[0].PayerName || day[i].Payer != day[0].Payer {
			return false
		}
	}
	return true
}

// among is the payer that p is among all of a day: itself, or the only one it may be.
func (p payer) among(all map[payer]int) payer {
	found := p
	if p.name != "" {
		return p
	}
	for q := range all {
		if !p.within(q) {
			continue
		}
		if q = q.among(all); found != p && found != q {
			return p
		}
		found = q
	}
	return found
}

// partByPayer puts the lines of each payer of a day together, otherwise in their order, and tells where
// those of each end. Lines that name no payer are with the only one they may be of, and by themselves
// where there are several.
func partByPayer(day []Line) (ends []int) {
	all := map[payer]int{}
	for i := range day {
		all[payerOf(&day[i])] = 0
	}
	parts := slices.SortedFunc(maps.Keys(all), payer.compare)
	for p := range all {
		all[p], _ = slices.BinarySearchFunc(parts, p.among(all), payer.compare)
	}
	part := func(l *Line) int { return all[payerOf(l)] }
	slices.SortStableFunc(day, func(a, b Line) int { return cmp.Compare(part(&a), part(&b)) })
	for i := 1; i <= len(day); i++ {
		if i == len(day) || part(&day[i-1]) != part(&day[i]) {
			ends = append(ends, i)
		}
	}
	return ends
}
