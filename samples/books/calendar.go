package books

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// order is what export is asked for.
type order struct {
	lines  int
	seed   uint64
	first  claim.Date // first day of the export
	days   int
	faults string // none, all, rate=0.05, or names of faults
	layout string
	// ids is the number before that of the first patient, claims before that of the first claim.
	ids, claims int
}

// sink takes the rows of an export and says where each came to stand.
type sink interface {
	write(r *row) (sheet string, number int, err error)
	close() error
}

// expectation is a finding an audit of the export must make.
type expectation struct {
	sheet  string
	number int
	finding
}

// plan is the courses of an export and how many patients begin each on a workday.
type plan struct {
	*practice
	order
	courses   []planned
	providers []string

	out      sink
	expect   func(expectation) error
	written  int
	reserved int // lines of faults still to come
	claim    int
	fill     int // patients with a single visit so far
	row      row
}

// planned is a course with the patients that begin it. On workday w the patients from at(w) up to
// at(w+1) do.
type planned struct {
	*course
	index int
	rate  uint64 // patients a workday, in 1/2^32
	phase uint64
	first uint64 // at the first workday anybody can have begun it
	once  int    // the one day of a planted fault, -1 for a course that goes on
	last  int    // the last day it can begin on
}

func (c *planned) at(workday int) uint64 {
	return (uint64(workday+workdaysBefore)*c.rate + c.phase) >> 32
}

// workdaysBefore is how many workdays before the export its patients can have begun: the longest
// course and some.
const workdaysBefore = 400

// workday counts the days of five-day weeks from the first Monday of the export; false at weekends.
func (o order) workday(day int) (int, bool) {
	fromMonday := day + weekday(o.first)
	week := fromMonday / 7
	if fromMonday < 0 && fromMonday%7 != 0 {
		week--
	}
	ofWeek := fromMonday - week*7
	return week*5 + ofWeek, ofWeek < 5
}

// weekday is 0 on Mondays.
func weekday(d claim.Date) int { return (int(d.Time().Weekday()) + 6) % 7 }

func newPlan(p *practice, o order, out sink, expect func(expectation) error) (*plan, error) {
	pl := &plan{practice: p, order: o, out: out, expect: expect, claim: o.claims}
	for k := range 4 + o.lines/25000 {
		pl.providers = append(pl.providers, npi(firstNPI+k))
	}
	if err := pl.planFaults(); err != nil {
		return nil, err
	}
	if pl.workdays(o.days) == 0 {
		return nil, fmt.Errorf("no workday within %d days from %s", o.days, o.first)
	}
	pl.planCourses()
	if pl.reserved > o.lines {
		return nil, fmt.Errorf("the faults alone take %d lines: ask for more than %d", pl.reserved, o.lines)
	}
	return pl, nil
}

// add plans a course with so many patients a workday.
func (p *plan) add(c *course, patients float64) *planned {
	index := len(p.courses)
	phase := mix(p.seed^mix(uint64(index))) >> 32
	p.courses = append(p.courses, planned{
		course: c, index: index, phase: phase, rate: uint64(patients * (1 << 32)), once: -1, last: math.MaxInt,
	})
	added := &p.courses[index]
	added.first = added.at(-workdaysBefore)
	return added
}

// planCourses shares nine tenths of the lines out among the courses; single visits fill the rest,
// so that the export ends with exactly the lines asked for.
func (p *plan) planCourses() {
	weighted := 0
	for _, c := range p.regular {
		lines, _ := c.size()
		weighted += c.share * lines
	}
	share := 0.9 * float64(p.lines-p.reserved) / float64(weighted) / p.workdays(p.days)
	for _, c := range p.regular {
		p.add(c, float64(c.share)*share)
	}
}

func (p *plan) workdays(days int) float64 {
	n := 0
	for day := range days {
		if _, ok := p.workday(day); ok {
			n++
		}
	}
	return float64(n)
}

// planFaults plants each fault asked for once, or those with a share so often that the given part
// of all lines has a finding.
func (p *plan) planFaults() error {
	if p.faults == "none" {
		return nil
	}
	if text, ok := strings.CutPrefix(p.faults, "rate="); ok {
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil || rate <= 0 || rate > 0.25 {
			return fmt.Errorf("rate %q: expected a part of the lines above 0 and up to 0.25", text)
		}
		p.spreadFaults(rate)
		return nil
	}
	chosen, err := p.chosenFaults()
	for i, c := range chosen {
		if c.span() >= p.days {
			return fmt.Errorf("fault %q takes %d days: the export has %d", c.name, c.span()+1, p.days)
		}
		lines, _ := c.size()
		p.reserved += lines
		planted := p.add(c, 0)
		planted.once = p.faultDay(i, len(chosen), c.span())
	}
	return err
}

func (p *plan) spreadFaults(rate float64) {
	weighted := 0.0
	for _, c := range p.faulty {
		_, flagged := c.size()
		weighted += float64(c.share*flagged) * p.workdays(p.days-c.span())
	}
	for _, c := range p.faulty {
		if c.share > 0 && c.span() < p.days {
			p.add(c, rate*float64(p.lines)*float64(c.share)/weighted).last = p.days - 1 - c.span()
		}
	}
}

func (p *plan) chosenFaults() ([]*course, error) {
	if p.faults == "all" {
		return p.faulty, nil
	}
	var chosen []*course
	for name := range strings.SplitSeq(p.faults, ",") {
		c := p.faultNamed(name)
		if c == nil {
			return nil, fmt.Errorf("no fault %q: see samples/books/data/faults.csv", name)
		}
		if c.span() >= p.days {
			return nil, fmt.Errorf("fault %q takes %d days: the export has %d", name, c.span()+1, p.days)
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

func (p *plan) faultNamed(name string) *course {
	for _, c := range p.faulty {
		if c.name == name {
			return c
		}
	}
	return nil
}

// faultDay is the workday the i-th of n planted faults begins on, so that they lie scattered.
func (p *plan) faultDay(i, n, span int) int {
	last := p.days - 1 - span
	day := i * (last + 1) / n
	for d := day; d <= last; d++ {
		if _, ok := p.workday(d); ok {
			return d
		}
	}
	for ; day > 0; day-- {
		if _, ok := p.workday(day); ok {
			break
		}
	}
	return day
}
