package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// floodNight is a night in which a value may be wrong on many lines: so many lines of patients from the first on are
// in the export, and those up to wrong have it; the claims up to waived are waived.
type floodNight struct {
	from, to, wrong, waived int
	want                    map[string]int // of the states that are not 0
	findings                int
	word                    string // what stands as Disposition of each
}

// TestFloodNights holds that findings which become one for many lines, and one that is taken apart, are nothing new
// and nothing that is fixed: state and reviewer's word go over.
func TestFloodNights(t *testing.T) {
	for name, nights := range map[string][]floodNight{
		"fewer lines and all again": {
			{0, 25, 25, 0, map[string]int{"new": 1}, 1, ""},
			{0, 10, 25, 0, map[string]int{"open": 10}, 10, "Disagree"},
			{10, 18, 25, 0, map[string]int{"open": 8, "unseen": 10}, 8, "Disagree"},
			{0, 25, 25, 0, map[string]int{"open": 1}, 1, "Disagree"},
			{0, 25, 0, 0, map[string]int{"fixed": 1}, 0, ""},
			{0, 25, 10, 0, map[string]int{"open": 10}, 10, "Disagree"},
		},
		"not all are there": {
			{0, 25, 25, 0, map[string]int{"new": 1}, 1, ""},
			{0, 20, 0, 0, map[string]int{"unseen": 1}, 0, ""},
			{0, 25, 0, 0, map[string]int{"fixed": 1}, 0, ""},
		},
		"waived and back": {
			{0, 25, 25, 0, map[string]int{"new": 1}, 1, ""},
			{0, 25, 25, 10, map[string]int{"open": 15, "waived": 10}, 15, "Disagree"},
			{0, 25, 25, 25, map[string]int{"waived": 1}, 0, ""},
			{0, 25, 25, 0, map[string]int{"open": 1}, 1, "Disagree"},
		},
		"single ones that are many": {
			{0, 15, 15, 0, map[string]int{"new": 15}, 15, ""},
			{0, 25, 25, 0, map[string]int{"reopened": 1}, 1, "Disagree"}, // it was not said of all
			{0, 25, 12, 0, map[string]int{"open": 12}, 12, "Disagree"},
			{0, 25, 0, 0, map[string]int{"fixed": 12}, 0, ""},
		},
		"most are new": {
			{0, 25, 3, 0, map[string]int{"new": 3}, 3, ""},
			{0, 25, 25, 0, map[string]int{"new": 1}, 1, ""},
			{0, 30, 8, 0, map[string]int{"open": 8}, 8, "Disagree"},
		},
	} {
		for kind, history := range histories(t) {
			t.Run(name+" "+kind, func(t *testing.T) {
				times := 2 // the same once more changes nothing
				if raced {
					times = 1
				}
				for i, n := range nights {
					for range times {
						n.audit(t, i, history)
					}
				}
			})
		}
	}
}

func (n *floodNight) audit(t *testing.T, night int, history string) {
	t.Helper()
	header := []string{"ClaimID", "PatientID", "DOB", "DOS", "CPT", "Mod1", "Units", "Charge", "Dx1", "RenderingNPI", "POS", "Payer", "ClaimType"}
	rows, waivers := [][]string{header}, [][]string{{"Rule", "Claim", "Reason", "Owner", "Expires"}}
	for i := n.from; i < n.to; i++ {
		row := rightLine(i)
		if i < n.wrong {
			row[9] = "1234567890"
		}
		rows = append(rows, row)
	}
	for i := range n.waived {
		waivers = append(waivers, []string{"invalid-npi", rightLine(i)[0], "agreed", "coder", "2026-01-01"})
	}
	if n.waived == 25 { // all by one
		waivers = append(waivers[:1], []string{"invalid-npi", "", "agreed", "coder", "2026-01-01"})
	}
	out := filepath.Join(t.TempDir(), "out.json")
	args := []string{"audit", writeRecords(t, "in.csv", rows), "-q", "--rule", "invalid-npi", "--as-of", fmt.Sprintf("2025-07-%02d", night+1), "--history", history, "-o", out, "--fail-on", "never"}
	if n.waived > 0 {
		args = append(args, "--waivers", writeRecords(t, "waivers.csv", waivers))
	}
	if status, _, stderr := command(t, args...); status != exitClean {
		t.Fatalf("night %d: exit status %d: %s", night+1, status, stderr)
	}
	said := nightIn(t, out)
	n.check(t, night, said)
	reviewed := [][]string{{"Fingerprint", "Disposition", "Note"}}
	for _, f := range said.Findings {
		reviewed = append(reviewed, []string{f.Fingerprint, "Disagree", "as the payer wants it"})
	}
	if status, stdout, stderr := command(t, "review", writeRecords(t, "reviewed.csv", reviewed), "--history", history); status != exitClean {
		t.Fatalf("night %d: exit status %d: %s%s", night+1, status, stdout, stderr)
	}
}

func (n *floodNight) check(t *testing.T, night int, said toldNight) {
	t.Helper()
	got := map[string]int{}
	for state, count := range said.History {
		if count > 0 && state != "run" {
			got[state] = count
		}
	}
	if diff := cmp.Diff(n.want, got); diff != "" || len(said.Findings) != n.findings {
		t.Errorf("night %d: %d findings, want %d (-want +got):\n%s", night+1, len(said.Findings), n.findings, diff)
	}
	for _, f := range said.Findings {
		if n.word != "" && (f.Disposition.Value != n.word || f.Disposition.Note == "") {
			t.Errorf("night %d: %s says %q, want %q", night+1, f.Fingerprint, f.Disposition.Value, n.word)
		}
	}
}
