package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/samples/books"
)

// asX12 writes a sheet as professional claims, changed in what does not matter.
func asX12(change func(string) string) func(*testing.T, *sheet) string {
	return func(t *testing.T, s *sheet) string {
		t.Helper()
		return write(t, "claims.837", []byte(change(string(books.X12(s.header, s.rows)))))
	}
}

// asClaims leaves out what professional claims cannot say: claims of another type, and the day of receipt.
func asClaims(s *sheet) {
	kind := s.column("ClaimType")
	s.rows = slices.DeleteFunc(s.rows, func(row []string) bool { return row[kind] != "professional" })
	s.drop("ReceivedDate")
}

// TestOtherSamples holds that the samples of other forms than tables give exactly the findings that were
// planted in them.
func TestOtherSamples(t *testing.T) {
	for _, folder := range []string{"x12", "markup", "printed"} {
		var got, want []string
		for _, f := range audited(t, samples+"/"+folder) {
			got = append(got, fmt.Sprintf("%s row %d: %s %s", filepath.Base(f.File), f.Row, f.Severity, f.Rule))
		}
		lists, err := filepath.Glob(samples + "/expected/" + folder + "/*.csv")
		if err != nil || len(lists) == 0 {
			t.Fatalf("%d lists of expected findings: %v", len(lists), err)
		}
		for _, list := range lists {
			for _, r := range records(t, list)[1:] {
				want = append(want, fmt.Sprintf("%s row %s: %s %s", filepath.Base(r[0]), r[2], r[4], r[3]))
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" || len(want) < 3 {
			t.Errorf("findings on samples/%s (-planted +found):\n%s", folder, diff)
		}
	}
}

// TestTransmissions holds that claims are found at fault in X12 837P as in a CSV file that says as much.
func TestTransmissions(t *testing.T) {
	rows := records(t, samples+"/faults.csv")
	bare := sheetOf(rows)
	asClaims(bare)
	want, plain := outcome(t, asCSV(t, bare))
	if len(want) < 100 {
		t.Fatalf("%d findings: too few to compare", len(want))
	}
	for _, d := range []disguise{
		{"as it is", asClaims, asX12(func(text string) string { return text })},
		{"other signs on one line", asClaims, asX12(func(text string) string {
			return strings.NewReplacer("*", "\x1d", ":", "\x1f", "~", "\x1c", "^", "\x1e", "\n", "").Replace(text)
		})},
		{"wrapped at 80", asClaims, asX12(func(text string) string {
			return regexp.MustCompile(`.{80}`).ReplaceAllString(strings.ReplaceAll(text, "\n", ""), "$0\r\n")
		})},
		{"without its ISA", asClaims, asX12(func(text string) string {
			return text[strings.Index(text, "GS*"):strings.Index(text, "IEA*")]
		})},
		{"two interchanges with signs of their own", asClaims, func(t *testing.T, s *sheet) string {
			half := len(s.rows) / 2
			second := strings.NewReplacer("*", "|", ":", ">", "~", "'", "^", "!").Replace(string(books.X12(s.header, s.rows[half:])))
			return write(t, "claims.edi", append(books.X12(s.header, s.rows[:half]), second...))
		}},
		{"packed", asClaims, func(t *testing.T, s *sheet) string {
			return write(t, "claims.837.gz", gzipped(books.X12(s.header, s.rows)))
		}},
	} {
		t.Run(d.name, func(t *testing.T) { d.compare(t, sheetOf(rows), want, plain) })
	}
}

// TestMixedTransmission holds that what stands beside professional claims is named, and that claims which are
// not read make the status.
func TestMixedTransmission(t *testing.T) {
	claims, err := os.ReadFile(samples + "/x12/claims.837")
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]struct {
		status int
		why    string
	}{
		"837*0009*005010X223A2": {exitIncomplete, "institutional claims (837I) beside professional claims, in transaction 0009"},
		"999*0009*005010X231A1": {exitClean, "an acknowledgement of syntax (999) beside professional claims, in transaction 0009"},
	} {
		text := strings.Replace(string(claims), "GE*1*1", "ST*"+code+"~\nSE*2*0009~\nGE*2*1", 1)
		status, out, stderr := command(t, "audit", write(t, "mixed.837", []byte(text)), "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", filepath.Join(t.TempDir(), "out.json"))
		report, err := os.ReadFile(strings.TrimSpace(out))
		if err != nil || status != want.status || !strings.Contains(string(report), want.why) {
			t.Errorf("%s: status %d, %s %v; want %d and %q", code, status, stderr, err, want.status, want.why)
		}
	}
}
