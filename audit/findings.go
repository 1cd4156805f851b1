package audit

import "iter"

// Findings are the findings of an audit in their order: what is counted and sorted of each lies
// ready as its Brief, the rest is packed until it is asked for, so that a million take little room.
// The zero value is none.
type Findings struct {
	packed Packed
	briefs *Briefs
	order  []int32 // their numbers among the briefs
	// lines are those of the findings before one came to stand for many lines; nil where none does.
	lines []int32
}

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
	// Line is the line alone of the finding of a brief; it holds until the next call of Line.
	Line(b *Brief) *Line
	// Encounter are the lines of the encounter of that number, in the order of the input; they hold until the next call.
	Encounter(number int32) []EncounterLine
}

// EncounterLine is a line of an encounter with findings, whether or not anything was found of the line itself.
type EncounterLine struct {
	*Line
	// Fixed is what the fixes that are made together make of the line; without a change where none is about it.
	Fixed Edit
}

// NewFindings are the findings of those numbers, in the order given.
func NewFindings(order []int32, briefs *Briefs, packed Packed) Findings {
	return Findings{order: order, briefs: briefs, packed: packed}
}

// NewFloods are the findings of those numbers, some of which stand for many lines; lines are what was found of each
// line.
func NewFloods(order, lines []int32, briefs *Briefs, packed Packed) Findings {
	return Findings{order: order, lines: lines, briefs: briefs, packed: packed}
}

// Lines are the findings as they were found, line by line: those that stand for many lines are taken
// apart. Lines, encounters and money are counted by them, and findings by the findings themselves.
func (fs *Findings) Lines() Findings {
	if fs.lines == nil {
		return *fs
	}
	return Findings{order: fs.lines, briefs: fs.briefs, packed: fs.packed}
}

// Flooded are those of the Lines that others stand for.
func (fs *Findings) Flooded() Findings {
	flooded := Findings{briefs: fs.briefs, packed: fs.packed}
	for _, n := range fs.lines {
		if fs.briefs.At(n).Flood != 0 {
			flooded.order = append(flooded.order, n)
		}
	}
	return flooded
}

// Joined are the findings of several lists of one audit, one list after the other.
func Joined(lists ...Findings) Findings {
	var all Findings
	n := 0
	for i := range lists {
		n += len(lists[i].order)
	}
	all.order = make([]int32, 0, n)
	for i := range lists {
		if all.packed == nil {
			all.packed, all.briefs = lists[i].packed, lists[i].briefs
		}
		all.order = append(all.order, lists[i].order...)
	}
	return all
}

// Len is the number of findings.
func (fs *Findings) Len() int { return len(fs.order) }

// Brief is what is counted of the i-th finding; it must not be changed.
func (fs *Findings) Brief(i int) *Brief { return fs.briefs.At(fs.order[i]) }

// Rule is the rule of a brief of the findings.
func (fs *Findings) Rule(b *Brief) *Rule { return fs.briefs.Rule(b) }

// At is the i-th finding, on lines of its own. A finding that cannot be read back from its private
// file is blank but for its brief; Err tells.
func (fs *Findings) At(i int) *Finding { return fs.packed.Unpacker().Finding(fs.Brief(i)) }

// Reader reads findings one after the other into the same memory: of a million, next to nothing is
// left behind.
type Reader struct {
	findings Findings
	unpacker Unpacker
}

// Reader is a reader of the findings, for one goroutine.
func (fs *Findings) Reader() *Reader {
	if fs.packed == nil {
		return &Reader{}
	}
	return &Reader{*fs, fs.packed.Unpacker()}
}

// At is Findings.At, but what it returns holds until the next call only.
func (r *Reader) At(i int) *Finding { return r.unpacker.Finding(r.findings.Brief(i)) }

// Line is the line alone of the finding of a brief; it holds until the next call of Line only.
func (r *Reader) Line(b *Brief) *Line { return r.unpacker.Line(b) }

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
		for i := range fs.order {
			if !yield(i, fs.At(i)) {
				return
			}
		}
	}
}

// Which are the findings that keep chooses by their places, in the same order, and of those of lines
// theirs.
func (fs *Findings) Which(keep func(i int, b *Brief) bool) Findings {
	some := *fs
	some.order = make([]int32, 0, len(fs.order))
	for i, n := range fs.order {
		if keep(i, fs.briefs.At(n)) {
			some.order = append(some.order, n)
		}
	}
	if fs.lines != nil {
		some.lines = fs.linesOf(some.order)
	}
	return some
}

// linesOf are those of the lines that the findings chosen, which are in their order, stand for.
func (fs *Findings) linesOf(chosen []int32) (some []int32) {
	floods := map[int32]bool{}
	alone := make([]int32, 0, len(chosen))
	for _, n := range chosen {
		if flood := fs.briefs.At(n).Flood; flood != 0 {
			floods[flood] = true
		} else {
			alone = append(alone, n)
		}
	}
	for _, n := range fs.lines {
		if flood := fs.briefs.At(n).Flood; flood != 0 {
			if floods[flood] {
				some = append(some, n)
			}
		} else if len(alone) > 0 && alone[0] == n {
			some, alone = append(some, n), alone[1:]
		}
	}
	return some
}
