package services

import (
	"cmp"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// sending is a claim as it was sent once: the lines of one version.
type sending struct {
	version
	lines    []int // in order
	original string
	received claim.Date
	export   int
	first    claim.Pos // its first row
	stem     string
	end      *sending // the version that stands in the end; nil where none does
}

// corrections settles the claims that replace another, and those that take one back.
func (s *Stage) corrections() {
	if !hasCorrections(s.lines) {
		return
	}
	all := s.sendings(s.standing())
	for _, c := range corrections(all) {
		target, tied := s.corrected(c, all)
		switch {
		case len(tied) > 0 && c.frequency == '7':
			s.notes.remark(tiedClaims, &s.lines[c.lines[0]])
			s.doubt(append([]*sending{c}, tied...))
		case len(tied) > 0: // one of them is taken back; the void bills nothing
			s.notes.remark(tiedClaims, &s.lines[c.lines[0]])
			s.takeBack(c, nil)
			s.doubt(tied)
		case c.frequency == '7':
			s.replace(c, target)
		default:
			s.takeBack(c, target)
		}
	}
}

// sendings are the claims some lines belong to. Lines without a claim number are a claim where they are
// of one day.
func (s *Stage) sendings(lines []int) (all []*sending) {
	type key struct {
		version
		day    claim.Date
		biller string
	}
	known := map[key]*sending{}
	for _, i := range lines {
		l := &s.lines[i]
		k := key{version: s.versionOf(l)}
		if l.Claim == "" {
			k.day, k.biller = l.From, biller(&l.Line)
		}
		c := known[k]
		if c == nil {
			c = &sending{version: k.version, stem: stemOf(l.Claim), first: l.Pos}
			known[k], all = c, append(all, c)
		}
		c.lines = append(c.lines, i)
		c.received = max(c.received, l.Received)
		c.export = max(c.export, s.export(i))
		c.original = cmp.Or(c.original, l.Original)
		if l.Pos.Before(c.first) {
			c.first = l.Pos
		}
	}
	return all
}

// corrections are the replacements and voids, in the order they were sent.
func corrections(all []*sending) (list []*sending) {
	for _, c := range all {
		if c.frequency != '1' {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, (*sending).compare)
	return list
}

// compare orders claims by when they were sent: by the day of receipt, the export, the length of the
// number and the number; the row decides where all are equal.
func (c *sending) compare(d *sending) int {
	received := 0
	if c.received != 0 && d.received != 0 {
		received = cmp.Compare(c.received, d.received)
	}
	return cmp.Or(received, cmp.Compare(c.export, d.export), cmp.Compare(len(c.claim), len(d.claim)),
		strings.Compare(c.claim, d.claim), cmp.Compare(c.frequency, d.frequency), c.first.Compare(d.first))
}

// corrected is the claim that c corrects, by the first rule that gives one which still stands: nil where
// there is none. Tied are those that fit alike where there are several.
func (s *Stage) corrected(c *sending, all []*sending) (target *sending, tied []*sending) {
	if named := s.fitting(c, all, (*sending).refersTo); len(named) > 0 {
		// A copy to another payer may have the number too.
		own := slices.DeleteFunc(slices.Clone(named), func(d *sending) bool { return !s.alike(c, d) })
		if len(own) > 0 {
			named = own
		}
		return s.best(c, named)
	}
	if c.claim != "" {
		for _, rule := range byNumber {
			fit := s.fitting(c, all, func(c, d *sending) bool { return s.alike(c, d) && rule(c, d) })
			if len(fit) > 0 {
				return s.best(c, fit)
			}
		}
	}
	if fit := s.fitting(c, all, s.sameDayEarlier); len(fit) == 1 {
		return fit[0], nil
	}
	return nil, nil
}

// refersTo tells whether c names d as its original, by its number or by the payer's.
func (c *sending) refersTo(d *sending) bool {
	return c.original != "" && (d.claim == c.original || d.frequency == '1' && d.original == c.original)
}

// byNumber are the rules by which the number of a claim tells which it corrects, the surest first: the
// same number; its number less a suffix; an earlier correction of that; its number with a suffix.
var byNumber = [...]func(c, d *sending) bool{
	func(c, d *sending) bool { return d.claim == c.claim && (d.frequency == '1' || d.compare(c) < 0) },
	func(c, d *sending) bool { return c.stem != c.claim && d.claim == c.stem },
	func(c, d *sending) bool { return d.stem == c.stem && d.frequency == '7' && d.compare(c) < 0 },
	func(c, d *sending) bool { return d.stem == c.claim && d.compare(c) < 0 },
}

// fitting are the claims that a rule allows and that stand, but for voids.
func (s *Stage) fitting(c *sending, all []*sending, rule func(c, d *sending) bool) (fit []*sending) {
	for _, d := range all {
		if d != c && d.frequency != '8' && s.anyStands(d) && rule(c, d) {
			fit = append(fit, d)
		}
	}
	return fit
}

func (s *Stage) anyStands(c *sending) bool { return slices.ContainsFunc(c.lines, s.stands) }

// alike tells whether two claims went to one payer from one biller.
func (s *Stage) alike(c, d *sending) bool {
	a, b := &s.lines[c.lines[0]], &s.lines[d.lines[0]]
	return sameBiller(a, b) && samePayer(a, b)
}

// busyDay is how many claims of one day may be searched for the only one before another.
const busyDay = 1000

// sameDayEarlier tells whether d was sent before c for one of its days. A suffix or another number says
// nothing of it.
func (s *Stage) sameDayEarlier(c, d *sending) bool {
	if len(c.lines) > busyDay || !s.alike(c, d) || c.received != 0 && d.received > c.received {
		return false
	}
	if d.frequency != '1' && d.compare(c) >= 0 {
		return false
	}
	day := s.lines[c.lines[0]].From
	return slices.ContainsFunc(d.lines, func(i int) bool { return s.lines[i].From == day })
}

// best is the claim of some that has most codes in common with c, for a void then most lines that are
// equal, then the one sent last.
func (s *Stage) best(c *sending, fit []*sending) (best *sending, tied []*sending) {
	score := func(d *sending) [2]int {
		n := [2]int{s.common(c, d, sameCode)}
		if c.frequency == '8' {
			n[1] = s.common(c, d, sameBill)
		}
		return n
	}
	best = fit[0]
	top := score(best)
	for _, d := range fit[1:] {
		switch n := score(d); {
		case n[0] > top[0] || n[0] == top[0] && n[1] > top[1]:
			best, top, tied = d, n, nil
		case n == top && d.frequency == best.frequency:
			if tied == nil {
				tied = []*sending{best}
			}
			tied = append(tied, d)
		case n == top && d.frequency == '7':
			best, tied = d, nil
		}
	}
	return best, tied
}

// common counts the lines of c with a line of d that is alike, each once.
func (s *Stage) common(c, d *sending, alike func(a, b *audit.Line) bool) (n int) {
	free := slices.Clone(d.lines)
	for _, i := range c.lines {
		k := slices.IndexFunc(free, func(k int) bool { return alike(&s.lines[i], &s.lines[k]) })
		if k >= 0 {
			free = slices.Delete(free, k, k+1)
			n++
		}
	}
	return n
}

func sameCode(a, b *audit.Line) bool { return a.Billed == b.Billed }

// sameBill tells whether one line repeats the other but for the sign of its amounts.
func sameBill(a, b *audit.Line) bool {
	return sameCode(a, b) && a.Mods == b.Mods && abs(a.Units) == abs(b.Units) && abs(a.Charge) == abs(b.Charge) && a.Dx == b.Dx && a.From == b.From
}

func abs[T ~int64](n T) T { return max(n, -n) }

// replace leaves out every line of a claim that another replaces, also what the other has no more.
func (s *Stage) replace(c, target *sending) {
	if target == nil {
		s.notes.remark(unheld, &s.lines[c.lines[0]])
		return
	}
	for _, i := range target.lines {
		if s.stands(i) {
			s.leave(i, claim.Replaced, s.counterpart(i, c), "a later claim with frequency 7 replaces the claim")
		}
	}
}

// takeBack leaves out a void, and the claim that it takes back.
func (s *Stage) takeBack(c, target *sending) {
	for _, i := range c.lines {
		by := -1
		if target != nil {
			by = s.counterpart(i, target)
		}
		s.leave(i, claim.VoidedRow, by, "a claim with frequency 8 takes a claim back")
	}
	if target == nil {
		return
	}
	for _, i := range target.lines {
		if s.stands(i) {
			s.leave(i, claim.Voided, s.counterpart(i, c), "a claim with frequency 8 takes the claim back")
		}
	}
}

// doubt marks claims of which it cannot be told which of them another corrects: what is found by comparing
// them is not said.
func (s *Stage) doubt(claims []*sending) {
	for n, c := range claims {
		for _, i := range c.lines {
			s.lines[i].Doubt = audit.DoubtOf(uint32(claims[0].lines[0]), n)
		}
	}
}

// counterpart is the line of a claim with the same code on the same day, else its first.
func (s *Stage) counterpart(i int, c *sending) int {
	for _, k := range c.lines {
		if s.lines[k].Billed == s.lines[i].Billed && s.lines[k].From == s.lines[i].From {
			return k
		}
	}
	return c.lines[0]
}

func hasCorrections(lines []audit.Line) bool {
	for i := range lines {
		if frequency(&lines[i]) != '1' {
			return true
		}
	}
	return false
}
