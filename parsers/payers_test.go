package parsers

import (
	"encoding/csv"
	"os"
	"testing"

	"claimaudit/audit/claim"
)

// TestPayers: the names that practices give payers have their class, and those that look like another's
// do not have that.
func TestPayers(t *testing.T) {
	k, err := load(embeddedData(t))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/payers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil || len(records) < 150 {
		t.Fatalf("%d names, %v", len(records), err)
	}
	met := map[claim.Payer]bool{}
	for _, r := range records[1:] {
		want, ok := claim.PayerNamed(r[1])
		if got := k.payer(r[0]); !ok || got != want {
			t.Errorf("%q is %s, want %s (%s)", r[0], got, r[1], r[2])
		}
		met[want] = true
	}
	if len(met) != int(claim.NumPayers) {
		t.Errorf("names of %d classes of %d", len(met), claim.NumPayers)
	}
}

// TestOwnPayers: a practice's own words come before all others, the longest first.
func TestOwnPayers(t *testing.T) {
	k, err := load(embeddedData(t))
	if err != nil {
		t.Fatal(err)
	}
	k = k.withPayers(map[string]claim.Payer{"PYR006": claim.Medicare, "state farm": claim.WorkersComp, "state farm health": claim.Commercial})
	for name, want := range map[string]claim.Payer{
		"pyr006": claim.Medicare, "PYR0061": claim.NamedUnknown, "State Farm": claim.WorkersComp, "State Farm Health Plan": claim.Commercial, "GEICO": claim.Auto,
	} {
		if got := k.payer(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
