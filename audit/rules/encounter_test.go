package rules_test

import (
	"math/rand/v2"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// encounters makes up what a practice might bill, sense and nonsense: a few lines on one or two
// days of one patient. The same number makes the same encounter.
type encounters struct {
	known *catalog.Catalog
	// byGroup are the listed codes of each group of codes that rules speak of together, so that
	// codes of one encounter meet more often than chance has it.
	byGroup [][]*catalog.Entry
}

func newEncounters(known *catalog.Catalog) *encounters {
	e := &encounters{known: known, byGroup: make([][]*catalog.Entry, catalog.NumGroups)}
	for _, entry := range known.All() {
		for g := range catalog.NumGroups {
			if entry.Ever().Has(g) {
				e.byGroup[g] = append(e.byGroup[g], entry)
			}
		}
	}
	return e
}

// numbered is the encounter of that number.
func (e *encounters) numbered(n int) []claim.Line {
	d := &draw{rand.New(rand.NewPCG(uint64(n), 2))}
	day := claim.MustDate("2012-01-01") + claim.Date(d.IntN(5290))
	if d.chance(2) {
		day = claim.MustDate("2024-04-01") + claim.Date(d.IntN(450))
	}
	shared := usual(d)
	var lines []claim.Line
	for range 1 + d.IntN(4)/3 {
		for range 1 + d.IntN(6) {
			line := e.line(d, shared, day)
			line.Pos.Row = int32(len(lines) + 1)
			lines = append(lines, line)
		}
		day += claim.Date(1 + d.IntN(12))
	}
	return lines
}

// dense is a book of that number: one to three days of one patient, on which very much is billed.
func (e *encounters) dense(n int) []claim.Line {
	d := &draw{rand.New(rand.NewPCG(uint64(n), 3))}
	day := claim.MustDate("2011-06-01") + claim.Date(d.IntN(5600))
	if d.chance(2) {
		day = claim.MustDate("2023-10-01") + claim.Date(d.IntN(630))
	}
	shared := usual(d)
	groups := [...][]*catalog.Entry{pick(d, e.byGroup...), pick(d, e.byGroup...), pick(d, e.byGroup...)}
	var lines []claim.Line
	for range 1 + d.IntN(3) {
		for range 3 + d.IntN(10) {
			line := e.line(d, shared, day)
			if of := groups[d.IntN(len(groups))]; !d.chance(3) {
				line.Code = pick(d, of...).Code
				line.Billed = line.Code.String()
			}
			if len(lines) > 0 && d.chance(6) {
				line = lines[d.IntN(len(lines))]
				line.From, line.Mods = day, modifiers(d)
			}
			line.Pos.Row = int32(len(lines) + 2)
			lines = append(lines, line)
		}
		day += claim.Date(pick(d, 1, 3, 9, 14, 60))
	}
	return lines
}

// draw is chance in the terms of an encounter.
type draw struct{ *rand.Rand }

// chance is true once in so many draws.
func (d *draw) chance(of int) bool { return d.IntN(of) == 0 }

func pick[T any](d *draw, from ...T) T { return from[d.IntN(len(from))] }

// usual is what most lines of an encounter share.
func usual(d *draw) claim.Line {
	line := claim.Line{
		Claim: "C1", Patient: "P", Birth: claim.MustDate(pick(d, "1963-04-10", "1940-01-31", "2009-06-01")),
		Payer: pick(d, claim.Commercial, claim.Medicare, claim.MedicareAdvantage, claim.Medicaid, claim.WorkersComp, claim.BlankPayer, claim.Auto, claim.SelfPay, claim.Federal, claim.NamedUnknown),
		Type:  pick(d, claim.Professional, claim.Professional, claim.Professional, claim.Facility, claim.ASC),
		POS:   pick(d, "11", "11", "22", "24"), Rendering: "1234567893", TIN: pick(d, "", "123456789"),
		Given: 1<<claim.NumFields - 1, Charge: 10000, State: "OH", Frequency: '1',
	}
	line.PayerName = line.Payer.String()
	return line
}

func (e *encounters) line(d *draw, shared claim.Line, day claim.Date) claim.Line {
	line := shared
	line.From, line.Received = day, day+10
	line.Code = e.code(d)
	line.Billed = line.Code.String()
	line.Mods = modifiers(d)
	line.Units = claim.Whole(pick(d, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 10, 40, 200))
	for i := range 1 + d.IntN(2) {
		line.Dx[i] = claim.MustDiagnosis(pick(d, diagnoses...))
	}
	if d.chance(5) {
		line.Rendering = pick(d, "1876543210", "")
	}
	if d.chance(10) {
		line.Claim, line.TIN = "C2", pick(d, "", "987654321")
	}
	if d.chance(10) {
		line.Type, line.POS = pick(d, claim.Professional, claim.Facility), pick(d, "11", "22", "24")
	}
	if d.chance(20) {
		line.Narrative, line.Auth = "nerve block of the knee", "A1"
	}
	return line
}

var diagnoses = []string{
	"M54.16", "M47.816", "M47.812", "M17.11", "M17.12", "M46.1", "M53.3", "M54.50", "M54.81", "M79.18", "G56.01",
	"M96.1", "G43.709", "M25.561", "M65.341", "M54.5", "G97.1", "M80.08XA",
}

// code is one of a group, or any of the catalogue.
func (e *encounters) code(d *draw) claim.Code {
	if d.chance(6) {
		return pick(d, e.known.All()...).Code
	}
	return pick(d, pick(d, e.byGroup...)...).Code
}

var common = []string{
	"RT", "RT", "LT", "LT", "50", "50", "59", "XS", "XU", "25", "57", "24", "58", "79", "76", "51", "26", "TC", "KX", "JW", "JZ", "52", "F1",
}

func modifiers(d *draw) (ms claim.Modifiers) {
	for range pick(d, 0, 0, 0, 1, 1, 1, 2, 3) {
		ms, _ = ms.With(claim.Mod(pick(d, common...)))
	}
	return ms
}
