package books

import (
	"strconv"

	"claimaudit/audit/claim"
)

// spans writes the days of a stay as one line from the first to the last, its units one a day.
func (m *mixing) spans() {
	if !m.has("DOSTo") {
		return
	}
	m.each("spans", func(c billed) {
		if m.get(c[0], "POS") != "21" || len(c) < 2 {
			return
		}
		m.set(c[0], "DOSTo", m.get(c[len(c)-1], "DOSTo"))
		m.set(c[0], "Units", strconv.Itoa(len(c)))
		m.scale(c[0], len(c), 1)
		drop := map[*Row]bool{}
		for _, r := range c[1:] {
			drop[r] = true
		}
		m.remove(drop)
	})
}

func (b *Book) remove(drop map[*Row]bool) {
	kept := b.Rows[:0]
	for _, r := range b.Rows {
		if !drop[r] {
			kept = append(kept, r)
		}
	}
	b.Rows = kept
}

// unread spoils the date of one line of a claim with several, of which no copy can be read elsewhere.
func (m *mixing) unread() {
	m.each("unread", func(c billed) {
		if len(c) < 2 || m.faulty(c) || c[0].copied || m.get(c[0], "POS") == "21" {
			return
		}
		r := c[m.roll(len(c), "unread", c[0])]
		m.set(r, "DOS", "13/45/2025")
		m.setIf(r, "DOSTo", "")
		r.Unread = true
		for _, other := range c {
			other.busy = true
		}
	})
}

// later is a day in the book, some days on.
func (m *mixing) later(d claim.Date, days int) claim.Date { return min(m.last-1, d+claim.Date(days)) }

// late enters the last line of a claim after the others, in the last month. Without line numbers nothing
// tells a second line of a code that was entered late from the first printed again.
func (m *mixing) late() {
	m.each("late", func(c billed) {
		if len(c) > 1 && (m.numbered() || !m.sameCode(c)) {
			added := c[len(c)-1]
			added.entered = max(added.entered, m.last-claim.Date(m.roll(tonight-2, "late on", c[0])))
		}
	})
}
