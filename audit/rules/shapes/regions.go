package shapes

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// regionRow is one row of code-regions.csv: where on the body a code is done.
type regionRow struct {
	Rule   string `csv:"rule"`
	Codes  string `csv:"codes"`
	Fits   string `csv:"fits"`   // regions of diagnosis-regions.csv, parted by semicolons
	Unless string `csv:"unless"` // diagnoses that the code is for though their region does not fit
	Say    string `csv:"say"`    // what the code is of
	Source string `csv:"source"`
}

// bodyRow is one row of diagnosis-regions.csv: where on the body a diagnosis is. Of the rows that name a
// diagnosis the longest counts.
type bodyRow struct {
	Diagnoses string `csv:"diagnoses"` // each with all below it
	Region    string `csv:"region"`    // none: it fits any
	Source    string `csv:"source"`
}

// codeRegion is a row in use.
type codeRegion struct {
	codes  terms.CodeSet
	fits   []string
	unless terms.DiagnosisSet
	say    string
}

// bodyRegions are the regions by diagnosis, as far as it is named.
type bodyRegions map[claim.Diagnosis]string

func mustBodyRegions() bodyRegions {
	regions := bodyRegions{}
	for row := range terms.MustData[bodyRow]("diagnosis-regions.csv") {
		for _, word := range strings.Fields(row.Diagnoses) {
			for _, d := range mustDiagnosisWord(word) {
				if regions[d] != "" {
					panic("rules: diagnosis-regions.csv names twice " + word) // the table is part of the program
				}
				regions[d] = row.Region
			}
		}
	}
	return regions
}

// of is the region of the diagnosis, by the longest of its beginnings that is named; blank if none is.
func (b bodyRegions) of(d claim.Diagnosis) string {
	for n := len(d.Text()); n >= 3; n-- {
		if region, ok := b[d>>(64-8*n)<<(64-8*n)]; ok {
			return region
		}
	}
	return ""
}

// ElsewhereOnTheBody completes a rule with its rows of code-regions.csv: a line all of whose diagnoses are of
// another part of the body than its code. A diagnosis that fits any part, or that is in no row, ends it.
func ElsewhereOnTheBody(r *audit.Rule) {
	var rows []codeRegion
	var codes terms.CodeSet
	for row := range terms.MustData[regionRow]("code-regions.csv") {
		if row.Rule == r.ID {
			k := codeRegion{codes: terms.MustCodes(row.Codes), say: row.Say, fits: strings.Split(row.Fits, "; ")}
			for _, word := range strings.Fields(row.Unless) {
				k.unless = append(k.unless, mustDiagnosisWord(word)...)
			}
			rows, codes = append(rows, k), codes.Or(k.codes)
		}
	}
	regions := mustBodyRegions()
	r.Needs.Fields |= claim.FieldSet(claim.FieldCode, claim.FieldDiagnoses)
	r.Needs.On = codes.Reported()
	r.Needs.May[audit.AtReason] = func(_ *catalog.Catalog, l *audit.Line) bool {
		return slices.ContainsFunc(rows, func(k codeRegion) bool { return k.codes.Ever(l) && k.elsewhere(l, regions) })
	}
	r.Check = terms.EachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Root || l.From < terms.Icd10 || !codes.Has(l) {
			return
		}
		for i := range rows {
			if rows[i].codes.Has(l) && rows[i].elsewhere(l, regions) {
				report(rows[i].finding(l))
				return
			}
		}
	})
}

// elsewhere tells whether all the line's diagnoses are of a part of the body, and none of the code's.
func (k *codeRegion) elsewhere(l *audit.Line, regions bodyRegions) bool {
	for _, d := range l.Diagnoses() {
		region := regions.of(d)
		if region == "" || region == "none" || k.unless.Has(d) {
			return false
		}
		for _, fits := range k.fits {
			if region == fits {
				return false
			}
		}
	}
	return len(l.Diagnoses()) > 0
}

func (k *codeRegion) finding(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is billed with %s: %s", terms.BilledAs(l), l.From, diagnosisList(l), k.say),
		Fix:     audit.Fix{Action: audit.Document, Text: "look up in the record where the procedure was done and why: then correct the diagnosis of the line, or the code"},
	}
}
