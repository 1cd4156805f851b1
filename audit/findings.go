package audit

import (
	"iter"

	"claimaudit/audit/claim"
)

// Findings are the findings of an audit in their order: what is counted and sorted of each lies
// open in its Brief, the rest is packed until it is asked for, so that a million take little room.
// The zero value is none.
type Findings struct {
	briefs []Brief
	// lines are the briefs before one finding came to stand for many lines; nil where none does.
	lines  []Brief
	packed Packed
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
	// Flood is the same for a finding that stands for many lines and for what was found of each of
	// them; 0 elsewhere.
	Flood int32
	// Encounter is the same for all findings of one patient on one date of service, and of one
	// line without a patient.
	Encounter int32
	// Value is the number of what the finding says of which value; 0 where it speaks of more than one.
	Value  int32
	Waiver int32 // see Finding.Waiver
	Place  Place // of the rest
}

// Place is where a packed record stands. It means something only to what packed it.
type Place struct{ Store, Box, At, Size int32 }

// Packed is what findings are made of besides their briefs; package hold has it.
type Packed interface {
	// Unpacker makes an unpacker for one goroutine.
	Unpacker() Unpacker
	// Err is the first failure to read a finding back.
	Err() error
}

// Unpacker reads findings back one after the other into the same memory.
type Unpacker interface {
	// Finding is the finding of a brief; it holds until the next call. One that cannot be read back is
	// blank but for its brief.
	Finding(b *Brief) *Finding
	// Encounter are the lines of the encounter of that number, in the order of the input; they hold until the next call.
	Encounter(number int32) []EncounterLine
}

// EncounterLine is a line of an encounter with findings, whether or not anything was found of the line itself.
type EncounterLine struct {
	*Line
	// Fixed is what the fixes that are made together make of the line; without a change where none is about it.
	Fixed Edit
}

// NewFindings are the findings of the briefs, in the order given.
func NewFindings(briefs []Brief, packed Packed) Findings {
	return Findings{briefs: briefs, packed: packed}
}

// NewFloods are the findings of the briefs, some of which stand for many lines; lines are the briefs
// of what was found of each line.
func NewFloods(briefs, lines []Brief, packed Packed) Findings {
	return Findings{briefs: briefs, lines: lines, packed: packed}
}

// Lines are the findings as they were found, line by line: those that stand for many lines are taken
// apart. Lines, encounters and money are counted by them, and findings by the findings themselves.
func (fs *Findings) Lines() Findings {
	if fs.lines == nil {
		return *fs
	}
	return Findings{briefs: fs.lines, packed: fs.packed}
}

// Flooded are the briefs of those of the Lines that others stand for; they must not be changed.
func (fs *Findings) Flooded() (flooded []*Brief) {
	for i := range fs.lines {
		if fs.lines[i].Flood != 0 {
			flooded = append(flooded, &fs.lines[i])
		}
	}
	return flooded
}

// Len is the number of findings.
func (fs *Findings) Len() int { return len(fs.briefs) }

// Brief is what is counted of the i-th finding; it must not be changed.
func (fs *Findings) Brief(i int) *Brief { return &fs.briefs[i] }

// At is the i-th finding, on lines of its own. A finding that cannot be read back from its private
// file is blank but for its brief; Err tells.
func (fs *Findings) At(i int) *Finding { return fs.packed.Unpacker().Finding(&fs.briefs[i]) }

// Reader reads findings one after the other into the same memory: of a million, next to nothing is
// left behind.
type Reader struct {
	briefs   []Brief
	unpacker Unpacker
}

// Reader is a reader of the findings, for one goroutine.
func (fs *Findings) Reader() *Reader {
	if fs.packed == nil {
		return &Reader{}
	}
	return &Reader{fs.briefs, fs.packed.Unpacker()}
}

// At is Findings.At, but what it returns holds until the next call only.
func (r *Reader) At(i int) *Finding { return r.unpacker.Finding(&r.briefs[i]) }

// Of is the finding of a brief of Findings or of their Lines; it holds until the next call only.
func (r *Reader) Of(b *Brief) *Finding { return r.unpacker.Finding(b) }

// Encounter are the lines of an encounter with findings, those too of which nothing was found; see Brief.Encounter. They
// hold until the next call only, and findings read meanwhile leave them alone.
func (r *Reader) Encounter(number int32) []EncounterLine { return r.unpacker.Encounter(number) }

// Err is the first failure to read a finding back; what was made of them is then worthless.
func (fs *Findings) Err() error {
	if fs.packed == nil {
		return nil
	}
	return fs.packed.Err()
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

// Which are the findings that keep chooses by their numbers, in the same order, and of those of lines
// theirs.
func (fs *Findings) Which(keep func(i int, b *Brief) bool) Findings {
	some := *fs
	some.briefs = make([]Brief, 0, len(fs.briefs))
	for i := range fs.briefs {
		if b := &fs.briefs[i]; keep(i, b) {
			some.briefs = append(some.briefs, *b)
		}
	}
	if fs.lines != nil {
		some.lines = linesOf(fs.lines, some.briefs)
	}
	return some
}

// linesOf are those of the lines that the findings chosen stand for.
func linesOf(lines, chosen []Brief) []Brief {
	floods, places := map[int32]bool{}, make(map[Place]bool, len(chosen))
	for i := range chosen {
		if b := &chosen[i]; b.Flood != 0 {
			floods[b.Flood] = true
		} else {
			places[b.Place] = true
		}
	}
	var some []Brief
	for i := range lines {
		if b := &lines[i]; b.Flood != 0 && floods[b.Flood] || b.Flood == 0 && places[b.Place] {
			some = append(some, *b)
		}
	}
	return some
}
