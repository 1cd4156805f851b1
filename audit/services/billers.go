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
	// Days of patients in the centre on which a code stands on two of the biller's claims, and those of them on
	// which it has two charges.
	twice, priced int
}

func (b *billerTally) add(o *billerTally) {
	b.lines, b.centre, b.hospital, b.own = b.lines+o.lines, b.centre+o.centre, b.hospital+o.hospital, b.own+o.own
	b.days, b.shared, b.twice, b.priced = b.days+o.days, b.shared+o.shared, b.twice+o.twice, b.priced+o.priced
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
	centres, hospitals   []string // places of service
}

var signs = mustSigns()

func mustSigns() *signals {
	s := &signals{}
	for _, r := range table.Must[billerRow](tables, "billers.csv") {
		switch r.What {
		case "visit":
			s.visits = spansOf(r.Values)
		case "professional":
			s.professional = modifiersOf(r.Values)
		case "centre":
			s.centre = modifiersOf(r.Values)
		case "centre-place":
			s.centres = strings.Fields(r.Values)
		case "hospital-place":
			s.hospitals = strings.Fields(r.Values)
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

func (s *signals) inCentre(l *audit.Line) bool   { return slices.Contains(s.centres, l.POS) }
func (s *signals) inHospital(l *audit.Line) bool { return slices.Contains(s.hospitals, l.POS) }

// billerName is who bills, by whatever number is given; blank where none is, as of one biller.
func billerName(l *audit.Line) string {
	if name := biller(l); name != "" {
		return name
	}
	return l.Facility
}

func (v *Survey) biller(name string) *billerTally {
	if v.lastTally != nil && v.lastBiller == name {
		return v.lastTally
	}
	b := v.billers[name]
	if b == nil {
		b = &billerTally{}
		v.billers[name] = b
	}
	v.lastBiller, v.lastTally = name, b
	return b
}

// seeBillers counts what a patient's lines tell of billers whose claim type is not given.
func (v *Survey) seeBillers(lines []audit.Line) {
	seen := map[claim.Date]bool{} // the days in a centre
	for i := range lines {
		l := &lines[i]
		if !untold(v.stated, l) {
			continue
		}
		v.biller(billerName(l)).see(l)
		if signs.inCentre(l) && !seen[l.From] {
			seen[l.From] = true
			v.centreDay(lines, l)
		}
	}
}

func (b *billerTally) see(l *audit.Line) {
	b.lines++
	if signs.inCentre(l) {
		b.centre++
	}
	if signs.inHospital(l) {
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
	twice, priced := map[string]bool{}, map[string]bool{}
	claims := map[[2]string]*audit.Line{} // of a biller and code, the first
	for i := range lines {
		l := &lines[i]
		if l.From != of.From {
			continue
		}
		name := billerName(l)
		if billers[name] == nil {
			billers[name] = codes{}
		}
		billers[name][l.Billed] |= sideBit(l)
		k := [2]string{name, l.Billed + " " + l.PayerName}
		if first := claims[k]; first == nil {
			claims[k] = l
		} else if first.Claim != l.Claim && signs.inCentre(l) {
			twice[name] = true
			priced[name] = priced[name] || !sameCharged(first, l)
		}
	}
	for name, own := range billers {
		b := v.biller(name)
		b.days++
		if twice[name] {
			b.twice++
		}
		if priced[name] {
			b.priced++
		}
		shared := false
		for code, sides := range own {
			b.sides = b.sides || sides == 3
			for other, theirs := range billers {
				_, also := theirs[code]
				shared = shared || other != name && other != "" && also
			}
		}
		if shared {
			b.shared++
		}
	}
}

// sameCharged tells whether two lines have one charge.
func sameCharged(a, b *audit.Line) bool {
	return a.Given.Has(claim.FieldCharge) && b.Given.Has(claim.FieldCharge) && a.Charge == b.Charge
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
		if b.lines < fewLines || name == "" {
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

// fewDays and pricedShare tell a centre's claims among a biller's also where half of the days have none: on
// so many days, and on one of so many, a code stands on two claims with two charges, as no duplicate does.
const (
	fewDays     = 5
	pricedShare = 4
)

// mixedBillers are the billers whose claims seem to be the doctors' and the centre's under one number, or
// none: in the centre a code stands on two claims on more than half of the days.
func (v *Survey) mixedBillers() map[string]bool {
	mixed := map[string]bool{}
	for name, b := range v.billers {
		if b.lines >= fewLines && (2*b.twice > b.days || b.priced >= fewDays && pricedShare*b.priced >= b.days) {
			mixed[name] = true
		}
	}
	return mixed
}

// centreDoubts marks the claims of a day in a centre, of a biller whose claims seem to be the doctors' and
// the centre's, on which one code stands: whether one is a duplicate of the other cannot be told. Claims with
// a code and its charge in common are of one of the two.
func (s *Stage) centreDoubts() {
	if len(s.facts.mixed) == 0 {
		return
	}
	type day struct {
		from   claim.Date
		biller string
	}
	days := map[day][]int{}
	for _, i := range s.standing() {
		l := &s.lines[i]
		if untold(s.facts.stated, l) && l.Claim != "" && signs.inCentre(l) && s.facts.mixed[billerName(l)] {
			k := day{l.From, billerName(l)}
			days[k] = append(days[k], i)
		}
	}
	for k, lines := range days {
		side := s.claimSides(lines)
		if len(side) < 2 {
			continue
		}
		for _, i := range lines {
			l := &s.lines[i]
			l.Doubt = audit.DoubtOf(uint32(k.from), side[l.Claim])
			if l.Claim != s.lines[lines[0]].Claim {
				s.notes.remark(centre, l)
			}
		}
	}
}

// claimSides numbers the claims of some lines: those that have a code and its charge in common alike.
func (s *Stage) claimSides(lines []int) map[string]int {
	side := map[string]int{}
	for n, i := range lines {
		l := &s.lines[i]
		if _, seen := side[l.Claim]; !seen {
			side[l.Claim] = len(side)
		}
		for _, k := range lines[:n] {
			if o := &s.lines[k]; o.Billed == l.Billed && sameCharged(o, l) {
				join(side, side[l.Claim], side[o.Claim])
			}
		}
	}
	return side
}

// join gives the claims of one number the lower of two.
func join(side map[string]int, a, b int) {
	for name, n := range side {
		if n == max(a, b) {
			side[name] = min(a, b)
		}
	}
}
