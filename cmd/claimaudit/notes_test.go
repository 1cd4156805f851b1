package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/rules/notes"
)

// withOwn are the arguments of an audit of the sample of a practice's own notes, which are of that form.
func withOwn(form string, more ...string) []string {
	return append([]string{samples + "/notes/export.csv", "--notes", samples + "/notes/notes" + form, "--codes", samples + "/notes/codes.csv"}, more...)
}

// ofOwn adds the rules of the sample to those that are known.
func ofOwn(t *testing.T, known map[string]knownRule) {
	t.Helper()
	args := withOwn(".csv")
	own, err := (&ownSettings{Notes: args[2:3], Codes: args[4:5]}).own(&configuration{}, notes.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range own.Rules {
		known[r.ID] = knownRule{Rule: r.ID, Title: r.Title, Severity: r.Severity.String()}
	}
}

// TestOwnSample holds that the sample of a practice's own notes gives exactly the findings expected, as
// text and as a workbook.
func TestOwnSample(t *testing.T) {
	var want []string
	for _, r := range records(t, samples+"/expected/notes/export.csv")[1:] {
		want = append(want, fmt.Sprintf("row %s: %s %s", r[2], r[4], r[3]))
	}
	slices.Sort(want)
	for _, form := range []string{".csv", ".xlsx"} {
		var got []string
		for _, f := range audited(t, withOwn(form)...) {
			got = append(got, fmt.Sprintf("row %d: %s %s", f.Row, f.Severity, f.Rule))
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(want) < 12 {
			t.Errorf("findings with notes%s (-planted +found):\n%s", form, diff)
		}
	}
}

// TestOwnNotesChangeNoByte holds with a practice's own notes what holds without: workers and memory change
// nothing, and notes as text and as a workbook say the same but for the name of their file.
func TestOwnNotesChangeNoByte(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.json")
	var first, text []byte
	for _, how := range []struct{ form, workers, memory string }{{".csv", "1", "1GiB"}, {".csv", "8", "1GiB"}, {".csv", "2", "16K"}, {".xlsx", "1", "1GiB"}} {
		args := withOwn(how.form, "-q", "--as-of", "2025-06-30", "--workers", how.workers, "--memory", how.memory, "-o", out)
		if status, _, stderr := command(t, append([]string{"audit"}, args...)...); status != exitFindings {
			t.Fatalf("%v: exit status %d: %s", how, status, stderr)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
			text, _, _ = bytes.Cut(first[bytes.Index(first, []byte(`"findings"`)):], []byte(`"not_read"`))
		}
		if how.form == ".csv" && !bytes.Equal(first, data) {
			t.Errorf("%v: the report differs from what one worker wrote", how)
		}
		as := bytes.ReplaceAll(data, []byte("notes.xlsx sheet Notes"), []byte("notes.csv"))
		if !bytes.Contains(as, text) {
			t.Errorf("%v: other findings or coverage", how)
		}
	}
}

// TestOwnNotesOfShuffledRows holds that the order of rows changes no finding of a practice's own rules.
func TestOwnNotesOfShuffledRows(t *testing.T) {
	want := prints(audited(t, withOwn(".csv")...))
	rows := records(t, samples+"/notes/export.csv")
	order := rand.New(rand.NewPCG(7, 7))
	for range 3 {
		order.Shuffle(len(rows)-1, func(i, k int) { rows[i+1], rows[k+1] = rows[k+1], rows[i+1] })
		args := withOwn(".csv")
		args[0] = writeRecords(t, "shuffled.csv", rows)
		if diff := cmp.Diff(want, prints(audited(t, args...))); diff != "" {
			t.Errorf("shuffled (-as it is +shuffled):\n%s", diff)
		}
	}
}

// TestOwnFixesSettle holds that lines corrected by a practice's own rules draw no finding of theirs that had
// an edit, and nothing that the first audit did not find.
func TestOwnFixesSettle(t *testing.T) {
	corrected := filepath.Join(t.TempDir(), "corrected.csv")
	type own struct {
		Rule string
		Fix  struct{ Edits []any }
	}
	found := map[string]bool{}
	edited := 0
	for _, f := range auditedAs[own](t, withOwn(".csv", "--corrected", corrected)...) {
		found[f.Rule] = true
		if len(f.Fix.Edits) > 0 && strings.HasPrefix(f.Rule, "own:") {
			edited++
		}
	}
	args := withOwn(".csv")
	args[0] = corrected
	for _, f := range auditedAs[own](t, args...) {
		if !found[f.Rule] {
			t.Errorf("the corrected lines draw %s", f.Rule)
		}
		if len(f.Fix.Edits) > 0 && strings.HasPrefix(f.Rule, "own:") {
			t.Errorf("%s stands with an edit on the corrected lines", f.Rule)
		}
	}
	if edited == 0 {
		t.Error("no own finding of the sample has an edit")
	}
}

// TestNoNotesCostNothing holds that without a practice's own files there is none of their rules.
func TestNoNotesCostNothing(t *testing.T) {
	own, err := (&ownSettings{Notes: []string{""}}).own(&configuration{}, notes.Options{}, nil)
	if err != nil || len(own.Rules) > 0 || len(own.tables) > 0 {
		t.Errorf("%d rules, %d tables, error %v", len(own.Rules), len(own.tables), err)
	}
	for _, r := range own.all {
		if r.Withdrawn != nil || strings.HasPrefix(r.ID, "own:") {
			t.Errorf("%s is withdrawn or the practice's", r.ID)
		}
	}
}
