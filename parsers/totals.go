package parsers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// A total that an export prints bills nothing. It is compared with the charges of the lines above it: where
// they differ, a line may be missing from the export, or be read wrongly.

// mark is what was charged since the mark before it, up to a total or to the end of a block.
type mark struct {
	row     int
	audited claim.Cents // of lines
	left    claim.Cents // of rows that are no lines, such as those marked void
	unknown int         // charges that cannot be read
	total   bool
	value   claim.Cents // of the total
}

// charges adds the charge of a line to what stands above the next total.
func (m *mark) charges(l *claim.Line) {
	m.audited += l.Charge
	if l.Bad.Has(claim.FieldCharge) {
		m.unknown++
	}
}

// leaves adds the charge of a row that is no line.
func (m *mark) leaves(u *claim.Unread) {
	m.left += u.Charge
	if u.ChargeUnknown {
		m.unknown++
	}
}

// markTotal closes what stands above a total that has an amount.
func (r *reader) markTotal(u *claim.Unread) {
	m := r.since
	m.row, m.total, m.value = r.row.Number, true, u.Charge
	r.marks, r.since = append(r.marks, m), mark{}
}

// flush closes what was charged in a block.
func (r *reader) flush() {
	if r.since != (mark{}) {
		m := r.since
		m.row = r.lastRow
		r.marks, r.since = append(r.marks, m), mark{}
	}
}

// compareTotals says whether the totals of the table agree with the charges above them: those since the
// total before, those since a total of such totals, or all.
func (t *Table) compareTotals(marks []mark) {
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.row, b.row) })
	var last, higher, all mark
	agree, unknown := []int{}, 0
	var differ []string
	for _, m := range marks {
		for _, sum := range []*mark{&last, &higher, &all} {
			sum.audited += m.audited
			sum.left += m.left
			sum.unknown += m.unknown
		}
		if !m.total || all == (mark{}) {
			continue
		}
		switch {
		case last.is(m.value):
			agree = append(agree, m.row)
		case all.is(m.value), higher.is(m.value):
			agree = append(agree, m.row)
			higher = mark{}
		case all.unknown > 0:
			unknown++
		default:
			differ = append(differ, fmt.Sprintf("the total in row %d is %s, and the charges above it are %s", m.row, m.value, nearest(m.value, &last, &all)))
		}
		last = mark{}
	}
	t.tellTotals(agree, unknown, differ)
}

// is tells whether a total says what was charged, with or without the rows that are no lines.
func (m *mark) is(value claim.Cents) bool { return value == m.audited || value == m.audited+m.left }

// nearest is the sum that a total seems to be meant of.
func nearest(value claim.Cents, last, all *mark) claim.Cents {
	if distance(value, all.audited) < distance(value, last.audited) {
		return all.audited
	}
	return last.audited
}

func distance(a, b claim.Cents) claim.Cents { return max(a-b, b-a) }

// shownTotals is how many totals that differ are told one by one.
const shownTotals = 3

func (t *Table) tellTotals(agree []int, unknown int, differ []string) {
	var notes []string
	switch n := len(agree); {
	case n == 1:
		notes = append(notes, fmt.Sprintf("the total in row %d agrees with the charges above it", agree[0]))
	case n > 1:
		notes = append(notes, fmt.Sprintf("%d totals agree with the charges above them", n))
	}
	if unknown > 0 {
		notes = append(notes, fmt.Sprintf("totals that cannot be compared, as charges above them cannot be read: %d", unknown))
	}
	if n := len(differ); n > 0 {
		text := strings.Join(differ[:min(n, shownTotals)], "; ")
		if n > shownTotals {
			text += fmt.Sprintf("; %d more differ", n-shownTotals)
		}
		notes = append(notes, text+": look whether lines are missing from the export")
	}
	t.Source.Notes = append(t.Source.Notes, notes...)
}
