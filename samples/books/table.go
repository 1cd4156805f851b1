package books

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// data holds what a pain practice bills, as tables: who pays, what a service costs, the courses of
// treatment patients go through, and the faults that can be planted among them.
//
//go:embed data/*.csv
var data embed.FS

// payer is one insurer of the practice's patients.
type payer struct {
	kind, name string
	share      int
	twoLines   bool // wants both sides as an RT and an LT line, not as modifier 50
	older      bool // insures the old: its patients are 66 or more
}

func (p payer) medicare() bool { return p.kind == "medicare" || p.kind == "ma" }

// course is a plan of treatment: the visits and procedures of one kind of patient, in order.
type course struct {
	name   string
	share  int // how frequent it is among courses; 0: one visit, used to fill a day
	payers []int
	start  claim.Date // fixed first day, or zero: any workday of the export
	steps  []step
	fault  bool // some of its lines draw findings
}

// step is one encounter of a course.
type step struct {
	day  int // days from the first encounter to this date of service
	post int // days from the first encounter to the day it was entered
	pos  string
	// lines are the billed lines by payer and side (0 right, 1 left).
	lines [][2][]line
}

// line is one billed line of an encounter, the same for all patients of one payer and side.
type line struct {
	code   string
	mods   []string
	units  string
	charge string
	dx     []string
	set    map[cell]string // columns whose cell is written otherwise
	wants  []finding
}

// finding is what an audit must say about a line.
type finding struct{ rule, severity string }

// span is the number of days from the first encounter's entry to the last one's.
func (c *course) span() int { return c.steps[len(c.steps)-1].post }

// size counts the lines and the lines with findings of one patient's course, as for its first payer.
func (c *course) size() (lines, flagged int) {
	for _, s := range c.steps {
		for _, l := range s.lines[c.payers[0]][0] {
			lines++
			if len(l.wants) > 0 {
				flagged++
			}
		}
	}
	return lines, flagged
}

// practice is everything the tables say.
type practice struct {
	payers  []payer
	prices  map[string]claim.Cents
	regular []*course // what patients come for
	single  []*course // one visit each
	faulty  []*course
}

func loadPractice() (*practice, error) {
	return loadTables("data/payers.csv", "", "data/courses.csv", "")
}

// loadWide is a practice with all that a pain practice meets in a year: fifteen payers, and treatments that few
// practices have all of. The samples are of the other one, so that they stay as they are when this one grows.
func loadWide() (*practice, error) {
	return loadTables("data/payers.csv", "data/payers-wide.csv", "data/courses.csv", "data/courses-wide.csv")
}

// loadTables makes a practice of its payers and courses, each from one table and, if named, a second.
func loadTables(payers, morePayers, courses, moreCourses string) (*practice, error) {
	p := &practice{prices: map[string]claim.Cents{}}
	for _, name := range []string{payers, morePayers} {
		if name == "" {
			continue
		}
		if err := table.Each(data, name, p.addPayer); err != nil {
			return nil, err
		}
	}
	if err := table.Each(data, "data/prices.csv", p.addPrice); err != nil {
		return nil, err
	}
	for _, name := range []string{courses, moreCourses} {
		if name == "" {
			continue
		}
		if err := table.Each(data, name, p.addStep(&p.regular)); err != nil {
			return nil, err
		}
	}
	if err := table.Each(data, "data/faults.csv", p.addStep(&p.faulty)); err != nil {
		return nil, err
	}
	p.splitSingle()
	return p, nil
}

// splitSingle takes the courses without a share out of the regular ones.
func (p *practice) splitSingle() {
	var regular []*course
	for _, c := range p.regular {
		if c.share == 0 {
			p.single = append(p.single, c)
			continue
		}
		regular = append(regular, c)
	}
	p.regular = regular
}

// The rows of the tables. Nothing in them is knowledge: they are made up, as the patients are.
type (
	payerRow struct {
		_         table.Source `says:"made up"`
		Kind      string       `csv:"kind"`
		Name      string       `csv:"name" table:"key"`
		Share     string       `csv:"share"`
		Bilateral string       `csv:"bilateral"`
		Older     string       `csv:"older"`
	}
	priceRow struct {
		_     table.Source `says:"made up"`
		Code  string       `csv:"code" table:"key"`
		Price string       `csv:"price"`
	}
	courseRow struct {
		_      table.Source `says:"made up"`
		Course string       `csv:"course"`
		Share  string       `csv:"share"`
		Payers string       `csv:"payers"`
		Start  string       `csv:"start"`
		Day    string       `csv:"day"`
		Post   string       `csv:"post"`
		POS    string       `csv:"pos"`
		Dx     string       `csv:"dx"`
		Lines  string       `csv:"lines"`
	}
)

func (p *practice) addPayer(row payerRow) error {
	share, err := strconv.Atoi(row.Share)
	if err != nil {
		return fmt.Errorf("share: %w", err)
	}
	p.payers = append(p.payers, payer{
		kind: row.Kind, name: row.Name, share: share,
		twoLines: row.Bilateral == "lines", older: row.Older == "yes",
	})
	return nil
}

func (p *practice) addPrice(row priceRow) error {
	price, err := claim.ParseCents(row.Price)
	if err != nil {
		return err
	}
	p.prices[row.Code] = price
	return nil
}

// addStep adds one row of a table of courses: a row with a name begins a course, one without adds
// an encounter to it.
func (p *practice) addStep(to *[]*course) func(row courseRow) error {
	return func(row courseRow) error {
		if row.Course != "" {
			c, err := p.newCourse(row)
			if err != nil {
				return err
			}
			*to = append(*to, c)
		}
		if len(*to) == 0 {
			return fmt.Errorf("the first row names no course")
		}
		c := (*to)[len(*to)-1]
		s, err := p.newStep(c, row)
		if err != nil {
			return err
		}
		c.steps = append(c.steps, s)
		return nil
	}
}

func (p *practice) newCourse(row courseRow) (*course, error) {
	c := &course{name: row.Course}
	if row.Share != "" {
		share, err := strconv.Atoi(row.Share)
		if err != nil {
			return nil, fmt.Errorf("share: %w", err)
		}
		c.share = share
	}
	if row.Start != "" {
		start, _, err := claim.ParseDate(row.Start)
		if err != nil {
			return nil, err
		}
		c.start = start
	}
	for i, payer := range p.payers {
		if kinds := strings.Fields(row.Payers); len(kinds) == 0 || slices.Contains(kinds, payer.kind) {
			c.payers = append(c.payers, i)
		}
	}
	if len(c.payers) == 0 {
		return nil, fmt.Errorf("no payer of kind %q", row.Payers)
	}
	return c, nil
}

func (p *practice) newStep(c *course, row courseRow) (step, error) {
	day, err := strconv.Atoi(row.Day)
	if err != nil {
		return step{}, fmt.Errorf("day: %w", err)
	}
	s := step{day: day, post: day, pos: row.POS, lines: make([][2][]line, len(p.payers))}
	if row.Post != "" {
		if s.post, err = strconv.Atoi(row.Post); err != nil {
			return step{}, fmt.Errorf("post: %w", err)
		}
	}
	items, err := parseItems(row.Lines, strings.Fields(row.Dx))
	if err != nil {
		return step{}, err
	}
	for _, i := range c.payers {
		for side := range 2 {
			s.lines[i][side] = p.bill(items, p.payers[i], side)
		}
	}
	for _, it := range items {
		c.fault = c.fault || len(it.wants) > 0
	}
	return s, nil
}
