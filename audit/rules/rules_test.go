package rules_test

import (
	"regexp"
	"slices"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/rules"
)

var (
	idForm    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	guideForm = regexp.MustCompile(`^S([1-9]|1[0-5])$`)
)

// TestRulesAreDocumented holds what every rule tells its reader.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range rules.All() {
		if !idForm.MatchString(r.ID) || seen[r.ID] {
			t.Errorf("rule id %q is used twice or is not words joined by hyphens", r.ID)
		}
		seen[r.ID] = true
		for _, fault := range undocumented(r) {
			t.Errorf("rule %s: %s", r.ID, fault)
		}
	}
	for _, r := range rules.All() {
		for _, id := range slices.Concat(r.Over, r.Covers) {
			if !seen[id] {
				t.Errorf("rule %s stands over %q, which is no rule", r.ID, id)
			}
		}
	}
	for _, id := range undated {
		if !seen[id] {
			t.Errorf("undated names %q, which is no rule", id)
		}
	}
}

func undocumented(r *audit.Rule) (faults []string) {
	need := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, fault)
		}
	}
	need(r.Family != "", "belongs to no family")
	need(r.Title != "" && len(r.Title) <= 48, "the title is missing or longer than 48 characters")
	need(r.Means != "", "does not say what it means")
	need(r.Source != "", "no source")
	need(r.Severity != 0, "no severity")
	need(r.Check != nil, "no check")
	need(len(r.Guide) > 0, "names no section of the guide")
	for _, section := range r.Guide {
		need(guideForm.MatchString(section), "no section of the guide: "+section)
	}
	return faults
}

// TestAllIsNew holds that nobody can change a rule for others.
func TestAllIsNew(t *testing.T) {
	t.Parallel()
	first, second := rules.All(), rules.All()
	for i := range first {
		if first[i] == second[i] {
			t.Errorf("rule %s is shared between calls of All", first[i].ID)
		}
	}
}
