package main

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

var nightLines = flag.Int("night-lines", 500, "how many lines each export of TestRollingNights has, about")

// answer is what a reviewer of the test said of a finding, and what it said then.
type answer struct{ value, note, says string }

func (a answer) settles() bool { return a.value == "Disagree" || a.value == "Accepted risk" }

// reviewers are ledgers with what was said of the findings.
type reviewers struct {
	ledger
	answers map[string]answer
	says    map[string]string // of each finding, when last seen
}

// expect tells the states and counts of a night again: as the ledger does, but that a finding which was
// answered is open when it comes back as it was, and reopened once when it says something else.
func (r *reviewers) expect(n toldNight, in map[string]bool, encountersOf func(i int) []string) (counts map[string]int, states []string) {
	counts, states = r.night(n, in, encountersOf)
	for i, f := range n.Findings {
		a, said := r.answers[f.Fingerprint]
		says := f.Severity + f.Message + f.Fix.Text
		if f.Count > 0 {
			says = f.Severity
		}
		was := states[i]
		switch {
		case !said || !a.settles():
		case was == "reopened" && a.says == says:
			states[i] = "open"
		case was == "open" && a.says != says && r.says[f.Fingerprint] != says:
			states[i] = "reopened"
		}
		if states[i] != was {
			counts[was]--
			counts[states[i]]++
		}
		r.says[f.Fingerprint] = says
	}
	return counts, states
}

// review answers a fifth of what is shown and not answered, and gives the answers to the history.
func (r *reviewers) review(t *testing.T, n toldNight, history string) {
	t.Helper()
	rows := [][]string{{"Fingerprint", "Disposition", "Owner", "Note"}}
	for i, f := range n.Findings {
		if _, said := r.answers[f.Fingerprint]; said || i%5 > 0 {
			continue
		}
		a := answer{[]string{"Agree", "Disagree", "Accepted risk", "Needs record"}[i/5%4], fmt.Sprint("note ", i), r.says[f.Fingerprint]}
		r.answers[f.Fingerprint] = a
		rows = append(rows, []string{f.Fingerprint, a.value, "coder", a.note})
	}
	if status, stdout, stderr := command(t, "review", writeRecords(t, "reviewed.csv", rows), "--history", history); status != 0 {
		t.Fatalf("exit status %d: %s%s", status, stdout, stderr)
	}
}

// rollingBook is a practice's lines of five weeks.
func rollingBook(t *testing.T) *billedBook {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.csv")
	out, err := exec.Command("go", "run", "../../samples/generate", "-lines", strconv.Itoa(*nightLines*34/30), "-days", "34", "-first", "2025-03-01",
		"-faults", "rate=0.04", "-seed", "5", "-o", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return billedIn(t, path)
}

// TestRollingNights audits exports of thirty days, five nights running. Of what is shown 30 % is mended each
// day, and some is answered. Each finding is new once, the counts are those of a recomputation, and every
// answer stands in every later report.
func TestRollingNights(t *testing.T) {
	for kind, history := range histories(t) {
		t.Run(kind, func(t *testing.T) {
			p := rollingBook(t)
			r := &reviewers{ledger{map[string][]string{}, map[string]string{}}, map[string]answer{}, map[string]string{}}
			first := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
			news, dir := map[string]int{}, t.TempDir()
			for n := range 5 {
				from, to := first.AddDate(0, 0, n).Format(time.DateOnly), first.AddDate(0, 0, n+29).Format(time.DateOnly)
				in, out := filepath.Join(dir, fmt.Sprint(n, ".csv")), filepath.Join(dir, fmt.Sprint(n, ".json"))
				encounters, rows := p.export(t, in, from, to)
				status, _, stderr := command(t, "audit", in, "-q", "--as-of", to, "--history", history, "-o", out, "--fail-on", "never")
				if status != exitClean {
					t.Fatalf("exit status %d: %s", status, stderr)
				}
				told := nightIn(t, out)
				encounterOf := func(row int) string { r := rows[row-2]; return p.cell(r, "PatientID") + " " + p.cell(r, "DOS") }
				counts, states := r.expect(told, encounters, func(i int) (list []string) {
					list = append(list, encounterOf(told.Findings[i].Row))
					for _, other := range told.Findings[i].Related {
						list = append(list, encounterOf(other.Row))
					}
					return list
				})
				r.check(t, n, told, counts, states, news)
				r.review(t, told, history)
				for i, f := range told.Findings {
					if i%10 < 3 {
						p.drop(rows[f.Row-2])
					}
				}
				t.Logf("night %d: %d lines, %d findings, %v", n+1, len(rows), len(told.Findings), told.History)
			}
		})
	}
}

// check compares a night with its recomputation.
func (r *reviewers) check(t *testing.T, n int, told toldNight, counts map[string]int, states []string, news map[string]int) {
	t.Helper()
	for i, f := range told.Findings {
		if f.State != states[i] {
			t.Errorf("night %d: %s is %q, want %q", n+1, f.Fingerprint, f.State, states[i])
		}
		if f.State == "new" {
			news[f.Fingerprint]++
		}
		if a := r.answers[f.Fingerprint]; news[f.Fingerprint] != 1 || f.Disposition.Value != a.value || f.Disposition.Note != a.note {
			t.Errorf("night %d: %s was new %d times and is answered %+v, want once and %+v", n+1, f.Fingerprint, news[f.Fingerprint], f.Disposition, a)
		}
	}
	for _, state := range []string{"new", "open", "reopened", "fixed", "withdrawn", "unseen"} {
		if told.History[state] != counts[state] {
			t.Errorf("night %d: %d are %s, counted again %d", n+1, told.History[state], state, counts[state])
		}
	}
}
