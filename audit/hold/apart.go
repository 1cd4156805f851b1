package hold

import (
	"errors"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/wire"
)

// Lines, findings and rows left out also go from one process to another, as records that say all by themselves.

// errRecord is the error of a record that is none. It tells nothing of what is in it.
var errRecord = errors.New("is damaged, or no record of this program")

// Totals are counts of records by which it is seen that all were judged, once, and every patient whole.
type Totals struct {
	Rows     int    // records
	Patients int    // as Patients shows them
	Sum      uint64 // of the hashes of the records, in any order
}

// Add takes over the counts of other records.
func (t *Totals) Add(u Totals) {
	t.Rows, t.Patients, t.Sum = t.Rows+u.Rows, t.Patients+u.Patients, t.Sum+u.Sum
}

// See counts a record.
func (t *Totals) See(record []byte) {
	t.Rows++
	t.Sum += hashOf(record)
}

// Records shows each the records of a part for another process, with what they are of, and counts them. Tables is
// the number of sources. Neither holds longer than each runs.
func (b *Body) Records(part, tables int, each func(l *claim.Line, record []byte) error) (Totals, error) {
	var all Totals
	chunks, err := b.parts[part].load(false)
	if err != nil {
		return all, err
	}
	r := b.room(chunks)
	defer r.leave()
	r.findKeys(b.seed)
	asRead := make([]claim.Source, tables) // whose dates are left as they were read
	var p packer
	for keys := r.byPatient(); len(keys) > 0; {
		n := samePatient(keys)
		r.unpack(keys[:n], true, asRead)
		for i := range r.lines {
			p.pack(&r.lines[i].Line)
			if err := all.show(&r.lines[i].Line, p.buf, each); err != nil {
				return all, err
			}
		}
		for i := range r.lost {
			p.packAs(&r.lost[i], flagLost)
			if err := all.show(&r.lost[i], p.buf, each); err != nil {
				return all, err
			}
		}
		if err := eachPatient(r.lines, func([]audit.Line) error { all.Patients++; return nil }); err != nil {
			return all, err
		}
		keys = keys[n:]
	}
	return all, nil
}

func (t *Totals) show(l *claim.Line, record []byte, each func(*claim.Line, []byte) error) error {
	t.See(record)
	return each(l, record)
}

// Record takes a record of another process. Tables is the number of sources.
func (c *Collector) Record(record []byte, tables int) (err error) {
	defer damaged(&err)
	if len(c.asRead) != tables {
		c.asRead = make([]claim.Source, tables)
	}
	u := unpacker{data: asString(record)}
	lost := u.isLost()
	var l claim.Line
	u.line(&l, c.asRead)
	if u.at != len(record) || l.Pos.Input < 0 || int(l.Pos.Input) >= tables {
		return errRecord
	}
	if !lost {
		c.Line(&l)
		return nil
	}
	c.packer.packAs(&l, flagLost)
	c.put(c.partOf(&l))
	return nil
}

// damaged makes an error of a record that ends before its time.
func damaged(err *error) {
	if recover() != nil {
		*err = errRecord
	}
}

// Apart shows finding the records of the findings on the shelves, in the order of Gather, and day those of their
// encounters' lines, each before the first finding of it, for another process. The shelves are used up.
func Apart(from []*Shelf, rules []*audit.Rule, finding, day func(record []byte) error) (findings int, err error) {
	s := &shelves{}
	order, _ := s.collect(from, rules)
	r := &findingReader{shelves: s}
	places, encounters := map[*audit.Rule]int{}, map[int32]uint64{}
	for i, rule := range rules {
		places[rule] = i
	}
	var w findingWriter
	for _, number := range order {
		b := s.all.At(number)
		n, met := encounters[b.Encounter]
		if !met {
			n = uint64(len(encounters))
			encounters[b.Encounter] = n
			w.dayApart(n, r.Encounter(b.Encounter))
			if err := errors.Join(s.Err(), day(w.buf)); err != nil {
				return 0, err
			}
		}
		w.findingApart(n, places[s.all.Rule(b)], r.Finding(b))
		if err := errors.Join(s.Err(), finding(w.buf)); err != nil {
			return 0, err
		}
	}
	return len(order), nil
}

// findingApart writes the record of a finding of an encounter, by a rule of that place among all.
func (w *findingWriter) findingApart(encounter uint64, rule int, f *audit.Finding) {
	w.buf = w.buf[:0]
	w.number(uint64(rule))
	w.number(uint64(f.Severity))
	w.number(uint64(f.Money))
	w.signed(int64(f.Waiver))
	w.number(encounter)
	w.finding(f, &packer{})
}

// dayApart writes the record of the lines of an encounter.
func (w *findingWriter) dayApart(encounter uint64, lines []audit.EncounterLine) {
	w.buf = w.buf[:0]
	w.number(encounter)
	w.number(uint64(len(lines)))
	var p packer
	for i := range lines {
		w.line(lines[i].Line, &p)
		w.changes(&lines[i].Fixed)
	}
}

// Part begins the records of another part: its encounters are none of those before.
func (s *Shelf) Part() { s.begin = int32(len(s.encounters)) }

// encounterOf is the number of an encounter of the part.
func (s *Shelf) encounterOf(number uint64) int32 {
	n := s.begin + int32(number)
	if int(n) == len(s.encounters) {
		s.encounters = append(s.encounters, 0)
	}
	return n
}

// Take takes the record of a finding of Apart.
func (s *Shelf) Take(record []byte, rules []*audit.Rule) (err error) {
	defer damaged(&err)
	u := unpacker{data: asString(record)}
	var r findingReader
	r.finding = audit.Finding{Rule: rules[u.number()], Severity: audit.Severity(u.number()), Money: audit.Money(u.number()), Waiver: int32(u.signed())}
	encounter := s.encounterOf(u.number())
	if u.finding(&r, nil); u.at != len(record) {
		return errRecord
	}
	_, err = s.add(&r.finding, encounter)
	return err
}

// TakeDay takes the record of an encounter's lines of Apart.
func (s *Shelf) TakeDay(record []byte) (err error) {
	defer damaged(&err)
	u := unpacker{data: asString(record)}
	var r findingReader
	encounter := s.encounterOf(u.number())
	if err := u.day(&r, &Shelf{}); err != nil || u.at != len(record) {
		return errRecord
	}
	fixed := map[claim.Pos]audit.Edit{}
	for i := range r.day {
		fixed[r.day[i].Pos] = r.day[i].Fixed
	}
	return s.keepDay(encounter, r.dayLines, fixed)
}

// LinesApart shows each the records of the lines of ledgers, in the order of GatherLines, for another process, and
// returns the fields that were changed. The ledgers are used up.
func LinesApart(from []*Ledger, each func(record []byte) error) (claim.Fields, error) {
	all := GatherLines(from)
	var w, p packer
	for i := range all.Len() {
		l, change, removed := all.At(i)
		p.pack(l)
		w.buf = append(w.buf[:0], p.buf...)
		w.text(change)
		w.number(uint64(bitOf(removed)))
		if err := errors.Join(all.Err(), each(w.buf)); err != nil {
			return 0, err
		}
	}
	return all.Fields(), nil
}

func bitOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Take takes a record of LinesApart.
func (g *Ledger) Take(record []byte) (err error) {
	defer damaged(&err)
	u := unpacker{data: asString(record)}
	var l claim.Line
	u.line(&l, nil)
	change := u.text()
	if u.number() == 1 {
		return g.Remove(&l, change)
	}
	return g.keep(&l, change)
}

// Changed adds fields that lines taken were changed in.
func (g *Ledger) Changed(fields claim.Fields) { g.fields |= fields }

// LeftApart shows each the records of rows left out, in the order of GatherLeft, for another process. The lists are
// used up.
func LeftApart(from []*Leavings, each func(record []byte) error) error {
	all := GatherLeft(from)
	var record []byte
	for i := range all.Len() {
		u := all.At(i)
		record = wire.Append(record[:0], &u)
		if err := errors.Join(all.Err(), each(record)); err != nil {
			return err
		}
	}
	return nil
}

// Take takes a record of LeftApart.
func (l *Leavings) Take(record []byte) error {
	var u claim.Unread
	if err := wire.Read(record, &u); err != nil {
		return errRecord
	}
	return l.Keep(&u)
}
