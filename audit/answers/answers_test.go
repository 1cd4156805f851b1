package answers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/answers"
	"claimaudit/audit/claim"
)

// TestCodes reads cells of codes as remittances and exports write them.
func TestCodes(t *testing.T) {
	for cell, want := range map[string]string{
		"":                            "",
		"CO-97":                       "CO-97",
		"CO97 N20":                    "CO-97 N20",
		"co 97, n20":                  "CO-97 N20",
		"CO - 45; PR - 2":             "CO-45 PR-2",
		"97 CO":                       "CO-97",
		"CO 045":                      "CO-45",
		"CO 45 PR 1 2":                "CO-45 PR-1 PR-2",
		"45|253":                      "253 45",
		"CO:B15 MA130":                "CO-B15 MA130",
		"CO-97 CO-97 N20":             "CO-97 N20",
		"denied: 2 units of 97":       "",
		"CO-151 (2 units too many)":   "CO-151",
		"paid 100.00 on 2025-03-01":   "",
		"SMITH, JOHN 97":              "",
		"OA-23/PI-204":                "OA-23 PI-204",
		"CO-1234":                     "",
		"A1 M15":                      "A1 M15",
		"CO-45 $120.00 PR-3 $20.00":   "CO-45 PR-3",
		"contractual adjustment CO45": "CO-45",
	} {
		if got := strings.Join(answers.Codes(cell), " "); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

// TestOf tells what became of a line by what was paid, allowed and said.
func TestOf(t *testing.T) {
	b := answers.NewBook()
	for _, c := range []struct {
		paid, allowed string // blank: not given
		codes         string
		want          audit.Outcome
	}{
		{"", "", "", audit.NoAnswer},
		{"80", "100", "CO-45 PR-2", audit.PaidAsBilled},
		{"80", "", "", audit.PaidAsBilled},
		{"40", "100", "CO-59", audit.Reduced},
		{"40", "100", "CO-151", audit.Reduced},
		{"80", "100", "CO-29", audit.PaidAsBilled}, // sent again
		{"0", "", "CO-97 N20", audit.Denied},
		{"", "", "CO-97", audit.Denied},
		{"0", "", "CO-29", audit.Administrative},
		{"0", "", "CO-29 CO-97", audit.Denied},
		{"0", "100", "PR-1", audit.PatientShare},
		{"0", "100", "", audit.PatientShare},
		{"0", "", "PR-96", audit.Denied},
		{"0", "", "", audit.Unclear},
		{"0", "", "CO-45", audit.Unclear},
		{"0", "", "CO-999", audit.Unclear},
		{"-10", "", "CO-97", audit.Unclear},
	} {
		l := audit.Line{}
		set := func(f claim.Field, to *claim.Cents, text string) {
			if text != "" {
				*to, _ = claim.ParseCents(text)
				l.Given |= claim.FieldSet(f)
			}
		}
		set(claim.FieldPaid, &l.Paid, c.paid)
		set(claim.FieldAllowed, &l.Allowed, c.allowed)
		if l.Denials = c.codes; c.codes != "" {
			l.Given |= claim.FieldSet(claim.FieldDenials)
		}
		if got := b.Of(&l).Outcome; got != c.want {
			t.Errorf("paid %q, allowed %q, %q: %s, want %s", c.paid, c.allowed, c.codes, got, c.want)
		}
	}
}

// TestTables holds that a code means one of what is known, and that groups are explained.
func TestTables(t *testing.T) {
	b := answers.NewBook()
	if r := b.Explain("PR-1"); r.Means != "share" || !strings.HasSuffix(r.Says, "; the patient bears it") || r.Source == "" {
		t.Errorf("PR-1: %+v", r)
	}
	if r := b.Explain("CO-999"); r.Means != "" || r.Says != "" {
		t.Errorf("CO-999: %+v", r)
	}
	for code, means := range map[string]string{"CO-97": "denied", "CO-45": "agreed", "CO-59": "reduced", "CO-29": "administrative", "N20": "none", "B15": "denied", "PR-201": "share", "PR-275": "share"} {
		if got := b.Explain(code).Means; got != means {
			t.Errorf("%s is %s, want %s", code, got, means)
		}
	}
	for _, r := range answers.Rows() {
		if !strings.Contains(" denied administrative reduced share agreed none ", " "+r.Answer+" ") || r.About == "" || r.Says == "" || !strings.Contains(r.Source, "https://") {
			t.Errorf("%+v", r)
		}
		if strings.Join(answers.Codes(r.Code), "") != r.Code {
			t.Errorf("%s is not read as a code", r.Code)
		}
	}
}

// line is a line or a row: claim, line, day, code, modifiers, charge, paid, codes, payment.
type line struct {
	claim, number, day, code, mods, charge, paid, codes string
	payment                                             uint64
	patient                                             string
}

func (l line) made(row int32) claim.Line {
	c := claim.Line{Pos: claim.Pos{Row: row}, Claim: l.claim, LineID: l.number, Denials: l.codes, Payment: l.payment, Patient: l.patient}
	if l.day != "" {
		c.From = claim.MustDate(l.day)
	}
	if l.code != "" {
		c.Code = claim.MustCode(l.code)
	}
	for i, m := range strings.Fields(l.mods) {
		c.Mods[i], _ = claim.ParseModifier(m)
	}
	amount := func(f claim.Field, to *claim.Cents, text string) {
		if text != "" {
			*to, _ = claim.ParseCents(text)
			c.Given |= claim.FieldSet(f)
		}
	}
	amount(claim.FieldCharge, &c.Charge, l.charge)
	amount(claim.FieldPaid, &c.Paid, l.paid)
	if l.codes != "" {
		c.Given |= claim.FieldSet(claim.FieldDenials)
	}
	return c
}

// TestJoin joins rows with lines, and guesses nothing.
func TestJoin(t *testing.T) {
	const day = "2025-03-01"
	for _, c := range []struct {
		name   string
		lines  []line
		rows   []line
		want   []string // of each line, what was paid and the codes; blank for nothing
		losses []string // of rows about no line
	}{
		{"by number", []line{{"C1", "1", day, "64483", "LT", "100", "", "", 0, ""}, {"C1", "2", day, "64483", "LT", "100", "", "", 0, ""}},
			[]line{{"C1", "02", "", "", "", "", "60", "CO-45", 1, ""}}, []string{"", "60.00 CO-45"}, nil},
		{"a row a reason", []line{{"C1", "", day, "64483", "", "100", "", "", 0, ""}},
			[]line{{"c1", "", day, "64483", "", "100", "60", "CO-45", 1, ""}, {"C1", "", day, "64483", "", "100", "60", "PR-2", 1, ""}}, []string{"60.00 CO-45 PR-2"}, nil},
		{"a row a payment, one taken back", []line{{"C1", "", day, "64483", "", "100", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "", "100", "60", "", 1, ""}, {"C1", "", day, "64483", "", "100", "-60", "", 2, ""}, {"C1", "", day, "64483", "", "100", "60", "", 3, ""}}, []string{"60.00"}, nil},
		{"by modifiers", []line{{"C1", "", day, "64483", "LT", "100", "", "", 0, ""}, {"C1", "", day, "64483", "RT", "100", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "RT", "100", "60", "", 1, ""}}, []string{"", "60.00"}, nil},
		{"by charge", []line{{"C1", "", day, "64483", "LT", "100", "", "", 0, ""}, {"C1", "", day, "64483", "RT", "90", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "", "90", "60", "", 1, ""}}, []string{"", "60.00"}, nil},
		{"nothing tells which", []line{{"C1", "", day, "64483", "LT", "100", "", "", 0, ""}, {"C1", "", day, "64483", "RT", "100", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "", "100", "60", "", 1, ""}}, []string{"", ""}, []string{"several lines of the claim may be meant"}},
		{"other modifiers", []line{{"C1", "", day, "64483", "LT", "100", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "RT", "100", "60", "", 1, ""}}, []string{""}, []string{"other modifiers"}},
		{"a payer's further modifier", []line{{"C1", "", day, "64483", "LT", "100", "", "", 0, ""}},
			[]line{{"C1", "", day, "64483", "LT 59", "100", "60", "", 1, ""}}, []string{"60.00"}, nil},
		{"another day", []line{{"C1", "", day, "64483", "", "100", "", "", 0, ""}},
			[]line{{"C1", "", "2025-03-02", "64483", "", "100", "60", "", 1, ""}}, []string{""}, []string{"no line with this number, or of this day and code"}},
		{"a number that counts something else", []line{{"C1", "1", day, "64483", "", "100", "", "", 0, ""}, {"C1", "2", day, "77003", "", "50", "", "", 0, ""}},
			[]line{{"C1", "1", day, "77003", "", "50", "30", "", 1, ""}}, []string{"", "30.00"}, nil},
		{"no such claim", []line{{"C1", "", day, "64483", "", "100", "", "", 0, ""}},
			[]line{{"C2", "", day, "64483", "", "100", "60", "", 1, ""}}, []string{""}, []string{"no line of the exports has its claim"}},
		{"two patients", []line{{"C1", "", day, "64483", "", "100", "", "", 0, "P1"}, {"C1", "", day, "64483", "", "100", "", "", 0, "P2"}},
			[]line{{"C1", "", day, "64483", "", "100", "60", "", 1, ""}, {"C1", "", day, "64483", "", "100", "30", "", 1, "P2"}}, []string{"", "30.00"}, []string{"lines of several patients"}},
	} {
		for _, how := range []string{"", ", hashed alike", ", of a long claim"} {
			t.Run(c.name+how, func(t *testing.T) {
				b := answers.NewBook()
				if how == ", hashed alike" {
					b.Collide()
				}
				collector := b.Collector()
				for i, r := range c.rows {
					row := r.made(int32(i + 2))
					collector.Line(&row)
				}
				b.Settle([]claim.Source{{Columns: claim.FieldSet(claim.FieldModifiers)}})
				byPatient := map[string][]audit.Line{}
				for i, l := range c.lines {
					byPatient[l.patient] = append(byPatient[l.patient], audit.Line{Line: l.made(int32(i + 2))})
				}
				if how == ", of a long claim" {
					for whose := range byPatient {
						byPatient[whose] = append(byPatient[whose], others(whose)...)
					}
				}
				for _, lines := range byPatient {
					b.See(lines)
				}
				got := make([]string, len(c.lines))
				for _, lines := range byPatient {
					for pos, given := range b.Join(lines) {
						got[pos.Row-2] = strings.TrimSpace(given.Paid.String() + " " + given.Denials)
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				sources, rest := b.Told()
				if len(rest) != len(c.losses) || sources[0].Joined != len(c.rows)-len(rest) {
					t.Fatalf("%d joined, rest %+v", sources[0].Joined, rest)
				}
				for i, r := range rest {
					if !strings.Contains(r.Reason, c.losses[i]) {
						t.Errorf("row %d: %s, want %s", r.Pos.Row, r.Reason, c.losses[i])
					}
				}
			})
		}
	}
}

// others are further lines of the claim of TestJoin, which none of its rows is about.
func others(whose string) (lines []audit.Line) {
	for i := range 50 {
		l := line{claim: "C1", number: fmt.Sprint(100 + i), day: "2025-05-05", code: "20610", patient: whose}
		lines = append(lines, audit.Line{Line: l.made(int32(100 + i))})
	}
	return lines
}

// TestJoinOneClaim joins very many rows of one claim with very many lines, which must not all be looked at for each.
func TestJoinOneClaim(t *testing.T) {
	const lines, payments = 40_000, 5
	b := answers.NewBook()
	collector := b.Collector()
	rows := int32(0)
	row := func(i, payment int, codes string) {
		rows++
		r := line{claim: "0", number: fmt.Sprint(i), code: "64483", day: "2025-03-01", paid: "6", payment: uint64(payment), codes: codes}.made(rows)
		collector.Line(&r)
	}
	var all []audit.Line
	for i := range lines {
		for p := range payments {
			row(i+1, p+1, "CO-45")
			row(i+1, p+1, "PR-2") // the same payment once more, for another reason
		}
		l := line{claim: "0", number: fmt.Sprint(i + 1), code: "64483", day: "2025-03-01"}.made(int32(i + 2))
		all = append(all, audit.Line{Line: l})
	}
	b.Settle([]claim.Source{{}})
	b.See(all)
	given := b.Join(all)
	for i := range all {
		if g := given[all[i].Pos]; g.Paid != 600*payments || g.Denials != "CO-45 PR-2" {
			t.Fatalf("line %d: paid %s, %s", i+1, g.Paid, g.Denials)
		}
	}
}

// TestJoinMany joins many rows of many claims, read in any order, as few are.
func TestJoinMany(t *testing.T) {
	const claims = 6000
	b := answers.NewBook()
	collector := b.Collector()
	for i := range claims {
		i = (i * 4001) % claims
		for part, paid := range []string{"60", "5"} {
			r := line{claim: fmt.Sprint("C", i), code: "64483", day: "2025-03-01", paid: paid, payment: uint64(part + 1), patient: fmt.Sprint("P", i%7)}.made(int32(2*i + part + 2))
			collector.Line(&r)
		}
	}
	b.Settle([]claim.Source{{}})
	byPatient := map[string][]audit.Line{}
	for i := range claims {
		l := line{claim: fmt.Sprint("c", i), code: "64483", day: "2025-03-01", patient: fmt.Sprint("P", i%7)}.made(int32(i + 2))
		byPatient[l.Patient] = append(byPatient[l.Patient], audit.Line{Line: l})
	}
	for _, lines := range byPatient {
		b.See(lines)
	}
	n := 0
	for _, lines := range byPatient {
		for pos, given := range b.Join(lines) {
			if n++; given.Paid != 6500 {
				t.Fatalf("row %d: paid %s", pos.Row, given.Paid)
			}
		}
	}
	sources, rest := b.Told()
	if n != claims || len(rest) > 0 || sources[0].Joined != 2*claims {
		t.Errorf("%d lines and %d rows joined, and %v not", n, sources[0].Joined, rest)
	}
}
