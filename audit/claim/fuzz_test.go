package claim_test

import (
	"encoding/csv"
	"os"
	"testing"

	"claimaudit/audit/claim"
)

// seed adds the first column of a table in testdata to the corpus.
func seed(f *testing.F, table string) {
	f.Helper()
	file, err := os.Open("testdata/" + table)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		f.Fatal(err)
	}
	for _, record := range records[1:] {
		f.Add(record[0])
	}
}

// Any text is read as any value without a panic, and what is read prints as text that reads as the
// same value.
func FuzzValue(f *testing.F) {
	for _, table := range []string{"codes.csv", "diagnoses.csv", "dates.csv", "serials.csv", "amounts.csv", "modifiers.csv", "npis.csv"} {
		seed(f, table)
	}
	laws := []func(*testing.T, string){codeLaw, diagnosisLaw, dateLaw, serialLaw, amountLaw, modifierLaw}
	f.Fuzz(func(t *testing.T, text string) {
		for _, law := range laws {
			law(t, text)
		}
	})
}

func codeLaw(t *testing.T, text string) {
	code, err := claim.ParseCode(text)
	if (err == nil) != (code != 0) {
		t.Fatalf("%q is code %d with error %v", text, code, err)
	}
	if err == nil && claim.MustCode(code.String()) != code {
		t.Fatalf("%q prints as %s", text, code)
	}
}

func diagnosisLaw(t *testing.T, text string) {
	d, err := claim.ParseDiagnosis(text)
	if (err == nil) != (d != 0) {
		t.Fatalf("%q is diagnosis %d with error %v", text, d, err)
	}
	if err == nil && claim.MustDiagnosis(d.String()) != d {
		t.Fatalf("%q prints as %s", text, d)
	}
}

func dateLaw(t *testing.T, text string) {
	d, layout, err := claim.ParseDate(text)
	if err != nil || d == 0 {
		return
	}
	if again, _, err := claim.ParseDate(d.String()); err != nil || again != d {
		t.Fatalf("%q prints as %s, which reads as %s (%v)", text, d, again, err)
	}
	if layout == claim.Either && d.SwapDayMonth().SwapDayMonth() != d {
		t.Fatalf("%q swaps to %s and not back", text, d.SwapDayMonth())
	}
}

func serialLaw(t *testing.T, text string) {
	for _, epoch := range []claim.Epoch{claim.Epoch1900, claim.Epoch1904} {
		if d, err := claim.ParseSerial(text, epoch); err == nil && (d.Year() < 1900 || d.Year() > 10004) {
			t.Fatalf("%q is %s", text, d)
		}
	}
}

func amountLaw(t *testing.T, text string) {
	if c, err := claim.ParseCents(text); err == nil {
		if again, err := claim.ParseCents(c.String()); err != nil || again != c {
			t.Fatalf("%q prints as %s (%v)", text, c, err)
		}
	}
	if u, err := claim.ParseUnits(text); err == nil {
		if again, err := claim.ParseUnits(u.String()); err != nil || again != u {
			t.Fatalf("%q prints as %s (%v)", text, u, err)
		}
	}
}

func modifierLaw(t *testing.T, text string) {
	m, err := claim.ParseModifier(text)
	if err != nil || m == 0 {
		return
	}
	ms := claim.Modifiers{m}
	if claim.Mod(m.String()) != m || ms.Sorted() != ms || ms.Without(m).Count() != 0 {
		t.Fatalf("%q prints as %s", text, m)
	}
}
