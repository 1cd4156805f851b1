package x12

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/parsers/grid"
)

// read reads a transmission: its rows as what their cells hold, and what is said of it.
func read(data []byte) (rows []string, notes []string, err error) {
	f, err := grid.FromReader("in.837", bytes.NewReader(data), grid.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if f.Format != "x12" {
		return nil, nil, fmt.Errorf("read as %s", f.Format)
	}
	Open(f)
	defer func() {
		for _, part := range f.Unread {
			notes = append(notes, part.Error())
		}
	}()
	for block, fault := range f.Sheets[0].Blocks(context.Background()) {
		if fault != nil {
			return rows, f.Notes.Texts(), fault
		}
		for r := range block.Rows() {
			if r.Number > 0 {
				rows = append(rows, show(r))
			}
		}
	}
	return rows, f.Notes.Texts(), nil
}

func show(r *grid.Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", r.Number)
	for i, cell := range r.Cells {
		if cell != "" && header[i] != "ClaimType" {
			fmt.Fprintf(&b, " %s=%s", header[i], cell)
		}
	}
	if r.Err != nil {
		fmt.Fprintf(&b, " !%v", r.Err)
	}
	return fmt.Sprintf("%s (%s)", &b, r.Place)
}

func claims(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/claims.837")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestClaims reads all that a service line can say, and nothing that is another's: of other payers, of
// addresses to pay to, of the repricer.
func TestClaims(t *testing.T) {
	want := []string{
		"1 ClaimID=C1001 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-10 CPT=64493 Mod1=50 Mod2=59 Units=1 Charge=1000 Dx1=M47816 Dx2=M5416 Dx3=G894 RenderingNPI=1000000004 BillingNPI=1999999992 BillingTIN=123456789 POS=24 Payer=MEDICARE PART B ClaimFrequency=1 AuthNumber=AUTH1 State=OH Narrative=FACET INJECTION; THE LINE'S NOTE; THE CLAIM'S NOTE LineID=L1 PayerSequence=P FacilityNPI=1000000053 DxPointer=A B Claim Filing Indicator=MB (transaction 0001, claim 1, segment 42)",
		"2 ClaimID=C1001 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-10 DOSTo=2025-03-10 CPT=99214 Mod1=25 Units=1 Charge=400 Dx1=M47816 Dx2=M5416 Dx3=G894 RenderingNPI=1000000012 BillingNPI=1999999992 BillingTIN=123456789 POS=11 Payer=MEDICARE PART B ClaimFrequency=1 AuthNumber=AUTH2 State=WV Narrative=THE CLAIM'S NOTE LineID=L2 PayerSequence=P FacilityNPI=1000000061 DxPointer=C Claim Filing Indicator=MB (transaction 0001, claim 1, segment 49)",
		"3 ClaimID=C1001 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-10 DOSTo=2025-03-11 CPT=01992 Mod1=QK Mod2=QS Charge=140 Dx1=M47816 Dx2=M5416 Dx3=G894 RenderingNPI=1000000004 BillingNPI=1999999992 BillingTIN=123456789 POS=24 Payer=MEDICARE PART B ClaimFrequency=1 AuthNumber=AUTH1 State=OH Narrative=THE CLAIM'S NOTE PayerSequence=P FacilityNPI=1000000053 DxPointer=A Claim Filing Indicator=MB (transaction 0001, claim 1, segment 57)",
		"4 ClaimID=C1002 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-15 CPT=20553 Units=1 Charge=200 Dx1=M5416 BillingNPI=1999999992 BillingTIN=123456789 POS=11 Payer=MEDICARE PART B ClaimFrequency=7 State=PA PayerSequence=P OriginalRef=PAYER77 DxPointer=A Claim Filing Indicator=MB (transaction 0001, claim 2, segment 64)",
		"5 ClaimID=C1003 PatientID=W200-CHILD DOB=2010-02-03 DOS=2025-03-18 CPT=20610 Mod1=RT Units=1 Charge=300 Dx1=M25561 RenderingNPI=1000000004 BillingNPI=1999999992 BillingTIN=123456789 POS=11 Payer=SYNTHETIC HEALTH PLAN ClaimFrequency=1 State=PA PayerSequence=S Paid=120.50 DenialCodes=CO-45; PR-2; PR-3 DxPointer=A Claim Filing Indicator=CI (transaction 0001, claim 3, segment 96)",
		"6 ClaimID=C1004 PatientID=W200-SIBLING DOB=2010-02-03 DOS=2025-03-18 CPT=99213 Units=1 Charge=50 Dx1=M25561 BillingNPI=1999999992 BillingTIN=123456789 POS=11 Payer=SYNTHETIC HEALTH PLAN ClaimFrequency=1 State=PA PayerSequence=S DxPointer=A B Claim Filing Indicator=CI (transaction 0001, claim 4, segment 108)",
		"7 ClaimID=C2001 PatientID=W500 DOB=1980-01-01 DOS=2025-03-18 CPT=99213 Units=1 Charge=80 Dx1=M5416 RenderingNPI=1999999984 BillingNPI=1999999984 BillingTIN=987654321 POS=11 Payer=ABC01 ClaimFrequency=1 State=PA PayerSequence=P DxPointer=pointer 0 Claim Filing Indicator=WC (transaction 0002, claim 1, segment 125)",
		"8 ClaimID=C2002 PatientID=W500 DOB=1980-01-01 Charge=75 Dx1=M5416 RenderingNPI=1999999984 BillingNPI=1999999984 BillingTIN=987654321 POS=11 Payer=ABC01 ClaimFrequency=1 State=PA PayerSequence=P Claim Filing Indicator=WC !the claim has no service line (transaction 0002, claim 2, segment 128)",
		"9 ClaimID=C2003 PatientID=W500 DOB=1980-01-01 Dx1=M5416 RenderingNPI=1999999984 BillingNPI=1999999984 BillingTIN=987654321 POS=11 Payer=ABC01 ClaimFrequency=1 State=PA PayerSequence=P Claim Filing Indicator=WC !the service line holds no service (SV1) (transaction 0002, claim 3, segment 132)",
		"10 ClaimID=C2003 PatientID=W500 DOB=1980-01-01 Dx1=M5416 RenderingNPI=1999999984 BillingNPI=1999999984 BillingTIN=987654321 POS=11 Payer=ABC01 ClaimFrequency=1 State=PA PayerSequence=P Claim Filing Indicator=WC !the service is none of a professional claim (SV2) (transaction 0002, claim 3, segment 133)",
		"11 ClaimID=C2003 PatientID=W500 DOB=1980-01-01 CPT=99212 Units=1 Charge=75 Dx1=M5416 RenderingNPI=1999999984 BillingNPI=1999999984 BillingTIN=987654321 POS=11 Payer=ABC01 ClaimFrequency=1 State=PA PayerSequence=P DxPointer=A Claim Filing Indicator=WC (transaction 0002, claim 3, segment 135)",
	}
	rows, notes, err := read([]byte(claims(t)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, named(t, rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"services billed in minutes (SV103 is MJ): read without units (segment 58)",
		"HL segments that name another parent than the one before them: read by their order (segment 118)",
		"claims of a subscriber who is not said to be the patient (SBR02), and of no other patient: taken for the subscriber's (3, the first is segment 123)",
		"claims whose total is not what their lines charge (CLM02, SV102) (segment 123)",
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// named writes names for the marks that tell a family's members apart, which must differ.
func named(t *testing.T, rows []string) []string {
	t.Helper()
	text := strings.Join(rows, "\n")
	marks := regexp.MustCompile(`PatientID=W200-[0-9a-f]{8}`).FindAllString(text, -1)
	if len(marks) != 2 || marks[0] == marks[1] {
		t.Fatalf("members of a family are told apart as %q", marks)
	}
	text = strings.NewReplacer(marks[0], "PatientID=W200-CHILD", marks[1], "PatientID=W200-SIBLING").Replace(text)
	for _, secret := range []string{"SUBSCRIBER", "ROAD", "000000000", "BUFFALO", "RENDERER"} {
		if strings.Contains(text, secret) {
			t.Errorf("the rows show %s", secret)
		}
	}
	return strings.Split(text, "\n")
}

// TestLaws holds that the same claims read alike however they are sent.
func TestLaws(t *testing.T) {
	text := claims(t)
	want, _, _ := read([]byte(text))
	numbers := 0
	for name, change := range map[string]func(string) string{
		"on one line": func(s string) string { return strings.ReplaceAll(s, "\n", "") },
		"wrapped at 80": func(s string) string {
			return regexp.MustCompile(`(?s).{80}`).ReplaceAllString(strings.ReplaceAll(s, "\n", ""), "$0\n")
		},
		"other signs": func(s string) string {
			return strings.NewReplacer("*", "|", ":", ">", "~", "\x1c", "^", "!").Replace(s)
		},
		"no ISA":           func(s string) string { return s[strings.Index(s, "GS*"):strings.Index(s, "IEA*")] },
		"no ISA and no GS": func(s string) string { return s[strings.Index(s, "ST*"):strings.Index(s, "GE*")] },
		"no ST03":          func(s string) string { return regexp.MustCompile(`(ST\*837\*\d+)\*\w+`).ReplaceAllString(s, "$1") },
		"no guide at all":  func(s string) string { return strings.NewReplacer("*005010X222A1~", "~").Replace(s) },
		"X222":             func(s string) string { return strings.ReplaceAll(s, "005010X222A1", "005010X222") },
		"HL numbers of their own": func(s string) string {
			return regexp.MustCompile(`HL\*\d+\*\d*\*`).ReplaceAllStringFunc(s, func(string) string {
				numbers += 7
				return fmt.Sprintf("HL*%d**", numbers)
			})
		},
		"blanks at the end of elements": func(s string) string { return s[:110] + strings.ReplaceAll(s[110:], "~", "  ~") },
		"an acknowledgement before": func(s string) string {
			return strings.Replace(s, "GS*", "TA1*101*241018*0307*A*000~\nGS*", 1)
		},
		"wrong counts": func(s string) string { return strings.NewReplacer("SE*109", "SE*1", "GE*2", "GE*7").Replace(s) },
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := read([]byte(change(text)))
			if err != nil {
				t.Fatal(err)
			}
			moved := regexp.MustCompile(`, segment \d+`)
			if diff := cmp.Diff(moved.ReplaceAllString(strings.Join(want, "\n"), ""), moved.ReplaceAllString(strings.Join(got, "\n"), "")); diff != "" {
				t.Errorf("(-plain +this):\n%s", diff)
			}
		})
	}
}

// TestCut cuts a file behind every segment and at other places: it is refused, or reads as the whole.
func TestCut(t *testing.T) {
	text := claims(t)
	want, _, _ := read([]byte(text))
	for n := 8; n < len(text); n += 5 {
		if got, _, err := read([]byte(text[:n])); err == nil && cmp.Diff(want, got) != "" {
			t.Errorf("cut behind %d of %d bytes: %d lines and no error", n, len(text), len(got))
		}
	}
}

// TestOtherTransactions are refused by name, and named where they stand beside professional claims.
func TestOtherTransactions(t *testing.T) {
	text := claims(t)
	head, _, _ := strings.Cut(text, "GS*")
	other := func(code, guide, segments string) string {
		return fmt.Sprintf("GS*HP*A*B*20250402*0830*43*X*%s~\nST*%s*0009*%s~\n%sSE*%d*0009~\nGE*1*43~\n", guide, code, guide, segments, 2+strings.Count(segments, "~"))
	}
	for _, c := range []struct{ code, guide, segments, want string }{
		{"837", "005010X223A2", "CLM*1*75***11:A:1~\nLX*1~\nSV2*0360*HC:64493*75*UN*1~\n", "institutional claims (837I)"},
		{"837", "", "CLM*1*75***11:A:1~\nLX*1~\nSV2*0360*HC:64493*75*UN*1~\n", "institutional claims (837I)"},
		{"837", "005010X224A2", "", "dental claims (837D)"},
		{"837", "005010X299", "", "institutional claims after adjudication (837I, X299)"},
		{"837", "003051X001", "", "claims (837) of a guide or version that is not read"},
		{"835", "005010X221A1", "BPR*I*132~\n", "a remittance (835): what was paid, not what was billed"},
		{"999", "005010X231A1", "", "an acknowledgement of syntax (999)"},
		{"277", "005010X214", "", "an acknowledgement of claims (277CA)"},
		{"277", "005010X212", "", "an answer about the status of claims (277)"},
		{"271", "005010X279A1", "", "answers about eligibility (271)"},
		{"834", "005010X220A1", "", "enrolments (834)"},
		{"810", "004010", "", `an X12 transaction "810"`},
	} {
		t.Run(c.code+" "+c.guide, func(t *testing.T) {
			group := other(c.code, c.guide, c.segments)
			rows, _, err := read([]byte(head + group + "IEA*1*000000042~\n"))
			if err == nil || !strings.HasPrefix(err.Error(), "in.837: this is "+c.want+": ") || len(rows) > 0 {
				t.Errorf("%d rows, error %v, want %q", len(rows), err, c.want)
			}
			rows, notes, err := read([]byte(strings.Replace(text, "GS*", group+"GS*", 1)))
			if err != nil || len(rows) != 11 || !strings.Contains(strings.Join(notes, "\n"), c.want+" beside professional claims, in transaction 0009") {
				t.Errorf("beside claims: %d rows, notes %q, error %v", len(rows), notes, err)
			}
		})
	}
	for data, want := range map[string]string{
		head + "TA1*101*241018*0307*A*000~\nIEA*0*000000042~\n": "an acknowledgement of a transmission (TA1)",
		head + "IEA*0*000000042~\n":                             "an X12 transmission without a transaction in it",
	} {
		if _, _, err := read([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestOddClaims are services that are written otherwise than they should be.
func TestOddClaims(t *testing.T) {
	for _, c := range []struct{ name, old, new, row, note string }{
		{"two services in one LX", "LX*2~\nSV1*HC:99214", "SV1*HC:99214", "CPT=99214 Mod1=25", ""},
		{"four modifiers", "SV1*HC:64493:50:59:::FACET", "SV1*HC:64493:50:59:RT:XS:FACET", "Mod1=50 Mod2=59 Mod3=RT Mod4=XS Units=1", ""},
		{"a code of another list", "SV1*HC:20553*", "SV1*WK:20553*", "CPT=WK:20553", "SV101 is WK"},
		{"a place of another kind", "***24:B:1*", "***24:A:1*", "C1001 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-10 CPT=64493 Mod1=50 Mod2=59 Units=1 Charge=1000 Dx1=M47816 Dx2=M5416 Dx3=G894 RenderingNPI=1000000004 BillingNPI=1999999992 BillingTIN=123456789 Payer", "CLM05-2 is not B"},
		{"diagnoses without components", "HI*ABK:M47816*ABF:M5416*ABF:G894", "HI*ABK*M47816", "Charge=1000 RenderingNPI", "not written as a qualifier and a code"},
		{"diagnoses in two lists", "HI*ABK:M47816*ABF:M5416*ABF:G894", "HI*ABK:M47816~\nHI*ABF:M5416*ABF:G894", "Dx1=M47816 Dx2=M5416 Dx3=G894", ""},
		{"ICD-9", "HI*ABK:M47816*ABF:M5416*ABF:G894", "HI*BK:7245*BF:4779", "Dx1=7245 Dx2=4779", ""},
		{"a sign inside a text", "THE LINE'S NOTE", "10:30^THE NOTE*WITH STAR", "Narrative=FACET INJECTION; 10:30^THE NOTE WITH STAR; THE CLAIM'S NOTE", ""},
		{"repetitions", "SV1*HC:20553*", "SV1*HC:20553^HC:20552*", "CPT=20553 ", "only the first of each is read"},
		{"no service elements", "SV1*HC:20553*200*UN*1***1~", "SV1~", "4 ClaimID=C1002 PatientID=1EG4TE5MK72 DOB=1949-05-01 DOS=2025-03-15 Dx1=M5416", ""},
		{"a date that is none", "DTP*472*D8*20250318~\nSVD", "DTP*472*D8*2025031~\nSVD", "DOS=2025031 ", ""},
		{"two dates of the claim", "DTP*472*D8*20250315~", "DTP*472*D8*20250315~\nDTP*472*D8*20250316~", "4 ClaimID=C1002 PatientID=1EG4TE5MK72 DOB=1949-05-01 CPT=20553", ""},
		{"a test file", "*0*P*:", "*0*T*:", "C1001", "a test file (ISA15 is T)"},
		{"encounters", "0830*CH~", "0830*RP~", "C1001", "BHT06 is RP"},
		{"after adjudication", "005010X222A1", "005010X298", "C1001", "professional claims after adjudication (837P, X298)"},
		{"the version before", "005010X222A1", "004010X098A1", "C1001", "version before 2012"},
		{"a line of no claim", "BHT*0019*00*42", "LX*1~\nBHT*0019*00*42", "C1001", "belong to no claim"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := claims(t)
			if !strings.Contains(text, c.old) {
				t.Fatalf("%q is not in the file", c.old)
			}
			rows, notes, err := read([]byte(strings.ReplaceAll(text, c.old, c.new)))
			if err != nil || len(rows) != 11 || !strings.Contains(strings.Join(rows, "\n"), c.row) || !strings.Contains(strings.Join(notes, "\n"), c.note) {
				t.Errorf("error %v, notes %q, want %q in\n%s", err, notes, c.row, strings.Join(rows, "\n"))
			}
		})
	}
}

// FuzzClaims reads any transmission: rows are numbered without a gap, and there are no more than
// services and claims that could hold one.
func FuzzClaims(f *testing.F) {
	data, err := os.ReadFile("testdata/claims.837")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("ST*837*1~\nBHT*0019~\nCLM*1*1~\nSV1*HC:1~\nSE*5*1~\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			t.Skip()
		}
		rows, _, _ := read(data)
		most := 0
		for _, name := range []string{"CLM", "LX", "SV1", "SV2", "SV3"} {
			most += bytes.Count(withoutBreaks(data), []byte(name))
		}
		if len(rows) > most {
			t.Fatalf("%d rows of at most %d services", len(rows), most)
		}
		for i, row := range rows {
			if !strings.HasPrefix(row, fmt.Sprintf("%d ", i+1)) {
				t.Fatalf("row %d is %q", i+1, row)
			}
		}
	})
}

func withoutBreaks(data []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(bytes.ReplaceAll(data, []byte{0}, nil), []byte("\r"), nil), []byte("\n"), nil)
}

// TestAnsweredClaims gives lines what another payer said of their claim, where that says what it means of each.
func TestAnsweredClaims(t *testing.T) {
	text := claims(t)
	own := text[strings.Index(text, "SVD*00001"):strings.Index(text, "DTP*573*D8*20250320~\nHL*5")]
	line := "LX*1~\nSV1*HC:20610:RT*300*UN*1***1~\nDTP*472*D8*20250318~\n"
	const note = "for the whole claim alone (AMT*D)"
	for _, c := range []struct {
		name        string
		lines, pad  int
		paid, cas   string
		answer      string // of each line
		noted, kept bool   // kept: the lines' own answers stay
	}{
		{name: "one line", lines: 1, paid: "AMT*D*120~\n", cas: "CAS*PR*1*21.89~\n", answer: " Paid=120.00 DenialCodes=PR-1 "},
		{name: "one line of which it said itself", lines: 1, paid: "AMT*D*7~\n", cas: "CAS*PR*1*21.89~\n", answer: " Paid=120.50 DenialCodes=CO-45; PR-2; PR-3 ", kept: true},
		{name: "no reasons", lines: 1, paid: "AMT*D*120~\n", answer: " Paid=120.00 DxPointer"},
		{name: "an amount that is none", lines: 1, paid: "AMT*D*x~\n", answer: " PayerSequence=S DxPointer"},
		{name: "what the patient paid", lines: 1, paid: "AMT*F5*120~\n", answer: " PayerSequence=S DxPointer"},
		{name: "nothing paid of two lines", lines: 2, paid: "AMT*D*0~\n", cas: "CAS*CO*16*300**50*300~\n", answer: " Paid=0.00 DenialCodes=CO-16; CO-50 "},
		{name: "reasons alone", lines: 2, cas: "CAS*CO*16*300~\n", answer: " PayerSequence=S DenialCodes=CO-16 "},
		{name: "paid of two lines", lines: 2, paid: "AMT*D*120~\n", cas: "CAS*PR*1*21.89~\n", answer: " PayerSequence=S DxPointer", noted: true},
		{name: "more lines than are handed on at a time", lines: 2500, pad: 600, paid: "AMT*D*0~\n", answer: " Paid=0.00 DxPointer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(text, line) != 1 || strings.Count(text, "CAS*PR*1*21.89~\nAMT*D*120~\n") != 1 {
				t.Fatal("the file has other claims")
			}
			in := strings.Replace(text, "CAS*PR*1*21.89~\nAMT*D*120~\n", c.cas+c.paid, 1)
			if !c.kept {
				in = strings.Replace(in, own, "", 1)
			}
			lines := strings.Repeat(line+"NTE*ADD*"+strings.Repeat("x", c.pad)+"~\n", c.lines)
			rows, notes, err := read([]byte(strings.Replace(in, line, lines, 1)))
			if err != nil || len(rows) != 10+c.lines {
				t.Fatalf("%d rows, error %v", len(rows), err)
			}
			for i, row := range rows {
				if !strings.HasPrefix(row, fmt.Sprintf("%d ", i+1)) {
					t.Errorf("row %d is %s", i+1, row)
				}
				if strings.Contains(row, "ClaimID=C1003 ") != strings.Contains(row, "CPT=20610 ") || strings.Contains(row, "CPT=20610 ") && !strings.Contains(row, c.answer) {
					t.Errorf("want %q in %s", c.answer, row)
				}
				if i > 4+c.lines && strings.Contains(row, "Paid") {
					t.Errorf("another claim is answered: %s", row)
				}
			}
			if strings.Contains(strings.Join(notes, "\n"), note) != c.noted {
				t.Errorf("notes %q", notes)
			}
		})
	}
}
