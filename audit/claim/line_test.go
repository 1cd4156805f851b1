package claim_test

import (
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

func TestAge(t *testing.T) {
	for _, test := range []struct {
		born, service string
		want          int // -1 for none
	}{
		{"1963-04-10", "2025-04-09", 61}, // the day before the birthday, on it, and after
		{"1963-04-10", "2025-04-10", 62},
		{"1963-04-10", "2025-04-11", 62},
		{"1963-04-10", "2025-03-31", 61},
		{"1963-04-10", "2025-05-01", 62},
		{"2025-03-09", "2025-03-10", 0},
		{"2025-03-10", "2025-03-10", 0}, // born on the day of service
		{"2025-03-11", "2025-03-10", -1},
		{"2024-02-29", "2025-02-28", 0}, // a leap day has its birthday on 1 March
		{"2024-02-29", "2025-03-01", 1},
		{"2020-02-29", "2024-02-28", 3},
		{"2020-02-29", "2024-02-29", 4},
	} {
		l := claim.Line{Birth: claim.MustDate(test.born), From: claim.MustDate(test.service)}
		if age, ok := l.Age(); ok != (test.want >= 0) || ok && age != test.want {
			t.Errorf("born %s, served %s: age %d, %t, want %d", test.born, test.service, age, ok, test.want)
		}
	}
	if age, ok := (&claim.Line{From: claim.MustDate("2025-04-09")}).Age(); ok {
		t.Errorf("the age without a date of birth is %d", age)
	}
}

// A part as large as the whole is all of the amount, of a reversal too, and what is no part is none.
func TestWholeShare(t *testing.T) {
	for _, test := range []struct {
		amount      claim.Cents
		part, whole claim.Units
		want        claim.Cents
	}{
		{-150, claim.One - 1, claim.One, 0}, {-150, claim.One, claim.One, -150}, {-150, claim.One + 1, claim.One, -150},
		{150, claim.One, claim.One, 150}, {150, claim.One + 1, claim.One, 150}, {150, 0, claim.One, 0}, {150, 1, claim.One, 0}, {150, 4, claim.One, 1},
		{150, 1, 0, 150}, {150, 0, 1, 0},
	} {
		if got := test.amount.Share(test.part, test.whole); got != test.want {
			t.Errorf("%s of %s of %s units is %s, want %s", test.amount, test.part, test.whole, got, test.want)
		}
	}
}

func TestDiagnosesOfALine(t *testing.T) {
	var l claim.Line
	if got := l.Diagnoses(); len(got) != 0 {
		t.Errorf("%v on a line without any", got)
	}
	for i := range l.Dx {
		l.Dx[i] = claim.MustDiagnosis("M54.16")
		if got := l.Diagnoses(); len(got) != i+1 {
			t.Errorf("%d diagnoses, want %d", len(got), i+1)
		}
	}
}

func TestPositions(t *testing.T) {
	ordered := []claim.Pos{{Row: 2}, {Row: 3}, {Row: 3, Column: 2}, {Row: 3, Column: 4}, {Row: 3, Column: 4, Nth: 1}, {Input: 1, Row: 1}, {Input: 1, Row: 2}}
	for i, p := range ordered {
		for j, q := range ordered {
			if p.Before(q) != (i < j) {
				t.Errorf("%v before %v: %t", p, q, p.Before(q))
			}
		}
	}
}

func TestRowsAreAccountedFor(t *testing.T) {
	s := claim.Source{Rows: 6, Audited: 3, Unreadable: 1, Skipped: 2}
	if !s.Accounted() {
		t.Error("3 audited, 1 unreadable and 2 skipped are 6 rows")
	}
	s.Rows++
	if s.Accounted() {
		t.Error("a row got lost unnoticed")
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		claim.Professional.String(): "professional", claim.Facility.String(): "facility", claim.ASC.String(): "asc",
		claim.BlankPayer.String(): "blank", claim.Commercial.String(): "commercial", claim.WorkersComp.String(): "workers comp",
		claim.NamedUnknown.String(): "named-unknown",
		claim.Date(0).String():      "", claim.EndOfTime.String(): "open", claim.Mods("RT", "59").String(): "RT-59",
		claim.Whole(3).Times(2).String(): "6",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestPayerNamed: each class is known by its name, however it is written, and by the name it had before.
func TestPayerNamed(t *testing.T) {
	for p := range claim.NumPayers {
		if got, ok := claim.PayerNamed(strings.ToUpper(p.String())); !ok || got != p {
			t.Errorf("%s is %s (%t)", p, got, ok)
		}
	}
	for name, want := range map[string]claim.Payer{
		"workers' comp": claim.WorkersComp, "Self Pay": claim.SelfPay, "medicare_advantage": claim.MedicareAdvantage, "unknown": claim.BlankPayer,
	} {
		if got, ok := claim.PayerNamed(name); !ok || got != want {
			t.Errorf("%s is %s (%t), want %s", name, got, ok, want)
		}
	}
	if got, ok := claim.PayerNamed("CLASS"); ok {
		t.Errorf("CLASS is %s", got)
	}
}

func TestSlipsInTheProgramPanic(t *testing.T) {
	for name, slip := range map[string]func(){
		"code": func() { claim.MustCode("64483-RT") }, "diagnosis": func() { claim.MustDiagnosis("") },
		"modifier": func() { claim.Mod("") }, "date": func() { claim.MustDate("3/10/2025") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a wrong %s in the program passes", name)
				}
			}()
			slip()
		}()
	}
}
