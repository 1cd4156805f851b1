package books

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// suffixes are what systems put behind the number of a claim that is sent again.
var suffixes = []string{"R", "-2", "C2", ".1", "-A"}

func (m *mixing) replacedSame() {
	m.each("replaced", func(c billed) { m.replace("replaced", c, "") })
}

func (m *mixing) replacedSuffix() {
	m.each("replaced-suffix", func(c billed) {
		orig := m.replace("replaced-suffix", c, "")
		suffix := suffixes[m.roll(len(suffixes), "suffix", orig[0])]
		for _, r := range c {
			m.set(r, "ClaimID", m.get(r, "ClaimID")+suffix)
		}
	})
}

func (m *mixing) replacedReference() {
	m.column("OriginalRef")
	m.each("replaced-reference", func(c billed) {
		number := m.shorter(c[0])
		m.replace("replaced-reference", c, number)
		for _, r := range c {
			m.set(r, "OriginalRef", number)
		}
	})
}

func (m *mixing) replacedDay() {
	m.each("replaced-day", func(c billed) {
		if m.alone(c) {
			m.replace("replaced-day", c, m.shorter(c[0]))
		}
	})
}

// shorter is the number of a claim entered before this one.
func (m *mixing) shorter(r *Row) string {
	id := m.get(r, "ClaimID")
	n, err := strconv.Atoi(strings.TrimLeft(id, "CF"))
	if err != nil {
		return "X" + id
	}
	return id[:1] + strconv.Itoa(10000+n%90000)
}

// alone tells that the patient has no other claim on the claim's day.
func (m *mixing) alone(c billed) bool {
	return m.free(m.get(c[0], "PatientID"), m.day(c[0], "DOS"), m.get(c[0], "ClaimID"))
}

// free tells that the patient has no claim on the day but the one named.
func (m *mixing) free(patient string, day claim.Date, but string) bool {
	for _, r := range m.Rows {
		if m.get(r, "PatientID") == patient && m.get(r, "ClaimID") != but && m.day(r, "DOS") <= day && max(m.day(r, "DOS"), m.day(r, "DOSTo")) >= day {
			return false
		}
	}
	return true
}

// replace makes the claim the replacement of one that was wrong in some way, and returns that. The
// original has the number given, else the same.
func (m *mixing) replace(form string, c billed, number string) billed {
	orig := m.before(c, number, 1)
	way := m.roll(6, form, c[0])
	switch {
	case way == 0:
		m.set(orig[0], "Units", "7")
	case way == 1:
		m.setIf(orig[0], "Charge", "1.00")
	case way == 2 && form != "replaced-day":
		for _, r := range orig {
			m.setDay(r, "DOS", m.day(r, "DOS")-1)
			m.setDay(r, "DOSTo", m.day(r, "DOSTo")-1)
		}
	case way == 3: // a line too many
		extra := m.again(orig[0])
		m.set(extra, "CPT", "20553") // no visit, which no centre bills
		m.setIf(extra, "LineID", m.idFrom(orig[0], 5))
		orig = append(orig, extra)
	case way == 4: // a line too few
		if len(orig) > 1 {
			m.remove(map[*Row]bool{orig[len(orig)-1]: true})
		}
	}
	for _, r := range c {
		r.busy, r.chain = true, m.get(r, "ClaimID")
		m.set(r, "ClaimFrequency", "7")
		if slices.ContainsFunc(r.wants, func(f finding) bool { return f.rule == "timely-filing" }) {
			m.untold[r.nth] = true // what was sent in time is not known of a replacement
		}
		r.entered = m.later(r.entered, 4)
	}
	return orig
}

// before adds a copy of the claim as it was sent before, received on a day before it.
func (m *mixing) before(c billed, number string, received int) billed {
	var orig billed
	for _, r := range c {
		o := m.again(r)
		o.Left, o.busy, o.chain = true, true, m.get(r, "ClaimID")
		m.set(o, "ClaimFrequency", "1")
		m.setDay(o, "ReceivedDate", min(m.day(r, "ReceivedDate")-1, m.day(r, "DOS")+claim.Date(received)))
		if number != "" {
			m.set(o, "ClaimID", number)
			if id := m.get(r, "LineID"); len(id) > 6 { // numbered over all claims
				m.set(o, "LineID", m.idFrom(r, 8))
			}
		}
		orig = append(orig, o)
	}
	return orig
}

// voided sends a claim, takes it back, and bills it anew under another number; or bills on a day without
// a claim and takes it back for good.
func (m *mixing) voided() {
	m.each("voided", func(c billed) {
		number := m.shorter(c[0])
		if m.roll(2, "voided", c[0]) == 0 {
			m.taken(c, number)
			return
		}
		day := m.day(c[0], "DOS") + 2
		if !m.free(m.get(c[0], "PatientID"), day, "") {
			return
		}
		for _, r := range m.taken(c, number) {
			m.setDay(r, "DOS", day)
			m.setDay(r, "DOSTo", day)
			r.whole = true
		}
	})
}

// taken adds the original under the number and its void.
func (m *mixing) taken(c billed, number string) billed {
	orig := m.before(c, number, 1)
	void := m.before(c, number, 2)
	way := m.roll(3, "void", c[0])
	for _, r := range void {
		m.set(r, "ClaimFrequency", "8")
		switch way {
		case 0:
			m.set(r, "ClaimID", number+"V")
		case 1:
			m.set(r, "OriginalRef", number)
		}
	}
	for _, r := range c {
		r.busy = true
	}
	orig = append(orig, void...)
	for _, r := range orig {
		r.taken = true
	}
	return orig
}

// voidAlone takes back a claim that the exports do not have.
func (m *mixing) voidAlone() {
	m.each("void-alone", func(c billed) {
		day := m.day(c[0], "DOS") + 3
		if !m.free(m.get(c[0], "PatientID"), day, "") {
			return
		}
		for _, r := range m.before(c, m.shorter(c[0]), 5) {
			m.set(r, "ClaimFrequency", "8")
			m.setDay(r, "DOS", day)
			m.setDay(r, "DOSTo", day)
		}
	})
}

// reversed enters a line at a wrong charge and takes it back.
func (m *mixing) reversed() {
	m.each("reversed", func(c billed) {
		if !m.has("Charge") {
			return
		}
		for _, sign := range []string{"", "-"} {
			r := m.again(c[0])
			r.Left, r.busy = true, true
			m.set(r, "Units", sign+m.get(c[0], "Units"))
			m.set(r, "Charge", sign+"77.00")
			m.setIf(r, "LineID", m.idFrom(c[0], 6))
		}
	})
}
