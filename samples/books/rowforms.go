package books

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// layouts are the ways in which services stand in rows.
var layouts = map[string]func(*mixing, []*Row) page{
	"lines":      (*mixing).lineRows,
	"sets":       func(m *mixing, rows []*Row) page { return m.setRows(rows, 4, shortSets) },
	"sets-named": func(m *mixing, rows []*Row) page { return m.setRows(rows, 3, longSets) },
	"claim-form": func(m *mixing, rows []*Row) page { return m.setRows(rows, 6, formSets) },
	"grouped":    (*mixing).groupedRows,
}

// shown is a row's cells, and the header's names as the files write them.
func (m *mixing) shown() []string {
	header := slices.Clone(m.Header)
	for i, name := range header {
		if other, ok := m.names[name]; ok {
			header[i] = other
		}
	}
	return header
}

func (m *mixing) full(r *Row) []string {
	return append(slices.Clone(r.Cells), make([]string, len(m.Header)-len(r.Cells))...)
}

func (m *mixing) lineRows(rows []*Row) page {
	s := page{header: m.shown(), number: map[*Row]int{}}
	sums := totals{}
	for _, r := range rows {
		s.add(m.full(r), m.cents(r), r)
		sums.count(m.cents(r))
		m.pageTotal(&s, &sums)
	}
	m.grandTotal(&s, &sums)
	return s
}

// totals are the sums of the lines so far: of the page, and of all.
type totals struct {
	lines      int
	above, all claim.Cents
}

func (t *totals) count(cents claim.Cents) {
	t.lines, t.above, t.all = t.lines+1, t.above+cents, t.all+cents
}

// pageLines is how many lines a page has, or in a grouped report with whole claims has at least.
const pageLines = 40

// pageTotal writes the sum of the page where it is full.
func (m *mixing) pageTotal(s *page, t *totals) {
	if m.forms["totals"] && t.lines >= pageLines {
		s.add(m.sum("Page total", t.above), t.above)
		t.lines, t.above = 0, 0
	}
}

func (m *mixing) grandTotal(s *page, t *totals) {
	if m.forms["totals"] {
		s.add(m.sum("Grand Total", t.all), t.all)
	}
}

// add adds a record with the services that stand in it.
func (s *page) add(cells []string, charge claim.Cents, rows ...*Row) {
	s.rows, s.charges = append(s.rows, cells), append(s.charges, charge)
	for _, r := range rows {
		s.number[r] = len(s.rows) + 1
	}
}

// cents is the charge of a row, nothing where it is no amount.
func (b *Book) cents(r *Row) claim.Cents {
	cents, err := claim.ParseCents(b.get(r, "Charge"))
	if err != nil {
		return 0
	}
	return cents
}

func (m *mixing) sum(word string, cents claim.Cents) []string {
	row := make([]string, len(m.Header))
	row[0] = word
	if i, ok := m.at["Charge"]; ok {
		row[i] = cents.String()
	}
	return row
}

// grouped are the claim's own columns, which a grouped report prints once.
var grouped = []string{"ClaimID", "PatientID", "DOB", "Payer", "PayerSequence", "BillingNPI", "BillingTIN", "ClaimType", "ClaimFrequency", "ReceivedDate", "State"}

// groupedRows prints what belongs to a claim on its first line alone.
func (m *mixing) groupedRows(rows []*Row) page {
	s := page{header: m.shown(), number: map[*Row]int{}}
	slices.SortStableFunc(rows, func(a, b *Row) int { return strings.Compare(m.groupKey(a), m.groupKey(b)) })
	last, sums := "", totals{}
	for _, r := range rows {
		cells := m.full(r)
		key := m.groupKey(r)
		if key == last {
			for _, name := range grouped {
				if i, ok := m.at[name]; ok {
					cells[i] = ""
				}
			}
		}
		if key != last {
			m.pageTotal(&s, &sums)
		}
		last = key
		s.add(cells, m.cents(r), r)
		sums.count(m.cents(r))
	}
	m.grandTotal(&s, &sums)
	return s
}

func (m *mixing) groupKey(r *Row) string {
	key := ""
	for _, name := range grouped {
		key += m.get(r, name) + "\x00"
	}
	return key
}

// set is how a column of a set is called: the canonical column and its name before the number.
type set struct{ column, name string }

var (
	shortSets = []set{{"CPT", "CPT"}, {"Mods", "Mod"}, {"Units", "Units"}, {"Charge", "Charge"}}
	longSets  = []set{{"CPT", "Procedure Code "}, {"Mods", "Modifier "}, {"Units", "Units "}, {"Charge", "Charge "}}
	formSets  = []set{{"DOS", "DOS"}, {"POS", "POS"}, {"CPT", "CPT"}, {"Mods", "Mod"}, {"Units", "Units"}, {"Charge", "Charge"}}
)

// setRows writes the lines of a claim beside each other, as many as there are sets in a row.
func (m *mixing) setRows(rows []*Row, most int, sets []set) page {
	var common []int
	perLine := slices.ContainsFunc(sets, func(s set) bool { return s.column == "DOS" })
	s := page{number: map[*Row]int{}}
	for i, name := range m.shown() {
		own := m.Header[i]
		if strings.HasPrefix(own, "Mod") || own == "LineID" || own == "DOSTo" && perLine || slices.ContainsFunc(sets, func(s set) bool { return s.column == own }) {
			continue
		}
		common = append(common, i)
		s.header = append(s.header, name)
	}
	for n := range most {
		for _, c := range sets {
			s.header = append(s.header, c.name+strconv.Itoa(n+1))
		}
	}
	open := map[string]int{} // the row of a claim that has room
	used := map[string]int{}
	for _, r := range rows {
		key := ""
		full := m.full(r)
		for _, i := range common {
			key += full[i] + "\x00"
		}
		at, ok := open[key]
		if !ok || used[key] == most {
			at = len(s.rows)
			open[key], used[key] = at, 0
			cells := make([]string, len(s.header))
			for k, i := range common {
				cells[k] = full[i]
			}
			s.add(cells, 0)
		}
		s.charges[at] += m.cents(r)
		s.number[r] = at + 2
		for k, c := range sets {
			s.rows[at][len(common)+used[key]*len(sets)+k] = m.setCell(r, c.column)
		}
		used[key]++
	}
	return s
}

func (m *mixing) setCell(r *Row, column string) string {
	if column != "Mods" {
		return m.get(r, column)
	}
	var mods []string
	for n := range mostModifiers {
		if mod := m.get(r, "Mod"+strconv.Itoa(n+1)); mod != "" {
			mods = append(mods, mod)
		}
	}
	return strings.Join(mods, " ")
}
