package hold

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// TestBeginnings holds in which month the lines of a run begin, and that strays before it are told.
func TestBeginnings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ days, want string }{
		"nothing":                      {"", " false"},
		"one line":                     {"2025-03-10 1", "2025-03-10 false"},
		"a few lines":                  {"2024-03-10 1, 2025-03-10 5", "2024-03-10 false"},
		"a stranger's line":            {"2014-05-06 1, 2025-03-03 40, 2025-04-02 60", "2025-03-03 true"},
		"many strays":                  {"2010-01-01 1, 2011-01-01 2, 2012-01-01 1, 2013-01-01 3, 2014-01-01 2, 2025-03-03 90, 2025-04-02 80", "2025-03-03 true"},
		"a tenth":                      {"2024-12-30 10, 2025-01-02 100, 2025-02-03 100", "2024-12-30 false"},
		"less than a tenth":            {"2024-12-30 9, 2025-01-02 100, 2025-02-03 100", "2025-01-02 true"},
		"within the first dense month": {"2025-01-02 1, 2025-01-28 30, 2025-02-03 100", "2025-01-02 false"},
		"one great month":              {"2024-01-02 50, 2024-02-02 60, 2024-03-02 55, 2024-04-02 300", "2024-01-02 false"},
	} {
		days := map[claim.Date]int{}
		for text := range strings.SplitSeq(c.days, ", ") {
			if f := strings.Fields(text); len(f) == 2 {
				n := 0
				_, _ = fmt.Sscan(f[1], &n)
				days[claim.MustDate(f[0])] = n
			}
		}
		if b := beginningOf(days); fmt.Sprint(b.Dense, " ", b.Strays) != c.want {
			t.Errorf("%s: %s %t, want %s", name, b.Dense, b.Strays, c.want)
		}
	}
}
