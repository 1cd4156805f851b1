package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
)

// netLine reads "row claim code mods units charge lineid payment frequency provider"; a dash is blank, and "3@11" is row 3 of
// the 11th. A charge of ? is not given.
func netLine(t *testing.T, text string) claim.Line {
	t.Helper()
	f := strings.Fields(text)
	var row, payment int
	number, day, other := strings.Cut(f[0], "@")
	if _, err := fmt.Sscan(number, &row); err != nil {
		t.Fatal(err)
	}
	if !other {
		day = "10"
	}
	l := claim.Line{
		Pos: claim.Pos{Row: int32(row)}, Patient: "P1", Claim: strings.Trim(f[1], "-"), From: claim.MustDate("2025-03-" + day), Code: claim.MustCode(f[2]), Billed: f[2],
		Given: claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits, claim.FieldCharge),
	}
	if f[3] != "-" {
		l.Mods = claim.Mods(f[3])
	}
	var err error
	if l.Units, err = claim.ParseUnits(f[4]); err != nil {
		t.Fatal(err)
	}
	if f[5] == "?" {
		l.Given &^= claim.FieldSet(claim.FieldCharge)
	} else if l.Charge, err = claim.ParseCents(f[5]); err != nil {
		t.Fatal(err)
	}
	if len(f) > 6 && f[6] != "-" {
		l.LineID = f[6]
	}
	if len(f) > 7 {
		if _, err := fmt.Sscan(f[7], &payment); err != nil {
			t.Fatal(err)
		}
		l.Payment = uint64(payment)<<2 | claim.PaymentNumbered
	}
	if len(f) > 8 && f[8] != "-" {
		l.Frequency = f[8][0]
	}
	if len(f) > 9 {
		l.Rendering = f[9]
	}
	return l
}

// TestNet: a charge and its reversal are no charges, and neither are copies that a join with payments
// makes. What is left is audited, every row is accounted for, and the order of rows changes nothing.
func TestNet(t *testing.T) {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ lines, audited, skipped string }{
		"a replacement stands for the claim it replaces": {"2 C1 64483 RT 1 100 C1/1 0 1; 3 C1 64483 RT 1 100 C1/1 0 7; 4 C1 64483 RT 1 100 C1/1 0 7", "3", "2 replaced 3|4 overlap 3"},
		"reversal by units and charge":                   {"2 C1 64483 RT 1 100; 3 C1 64483 RT -1 -100", "", "2 void-pair 3|3 void-pair 2"},
		"reversal by units alone":                        {"2 C1 64483 RT 2 100; 3 C1 64483 RT -2 100", "", "2 void-pair 3|3 void-pair 2"},
		"reversal by charge alone":                       {"2 C1 64483 RT 1 100; 3 C1 64483 RT 1 -100", "", "2 void-pair 3|3 void-pair 2"},
		"reversed and billed again":                      {"2 C1 64483 RT 1 100; 3 C1 64483 RT -1 -100; 4 C1 64483 RT 1 100", "4", "2 void-pair 3|3 void-pair 2"},
		"other units":                                    {"2 C1 64483 RT 2 100; 3 C1 64483 RT -1 -100", "2", "3 void 0"},
		"other modifiers":                                {"2 C1 64483 RT 1 100; 3 C1 64483 LT -1 -100", "2", "3 void 0"},
		"other claim":                                    {"2 C1 64483 RT 1 100; 3 C2 64483 RT -1 -100", "2", "3 void 0"},
		"other day":                                      {"2 C1 64483 RT 1 100; 3@11 C1 64483 RT -1 -100", "2", "3 void 0"},
		"on the last of three days":                      {"2 C1 64483 RT 1 100; 3@11 C1 64483 RT 1 100; 4@12 C1 64483 RT 1 100; 5@12 C1 64483 RT -1 -100", "2 3", "4 void-pair 5|5 void-pair 4"},
		"on the first of two days":                       {"2 C1 64483 RT 1 100; 3 C1 64483 RT -1 -100; 4@11 C1 64483 RT 1 100", "4", "2 void-pair 3|3 void-pair 2"},
		"other amount":                                   {"2 C1 64483 RT 1 100; 3 C1 64483 RT -1 -50", "2", "3 void 0"},
		"alone":                                          {"2 C1 64483 RT -1 -100", "", "2 void 0"},
		"alone by charge":                                {"2 C1 64483 RT 1 -100", "", "2 void 0"},
		"alone by units, charge not given":               {"2 C1 64483 RT -1 ?", "", "2 void 0"},
		"alone by units beside a charge":                 {"2 C1 64483 RT -1 100", "2", ""},
		"nothing charged":                                {"2 C1 64483 RT 1 0", "2", ""},
		"the second of two exports' pairs":               {"2 C1 64483 RT 1 100 L7; 3 C1 64483 RT -1 -100 L8; 4 C1 64483 RT -1 -100 L8", "", "2 void-pair 3|3 void-pair 2|4 overlap 3"},
		"of a claim taken back by frequency 8":           {"2 C1 64483 RT 1 100 - 0 1; 3 C1 64484 RT 1 100 - 0 1; 4 C1 64483 RT -1 -50 - 0 8", "", "2 voided 4|3 voided 4|4 void 2"},
		"one of two":                                     {"2 C1 64483 - 1 100; 3 C1 64483 - 1 100; 4 C1 64483 - -1 -100", "3", "2 void-pair 4|4 void-pair 2"},
		"copies by id":                                   {"2 C1 64483 - 1 100 L7; 3 C1 64483 - 1 100 L7; 4 C1 64483 - 1 100 L7", "2", "3 overlap 2|4 overlap 2"},
		"by another provider":                            {"2 C1 64483 RT 1 100 - 0 - 111; 3 C1 64483 RT -1 -100 - 0 - 222", "2", "3 void 0"},
		"by a provider not given":                        {"2 C1 64483 RT 1 100 - 0 - 111; 3 C1 64483 RT -1 -100", "", "2 void-pair 3|3 void-pair 2"},
		"of one of two providers":                        {"2 C1 64483 RT 1 100 - 0 - 111; 3 C1 64483 RT 1 100 - 0 - 222; 4 C1 64483 RT -1 -100 - 0 - 222", "2", "3 void-pair 4|4 void-pair 3"},
		"other code":                                     {"2 C1 64483 RT 1 100; 3 C1 64484 RT -1 -100", "2", "3 void 0"},
		"without a claim":                                {"2 C1 64483 RT 1 100; 3 - 64483 RT -1 -100", "", "2 void-pair 3|3 void-pair 2"},
		"by units, charge not given":                     {"2 C1 64483 RT 1 100; 3 C1 64483 RT -1 ?", "", "2 void-pair 3|3 void-pair 2"},
		"a charge of its own beside fewer units":         {"2 C1 64483 RT 1 100; 3 C1 64483 RT 2 -100", "2", "3 void 0"},
		"other ids":                                      {"2 C1 64483 - 1 100 L7; 3 C1 64483 - 1 100 L8", "2 3", ""},
		"one id, other charges":                          {"2 C1 64483 - 1 100 L7; 3 C1 64484 - 1 100 L7", "2 3", ""},
		"copies by payments":                             {"2 C1 64483 - 1 100 - 5; 3 C1 64483 - 1 100 - 7; 4 C1 64483 - 1 100 - 9", "2", "3 payment-copy 2|4 payment-copy 2"},
		"the same payment twice":                         {"2 C1 64483 - 1 100 - 5; 3 C1 64483 - 1 100 - 5", "2 3", ""},
		"two charges of two payments":                    {"2 C1 64483 - 1 100 - 5; 3 C1 64483 - 1 100 - 7; 4 C1 64483 - 1 100 - 5; 5 C1 64483 - 1 100 - 7", "2 3", "4 payment-copy 2|5 payment-copy 2"},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []claim.Line
			for text := range strings.SplitSeq(c.lines, "; ") {
				lines = append(lines, netLine(t, text))
			}
			for range 4 {
				rand.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
				audited, skipped := netOf(t, cat, lines)
				if audited != c.audited || skipped != c.skipped {
					t.Fatalf("audited %q and left %q, want %q and %q", audited, skipped, c.audited, c.skipped)
				}
			}
		})
	}
}

// netOf audits lines with a rule that reports every one it is shown.
func netOf(t *testing.T, cat *catalog.Catalog, lines []claim.Line) (audited, skipped string) {
	t.Helper()
	body := hold.NewBody(0)
	defer body.Close()
	collector := body.Collector()
	for i := range lines {
		collector.Line(&lines[i])
	}
	if err := collector.Close(); err != nil {
		t.Fatal(err)
	}
	shown := &audit.Rule{ID: "shown", Severity: audit.Review, Rank: audit.Apart, Check: func(c *audit.Case, report func(audit.Finding)) {
		for i := range c.Lines {
			report(audit.Finding{Line: &c.Lines[i]})
		}
	}}
	report, err := engine.Run(t.Context(), body, engine.Options{
		Rules: []*audit.Rule{shown}, Catalog: cat, Sources: []claim.Source{{File: "a.csv", Columns: 1<<claim.NumFields - 1, Rows: len(lines), Audited: len(lines)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var rows, left []string
	charge := report.Summary.Charge
	for _, f := range report.Findings.All() {
		rows = append(rows, fmt.Sprint(f.Line.Pos.Row))
	}
	for i := range report.NotRead.Len() {
		u := report.NotRead.At(i)
		left = append(left, fmt.Sprintf("%d %s %d", u.Pos.Row, u.Kind, u.Repeats.Row))
		charge += u.Charge
	}
	for i := range lines {
		charge -= lines[i].Charge
	}
	if charge != 0 {
		t.Errorf("audited and skipped rows charge %s more than all rows", charge)
	}
	if s := report.Sources[0]; s.Audited != len(rows) || s.Skipped != len(left) || s.Audited+s.Skipped != s.Rows || report.Summary.Lines != len(rows) {
		t.Errorf("%d rows: %d audited and %d skipped, summary of %d lines", s.Rows, s.Audited, s.Skipped, report.Summary.Lines)
	}
	return strings.Join(rows, " "), strings.Join(left, "|")
}
