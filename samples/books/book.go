package books

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// Book is what a practice billed: rows under one header, a service each, until disguises make more rows
// of them. What was billed stays the same.
type Book struct {
	Header []string
	Rows   []*Row
	// Planted are the findings that an audit must make, however the book is written.
	Planted []Planted
	// Alias are patient ids that stand for others: a disguise wrote two persons under one number.
	Alias map[string]string

	first, last claim.Date // of what was entered
	at          map[string]int
	names       map[string]string // columns that the files call otherwise
}

// Row is one row of an export, a cell for each column of the header as far as it is filled in.
type Row struct {
	Cells []string
	// Left tells that an audit leaves the row out: it is another row again, or what was taken back.
	Left bool
	// Unread tells that the row cannot be read.
	Unread bool

	entered claim.Date // day from whose night on exports have the row
	gone    claim.Date // day from whose night on they have another state of it; 0: never
	chain   string     // what the versions of a claim have in common; "" where there is one version
	copied  bool       // it went to another payer too
	taken   bool       // a void takes it back, or it is that void
	whole   bool       // nothing was billed in place of what was taken back
	busy    bool       // a disguise changed the claim: others that would tell another story of it pass it over
	wants   []finding
	nth     int // in the book
}

// Planted names a finding as a reader would find it again: in whatever row it stands.
type Planted struct{ Rule, Patient, Day, Code string }

// Plan is what a book is drawn from.
type Plan struct {
	Seed   uint64
	Lines  int
	Faults string // as the command's flag -faults
	// LineIDs tells how lines are numbered: "" not, "id" each its own, "number" within its claim.
	LineIDs string
	// Without are columns of the canonical header that the exports do not have.
	Without []string
	// Days is how long it goes on, a year unless given; IDs the number before those of its patients and
	// claims, where they must differ from another book's.
	Days, IDs int
}

// Draw makes the book of a plan: a year of a practice, with the claims of the surgery centre that some
// of its procedures were done in, and stays in hospital.
func Draw(p Plan) (*Book, error) {
	tables, err := loadPractice()
	if err != nil {
		return nil, err
	}
	b := &Book{at: map[string]int{}, Alias: map[string]string{}, names: map[string]string{}}
	for _, c := range cells() {
		b.column(c.header)
	}
	o := yearly
	o.lines, o.seed, o.faults = p.Lines, p.Seed, p.Faults
	o.days, o.ids, o.claims = cmp.Or(p.Days, o.days), o.ids+p.IDs, o.claims+p.IDs
	plan, err := newPlan(tables, o, &bookSink{b, newDates(isoDate)}, func(expectation) error { return nil })
	if err != nil {
		return nil, err
	}
	b.first, b.last = o.first, o.first+claim.Date(o.days)
	if err := plan.run(); err != nil {
		return nil, err
	}
	b.addCentres(p.Seed)
	b.addStays(p.Seed)
	b.number(p.LineIDs)
	for _, name := range p.Without {
		b.blank(name)
	}
	b.plant()
	for i, r := range b.Rows {
		r.nth = i
	}
	return b, nil
}

const isoDate = "2006-01-02"

// bookSink takes the rows of an export into a book.
type bookSink struct {
	*Book
	dates *dates
}

func (s *bookSink) write(r *row) (string, int, error) {
	kept := &Row{entered: r.entered, wants: r.wants}
	for _, c := range cells() {
		kept.Cells = append(kept.Cells, string(r.appendCell(nil, c.cell, s.dates)))
	}
	s.Rows = append(s.Rows, kept)
	return "", len(s.Rows), nil
}

func (s *bookSink) close() error { return nil }

// column is the place of a column, which the header gets when it has it not.
func (b *Book) column(name string) int {
	i, ok := b.at[name]
	if !ok {
		i = len(b.Header)
		b.Header, b.at[name] = append(b.Header, name), i
	}
	return i
}

func (b *Book) has(name string) bool { _, ok := b.at[name]; return ok }

func (b *Book) get(r *Row, name string) string {
	if i, ok := b.at[name]; ok && i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

func (b *Book) set(r *Row, name, text string) {
	i := b.column(name)
	for len(r.Cells) <= i {
		r.Cells = append(r.Cells, "")
	}
	r.Cells[i] = text
}

// blank takes a column out of every row and of the header.
func (b *Book) blank(name string) {
	i, ok := b.at[name]
	if !ok {
		return
	}
	b.Header = slices.Delete(b.Header, i, i+1)
	for _, r := range b.Rows {
		if i < len(r.Cells) {
			r.Cells = slices.Delete(r.Cells, i, i+1)
		}
	}
	b.at = map[string]int{}
	for i, name := range b.Header {
		b.at[name] = i
	}
}

func (b *Book) day(r *Row, name string) claim.Date {
	d, _, err := claim.ParseDate(b.get(r, name))
	if err != nil {
		return 0
	}
	return d
}

func (b *Book) setDay(r *Row, name string, day claim.Date) {
	if b.has(name) {
		b.set(r, name, day.String())
	}
}

// again is a copy of the row that stands behind the others.
func (b *Book) again(r *Row) *Row {
	copied := *r
	copied.Cells = slices.Clone(r.Cells)
	copied.wants = nil
	b.Rows = append(b.Rows, &copied)
	return &copied
}

func (b *Book) clone() *Book {
	c := *b
	c.Header, c.Rows, c.Planted = slices.Clone(b.Header), nil, slices.Clone(b.Planted)
	c.at, c.Alias, c.names = map[string]int{}, map[string]string{}, maps.Clone(b.names)
	for i, name := range c.Header {
		c.at[name] = i
	}
	for _, r := range b.Rows {
		c.again(r).wants = r.wants
	}
	return &c
}

// nobody tells a row whose patient id is no patient's: such lines are judged one by one.
func (b *Book) nobody(r *Row) bool {
	return strings.Trim(b.get(r, "PatientID"), "P0123456789") != "" || len(b.get(r, "PatientID")) < 2
}

// Patients are the patients of the book.
func (b *Book) Patients() []string {
	var ids []string
	seen := map[string]bool{}
	for _, r := range b.Rows {
		if id := b.get(r, "PatientID"); !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// Of is the book of some patients alone.
func (b *Book) Of(patients func(id string) bool) *Book {
	c := b.clone()
	c.Rows = slices.DeleteFunc(c.Rows, func(r *Row) bool { return !patients(c.get(r, "PatientID")) })
	c.Planted = slices.DeleteFunc(c.Planted, func(p Planted) bool { return !patients(p.Patient) })
	return c
}

// billed are the rows of one claim, in their order.
type billed []*Row

// claims are the rows by claim, without those that a disguise added or changed.
func (b *Book) claims() []billed {
	var all []billed
	places := map[string]int{}
	for _, r := range b.Rows {
		if r.Left || r.busy || r.Unread || b.nobody(r) {
			continue
		}
		key := b.get(r, "ClaimID") + "\x00" + b.get(r, "PatientID")
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

// dice gives the same number for the same seed and words, whatever else is in the book: a book of one
// patient is disguised as the same patient in the whole.
func dice(n int, seed uint64, words ...string) int {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\x00")) // never fails
	}
	return int(mix(seed^h.Sum64()) % uint64(n))
}

// centre and other billers beside the practice, and people who are not its doctors.
const (
	centreTIN = "987654321"
	centreNPI = 188888888
	helperNPI = 177777770 // and behind
)

// addCentres adds the surgery centre's own claims for two of three procedures done in one.
func (b *Book) addCentres(seed uint64) {
	for _, c := range b.claims() {
		if b.get(c[0], "POS") != "24" || dice(3, seed, "centre", b.get(c[0], "ClaimID")) == 0 || b.faulty(c) {
			continue
		}
		for _, r := range c {
			f := b.again(r)
			b.set(f, "ClaimID", "F"+strings.TrimPrefix(b.get(r, "ClaimID"), "C"))
			b.set(f, "BillingTIN", centreTIN)
			b.set(f, "BillingNPI", npi(centreNPI))
			b.set(f, "ClaimType", "asc")
			b.scale(f, 5, 2)
			if code := b.get(f, "CPT"); code == "27096" {
				b.set(f, "CPT", "G0260")
			}
		}
	}
}

func (b *Book) faulty(c billed) bool {
	return slices.ContainsFunc(c, func(r *Row) bool { return len(r.wants) > 0 })
}

// scale multiplies the charge.
func (b *Book) scale(r *Row, by, of int) {
	if cents, err := claim.ParseCents(b.get(r, "Charge")); err == nil {
		b.set(r, "Charge", (cents * claim.Cents(by) / claim.Cents(of)).String())
	}
}

// addStays adds patients who lay in hospital: a visit on each of three days in a row.
func (b *Book) addStays(seed uint64) {
	for i, c := range b.claims() {
		if b.get(c[0], "POS") != "22" || dice(2, seed, "stay", strconv.Itoa(i)) == 0 || b.faulty(c) {
			continue
		}
		for day := range 3 {
			s := b.again(c[0])
			id := fmt.Sprintf("%d", 900000+i)
			b.set(s, "PatientID", "P"+id)
			b.set(s, "ClaimID", "C"+id)
			b.setDay(s, "DOS", b.day(c[0], "DOS")+claim.Date(day))
			b.setDay(s, "DOSTo", b.day(c[0], "DOS")+claim.Date(day))
			b.set(s, "CPT", "99232")
			b.set(s, "POS", "21")
			b.set(s, "Units", "1")
			b.set(s, "Charge", "180.00")
			for n := range 4 {
				b.set(s, "Mod"+strconv.Itoa(n+1), "")
			}
			s.entered += 3
		}
	}
}

// number numbers the lines.
func (b *Book) number(how string) {
	if how == "" {
		return
	}
	if how == "number" {
		b.names["LineID"] = "Line #"
	}
	counted := map[string]int{}
	for i, r := range b.Rows {
		id := strconv.Itoa(7000000 + i*3)
		if how == "number" {
			key := b.get(r, "ClaimID") + "\x00" + b.get(r, "PatientID")
			counted[key]++
			id = strconv.Itoa(counted[key])
		}
		b.set(r, "LineID", id)
	}
}

// plant lists what must be found in the rows as they are.
func (b *Book) plant() {
	for _, r := range b.Rows {
		for _, want := range r.wants {
			b.Planted = append(b.Planted, Planted{want.rule, b.get(r, "PatientID"), b.get(r, "DOS"), b.get(r, "CPT")})
		}
	}
}
