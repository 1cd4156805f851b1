package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestWaiversByFingerprint holds that a fingerprint waives the one finding that has it, whether outputs name
// patients or hashes: all of them, and each second one.
func TestWaiversByFingerprint(t *testing.T) {
	key, out := write(t, "key", []byte("a key of more than sixteen bytes")), filepath.Join(t.TempDir(), "out.json")
	flood := bookOf(t, 30, flooding{"invalid-npi", map[string]string{"RenderingNPI": "1234567890"}, "100.00"})
	for _, flags := range [][]string{nil, {"--deidentify", key}} {
		audit := func(more ...string) told {
			t.Helper()
			args := slices.Concat([]string{"audit", "../../samples/faults.csv", flood, "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out}, flags, more)
			if status, _, stderr := command(t, args...); status != exitClean {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			return toldIn(t, out)
		}
		plain := audit().Findings
		for _, every := range []int{1, 2} {
			rows, wanted := [][]string{{"Fingerprint", "Reason", "Owner", "Expires"}}, []string(nil)
			for i := 0; i < len(plain); i += every {
				wanted = append(wanted, plain[i].Fingerprint)
				rows = append(rows, []string{plain[i].Fingerprint, "agreed", "coder", "2025-06-30"})
			}
			said := audit("--waivers", writeRecords(t, "waivers.csv", rows), "--memory", "1KiB")
			var got []string
			for _, f := range said.Waived {
				got = append(got, f.Fingerprint)
			}
			if !slices.Equal(got, wanted) || len(said.Findings) != len(plain)-len(wanted) {
				t.Errorf("%v: %d of %d findings are waived and %d left, want %d", flags, len(got), len(plain), len(said.Findings), len(wanted))
			}
		}
	}
}

// TestWaiversOfTwins holds that of findings that say the same each fingerprint waives its own, in whatever order the
// lines stand and however many are judged at a time, also where they are judged apart.
func TestWaiversOfTwins(t *testing.T) {
	key, out := write(t, "key", []byte("a key of more than sixteen bytes")), filepath.Join(t.TempDir(), "out.json")
	header := []string{"ClaimID", "PatientID", "DOB", "DOS", "CPT", "Units", "Charge", "Dx1", "LineID", "Payer"}
	var rows [][]string
	for _, of := range [][3]string{{"C1", "", ""}, {"", "", ""}, {"C2", "P2", "1950-01-01"}, {"C2", "P2", "1987-07-21"}, {"C3", "P3", "1950-01-01"}, {"C4", "UNKNOWN", ""}, {"", "TEST", ""}} {
		for i, said := range [][]string{{"1", "30", "M54.16"}, {"2", "20", "M54.16"}, {"1", "40", "M54.15"}, {"1", "40", "M54.16"}, {"1", "40", "M54.16"}} {
			rows = append(rows, slices.Concat(of[:], []string{"2025-03-10", "62311"}, said, []string{fmt.Sprint(len(rows) + 10*i), "Aetna"}))
		}
	}
	shuffled := slices.Clone(rows)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	audit := func(rows [][]string, more ...string) told {
		t.Helper()
		in := writeRecords(t, "in.csv", slices.Insert(slices.Clone(rows), 0, header))
		args := slices.Concat([]string{"audit", in, "-q", "--as-of", "2025-06-30", "--rule", "deleted-code", "--fail-on", "never", "-o", out}, more)
		if status, _, stderr := command(t, args...); status != exitClean {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
		return toldIn(t, out)
	}
	for _, flags := range [][]string{nil, {"--deidentify", key}} {
		plain := audit(rows, flags...).Findings
		if len(plain) != len(rows) {
			t.Fatalf("%d findings on %d lines", len(plain), len(rows))
		}
		for every := range 5 {
			waivers, wanted := [][]string{{"Fingerprint", "Reason", "Owner", "Expires"}}, map[string][]string{}
			for i := every; i < len(plain); i += 5 {
				waivers = append(waivers, []string{plain[i].Fingerprint, "agreed", "coder", "2025-06-30"})
				wanted[plain[i].Fingerprint] = rows[plain[i].Row-2]
			}
			file := writeRecords(t, "waivers.csv", waivers)
			for workers, rows := range map[string][][]string{"1": rows, "4": shuffled} {
				said := audit(rows, slices.Concat(flags, []string{"--waivers", file, "--workers", workers})...)
				if len(said.Waived) != len(wanted) {
					t.Errorf("%v: %d findings are waived, want %d", flags, len(said.Waived), len(wanted))
				}
				for _, f := range said.Waived {
					if got := rows[f.Row-2]; !slices.Equal(got, wanted[f.Fingerprint]) {
						t.Errorf("%v: %s waives the finding of %q, which is that of %q", flags, f.Fingerprint, got, wanted[f.Fingerprint])
					}
				}
			}
		}
	}
}

// TestWaiversOfAWorkbook holds that waivers typed into a workbook, where codes and claims are numbers and
// days are days, are read as those of a text file.
func TestWaiversOfAWorkbook(t *testing.T) {
	dir := t.TempDir()
	in := writeRecords(t, "in.csv", [][]string{{"PatientID", "ClaimID", "DOS", "CPT", "Charge"}, {"7", "12345678901", "2025-05-07", "62311", "250"}})
	book := excelize.NewFile()
	defer book.Close()
	_, err := book.NewSheet("Rules we accept")
	for place, row := range map[[2]string][]any{
		{"Sheet1", "A1"}:          {"Notes of the meeting"},
		{"Rules we accept", "A1"}: {"What the office decided"},
		{"Rules we accept", "A3"}: {"Rule", "Code", "Claim", "Patient", "Reason", "Owner", "Expires"},
		{"Rules we accept", "A4"}: {"deleted-code", 62311, 12345678901, 7, "agreed", "coder", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)},
	} {
		err = errors.Join(err, book.SetSheetRow(place[0], place[1], &row))
	}
	waivers, out := filepath.Join(dir, "waivers.xlsx"), filepath.Join(dir, "out.json")
	if err := errors.Join(err, book.SaveAs(waivers)); err != nil {
		t.Fatal(err)
	}
	for asOf, waived := range map[string]int{"2025-06-30": 1, "2025-07-01": 0} {
		if status, _, stderr := command(t, "audit", in, "-q", "--as-of", asOf, "--waivers", waivers, "-o", out, "--fail-on", "never"); status != 0 {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
		said := toldIn(t, out)
		if len(said.Waived) != waived || len(said.Findings) != 1-waived || said.Waivers[0].Row != 4 {
			t.Errorf("as of %s: %d waived, %d found, by row %d", asOf, len(said.Waived), len(said.Findings), said.Waivers[0].Row)
		}
	}
}
