package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// shelf keeps the findings of one judge, packed: lines as records, as between parsing and judging,
// texts that recur as words.
type shelf struct {
	briefs []Brief
	packer packer
	texts  *words
	boxes  [][]byte
}

// place is where a finding's record begins.
type place struct{ box, at int32 }

// boxSize is how much is packed into a box before the next is begun.
const boxSize = 256 << 10

func newShelf() *shelf { return &shelf{packer: packer{words: newWords()}, texts: newWords()} }

// add packs a finding; it keeps nothing of it but its rule.
func (s *shelf) add(f *Finding, encounter int32) {
	amount, known := f.AtRisk()
	s.briefs = append(s.briefs, Brief{
		Rule: f.Rule, Pos: f.Line.Pos, From: f.Line.From, Amount: amount, Severity: f.Severity,
		Money: f.Money, Known: known, Encounter: encounter, place: s.room(),
	})
	box := &s.boxes[len(s.boxes)-1]
	b := boxWriter{packer{words: s.texts, buf: *box}}
	b.word(f.Message)
	b.word(f.Fix.Text)
	b.number(uint64(f.Fix.Action))
	b.part(f.Part)
	lines := f.Lines()
	b.number(uint64(len(lines)))
	b.number(uint64(len(f.Related)))
	for _, l := range lines {
		b.line(l, &s.packer)
	}
	b.number(uint64(len(f.Fix.Edits)))
	for i := range f.Fix.Edits {
		b.edit(&f.Fix.Edits[i], lines)
	}
	*box = b.buf
}

// room is where the next record goes.
func (s *shelf) room() place {
	n := len(s.boxes)
	if n == 0 || len(s.boxes[n-1]) >= boxSize {
		s.boxes = append(s.boxes, make([]byte, 0, boxSize+boxSize/8))
		n++
	}
	return place{int32(n - 1), int32(len(s.boxes[n-1]))}
}

// boxWriter writes what records of findings have that those of lines have not.
type boxWriter struct{ packer }

func (b *boxWriter) part(part *claim.Cents) {
	if part == nil {
		b.number(0)
		return
	}
	b.number(1)
	b.signed(int64(*part))
}

const (
	lineContext = 1 << iota
	lineRoot
)

func (b *boxWriter) line(l *Line, p *packer) {
	flags := uint64(0)
	if l.Context {
		flags |= lineContext
	}
	if l.Root {
		flags |= lineRoot
	}
	b.number(flags)
	settled := l.Line
	settled.Ambiguous = 0 // its dates are as their column says by now
	p.pack(&settled)
	b.buf = append(b.buf, p.buf...)
}

// The kinds of edits.
const (
	editRemove = iota
	editCode
	editMods
	editUnits
)

func (b *boxWriter) edit(e *Edit, lines []*Line) {
	b.number(uint64(slices.Index(lines, e.Line)))
	switch {
	case e.Code != 0:
		b.number(editCode)
		b.code(uint64(e.Code))
	case e.Mods != nil:
		b.number(editMods)
		b.mods(*e.Mods)
	case e.Units != 0:
		b.number(editUnits)
		b.signed(int64(e.Units))
	default:
		b.number(editRemove)
	}
}

// finding unpacks the finding of a brief.
func (s *shelf) finding(b *Brief) *Finding {
	u := unpacker{words: s.texts, data: asString(s.boxes[b.place.box]), at: int(b.place.at)}
	f := &Finding{Rule: b.Rule, Severity: b.Severity, Money: b.Money}
	f.Message, f.Fix.Text = u.word(), u.word()
	f.Fix.Action = Action(u.number())
	if u.number() == 1 {
		part := claim.Cents(u.signed())
		f.Part = &part
	}
	lines := make([]Line, u.number())
	related := int(u.number())
	at := make([]*Line, len(lines))
	for i := range lines {
		at[i] = &lines[i]
		flags := u.number()
		lines[i].Context, lines[i].Root = flags&lineContext != 0, flags&lineRoot != 0
		u.words = s.packer.words
		u.line(&lines[i].Line, nil)
		u.words = s.texts
	}
	f.Line, f.Related = at[0], at[1:1+related:1+related]
	f.Fix.Edits = u.edits(at)
	return f
}

func (u *unpacker) edits(lines []*Line) []Edit {
	n := u.number()
	if n == 0 {
		return nil
	}
	edits := make([]Edit, n)
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
