package services

import (
	"cmp"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// overlaps leaves one state of each line that several exports have, or that one export has twice under
// one number: the later stands.
func (s *Stage) overlaps() {
	for _, group := range s.numberedGroups(false) {
		s.latestState(group)
	}
	if s.severalExports() {
		s.findReversals()
		for _, group := range s.placeGroups() {
			s.foldExports(group)
		}
	}
	s.mended(false)
}

// mended leaves out the lines that corrected lines of ours have again, as they were or mended; those taken off
// only when corrections are settled, because they may be what replaces another.
func (s *Stage) mended(takenOff bool) {
	again := s.mendedAt()
	if len(again) == 0 {
		return
	}
	places := map[claim.Pos][]int{} // the corrected lines of the patient, by row
	for k := range s.lines {
		row := claim.Pos{Input: s.lines[k].Pos.Input, Row: s.lines[k].Pos.Row}
		places[row] = append(places[row], k)
	}
	for i, at := range again {
		switch mine := places[at]; {
		case len(mine) == 0 && takenOff:
			s.leave(i, claim.Superseded, -1, "corrected lines of claimaudit have the line taken off")
			s.fates[i].at = at
		case len(mine) > 0 && s.final(s.nearest(i, mine)) != i:
			s.leave(i, claim.Superseded, s.nearest(i, mine), "corrected lines of claimaudit have the line again")
		}
	}
}

// mendedAt are the lines that stand and that corrected lines have, with the row there. So are lines that stand
// for such a one because they are the same in an export no later than those.
func (s *Stage) mendedAt() map[int]claim.Pos {
	var again map[int]claim.Pos
	for i := range s.lines {
		at, found := s.sources[s.lines[i].Pos.Input].Mended.Find(&s.lines[i].Line)
		if !found {
			continue
		}
		if k := s.sameAgain(i); s.stands(k) && (k == i || s.export(k) < s.facts.order(at.Input, false)) && !s.takenBackInside(k) {
			if again == nil {
				again = map[int]claim.Pos{}
			}
			if _, known := again[k]; !known || k == i {
				again[k] = at
			}
		}
	}
	return again
}

// sameAgain is the line at the end of those that have a line again as it is.
func (s *Stage) sameAgain(i int) int {
	for s.fates[i].kind == claim.Overlap {
		i = s.fates[i].by
	}
	return i
}

// takenBackInside tells whether a service of a row with several is a charge that its own export takes back, or what
// takes one back: the corrected lines of its row are of the other services.
func (s *Stage) takenBackInside(k int) bool {
	l := &s.lines[k]
	if !l.Pos.Shares() {
		return false
	}
	return isCredit(l) || slices.ContainsFunc(s.standing(), func(i int) bool {
		o := &s.lines[i]
		return o.From == l.From && s.export(i) == s.export(k) && isReversal(o) != isReversal(l) && (takesBack(o, l) || takesBack(l, o))
	})
}

func (s *Stage) severalExports() bool {
	first := s.export(0)
	for i := range s.lines {
		if s.export(i) != first {
			return true
		}
	}
	return false
}

// export is the place of the line's export among all, from the earliest to the latest.
func (s *Stage) export(i int) int {
	l := &s.lines[i]
	return s.facts.order(l.Pos.Input, l.Context)
}

// latestState leaves the latest state of a numbered line. Rows of one export that were received on one
// day are no states: they stand, but for rows printed twice.
func (s *Stage) latestState(group []int) {
	group = sortedBy(group, func(a, b int) bool { return s.later(b, a) })
	last := group[len(group)-1]
	standing := []int{}
	for _, i := range slices.Backward(group) {
		switch same := s.equalTo(i, standing); {
		case same >= 0:
			s.leave(i, claim.Overlap, same, "the same line again")
			s.fates[same].told = true
		case s.export(i) == s.export(last) && s.lines[i].Received == s.lines[last].Received:
			standing = append(standing, i)
		default:
			k := s.nearest(i, standing)
			s.leave(i, claim.Superseded, k, "an earlier state of the line")
			s.fates[k].told = true
		}
	}
}

// later tells whether a is of a later export than b, or was received later, or stands below it.
func (s *Stage) later(a, b int) bool {
	la, lb := &s.lines[a], &s.lines[b]
	return cmp.Or(cmp.Compare(s.export(a), s.export(b)), cmp.Compare(la.Received, lb.Received),
		la.Pos.Compare(lb.Pos)) > 0
}

// equalTo is the line among some that has the same in every cell; -1 for none.
func (s *Stage) equalTo(i int, among []int) int {
	for _, k := range among {
		if s.differs(&s.lines[i], &s.lines[k]) == 0 {
			return k
		}
	}
	return -1
}

// printedAgain is the line among some of a later export that has the same in every cell, and is no late
// charge by its number; -1 for none.
func (s *Stage) printedAgain(i int, among []int) int {
	for _, k := range among {
		a, b := &s.lines[i], &s.lines[k]
		another := s.numbered(a) && s.numbered(b) && a.LineID != b.LineID && s.isLateCharge(i, k)
		if !another && s.differs(a, b) == 0 {
			return k
		}
	}
	return -1
}

// nearest is the line among some with the same code, else the first.
func (s *Stage) nearest(i int, among []int) int {
	for _, k := range among {
		if s.lines[k].Billed == s.lines[i].Billed {
			return k
		}
	}
	return among[0]
}

// place is what lines of two exports must have in common to be one line: a version of a claim, the day
// and the code; without claim numbers all that says which service it was.
type place struct {
	version
	service
	reversal bool
}

// service is all that tells one service from another of a patient, but whom it was sent to.
type service struct {
	from, to          claim.Date
	billed            string
	mods              claim.Modifiers
	units             claim.Units
	charge            claim.Cents
	rendering, biller string
	pos               string
}

func serviceOf(l *audit.Line) service {
	return service{l.From, l.To, l.Billed, l.Mods, l.Units, l.Charge, l.Rendering, biller(&l.Line), l.POS}
}

func (s *Stage) placeOf(l *audit.Line) place {
	p := place{version: s.versionOf(l), reversal: isReversal(l)}
	if l.Claim == "" {
		p.service = serviceOf(l)
	} else {
		p.service = service{from: l.From, billed: l.Billed}
	}
	return p
}

// placeGroups are the lines that stand, by place, where a place has lines of several exports.
func (s *Stage) placeGroups() (groups [][]int) {
	at := map[place]int{}
	for _, i := range s.standing() {
		p := s.placeOf(&s.lines[i])
		g, seen := at[p]
		if !seen {
			g = len(groups)
			at[p], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return slices.DeleteFunc(groups, func(g []int) bool {
		return !slices.ContainsFunc(g, func(i int) bool { return s.export(i) != s.export(g[0]) })
	})
}

// foldExports goes through the exports of a place from the earliest on. Each line of the next export
// stands, and takes the place of a line so far: the one that is equal, else the next of those left.
func (s *Stage) foldExports(group []int) {
	group = sortedBy(group, func(a, b int) bool { return s.export(a) < s.export(b) })
	var current []int
	for len(group) > 0 {
		n := 1
		for n < len(group) && s.export(group[n]) == s.export(group[0]) {
			n++
		}
		current = append(s.replaceStates(current, group[:n]), group[:n]...)
		group = group[n:]
	}
}

// replaceStates leaves out earlier lines that later ones are states of, and returns the others. A later
// line whose own number told which earlier line it was is none of another that has a number, and a charge that
// its own export takes back is no state of another.
func (s *Stage) replaceStates(earlier, later []int) (rest []int) {
	free := slices.DeleteFunc(slices.Clone(later), func(k int) bool {
		return s.fates[k].told && !slices.ContainsFunc(earlier, func(i int) bool { return !s.numbered(&s.lines[i]) })
	})
	var open []int
	for _, i := range earlier {
		if k := s.printedAgain(i, free); k >= 0 {
			free = slices.Delete(free, slices.Index(free, k), slices.Index(free, k)+1)
			s.leave(i, claim.Overlap, k, "the same line again in another export")
		} else {
			open = append(open, i)
		}
	}
	undone := s.undone(slices.Concat(open, free))
	free = slices.DeleteFunc(free, func(k int) bool { return undone[k] })
	for _, i := range open {
		if undone[i] {
			rest = append(rest, i)
			continue
		}
		k := slices.IndexFunc(free, func(k int) bool { return s.isStateOf(i, k) })
		if k < 0 {
			rest = append(rest, i)
			continue
		}
		s.leave(i, claim.Superseded, free[k], "an earlier state of the line, which a later export has again")
		free = slices.Delete(free, k, k+1)
	}
	return rest
}

// findGone marks the lines that a later export should have and has not: it has others of their claim and
// day, and goes back as far as they do, because it has again a line that is as old. An export of what was
// entered since the one before does not.
func (s *Stage) findGone() {
	if !s.severalExports() {
		return
	}
	first := s.firstSeen()
	reach := map[int]int{} // by export, the earliest export with a line that it has again
	for i := range s.lines {
		if e, f := s.export(i), first[max(s.final(i), 0)]; f < e {
			if r, seen := reach[e]; !seen || f < r {
				reach[e] = f
			}
		}
	}
	type claimDay struct {
		version
		from claim.Date
	}
	rows := map[claimDay][]int{}
	for i := range s.lines {
		if l := &s.lines[i]; l.Claim != "" {
			k := claimDay{s.versionOf(l), l.From}
			rows[k] = append(rows[k], i)
		}
	}
	for _, i := range s.standing() {
		l := &s.lines[i]
		l.Gone = l.Claim != "" && slices.ContainsFunc(rows[claimDay{s.versionOf(l), l.From}], func(k int) bool {
			r, again := reach[s.export(k)]
			return s.export(k) > s.export(i) && again && r <= first[i] && !s.addedLater(i, k)
		})
		if l.Gone {
			s.notes.remark(gone, l)
		}
	}
}

// firstSeen is by line that stands the earliest export that has it.
func (s *Stage) firstSeen() []int {
	first := make([]int, len(s.lines))
	for i := range first {
		first[i] = s.export(i)
	}
	for i := range s.lines {
		if f := s.final(i); f >= 0 {
			first[f] = min(first[f], s.export(i))
		}
	}
	return first
}

// addedLater tells whether by its line numbers the later export has only lines of the claim that were added.
func (s *Stage) addedLater(early, late int) bool {
	return s.numbered(&s.lines[early]) && s.numbered(&s.lines[late]) && s.isLateCharge(early, late)
}

// isStateOf tells whether an earlier line may be a state of a later one of its place, from which it
// differs: not where the later one is a late charge, or one is the right side and the other the left.
func (s *Stage) isStateOf(early, late int) bool {
	a, b := &s.lines[early], &s.lines[late]
	if a.Claim == "" {
		return false
	}
	if s.numbered(a) && s.numbered(b) {
		return a.LineID == b.LineID || !s.isLateCharge(early, late)
	}
	return sideOf(a) == 0 || sideOf(b) == 0 || sideOf(a) == sideOf(b)
}

// isLateCharge tells whether the claim's lowest line number in the later export is above its lowest in
// the earlier one: the later export has only lines that were added.
func (s *Stage) isLateCharge(early, late int) bool {
	low, ok := s.lowestNumber(early)
	high, also := s.lowestNumber(late)
	return ok && also && high > low
}

// lowestNumber is the lowest number of a line of its claim in its export.
func (s *Stage) lowestNumber(i int) (lowest int, ok bool) {
	l := &s.lines[i]
	for k := range s.lines {
		if o := &s.lines[k]; o.Claim == l.Claim && s.export(k) == s.export(i) {
			if n, err := strconv.Atoi(o.LineID); err == nil && (!ok || n < lowest) {
				lowest, ok = n, true
			}
		}
	}
	return lowest, ok
}

// sortedBy is a copy of a list of lines in order.
func sortedBy(list []int, before func(a, b int) bool) []int {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b int) int {
		switch {
		case before(a, b):
			return -1
		case before(b, a):
			return 1
		}
		return 0
	})
	return list
}
