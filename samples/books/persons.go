package books

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// beside adds a line of somebody else on the claim's day, on a claim of its own.
func (m *mixing) beside(form string, c billed, code, units, charge, helper string, mods ...string) {
	r := m.again(c[0])
	r.busy = true
	m.set(r, "ClaimID", helper+strings.TrimPrefix(m.get(c[0], "ClaimID"), "C"))
	m.setIf(r, "LineID", m.idFrom(c[0], len(helper)+int(helper[0])))
	m.set(r, "CPT", code)
	m.set(r, "Units", units)
	m.setIf(r, "Charge", charge)
	m.setIf(r, "AuthNumber", "")
	for n := range 4 {
		m.set(r, "Mod"+strconv.Itoa(n+1), "")
	}
	for n, mod := range mods {
		m.set(r, "Mod"+strconv.Itoa(n+1), mod)
	}
	if m.roll(3, form, c[0]) == 0 {
		m.setIf(r, "RenderingNPI", "")
	} else {
		m.setIf(r, "RenderingNPI", npi(helperNPI+int(helper[0]-'A')))
	}
}

// idFrom is the number of another line that is made of this one.
func (m *mixing) idFrom(r *Row, nth int) string {
	id := m.get(r, "LineID")
	if len(id) < 7 { // numbered within its claim
		return strconv.Itoa(90 + nth%10)
	}
	return strconv.Itoa(nth) + id
}

// ofPractice tells the practice's own claim, not one of the surgery centre.
func (m *mixing) ofPractice(c billed) bool { return !strings.HasPrefix(m.get(c[0], "ClaimID"), "F") }

// operated tells a claim of the practice itself with a procedure.
func (m *mixing) operated(c billed) bool {
	return m.ofPractice(c) && strings.HasPrefix(m.get(c[0], "CPT"), "6") && !m.faulty(c)
}

func (m *mixing) therapists() {
	m.each("therapists", func(c billed) {
		if m.operated(c) && m.get(c[0], "POS") == "11" {
			m.beside("therapists", c, "97110", "2", "90.00", "T", "GP")
		}
	})
}

// anesthesia adds an anesthetist where the operator did not sedate the patient, which is asked about rightly.
func (m *mixing) anesthesia() {
	m.each("anesthesia", func(c billed) {
		sedated := slices.ContainsFunc(c, func(r *Row) bool { return m.get(r, "CPT") == "99152" })
		if code := m.get(c[0], "CPT"); !sedated && m.operated(c) && (code == "63650" || code == "63685") {
			m.beside("anesthesia", c, "01991", "60", "600.00", "N", "QZ")
		}
	})
}

func (m *mixing) assistants() {
	m.each("assistants", func(c billed) {
		for _, r := range c {
			if m.get(r, "CPT") == "63685" && m.ofPractice(c) && !m.faulty(c) {
				m.beside("assistants", c, "63685", "1", "900.00", "S", "AS")
			}
		}
	})
}

// persons writes two patients, neither born on a first of January, which stands for an unknown day, of the book under one member number.
func (m *mixing) persons() {
	if !m.has("DOB") {
		return
	}
	var last string
	born := map[string]string{}
	for _, r := range m.Rows {
		id := m.get(r, "PatientID")
		if !m.nobody(r) && born[id] == "" && !strings.HasSuffix(m.get(r, "DOB"), "-01-01") {
			born[id] = m.get(r, "DOB")
			switch {
			case dice(100, m.Seed, "persons", id) >= m.Share || born[id] == "":
			case last == "":
				last = id
			case unlike(born[last], born[id]):
				m.Alias[id], last = last, ""
			}
		}
		if other, ok := m.Alias[id]; ok {
			m.set(r, "PatientID", other)
		}
	}
	for i, p := range m.Planted {
		if other, ok := m.Alias[p.Patient]; ok {
			m.Planted[i].Patient = other
		}
	}
	m.rename("PatientID", "Member ID")
}

// unlike tells that no slip of the pen makes one date of the other.
func unlike(a, b string) bool {
	differ := 0
	for i := range a {
		if a[i] != b[i] {
			differ++
		}
	}
	return differ > 3 && a[:4] != b[:4] && a[5:] != b[5:]
}

// rename writes a column under another name from here on: in the files alone.
func (m *mixing) rename(column, name string) {
	m.names[column] = name
}

// stranger adds one line of a patient long before the others.
func (m *mixing) stranger() {
	for _, c := range m.claims() {
		if m.get(c[0], "CPT") != "99213" || m.faulty(c) || len(c) > 1 {
			continue
		}
		day := claim.MustDate("2014-03-03")
		r := m.again(c[0])
		m.set(r, "PatientID", "P777")
		m.set(r, "ClaimID", "C777")
		m.setIf(r, "LineID", m.idFrom(c[0], 9))
		for _, name := range []string{"DOS", "DOSTo"} {
			m.setDay(r, name, day)
		}
		m.setDay(r, "ReceivedDate", day+5)
		m.set(r, "Dx1", "724.2")
		for n := 2; n <= mostDiagnoses; n++ {
			m.set(r, "Dx"+strconv.Itoa(n), "")
		}
		return
	}
}
