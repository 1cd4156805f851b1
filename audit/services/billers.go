package services

import (
	"cmp"
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
	places               [100]site // of each place of service
}

// site is what kind of place a service was given in.
type site uint8

const (
	elsewhere site = iota
	surgeryCentre
	hospital
)

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
			s.addPlaces(r.Values, surgeryCentre)
		case "hospital-place":
			s.addPlaces(r.Values, hospital)
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

// addPlaces takes places of service of a kind; it panics where one is no number of two digits.
func (s *signals) addPlaces(places string, kind site) {
	for place := range strings.FieldsSeq(places) {
		n, ok := placeNumber(place)
		if !ok {
			panic("services: billers.csv has the place " + place)
		}
		s.places[n] = kind
	}
}

// placeNumber is the number that a place of service is, such as 11.
func placeNumber(place string) (n int, ok bool) {
	if len(place) != 2 || place[0]-'0' > 9 || place[1]-'0' > 9 {
		return 0, false
	}
	return int(place[0]-'0')*10 + int(place[1]-'0'), true
}

func (s *signals) siteOf(l *claim.Line) site {
	if n, ok := placeNumber(l.POS); ok {
		return s.places[n]
	}
	return elsewhere
}

func (s *signals) inCentre(l *claim.Line) bool { return s.siteOf(l) == surgeryCentre }

// billerName is who bills, by whatever number is given; blank where none is, as of one biller.
func billerName(l *claim.Line) string {
	if name := biller(l); name != "" {
		return name
	}
	return l.Facility
}

// billers are tallies of billers by name.
type billers struct {
	of map[string]*billerTally
	// The biller of the line before, which the next mostly is of too.
	lastName string
	last     *billerTally
}

func newBillers() billers { return billers{of: map[string]*billerTally{}} }

// named is the tally of a biller.
func (b *billers) named(name string) *billerTally {
	if b.last != nil && b.lastName == name {
		return b.last
	}
	t := b.of[name]
	if t == nil {
		t = &billerTally{}
		name = strings.Clone(name) // it may belong to the input
		b.of[name] = t
	}
	b.lastName, b.last = name, t
	return t
}

func (b *billers) add(o *billers) {
	for name, t := range o.of {
		b.named(name).add(t)
	}
}

// Census counts what every line tells of its biller while lines are collected, so that of one plain table only the
// patients with a day in a surgery centre are surveyed. Each collector needs its own.
type Census struct{ billers }

// NewCensus makes an empty census.
func NewCensus() *Census { return &Census{newBillers()} }

// Line counts a line, and tells whether its patient is to be surveyed for it.
func (c *Census) Line(l *claim.Line) bool {
	if l.Given.Has(claim.FieldType) {
		return false
	}
	c.named(billerName(l)).see(l)
	return signs.inCentre(l)
}

// Counted makes censuses stand for the lines' own count of billers.
func (v *Survey) Counted(all []*Census) {
	v.counted = true
	for _, c := range all {
		v.billers.add(&c.billers)
	}
}

// seeBillers counts what a patient's lines tell of billers whose claim type is not given.
func (v *Survey) seeBillers(lines []audit.Line) {
	v.seen = v.seen[:0] // the days in a centre
	for i := range lines {
		l := &lines[i]
		if !untold(v.stated, l) {
			continue
		}
		if !v.counted {
			v.billers.named(billerName(&l.Line)).see(&l.Line)
		}
		if signs.inCentre(&l.Line) && !slices.Contains(v.seen, l.From) {
			v.seen = append(v.seen, l.From)
			v.centreDay(lines, l.From)
		}
	}
}

func (b *billerTally) see(l *claim.Line) {
	b.lines++
	switch signs.siteOf(l) {
	case surgeryCentre:
		b.centre++
	case hospital:
		b.hospital++
	}
	if l.Facility != "" && l.Facility == l.Billing {
		b.own++
	}
	b.rendered = b.rendered || l.Rendering != ""
	if l.Mods != (claim.Modifiers{}) {
		b.marked = b.marked || l.Mods.Has(signs.centre...)
		b.professional = b.professional || l.Mods.Has(signs.professional...)
	}
	b.professional = b.professional || within(signs.visits, l.Billed)
}

// centreLine is a line of a day on which a patient was in a centre, and who bills it.
type centreLine struct {
	*audit.Line
	biller string
}

// compareCentre brings together the lines of one code, of these those of one biller, of these those to one payer,
// and leaves them in order.
func compareCentre(a, b centreLine) int {
	return cmp.Or(cmp.Compare(a.Billed, b.Billed), cmp.Compare(a.biller, b.biller), cmp.Compare(a.PayerName, b.PayerName))
}

// centreDay counts a patient's day in a centre for each of its billers: whether another bills one of the
// same codes, and whether a code stands as two lines for two sides.
func (v *Survey) centreDay(lines []audit.Line, day claim.Date) {
	of := v.day[:0]
	for i := range lines {
		if l := &lines[i]; l.From == day {
			of = append(of, centreLine{l, billerName(&l.Line)})
		}
	}
	v.day = of
	slices.SortStableFunc(of, compareCentre)
	v.met = v.met[:0]
	for start, end := 0, 0; start < len(of); start = end {
		for end < len(of) && of[end].Billed == of[start].Billed {
			end++
		}
		v.centreCode(of[start:end])
	}
	for i := range v.met {
		told := &v.met[i].billerTally
		v.billers.named(v.met[i].name).add(&billerTally{days: 1, shared: min(told.shared, 1), twice: min(told.twice, 1), priced: min(told.priced, 1), sides: told.sides})
	}
}

// centreCode counts what the lines of one code tell of their billers.
func (v *Survey) centreCode(of []centreLine) {
	least := 0 // the first line of a biller that is named
	for least < len(of) && of[least].biller == "" {
		least++
	}
	for start, end := 0, 0; start < len(of); start = end {
		name, sides := of[start].biller, uint8(0)
		for ; end < len(of) && of[end].biller == name; end++ {
			sides |= sideBit(of[end].Line)
		}
		told := v.onDay(name)
		told.sides = told.sides || sides == 3
		if least < len(of) && of[least].biller != name || of[len(of)-1].biller != name && of[len(of)-1].biller != "" {
			told.shared++
		}
		countTwice(of[start:end], told)
	}
}

// dayBiller is what a patient's day in a centre tells of one of its billers.
type dayBiller struct {
	name string
	billerTally
}

// onDay is what the day at hand tells of a biller.
func (v *Survey) onDay(name string) *billerTally {
	i := slices.IndexFunc(v.met, func(b dayBiller) bool { return b.name == name })
	if i < 0 {
		i = len(v.met)
		v.met = append(v.met, dayBiller{name: name})
	}
	return &v.met[i].billerTally
}

// countTwice counts the lines of one code and biller that stand on another claim to the payer than the first.
func countTwice(of []centreLine, told *billerTally) {
	first := 0
	for i := 1; i < len(of); i++ {
		switch {
		case of[i].PayerName != of[first].PayerName:
			first = i
		case of[i].Claim != of[first].Claim && signs.inCentre(&of[i].Line.Line):
			told.twice++
			if !sameCharged(of[first].Line, of[i].Line) {
				told.priced++
			}
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
	for name, b := range v.billers.of {
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
	for name, b := range v.billers.of {
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
		if untold(s.facts.stated, l) && l.Claim != "" && signs.inCentre(&l.Line) && s.facts.mixed[billerName(&l.Line)] {
			k := day{l.From, billerName(&l.Line)}
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
