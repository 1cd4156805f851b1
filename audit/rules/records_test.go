package rules_test

import (
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

func TestRecords(t *testing.T) {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	records := rules.NewRecords()
	if all := records.All(); all[0].Codes != "" {
		t.Errorf("the first row is of %s", all[0].Codes)
	}
	for code, want := range map[string]string{
		"64493": "Facet joint injections", "64635": "Facet joint ablation", "62323": "Epidural injections", "62311": "Epidural injections", "27096": "Sacroiliac joint",
		"64625": "Sacroiliac joint", "99213": "Office visits", "J3301": "Drugs", "J0585": "Botulinum toxin", "77003": "Imaging guidance", "97110": "Therapy", "80307": "Drug tests",
		"64999": "Unlisted procedures", "70553": "Other services",
	} {
		l := &audit.Line{Line: claim.Line{Code: claim.MustCode(code), From: claim.MustDate("2025-03-10")}}
		l.Known = cat.Lookup(l.Code)
		if got := records.Topic(l); got != want {
			t.Errorf("%s is of %q, want %q", code, got, want)
		}
		of := records.Of(l)
		if last := of[len(of)-1]; last != 0 {
			t.Errorf("%s: what every record must show is not told last, but row %d", code, last+1)
		}
		if (len(of) > 1) != (want != "Other services") {
			t.Errorf("%s: %d rows", code, len(of))
		}
	}
}
