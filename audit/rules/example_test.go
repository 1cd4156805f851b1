package rules_test

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
)

// A rule is a value: what it tells its reader, what it needs, and a pure function over one
// patient's lines. A shipped rule is returned by a function in this package, stands in the list
// of All, and has its cases in proof/.
func Example_yourOwnRule() {
	weekend := &audit.Rule{
		ID:       "weekend-service",
		Title:    "Service on a Sunday",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Means:    "The practice is closed on Sundays: the date may be mistyped.", Right: "Right for an emergency.",
		Source: "the practice's own policy",
		Check: func(c *audit.Case, report func(audit.Finding)) {
			for i := range c.Lines {
				if l := &c.Lines[i]; l.From.Time().Weekday() == 0 {
					report(audit.Finding{
						Line:    l,
						Message: fmt.Sprintf("%s is billed for Sunday %s", l.Code, l.From),
						Fix:     audit.Fix{Action: audit.Document, Text: "check the date of service"},
					})
				}
			}
		},
	}
	known, err := catalog.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := []claim.Line{
		{Patient: "P1", From: claim.MustDate("2025-03-09"), Code: claim.MustCode("99213"), Units: claim.One},
		{Patient: "P1", From: claim.MustDate("2025-03-10"), Code: claim.MustCode("99213"), Units: claim.One},
	}
	found, err := engine.Judge(lines, engine.Options{Rules: []*audit.Rule{weekend}, Catalog: known})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Println(f.Severity, f.Message)
	}
	// Output: review 99213 is billed for Sunday 2025-03-09
}
