package parsers_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// TestX12Lines reads professional claims through all that reads rows: values, pointers, the payer's class,
// and what cannot be read with its place.
func TestX12Lines(t *testing.T) {
	r, err := read("x12/testdata/claims.837", parsers.Options{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range r.lines {
		lines = append(lines, fmt.Sprintf("%d %s %v %v %v %v %v %s %v", l.Pos.Row, l.Billed, l.Mods.Texts(), l.From, l.Units, l.Charge, claim.FieldDiagnoses.Values(&l), l.Payer, l.Bad))
	}
	bad := fmt.Sprint(claim.FieldSet(claim.FieldDiagnoses))
	want := []string{
		"1 64493 [50 59] 2025-03-10 1 1000.00 [M47.816 M54.16] medicare 0",
		"2 99214 [25] 2025-03-10 1 400.00 [G89.4] medicare 0",
		"3 01992 [QK QS] 2025-03-10 1 140.00 [M47.816] medicare 0",
		"4 20553 [] 2025-03-15 1 200.00 [M54.16] medicare 0",
		"5 20610 [RT] 2025-03-18 1 300.00 [M25.561] commercial 0",
		"6 99213 [] 2025-03-18 1 50.00 [] commercial " + bad,
		"7 99213 [] 2025-03-18 1 80.00 [] workers comp " + bad,
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var unread []string
	for _, u := range r.unread {
		unread = append(unread, fmt.Sprintf("%d %s %v %v: %s", u.Pos.Row, u.Kind, u.Charge, u.ChargeUnknown, u.Reason))
	}
	want = []string{
		"8 unreadable 75.00 false: the claim has no service line (transaction 0002, claim 2, segment 128)",
		"9 unreadable 0.00 false: the service line holds no service (SV1) (transaction 0002, claim 3, segment 132)",
		"10 unreadable 0.00 false: the service is none of a professional claim (SV2) (transaction 0002, claim 3, segment 133)",
		"11 unreadable 75.00 false: the date of service is blank (transaction 0002, claim 3, segment 135)",
	}
	if diff := cmp.Diff(want, unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	if s := r.Tables[0].Source; s.Rows != 11 || s.Audited != 7 || s.Unreadable != 4 || r.Format != "x12" {
		t.Errorf("%s: %+v", r.Format, s)
	}
}

// TestPayerClass holds that a claim's filing code tells the class of a payer whose name does not, and that a
// name which tells another is followed.
func TestPayerClass(t *testing.T) {
	r := readText(t, "PatientID,DOS,CPT,Payer,Claim Filing Indicator\n"+
		"P1,2025-03-10,64493,QUIETWATER ONE,MB\nP2,2025-03-10,64493,QUIETWATER ONE,CI\nP3,2025-03-10,64493,QUIETWATER ONE,ZZ\nP4,2025-03-10,64493,MEDICARE PART B,WC\nP5,2025-03-10,64493,MEDICARE PART B,CI\n")
	var classes []string
	for _, l := range r.lines {
		classes = append(classes, l.Payer.String())
	}
	if got := strings.Join(classes, ", "); got != "medicare, commercial, named-unknown, medicare, medicare" {
		t.Errorf("classes are %s", got)
	}
	if notes := strings.Join(r.Tables[0].Source.Notes, "\n"); !strings.Contains(notes, "1 payers whose name tells another class") {
		t.Errorf("notes are %q", notes)
	}
}

// TestX12Hostile are transmissions that are damaged or made to harm.
func TestX12Hostile(t *testing.T) {
	data, err := os.ReadFile("x12/testdata/claims.837")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, c := range map[string]struct{ data, want string }{
		"cut in a service":  {text[:strings.Index(text, "HL*3*1*22")-9], "segment 65: the file is cut short, in the middle of a segment: claims are missing"},
		"cut behind one":    {text[:strings.Index(text, "HL*3*1*22")], "segment 65: the file is cut short, its SE segment is missing: claims are missing"},
		"a huge element":    {strings.Replace(text, "THE LINE'S NOTE", strings.Repeat("A", 70000), 1), "segment 47: a segment of over 64 KiB begins here"},
		"a huge ISA":        {strings.Replace(text, "SENDER         ", strings.Repeat("A", 70000), 1), "segment 1: the ISA segment cannot be read"},
		"only a remittance": {strings.NewReplacer("*HC*", "*HP*", "ST*837*0001*005010X222A1", "ST*835*0001", "ST*837*0002*005010X222A1", "ST*835*0002").Replace(text), "835"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := read("-", options(t, c.data), 2)
			if err == nil || !strings.HasPrefix(err.Error(), "-") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if r != nil && strings.Contains(fmt.Sprint(err), "SUBSCRIBER") {
				t.Errorf("the error shows a name: %v", err)
			}
		})
	}
}
