// Package services turns rows into services. An export holds one service many times: the same line in
// two exports, a claim and the claim that replaces it, a copy for a second payer, a row for each payment.
// What a payer was asked to pay once must be judged once: of each service one line stands, and the others
// are left out, each with its kind, its reason and the row it repeats.
//
// A Survey sees every patient first and finds what only the whole input tells (Facts). A Stage then
// settles one patient after another. Where two readings stay possible, the one that invents no finding is
// taken.
package services

import (
	"fmt"
	"maps"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Stage settles which lines of a patient stand. Each goroutine needs its own.
type Stage struct {
	facts   *Facts
	sources []claim.Source

	lines  []audit.Line   // of the current patient, in order
	fates  []fate         // of each of them
	left   []claim.Unread // of the current patient
	keep   func(*claim.Unread) error
	err    error // the first of keep
	counts *Counts
	notes  *notes // of the counts
	// shared are the services of the current patient left out of rows that hold several, by their places
	// in left.
	shared []int
	back   []int            // its reversals
	paid   map[payment]bool // those added up on lines of the current patient
}

// fate is what becomes of a line: it stands, or is left out as a kind of row.
type fate struct {
	kind   claim.UnreadKind // "" while it stands
	by     int              // the line that it repeats or that takes it back; -1 for none
	reason string           // what the reader is told, before the row of that line
	at     claim.Pos        // the row that has it again, where that is no line of the patient
	told   bool             // by its own number it is a state of another line
}

// Counts are what a stage counted of each table: the rows that it left out, and what is to be told. They point to
// nothing else, so that they can go from one process to another.
type Counts struct {
	left  []leftTally // by table
	notes *notes
	typed map[string]bool // the numbers by which lines were given the claim type that somebody says
}

// leftTally is what the rows left out take from the counts of a table.
type leftTally struct{ services, rows, noCharge int }

// NewCounts are those of nothing, for so many tables.
func NewCounts(tables int) *Counts {
	return &Counts{make([]leftTally, tables), newNotes(tables), map[string]bool{}}
}

// Add takes over other counts of the same tables.
func (c *Counts) Add(o *Counts) {
	c.notes.add(o.notes)
	maps.Copy(c.typed, o.typed)
	for i, t := range o.left {
		u := &c.left[i]
		u.services, u.rows, u.noCharge = u.services+t.services, u.rows+t.rows, u.noCharge+t.noCharge
	}
}

// Counts are what the stage counted.
func (s *Stage) Counts() *Counts { return s.counts }

// NewStage makes a stage for lines of those sources, which hands the rows it leaves out to keep.
func NewStage(facts *Facts, sources []claim.Source, keep func(*claim.Unread) error) *Stage {
	counts := NewCounts(len(sources))
	return &Stage{facts: facts, sources: sources, keep: keep, counts: counts, notes: counts.notes, paid: map[payment]bool{}}
}

// Settle parts a patient's lines, which are in order, into those that stand, in order still, and those
// left out, in front and behind. A line that stands has the copies of it that went to other payers as its
// Copies.
func (s *Stage) Settle(lines []audit.Line) (stand, out []audit.Line) {
	if len(lines) < 2 && !isReversal(&lines[0]) && !isVoid(&lines[0]) && s.sources[lines[0].Pos.Input].Mended == nil || s.allStand(lines) {
		return lines, nil
	}
	s.lines, s.fates = lines, slices.Grow(s.fates[:0], len(lines))[:len(lines)]
	for i := range s.fates {
		s.fates[i] = fate{by: -1}
	}
	s.joins()
	s.overlaps()
	s.reversals()
	s.findGone()
	s.corrections()
	s.mended(true)
	s.payerCopies()
	s.centreDoubts()
	return s.part()
}

// allStand tells at a look that none of some lines can repeat, correct or take back another, as is so of most patients:
// they are of one export and payer, and nothing on them or said of their tables speaks of another state.
func (s *Stage) allStand(lines []audit.Line) bool {
	export := s.facts.order(lines[0].Pos.Input, lines[0].Context)
	for i := range lines {
		l := &lines[i]
		input := l.Pos.Input
		if l.LineID != "" || isReversal(l) || frequency(l) != '1' || !samePayer(&lines[0], l) ||
			s.facts.order(input, l.Context) != export || s.facts.joined(input) || s.sources[input].Mended != nil {
			return false
		}
	}
	return len(s.facts.mixed) == 0
}

// part moves the lines left out behind the others and accounts for them.
func (s *Stage) part() (stand, out []audit.Line) {
	n := 0
	for i := range s.fates {
		if s.fates[i].kind == "" {
			n++
		} else {
			s.account(i)
		}
	}
	if n == len(s.lines) {
		return s.lines, nil
	}
	s.countRows()
	s.handOver()
	ordered := make([]audit.Line, 0, len(s.lines))
	at := make([]int, len(s.lines))
	for _, standing := range [...]bool{true, false} {
		for i := range s.lines {
			if (s.fates[i].kind == "") == standing {
				at[i] = len(ordered)
				ordered = append(ordered, s.lines[i])
			}
		}
	}
	for i := range s.fates {
		if f := &s.fates[i]; f.kind == claim.PayerCopy {
			if by := s.final(f.by); by >= 0 {
				l := &ordered[at[by]]
				l.Copies = append(slices.Clip(l.Copies), &ordered[at[i]])
			}
		}
	}
	return ordered[:n], ordered[n:]
}

func (s *Stage) stands(i int) bool { return i >= 0 && s.fates[i].kind == "" }

// leave takes a line out. What it repeats stands, or is left out for another.
func (s *Stage) leave(i int, kind claim.UnreadKind, by int, reason string) {
	s.fates[i] = fate{kind: kind, by: by, reason: reason}
}

// final is the line that stands at the end of what a line repeats; -1 where nothing of it stands.
func (s *Stage) final(i int) int {
	for range s.fates {
		if i < 0 || s.fates[i].kind == "" {
			return i
		}
		if k := s.fates[i].kind; k == claim.Voided || k == claim.VoidPair || k == claim.VoidedRow {
			return -1
		}
		i = s.fates[i].by
	}
	return -1
}

// account writes down a line that is left out. Earlier history is not the run's to account for.
func (s *Stage) account(i int) {
	l, f := &s.lines[i], &s.fates[i]
	if l.Context {
		return
	}
	u := claim.Unread{Pos: l.Pos, Kind: f.kind, Reason: f.reason, Repeats: f.at, Charge: l.Charge, ChargeUnknown: l.Bad.Has(claim.FieldCharge)}
	if f.by >= 0 {
		u.Repeats = s.lines[f.by].Pos
		if by := s.final(f.by); by >= 0 && f.kind != claim.VoidPair {
			u.Repeats = s.lines[by].Pos
		}
	}
	if l.Pos.Shares() {
		s.shared = append(s.shared, len(s.left))
	}
	s.left = append(s.left, u)
	s.notes.count(l.Pos.Input, f.kind)
}

// countRows tells of each service left out of a row with several whether its row is counted with
// another: with one that stands, or else with the first left out. All services of a row are of one patient.
func (s *Stage) countRows() {
	if len(s.shared) == 0 {
		return
	}
	counted := map[claim.Pos]bool{}
	row := func(p claim.Pos) claim.Pos { return claim.Pos{Input: p.Input, Row: p.Row} }
	for i := range s.lines {
		if s.stands(i) {
			counted[row(s.lines[i].Pos)] = true
		}
	}
	for _, i := range s.shared {
		at := row(s.left[i].Pos)
		s.left[i].Part = counted[at]
		counted[at] = true
	}
	s.shared = s.shared[:0]
}

// handOver counts the rows of the current patient that were left out, and lets them go.
func (s *Stage) handOver() {
	for i := range s.left {
		u := &s.left[i]
		t := &s.counts.left[u.Pos.Input]
		t.services++
		if !u.Part {
			t.rows++
		}
		if u.ChargeUnknown {
			t.noCharge++
		}
		if err := s.keep(u); err != nil && s.err == nil {
			s.err = err
		}
	}
	s.left = s.left[:0]
}

// Err is the first failure to keep a row left out.
func (s *Stage) Err() error { return s.err }

// differs are the fields in which two lines differ, of those that both their tables have.
func (s *Stage) differs(a, b *audit.Line) (set claim.Fields) {
	both := s.sources[a.Pos.Input].Columns & s.sources[b.Pos.Input].Columns
	for f := range claim.NumFields {
		if both.Has(f) && f.Compare(&a.Line, &b.Line) != 0 {
			set |= claim.FieldSet(f)
		}
	}
	return set
}

// standing are the indexes of the lines that stand so far.
func (s *Stage) standing() []int {
	list := make([]int, 0, len(s.lines))
	for i := range s.fates {
		if s.fates[i].kind == "" {
			list = append(list, i)
		}
	}
	return list
}

// Sources are the tables with the rows that stages left out counted as skipped, and with what is to be
// told of each.
func Sources(sources []claim.Source, facts *Facts, stages []*Counts) []claim.Source {
	all := NewCounts(len(sources))
	for _, stage := range stages {
		all.Add(stage)
	}
	sources = slices.Clone(sources)
	states := 0
	for i := range sources {
		s, t := &sources[i], all.left[i]
		s.Services -= t.services
		s.Audited -= t.rows
		s.Skipped += t.rows
		s.NoCharge -= t.noCharge
		states += all.notes.kinds[i][claim.Overlap] + all.notes.kinds[i][claim.Superseded]
		s.Notes = append(slices.Clip(s.Notes), all.notes.of(i)...)
	}
	if facts.orderedBy != "" && states > 0 {
		sources[0].Notes = append(sources[0].Notes, "which of two exports is later was told by "+facts.orderedBy)
	}
	if facts.moved > 0 {
		sources[0].Notes = append(slices.Clip(sources[0].Notes), fmt.Sprintf("%d claim numbers have two patients in two exports, as when a patient id is corrected between them: their lines are judged under both", facts.moved))
	}
	if n := facts.nothingTells(); n > 0 {
		sources[0].Notes = append(slices.Clip(sources[0].Notes), fmt.Sprintf("%d billers have all their lines in a surgery centre, and nothing tells whether they are the doctor's claims or the centre's own: they are judged as the doctor's; --claim-type NUMBER=asc says that they are the centre's", n))
	}
	if n := len(facts.Untyped(stages)); n > 0 {
		sources[0].Notes = append(slices.Clip(sources[0].Notes), fmt.Sprintf("%d of %d claim types given with --claim-type are of no line: none that leaves its claim type open has the number; see that it is written as the export has it", n, len(facts.stated)))
	}
	if facts.again > 0 {
		sources[0].Notes = append(slices.Clip(sources[0].Notes), fmt.Sprintf("%d lines without a patient and a claim number stand elsewhere as they are: whether they are the same lines again cannot be told, and each is judged", facts.again))
	}
	return sources
}
