package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pagedFinding is what the page's figures are counted again from.
type pagedFinding struct {
	Rule, Severity, File, Sheet, Money, Column string
	AtRisk                                     string `json:"at_risk"`
	Row, Nth                                   int
}

// TestPageAgrees counts the figures of the page to mail and of the text again, from the JSON report, and holds
// that neither names a patient.
func TestPageAgrees(t *testing.T) {
	dir := t.TempDir()
	doc, page := filepath.Join(dir, "o.json"), filepath.Join(dir, "o.html")
	status, text, stderr := command(t, "audit", "../../samples/faults.csv", "--as-of", "2025-06-30", "-o", doc, "-o", page, "-o", "-")
	if status != exitFindings || strings.Contains(text, dir) {
		t.Fatalf("exit status %d, said %q: %s", status, text, stderr)
	}
	var told struct {
		Summary struct {
			Lines, Findings int
			FlaggedLines    int            `json:"flagged_lines"`
			BySeverity      map[string]int `json:"by_severity"`
			ByRule          map[string]int `json:"by_rule"`
			ChargeAtRisk    string         `json:"charge_at_risk"`
		}
		Findings []pagedFinding
	}
	data, err := os.ReadFile(doc)
	if err == nil {
		err = json.Unmarshal(data, &told)
	}
	if err != nil {
		t.Fatal(err)
	}
	html, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	holds := func(fields ...string) {
		t.Helper()
		want := strings.Join(fields, " ")
		for _, line := range lines {
			if strings.HasPrefix(strings.Join(strings.Fields(line), " "), want) {
				return
			}
		}
		t.Errorf("the text has no line %q", want)
	}
	cells := func(first string, rest ...string) {
		t.Helper()
		_, row, found := strings.Cut(string(html), first)
		row, _, _ = strings.Cut(row, "</tr>")
		for _, cell := range rest {
			if !found || !strings.Contains(row, `<td class="n">`+cell+"</td>") {
				t.Errorf("the page has no cell %q in the row of %s: %s", cell, first, row)
			}
		}
	}
	holds("Lines audited", fmt.Sprint(told.Summary.Lines))
	holds("Lines flagged", fmt.Sprint(told.Summary.FlaggedLines))
	risk, severity := riskBy(t, told.Findings, func(f pagedFinding) string { return f.Rule }), highestBySeverity(t, told.Findings)
	for _, name := range []string{"error", "warning", "review"} {
		n, s := fmt.Sprint(told.Summary.BySeverity[name]), severity[name]
		holds(name, n, fmt.Sprint(s.lines), shownAmount(s.risk))
		cells(`<tr><td class="`+name+`">`, n, fmt.Sprint(s.lines), shownAmount(s.risk))
	}
	shown := 0
	for rule, n := range told.Summary.ByRule {
		if !strings.Contains(string(html), "<code>"+rule+"</code>") {
			continue
		}
		shown++
		cells("<code>"+rule+"</code>", fmt.Sprint(n), shownAmount(risk[rule]))
		holds(rule, fmt.Sprint(n))
	}
	if want := min(20, len(told.Summary.ByRule)); shown != want {
		t.Errorf("%d rules on the page, want %d", shown, want)
	}
	for _, named := range []string{"P20005", "C200012", "200012", dir} {
		if !strings.Contains(string(data), named) && named != dir {
			t.Fatalf("the report does not name %s: nothing is tested", named)
		}
		if strings.Contains(string(html)+text, named) {
			t.Errorf("%s is named", named)
		}
	}
	for _, outside := range []string{"http:", "https:", "src=", "<script", "@import", "url("} {
		if strings.Contains(string(html), outside) {
			t.Errorf("the page needs %s", outside)
		}
	}
}

// lineOf tells the line that a finding stands on.
func (f pagedFinding) lineOf() string {
	return fmt.Sprint(f.File, "\x00", f.Sheet, "\x00", f.Row, "\x00", f.Column, "\x00", f.Nth)
}

// counted is what a finding puts at risk; nothing for a review, for missed money and for a blank.
func (f pagedFinding) counted(t *testing.T) *big.Rat {
	t.Helper()
	amount := new(big.Rat)
	if f.AtRisk != "" && f.Severity != "review" && f.Money != "underpay" && f.Money != "none" {
		if _, ok := amount.SetString(f.AtRisk); !ok {
			t.Fatalf("at risk %q", f.AtRisk)
		}
	}
	return amount
}

// riskBy adds up what is at risk, each line once under each name, by its largest.
func riskBy(t *testing.T, findings []pagedFinding, name func(pagedFinding) string) map[string]*big.Rat {
	t.Helper()
	largest := map[[2]string]*big.Rat{}
	for _, f := range findings {
		key := [2]string{name(f), f.lineOf()}
		if c := f.counted(t); largest[key] == nil || c.Cmp(largest[key]) > 0 {
			largest[key] = c
		}
	}
	sums := map[string]*big.Rat{}
	for key, c := range largest {
		if sums[key[0]] == nil {
			sums[key[0]] = new(big.Rat)
		}
		sums[key[0]].Add(sums[key[0]], c)
	}
	return sums
}

type linesAtRisk struct {
	lines int
	risk  *big.Rat
}

// highestBySeverity counts each line under its highest severity, with its largest at risk.
func highestBySeverity(t *testing.T, findings []pagedFinding) map[string]linesAtRisk {
	t.Helper()
	highest := map[string]string{}
	rank := map[string]int{"": 0, "review": 1, "warning": 2, "error": 3}
	for _, f := range findings {
		if rank[f.Severity] > rank[highest[f.lineOf()]] {
			highest[f.lineOf()] = f.Severity
		}
	}
	counts := map[string]linesAtRisk{}
	for name, sum := range riskBy(t, findings, func(f pagedFinding) string { return highest[f.lineOf()] }) {
		counts[name] = linesAtRisk{risk: sum}
	}
	for _, severity := range highest {
		c := counts[severity]
		counts[severity] = linesAtRisk{c.lines + 1, c.risk}
	}
	return counts
}

// shownAmount is money as the page shows it.
func shownAmount(r *big.Rat) string {
	if r == nil {
		r = new(big.Rat)
	}
	whole, part, _ := strings.Cut(r.FloatString(2), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return "$" + whole + "." + part
}
