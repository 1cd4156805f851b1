package parsers_test

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// TestWhoseUnreadableRows holds what is known of whose a row was that could not be read.
func TestWhoseUnreadableRows(t *testing.T) {
	t.Parallel()
	const header = "ClaimID,PatientID,DOS,CPT,Units,Charge\n"
	const whole = "C1,P1,2025-03-10,20610,1,100.00\n"
	for name, c := range map[string]struct{ row, want string }{
		"no date":              {"C2,P2,,20610,1,100.00\n", "P2 C2 -"},
		"no such date":         {"C2,P2,2025-02-30,20610,1,100.00\n", "P2 C2 -"},
		"no claim":             {",P2,soon,20610,1,100.00\n", "P2 - -"},
		"a claim that is none": {"N/A,P2,soon,20610,1,100.00\n", "P2 - -"},
		"no patient":           {"C2,,soon,20610,1,100.00\n", "- C2 -"},
		"a placeholder":        {"C2,UNKNOWN,soon,20610,1,100.00\n", "- C2 -"},
		"ids as numbers":       {"500.0,12345.0,soon,20610,1,100.00\n", "12345 500 -"},
		"nothing":              {",,soon,20610,1,100.00\n", ""},
		"a cell too many":      {"C2,P2,2025-03-10,20610,1,1,000.00\n", "P2 C2 2025-03-10"},
		"a quote left open": {
			"C2,P2,2025-03-10,\"20610,1,100.00\nC3,P3,2025-03-11,64483,1,250.00\nC4,P4,2025-03-12,64493,1,250.00\nC5,P5,2025-03-13,20611\",1,100.00\n",
			"P2 C2 2025-03-10, P3 C3 2025-03-11, P4 C4 2025-03-12, P5 C5 2025-03-13",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := readText(t, header+whole+c.row+whole)
			var got []string
			for _, u := range r.unread {
				for _, w := range u.Whose {
					day := "-"
					if w.Day != 0 {
						day = w.Day.String()
					}
					got = append(got, fmt.Sprintf("%s %s %s", orDash(w.Patient), orDash(w.Claim), day))
				}
				if u.Kind != claim.Unreadable && u.Whose != nil {
					t.Errorf("a row skipped says whose it is: %v", u.Whose)
				}
			}
			if len(r.unread) != 1 || strings.Join(got, ", ") != c.want {
				t.Errorf("%d rows not read, of %q, want %q", len(r.unread), strings.Join(got, ", "), c.want)
			}
		})
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
