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
	store store
	// briefs have, until floods are told, the number of what is said of which value in the place of the flood's.
	briefs  audit.Briefs
	packer  packer
	texts   *words
	scratch []byte
	// encounters are the lines of each day with findings; days are the numbers of those of the patient last kept.
	encounters []place
	begin      int32 // the number of the first of the part that is taken
	days       map[claim.Date]int32
	// of is where the first finding of each line of the patient last kept is.
	of map[claim.Pos]place
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
	return &Shelf{
		store: store{body: body}, packer: packer{words: newWords()}, texts: newRecurring(), days: map[claim.Date]int32{},
		of: map[claim.Pos]place{}, told: map[saying]int32{},
	}
}

// Len is the number of findings on it.
func (s *Shelf) Len() int { return s.briefs.Len() }

// Keep packs the findings of one patient, or of one line without, and all lines of the days they are of; fixed is what
// their fixes make of each line. The lines are in order of date. It keeps nothing of them but the rules.
func (s *Shelf) Keep(found []audit.Finding, lines []audit.Line, fixed map[claim.Pos]audit.Edit) error {
	if len(found) == 0 {
		return nil
	}
	clear(s.days)
	clear(s.of)
	for i := range found {
		day := found[i].Line.From
		n, seen := s.days[day]
		if !seen {
			n = int32(len(s.encounters))
			s.days[day] = n
			s.encounters = append(s.encounters, 0)
		}
		at, err := s.add(&found[i], n)
		if err != nil {
			return err
		}
		if _, met := s.of[found[i].Line.Pos]; !met {
			s.of[found[i].Line.Pos] = at
		}
	}
	for i := 0; i < len(lines); {
		first := i
		for ; i < len(lines) && lines[i].From == lines[first].From; i++ {
		}
		if n, met := s.days[lines[first].From]; met {
			if err := s.keepDay(n, lines[first:i], fixed); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepDay packs the lines of an encounter with what becomes of each. Of those that findings are on it keeps where the
// first is, which has the line.
func (s *Shelf) keepDay(number int32, lines []audit.Line, fixed map[claim.Pos]audit.Edit) (err error) {
	w := findingWriter{packer{words: s.texts, buf: s.scratch[:0]}}
	w.number(uint64(len(lines)))
	for i := range lines {
		if at, found := s.of[lines[i].Pos]; found {
			w.place(at)
		} else {
			l := told(&lines[i])
			w.line(&l, &s.packer)
		}
		e := fixed[lines[i].Pos]
		w.changes(&e)
	}
	s.scratch = w.buf
	s.encounters[number], err = s.store.put(w.buf)
	return err
}

// add packs a finding, and tells where; it keeps nothing of it but its rule.
func (s *Shelf) add(f *audit.Finding, encounter int32) (place, error) {
	w := findingWriter{packer{words: s.texts, buf: s.scratch[:0]}}
	w.finding(f, &s.packer)
	s.scratch = w.buf
	at, err := s.store.put(w.buf)
	amount, known := f.AtRisk()
	s.briefs.Add(f.Rule, audit.Brief{
		Amount: amount, Place: uint64(at), Pos: f.Line.Pos, Encounter: encounter, Flood: s.say(f), Waiver: f.Waiver,
		Severity: f.Severity, Money: f.Money, Known: known,
	})
	return at, err
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

// finding writes all of a finding but what its brief has; p packs its lines.
func (w *findingWriter) finding(f *audit.Finding, p *packer) {
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
		w.line(l, p)
	}
	w.number(uint64(len(f.Fix.Edits)))
	for i := range f.Fix.Edits {
		w.edit(&f.Fix.Edits[i], lines)
	}
}

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
	lineFound // a finding has it
)

// place writes where the finding is that has a line.
func (w *findingWriter) place(at place) {
	w.number(lineFound)
	w.number(uint64(at))
}

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

// told is a line as far as reports tell of the lines of an encounter that they have no finding of.
func told(l *audit.Line) audit.Line {
	t := audit.Line{Line: claim.Blank(), Context: l.Context}
	t.Pos, t.Given, t.Bad, t.Anonymous = l.Pos, l.Given, l.Bad, l.Anonymous
	t.Patient, t.Claim, t.LineID, t.From = l.Patient, l.Claim, l.LineID, l.From
	t.Code, t.Billed, t.Mods, t.Units, t.Charge = l.Code, l.Billed, l.Mods, l.Units, l.Charge
	t.Rendering, t.Billing, t.Payer, t.PayerName = l.Rendering, l.Billing, l.Payer, l.PayerName
	return t
}

// The changes that a line's edits make together.
const (
	changeRemove = 1 << iota
	changeCode
	changeMods
	changeUnits
)

// changes writes what an edit changes, which may be nothing or several things.
func (w *findingWriter) changes(e *audit.Edit) {
	flags := uint64(0)
	if e.Remove {
		flags |= changeRemove
	}
	if e.Code != 0 {
		flags |= changeCode
	}
	if e.Mods != nil {
		flags |= changeMods
	}
	if e.Units != 0 {
		flags |= changeUnits
	}
	w.number(flags)
	if e.Code != 0 {
		w.code(uint64(e.Code))
	}
	if e.Mods != nil {
		w.mods(*e.Mods)
	}
	if e.Units != 0 {
		w.signed(int64(e.Units))
	}
}

// changes reads what findingWriter.changes wrote.
func (u *unpacker) changes(e *audit.Edit) {
	flags := u.number()
	e.Remove = flags&changeRemove != 0
	if flags&changeCode != 0 {
		e.Code = claim.Code(u.code())
	}
	if flags&changeMods != 0 {
		ms := u.mods()
		e.Mods = &ms
	}
	if flags&changeUnits != 0 {
		e.Units = claim.Units(u.signed())
	}
}

func (u *unpacker) mods() (ms claim.Modifiers) {
	for k := range ms {
		ms[k] = claim.Modifier(u.number())
	}
	return ms
}

// encounter unpacks the lines of an encounter into the reader.
func (s *Shelf) encounter(number int32, r *findingReader) error {
	record, err := s.store.record(s.encounters[number])
	if err != nil {
		return err
	}
	u := unpacker{words: s.texts, data: asString(record)}
	return u.day(r, s)
}

// day reads the lines of an encounter into the reader; the shelf has the words of lines, and the findings that lines
// are kept with.
func (u *unpacker) day(r *findingReader, of *Shelf) error {
	n := int(u.number())
	r.day, r.dayLines = slices.Grow(r.day[:0], n)[:n], slices.Grow(r.dayLines[:0], n)[:n]
	for i := range r.day {
		l := &r.dayLines[i]
		if flags := u.number(); flags != lineFound {
			u.lineOf(l, flags, of.packer.words)
		} else if err := of.lineAt(place(u.number()), l); err != nil {
			return err
		} else {
			*l = told(l)
		}
		r.day[i] = audit.EncounterLine{Line: l, Fixed: audit.Edit{Line: l}}
		u.changes(&r.day[i].Fixed)
	}
	return nil
}

// lineAt reads the line of the finding at a place.
func (s *Shelf) lineAt(at place, l *audit.Line) error {
	record, err := s.store.record(at)
	if err != nil {
		return err
	}
	u := unpacker{words: s.texts, data: asString(record)}
	u.passHead()
	u.number() // how many lines it has
	u.number() // and how many of them are related
	u.lineOf(l, u.number(), s.packer.words)
	return nil
}

// lineOf reads what findingWriter.line wrote behind the flags; words are those of lines.
func (u *unpacker) lineOf(l *audit.Line, flags uint64, lines *words) {
	*l = audit.Line{Context: flags&lineContext != 0, Root: flags&lineRoot != 0}
	texts := u.words
	u.words = lines
	u.line(&l.Line, nil)
	u.words = texts
}

// finding unpacks the finding of a brief into the reader.
func (s *Shelf) finding(b *audit.Brief, r *findingReader) error {
	record, err := s.store.record(place(b.Place))
	if err != nil {
		return err
	}
	u := unpacker{words: s.texts, data: asString(record)}
	r.finding = audit.Finding{Rule: r.shelves.all.Rule(b), Severity: b.Severity, Money: b.Money, Waiver: b.Waiver}
	u.finding(r, s.packer.words)
	return nil
}

// finding reads what findingWriter.finding wrote into the reader's; words are those of its lines.
func (u *unpacker) finding(r *findingReader, ofLines *words) {
	f := &r.finding
	u.head(f)
	lines := r.room(int(u.number()))
	related := int(u.number())
	for i := range lines {
		u.lineOf(&lines[i], u.number(), ofLines)
	}
	f.Line, f.Related = r.at[0], r.at[1:1+related:1+related]
	f.Fix.Edits = u.edits(r.at)
}

// head reads what stands before the lines of a finding.
func (u *unpacker) head(f *audit.Finding) {
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
}

// passHead passes what head reads.
func (u *unpacker) passHead() {
	u.passWord() // the message
	u.passWord() // the fix
	u.passWord() // the source
	u.number()   // the action
	if u.number() == 1 {
		u.number() // the part
	}
	if u.number() == 1 {
		u.number() // the field
		u.passWord()
		u.number() // the count
	}
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
			ms := u.mods()
			e.Mods = &ms
		case editUnits:
			e.Units = claim.Units(u.signed())
		}
	}
	return edits
}
