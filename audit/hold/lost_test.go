package hold

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// TestGaps holds beside which lines a row is missed that could not be read, in memory and from files.
func TestGaps(t *testing.T) {
	t.Parallel()
	day := claim.MustDate("2025-03-10")
	for name, c := range map[string]struct {
		lost string // patient, claim and day of March, a dash for what is not known
		want string // the rows with a gap
	}{
		"of a patient's day":           {"P1 - 10", "1 2 5"},
		"of the claim":                 {"P1 A -", "1 3"},
		"of a day and another claim":   {"P1 X 11", "3 5"},
		"of the patient alone":         {"P1 - -", "1 2 3 5"},
		"of another patient":           {"P2 - 10", "4"},
		"of nobody there":              {"P9 A 10", ""},
		"of a claim and no patient":    {"- A -", "1 3 4"},
		"of a claim that nobody has":   {"- Z -", ""},
		"of nothing known":             {"- - -", ""},
		"several":                      {"P2 A -; P1 - 11", "3 4 5"},
		"within a span of days":        {"P1 - 12", "5"},
		"on the day before and behind": {"P1 - 9; P1 - 14", ""},
	} {
		for _, memory := range []int64{0, 1} {
			body := NewBody(memory)
			k := body.Collector()
			for i, text := range []string{"P1 A 10", "P1 B 10", "P1 A 11", "P2 A 10", "P1 C 10-13"} {
				f := strings.Fields(text)
				l := claim.Blank()
				l.Pos.Row, l.Patient, l.Claim, l.From = int32(i+1), f[0], f[1], day
				if strings.HasPrefix(f[2], "11") {
					l.From++
				}
				if strings.HasSuffix(f[2], "-13") {
					l.To = day + 3
				}
				k.Line(&l)
			}
			for text := range strings.SplitSeq(c.lost, "; ") {
				k.Unread(claim.Unread{Kind: claim.Unreadable, Whose: []claim.Whose{whoseOf(text, day-10)}})
			}
			if err := k.Close(); err != nil {
				t.Fatal(err)
			}
			if got := gaps(t, body); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
			rows := GatherLeft([]*Leavings{body.Unread()})
			for i := range rows.Len() {
				u := rows.At(i)
				if u.Whose != nil {
					t.Errorf("%s: whose it was is kept with the row", name)
				}
			}
			if err := body.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func whoseOf(text string, begin claim.Date) (w claim.Whose) {
	f := strings.Fields(text)
	if f[0] != "-" {
		w.Patient = f[0]
	}
	if f[1] != "-" {
		w.Claim = f[1]
	}
	if f[2] != "-" {
		n := claim.Date(0)
		_, _ = fmt.Sscan(f[2], &n)
		w.Day = begin + n
	}
	return w
}

func gaps(t *testing.T, body *Body) string {
	t.Helper()
	var rows []string
	for part := range NumParts {
		if err := body.Patients(part, []claim.Source{{}}, false, func(lines []audit.Line) error {
			for i := range lines {
				if lines[i].Gap {
					rows = append(rows, fmt.Sprint(lines[i].Pos.Row))
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(rows)
	return strings.Join(rows, " ")
}

// TestManyLostClaims holds that of claims without a patient only so many are kept, and that beyond them
// any claim may be one.
func TestManyLostClaims(t *testing.T) {
	t.Parallel()
	body := NewBody(0)
	defer body.Close()
	k := body.Collector()
	l := claim.Blank()
	l.Patient, l.Claim, l.From = "P", "none of them", claim.MustDate("2025-03-10")
	k.Line(&l)
	for n := range mostLostClaims + 1 {
		k.Unread(claim.Unread{Kind: claim.Unreadable, Whose: []claim.Whose{{Claim: fmt.Sprint(n)}}})
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if len(body.lost.of) != mostLostClaims || gaps(t, body) != "0" {
		t.Errorf("%d claims are kept, and beside another is no gap", len(body.lost.of))
	}
}
