package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// A sight is all that decides which rules can check a line. Lines are counted by sight, and what
// was checked is worked out from the counts and each rule's needs: it is never written by hand.
type sight struct {
	source    int32
	given     claim.Fields
	bad       claim.Fields
	anonymous bool
	listed    bool
	covered   catalog.Covered // the CMS tables that know the code
}

func sightOf(c *Case, l *Line) sight {
	return sight{
		source: l.Pos.Input, given: l.Given, bad: l.Bad, anonymous: l.Anonymous,
		listed: l.Known != nil, covered: c.Catalog.Covered(l.Scope(), l.Code, l.Known, l.From),
	}
}

// obstacle is why a rule could not check a line; the zero obstacle is that it could.
type obstacle struct {
	kind  obstacleKind
	field claim.Field
}

type obstacleKind uint8

const (
	none obstacleKind = iota
	noColumn
	noPatient
	unreadable
	blank
	notListed
	noPairs
	noLimit
	noFee
)

var checked = obstacle{}

func (o obstacle) String() string {
	switch o.kind {
	case noColumn:
		return "no column for " + o.field.String()
	case noPatient:
		return "the patient id is blank or a placeholder"
	case unreadable:
		return o.field.String() + " cannot be read"
	case blank:
		return o.field.String() + " is blank"
	case notListed:
		return "the code is not in the catalogue"
	case noPairs:
		return "the pair table in use does not cover the code"
	case noLimit:
		return "no unit limit is published for the code"
	case noFee:
		return "the fee schedule in use does not list the code"
	}
	return ""
}

// whyNot is the first thing that keeps the rule from checking a line seen so.
func (r *Rule) whyNot(s sight, sources []claim.Source) obstacle {
	n := &r.Needs
	if missing := (n.Columns | n.Fields) &^ sources[s.source].Columns; missing != 0 {
		return obstacle{noColumn, missing.First()}
	}
	if n.Patient && s.anonymous {
		return obstacle{kind: noPatient}
	}
	if bad := (n.Columns | n.Fields) & s.bad; bad != 0 {
		return obstacle{unreadable, bad.First()}
	}
	if missing := n.Fields &^ s.given; missing != 0 {
		return obstacle{blank, missing.First()}
	}
	return n.knowledge(s)
}

func (n *Needs) knowledge(s sight) obstacle {
	switch {
	case n.Listed && !s.listed:
		return obstacle{kind: notListed}
	case n.Tables&PairEdits != 0 && s.covered&catalog.InPairs == 0:
		return obstacle{kind: noPairs}
	case n.Tables&UnitLimits != 0 && s.covered&catalog.InLimits == 0:
		return obstacle{kind: noLimit}
	case n.Tables&FeeSchedule != 0 && s.covered&catalog.InFees == 0:
		return obstacle{kind: noFee}
	}
	return checked
}

// coverage works out for every rule how many lines it checked and why not the others.
func (t *tally) coverage(rules []*Rule, o *Options) []Coverage {
	rows := t.unlistedCodes(o)
	for _, r := range rules {
		rows = append(rows, t.ruleCoverage(r, o.Sources)...)
	}
	return rows
}

func (t *tally) ruleCoverage(r *Rule, sources []claim.Source) []Coverage {
	counts := map[obstacle]int{}
	for s, n := range t.sights {
		counts[r.whyNot(s, sources)] += n
	}
	rows := []Coverage{{Check: r.ID, Lines: counts[checked], Codes: []string{}}}
	delete(counts, checked)
	obstacles := make([]obstacle, 0, len(counts))
	for o := range counts {
		obstacles = append(obstacles, o)
	}
	slices.SortFunc(obstacles, func(a, b obstacle) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.field, b.field))
	})
	for _, o := range obstacles {
		rows = append(rows, Coverage{Check: r.ID, NotChecked: counts[o], Reason: o.String(), Codes: t.codesOf(o.kind)})
	}
	return rows
}

// codesOf lists the codes a table does not cover, most frequent first.
func (t *tally) codesOf(kind obstacleKind) []string {
	codes := t.uncovered[kind]
	out := []string{}
	for _, code := range byFrequency(codes) {
		out = append(out, code.String()+" ("+strconv.Itoa(codes[code])+")")
	}
	return out
}

// unlistedCodes is the coverage row for well-formed codes the catalogue does not list: no finding,
// because a practice bills more than pain management, but said, with what each may be a slip of.
func (t *tally) unlistedCodes(o *Options) []Coverage {
	codes := t.uncovered[notListed]
	total := 0
	text := []string{}
	for _, code := range byFrequency(codes) {
		total += codes[code]
		entry := fmt.Sprintf("%s (%d)", code, codes[code])
		if near := o.Catalog.NearMisses(code.String(), 0); len(near) > 0 {
			entry += fmt.Sprintf(" looks like %s", near[0])
		}
		text = append(text, entry)
	}
	listed := Coverage{Check: "catalogue", Lines: t.summary.Lines - total, Codes: []string{}}
	if total == 0 {
		return []Coverage{listed}
	}
	return []Coverage{listed, {
		Check: "catalogue", NotChecked: total, Reason: obstacle{kind: notListed}.String(), Codes: text,
	}}
}

func byFrequency(codes map[claim.Code]int) []claim.Code {
	sorted := make([]claim.Code, 0, len(codes))
	for code := range codes {
		sorted = append(sorted, code)
	}
	slices.SortFunc(sorted, func(a, b claim.Code) int {
		return cmp.Or(cmp.Compare(codes[b], codes[a]), cmp.Compare(a, b))
	})
	return sorted
}
