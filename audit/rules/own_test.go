package rules

import "testing"

// TestOwnChecksHaveRules holds that each check in Go belongs to a rule that asks for it.
func TestOwnChecksHaveRules(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for row := range mustRows[ruleRow]("rules.csv") {
		asked[row.ID] = row.Shape == "own"
	}
	for id := range ownChecks {
		if !asked[id] {
			t.Errorf("the check of %s belongs to no rule of the shape own in rules.csv", id)
		}
	}
}
