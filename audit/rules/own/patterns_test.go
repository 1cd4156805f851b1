package own

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// TestPatterns holds what each pattern counts on one provider's day.
func TestPatterns(t *testing.T) {
	file, err := os.Open("testdata/patterns.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	patterns, shown := map[string]*audit.Pattern{}, map[string]bool{}
	for _, p := range Patterns() {
		patterns[p.ID] = p
	}
	for _, r := range rows[1:] {
		t.Run(r[0]+"/"+r[1], func(t *testing.T) {
			p := patterns[r[0]]
			if p == nil {
				t.Fatal("there is no such pattern")
			}
			mine := linesOf(c, r[2])
			n, of := 0, 0
			if groupsOf(mine)&p.Groups != 0 {
				n, of = p.Count(mine)
			}
			if got := [2]string{strconv.Itoa(n), strconv.Itoa(of)}; got != [2]string{r[3], r[4]} {
				t.Errorf("counted %s of %s, want %s of %s", got[0], got[1], r[3], r[4])
			}
			shown[r[0]] = shown[r[0]] || n > 0
		})
	}
	for id := range patterns {
		if !shown[id] {
			t.Errorf("no case shows %s", id)
		}
	}
}

// linesOf are lines written as 64483-LT or 20610-RT@M17.0, of one provider on one day.
func linesOf(c *catalog.Catalog, text string) (mine []*audit.Line) {
	for word := range strings.FieldsSeq(text) {
		word, dx, _ := strings.Cut(word, "@")
		code, mods, _ := strings.Cut(word, "-")
		l := &audit.Line{Line: claim.Line{From: claim.MustDate("2025-03-10"), Code: claim.MustCode(code), Billed: code}}
		if mods != "" {
			l.Mods = claim.Mods(strings.Split(mods, "-")...)
		}
		if dx != "" {
			l.Dx[0] = claim.MustDiagnosis(dx)
		}
		l.Known = c.Lookup(l.Code)
		mine = append(mine, l)
	}
	return mine
}

func groupsOf(mine []*audit.Line) (groups catalog.Groups) {
	for _, l := range mine {
		groups |= l.Known.Ever()
	}
	return groups
}
