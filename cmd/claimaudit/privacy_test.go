package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// private is an export in which every cell that names somebody is a text of its own, also where
// columns have slipped: a name in the code column, a date of birth in the units.
const private = `ClaimID,PatientID,DOB,DOS,CPT,Mod1,Units,Charge,Dx1,RenderingNPI,BillingNPI,BillingTIN,POS,Payer,AuthNumber,Narrative
CLM-777001,PAT-888001,1950-03-07,2025-03-10,62311,,1,250.00,M54.16,1234567893,1982736459,998877665,11,Medicare Part B,AUTH-4711,Quixotic fell in Zanzibar
CLM-777001,PAT-888001,3/27/1950,2025-03-10,77003,26,1,90.00,M54.16,1234567893,1982736459,998877665,11,Medicare Part B,AUTH-4711,
CLM-777002,PAT-888001,1950-03-07,2025-03-10,62311,,1,250.00,M54.16,1234567893,1982736459,998877665,11,Medicare Part B,,
17,46,1950-03-07,2025-03-11,64483,RT,9,250.00,M54.16,1234567893,1982736459,998877665,11,Medicare Part B,,
18,46,1950-03-07,2025-03-11,64483,RT,9,250.00,M54.16,1234567893,1982736459,998877665,11,Medicare Part B,,
CLM-777003,PAT-888002,7th "Mar" 1950,2025-03-10,20610,RT,1,100.00,M17.11,1234567890,1982736459,998877665,11,CIGNA,,
CLM-777004,PAT-888003,2026-01-07,2025-03-10,20610,LT,1,100.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,Zanzibar
CLM-777005,PAT-888004,1950-03-07,2025-03-12,ZEBEDEE QUILL,,1,100.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777006,PAT-888005,1950-03-07,2025-03-12,1950-03-07,ZEBEDEE,QUILL,ZEBEDEE,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777007,PAT-888006,1950-03-07,2025-03-12,J33O1,,10,20.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777008,8.88007E+15,1950-03-07,2025-03-12,20610,,1,20.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777009,UNKNOWN,1950-03-07,2025-03-12,20610,,1,20.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777010,PAT-888008,1950-03-07,ZEBEDEE,20610,,1,20.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,Quixotic
CLM-777012,PAT-888010,1950-03-07,2025-03-12,20610,RT,1,20.00,ZEBEDEE,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777013,PAT-888011,1950-03-07,2025-03-12,20610,RT,1,20.00,19500307,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777014,ZQ71234,1950-03-07,2025-03-12,ZQ71234,,1,0.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777015,ZQ712,1950-03-07,2025-03-12,ZQ712,,ZQ712,0.00,ZQ712,1234567893,1982736459,998877665,11,CIGNA,,
CLM-777011,PAT-888009,1950-03-07,2025-03-14,NO SHOW,,1,0.00,M17.12,1234567893,1982736459,998877665,11,CIGNA,,Quixotic
Total PAT-888009,,,,,,,1440.00,,,,,,,,
`

// names are what must not be left of it, in any form a date of birth can take.
var (
	names = regexp.MustCompile(`(?i)CLM-?777|PAT-?888|8\.88007|888007|1950-03-07|3/27/1950|03/27/1950|1950-03-27|19500307|19500327|\b183[24]9\b|7th|ZEB.EDEE|195\.00307|2026-01-07|` +
		`Quixotic|Zanzibar|ZEBEDEE|QUILL|AUTH-?4711|\bclaim 1[78]\b|patient (id )?46\b|ZQ712`)
	providers = regexp.MustCompile(`123456789[03]|1982736459|998877665|dr-wexford`)
)

// writtenWith audits the private export with the flags and returns what was written and logged, by
// name, workbooks unpacked.
func writtenWith(t *testing.T, flags ...string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "night.csv")
	if slices.Contains(flags, "--redact") {
		in = filepath.Join(dir, "dr-wexford.csv")
	}
	if err := os.WriteFile(in, []byte(private), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"audit", in, "--as-of", "2025-06-30", "--corrected", filepath.Join(dir, "corrected.csv")}
	outputs := []string{"a.xlsx", "a.json", "a.csv", "a.html"}
	for _, out := range outputs {
		args = append(args, "-o", filepath.Join(dir, out))
	}
	status, _, stderr := command(t, append(args, flags...)...)
	if status != exitIncomplete {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	all := map[string]string{"log": stderr}
	for _, out := range append(outputs, "corrected.csv") {
		all[out] = unpacked(t, filepath.Join(dir, out))
	}
	return all
}

// unpacked is a file's text, or that of all parts of a workbook.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	book, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return string(data)
	}
	var all strings.Builder
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestNothingNamesAnybody(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("a key of more than sixteen bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if plain := writtenWith(t); !names.MatchString(plain["a.json"]) || !providers.MatchString(plain["a.json"]) {
		t.Fatal("the plain report names nobody: nothing is tested")
	} else if named := names.FindString(plain["a.html"]) + providers.FindString(plain["a.html"]); named != "" {
		t.Errorf("the page to mail names %q", named)
	}
	for name, flags := range map[string][]string{"deidentify": {"--deidentify", key}, "redact": {"--redact"}} {
		t.Run(name, func(t *testing.T) {
			for out, text := range writtenWith(t, flags...) {
				for _, at := range names.FindAllStringIndex(text, -1) {
					t.Errorf("%s: %q in …%q…", out, text[at[0]:at[1]], text[max(0, at[0]-80):min(len(text), at[1]+20)])
				}
				if at := providers.FindStringIndex(text); name == "redact" && out != "log" && at != nil {
					t.Errorf("%s: a provider in …%q…", out, text[max(0, at[0]-80):min(len(text), at[1]+20)])
				}
			}
		})
	}
}

// TestPageLeavesNobody looks for the people of the private export in all that the page answers, logs and leaves. How
// the file is understood names nobody; what was found does, unless that was asked for; nothing is in the log, and of
// the file nothing is left.
func TestPageLeavesNobody(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("a key of more than sixteen bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, flags := range map[string][]string{"plain": nil, "deidentify": {"--deidentify", key}, "redact": {"--redact"}} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			p := servePage(t, append(flags, "--as-of", "2025-06-30")...)
			called := map[bool]string{true: "ZEBEDEE QUILL.csv", false: "night.csv"}[name == "redact"] // by whatever name
			job := p.upload(map[string][]byte{called: []byte(private)}, called)
			understood := p.get(job)
			if !strings.Contains(understood, "PatientID") || names.MatchString(understood) {
				t.Errorf("how the file is understood names %q", names.FindString(understood))
			}
			if held := filesIn(t, p.temp); len(held) != 2 || !strings.Contains(held[1], "copy-0001.csv") {
				t.Errorf("while it is open these files are there: %v", held)
			}
			if s := p.choose(job, "audit", nil); s != "done" {
				t.Fatal(s, p.get(job))
			}
			all := map[string]string{"list": p.get(job), "home": p.get("/"), "progress": p.get(job + "/state")}
			for i := 0; name != "plain" && i < strings.Count(all["list"], "<tr"); i += 2 {
				all[fmt.Sprintf("finding %d", i)] = p.get(fmt.Sprintf("%s?finding=%d", job, i))
			}
			for _, form := range []string{"json", "xlsx", "corrected"} {
				path := filepath.Join(t.TempDir(), "download")
				if err := os.WriteFile(path, []byte(p.get(job+"/download/"+form)), 0o600); err != nil {
					t.Fatal(err)
				}
				all[form] = unpacked(t, path)
			}
			seen := map[string]bool{}
			for what, text := range all {
				if name == "plain" && what != "home" && what != "progress" {
					continue // whoever looks at it is to see whom it is about
				}
				text = newLines(text, seen)
				named := names.FindString(text)
				if name == "redact" {
					named += providers.FindString(text)
				}
				if named != "" {
					t.Errorf("%s names %q", what, named)
				}
			}
			if name == "plain" && !names.MatchString(all["list"]) {
				t.Error("the plain list names nobody: nothing is tested")
			}
			if log := p.log.String(); names.MatchString(log) || !strings.Contains(log, "audited") {
				t.Errorf("the log names %q: %s", names.FindString(log), log)
			}
			p.post(job+"/close", nil)
			if left := filesIn(t, p.temp); len(left) > 0 {
				t.Errorf("these files are left: %v", left)
			}
			if left := filesIn(t, "."); len(left) > 0 {
				t.Errorf("these files were made: %v", left)
			}
		})
	}
}

// newLines are the lines of a text that no text before had: pages have most of theirs in common.
func newLines(text string, seen map[string]bool) string {
	var lines []string
	for line := range strings.Lines(text) {
		if !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// filesIn are the files of a folder and of those in it, in order.
func filesIn(t *testing.T, folder string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// What people write into waivers may name anybody, and so may the names of their files.
func TestWaiversNameNobody(t *testing.T) {
	dir := t.TempDir()
	key, waivers := filepath.Join(dir, "key"), filepath.Join(dir, "dr-wexford.csv")
	rows := "Rule,Patient,Claim,Reason,Owner,Expires\n" +
		"deleted-code,PAT-888001,CLM-777001,Zebedee of PAT-888001 knows,dr-wexford,2025-12-31\n" +
		"invalid-npi,,,Quixotic,dr-wexford,2025-01-01\nunreadable-cell,,,Quixotic,dr-wexford,2025-12-31\n"
	err := os.WriteFile(waivers, []byte(rows), 0o600)
	if err := errors.Join(err, os.WriteFile(key, []byte("a key of more than sixteen bytes"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if plain := writtenWith(t, "--waivers", waivers)["a.json"]; !strings.Contains(plain, "Zebedee") || !strings.Contains(plain, "expired_waiver") {
		t.Fatal("the plain report has no waivers: nothing is tested")
	}
	for name, flags := range map[string][]string{"deidentify": {"--deidentify", key}, "redact": {"--redact"}} {
		for out, text := range writtenWith(t, append(flags, "--waivers", waivers)...) {
			if at := names.FindString(text); at != "" {
				t.Errorf("%s: %s has %q", name, out, at)
			}
			if at := providers.FindString(text); name == "redact" && out != "log" && at != "" {
				t.Errorf("%s: %s has %q", name, out, at)
			}
		}
	}
}

// A sheet that is not read is named in the notes, but not in a redacted copy.
func TestSheetNotReadIsNotNamed(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.xlsx")
	book := excelize.NewFile()
	defer book.Close()
	_, err := book.NewSheet("ZEBEDEE QUILL")
	for place, row := range map[[2]string][]any{
		{"Sheet1", "A1"}: {"PatientID", "DOS", "CPT"}, {"Sheet1", "A2"}: {"P1", "2025-03-10", "20610"},
		{"ZEBEDEE QUILL", "A1"}: {"Phone", "Remark"}, {"ZEBEDEE QUILL", "A2"}: {"555-0100", "call back"},
	} {
		err = errors.Join(err, book.SetSheetRow(place[0], place[1], &row))
	}
	if err := errors.Join(err, book.SaveAs(in)); err != nil {
		t.Fatal(err)
	}
	for flag, named := range map[string]bool{"--quiet": true, "--redact": false} {
		for _, ending := range []string{".json", ".xlsx"} {
			out := filepath.Join(dir, flag+ending)
			if status, _, stderr := command(t, "audit", in, "--as-of", "2025-06-30", "--fail-on", "never", flag, "-o", out); status != 0 {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			text := unpacked(t, out)
			if strings.Contains(text, "ZEBEDEE QUILL") != named || !strings.Contains(text, "was not read") {
				t.Errorf("%s%s: the name of the sheet that is not read is there: %v, want %v", flag, ending, !named, named)
			}
		}
	}
}

// The same patient has the same id in every output and in another export, and codes stay.
func TestDeidentifiedAgrees(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("a key of more than sixteen bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, second := writtenWith(t, "--deidentify", key), writtenWith(t, "--deidentify", key)
	var report struct {
		Findings []struct {
			Row                           int
			Patient, Claim, Code, Message string
		}
	}
	if err := json.Unmarshal([]byte(first["a.json"]), &report); err != nil {
		t.Fatal(err)
	}
	id, codes, messages := map[int]string{}, map[int]string{}, ""
	for _, f := range report.Findings {
		id[f.Row], codes[f.Row] = f.Patient, f.Code
		messages += f.Message + "\n"
		for out, text := range first {
			if knows := strings.Contains(text, f.Patient); out != "log" && knows == (out == "a.html") {
				t.Errorf("%s knows the patient of row %d: %v", out, f.Row, knows)
			}
		}
	}
	if id[2] == "" || id[2] != id[4] || id[2] == id[5] || !strings.Contains(second["a.csv"], id[2]) {
		t.Errorf("patients by row: %v", id)
	}
	if codes[9] != "AAAAAAA AAAAA" || codes[10] != "9999-99-99" || codes[11] != "J33O1" {
		t.Errorf("codes by row: %v", codes)
	}
	for _, want := range []string{"62311", "claim C", `from "[removed]"`, "before the patient's birth, [removed]", "UNKNOWN is a placeholder"} {
		if !strings.Contains(messages, want) {
			t.Errorf("no message with %q:\n%s", want, messages)
		}
	}
}

// sampledPrivate is the private export so that all of it can be drawn, and with a patient in the place of a payer.
func sampledPrivate(t *testing.T, dir string) string {
	t.Helper()
	in := filepath.Join(dir, "dr-wexford.csv")
	rows := strings.ReplaceAll(private, ",0.00,", ",5.00,")
	rows = strings.Replace(rows, "Total ", "CLM-777016,PAT-888012,1950-03-07,2025-03-15,64483,RT,1,9.00,M54.16,1234567893,1982736459,998877665,11,ZEBEDEE QUILL,,\nTotal ", 1)
	if err := os.WriteFile(in, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	return in
}

// gossip are the answers of a reviewer who names people wherever one can write.
func gossip(i int, _ map[string]string) map[string]any {
	said := map[string]any{"Supported": "Yes", "Reviewer": "dr-wexford", "Reviewed on": "2025-07-01", "Note": "Quixotic, PAT-888001, of dr-wexford"}
	if i%2 == 0 {
		said["Supported"], said["Correct payment"], said["Correct code"] = "In part", 1, "ZEBEDEE QUILL"
	}
	return said
}

// TestSampleNamesNobody looks for the people of the private export in samples, and in estimates and requests made from
// them, of samples that name people and of those that name none.
func TestSampleNamesNobody(t *testing.T) {
	dir := t.TempDir()
	key, in := filepath.Join(dir, "key"), sampledPrivate(t, dir)
	must(t, "key", key)
	draw := func(to string, flags ...string) (sample, filled string) {
		sample, filled = filepath.Join(dir, to+".xlsx"), filepath.Join(dir, to+"-filled.xlsx")
		must(t, append([]string{"sample", in, "--as-of", "2025-06-30", "-q", "--unit", "line", "--size", "100", "--seed", "5", "--strata", "provider",
			"-o", sample, "--frame", filepath.Join(dir, to+".csv")}, flags...)...)
		if err := playReviewer(sample, filled, gossip); err != nil {
			t.Fatal(err)
		}
		return sample, filled
	}
	plain, plainFilled := draw("plain")
	for _, path := range []string{plain, filepath.Join(dir, "plain.csv")} {
		if text := unpacked(t, path); !names.MatchString(text) {
			t.Fatalf("%s names nobody: nothing is tested", path)
		}
	}
	points := map[string]string{}
	for name, flags := range map[string][]string{"deidentify": {"--deidentify", key}, "redact": {"--redact"}} {
		sample, filled := draw(name, flags...)
		written := []string{sample, filepath.Join(dir, name+".csv")}
		for from, book := range map[string]string{"named": plainFilled, "masked": filled} {
			out := func(what string) string { return filepath.Join(dir, name+"-"+from+what) }
			made := []string{out("-e.json"), out("-e.xlsx")}
			must(t, append([]string{"estimate", book, "-q", "-o", made[0], "-o", made[1]}, flags...)...)
			if (name == "redact") == (from == "named") {
				made = append(made, out("-r.csv"), out("-r.xlsx"))
				must(t, append([]string{"requests", book, "-q", "-o", made[2], "-o", made[3]}, flags...)...)
			}
			points[name+from] = factsOf(t, made[1], "Estimate")["Point estimate"]
			written = append(written, made...)
		}
		for _, path := range written {
			text := unpacked(t, path)
			said := names.FindString(text)
			if name == "redact" {
				said += providers.FindString(text)
			}
			if said != "" {
				t.Errorf("%s names %q", filepath.Base(path), said)
			}
			if words := map[string]string{"redact": "Redacted: names nobody", "deidentify": "De-identified"}[name]; strings.HasSuffix(path, ".xlsx") && !strings.Contains(text, words) {
				t.Errorf("%s does not say whom it names", filepath.Base(path))
			}
		}
	}
	for name, point := range points {
		if point != points["redactnamed"] || point == "" {
			t.Errorf("%s: the point estimate is %s, and %s of the sample with names", name, point, points["redactnamed"])
		}
	}
	checkMasked(t, dir, key)
}

// checkMasked holds the masked samples against the one with names: the same units under the same numbers, providers
// told apart, and the patient's hash that of an audit; with another key it is refused.
func checkMasked(t *testing.T, dir, key string) {
	t.Helper()
	units := map[string][]map[string]string{}
	for _, name := range []string{"plain", "redact", "deidentify"} {
		units[name] = sheetRows(t, filepath.Join(dir, name+".xlsx"), "Units Drawn")
	}
	audited := filepath.Join(dir, "audit.json")
	status, _, stderr := command(t, "audit", filepath.Join(dir, "dr-wexford.csv"), "-q", "--as-of", "2025-06-30", "--deidentify", key, "-o", audited)
	if status != exitIncomplete {
		t.Fatal(status, stderr)
	}
	hashes, stands := unpacked(t, audited), map[string]string{}
	for i, u := range units["plain"] {
		redacted, hashed := units["redact"][i], units["deidentify"][i]
		if redacted["Unit"] != u["Unit"] || hashed["Unit"] != u["Unit"] || redacted["Patient"]+redacted["Claim"] != "" || !strings.HasPrefix(redacted["Provider"], "provider ") {
			t.Errorf("unit %s: %v and %v", u["Unit"], redacted, hashed)
		}
		if before := stands[redacted["Provider"]]; before != "" && before != u["Provider"] {
			t.Errorf("%s stands for two providers", redacted["Provider"])
		}
		stands[redacted["Provider"]] = u["Provider"]
		if u["Patient"] == "PAT-888001" && (hashed["Patient"] == "" || !strings.Contains(hashes, hashed["Patient"])) {
			t.Errorf("%q of PAT-888001 is no hash of the audit", hashed["Patient"])
		}
	}
	if len(stands) < 2 {
		t.Error("there is one provider: nothing is tested")
	}
	other := filepath.Join(dir, "other-key")
	must(t, "key", other)
	status, _, stderr = command(t, "estimate", filepath.Join(dir, "deidentify-filled.xlsx"), "--deidentify", other, "-o", filepath.Join(dir, "none.json"))
	if status != exitFailed || !strings.Contains(stderr, "another key") {
		t.Errorf("another key: exit status %d: %s", status, stderr)
	}
}
