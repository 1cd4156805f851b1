package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

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
	code claim.Code
	from claim.Date
}

// imagedTwins are, for the codes without imaging, the codes that include it.
var imagedTwins = mustImagedTwins()

func mustImagedTwins() map[claim.Code]imagedTwin {
	twins := map[claim.Code]imagedTwin{}
	for _, row := range mustData[imagedRow]("imaged-codes.csv") {
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

func mustGuidancePrimaries() map[claim.Code]codeSet {
	primaries := map[claim.Code]codeSet{}
	for _, row := range mustData[guidanceRow]("guidance-primaries.csv") {
		primaries[claim.MustCode(row.Code)] = mustCodes(row.Primaries)
	}
	return primaries
}

// guided is a line of the day, by the same provider or group, that the guidance may be billed
// with; nil when there is none.
func guided(cat *catalog.Catalog, g *audit.Line, day *company) *audit.Line {
	for q := range day.each {
		if q != g && takesGuidance(cat, q, g) && audit.Providers(q, g) != audit.DifferentProvider {
			return q
		}
	}
	return nil
}

// takesGuidance tells whether guidance is billed apart from the procedure: where CMS lists primaries
// of it, by that list; else with any surgical procedure that does not include it, has no pair edit
// with it and is not a joint injection, which has a code of its own for ultrasound.
func takesGuidance(cat *catalog.Catalog, q, g *audit.Line) bool {
	if q.Root && (q.Known == nil || !q.Known.ValidOn(q.From)) || q.In(catalog.ImagingIncluded) {
		return false
	}
	if primaries, listed := guidancePrimaries[g.Code]; listed {
		return primaries.has(q) || addsTo(cat, g, q)
	}
	return isSurgery(q.Code) && !paired(cat, q, g)
}

// addsTo tells whether CMS lists q as a primary of the add-on g. Codes the catalogue lists are
// told by their group and its dates.
func addsTo(cat *catalog.Catalog, g, q *audit.Line) bool {
	addOn, ok := cat.AddOn(g.Scope(), g.Code, g.From)
	return ok && q.Known == nil && primaryFor(cat, addOn, q, g)
}

// paired tells whether an edit between the two codes is in force, in either direction.
func paired(cat *catalog.Catalog, p, g *audit.Line) bool {
	_, forth := cat.Edit(g.Scope(), p.Code, g.Code, g.From)
	_, back := cat.Edit(g.Scope(), g.Code, p.Code, g.From)
	return forth || back
}
