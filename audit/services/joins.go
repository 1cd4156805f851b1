package services

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// joins leaves one row of each charge that an export prints several times: once for each payment, each
// reason of a denial, each diagnosis or each modifier.
func (s *Stage) joins() {
	clear(s.paid)
	for _, group := range s.numberedGroups(true) {
		s.joinNumbered(group)
	}
	for start := 0; start < len(s.lines); {
		end := start + 1
		for end < len(s.lines) && sameCharge(&s.lines[start], &s.lines[end]) {
			end++
		}
		if end-start > 1 && s.facts.joined(s.lines[start].Pos.Input) {
			for _, rows := range s.byPayer(start, end) {
				s.joinEqual(rows)
			}
		}
		start = end
	}
}

// lineKey is a line of a claim by its own number.
type lineKey struct {
	version
	input    int32 // or 0, over all tables
	id       string
	reversal bool
}

// numberedGroups are the lines that stand, by their own numbers, where one number stands on several:
// within each table, or over all. Groups come in the order of their first lines.
func (s *Stage) numberedGroups(byTable bool) (groups [][]int) {
	if !hasNumbers(s.lines) {
		return nil
	}
	place := map[lineKey]int{}
	for i := range s.lines {
		l := &s.lines[i]
		if l.LineID == "" || !s.stands(i) || !s.numbered(l) {
			continue
		}
		k := lineKey{version: s.versionOf(l), id: l.LineID, reversal: isReversal(l)}
		if byTable {
			k.input = l.Pos.Input
		}
		g, seen := place[k]
		if !seen {
			g = len(groups)
			place[k], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	several := groups[:0]
	for _, g := range groups {
		if len(g) > 1 {
			several = append(several, g)
		}
	}
	return several
}

// joinNumbered joins the rows of one numbered line that differ only in what a join repeats a row for.
func (s *Stage) joinNumbered(group []int) {
	first := group[0]
	for _, i := range group {
		if s.lines[i].Pos.Before(s.lines[first].Pos) {
			first = i
		}
	}
	to := &s.lines[first]
	whole := *to // as its row has it
	for _, i := range s.inRows(group) {
		if i == first {
			continue
		}
		l := &s.lines[i]
		switch d := s.differs(&whole, l); {
		case without(d, claim.Field.Answer) == 0:
			s.joinAnswer(i, first, d, whole.Payment != l.Payment)
		case d == claim.FieldSet(claim.FieldDiagnoses) && single(whole.Dx[:]) && single(l.Dx[:]):
			appendTo(to.Dx[:], l.Dx[0])
			s.leave(i, claim.DiagnosisCopy, first, "the export has a row for each diagnosis of a charge")
		case d == claim.FieldSet(claim.FieldModifiers) && single(whole.Mods[:]) && single(l.Mods[:]):
			appendTo(to.Mods[:], l.Mods[0])
			s.leave(i, claim.ModifierCopy, first, "the export has a row for each modifier of a charge")
		}
	}
}

// joinAnswer joins a row that repeats a charge for another payment or another reason of a denial.
func (s *Stage) joinAnswer(i, first int, d claim.Fields, paid bool) {
	switch {
	case paid || d.Has(claim.FieldPaid) || d.Has(claim.FieldAllowed):
		s.gather(first, i)
		s.leave(i, claim.PaymentCopy, first, "the export repeats a charge for each of its payments")
	case d.Has(claim.FieldDenials):
		s.gather(first, i)
		s.leave(i, claim.DenialCopy, first, "the export repeats a charge for each reason of its denial")
	default:
		s.leave(i, claim.Overlap, first, "one line of a claim, printed twice")
	}
}

// inRows are lines in the order of their rows.
func (s *Stage) inRows(group []int) []int {
	return sortedBy(group, func(a, b int) bool { return s.lines[a].Pos.Before(s.lines[b].Pos) })
}

// byPayer are rows that bill the same, by whom they bill: each payer answers for itself.
func (s *Stage) byPayer(start, end int) (lists [][]int) {
	place := map[string]int{}
	for i := start; i < end; i++ {
		payer := payerKey(&s.lines[i])
		n, seen := place[payer]
		if !seen {
			n = len(lists)
			place[payer], lists = n, append(lists, nil)
		}
		lists[n] = append(lists[n], i)
	}
	return lists
}

// joinEqual joins rows that are alike in all that was billed and have no number of their own. One of them
// is kept; where the same answer of a payer stands on several of them the charge was billed that many
// times, and so many are kept.
func (s *Stage) joinEqual(among []int) {
	answers := map[answer]int{}
	payments := map[uint64]bool{}
	billed := 0
	rows := make([]int, 0, len(among))
	for _, i := range among {
		if a := s.answerOf(i); a != (answer{}) && s.stands(i) {
			rows = append(rows, i)
			answers[a]++
			payments[a.payment] = true
			billed = max(billed, answers[a])
		}
	}
	if len(answers) < 2 {
		return
	}
	first := -1
	for _, i := range s.inRows(rows) {
		switch {
		case billed > 0:
			billed--
			if first < 0 {
				first = i
			}
		default:
			s.joinAnswer(i, first, claim.FieldSet(claim.FieldDenials), len(payments) > 1)
		}
	}
}

// answer is what a row tells of a payer's answer.
type answer struct {
	payment uint64
	denials string
	payer   string // who answered, where rows of several are compared
}

// answerOf is the answer on a row whose line has no number of its own.
func (s *Stage) answerOf(i int) answer {
	l := &s.lines[i]
	if s.numbered(l) {
		return answer{}
	}
	return answer{payment: l.Payment, denials: l.Denials}
}

// sameCharge tells whether two lines of one table bill the same.
func sameCharge(a, b *audit.Line) bool {
	if a.Pos.Input != b.Pos.Input || a.From != b.From || a.Type != b.Type {
		return false
	}
	for _, f := range billed {
		if f.Compare(&a.Line, &b.Line) != 0 {
			return false
		}
	}
	return true
}

// billed is the fields that tell the lines of one day apart.
var billed = claim.Order()

// gather adds up on the row that stands what a payer answered on a row that repeats it: a payment that stands
// on several rows, as one for each reason of a denial, once.
func (s *Stage) gather(first, i int) {
	to, from := &s.lines[first], &s.lines[i]
	if paid := (payment{first, from.Payment}); !s.paid[paid] {
		s.paid[paid] = true
		s.paid[payment{first, to.Payment}] = true
		if from.Payment != to.Payment {
			to.Paid += from.Paid
		}
	}
	to.Allowed = max(to.Allowed, from.Allowed)
	to.Given |= from.Given & claim.FieldSet(claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials)
	for code := range strings.FieldsSeq(from.Denials) {
		if !strings.Contains(" "+to.Denials+" ", " "+code+" ") { // a reason stands behind its group: all of them are taken
			to.Denials = strings.TrimSpace(to.Denials + " " + from.Denials)
			break
		}
	}
}

// payment is what was paid on a line.
type payment struct {
	line int
	what uint64
}

// without is the set less the fields of a kind.
func without(set claim.Fields, of func(claim.Field) bool) (rest claim.Fields) {
	for f := range claim.NumFields {
		if set.Has(f) && !of(f) {
			rest |= claim.FieldSet(f)
		}
	}
	return rest
}

// single tells whether no more than the first place is taken.
func single[T comparable](places []T) bool {
	var none T
	return places[1] == none
}

// appendTo puts a value that is not there yet into the first free place, if there is one.
func appendTo[T comparable](places []T, value T) {
	var none T
	for i := range places {
		if places[i] == value {
			return
		}
		if places[i] == none {
			places[i] = value
			return
		}
	}
}

func hasNumbers(lines []audit.Line) bool {
	for i := range lines {
		if lines[i].LineID != "" {
			return true
		}
	}
	return false
}
