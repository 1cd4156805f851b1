package rules_test

import (
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// TestFixesCure makes every fix of every proof case on a copy of its lines and audits that with
// all rules: the finding is gone and no line has an error it had not before.
func TestFixesCure(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	options := audit.Options{Rules: rules.All(), Catalog: known, AsOf: asOf, Settings: settings}
	cured := 0
	for _, pc := range readProof(t) {
		lines := pc.lines(t)
		before := judged(t, lines, options)
		for _, f := range before {
			if len(f.Fix.Edits) == 0 {
				continue
			}
			cured++
			after := judged(t, audit.Apply(lines, f.Fix), options)
			if added := newErrors(before, after); len(added) > 0 || has(after, f) {
				t.Errorf("%s %s/%s row %d: the fix of %s leaves it standing or adds errors: %s%s",
					pc.file, pc.rule, pc.name, f.Line.Pos.Row, f.Rule.ID, f.Fix.Text, describe(added))
			}
		}
	}
	if cured == 0 {
		t.Error("no proof case has a fix with edits")
	}
}

func judged(t *testing.T, lines []claim.Line, o audit.Options) []audit.Finding {
	t.Helper()
	found, err := audit.Judge(lines, o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// has tells whether the rule still says the same of the line.
func has(found []audit.Finding, f audit.Finding) bool {
	for _, g := range found {
		if g.Rule == f.Rule && g.Line.Pos == f.Line.Pos && g.Message == f.Message {
			return true
		}
	}
	return false
}

// newErrors are the errors after on lines that had none of the same rule before.
func newErrors(before, after []audit.Finding) []audit.Finding {
	type key struct {
		rule *audit.Rule
		row  int32
	}
	had := map[key]bool{}
	for _, f := range before {
		had[key{f.Rule, f.Line.Pos.Row}] = true
	}
	var added []audit.Finding
	for _, f := range after {
		if f.Severity == audit.Error && !had[key{f.Rule, f.Line.Pos.Row}] {
			added = append(added, f)
		}
	}
	return added
}
