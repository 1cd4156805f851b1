package audit

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Findings are the findings of an audit in their order: what is counted and sorted of each lies
// open in its Brief, the rest is packed until it is asked for, so that a million take little room.
// The zero value is none.
type Findings struct {
	briefs  []Brief
	shelves []*shelf
	catalog *catalog.Catalog // for what is known of a line's code; may be nil
	trouble *trouble
}

// Brief is what can be counted of a finding without its texts and lines.
type Brief struct {
	Rule     *Rule
	Pos      claim.Pos   // of the line
	From     claim.Date  // the line's date of service
	Amount   claim.Cents // the charge in question; see Finding.AtRisk
	Severity Severity
	Money    Money
	Known    bool // whether Amount could be told
	// Encounter is the same for all findings of one patient on one date of service, and of one
	// line without a patient.
	Encounter int32
	shelf     int32 // whose it is
	place     place
}

// Len is the number of findings.
func (fs *Findings) Len() int { return len(fs.briefs) }

// Brief is what is counted of the i-th finding; it must not be changed.
func (fs *Findings) Brief(i int) *Brief { return &fs.briefs[i] }

// At is the i-th finding, on lines of its own. A finding that cannot be read back from its private
// file is blank but for its brief; Err tells.
func (fs *Findings) At(i int) *Finding { return fs.Reader().At(i) }

// Reader reads findings one after the other into the same memory: of a million, next to nothing is
// left behind.
type Reader struct {
	findings *Findings
	finding  Finding
	lines    []Line
	at       []*Line
}

// Reader is a reader of the findings, for one goroutine.
func (fs *Findings) Reader() *Reader { return &Reader{findings: fs} }

// At is Findings.At, but what it returns holds until the next call only.
func (r *Reader) At(i int) *Finding {
	return r.of(&r.findings.briefs[i])
}

// of is the finding of a brief.
func (r *Reader) of(b *Brief) *Finding {
	fs := r.findings
	if err := fs.shelves[b.shelf].finding(b, r); err != nil {
		fs.trouble.note(err)
		return &Finding{Rule: b.Rule, Severity: b.Severity, Money: b.Money, Line: &Line{Line: claim.Line{Pos: b.Pos, From: b.From}}}
	}
	if f := &r.finding; fs.catalog != nil {
		f.Line.Known = fs.catalog.Lookup(f.Line.Code)
		for _, l := range f.Related {
			l.Known = fs.catalog.Lookup(l.Code)
		}
	}
	return &r.finding
}

// room makes place for the lines of the next finding.
func (r *Reader) room(n int) []Line {
	if n > cap(r.lines) {
		r.lines, r.at = make([]Line, n), make([]*Line, n)
		for i := range r.lines {
			r.at[i] = &r.lines[i]
		}
	}
	r.lines, r.at = r.lines[:n], r.at[:n]
	clear(r.lines)
	return r.lines
}

// Err is the first failure to read a finding back; what was made of them is then worthless.
func (fs *Findings) Err() error {
	if fs.trouble == nil {
		return nil
	}
	return fs.trouble.err()
}

// All are the findings in their order.
func (fs *Findings) All() iter.Seq2[int, *Finding] {
	return func(yield func(int, *Finding) bool) {
		for i := range fs.briefs {
			if !yield(i, fs.At(i)) {
				return
			}
		}
	}
}

// Where are the findings that keep chooses, in the same order.
func (fs *Findings) Where(keep func(*Brief) bool) Findings {
	some := *fs
	some.briefs = make([]Brief, 0, len(fs.briefs))
	for i := range fs.briefs {
		if keep(&fs.briefs[i]) {
			some.briefs = append(some.briefs, fs.briefs[i])
		}
	}
	return some
}

// NewFindings packs findings in the order given, in memory.
func NewFindings(list []Finding) Findings {
	type encounter struct {
		patient string
		date    claim.Date
		pos     claim.Pos
	}
	s := newShelf(NewBody(0))
	seen := map[encounter]int32{}
	for i := range list {
		l := list[i].Line
		e := encounter{patient: l.Patient, date: l.From}
		if l.Anonymous {
			e = encounter{pos: l.Pos}
		}
		n, ok := seen[e]
		if !ok {
			n = int32(len(seen))
			seen[e] = n
		}
		_ = s.add(&list[i], n) // without a file nothing fails
	}
	return Findings{briefs: s.briefs, shelves: []*shelf{s}, trouble: &trouble{}}
}

// gather brings the judges' findings into the one total order: input, row, rule, and where a rule
// says several things of a line, what it says.
func gather(judges []*judge, c *catalog.Catalog) Findings {
	fs := Findings{catalog: c, trouble: &trouble{}}
	n := 0
	for _, j := range judges {
		n += len(j.shelf.briefs)
	}
	fs.briefs = make([]Brief, 0, n)
	encounters := int32(0)
	for i, j := range judges {
		for _, b := range j.shelf.briefs {
			b.shelf = int32(i)
			b.Encounter += encounters
			fs.briefs = append(fs.briefs, b)
		}
		encounters += j.encounters
		j.shelf.briefs = nil
		fs.shelves = append(fs.shelves, j.shelf)
	}
	order, one, other := judges[0].order, fs.Reader(), fs.Reader()
	slices.SortFunc(fs.briefs, func(a, b Brief) int {
		if c := cmp.Or(cmp.Compare(a.Pos.Input, b.Pos.Input), cmp.Compare(a.Pos.Row, b.Pos.Row)); c != 0 {
			return c
		}
		if a.Rule != b.Rule {
			return cmp.Compare(order[a.Rule], order[b.Rule])
		}
		return strings.Compare(one.of(&a).Message, other.of(&b).Message)
	})
	return fs
}
