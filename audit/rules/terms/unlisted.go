package terms

import (
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

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
	dx    DiagnosisSet
	codes string
	from  claim.Date
}

var hints = sync.OnceValue(func() (hints []hint) {
	for row := range MustData[hintRow]("unlisted-hints.csv") {
		h := hint{words: strings.Split(row.Words, ";"), codes: row.Codes, from: MustDate(row.From)}
		for _, text := range strings.Fields(row.Diagnoses) {
			h.dx = append(h.dx, claim.MustDiagnosis(text))
		}
		hints = append(hints, h)
	}
	return hints
})

func (h *hint) at(l *audit.Line, narrative string) bool {
	named := slices.ContainsFunc(h.words, func(word string) bool { return strings.Contains(narrative, word) })
	return l.From >= h.from && (named || l.From >= Icd10 && h.dx.All(l))
}

// ListedInstead names, for the fix of an unlisted line, the code that exists for what its narrative
// or its diagnoses speak of; nothing where none does.
func ListedInstead(l *audit.Line) string {
	narrative := strings.ToLower(l.Narrative)
	for i := range hints() {
		if h := &hints()[i]; h.at(l, narrative) {
			return "; if it was that, bill " + h.codes + " instead"
		}
	}
	return ""
}

// EarlierOf is a line of the code that stands before l in the case's order, by the same provider.
func EarlierOf(l *audit.Line, day *Company) *audit.Line {
	for m := range day.Of(l.Code).Each {
		if m == l {
			return nil
		}
		if Providers(l, m) == audit.SameProvider && !m.Root {
			return m
		}
	}
	return nil
}

// UnlistedNerve is the unlisted procedure of the nervous system.
var UnlistedNerve = MustSet("unlisted")
