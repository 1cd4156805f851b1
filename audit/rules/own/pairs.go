package own

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/rules/terms"
)

// BundledPair is the check of bundled-pair.
func BundledPair() terms.Check {
	return terms.Beside(checkPairs)
}

func checkPairs(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	var worst terms.Conflict
	for m := range day.Each {
		if k, ok := terms.ConflictOf(c.Catalog, m, l); ok && k.Worse(worst) {
			worst = k
		}
	}
	if worst.Column1 != nil {
		report(bundled(c, l, day, worst))
	}
}

func bundled(c *audit.Case, l *audit.Line, day *terms.Company, k terms.Conflict) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: k.Severity, Money: audit.Deny, Related: []*audit.Line{k.Column1},
		Message: fmt.Sprintf("%s is included in %s, billed on the same day %s: pair edit, %s", terms.BilledAs(l), terms.BilledAs(k.Column1), l.From, terms.Because(k)),
	}
	f.Message += also(c, l, day, k, &f.Related) + terms.ByTable(k.Edit, l)
	switch {
	case k.Severity == audit.Review:
		f.Message += "; another provider of the same group billed it"
		f.Fix.Text = fmt.Sprintf("if both providers are of one specialty they count as one: %s", k.Remedy(l))
	case k.Edit.Indicator == catalog.Never:
		f.Fix = terms.Removal(c, l, day, fmt.Sprintf("no modifier opens %s with %s", l.Code, k.Column1.Code))
	default:
		f.Fix.Text = k.Remedy(l)
	}
	return f
}

// also names the other column 1 codes the line bundles into, and relates their lines.
func also(c *audit.Case, l *audit.Line, day *terms.Company, k terms.Conflict, related *[]*audit.Line) string {
	var codes []string
	for m := range day.Each {
		if _, ok := terms.ConflictOf(c.Catalog, m, l); !ok || m == k.Column1 {
			continue
		}
		*related = append(*related, m)
		if code := m.Code.String(); m.Code != k.Column1.Code && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return ""
	}
	return "; also included in " + strings.Join(codes, ", ")
}
