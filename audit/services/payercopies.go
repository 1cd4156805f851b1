package services

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// payerCopies leaves out the copies of claims that went to another payer: of the two the first payer's
// is judged. Copies of claims that were replaced or taken back are copies too.
func (s *Stage) payerCopies() {
	if !s.severalPayers() {
		return
	}
	var candidates []int
	for i := range s.fates {
		if k := s.fates[i].kind; k == "" || k == claim.Replaced || k == claim.Voided {
			candidates = append(candidates, i)
		}
	}
	all := s.sendings(candidates)
	s.findEnds(all)
	partners := map[*sending]map[string]*sending{} // by a claim, and the payer of the other
	for _, p := range s.pairs(all) {
		if !p.mayMeet(partners) {
			continue
		}
		for _, c := range [...][2]*sending{{p.a, p.b}, {p.b, p.a}} {
			if partners[c[0]] == nil {
				partners[c[0]] = map[string]*sending{}
			}
			if partners[c[0]][c[1].payer] == nil {
				partners[c[0]][c[1].payer] = c[1]
			}
		}
		s.leaveCopy(p, all)
	}
}

// findEnds finds for every claim what stands of it in the end: itself, or what replaces it.
func (s *Stage) findEnds(all []*sending) {
	of := make(map[int]*sending, len(s.lines))
	for _, c := range all {
		for _, i := range c.lines {
			of[i] = c
		}
	}
	for _, c := range all {
		for _, i := range c.lines {
			if f := s.final(i); c.end == nil && f >= 0 {
				c.end = of[f]
			}
		}
	}
}

// mayMeet tells whether neither claim has a copy at the other's payer yet but another version of this one:
// what a replacement has no more is a copy of what it replaces.
func (p *pair) mayMeet(partners map[*sending]map[string]*sending) bool {
	for _, c := range [...][2]*sending{{p.a, p.b}, {p.b, p.a}} {
		if known := partners[c[0]][c[1].payer]; known != nil && (known.end != c[1].end || known.end == nil) {
			return false
		}
	}
	return true
}

func (s *Stage) severalPayers() bool {
	for i := range s.lines {
		if !samePayer(&s.lines[0], &s.lines[i]) {
			return true
		}
	}
	return false
}

// pair is two claims that may be copies of each other, and their lines that match, one to one but for
// two sides beside one line for both.
type pair struct {
	a, b    *sending
	matches [][2]int // of a, of b
}

// pairs are the claims for two payers that have a day in common and share a service, those that belong
// together most first: with one number, with one stem, with most lines alike.
func (s *Stage) pairs(all []*sending) (list []pair) {
	met := map[[2]*sending]bool{}
	for _, claims := range s.byDay(all) {
		if len(claims) > busyDay {
			s.notes.remark(busy, &s.lines[claims[0].lines[0]])
			continue
		}
		for i, a := range claims {
			for _, b := range claims[i+1:] {
				both := [2]*sending{a, b}
				if p := (pair{a: a, b: b}); !met[both] && s.match(&p) {
					list = append(list, p)
				}
				if s.severalDays(a) && s.severalDays(b) {
					met[both] = true
				}
			}
		}
	}
	slices.SortFunc(list, func(p, q pair) int {
		return cmp.Or(audit.CompareBools(q.sameNumber(), p.sameNumber()), audit.CompareBools(q.sameStem(), p.sameStem()), audit.CompareBools(s.bothStand(q), s.bothStand(p)),
			cmp.Compare(len(q.matches), len(p.matches)), p.a.first.Compare(q.a.first), p.b.first.Compare(q.b.first))
	})
	return list
}

func (s *Stage) severalDays(c *sending) bool {
	return s.lines[c.lines[0]].From != s.lines[c.lines[len(c.lines)-1]].From
}

// byDay are the claims that have a line on a day, for each of the days of all.
func (s *Stage) byDay(all []*sending) map[claim.Date][]*sending {
	days := map[claim.Date][]*sending{}
	for _, c := range all {
		for _, i := range c.lines {
			day := s.lines[i].From
			if claims := days[day]; len(claims) == 0 || claims[len(claims)-1] != c {
				days[day] = append(claims, c)
			}
		}
	}
	return days
}

func (s *Stage) bothStand(p pair) bool { return s.anyStands(p.a) && s.anyStands(p.b) }

func (p *pair) sameNumber() bool { return p.a.claim != "" && p.a.claim == p.b.claim }
func (p *pair) sameStem() bool   { return p.a.claim != "" && p.a.stem == p.b.stem }

// match finds the lines of two claims that are one service; false where there are none, or where one
// payer or two billers have both claims.
func (s *Stage) match(p *pair) bool {
	x, y := &s.lines[p.a.lines[0]], &s.lines[p.b.lines[0]]
	turns := x.Sequence != 0 && y.Sequence != 0 && x.Sequence != y.Sequence
	if !sameBiller(x, y) || samePayer(x, y) || !turns && (fold(x.PayerName) == "" || fold(y.PayerName) == "") {
		return false
	}
	used := map[int]claim.Modifier{} // by which of its sides a line has been matched
	for _, exact := range [...]bool{true, false} {
		for _, i := range p.a.lines {
			for _, k := range p.b.lines {
				a, b := &s.lines[i], &s.lines[k]
				if exact && (a.Mods != b.Mods || a.Billed != b.Billed) || !free(used, i, b) || !free(used, k, a) || !oneService(a, b, turns) {
					continue
				}
				used[i], used[k] = sideOf(b), sideOf(a)
				p.matches = append(p.matches, [2]int{i, k})
			}
		}
	}
	return len(p.matches) > 0
}

// free tells whether a line has no match yet, or as a line for both sides has one of the other side
// than this.
func free(used map[int]claim.Modifier, i int, other *audit.Line) bool {
	side, matched := used[i]
	return !matched || side != 0 && sideOf(other) != 0 && side != sideOf(other)
}

// sideOf is RT or LT where the line is for that side alone.
func sideOf(l *audit.Line) claim.Modifier {
	r, le := l.Mods.Has(right), l.Mods.Has(left)
	switch {
	case l.Mods.Has(both) || r == le:
		return 0
	case r:
		return right
	}
	return left
}

var right, left, both = claim.Mod("RT"), claim.Mod("LT"), claim.Mod("50")

// leaveCopy leaves the lines of one of two claims out as copies of the other's: once for the pair, never
// line by line. Which is judged is told by the versions that stand.
func (s *Stage) leaveCopy(p pair, all []*sending) {
	var judged *sending
	turned := false
	switch a, b := p.a.end, p.b.end; {
	case a == nil && b == nil:
		return
	case b == nil, a != nil && !s.isFirst(a, b):
		judged, turned = p.b, true
	default:
		judged = p.a
	}
	for _, m := range p.matches {
		i, k := m[0], m[1]
		if turned {
			i, k = k, i
		}
		if !s.stands(k) {
			continue
		}
		if judged.end == nil {
			if i = s.rebilled(judged, i, all); i < 0 {
				continue
			}
		}
		if s.final(i) != k { // three payers may turn round
			s.leave(k, claim.PayerCopy, i, "the same service sent to another payer")
		}
	}
}

// rebilled is what stands for a line whose claim was taken back: a line of another claim of the same payer
// and biller that has a code of the claim on its day; -1 for none.
func (s *Stage) rebilled(gone *sending, i int, all []*sending) int {
	for _, c := range all {
		if c == gone || c.payer != gone.payer || !s.alike(c, gone) || s.common(c, gone, sameCodeAndDay) == 0 {
			continue
		}
		if k := s.counterpart(i, c); s.stands(k) {
			return k
		}
	}
	return -1
}

func sameCodeAndDay(a, b *audit.Line) bool { return a.Billed == b.Billed && a.From == b.From }

func (c *sending) corrects() bool { return c.frequency == '7' }

// isFirst tells whether claim a goes before b: by the payers' turns, else by who pays first, by which is
// corrected, because the other may still have what was wrong, by which
// was denied, by receipt, by the patient's age between Medicare and a group plan, and by row.
func (s *Stage) isFirst(a, b *sending) bool {
	x, y := &s.lines[a.lines[0]], &s.lines[b.lines[0]]
	if x.Sequence != 0 && y.Sequence != 0 && x.Sequence != y.Sequence {
		return turn(x.Sequence) < turn(y.Sequence)
	}
	received := 0
	if a.received != 0 && b.received != 0 {
		received = cmp.Compare(a.received, b.received)
	}
	return cmp.Or(cmp.Compare(paysLate(x), paysLate(y)), audit.CompareBools(b.corrects(), a.corrects()), audit.CompareBools(denied(x), denied(y)), received,
		cmp.Compare(byAge(x), byAge(y)), a.first.Compare(b.first)) < 0
}

// turn orders P, S, T, then A to H.
func turn(sequence byte) int {
	switch sequence {
	case 'P':
		return 1
	case 'S':
		return 2
	case 'T':
		return 3
	}
	return int(sequence)
}

// paysLate is 0 for who pays before all others, 2 for who pays what another leaves, and 3 for who pays last.
func paysLate(l *audit.Line) int {
	switch l.Payer {
	case claim.WorkersComp, claim.Auto:
		return 0
	case claim.Medicaid:
		return 3
	}
	if loose.supplements(fold(l.PayerName)) {
		return 2
	}
	return 1
}

// denied tells whether the payer paid nothing and said why.
func denied(l *audit.Line) bool { return l.Denials != "" && l.Paid == 0 }

// old is the age from which on Medicare pays before a group plan.
const old = 65

// byAge is 0 for the one of Medicare and a group plan that pays first at the patient's age.
func byAge(l *audit.Line) int {
	if l.Birth == 0 {
		return 0
	}
	aged := l.Birth.YearsUntil(l.From) >= old
	if (l.Payer == claim.Medicare || l.Payer == claim.MedicareAdvantage) == aged {
		return 0
	}
	return 1
}
