package reports

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

var update = flag.Bool("update", false, "write the golden files anew")

func write(t *testing.T, r *audit.Report, ending string, o Options) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out"+ending)
	if err := Write(t.Context(), r, []string{path}, o); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGolden(t *testing.T) {
	for _, ending := range []string{".json", ".csv"} {
		t.Run(ending, func(t *testing.T) {
			got := write(t, small(), ending, Options{})
			golden := "testdata/report" + ending
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// An empty report has every field, and no list is null.
func TestEmptyJSON(t *testing.T) {
	data := write(t, &audit.Report{AsOf: claim.MustDate("2025-06-30")}, ".json", Options{})
	if bytes.Contains(data, []byte("null")) || !json.Valid(data) {
		t.Errorf("not as the contract says:\n%s", data)
	}
}

// Ten runs in one process give the same bytes, however many processors there are and in whatever
// order Go walks its maps.
func TestSameBytes(t *testing.T) {
	for _, ending := range []string{".xlsx", ".json", ".csv"} {
		first := write(t, large(3000), ending, Options{})
		for _, procs := range []int{1, 2, 16, 1, 2, 16, 3, 3, 3} {
			before := runtime.GOMAXPROCS(procs)
			again := write(t, large(3000), ending, Options{})
			runtime.GOMAXPROCS(before)
			if !bytes.Equal(first, again) {
				t.Errorf("%s: another file with %d processors", ending, procs)
			}
		}
	}
}

// folder is what lies in a folder, by name.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		files[e.Name()] = string(data)
	}
	return files
}

func TestWritesAllOrNone(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx  context.Context
		last string // the output that cannot be written
	}{
		"folder missing": {t.Context(), "missing/b.csv"},
		"name taken":     {t.Context(), "taken.csv"},
		"bad ending":     {t.Context(), "b.pdf"},
		"cancelled":      {cancelled, "b.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "taken.csv", "inside"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := folder(t, dir)
			err := Write(test.ctx, small(), []string{
				filepath.Join(dir, "a.json"), filepath.Join(dir, "a.xlsx"), filepath.Join(dir, test.last),
			}, Options{})
			if err == nil {
				t.Error("no error")
			}
			if diff := cmp.Diff(before, folder(t, dir)); diff != "" {
				t.Errorf("the folder is another (-before +after):\n%s", diff)
			}
		})
	}
}

// interrupted is a context that ends after it was asked so many times.
type interrupted struct {
	context.Context
	left *atomic.Int32
}

func (c interrupted) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// However far writing has come when it is interrupted, nothing of it is left.
func TestInterruptedWhileWriting(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for _, name := range []string{"a.xlsx", "a.json", "a.csv"} {
		paths = append(paths, filepath.Join(dir, name))
	}
	before := folder(t, dir)
	for asked := int32(0); ; asked += 1 + asked/2 {
		ctx := interrupted{context.Background(), new(atomic.Int32)}
		ctx.left.Store(asked)
		err := Write(ctx, large(1500), paths, Options{})
		if err == nil {
			if files := len(folder(t, dir)); asked < 1500 || files != len(paths) {
				t.Errorf("%d files after %d questions", files, asked)
			}
			return
		}
		if diff := cmp.Diff(before, folder(t, dir)); diff != "" || !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted after %d questions: %v; the folder is another (-before +after):\n%s", asked, err, diff)
		}
	}
}

func TestReplacesAndProtects(t *testing.T) {
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "a.json"), filepath.Join(dir, "A.XLSX"), filepath.Join(dir, "a.csv")}
	for range 2 {
		if err := Write(t.Context(), small(), paths, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(folder(t, dir)); n != len(paths) {
		t.Errorf("%d files, want %d", n, len(paths))
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %o", path, info.Mode().Perm())
		}
	}
}

var hostile = []struct{ name, text, csv string }{
	{"formula", `=cmd|' /C calc'!A0`, `'=cmd|' /C calc'!A0`},
	{"plus", "+1+1", "'+1+1"},
	{"minus", "-2+3", "'-2+3"},
	{"at", "@SUM(A1)", "'@SUM(A1)"},
	{"tab", "\t=1", "'\t=1"},
	{"blanks in front", " \u00A0=1+1", "' \u00A0=1+1"},
	{"next line in front", "\u0085=1+1", "'\u0085=1+1"},
	{"zero width in front", "\u200b\u202e@x", "'\u200b\u202e@x"},
	{"thin blank in front", "\u2009+1+1", "'\u2009+1+1"},
	{"next line before a word", "\u0085x", "\u0085x"},
	{"full width", "＝1+1", "'＝1+1"},
	{"negative number", "-12.50", "-12.50"},
	{"number", "+5", "+5"},
	{"controls", "a\x00b\x0bc", "a\x00b\x0bc"},
	{"emoji", "😀 x", "😀 x"},
	{"invalid", "a\xffb", "a\uFFFDb"},
	{"markup", `</v><f>1</f>&amp;"`, `</v><f>1</f>&amp;"`},
	{"escape", "_x0041_", "_x0041_"},
	{"blanks", "  x  ", "  x  "},
	{"lines", "a\nb", "a\nb"},
}

func withPatient(id string) *audit.Report {
	return changed(small(), func(findings []audit.Finding) []audit.Finding {
		f := findings[1]
		f.Line.Patient, f.Message = id, id
		return []audit.Finding{f}
	})
}

func TestHostileCSV(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			rows, err := csv.NewReader(bytes.NewReader(write(t, withPatient(h.text), ".csv", Options{}))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			column := slices.Index(rows[0], "patient")
			if got := rows[1][column]; got != h.csv {
				t.Errorf("got %q, want %q", got, h.csv)
			}
		})
	}
}

func TestHostileJSON(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			data := write(t, withPatient(h.text), ".json", Options{})
			var document struct {
				Findings []struct{ Patient string }
			}
			if err := json.Unmarshal(data, &document); err != nil || !utf8.Valid(data) {
				t.Fatalf("not a valid document: %v", err)
			}
			if got, want := document.Findings[0].Patient, strings.ToValidUTF8(h.text, "\uFFFD"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestMinSeverityCountsAgain(t *testing.T) {
	r := small()
	shown := newView(r, Options{MinSeverity: audit.Error})
	want := r.Summary
	want.Findings, want.FlaggedLines, want.Uncounted = 3, 3, 0
	want.ChargeAtRisk = 62345
	want.BySeverity = map[audit.Severity]int{audit.Error: 3}
	want.ByRule = map[string]int{"deleted-code": 1, "imaging-included": 1, "invalid-npi": 1}
	if diff := cmp.Diff(want, shown.Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if got := shown.Months[1].Counts; got.Flagged != 1 || got.AtRisk != 25000 || got.Lines != 3 {
		t.Errorf("April: %+v", got)
	}
	if shown.hidden != 2 || r.Findings.Len() != 5 || r.Months[1].Flagged != 3 {
		t.Error("the report itself has changed, or what is hidden is not counted")
	}
}

// A redacted copy tells providers apart by numbers, also where findings are left out.
func TestRedactedProviders(t *testing.T) {
	plain := newView(small(), Options{MinSeverity: audit.Error})
	redacted := newView(small(), Options{MinSeverity: audit.Error, Redact: true})
	for i, p := range plain.Providers {
		got := redacted.Providers[i]
		if want := fmt.Sprintf("provider %d", i+1); got.ID != want || got.Counts != p.Counts {
			t.Errorf("%s is %s with %+v, want %s with %+v", p.ID, got.ID, got.Counts, want, p.Counts)
		}
	}
	for i := range redacted.Findings.Len() {
		of := plain.finding(i).Line.Provider()
		at := slices.IndexFunc(plain.Providers, func(p audit.Provider) bool { return p.ID == of })
		if got := redacted.finding(i).Line.Provider(); got != redacted.Providers[at].ID {
			t.Errorf("a finding of %s is said to be of %q", of, got)
		}
	}
}

func TestFingerprintIgnoresRowsAndOrder(t *testing.T) {
	of := func(r *audit.Report) map[string]claim.Cents {
		v := newView(r, Options{})
		byPrint := map[string]claim.Cents{}
		for i := range r.Findings.Len() {
			p := v.fingerprintOf(i)
			byPrint[p.String()] = v.finding(i).Line.Charge
		}
		return byPrint
	}
	twins := func(rows ...int32) *audit.Report {
		r := small()
		var findings []audit.Finding
		for i, row := range rows {
			l := line(row, "P1", "2025-01-06", "64483")
			l.Charge = claim.Cents(100 * (i + 1))
			findings = append(findings, audit.Finding{Rule: npi, Severity: audit.Error, Line: l, Money: audit.Deny})
		}
		r.Findings = inOrder(findings)
		return r
	}
	first := of(twins(2, 3, 4))
	if len(first) != 3 {
		t.Fatalf("%d fingerprints for 3 findings", len(first))
	}
	if diff := cmp.Diff(first, of(twins(40, 9, 77))); diff != "" {
		t.Errorf("other rows, other fingerprints:\n%s", diff)
	}
	if got := Fingerprint(twins(2).Findings.At(0), 1); first[got] == 0 {
		t.Errorf("%s is none of %v", got, first)
	}
}

// contents are all bytes of an output, a workbook's parts unpacked.
func contents(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return string(data)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestDisguise(t *testing.T) {
	r := changed(small(), func(findings []audit.Finding) []audit.Finding {
		l := findings[1].Line
		l.Narrative = "patient of the clinic in town"
		l.Faults = []claim.Fault{{Field: claim.FieldBirth, Text: "4th March 57"}}
		findings[1].Message = `P001 born 1957-03-04 on claim CP001: DOB cannot be read from "4th March 57", ` + l.Narrative
		return findings
	})
	secrets := []string{"P001", "P002", "1957-03-04", "4th March 57", "in town"}
	for name, o := range map[string]Options{
		"deidentify": {Deidentify: []byte("key")},
		"redact":     {Redact: true},
	} {
		for _, ending := range []string{".xlsx", ".json", ".csv"} {
			all := contents(t, write(t, r, ending, o))
			for _, secret := range secrets {
				if strings.Contains(all, secret) {
					t.Errorf("%s %s shows %q", name, ending, secret)
				}
			}
			if name == "redact" && strings.Contains(all, "1234567893") {
				t.Errorf("%s shows a provider", ending)
			}
		}
	}
	v := newView(r, Options{Deidentify: []byte("key")})
	if a, b := v.finding(1).Line.Patient, v.finding(2).Line.Patient; a == "" || a != b {
		t.Errorf("one patient became %q and %q", a, b)
	}
	if w := newView(r, Options{Deidentify: []byte("other")}); w.finding(1).Line.Patient == v.finding(1).Line.Patient {
		t.Error("another key gives the same id")
	}
	if r.Findings.At(1).Line.Patient != "P001" {
		t.Error("the report itself has changed")
	}
}

// What a wrong name is told is the list of formats.
func TestEndings(t *testing.T) {
	if got := Endings(); got != ".xlsx, .json, .csv or .html" {
		t.Errorf("endings %q", got)
	}
	for _, f := range formats {
		if _, err := formatOf("a" + strings.ToUpper(f.ending)); err != nil {
			t.Errorf("%s: %v", f.ending, err)
		}
	}
	for _, path := range []string{"a.pdf", "a", "xlsx", "a.csv.gz"} {
		if err := Check([]string{path}, false); err == nil || !strings.Contains(err.Error(), Endings()) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestGapsByLines puts a reason that keeps many lines from one check before one that keeps few lines from many.
func TestGapsByLines(t *testing.T) {
	r := small()
	r.Coverage = []audit.Coverage{
		{Check: "units", NotChecked: 14, Reason: "Units is blank"}, {Check: "pairs", NotChecked: 30, Reason: "no pairs"},
		{Check: "a", Family: "units", NotChecked: 10, Reason: "Units is blank"}, {Check: "b", Family: "units", NotChecked: 12, Reason: "Units is blank"},
		{Check: "c", Family: "units", NotChecked: 12, Reason: "Units is blank"}, {Check: "d", Family: "pairs", NotChecked: 30, Reason: "no pairs"},
	}
	d := digest{view: newView(r, Options{})}
	var got []string
	for _, o := range d.obstacles() {
		got = append(got, fmt.Sprint(o.reason, " ", len(o.checks), " ", o.lines, " ", o.missed))
	}
	if want := "no pairs 1 30 30, Units is blank 3 14 34"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
