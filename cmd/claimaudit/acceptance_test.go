package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

const samples = "../../samples"

// command runs the program in a folder of the test's own and returns what it said.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(""), &out, &errOut)
	return status, out.String(), errOut.String()
}

// finding is what the tests compare of a finding in the JSON output.
type finding struct {
	File     string `json:"file"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Print    string `json:"fingerprint"`
	Message  string `json:"message"`
}

// fixed is a finding with what its fix edits.
type fixed struct {
	Fix struct {
		Edits []struct {
			Row    int  `json:"row"`
			Remove bool `json:"remove"`
		} `json:"edits"`
	} `json:"fix"`
}

// audited audits the inputs and returns the findings of the JSON output.
func audited(t *testing.T, args ...string) []finding {
	t.Helper()
	return auditedAs[finding](t, args...)
}

// auditedAs is audited for another view of the findings.
func auditedAs[F any](t *testing.T, args ...string) []F {
	t.Helper()
	return reported[struct {
		Findings []F `json:"findings"`
	}](t, args...).Findings
}

// reported audits the inputs and returns a view of the JSON output.
func reported[R any](t *testing.T, args ...string) (report R) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.json")
	status, _, stderr := command(t, append([]string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out}, args...)...)
	if status != exitClean {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// TestSamples holds that the samples give exactly the findings that were planted in them.
func TestSamples(t *testing.T) {
	var got, want []string
	for _, f := range audited(t, samples) {
		got = append(got, fmt.Sprintf("%s %s row %d: %s %s", filepath.Base(f.File), f.Sheet, f.Row, f.Severity, f.Rule))
	}
	lists, err := filepath.Glob(samples + "/expected/*.csv")
	if err != nil || len(lists) < 5 {
		t.Fatalf("%d lists of expected findings: %v", len(lists), err)
	}
	for _, list := range lists {
		for _, r := range records(t, list)[1:] {
			want = append(want, fmt.Sprintf("%s %s row %s: %s %s", r[0], r[1], r[2], r[4], r[3]))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings on the samples (-planted +found):\n%s", diff)
	}
}

func records(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func writeRecords(t *testing.T, name string, rows [][]string) string {
	t.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return write(t, name, b.Bytes())
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// prints are the fingerprints in order: what was found, wherever it stands.
func prints(findings []finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Print+" "+f.Rule+" "+f.Severity)
	}
	slices.Sort(all)
	return all
}

func TestWorkersAndMemoryChangeNoByte(t *testing.T) {
	dir := t.TempDir()
	var first [3][]byte
	for i, how := range [][]string{{"--workers", "1"}, {"--workers", "8"}, {"--workers", "2", "--memory", "16K"}} {
		args := append([]string{"audit", samples, "-q", "--as-of", "2025-06-30"}, how...)
		for k, name := range []string{"out.xlsx", "out.json", "out.csv"} {
			out := filepath.Join(dir, name)
			if status, _, stderr := command(t, append(args, "-o", out)...); status != exitFindings {
				t.Fatalf("%v: exit status %d: %s", how, status, stderr)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first[k] = data
			}
			if !bytes.Equal(first[k], data) {
				t.Errorf("%v: %s differs from what one worker wrote", how, name)
			}
		}
	}
}

func TestShuffledRowsGiveTheSameFindings(t *testing.T) {
	rows := records(t, samples+"/faults.csv")
	want := prints(audited(t, samples+"/faults.csv"))
	for seed := range uint64(3) {
		mixed := slices.Clone(rows)
		body := mixed[1:]
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(body), func(i, k int) { body[i], body[k] = body[k], body[i] })
		got := prints(audited(t, writeRecords(t, "mixed.csv", mixed)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d: findings differ (-in order +shuffled):\n%s", seed, diff)
		}
	}
}

func TestTheSameLinesAsWorkbookGiveTheSameFindings(t *testing.T) {
	rows := records(t, samples+"/faults.csv")
	path := asWorkbook(t, rows)
	strip := func(findings []finding) []finding {
		for i := range findings {
			findings[i].File, findings[i].Sheet = "", ""
		}
		return findings
	}
	if diff := cmp.Diff(strip(audited(t, samples+"/faults.csv")), strip(audited(t, path))); diff != "" {
		t.Errorf("findings differ (-CSV +XLSX):\n%s", diff)
	}
}

// asWorkbook writes rows as text into the one sheet of a workbook.
func asWorkbook(t *testing.T, rows [][]string) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// damaged is the sample workbook with one part changed.
func damaged(t *testing.T, change func(part string, data []byte) []byte) []byte {
	t.Helper()
	in, err := zip.OpenReader(samples + "/practice-export.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(change(f.Name, data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDamageIsRefused holds that a damaged input ends the run with status 2, a message that names
// the file, and no output.
func TestDamageIsRefused(t *testing.T) {
	whole, err := os.ReadFile(samples + "/practice-export.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	cut := damaged(t, func(part string, data []byte) []byte {
		if strings.HasPrefix(part, "xl/worksheets/") {
			return data[:len(data)/2]
		}
		return data
	})
	flipped := slices.Clone(whole)
	flipped[bytes.Index(flipped, []byte("xl/worksheets/"))+200] ^= 0xff
	header := "PatientID,DOS,CPT\n"
	for _, test := range []struct {
		name string
		data []byte
		says string
	}{
		{"cut.xlsx", whole[:len(whole)*2/3], "damaged or cut short"},
		{"cut-sheet.xlsx", cut, "sheet"},
		{"flipped.xlsx", flipped, "sheet"},
		{"quote.csv", []byte(header + "P1,2025-03-10,64483\nP2,2025-03-10,\"64483\nP3,2025-03-10,64483\n"), "row 3 (line 3 of the file)"},
		{"empty.csv", nil, "0 bytes"},
		{"page.xls", []byte("<html><body>Log in</body></html>"), "HTML"},
	} {
		path := write(t, test.name, test.data)
		out := filepath.Join(t.TempDir(), "out.xlsx")
		status, _, stderr := command(t, "audit", path, "-q", "-o", out)
		if status != exitFailed || !strings.Contains(stderr, test.name) || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: exit status %d and %q; want 2 and a message with %q", test.name, status, stderr, test.says)
		}
		if entries, err := os.ReadDir(filepath.Dir(out)); err != nil || len(entries) > 0 {
			t.Errorf("%s: something was left behind: %v %v", test.name, entries, err)
		}
	}
}

func TestACancelledRunLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	var out, errOut bytes.Buffer
	status := run(ctx, []string{"audit", samples, "-q", "-o", filepath.Join(dir, "out.xlsx")}, strings.NewReader(""), &out, &errOut)
	entries, err := os.ReadDir(dir)
	if status != exitInterrupted || err != nil || len(entries) > 0 {
		t.Errorf("exit status %d, left behind %v, %v; want 130 and nothing", status, entries, err)
	}
	if status := statusOf(ctx, nil, &errOut); status != exitClean {
		t.Errorf("exit status %d when the signal came after all was written, want %d", status, exitClean)
	}
}

// TestLogsHoldNoCell holds that nothing of the input but its file names is logged or printed.
func TestLogsHoldNoCell(t *testing.T) {
	path := write(t, "canary.csv", []byte("PatientID,ClaimID,DOB,DOS,CPT,Units,Charge,RenderingNPI,Narrative\n"+
		"CANARYP1,CANARYC1,1950-01-02,2025-03-10,62311,CANARYU,$77.77,CANARYN,CANARYTEXT\n"+
		"CANARYP2,CANARYC2,1950-01-02,CANARYD,64483,1,1.00,,\n"))
	for _, format := range []string{"console", "json"} {
		_, stdout, stderr := command(t, "audit", path, "--log-format", format, "-o", filepath.Join(t.TempDir(), "out.json"))
		if said := stdout + stderr; strings.Contains(said, "CANARY") || strings.Contains(said, "1950") || strings.Contains(said, "77.77") {
			t.Errorf("a cell of the input was printed: %s", said)
		}
	}
}

// TestCorrected holds that corrected lines are the audited ones with those removed marked, that auditing
// them finds nothing a mechanical fix is left for, and that they are the same in little memory.
func TestCorrected(t *testing.T) {
	folder := t.TempDir()
	first, spilled := filepath.Join(folder, "first.csv"), filepath.Join(folder, "spilled.csv")
	audited(t, samples+"/faults.csv", "--corrected", first)
	audited(t, samples+"/faults.csv", "--corrected", spilled, "--memory", "1KiB", "--workers", "3")
	rows := records(t, first)
	if diff := cmp.Diff(rows, records(t, spilled)); diff != "" {
		t.Errorf("in little memory (-want +got):\n%s", diff)
	}
	gone := map[string]bool{}
	for _, r := range rows[1:] {
		if r[len(r)-1] == "yes" {
			gone[r[2]] = true
		}
	}
	removed := 0
	for _, f := range auditedAs[fixed](t, samples+"/faults.csv") {
		for _, e := range f.Fix.Edits {
			if e.Remove {
				removed++
				if !gone[strconv.Itoa(e.Row)] {
					t.Errorf("row %d is not marked removed", e.Row)
				}
			}
		}
	}
	if want := len(records(t, samples+"/faults.csv")); len(rows) != want || removed != len(gone) || removed == 0 {
		t.Errorf("%d rows of %d, and %d of %d marked removed", len(rows), want, len(gone), removed)
	}
	if fixes := mechanical(t, first); fixes != 0 {
		t.Errorf("%d mechanical fixes are left", fixes)
	}
}

// mechanical counts the findings whose fix edits lines.
func mechanical(t *testing.T, input string) (n int) {
	t.Helper()
	for _, f := range auditedAs[fixed](t, input) {
		if len(f.Fix.Edits) > 0 {
			n++
		}
	}
	return n
}
