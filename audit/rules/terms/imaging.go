package terms

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// FirstOf is the lines with the one given first.
func FirstOf(first *audit.Line, lines []*audit.Line) []*audit.Line {
	ordered := []*audit.Line{first}
	return append(ordered, Others(lines, first)...)
}

// imagedRow says which code includes the imaging another does not.
type imagedRow struct {
	Code   string `csv:"code" table:"key"`
	With   string `csv:"with"` // fluoroscopy (or CT), or ultrasound
	Imaged string `csv:"imaged"`
	From   string `csv:"from"`
	Source string `csv:"source"`
}

// imagedTwin is a row in use: the code that includes the imaging, and its first day.
type imagedTwin struct {
	Code claim.Code
	From claim.Date
}

// ImagedTwins are, for the codes without imaging, the codes that include it.
var ImagedTwins = mustImagedTwins()

func mustImagedTwins() map[claim.Code]imagedTwin {
	twins := map[claim.Code]imagedTwin{}
	for row := range MustData[imagedRow]("imaged-codes.csv") {
		twins[claim.MustCode(row.Code)] = imagedTwin{claim.MustCode(row.Imaged), claim.MustDate(row.From)}
	}
	return twins
}

// guidanceRow says which codes CMS lists as primaries of a code of imaging guidance.
type guidanceRow struct {
	Code      string `csv:"code" table:"key"`
	Primaries string `csv:"primaries"` // a group
	Source    string `csv:"source"`
}

// guidancePrimaries are the primaries of the guidance that has a list of them.
var guidancePrimaries = mustGuidancePrimaries()

func mustGuidancePrimaries() map[claim.Code]CodeSet {
	primaries := map[claim.Code]CodeSet{}
	for row := range MustData[guidanceRow]("guidance-primaries.csv") {
		primaries[claim.MustCode(row.Code)] = MustCodes(row.Primaries)
	}
	return primaries
}

// Guided is a line of the day, by the same provider or group, that the guidance may be billed
// with; nil when there is none.
func Guided(cat *catalog.Catalog, g *audit.Line, day *Company) *audit.Line {
	for q := range day.Whole().Each {
		if q != g && TakesGuidance(cat, q, g) && audit.ByNumbers(q, g) != audit.DifferentProvider {
			return q
		}
	}
	return nil
}

// TakesGuidance tells whether guidance is billed apart from the procedure: where CMS lists primaries
// of it, by that list; else with any surgical procedure that does not include it, has no pair edit
// with it and is not a joint injection, which has a code of its own for ultrasound.
func TakesGuidance(cat *catalog.Catalog, q, g *audit.Line) bool {
	if q.Root && (q.Known == nil || !q.Known.ValidOn(q.From)) || q.In(catalog.ImagingIncluded) {
		return false
	}
	if primaries, listed := guidancePrimaries[g.Code]; listed {
		return primaries.Has(q) || addsTo(cat, g, q)
	}
	return IsSurgery(q.Code) && !Paired(cat, q, g)
}

// addsTo tells whether CMS lists q as a primary of the add-on g. Codes the catalogue lists are
// told by their group and its dates.
func addsTo(cat *catalog.Catalog, g, q *audit.Line) bool {
	addOn, ok := cat.AddOn(g.Scope(), g.Code, g.From)
	return ok && q.Known == nil && PrimaryFor(cat, addOn, q, g)
}

// Paired tells whether an edit between the two codes is in force, in either direction.
func Paired(cat *catalog.Catalog, p, g *audit.Line) bool {
	_, forth := cat.Edit(g.Scope(), p.Code, g.Code, g.From)
	_, back := cat.Edit(g.Scope(), g.Code, p.Code, g.From)
	return forth || back
}
