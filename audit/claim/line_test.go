package claim_test

import (
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
)

func TestCloneSharesNoText(t *testing.T) {
	buffer := []byte("C1P1G1N1B1T1PPA1SSNote")
	at := func(from, to int) string { return unsafe.String(&buffer[from], to-from) }
	l := claim.Line{
		Claim: at(0, 2), Patient: at(2, 4), Billed: at(4, 6), Rendering: at(6, 8), Billing: at(8, 10), TIN: at(10, 12),
		POS: at(12, 13), PayerName: at(13, 14), Auth: at(14, 16), State: at(16, 18), Narrative: at(18, 22),
		Units: claim.One, Faults: []claim.Fault{{Field: claim.FieldUnits, Text: at(0, 4)}},
	}
	c := l.Clone()
	want := *l.Clone()
	for i := range buffer {
		buffer[i] = '#'
	}
	l.Faults[0].Field = claim.FieldCharge
	if diff := cmp.Diff(want, *c); diff != "" || c.Claim != "C1" || c.Faults[0].Text != "C1P1" {
		t.Errorf("the clone changed with its input:\n%s", diff)
	}
}

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

func TestFields(t *testing.T) {
	set := claim.FieldSet(claim.FieldUnits, claim.FieldNarrative)
	seen := map[string]bool{}
	for f := range claim.NumFields {
		if want := f == claim.FieldUnits || f == claim.FieldNarrative; set.Has(f) != want {
			t.Errorf("%s: %t, want %t", f, set.Has(f), want)
		}
		if f.String() == "" || seen[f.String()] {
			t.Errorf("field %d is named %q", f, f)
		}
		seen[f.String()] = true
	}
	if set.First() != claim.FieldUnits {
		t.Errorf("first is %s", set.First())
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
