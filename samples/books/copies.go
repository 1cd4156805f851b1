package books

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// seconds are the payers behind the first, by what is in the first one's name, and whether a payer's kind
// alone tells that it pays second.
var seconds = []struct{ first, second string }{
	{"MEDICARE ADVANTAGE", "STATE MEDICAID"},
	{"MEDICARE PART B", "AARP MEDICARE SUPPLEMENT"},
	{"CIGNA", "STATE MEDICAID"},
	{"ANTHEM", "STATE MEDICAID"},
	{"UNITED", "STATE MEDICAID"},
}

func secondTo(first string) string {
	for _, s := range seconds {
		if strings.Contains(first, s.first) {
			return s.second
		}
	}
	return ""
}

// orders are how a column of payer order writes first and second.
var orders = [][2]string{{"P", "S"}, {"1", "2"}, {"Primary", "Secondary"}}

func (m *mixing) copiesOrdered() {
	words := orders[dice(len(orders), m.Seed, "order")]
	for _, r := range m.Rows {
		m.set(r, "PayerSequence", words[0])
	}
	m.copies("copies-ordered", words[1])
}

func (m *mixing) copiesNamed() { m.copies("copies-named", "") }

// copies sends claims to a second payer.
func (m *mixing) copies(form, order string) {
	if !m.has("Payer") {
		return
	}
	for _, c := range m.claimsOf(func(r *Row) bool { return !r.Unread && !m.nobody(r) }) {
		second := secondTo(m.get(c[0], "Payer"))
		if second != "" && m.sent(form, c) {
			m.copyClaim(form, c, second, order)
		}
	}
}

// sent tells whether a version of a claim went to the second payer: none or all of them, or those before or
// behind a correction alone. What was taken back at the first payer for good was so at the second.
func (m *mixing) sent(form string, c billed) bool {
	if c[0].chain == "" {
		return m.picked(form, c)
	}
	sent := true
	switch corrects := m.get(c[0], "ClaimFrequency") != "1"; dice(3, m.Seed, "part", form, c[0].chain) {
	case 0:
		sent = corrects || c[0].taken
	case 1:
		sent = !corrects || c[0].whole
	}
	return sent && dice(100, m.Seed, form, c[0].chain) < m.Share
}

// claimsOf are the rows by version of a claim, those that others replaced among them.
func (b *Book) claimsOf(take func(*Row) bool) []billed {
	var all []billed
	places := map[string]int{}
	for _, r := range b.Rows {
		if !take(r) {
			continue
		}
		key := b.get(r, "ClaimID") + "\x00" + b.get(r, "PatientID") + "\x00" + b.get(r, "ClaimFrequency") + "\x00" + b.get(r, "DOS")
		i, ok := places[key]
		if !ok {
			i = len(all)
			places[key] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], r)
	}
	return all
}

func (m *mixing) copyClaim(form string, c billed, second, order string) {
	name := cmp.Or(c[0].chain, m.get(c[0], "ClaimID"))
	way := dice(3, m.Seed, "way", form, name)
	if c[0].chain != "" && way == 0 {
		way = 1 // a suffix is the correction's
	}
	blank := m.roll(4, "blank", c[0]) == 0
	for _, r := range c {
		r.copied = true
	}
	for _, r := range m.sides(form, c) {
		r.Left, r.busy = true, true
		m.set(r, "Payer", second)
		if order != "" {
			m.set(r, "PayerSequence", order)
		}
		for _, column := range []string{"ClaimID", "OriginalRef"} {
			if number := m.get(r, column); number != "" {
				m.set(r, column, copyNumbers[way][0]+number+copyNumbers[way][1])
			}
		}
		if id := m.get(r, "LineID"); way != 2 && len(id) > 6 { // numbered over all claims
			m.set(r, "LineID", m.idFrom(r, 4))
		}
		m.setDay(r, "ReceivedDate", min(m.last+10, m.day(r, "ReceivedDate")+14))
		r.entered = m.later(r.entered, 6)
		m.otherForm(form, r)
		if blank && m.get(r, "ClaimType") != "asc" {
			m.setIf(r, "RenderingNPI", "")
		}
	}
}

// copyNumbers are what stands before and behind the number of a claim where it goes to the second payer.
var copyNumbers = [...][2]string{{"", "-2"}, {"S", ""}, {"", ""}}

// otherForm writes a line as another payer wants it.
func (m *mixing) otherForm(form string, r *Row) {
	var mods []string
	for n := range 4 {
		switch mod := m.get(r, "Mod"+strconv.Itoa(n+1)); mod {
		case "", "KX":
		case "59":
			mods = append(mods, "XS")
		default:
			mods = append(mods, mod)
		}
	}
	for n := range 4 {
		m.set(r, "Mod"+strconv.Itoa(n+1), append(mods, "", "", "", "")[n])
	}
	if code := m.get(r, "CPT"); form == "copies-ordered" && (code == "99203" || code == "99204") && m.roll(3, "consult", r) == 0 {
		m.set(r, "CPT", code[:3]+"4"+code[4:])
	}
}

// sides are copies of the lines, both sides as two lines where they were one.
func (m *mixing) sides(form string, c billed) []*Row {
	var rows []*Row
	for _, r := range c {
		copied := m.again(r)
		rows = append(rows, copied)
		i := m.siteOf(r, "50")
		if i < 0 || m.siteOf(r, "RT") >= 0 || m.siteOf(r, "LT") >= 0 || m.roll(2, "sides", r) == 0 || form == "copies-named" && !m.has("Charge") {
			continue
		}
		left := m.again(r)
		rows = append(rows, left)
		name := "Mod" + strconv.Itoa(i+1)
		m.set(copied, name, "RT")
		m.set(left, name, "LT")
		if m.has("LineID") {
			m.set(left, "LineID", "5"+m.get(r, "LineID"))
		}
		m.scale(copied, 1, 2)
		m.scale(left, 1, 2)
	}
	return rows
}

// siteOf is the place of a modifier on a row, or -1.
func (m *mixing) siteOf(r *Row, mod string) int {
	return slices.IndexFunc([]int{1, 2, 3, 4}, func(n int) bool { return m.get(r, "Mod"+strconv.Itoa(n)) == mod })
}
