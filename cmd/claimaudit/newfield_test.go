package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A made-up field is its place in the line, its constant and its row in the list, all in one file.
// The lines of each are put behind the last of their kind.
type madeUp struct{ behind, line string }

var (
	newPlaces    = madeUp{"\tNarrative string ", "\tReferring string // NPI of who sent the patient\n\tAccident  Date   // day of the accident\n"}
	newConstants = madeUp{"\tFieldNarrative\n", "\tFieldReferring\n\tFieldAccident\n"}
	newRows      = madeUp{"\tFieldNarrative: {", "\tFieldReferring: {name: \"ReferringNPI\", kind: NPI, privacy: Business, at: func(l *Line) any { return &l.Referring }},\n" +
		"\tFieldAccident:  {name: \"AccidentDate\", kind: Day, privacy: Hidden, at: func(l *Line) any { return &l.Accident }},\n"}
)

// overlay is a file for go's -overlay that puts the made-up fields into the list of a line's fields.
func overlay(t *testing.T, added ...madeUp) string {
	t.Helper()
	list, err := filepath.Abs(filepath.Join(root, "audit", "claim", "fields.go"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	for _, m := range added {
		before, rest, found := strings.Cut(text, m.behind)
		end, after, _ := strings.Cut(rest, "\n")
		if strings.HasSuffix(m.behind, "\n") {
			end, after = "", rest
			m.behind = strings.TrimSuffix(m.behind, "\n")
		}
		if !found {
			t.Fatalf("fields.go has no line %q to put the made-up fields behind", m.behind)
		}
		text = before + m.behind + end + "\n" + m.line + after
	}
	dir := t.TempDir()
	changed, file := filepath.Join(dir, "fields.go"), filepath.Join(dir, "overlay.json")
	files, err := json.Marshal(map[string]map[string]string{"Replace": {list: changed}})
	if err := errors.Join(err, os.WriteFile(changed, []byte(text), 0o600), os.WriteFile(file, files, 0o600)); err != nil {
		t.Fatal(err)
	}
	return file
}

// program runs a program in the repository's root, and returns what it printed and its exit status.
func program(t *testing.T, name string, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Stdout, c.Stderr = root, &out, &out
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	} else if ok {
		return out.String(), exit.ExitCode()
	}
	return out.String(), 0
}

// hasty builds our packages without making them fast, which takes a third less time: all of them are built anew for a
// field.
const hasty = "-gcflags=claimaudit/...=-N -l"

// TestNewField puts two made-up fields into the list of a line's fields and nowhere else, and finds
// them everywhere: where exports are generated and read, judged, spilled, corrected and masked.
func TestNewField(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("builds the program again")
	}
	files, dir := overlay(t, newPlaces, newConstants, newRows), t.TempDir()
	if out, status := program(t, "go", "build", hasty, "-ldflags=-s -w", "-overlay", files, "-o", dir+string(filepath.Separator), "./cmd/claimaudit", "./samples/generate"); status != 0 {
		t.Fatalf("the program with made-up fields cannot be built:\n%s", out)
	}
	in, key := filepath.Join(dir, "export.csv"), filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("a key of more than sixteen bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, status := program(t, filepath.Join(dir, "generate"), "-lines", "3000", "-faults", "rate=0.05", "-o", in); status != 0 {
		t.Fatal(out)
	}
	billed := readRecords(t, in)
	if len(filledIn(billed, "ReferringNPI")) != 3000 || len(filledIn(billed, "AccidentDate")) != 3000 {
		t.Error("the generator leaves the made-up fields blank")
	}
	audit := func(flags ...string) [][]string {
		out := filepath.Join(t.TempDir(), "corrected.csv")
		args := append([]string{"audit", in, "--as-of", "2025-06-30", "-q", "--fail-on", "never", "--corrected", out, "-o", filepath.Join(t.TempDir(), "a.json")}, flags...)
		if said, status := program(t, filepath.Join(dir, "claimaudit"), args...); status != 0 {
			t.Fatalf("audit %q: exit status %d: %s", flags, status, said)
		}
		return readRecords(t, out)
	}
	t.Run("columns", func(t *testing.T) { seenByColumns(t, filepath.Join(dir, "claimaudit"), in) })
	t.Run("corrected", func(t *testing.T) {
		for _, flags := range [][]string{{"--workers", "1"}, {"--workers", "4"}, {"--memory", "1"}} {
			carried(t, billed, audit(flags...), "ReferringNPI", "AccidentDate")
		}
	})
	t.Run("masked", func(t *testing.T) {
		hidden := audit("--deidentify", key)
		carried(t, billed, hidden, "ReferringNPI")
		carried(t, nil, hidden, "AccidentDate")
		carried(t, nil, audit("--redact"), "ReferringNPI", "AccidentDate")
	})
	t.Run("tests over the list", func(t *testing.T) {
		out, status := program(t, "go", "test", hasty, "-short", "-vet=off", "-overlay", files, "-run", "Field|Canonical|Clone|Packed|SwapDays",
			"./audit", "./audit/claim", "./audit/hold", "./parsers", "./reports")
		if status != 0 {
			t.Errorf("the tests do not hold for a new field:\n%s", out)
		}
	})
}

// TestNewFieldByHalves leaves one of the three out: the compiler or a test says what is missing.
func TestNewFieldByHalves(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("builds tests again")
	}
	for _, c := range []struct {
		name  string
		added []madeUp
		says  string
	}{
		{"no place in the line", []madeUp{newConstants, newRows}, "l.Referring undefined"},
		{"no constant", []madeUp{newPlaces, newRows}, "undefined: FieldReferring"},
		{"no row", []madeUp{newPlaces, newConstants}, "field 21 has no row in the list"},
		{"no constant and no row", []madeUp{newPlaces}, "Line.Referring: in the list of fields: false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, status := program(t, "go", "test", "-vet=off", "-overlay", overlay(t, c.added...), "-run", "EveryFieldIsListed", "./audit/claim")
			if status == 0 || !strings.Contains(out, c.says) {
				t.Errorf("exit status %d, want one that is not 0, and %q in\n%s", status, c.says, out)
			}
		})
	}
}

func readRecords(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// filledIn are the cells that are not blank below a header.
func filledIn(records [][]string, header string) (cells []string) {
	at := slices.Index(records[0], header)
	if at < 0 {
		return nil
	}
	for _, row := range records[1:] {
		if row[at] != "" {
			cells = append(cells, row[at])
		}
	}
	return cells
}

// carried fails unless the corrected lines have in the columns what was billed in the same rows; nothing
// where billed is nil.
func carried(t *testing.T, billed, corrected [][]string, headers ...string) {
	t.Helper()
	row := slices.Index(corrected[0], "Row")
	for _, header := range headers {
		to := slices.Index(corrected[0], header)
		if to < 0 {
			t.Errorf("the corrected lines have no %s", header)
			continue
		}
		for _, line := range corrected[1:] {
			want := ""
			if n, err := strconv.Atoi(line[row]); err != nil {
				t.Fatal(err)
			} else if billed != nil {
				want = billed[n-1][slices.Index(billed[0], header)]
			}
			if line[to] != want {
				t.Errorf("row %s: %s is %q, want %q", line[row], header, line[to], want)
				break
			}
		}
	}
}

// seenByColumns fails unless the made-up fields are read from columns of their names, and told missing
// where there are none.
func seenByColumns(t *testing.T, claimaudit, in string) {
	t.Helper()
	for path, has := range map[string]bool{in: true, filepath.Join("samples", "nightly.csv"): false} {
		out, status := program(t, claimaudit, "columns", "--format", "json", path)
		var views []tableView
		if err := json.Unmarshal([]byte(out), &views); err != nil || status != 0 {
			t.Fatalf("exit status %d, %v:\n%s", status, err, out)
		}
		for _, name := range []string{"ReferringNPI", "AccidentDate"} {
			read := slices.ContainsFunc(views[0].Columns, func(c columnView) bool { return c.Header == name && c.Field == name })
			lacking := slices.ContainsFunc(views[0].Missing, func(m missing) bool { return m.Field == name })
			if read != has || lacking == has {
				t.Errorf("%s: %s is read: %t, and missing: %t; there is such a column: %t", filepath.Base(path), name, read, lacking, has)
			}
		}
	}
}
