package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

var unlistedNerve = claim.MustCode("64999")

// hintRow names the code that exists for what is sometimes billed as unlisted.
type hintRow struct {
	Words     string `csv:"words"` // one of them in the narrative; separated by semicolons
	Diagnoses string `csv:"diagnoses"`
	Codes     string `csv:"codes"`
	From      string `csv:"from"`
	Source    string `csv:"source"`
}

type hint struct {
	words []string
	dx    diagnosisSet
	codes string
	from  claim.Date
}

func mustHints() (hints []hint) {
	for _, row := range mustData[hintRow]("unlisted-hints.csv") {
		h := hint{words: strings.Split(row.Words, ";"), codes: row.Codes, from: mustDate(row.From)}
		for _, text := range strings.Fields(row.Diagnoses) {
			h.dx = append(h.dx, claim.MustDiagnosis(text))
		}
		hints = append(hints, h)
	}
	return hints
}

func (h *hint) at(l *audit.Line, narrative string) bool {
	named := slices.ContainsFunc(h.words, func(word string) bool { return strings.Contains(narrative, word) })
	return l.From >= h.from && (named || l.From >= icd10 && h.dx.all(l))
}

func unlistedProcedure() check {
	hints := mustHints()
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Code == unlistedNerve && !l.Root {
			report(unlistedLine(hints, l, c.HasColumn(l, claim.FieldNarrative)))
		}
	})
}

func unlistedLine(hints []hint, l *audit.Line, column bool) audit.Finding {
	narrative := strings.ToLower(strings.TrimSpace(l.Narrative))
	f := audit.Finding{
		Line: l, Severity: audit.Review, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is unlisted and is priced by hand from its narrative", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.Document, Text: "see that the narrative says what was done and names a code of like work, and attach the note"},
	}
	if narrative == "" && column {
		f.Severity, f.Money = audit.Error, audit.Reject
		f.Message = fmt.Sprintf("%s on %s is unlisted and has no narrative", billedAs(l), l.From)
		f.Fix = audit.Fix{Action: audit.CorrectCell, Text: "describe the procedure and name a code of like work in the narrative (NTE segment, box 19), and attach the note"}
	}
	for i := range hints {
		if h := &hints[i]; h.at(l, narrative) {
			f.Fix.Text += "; if it was that, bill " + h.codes + " instead"
			break
		}
	}
	return f
}

func unlistedRepeated() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.Code == unlistedNerve && !l.Root {
			checkUnlistedOnce(l, day, report)
		}
	})
}

func checkUnlistedOnce(l *audit.Line, day *company, report func(audit.Finding)) {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Fix: audit.Fix{Action: audit.Document, Text: "bill 64999 once, 1 unit without 50, 59 or an X modifier, with one narrative and one price for all of it"},
	}
	earlier := earlierOf(l, day)
	switch {
	case earlier != nil:
		f.Related = []*audit.Line{earlier}
		f.Message = fmt.Sprintf("%s is billed again on %s: an unlisted code is billed once a day", billedAs(l), l.From)
	case distinct(l):
		f.Severity = audit.Review
		f.Message = fmt.Sprintf("%s on %s: an unlisted code has no pair edit for the modifier to open", billedAs(l), l.From)
	default:
		return
	}
	report(f)
}

// earlierOf is a line of the code that stands before l in the case's order, by the same provider.
func earlierOf(l *audit.Line, day *company) *audit.Line {
	for m := range day.of(l.Code).each {
		if m == l {
			return nil
		}
		if audit.Providers(l, m) == audit.SameProvider && !m.Root {
			return m
		}
	}
	return nil
}

func distinctWithoutPair() check {
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if distinct(l) && !l.Root && l.Code != unlistedNerve && !mayNeedDistinct(c.Catalog, l, day) {
			report(opensNothing(l))
		}
	})
}

// mayNeedDistinct tells whether a line of the day gives the modifier something to open, or may.
func mayNeedDistinct(cat *catalog.Catalog, l *audit.Line, day *company) bool {
	if l.In(catalog.Guidance) || l.In(catalog.LocalAnesthetic) {
		return true
	}
	for m := range day.each {
		switch {
		case m == l || audit.Providers(l, m) == audit.DifferentProvider:
		case m.Code == l.Code || m.Root || paired(cat, m, l):
			return true
		case !isGoods(m) && cat.Covered(m.Scope(), m.Code, m.Known, m.From)&catalog.InPairs == 0:
			return true
		}
	}
	return false
}

func opensNothing(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.NoMoney,
		Message: fmt.Sprintf("%s on %s: no code of the day has a pair edit with %s for the modifier to open", billedAs(l), l.From, l.Code),
		Fix:     audit.Fix{Action: audit.Document, Text: "remove the modifier, unless the other service it sets this one apart from is on another claim"},
	}
}

var modKX = claim.Mod("KX")
