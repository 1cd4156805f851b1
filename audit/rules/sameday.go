package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// sameDayRow is one row of data/same-day.csv: two codes a rule does not want on one day. The
// finding sits on column 2. To add a rule of this shape write its rows there, its words in a
// function here, and its proof.
type sameDayRow struct {
	Rule    string `csv:"rule"`
	Column1 string `csv:"column1"` // codes and groups
	Column2 string `csv:"column2"`
	From    string `csv:"from"` // dates of service; blank for always
	To      string `csv:"to"`
	// Indicator is what a modifier does: 0 nothing, 1 it opens the pair, none it is not asked (a
	// payer's policy), unpaired likewise and only where no pair edit speaks of the lines, table as
	// the pair table says and only while that has the pair.
	Indicator string `csv:"indicator"`
	Where     string `csv:"where"`    // same-side: not for lines of opposite sides
	Payers    string `csv:"payers"`   // lcd: Medicare, Medicare Advantage and unknown; medicare: Medicare alone
	Severity  string `csv:"severity"` // for one provider
	Instead   string `csv:"instead"`  // the code column 2 is to be billed with
	Say       string `csv:"say"`      // {1} {2} {3} are column 1, column 2 and instead
	Fix       string `csv:"fix"`      // blank where the shape's own words do
	Source    string `csv:"source"`
}

// dayPair is a row in use.
type dayPair struct {
	column1, column2 codeSet
	from, to         claim.Date
	edit             catalog.Indicator // 0: as the table says
	open             bool              // no modifier is asked
	unpaired         bool              // not where a pair edit speaks
	coverage         bool              // of local coverage: not where a line says that a denial is expected
	sameSide         bool
	payers           func(*audit.Line) bool
	severity         audit.Severity
	instead          claim.Code
	say, fix         string
}

// mustSameDay are the rows of one rule.
func mustSameDay(rule string) (rows []dayPair) {
	for _, row := range mustRows[sameDayRow]("same-day.csv") {
		if row.Rule == rule {
			rows = append(rows, row.typed())
		}
	}
	if rows == nil {
		panic("rules: no rows of " + rule + " in same-day.csv")
	}
	return rows
}

var (
	sameDayPayers = map[string]func(*audit.Line) bool{
		"":         func(*audit.Line) bool { return true },
		"lcd":      func(l *audit.Line) bool { return isMedicare(l) || l.Payer == claim.UnknownPayer },
		"medicare": func(l *audit.Line) bool { return l.Payer == claim.Medicare },
	}
	severities = map[string]audit.Severity{"error": audit.Error, "warning": audit.Warning, "review": audit.Review}
)

func (row *sameDayRow) typed() dayPair {
	p := dayPair{
		column1: mustCodes(row.Column1), column2: mustCodes(row.Column2), to: claim.EndOfTime,
		sameSide: row.Where == "same-side", payers: sameDayPayers[row.Payers], coverage: row.Payers == "lcd", severity: severities[row.Severity],
		say: row.Say, fix: row.Fix,
	}
	if row.From != "" {
		p.from = claim.MustDate(row.From)
	}
	if row.To != "" {
		p.to = claim.MustDate(row.To)
	}
	if row.Instead != "" {
		p.instead = claim.MustCode(row.Instead)
	}
	switch row.Indicator {
	case "0", "1":
		p.edit = catalog.Indicator(row.Indicator[0])
	case "none", "unpaired":
		p.open, p.unpaired = true, row.Indicator == "unpaired"
	case "table":
	default:
		panic("rules: same-day.csv has no indicator " + row.Indicator) // the table is part of the program
	}
	if p.payers == nil || p.severity == 0 || !p.sameSide && row.Where != "" || row.Say == "" || row.Source == "" {
		panic("rules: a row of " + row.Rule + " in same-day.csv is not whole") // likewise
	}
	return p
}

// sameDay completes a rule that reports column 2 of the pairs in its rows of same-day.csv.
func sameDay(r audit.Rule) *audit.Rule {
	rows := mustSameDay(r.ID)
	var column2 codeSet
	for _, row := range rows {
		column2 = column2.or(row.column2)
	}
	r.Needs.On = column2.reported()
	r.Check = beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if len(day.lines) > 1 && column2.has(l) {
			checkSameDay(rows, c, l, day, report)
		}
	})
	return &r
}

// checkSameDay reports the strictest of the line's conflicts and relates the others.
func checkSameDay(rows []dayPair, c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
	var worst conflict
	var by *dayPair
	var related []*audit.Line
	for m := range day.each {
		for i := range rows {
			k, ok := rows[i].conflict(c.Catalog, m, l)
			if !ok {
				continue
			}
			related = append(related, m)
			if k.worse(worst) {
				worst, by = k, &rows[i]
			}
			break
		}
	}
	if by == nil {
		return
	}
	f := by.finding(c, l, day, worst)
	f.Related = firstOf(worst.column1, related)
	report(f)
}

// conflict is that of the line with a column 1 line, if the row has one.
func (p *dayPair) conflict(cat *catalog.Catalog, column1, column2 *audit.Line) (conflict, bool) {
	on := column2.From
	if column1.Code == column2.Code || on < p.from || on > p.to || !p.column1.has(column1) || !p.column2.has(column2) || !p.payers(column2) {
		return conflict{}, false
	}
	if p.sameSide && column1.Mods.Side().Opposite(column2.Mods.Side()) {
		return conflict{}, false
	}
	if p.coverage && (column1.Mods.Has(denialExpected...) || column2.Mods.Has(denialExpected...)) || p.unpaired && bundling(cat, column1, column2) {
		return conflict{}, false
	}
	if p.edit == 0 && !p.open {
		k, ok := conflictOf(cat, column1, column2)
		k.severity = min(k.severity, p.severity)
		return k, ok
	}
	k := conflict{column1: column1, severity: lower(p.severity, audit.Providers(column1, column2))}
	k.edit.Indicator = p.edit
	if p.edit == catalog.Allowed {
		k.opening = bypass(column1, column2)
	}
	return k, k.severity != 0 && k.opening != open
}

// bundling tells whether a pair edit that no modifier opens stands between the lines, in either
// order.
func bundling(cat *catalog.Catalog, a, b *audit.Line) bool {
	_, one := conflictOf(cat, a, b)
	_, other := conflictOf(cat, b, a)
	return one || other
}

func (p *dayPair) finding(c *audit.Case, l *audit.Line, day *company, k conflict) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: k.severity, Money: audit.Deny,
		Message: fmt.Sprintf("%s is billed beside %s on %s: %s", billedAs(l), billedAs(k.column1), l.From, p.words(p.say, l, k)),
	}
	if !p.open {
		f.Message += "; " + because(k)
	}
	if p.edit == 0 && !p.open {
		f.Message += byTable(c.Catalog, k.edit, l) + byStandIn(c.Catalog, catalog.PairEdits, l)
	}
	f.Fix = p.remedy(c, l, day, k)
	return f
}

// remedy is the row's fix: another code, removal where no modifier helps, and else what to look
// for in the record.
func (p *dayPair) remedy(c *audit.Case, l *audit.Line, day *company, k conflict) audit.Fix {
	text := p.words(p.fix, l, k)
	switch {
	case k.severity == audit.Review && p.severity != audit.Review:
		return audit.Fix{Text: fmt.Sprintf("if both providers are of one specialty they count as one: %s", k.remedy(l))}
	case p.instead != 0:
		return audit.Fix{
			Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s", l.Code, p.instead),
			Edits: []audit.Edit{audit.SetCode(l, p.instead)},
		}
	case k.edit.Indicator == catalog.Never:
		return removal(c, l, day, text+", and no modifier opens the pair")
	case text == "":
		return audit.Fix{Text: k.remedy(l)}
	}
	return audit.Fix{Text: text}
}

// words fills in the codes.
func (p *dayPair) words(text string, l *audit.Line, k conflict) string {
	return strings.NewReplacer("{1}", k.column1.Code.String(), "{2}", l.Code.String(), "{3}", p.instead.String()).Replace(text)
}

// pairNeeds are the needs of a rule of this shape.
func pairNeeds() audit.Needs {
	return audit.Needs{Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Patient: true}
}

func sacroiliacBlockWithFacet() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "sacroiliac-block-with-facet", Title: "Sacroiliac block beside a lumbar facet block", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S4", "S10", "S11"}, Needs: pairNeeds(),
		Help:   "64451 blocks all nerves of one sacroiliac joint, the L5 branch among them. A lumbar facet block the same day by the same provider is never paid beside it, not even on the other side.",
		Source: "guide notes that the sacroiliac nerves are 64451; NCCI PTP indicator 0; rule S-04",
	})
}

func tendonWithTriggerPoint() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "tendon-with-trigger-point", Title: "Tendon and muscle injections of one site", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S2"}, Needs: pairNeeds(),
		Help:   "20550 (sheath or ligament), 20551 (origin) and 20552 or 20553 (muscles) are for different sites: for one site one of them is billed. 20553 counts all muscles of the session, so that 20552 never stands beside it.",
		Source: "guide section of tendons, ligaments and muscles; NCCI PTP; rule S-21",
	})
}

func triggerPointWithBlock() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "trigger-point-with-block", Title: "Trigger points beside a nerve or facet block", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S2", "S3"}, Needs: pairNeeds(),
		Help:   "Beside trigger points of the same region a nerve, facet or transforaminal block is taken as part of them, and it is the block, the dearer line, that denies. Right for another region, marked by XS or 59.",
		Source: "guide sections of muscles and of nerve blocks; NCCI PTP; rule S-22",
	})
}

func jointWithInjection() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "joint-with-injection", Title: "Another injection beside a large joint", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S1", "S2"}, Needs: pairNeeds(),
		Help:   "Tendon, muscle and nerve injections round a large joint are part of the joint injection. Right for another site, marked by RT and LT, XS or 59.",
		Source: "guide sections of joints and of tendons; NCCI PTP; rule S-23",
	})
}

func oneVertebralPrimary() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "one-vertebral-primary", Title: "Two primary codes of vertebral augmentation", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S6", "S12"}, Needs: pairNeeds(),
		Help:   "A session of vertebroplasty or kyphoplasty has one primary code; each further vertebra, of whatever region, is the add-on 22512 or 22515.",
		Source: "guide section of deleted codes, which names 22510 to 22515 as a range; NCCI PTP indicator 0; rule S-26",
	})
}

func bloodPatchWithEpidural() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "blood-patch-with-epidural", Title: "Blood patch beside an epidural injection", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S9"}, Needs: pairNeeds(),
		Help:   "A blood patch is itself an epidural injection: an interlaminar epidural by the same provider that day is never paid beside it.",
		Source: "guide section of other procedures (62273); NCCI PTP indicator 0; rule S-28",
	})
}

func facetInjectionWithAblation() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "facet-injection-with-ablation", Title: "Facet injection beside a facet ablation", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S5", "S11"}, Needs: pairNeeds(),
		Help:   "The block of a joint that is ablated the same day is part of the ablation. Right for another level or side, marked by RT and LT, XS or 59.",
		Source: "guide sections of ablation and of facet injections; NCCI PTP; rule A-06",
	})
}

func twoEpiduralApproaches() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "two-epidural-approaches", Title: "Interlaminar and transforaminal on one day", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S4"}, Needs: pairNeeds(),
		Help:   "In one region a session has one approach to the epidural space: beside an interlaminar epidural the transforaminal code denies. Right for another level far from it, marked by XS or 59; 64480 beside 62321 never.",
		Source: "guide section of epidurals; NCCI PTP, whose indicator decides; rule A-14",
	})
}

func epiduralTwoRegions() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "epidural-two-regions", Title: "Epidurals of neck and low back on one day", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4"}, Needs: coverageNeeds(catalog.EpiduralImaged, catalog.EpiduralUnimaged),
		Help: "From 2021-12-05 contractors pay epidural injections of one spinal region in a session. The finding is on the lumbar or sacral line; either may stay. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all with GA, GX, GY or GZ.",
		Source: "contractors' articles on epidural steroid injections (A56651, A58993); rule A-11",
	})
}

func blockTypesMixed() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "block-types-mixed", Title: "Facet procedure beside another kind of block", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4", "S5", "S11"}, Needs: coverageNeeds(catalog.FacetInjection, catalog.FacetAblation),
		Help: "Coverage determinations do not pay a facet procedure routinely beside an epidural, a sacroiliac injection or trigger points of the same day: which of them helped cannot be told. Not where a pair edit speaks of the two lines. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all where the record gives the reason for each (a synovial cyst, blood thinners stopped once), or with GA, GX, GY or GZ.",
		Source: "local coverage determinations on facet joint interventions; rule A-17",
	})
}

// coverageNeeds are the needs of a rule of this shape about a payer's policy on those codes.
func coverageNeeds(groups ...catalog.Group) audit.Needs {
	needs := pairNeeds()
	needs.Groups = catalog.GroupSet(groups...)
	return needs
}
