package rules_test

import (
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
)

// TestUnlistedWithoutNarrativeColumn holds that an export without a column for the narrative is
// not taken for a claim without one.
func TestUnlistedWithoutNarrativeColumn(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	lines := []claim.Line{{
		Patient: "P1", From: claim.MustDate("2025-04-09"), Code: claim.MustCode("64999"), Billed: "64999",
		Units: claim.One, Given: claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode),
	}}
	for _, c := range []struct {
		columns claim.Fields
		want    audit.Severity
	}{
		{claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode), audit.Review},
		{claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldNarrative), audit.Error},
	} {
		found := judged(t, lines, engine.Options{Rules: rules.All(), Catalog: known, AsOf: asOf, Sources: []claim.Source{{Columns: c.columns}}})
		if len(found) != 1 || found[0].Rule.ID != "unlisted-procedure" || found[0].Severity != c.want {
			t.Errorf("columns %b: want one %s of unlisted-procedure, got%s", c.columns, c.want, describe(found))
		}
	}
}
