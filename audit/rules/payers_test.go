package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
)

// onlyToMedicare is what is said to Medicare alone, or behind an "If Medicare pays".
var onlyToMedicare = regexp.MustCompile(`\b(ABN|GA|GZ|GX|GY)\b|notice of non-coverage|to Medicare\b|\[notice\]`)

// TestToEveryPayer bills each case that fires to every class of payer: no finding is above what
// payer-checks.csv lets its kind say to the class, nothing is said to one that it is silent to, and nobody
// but Medicare is told of a notice of non-coverage.
func TestToEveryPayer(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*audit.Rule{}
	for _, r := range rules.All() {
		byID[r.ID] = r
	}
	said := map[claim.Payer]int{}
	for _, pc := range readProof(t) {
		if r := byID[pc.rule]; pc.kind == "fires" {
			for p := range claim.NumPayers {
				said[p] += len(pc.toPayer(t, r, known, p))
			}
		}
	}
	for p := range claim.NumPayers {
		if said[p] < 100 {
			t.Errorf("only %d findings are said to %s: the test shows little", said[p], p)
		}
	}
}

func (pc *proofCase) toPayer(t *testing.T, r *audit.Rule, known *catalog.Catalog, p claim.Payer) []audit.Finding {
	t.Helper()
	lines := pc.lines(t)
	for i := range lines {
		lines[i].Payer, lines[i].PayerName = p, p.String()
	}
	found, err := engine.Judge(lines, engine.Options{Rules: []*audit.Rule{r}, Catalog: known, AsOf: asOf, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	most := audit.Error
	if r.ByPayer != nil {
		most = r.ByPayer[p]
	}
	for _, f := range found {
		if f.Severity > most {
			t.Errorf("%s/%s to %s: %s", pc.rule, pc.name, p, f.Severity)
		}
		told := strings.ReplaceAll(f.Message+" "+f.Fix.Text, "-"+f.Line.Mods.String(), "") // what is billed is no advice
		if p != claim.Medicare && p != claim.BlankPayer && onlyToMedicare.MatchString(told) {
			t.Errorf("%s/%s is told to %s: %s", pc.rule, pc.name, p, told)
		}
		if p == claim.BlankPayer && slices.Contains([]audit.Severity{audit.Error, audit.Warning}, f.Severity) && onlyToMedicare.MatchString(f.Fix.Text) {
			t.Errorf("%s/%s is told where nobody is known to pay: %s: %s", pc.rule, pc.name, f.Severity, f.Fix.Text)
		}
	}
	return found
}
