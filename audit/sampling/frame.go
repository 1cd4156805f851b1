// Package sampling draws samples of billed units to review by hand, so that anybody draws the same again,
// and tells what a reviewed sample says of all units. It reads and writes nothing.
//
// A Frame is the numbered list of all units: it is sorted by what the units say, whatever the order of the
// rows they came from. Draw draws from it by RAT-STATS's own generator; Judge makes results of a reviewer's
// answers, and NewEstimate an estimate of these.
package sampling

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"claimaudit/audit/claim"
)

// Kind is what is drawn: what is paid, or reviewed, as one.
type Kind string

// The kinds of units.
const (
	Claims     Kind = "claim"     // of one payer class, number and patient
	Encounters Kind = "encounter" // a patient on a date of service
	Lines      Kind = "line"
	Patients   Kind = "patient"
)

// Kinds are all of them.
var Kinds = []Kind{Claims, Encounters, Lines, Patients}

// Basis is the money that differences are of.
type Basis string

// The bases.
const (
	ByPaid    Basis = "paid"
	ByAllowed Basis = "allowed"
	ByCharge  Basis = "charge"
)

// Field is the field of a line that holds it.
func (b Basis) Field() claim.Field {
	switch b {
	case ByPaid:
		return claim.FieldPaid
	case ByAllowed:
		return claim.FieldAllowed
	}
	return claim.FieldCharge
}

// Of is the amount of a line; false where it is not given.
func (b Basis) Of(l *claim.Line) (claim.Cents, bool) {
	f := b.Field()
	amount, isMoney := f.At(l).(*claim.Cents)
	return *amount, isMoney && l.Given.Has(f)
}

// Unit is one of the frame: what may be drawn.
type Unit struct {
	Payer          claim.Payer
	Claim, Patient string
	First, Last    claim.Date
	Provider       string // of the line with the largest amount
	Topic          string // likewise, of its code
	Amount         claim.Cents
	Known          bool    // whether any line has an amount
	Lines          []int32 // as they were numbered when added

	tie     string // what orders units that are alike in what stands above, which are of one line
	content uint64 // and all else that the line says
	pos     claim.Pos
	lead    lead
}

// lead is the line that a unit is put into a stratum by.
type lead struct {
	amount          claim.Cents
	provider, topic string
	payer           claim.Payer
	set             bool
}

// key tells which lines are one unit.
type key struct {
	payer          claim.Payer
	claim, patient string
	day            claim.Date
	pos            claim.Pos
}

// keyOf is the unit of a line. What has no patient is a unit by its claim number, and a line without that
// either is one by itself.
func (k Kind) keyOf(l *claim.Line) key {
	patient := l.Patient
	if l.Anonymous {
		patient = ""
	}
	switch {
	case k == Lines:
		return key{pos: l.Pos}
	case k == Encounters && patient != "":
		return key{patient: patient, day: l.From}
	case k == Patients && patient != "":
		return key{patient: patient}
	case k == Claims && l.Claim != "":
		return key{payer: l.Payer, claim: l.Claim, patient: patient}
	case k == Claims && patient != "":
		return key{payer: l.Payer, patient: patient, day: l.From}
	case k == Patients && l.Claim != "":
		return key{claim: l.Claim}
	}
	return key{pos: l.Pos}
}

// Gathering gathers lines into units.
type Gathering struct {
	kind  Kind
	topic func(*claim.Line) string
	units map[key]*Unit
	given claim.Fields // on any line
	lines int
}

// Gather begins a frame; topic tells what a code is about.
func Gather(kind Kind, topic func(*claim.Line) string) *Gathering {
	return &Gathering{kind: kind, topic: topic, units: map[key]*Unit{}}
}

// Basis is the surest money there is: what was paid, else what was allowed, else the charge.
func (g *Gathering) Basis() Basis {
	for _, b := range []Basis{ByPaid, ByAllowed} {
		if g.given.Has(b.Field()) {
			return b
		}
	}
	return ByCharge
}

// See takes note of what a line gives; of all lines before any is added.
func (g *Gathering) See(l *claim.Line) { g.given |= l.Given }

// HasClaims tells whether any line names its claim.
func (g *Gathering) HasClaims() bool { return g.given.Has(claim.FieldClaim) }

// Add puts the n-th line into its unit. It keeps the line's texts.
func (g *Gathering) Add(n int, l *claim.Line, basis Basis) {
	k := g.kind.keyOf(l)
	u := g.units[k]
	if u == nil {
		u = &Unit{Payer: k.payer, Claim: k.claim, Patient: k.patient, First: l.From, Last: l.From, pos: l.Pos}
		if g.kind == Lines || k.pos != (claim.Pos{}) {
			u.Claim, u.Payer = l.Claim, l.Payer
			if !l.Anonymous {
				u.Patient = l.Patient
			}
		}
		if k.pos != (claim.Pos{}) {
			u.tie, u.content = lineTie(l), contentOf(l)
		}
		g.units[k] = u
	}
	g.lines++
	u.Lines = append(u.Lines, int32(n))
	u.First, u.Last = min(u.First, l.From), max(u.Last, l.From, l.To)
	if l.Pos.Before(u.pos) {
		u.pos = l.Pos
	}
	amount, known := basis.Of(l)
	u.Known = u.Known || known
	u.Amount += amount
	u.lead.take(lead{amount: amount, provider: providerOf(l), topic: g.topic(l), payer: l.Payer, set: true})
	u.Provider, u.Topic = u.lead.provider, u.lead.topic
}

// take keeps the line of the larger amount; of equal ones the first by what they say.
func (a *lead) take(b lead) {
	order := cmp.Or(cmp.Compare(b.amount, a.amount), strings.Compare(a.provider, b.provider), strings.Compare(a.topic, b.topic), cmp.Compare(a.payer, b.payer))
	if !a.set || order > 0 {
		*a = b
	}
}

func providerOf(l *claim.Line) string {
	if l.Rendering != "" {
		return l.Rendering
	}
	return l.Billing
}

// lineTie orders lines that are units by themselves: code, modifiers, units, charge and the line's number.
func lineTie(l *claim.Line) string {
	return strings.Join([]string{l.Billed, l.Mods.String(), fmt.Sprintf("%020d", l.Units), fmt.Sprintf("%020d", l.Charge), l.LineID}, "\x00")
}

// contentOf is a hash of all that a line says.
func contentOf(l *claim.Line) uint64 {
	h := sha256.New()
	for f := range claim.NumFields {
		for _, text := range f.Values(l) {
			fmt.Fprintf(h, "%d=%s\x00", f, text)
		}
	}
	sum := h.Sum(nil)
	var v uint64
	for _, b := range sum[:8] {
		v = v<<8 | uint64(b)
	}
	return v
}

// compare is the order of the frame: class of payer, claim number, patient and first date of service, texts
// by their bytes. Units alike in these are lines, or lines without patient and claim: they follow by code,
// modifiers, units, charge, line number, then whatever else they say, and last by their place.
func (u *Unit) compare(v *Unit) int {
	return cmp.Or(
		strings.Compare(u.Payer.String(), v.Payer.String()),
		strings.Compare(u.Claim, v.Claim),
		strings.Compare(u.Patient, v.Patient),
		cmp.Compare(u.First, v.First),
		strings.Compare(u.tie, v.tie),
		cmp.Compare(u.content, v.content),
		u.pos.Compare(v.pos),
	)
}

// Excluded are units that are not in the frame.
type Excluded struct {
	Why    string
	Units  int
	Amount claim.Cents
}

// Frame is the list of all units that may be drawn, in strata; a unit's number is its place in its stratum,
// from 1.
type Frame struct {
	Kind   Kind
	Basis  Basis
	Strata []Stratum
	Units  [][]*Unit // by stratum, in order
	Left   []Excluded
	Hash   string // SHA-256 of the numbered list; see Lines
	All    int    // units gathered, before any was excluded
	Total  claim.Cents
}

// Frame sorts the units, leaves out those of which nothing was paid, and puts them into strata.
func (g *Gathering) Frame(basis Basis, by By) (*Frame, error) {
	f := &Frame{Kind: g.kind, Basis: basis, All: len(g.units)}
	units := make([]*Unit, 0, len(g.units))
	for _, u := range g.units {
		units = append(units, u)
	}
	slices.SortFunc(units, (*Unit).compare)
	for _, u := range units {
		f.Total += u.Amount
	}
	units = f.exclude(units)
	if len(units) == 0 {
		return nil, fmt.Errorf("no unit can be drawn: %s", f.whyEmpty())
	}
	f.stratify(units, by)
	f.Hash = f.hash()
	return f, nil
}

// Size is how many units there are in the frame.
func (f *Frame) Size() (n int) {
	for i := range f.Strata {
		n += f.Strata[i].Units
	}
	return n
}

func (f *Frame) whyEmpty() string {
	if f.All == 0 {
		return "no line was audited"
	}
	var why []string
	for _, e := range f.Left {
		why = append(why, fmt.Sprintf("%d have %s", e.Units, e.Why))
	}
	return strings.Join(why, ", ")
}

// exclude leaves out what no overpayment can be of: nothing paid, or more taken back than paid.
func (f *Frame) exclude(units []*Unit) []*Unit {
	unknown := Excluded{Why: fmt.Sprintf("no amount (%s) on any line", f.Basis)}
	unpaid := Excluded{Why: fmt.Sprintf("an amount (%s) of zero", f.Basis)}
	back := Excluded{Why: fmt.Sprintf("an amount (%s) below zero", f.Basis)}
	kept := units[:0:0]
	for _, u := range units {
		var out *Excluded
		switch {
		case !u.Known:
			out = &unknown
		case u.Amount == 0:
			out = &unpaid
		case u.Amount < 0:
			out = &back
		default:
			kept = append(kept, u)
			continue
		}
		out.Units++
		out.Amount += u.Amount
	}
	for _, e := range []Excluded{unknown, unpaid, back} {
		if e.Units > 0 {
			f.Left = append(f.Left, e)
		}
	}
	return kept
}

// Listed yields the lines of the numbered list that Hash is of, each ended by a line feed: number of the
// stratum, number of the unit, claim, patient, first and last date of service and amount, with tabs between.
func (f *Frame) Listed(yield func(string) bool) {
	for h, units := range f.Units {
		for i, u := range units {
			if !yield(fmt.Sprintf("%d\t%d\t%s\t%s\t%s\t%s\t%s\n", h+1, i+1, flat(u.Claim), flat(u.Patient), u.First, u.Last, u.Amount)) {
				return
			}
		}
	}
}

// Named is the same frame with other names for its units, and the hash of the list that has them.
func (f *Frame) Named(as func(*Unit) (claimID, patient string)) *Frame {
	named := *f
	named.Units = make([][]*Unit, len(f.Units))
	for h, units := range f.Units {
		for _, u := range units {
			own := *u
			own.Claim, own.Patient = as(u)
			named.Units[h] = append(named.Units[h], &own)
		}
	}
	named.Hash = named.hash()
	return &named
}

func (f *Frame) hash() string {
	h := sha256.New()
	for line := range f.Listed {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// flat is a text as it also reads back from a workbook: in one line, and without what XML cannot hold.
func flat(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && !unicode.IsSpace(r) || r == 0xFFFE || r == 0xFFFF {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// SortLines puts the lines of a unit in order: by day, code, modifiers, units, charge, line number and all
// else they say, and last by their place.
func SortLines(lines []*claim.Line) {
	slices.SortFunc(lines, func(a, b *claim.Line) int {
		return cmp.Or(cmp.Compare(a.From, b.From), strings.Compare(lineTie(a), lineTie(b)), cmp.Compare(contentOf(a), contentOf(b)), a.Pos.Compare(b.Pos))
	})
}
