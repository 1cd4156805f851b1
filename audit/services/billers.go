package services

import (
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// billerTally is what was seen of the claims of one biller whose claim type is not given.
type billerTally struct {
	lines, centre, hospital int  // all of them; in a surgery centre; in a hospital
	own                     int  // where the facility bills for itself
	marked                  bool // SG
	professional            bool // a visit, or a modifier that no centre bills
	sides                   bool // a code with RT and with LT as two lines
	rendered                bool // who gave the service is named
	days, shared            int  // days of patients in the centre; those on which another biller bills a code too
	twice                   int  // days of patients in the centre on which a code stands on two of the biller's claims
}

func (b *billerTally) add(o *billerTally) {
	b.lines, b.centre, b.hospital, b.own = b.lines+o.lines, b.centre+o.centre, b.hospital+o.hospital, b.own+o.own
	b.days, b.shared, b.twice = b.days+o.days, b.shared+o.shared, b.twice+o.twice
	b.marked, b.professional = b.marked || o.marked, b.professional || o.professional
	b.sides, b.rendered = b.sides || o.sides, b.rendered || o.rendered
}

// billerRow is a row of billers.csv: what tells a surgery centre's or a hospital's claims from a doctor's.
type billerRow struct {
	What   string `csv:"what" table:"key"`
	Values string `csv:"values"`
	Source string `csv:"source"`
}

// signals are billers.csv.
type signals struct {
	visits               []span
	professional, centre []claim.Modifier
	places               map[string][]string
}

var signs = mustSigns()

func mustSigns() *signals {
	s := &signals{places: map[string][]string{}}
	for _, r := range table.Must[billerRow](tables, "billers.csv") {
		switch r.What {
		case "visit":
			s.visits = spansOf(r.Values)
		case "professional":
			s.professional = modifiersOf(r.Values)
		case "centre":
			s.centre = modifiersOf(r.Values)
		case "centre-place", "hospital-place":
			s.places[r.What] = strings.Fields(r.Values)
		default:
			panic("services: billers.csv speaks of " + r.What)
		}
	}
	return s
}

func modifiersOf(text string) (list []claim.Modifier) {
	for m := range strings.FieldsSeq(text) {
		list = append(list, claim.Mod(m))
	}
	return list
}

func (s *signals) in(place string, l *audit.Line) bool {
	return slices.Contains(s.places[place], l.POS)
}

// billerName is who bills, by whatever number is given.
func billerName(l *audit.Line) string {
	if name := biller(l); name != "" {
		return name
	}
	return l.Facility
}

func (v *Survey) biller(name string) *billerTally {
	b := v.billers[name]
	if b == nil {
		b = &billerTally{}
		v.billers[name] = b
	}
	return b
}

// seeBillers counts what a patient's lines tell of billers whose claim type is not given.
func (v *Survey) seeBillers(lines []audit.Line) {
	seen := map[claim.Date]bool{} // the days in a centre
	for i := range lines {
		l := &lines[i]
		if l.Given.Has(claim.FieldType) || billerName(l) == "" {
			continue
		}
		b := v.biller(billerName(l))
		b.see(l)
		if signs.in("centre-place", l) && !seen[l.From] {
			seen[l.From] = true
			v.centreDay(lines, l)
		}
	}
}

func (b *billerTally) see(l *audit.Line) {
	b.lines++
	if signs.in("centre-place", l) {
		b.centre++
	}
	if signs.in("hospital-place", l) {
		b.hospital++
	}
	if l.Facility != "" && l.Facility == l.Billing {
		b.own++
	}
	b.marked = b.marked || l.Mods.Has(signs.centre...)
	b.rendered = b.rendered || l.Rendering != ""
	b.professional = b.professional || l.Mods.Has(signs.professional...) || within(signs.visits, l.Billed)
}

// centreDay counts a patient's day in a centre for each of its billers: whether another bills one of the
// same codes, and whether a code stands as two lines for two sides.
func (v *Survey) centreDay(lines []audit.Line, of *audit.Line) {
	type codes map[string]uint8 // by code, the sides that are billed
	billers := map[string]codes{}
	twice := map[string]bool{}
	claims := map[[2]string]string{} // of a biller and code, the first
	for i := range lines {
		if l := &lines[i]; l.From == of.From && billerName(l) != "" {
			if billers[billerName(l)] == nil {
				billers[billerName(l)] = codes{}
			}
			billers[billerName(l)][l.Billed] |= sideBit(l)
			k := [2]string{billerName(l), l.Billed + " " + l.PayerName}
			if first, seen := claims[k]; !seen {
				claims[k] = l.Claim
			} else if first != l.Claim && signs.in("centre-place", l) {
				twice[billerName(l)] = true
			}
		}
	}
	for name, own := range billers {
		b := v.biller(name)
		b.days++
		if twice[name] {
			b.twice++
		}
		shared := false
		for code, sides := range own {
			b.sides = b.sides || sides == 3
			for other, theirs := range billers {
				_, also := theirs[code]
				shared = shared || other != name && also
			}
		}
		if shared {
			b.shared++
		}
	}
}

func sideBit(l *audit.Line) uint8 {
	switch sideOf(l) {
	case right:
		return 1
	case left:
		return 2
	}
	return 0
}

// fewLines is how many lines a biller must have for its claim type to be told by them.
const fewLines = 5

// claimTypes are the billers whose claims are told to be a centre's or a hospital's.
func (v *Survey) claimTypes() map[string]claim.Type {
	types := map[string]claim.Type{}
	for name, b := range v.billers {
		if b.lines < fewLines {
			continue
		}
		allCentre := b.centre == b.lines
		switch {
		case b.marked && b.centre > 0,
			allCentre && b.own == b.lines,
			allCentre && !b.professional && (2*b.shared >= b.days && b.shared > 0 || b.sides || !b.rendered):
			types[name] = claim.ASC
		case b.own == b.lines && b.hospital == b.lines:
			types[name] = claim.Facility
		}
	}
	return types
}

// mixedBillers are the billers whose claims seem to be the doctors' and the centre's under one number: in
// the centre a code stands on two claims on more than half of the days.
func (v *Survey) mixedBillers() map[string]bool {
	mixed := map[string]bool{}
	for name, b := range v.billers {
		if b.lines >= fewLines && 2*b.twice > b.days {
			mixed[name] = true
		}
	}
	return mixed
}

// centreDoubts marks the claims of a day in a centre, of a biller whose claims seem to be the doctors' and
// the centre's, on which one code stands: whether one is a duplicate of the other cannot be told.
func (s *Stage) centreDoubts() {
	if len(s.facts.mixed) == 0 {
		return
	}
	type day struct {
		from   claim.Date
		biller string
	}
	days := map[day][]string{} // the claims of each
	for _, i := range s.standing() {
		l := &s.lines[i]
		if l.Given.Has(claim.FieldType) || l.Claim == "" || !signs.in("centre-place", l) || !s.facts.mixed[billerName(l)] {
			continue
		}
		k := day{l.From, billerName(l)}
		n := slices.Index(days[k], l.Claim)
		if n < 0 {
			n = len(days[k])
			days[k] = append(days[k], l.Claim)
		}
		l.Doubt = audit.DoubtOf(uint32(l.From), n)
		if n == 1 {
			s.notes.remark(centre, l)
		}
	}
}
