package waivers

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// written is a file of waivers with rows such as "rule=deleted-code|code=62311" over a row that is whole.
func written(rows ...string) []*table.Records {
	r := &table.Records{File: "w.csv"}
	for _, c := range Columns() {
		r.Header = append(r.Header, c.Name)
	}
	for i, row := range rows {
		said := map[string]string{"rule": "deleted-code", "reason": "agreed", "owner": "coder", "expires": "2025-06-30"}
		for cell := range strings.SplitSeq(row, "|") {
			name, text, _ := strings.Cut(cell, "=")
			said[name] = text
		}
		var cells []string
		for _, name := range r.Header {
			cells = append(cells, said[name])
		}
		r.Rows, r.Lines = append(r.Rows, cells), append(r.Lines, i+2)
	}
	return []*table.Records{r}
}

func options(asOf string) Options {
	return Options{AsOf: claim.MustDate(asOf), IsRule: func(id string) bool { return id == "deleted-code" || id == "bundled-pair" }}
}

const mark = "075e765bbd2039c03236ea5c"

// waived is the number of the row that a finding of a deleted code falls under, on a line for Aetna.
func waived(t *testing.T, asOf string, rows ...string) (int32, *Set) {
	t.Helper()
	s, err := Make(written(rows...), options(asOf))
	if err != nil {
		t.Fatal(err)
	}
	l := &audit.Line{Line: claim.Line{Patient: "Pat-1", Claim: "C-1", Billed: "62311", Rendering: "1234567893", Billing: "1982736459", Payer: claim.Commercial, PayerName: "Aetna of Anywhere"}}
	found := []audit.Finding{{Rule: &audit.Rule{ID: "deleted-code"}, Line: l}}
	s.Waive(found, func([]audit.Finding) [][]string { return [][]string{{mark}} }, func(*audit.Line) (string, string) { return "Pabc", "Cdef" })
	return found[0].Waiver, s
}

// TestAbout: a row is about a finding where all that it names is so.
func TestAbout(t *testing.T) {
	for row, about := range map[string]bool{
		"": true, "rule=bundled-pair": false, "rule=bundled-pair; Deleted-Code": true,
		"code=62311": true, "code=62310": false, "code=62310;62311 ": true,
		"payer=aetna": true, "payer=Cigna": false, "payer=commercial": true, "payer=Medicare; medicaid": false, "payer=anywhere": true, "payer=any": false,
		"provider=1234567893": true, "provider=1982736459": false,
		"patient=pat-1": true, "patient=Pabc": true, "patient=Pat-2": false, "patient=Pat": false,
		"claim=C-1": true, "claim=Cdef": true, "claim=C-2; c-1": true, "claim=C-2": false,
		"rule=|fingerprint=" + mark: true, "rule=|fingerprint=" + mark + "-2": false, "fingerprint=" + strings.ToUpper(mark): true,
		"rule=bundled-pair|fingerprint=" + mark: false, "rule=|code=1|fingerprint=" + mark: false,
		"code=62311|payer=aetna|provider=1234567893|claim=c-1|patient=PAT-1": true, "code=62311|payer=aetna|provider=1234567893|claim=c-2|patient=PAT-1": false,
	} {
		if got, _ := waived(t, "2025-06-30", row); (got == 1) != about {
			t.Errorf("%q: waived by row %d, want %v", row, got, about)
		}
	}
}

// TestWhichRow: the first row that holds waives; one that is past its day only says that it is.
func TestWhichRow(t *testing.T) {
	const past = "expires=2025-06-29"
	for _, c := range []struct {
		rows []string
		want int32
	}{
		{[]string{"code=1", "", ""}, 2}, {[]string{past, ""}, 2}, {[]string{"", past}, 1}, {[]string{past, past}, -1}, {[]string{past}, -1}, {[]string{"code=1"}, 0},
		{[]string{"code=1", "fingerprint=" + mark, ""}, 2}, {[]string{"rule=deleted-code; deleted-code"}, 1},
	} {
		if got, _ := waived(t, "2025-06-30", c.rows...); got != c.want {
			t.Errorf("%q: %d, want %d", c.rows, got, c.want)
		}
	}
}

// TestStates: what is told of each row.
func TestStates(t *testing.T) {
	_, s := waived(t, "2025-06-30", "expires=2025-06-29", "", "", "code=1")
	none := audit.Findings{}
	var got []string
	for _, w := range s.Told(&none, &none) {
		got = append(got, w.State.String())
	}
	if want := "[expired repeated repeated unused]"; fmt.Sprint(got) != want { // none is used, as no finding is given
		t.Errorf("the states are %v, want %s", got, want)
	}
}
