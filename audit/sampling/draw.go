package sampling

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// Sample is a sample as it was drawn, with all that another needs to draw it again.
type Sample struct {
	Kind      Kind
	Basis     Basis
	By        By
	Seed      Seed
	FrameHash string
	Names     string // what stands for patients and claims in a copy that names none; blank where nothing does
	Strata    []Stratum
	Units     []Drawn // stratum by stratum in order of selection, spares behind the sample
}

// Drawn is a unit that was drawn.
type Drawn struct {
	Stratum        int // its place among the strata
	Number         int // in the frame's list of its stratum
	Order          int // of selection in its stratum, from 1
	Spare          bool
	Claim, Patient string
	Provider       string
	Payer          string
	First, Last    claim.Date
	Amount         claim.Cents
	Lines          []Line
	From           *Unit // of the frame; nil of one that was read back
}

// Line is a billed line of a unit, as it is shown to a reviewer.
type Line struct {
	Date                 claim.Date
	Code, Mods           string
	Units                string // blank where not given
	Charge, Paid         string // likewise; Paid is on the sample's basis
	Dx, POS              string
	Provider             string
	Claim, Payer         string
	Findings             []string
	Pos                  claim.Pos
	Whole                *claim.Line // all that was billed; nil of one that was read back
	File, Sheet, RowText string
}

// ID names a drawn unit: its number, and before it that of its stratum where there are several.
func (s *Sample) ID(d *Drawn) string {
	if len(s.Strata) == 1 {
		return strconv.Itoa(d.Number)
	}
	return fmt.Sprintf("%d-%d", d.Stratum+1, d.Number)
}

// Size is how many units were drawn, without the spares.
func (s *Sample) Size() (n int) {
	for i := range s.Strata {
		n += s.Strata[i].Take
	}
	return n
}

// Frame is how many units there are in all.
func (s *Sample) Frame() (n int) {
	for i := range s.Strata {
		n += s.Strata[i].Units
	}
	return n
}

// Draw draws so many units, of each stratum by a seed of its own, and spares behind them. A stratum that is
// taken whole is in the order of the frame.
func (f *Frame) Draw(size int, by By, seed Seed) (*Sample, error) {
	s := &Sample{Kind: f.Kind, Basis: f.Basis, By: by, Seed: seed, FrameHash: f.Hash, Strata: slices.Clone(f.Strata)}
	if err := allocate(s.Strata, min(size, s.Frame()), by); err != nil {
		return nil, err
	}
	for h := range s.Strata {
		st := &s.Strata[h]
		if st.Take < st.Units {
			st.Seed, st.Spares = seed.Of(h), spares(st)
		}
		for i, number := range st.numbers() {
			u := f.Units[h][number-1]
			s.Units = append(s.Units, Drawn{
				Stratum: h, Number: number, Order: i + 1, Spare: i >= st.Take,
				Claim: u.Claim, Patient: u.Patient, Provider: u.Provider, Payer: u.lead.payer.String(), First: u.First, Last: u.Last, Amount: u.Amount, From: u,
			})
		}
	}
	return s, nil
}

// spares is how many are drawn beyond the sample: a tenth, two at least, as far as there are units.
func spares(s *Stratum) int { return min(s.Units-s.Take, max(2, (s.Take+9)/10)) }

// numbers are those that the stratum's seed draws, in order.
func (s *Stratum) numbers() []int {
	if s.Take >= s.Units {
		list := make([]int, s.Units)
		for i := range list {
			list[i] = i + 1
		}
		return list
	}
	return Numbers(s.Seed, s.Units, s.Take+s.Spares)
}

// Seal is a hash of all that was drawn and of what was billed in it: a sample that was read back and has the
// same is the one that was drawn.
func (s *Sample) Seal() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\t%s\t%s\t%s\t%s\n", s.Kind, s.Basis, s.By, s.Seed, s.FrameHash)
	if s.Names != "" {
		fmt.Fprintf(h, "%s\n", s.Names)
	}
	for i := range s.Strata {
		st := &s.Strata[i]
		fmt.Fprintf(h, "%s\t%d\t%s\t%d\t%d\n", flat(st.Name), st.Units, st.Amount, st.Take, st.Spares)
	}
	for i := range s.Units {
		d := &s.Units[i]
		fmt.Fprintf(h, "%s\t%d\t%t\t%s\t%s\t%s\t%s\t%s\n", s.ID(d), d.Order, d.Spare, flat(d.Claim), flat(d.Patient), d.First, d.Last, d.Amount)
		for k := range d.Lines {
			l := &d.Lines[k]
			fmt.Fprintf(h, "\t%s\t%s\t%s\t%s\t%s\n", l.Date, flat(l.Code), l.Mods, l.Units, l.Charge)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// CheckDrawn tells whether the units are those that the seeds draw.
func (s *Sample) CheckDrawn() error {
	next := 0
	for h := range s.Strata {
		for i, number := range s.Strata[h].numbers() {
			if next >= len(s.Units) {
				return fmt.Errorf("stratum %s: unit %d, drawn as number %d, is missing", s.Strata[h].Name, number, i+1)
			}
			d := &s.Units[next]
			if d.Stratum != h || d.Number != number || d.Order != i+1 || d.Spare != (i >= s.Strata[h].Take) {
				return fmt.Errorf("stratum %s: seed %s draws unit %d as number %d, and the workbook has unit %s there", s.Strata[h].Name, s.Strata[h].Seed, number, i+1, s.ID(d))
			}
			next++
		}
	}
	if next < len(s.Units) {
		return fmt.Errorf("unit %s was not drawn", s.ID(&s.Units[next]))
	}
	return nil
}

// LineOf is a claim line as it is shown to a reviewer.
func LineOf(l *claim.Line, basis Basis) Line {
	shown := Line{
		Date: l.From, Code: l.Billed, Mods: l.Mods.String(), POS: l.POS, Provider: providerOf(l), Claim: l.Claim, Payer: l.PayerName, Pos: l.Pos, Whole: l,
		Dx: strings.Join(claim.FieldDiagnoses.Values(l), " "),
	}
	if l.Given.Has(claim.FieldUnits) {
		shown.Units = l.Units.String()
	}
	if l.Given.Has(claim.FieldCharge) {
		shown.Charge = l.Charge.String()
	}
	if amount, known := basis.Of(l); known && basis != ByCharge {
		shown.Paid = amount.String()
	}
	return shown
}
