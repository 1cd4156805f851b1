package claim_test

import (
	"testing"

	"claimaudit/audit/claim"
)

func TestAge(t *testing.T) {
	l := claim.Line{Birth: claim.MustDate("1963-04-10"), From: claim.MustDate("2025-04-09")}
	if age, ok := l.Age(); !ok || age != 61 {
		t.Errorf("age %d, %t the day before the birthday, want 61", age, ok)
	}
	for _, birth := range []claim.Date{0, l.From + 1} {
		l.Birth = birth
		if age, ok := l.Age(); ok {
			t.Errorf("born %q: age %d, want none", birth, age)
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
	ordered := []claim.Pos{{0, 2}, {0, 3}, {1, 1}, {1, 2}}
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
		claim.UnknownPayer.String(): "unknown", claim.Commercial.String(): "commercial", claim.WorkersComp.String(): "workers' comp",
		claim.Date(0).String(): "", claim.EndOfTime.String(): "open", claim.Mods("RT", "59").String(): "RT-59",
		claim.Whole(3).Times(2).String(): "6",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
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
