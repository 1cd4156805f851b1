package books

import (
	"slices"
	"strconv"

	"claimaudit/audit/claim"
)

// superseded gives lines an older state, which the exports of some days have in their place.
func (m *mixing) superseded() {
	form := "superseded"
	if m.forms["superseded-places"] {
		form = "superseded-places"
	}
	for _, c := range m.claims() {
		if !m.picked(form, c) || m.sameCode(c) || m.faulty(c) {
			continue
		}
		changed := m.later(c[0].entered, 5)
		if changed <= c[0].entered {
			continue
		}
		for _, r := range c {
			old := m.again(r)
			old.Left, old.busy, r.busy = true, true, true
			old.gone, r.entered = changed, changed
			if dice(3, m.Seed, "state", m.get(r, "ClaimID"), m.get(r, "CPT")) == 0 {
				m.stale(old)
			}
		}
	}
}

// sameCode tells a claim with one code on two lines.
func (m *mixing) sameCode(c billed) bool {
	for i, r := range c {
		if slices.ContainsFunc(c[:i], func(o *Row) bool { return m.get(o, "CPT") == m.get(r, "CPT") }) {
			return true
		}
	}
	return false
}

// stale writes a cell as it was before somebody changed it.
func (m *mixing) stale(r *Row) {
	switch dice(4, m.Seed, "stale", m.get(r, "ClaimID"), m.get(r, "CPT")) {
	case 0:
		m.set(r, "Units", "3")
	case 1:
		m.set(r, "Mod1", "")
	case 2:
		m.setIf(r, "Charge", "1.00")
	case 3:
		m.set(r, "Dx1", "M54.50")
	}
}

// payments writes a row for each payment of a line, of a tenth of its charge and more, so that no two payers
// seem to have paid the whole of it.
func (m *mixing) payments() {
	m.repeat("payments", func(r *Row, nth int) {
		m.set(r, "Check #", strconv.Itoa(50000+dice(40000, m.Seed, "check", m.get(r, "ClaimID"), strconv.Itoa(nth))))
		m.set(r, "Paid Amount", (max(m.cents(r), 100) * claim.Cents(1+nth) / 10).String())
	})
}

// denials writes a row for each reason that a line was denied for.
func (m *mixing) denials() {
	reasons := []string{"CO-45", "PR-1", "CO-97", "PR-2"}
	m.repeat("denials", func(r *Row, nth int) { m.set(r, "Denial Code", reasons[nth%len(reasons)]) })
}

// repeat writes each row that the form changes as often as two or three, told apart by tell.
func (m *mixing) repeat(form string, tell func(r *Row, nth int)) {
	var rows []*Row
	for _, r := range m.Rows {
		rows = append(rows, r)
		if r.Unread || m.nobody(r) || dice(100, m.Seed, form, m.get(r, "ClaimID")) >= m.Share {
			continue
		}
		times := 1 + m.roll(2, form, r)
		for nth := range times {
			copied := *r
			copied.Cells, copied.Left, copied.wants = slices.Clone(r.Cells), true, nil
			tell(&copied, nth+1)
			rows = append(rows, &copied)
		}
		tell(r, 0)
	}
	m.Rows = rows
}

const (
	mostModifiers = 4
	mostDiagnoses = 12
)

// diagnoses writes a row for each diagnosis of a line, in one column.
func (m *mixing) diagnoses() { m.unroll("Dx", mostDiagnoses, "Diagnosis") }

// modifierRows writes a row for each modifier of a line, in one column.
func (m *mixing) modifierRows() { m.unroll("Mod", mostModifiers, "Modifier") }

func (m *mixing) unroll(prefix string, most int, name string) {
	var rows []*Row
	for _, r := range m.Rows {
		rows = append(rows, r)
		for n := 2; n <= most; n++ {
			if cell := m.get(r, prefix+strconv.Itoa(n)); cell != "" {
				copied := *r
				copied.Cells, copied.Left, copied.wants = slices.Clone(r.Cells), true, nil
				m.set(&copied, prefix+"1", cell)
				rows = append(rows, &copied)
			}
		}
	}
	m.Rows = rows
	for n := most; n >= 2; n-- {
		m.blank(prefix + strconv.Itoa(n))
	}
	m.rename(prefix+"1", name)
}
