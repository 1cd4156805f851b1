package hold

import (
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Shelf keeps the findings of one judge, packed: lines as records, as between parsing and judging,
// texts that recur as words.
type Shelf struct {
	store   store
	briefs  []audit.Brief
	packer  packer
	texts   *words
	scratch []byte
	// encounters numbers the days with findings; days are those of the patient last kept.
	encounters int32
	days       map[claim.Date]int32
	// told numbers what is said of which value, from 1, and counts the lines it is said of.
	told  map[saying]int32
	lines []int
}

// saying is a rule and the value it speaks of.
type saying struct {
	rule  *audit.Rule
	value audit.Value
}

// NewShelf makes an empty shelf, in the body's memory and files.
func NewShelf(body *Body) *Shelf {
	return &Shelf{store: store{body: body}, packer: packer{words: newWords()}, texts: newWords(), days: map[claim.Date]int32{}, told: map[saying]int32{}}
}

// Len is the number of findings on it.
func (s *Shelf) Len() int { return len(s.briefs) }

// Keep packs the findings of one patient, or of one line without; it keeps nothing of them but their
// rules.
func (s *Shelf) Keep(found []audit.Finding) error {
	if len(found) == 0 {
		return nil
	}
	clear(s.days)
	for i := range found {
		day := found[i].Line.From
		n, seen := s.days[day]
		if !seen {
			n = s.encounters
			s.days[day] = n
			s.encounters++
		}
		if err := s.add(&found[i], n); err != nil {
			return err
		}
	}
	return nil
}

// add packs a finding; it keeps nothing of it but its rule.
func (s *Shelf) add(f *audit.Finding, encounter int32) error {
	w := findingWriter{packer{words: s.texts, buf: s.scratch[:0]}}
	w.word(f.Message)
	w.word(f.Fix.Text)
	w.word(f.Source)
	w.number(uint64(f.Fix.Action))
	w.part(f.Part)
	w.value(f)
	lines := f.Lines()
	w.number(uint64(len(lines)))
	w.number(uint64(len(f.Related)))
	for _, l := range lines {
		w.line(l, &s.packer)
	}
	w.number(uint64(len(f.Fix.Edits)))
	for i := range f.Fix.Edits {
		w.edit(&f.Fix.Edits[i], lines)
	}
	s.scratch = w.buf
	place, err := s.store.put(w.buf)
	amount, known := f.AtRisk()
	s.briefs = append(s.briefs, audit.Brief{
		Rule: f.Rule, Pos: f.Line.Pos, From: f.Line.From, Amount: amount, Severity: f.Severity,
		Money: f.Money, Known: known, Encounter: encounter, Value: s.say(f), Waiver: f.Waiver, Place: place,
	})
	return err
}

// say is the number of what a finding says of which value; 0 where it speaks of no value.
func (s *Shelf) say(f *audit.Finding) int32 {
	if f.Value == nil {
		return 0
	}
	key := saying{f.Rule, *f.Value}
	n, said := s.told[key]
	if !said {
		key.value.Text = strings.Clone(key.value.Text) // the text of a line lasts only while its part does
		s.lines = append(s.lines, 0)
		n = int32(len(s.lines))
		s.told[key] = n
	}
	s.lines[n-1] += 1 + len(f.Related)
	return n
}

// findingWriter writes what records of findings have that those of lines have not.
type findingWriter struct{ packer }

func (w *findingWriter) part(part *claim.Cents) {
	if part == nil {
		w.number(0)
		return
	}
	w.number(1)
	w.signed(int64(*part))
}

// value writes the value that a finding speaks of, and how many lines it stands for.
func (w *findingWriter) value(f *audit.Finding) {
	if f.Value == nil {
		w.number(0)
		return
	}
	w.number(1)
	w.number(uint64(f.Value.Field))
	w.word(f.Value.Text)
	w.number(uint64(f.Count))
}

const (
	lineContext = 1 << iota
	lineRoot
)

func (w *findingWriter) line(l *audit.Line, p *packer) {
	flags := uint64(0)
	if l.Context {
		flags |= lineContext
	}
	if l.Root {
		flags |= lineRoot
	}
	w.number(flags)
	settled := l.Line
	settled.Ambiguous = 0 // its dates are as their column says by now
	p.pack(&settled)
	w.buf = append(w.buf, p.buf...)
}

// The kinds of edits.
const (
	editRemove = iota
	editCode
	editMods
	editUnits
)

func (w *findingWriter) edit(e *audit.Edit, lines []*audit.Line) {
	w.number(uint64(slices.Index(lines, e.Line)))
	switch {
	case e.Code != 0:
		w.number(editCode)
		w.code(uint64(e.Code))
	case e.Mods != nil:
		w.number(editMods)
		w.mods(*e.Mods)
	case e.Units != 0:
		w.number(editUnits)
		w.signed(int64(e.Units))
	default:
		w.number(editRemove)
	}
}

// finding unpacks the finding of a brief into the reader.
func (s *Shelf) finding(b *audit.Brief, r *findingReader) error {
	record, err := s.store.record(b.Place)
	if err != nil {
		return err
	}
	u := unpacker{words: s.texts, data: asString(record)}
	f := &r.finding
	*f = audit.Finding{Rule: b.Rule, Severity: b.Severity, Money: b.Money, Waiver: b.Waiver}
	f.Message, f.Fix.Text, f.Source = u.word(), u.word(), u.word()
	f.Fix.Action = audit.Action(u.number())
	if u.number() == 1 {
		part := claim.Cents(u.signed())
		f.Part = &part
	}
	if u.number() == 1 {
		f.Value = &audit.Value{Field: claim.Field(u.number()), Text: u.word()}
		f.Count = int(u.number())
	}
	lines := r.room(int(u.number()))
	related := int(u.number())
	for i := range lines {
		flags := u.number()
		lines[i].Context, lines[i].Root = flags&lineContext != 0, flags&lineRoot != 0
		u.words = s.packer.words
		u.line(&lines[i].Line, nil)
		u.words = s.texts
	}
	f.Line, f.Related = r.at[0], r.at[1:1+related:1+related]
	f.Fix.Edits = u.edits(r.at)
	return nil
}

func (u *unpacker) edits(lines []*audit.Line) []audit.Edit {
	n := u.number()
	if n == 0 {
		return nil
	}
	edits := make([]audit.Edit, n)
	for i := range edits {
		e := &edits[i]
		e.Line = lines[u.number()]
		switch u.number() {
		case editRemove:
			e.Remove = true
		case editCode:
			e.Code = claim.Code(u.code())
		case editMods:
			var ms claim.Modifiers
			for k := range ms {
				ms[k] = claim.Modifier(u.number())
			}
			e.Mods = &ms
		case editUnits:
			e.Units = claim.Units(u.signed())
		}
	}
	return edits
}
