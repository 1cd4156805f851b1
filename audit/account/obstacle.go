package account

import (
	"cmp"
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// known is what the catalogue tells of a sight's code, on all of its days.
type known struct {
	listed  bool
	covered catalog.Covered // the CMS tables that know the code
	limits  bool            // there are unit limits for those who bill so
	late    bool            // and they are of times too long after the line
	groups  catalog.Groups  // it belongs to on any day
	dated   bool            // its first valid day is known
	early   bool            // it is listed, and not known if it was there already
	addOn   bool            // an add-on table tells whether it is one
	byPayer bool            // it is one, and the payer decides its primaries
}

func knownOf(cat *catalog.Catalog, scope catalog.Scope, code claim.Code, entry *catalog.Entry, from, to claim.Date) known {
	covered := cat.Covered(scope, code, entry, from)
	if from != to {
		covered &= cat.Covered(scope, code, entry, to)
	}
	addOn, ok := cat.AddOn(scope, code, to)
	return known{
		listed: entry != nil, covered: covered, limits: cat.HasLimits(scope), late: cat.LimitTooLate(scope, code, from), groups: entry.Ever(),
		early: entry != nil && !entry.KnownOn(from),
		dated: entry != nil || cat.FirstValid(code) != 0, addOn: cat.KnowsAddOn(scope, code, to), byPayer: ok && addOn.ByPayer(),
	}
}

// obstacle is why a rule could not check a line; the zero obstacle is that it could.
type obstacle struct {
	kind  obstacleKind
	field claim.Field
	days  int // of history
	nth   int // of the withdrawals
	why   string
}

type obstacleKind uint8

const (
	none obstacleKind = iota
	switchedOff
	withdrawn
	noColumn
	noPatient
	unreadable
	blank
	wrongCode
	noClass
	othersLimits
	notListed
	noPairs
	lateLimits
	noBegin
	noLimit
	noFee
	noAddOns
	noDiagnoses
	byPayer
	shortInputs
	shortOwn
)

var checked = obstacle{}

// texts are what the obstacles are that are always the same.
var texts = map[obstacleKind]string{
	switchedOff:  "the check was switched off",
	noPatient:    "the patient id is blank or a placeholder",
	noClass:      "the payer's name is not recognised (see the payers that are not, below)",
	wrongCode:    "the code cannot be looked up as it stands, which is a finding of its own",
	notListed:    "the code is not in the catalogue",
	noPairs:      "the pair table in use does not cover the code",
	othersLimits: "the unit limits in use are the practitioners', which say nothing of a facility's or a surgical center's claim",
	noBegin:      "the catalogue does not know since when the code is valid",
	lateLimits:   "the unit limits in use are of times too long after the date of service",
	noLimit:      "the unit limits in use do not list the code, which is not to say that it has none",
	noFee:        "the fee schedule in use does not list the code",
	noAddOns:     "the add-on table in use does not cover the code",
	noDiagnoses:  "no list in use has a diagnosis of the line, or it is of a year without one",
	byPayer:      "the payer decides the primaries of the add-on (type 2 or 3)",
}

// text says what the obstacle is.
func (o obstacle) text(s *Setup) string {
	switch o.kind {
	case withdrawn:
		return o.why
	case shortInputs:
		begins := "the input begins " + s.Since.String()
		if s.Strays {
			begins += " but for a few earlier lines"
		}
		if o.days == audit.Lifetime {
			return begins + ", and the check counts over the patient's life"
		}
		return fmt.Sprintf("%s, less than %d days before", begins, o.days)
	case shortOwn:
		return fmt.Sprintf("the patient's lines begin less than %d days before", o.days)
	case noColumn:
		return "no column for " + o.field.String()
	case unreadable:
		return o.field.String() + " cannot be read"
	case blank:
		return o.field.String() + " is blank"
	}
	return texts[o.kind]
}

// withdrawalsOf are the withdrawals of the rules, in their order.
func withdrawalsOf(rules []*audit.Rule) (list []*audit.Withdrawal) {
	for _, r := range rules {
		list = append(list, r.Withdrawn...)
	}
	return list
}

// byCode tells whether the obstacle is one of some codes, and not of a cell or a column.
func (o obstacle) byCode() bool { return o.kind >= notListed }

func (o obstacle) compare(p obstacle) int {
	return cmp.Or(cmp.Compare(o.kind, p.kind), cmp.Compare(o.field, p.field), cmp.Compare(o.days, p.days), cmp.Compare(o.nth, p.nth))
}

// CanCheck tells whether the rule can say anything of the line, whose code may stand for another by
// now.
func CanCheck(r *audit.Rule, c *audit.Case, l *audit.Line) bool {
	for _, w := range r.Withdrawn {
		if w.Holds(c, l) {
			return false
		}
	}
	var k known
	if n := &r.Needs; n.Listed || n.Tables&^audit.DiagnosisLists != 0 { // as few rules ask
		k = knownOf(c.Catalog, l.Scope(), l.Code, l.Known, l.From, l.From)
	}
	return whyNot(&r.Needs, sightOf(l, allFields), k, c.Sources) == checked
}

// whyNot is the first thing that keeps a rule of these needs from saying anything of a line seen so.
func whyNot(n *audit.Needs, s sight, k known, sources []claim.Source) obstacle {
	if missing := (n.Columns | n.Fields) &^ sources[s.source].Columns; missing != 0 {
		return obstacle{kind: noColumn, field: missing.First()}
	}
	if o := payerOf(n, s, sources); o != checked {
		return o
	}
	if n.Patient && s.anonymous {
		return obstacle{kind: noPatient}
	}
	if bad := (n.Columns | n.Doubts | n.Fields) & s.bad; bad != 0 {
		return obstacle{kind: unreadable, field: bad.First()}
	}
	if missing := n.Fields &^ s.given; missing != 0 {
		return obstacle{kind: blank, field: missing.First()}
	}
	if n.Tables&audit.DiagnosisLists != 0 && s.openDx {
		return obstacle{kind: noDiagnoses}
	}
	return knowledge(n, k)
}

// payerOf is why the payer of a line keeps a rule for some payers from speaking of it: it is not told.
func payerOf(n *audit.Needs, s sight, sources []claim.Source) obstacle {
	switch {
	case n.Payers == 0 || n.Payers.Has(s.payer):
		return checked
	case s.payer == claim.NamedUnknown:
		return obstacle{kind: noClass}
	case !sources[s.source].Columns.Has(claim.FieldPayer):
		return obstacle{kind: noColumn, field: claim.FieldPayer}
	}
	return obstacle{kind: blank, field: claim.FieldPayer}
}

func knowledge(n *audit.Needs, k known) obstacle {
	switch {
	case n.Listed && !k.listed, n.Tables&audit.CodeDates != 0 && !k.dated:
		return obstacle{kind: notListed}
	case n.Tables&audit.CodeDates != 0 && k.early:
		return obstacle{kind: noBegin}
	case n.Tables&audit.PairEdits != 0 && k.covered&catalog.InPairs == 0:
		return obstacle{kind: noPairs}
	case n.Tables&audit.UnitLimits != 0 && (!k.limits || k.covered&catalog.InLimits == 0):
		return obstacle{kind: limitless(k)}
	case n.Tables&audit.FeeSchedule != 0 && k.covered&catalog.InFees == 0:
		return obstacle{kind: noFee}
	case n.Tables&(audit.AddOns|audit.Primaries) != 0 && !k.addOn:
		return obstacle{kind: noAddOns}
	case n.Tables&audit.Primaries != 0 && k.byPayer:
		return obstacle{kind: byPayer}
	}
	return checked
}

// limitless is why no unit limit is known for a line.
func limitless(k known) obstacleKind {
	switch {
	case !k.limits:
		return othersLimits
	case k.late:
		return lateLimits
	}
	return noLimit
}

// concerns tells whether the rule can report lines seen so. A blank code may be any.
func concerns(n *audit.Needs, s sight, k known) bool {
	return s.code == 0 || n.Concerns(s.code, k.groups, s.payer)
}
