package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"claimaudit/parsers/tables"
)

// stepsOutputs are the outputs that an audit and its three steps are compared in.
var stepsOutputs = []string{"o.xlsx", "o.json", "o.csv", "o.html", "corrected.csv"}

// outputsIn are the flags that write them into a folder.
func outputsIn(folder string, names []string) (flags []string) {
	last := len(names) - 1
	for _, name := range names[:last] {
		flags = append(flags, "-o", filepath.Join(folder, name))
	}
	return append(flags, "--corrected", filepath.Join(folder, names[last]))
}

// steps is an audit made in its three steps, each of which may go wrong.
type steps struct {
	t      *testing.T
	folder string // of lines
	parts  string // what judges wrote
}

// firstStep makes the first step.
func firstStep(t *testing.T, parts int, args ...string) *steps {
	t.Helper()
	s := &steps{t, filepath.Join(t.TempDir(), "run"), t.TempDir()}
	args = append([]string{"lines", "-q", "-o", s.folder, "--parts", fmt.Sprint(parts), "--with-corrected"}, args...)
	status, stdout, stderr := command(t, args...)
	if status != exitClean || stdout != s.folder+"\n" {
		t.Fatalf("lines %v: exit status %d: %s%s", args, status, stdout, stderr)
	}
	return s
}

// rows are the lines of a part, shuffled.
func (s *steps) rows(name string) []string {
	s.t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		s.t.Fatal(err)
	}
	rows := strings.SplitAfter(string(data), "\n")
	rows = rows[:len(rows)-1]
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	return rows
}

func (s *steps) linesFiles() []string {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.folder, linesName, "*.tsv"))
	if err != nil || len(files) == 0 {
		s.t.Fatal(files, err)
	}
	return files
}

// judged is what a judge says of rows, and its exit status.
func (s *steps) judged(rows []string, flags ...string) (said []byte, status int, stderr string) {
	s.t.Helper()
	var out, errOut bytes.Buffer
	args := append([]string{"judge", "--run", filepath.Join(s.folder, runName)}, flags...)
	status = run(context.Background(), args, strings.NewReader(strings.Join(rows, "")), &out, &errOut)
	return out.Bytes(), status, errOut.String()
}

// judge judges rows into a part of that name.
func (s *steps) judge(name string, rows []string, flags ...string) {
	s.t.Helper()
	said, status, stderr := s.judged(rows, flags...)
	if status != exitClean || stderr != "" {
		s.t.Fatalf("judge: exit status %d: %s", status, stderr)
	}
	if err := os.WriteFile(filepath.Join(s.parts, name), said, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// judgeAll judges every part, the last first.
func (s *steps) judgeAll(flags ...string) {
	s.t.Helper()
	files := s.linesFiles()
	for i, name := range files {
		s.judge(fmt.Sprintf("%03d", len(files)-i), s.rows(name), flags...)
	}
}

// TestStepsAreAnAudit holds that an audit in three steps writes the bytes of an audit in one process, whatever its
// form, whatever parts its patients are in and in whatever order their rows come.
func TestStepsAreAnAudit(t *testing.T) {
	waivers := write(t, "waivers.csv", []byte("Rule,Code,Reason,Owner,Expires\ninvalid-npi;duplicate-line,,known,me,2026-01-01\ndeleted-code,,once,me,2025-01-01\n"))
	key := write(t, "key", []byte(strings.Repeat("k", 40)))
	nobody := write(t, "nobody.csv", []byte("ClaimID,PatientID,DOS,CPT,Units,Charge\n"+strings.Repeat(",,2025-03-10,62311,1,10\n,,2025-03-10,62311,2,20\n,UNKNOWN,2025-03-10,62311,3,30\n", 5)))
	shared := write(t, "shared.csv", []byte("ClaimID,PatientID,DOS,CPT,Units,Charge\nC9,PA,2025-03-10,62311,1,10\nC9,PB,2025-03-10,62311,1,10\nC8,PC,2025-03-10,62311,1,10\n"))
	paid := write(t, "paid.csv", []byte("ClaimID,DOS,CPT,Paid,DenialCodes\nC9,2025-03-10,62311,0.00,CO-181\nC8,2025-03-10,62311,0.00,CO-181\nC7,2025-03-10,62311,0.00,CO-181\n"))
	twins := [][]string{{"Fingerprint", "Reason", "Owner", "Expires"}}
	for i, f := range audited(t, nobody, "--rule", "deleted-code") {
		if i%2 == 0 {
			twins = append(twins, []string{f.Print, "agreed", "me", "2026-01-01"})
		}
	}
	type trial struct {
		name   string
		parts  int
		args   []string // of audit and of lines
		both   []string // of audit, lines and merge
		merged []string // of audit and of merge
		judge  []string // of judge alone
		full   bool     // in every output
		seldom bool     // only with -law-all
	}
	many := 12
	if *lawAll {
		many = 64
	}
	all := []trial{
		{name: "one part", parts: 1, args: []string{samples + "/faults.csv"}, seldom: true},
		{name: "seven parts", full: true, parts: 7, args: []string{samples + "/practice-export.xlsx", samples + "/x12", samples + "/nights", samples + "/spoiled.csv"}, judge: []string{"--workers", "3"}, merged: []string{"--title", "Ours", "--min-severity", "warning"}},
		{name: "many parts", parts: many, args: []string{samples + "/faults.csv"}},
		{name: "spilled", parts: 1, args: []string{samples + "/faults.csv", "--memory", "16K"}, judge: []string{"--memory", "16K"}, merged: []string{"--deidentify", key}},
		{name: "workbook", full: true, parts: 3, args: []string{samples + "/practice-export.xlsx"}, seldom: true},
		{name: "notes", parts: 3, args: []string{samples + "/notes/export.csv", "--notes", samples + "/notes/notes.csv", "--codes", samples + "/notes/codes.csv"}, seldom: true},
		{name: "waivers", parts: 3, args: []string{samples + "/faults.csv", "--waivers", waivers}, seldom: true},
		{name: "waivers with a key", parts: 2, args: []string{samples + "/faults.csv", "--waivers", waivers}, both: []string{"--deidentify", key}},
		{name: "waivers of twins", parts: 2, args: []string{nobody, "--waivers", writeRecords(t, "twins.csv", twins)}},
		{name: "remittances", full: true, parts: 3, args: []string{samples + "/remits/export.csv", shared, "--remits", samples + "/remits/payer-a.csv", "--remits", samples + "/remits/payer-b.xlsx", "--remits", paid}},
		{name: "redacted", parts: 2, args: []string{samples + "/faults.csv", "--rule", "duplicate-line", "--rule", "bundled-pair"}, both: []string{"--redact"}},
		{name: "no line", parts: 1, args: []string{write(t, "empty.csv", []byte("ClaimID,PatientID,DOS,CPT\n"))}, both: []string{"--allow-empty"}},
	}
	for _, f := range allForms(t) {
		folder := filepath.Join(samples, "forms", f.Name)
		if args := []string{folder}; f.Shown() {
			if earlier := filepath.Join(folder, "earlier"); isFolder(earlier) {
				args = append(args, "--context", earlier)
			}
			all = append(all, trial{name: f.Name, parts: 2, args: args, seldom: !slices.Contains(stepsForms, f.Name)})
		}
	}
	for _, try := range all {
		if try.seldom && !*lawAll {
			continue
		}
		t.Run(try.name, func(t *testing.T) {
			one, three := t.TempDir(), t.TempDir()
			try.args = append(try.args, "--as-of", "2025-06-30")
			outputs := stepsOutputs
			if !try.full {
				outputs = stepsOutputs[1:]
			}
			want, _, stderr := command(t, slices.Concat([]string{"audit", "-q"}, try.args, try.both, try.merged, outputsIn(one, outputs))...)
			if want == exitFailed {
				t.Fatal(stderr)
			}
			s := firstStep(t, try.parts, slices.Concat(try.args, try.both)...)
			s.judgeAll(try.judge...)
			status, _, stderr := command(t, slices.Concat([]string{"merge", "-q", s.folder, s.parts}, try.both, try.merged, outputsIn(three, outputs))...)
			if status != want {
				t.Fatalf("exit status %d, want %d: %s", status, want, stderr)
			}
			sameFiles(t, one, three, outputs)
		})
	}
}

// stepsForms are the forms of samples that only all lines tell how to read; the others are tried with -law-all.
var stepsForms = []string{"context", "centres-untyped", "unread"}

// sameFiles holds that two folders have the same outputs, byte for byte.
func sameFiles(t *testing.T, one, three string, names []string) {
	t.Helper()
	for _, name := range names {
		want, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(three, name)); err != nil || !bytes.Equal(want, got) {
			t.Errorf("%s is another than that of audit (%v)", name, err)
		}
	}
}

// TestStepsKnowEverySetting holds that what is set for lines reaches judge and merge, though the files that were
// named are gone by then.
func TestStepsKnowEverySetting(t *testing.T) {
	alone := []string{"rule", "sheet", "date_order", "context"} // beside which others have no effect
	together := ""
	for _, known := range knownSettings(t) {
		key := known.key()
		try := trials[key]
		yaml := cmp.Or(try.yaml, known.example())
		switch {
		case !known.recorded() || key == "new_only" || key == "min_severity":
		case slices.Contains(alone, key):
			t.Run(key, func(t *testing.T) { tryConfigured(t, yaml, cmp.Or(try.input, "claims.csv")) })
		default:
			together += yaml + "\n"
		}
	}
	t.Run("others", func(t *testing.T) { tryConfigured(t, together, "claims.csv") })
}

func tryConfigured(t *testing.T, config, input string) {
	trialFolder(t)
	rewrite(t, ".", configName, []byte(config))
	args := []string{input}
	if !strings.Contains(config, "as_of:") {
		args = append(args, "--as-of=2025-06-30")
	}
	one, three := t.TempDir(), t.TempDir()
	if status, _, stderr := command(t, slices.Concat([]string{"audit", "-q"}, args, outputsIn(one, stepsOutputs))...); status == exitFailed {
		t.Fatal(stderr)
	}
	s := firstStep(t, 1, args...)
	for _, name := range []string{"notes.csv", "codes.csv", "waivers.csv", "cms", "earlier.csv", input} {
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
	}
	s.judgeAll()
	if status, _, stderr := command(t, slices.Concat([]string{"merge", "-q", s.folder, s.parts}, outputsIn(three, stepsOutputs))...); status == exitFailed {
		t.Fatal(stderr)
	}
	sameFiles(t, one, three, stepsOutputs)
}

// TestTablesAreCompiledOnce holds that judges, also some at once, take the compiled form of a table from the run, and
// have no cache of their own.
func TestTablesAreCompiledOnce(t *testing.T) {
	trialFolder(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // of the cache on other systems
	s := firstStep(t, 1, "claims.csv", "--as-of=2025-06-30", "--table=cms")
	empty := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", empty)
	t.Setenv("HOME", empty)
	r, err := openRun(filepath.Join(s.folder, runName))
	if err != nil {
		t.Fatal(err)
	}
	conf := &configuration{base: r.base, compiled: r.cache}
	read := 0
	if _, err := r.Settings.knowledge(conf, func(f *tables.File) {
		read++
		if !f.Cached {
			t.Errorf("%s is parsed once more", f.Path)
		}
	}); err != nil || read == 0 {
		t.Errorf("%d tables in the run, %v", read, err)
	}
	if err := r.close(); err != nil {
		t.Error(err)
	}
	rows := s.rows(s.linesFiles()[0])
	want, _, _ := s.judged(rows)
	var judges sync.WaitGroup
	for range 4 {
		judges.Go(func() {
			if got, status, stderr := s.judged(rows); status != exitClean || !bytes.Equal(got, want) {
				t.Errorf("one of several judges: exit status %d: %s", status, stderr)
			}
		})
	}
	judges.Wait()
	if entries, err := os.ReadDir(empty); err != nil || len(entries) > 0 {
		t.Errorf("judges have a cache: %v, %v", entries, err)
	}
}

// TestPartsAreChecked holds that a merge of anything but all parts of one run, each once and as it was written, is
// refused, and says which part is wrong.
func TestPartsAreChecked(t *testing.T) {
	s := firstStep(t, 5, samples+"/faults.csv", "--as-of", "2025-06-30")
	s.judgeAll()
	other := firstStep(t, 1, samples+"/faults.csv", "--as-of", "2025-06-29")
	other.judgeAll()
	files := s.linesFiles()
	first := s.rows(files[0])
	patient := slices.IndexFunc(first, func(row string) bool {
		return strings.Count(strings.Join(first, ""), row[:32]) > 1
	})
	part := func(name string) string { return filepath.Join(s.parts, name) }
	said, err := os.ReadFile(part("005"))
	if err != nil {
		t.Fatal(err)
	}
	for _, try := range []struct {
		name   string
		change func(parts string) // of a copy of all parts
		says   string
	}{
		{"cut", func(parts string) { rewrite(t, parts, "005", said[:len(said)/2]) }, "005 ends without its trailer"},
		{"cut in the trailer", func(parts string) { rewrite(t, parts, "005", said[:len(said)-10]) }, "005 ends without its trailer"},
		{"empty", func(parts string) { rewrite(t, parts, "005", nil) }, "005 ends without its trailer"},
		{"edited", func(parts string) {
			rewrite(t, parts, "005", slices.Concat(said[:40], []byte{said[40] ^ 1}, said[41:]))
		}, "005 "},
		{"missing", func(parts string) { remove(t, filepath.Join(parts, "003")) }, "are in no part"},
		{"doubled", func(parts string) { rewrite(t, parts, "006", said) }, "006 is the same part as"},
		{"doubled for a missing one", func(parts string) { rewrite(t, parts, "001", said) }, "005 is the same part as"},
		{"of other settings", func(parts string) { rewrite(t, parts, "006", readFile(t, filepath.Join(other.parts, "001"))) }, "006 is of another run"},
		{"a patient apart", func(parts string) {
			s.judge("a", first[patient:patient+1])
			s.judge("b", slices.Delete(slices.Clone(first), patient, patient+1))
			remove(t, filepath.Join(parts, "005"))
			for _, name := range []string{"a", "b"} {
				rewrite(t, parts, name, readFile(t, part(name)))
				remove(t, part(name))
			}
		}, "one patient were judged apart"},
		{"a line twice", func(parts string) {
			s.judge("c", append(slices.Clone(first), first[0]))
			rewrite(t, parts, "005", readFile(t, part("c")))
			remove(t, part("c"))
		}, "judged twice"},
		{"a line in the place of another", func(parts string) {
			s.judge("d", append(slices.Clone(first[1:]), first[1]))
			rewrite(t, parts, "005", readFile(t, part("d")))
			remove(t, part("d"))
		}, "judged twice and others not at all"},
	} {
		t.Run(try.name, func(t *testing.T) {
			parts := t.TempDir()
			if err := os.CopyFS(parts, os.DirFS(s.parts)); err != nil {
				t.Fatal(err)
			}
			try.change(parts)
			out := filepath.Join(t.TempDir(), "o.json")
			status, _, stderr := command(t, "merge", "-q", s.folder, parts, "-o", out)
			if status != exitFailed || !strings.Contains(stderr, try.says) {
				t.Errorf("exit status %d, says %q; want 2 and %q", status, stderr, try.says)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("an output was written")
			}
		})
	}
}

func rewrite(t *testing.T, folder, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// TestJudge holds what an engine counts on: the same bytes for the same rows in whatever order, a trailer where
// there is no row, and none where anything is wrong.
func TestJudge(t *testing.T) {
	s := firstStep(t, 1, samples+"/faults.csv", "--as-of", "2025-06-30")
	rows := s.rows(s.linesFiles()[0])
	want, _, _ := s.judged(rows)
	slices.Sort(rows)
	if got, _, _ := s.judged(rows, "--workers", "3", "--memory", "16K"); !bytes.Equal(want, got) {
		t.Error("other workers and another order of rows give other bytes")
	}
	for i := range rows {
		rows[i] = rows[i][33:]
	}
	if got, _, _ := s.judged(rows); !bytes.Equal(want, got) {
		t.Error("rows without their keys give other bytes")
	}
	if said, status, _ := s.judged(nil); status != exitClean || !bytes.Contains(said, []byte("\n#end 0 0 ")) {
		t.Errorf("of no rows: exit status %d, %s", status, said)
	}
	for _, row := range []string{"secret\n", "key\tAAAA\n", "key\t\n", rows[0][:len(rows[0])/2] + "\n", rows[0][:len(rows[0])-5] + "!!!\n"} {
		said, status, stderr := s.judged(append(slices.Clone(rows[:3]), row))
		if status != exitFailed || len(said) > 0 || !strings.Contains(stderr, "standard input: row 4 ") || strings.Contains(stderr, "secret") {
			t.Errorf("of %q: exit status %d, %q, %s", row, status, said, stderr)
		}
	}
}

// TestOtherVersion holds that the run of another version of the program is refused.
func TestOtherVersion(t *testing.T) {
	s := firstStep(t, 1, samples+"/clean.csv", "--as-of", "2025-06-30")
	r, err := openRun(filepath.Join(s.folder, runName))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(s.folder, runName))
	if err != nil {
		t.Fatal(err)
	}
	r.version = "0.0.1"
	if err := r.write(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"judge", "--run", filepath.Join(s.folder, runName)}, {"merge", s.folder, s.parts}} {
		if status, _, stderr := command(t, args...); status != exitFailed || !strings.Contains(stderr, "is of claimaudit 0.0.1") {
			t.Errorf("%s: exit status %d: %s", args[0], status, stderr)
		}
	}
}

// TestStepsArePrivate holds that only their owner can read what lines writes, that nothing in a key, a trailer or a
// message names a patient, and that no patient has one key in two runs.
func TestStepsArePrivate(t *testing.T) {
	export := write(t, "canary.csv", []byte("ClaimID,PatientID,DOS,CPT,Units\nCLM77,CANARY1,2025-03-10,62311,1\nCLM77,CANARY1,2025-03-10,62311,1\nCLM78,,2025-03-10,62311,1\nCLM79,UNKNOWN,2025-03-11,64483,1\n,,2025-03-12,64483,1\n,,2025-03-12,64483,1\n"))
	seen := map[string]bool{}
	for range 2 {
		s := firstStep(t, 1, export, "--as-of", "2025-06-30")
		err := filepath.WalkDir(s.folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[e.IsDir()]; err == nil && runtime.GOOS != "windows" && info.Mode().Perm() != want {
				t.Errorf("%s has the mode %v", path, info.Mode())
			}
			if !e.IsDir() && bytes.Contains(readFile(t, path), []byte("CANARY")) {
				t.Errorf("%s names a patient in plain text", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		keys := map[string]int{}
		for _, row := range s.rows(s.linesFiles()[0]) {
			keys[row[:32]]++
		}
		if len(keys) != 5 {
			t.Errorf("%d keys, want one of the patient, one of each claim without a patient and one of each row alone", len(keys))
		}
		for k := range keys {
			if seen[k] {
				t.Error("a key is the same in two runs")
			}
			seen[k] = true
		}
		said, _, stderr := s.judged(s.rows(s.linesFiles()[0]))
		if bytes.Contains(said, []byte("CANARY")) || strings.Contains(stderr, "CANARY") {
			t.Error("a judge names a patient in plain text")
		}
	}
}

// TestLinesLeavesNothing holds that lines makes a new folder, and none where it fails.
func TestLinesLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	if status, _, stderr := command(t, "lines", samples+"/clean.csv", "-o", folder); status != exitFailed || !strings.Contains(stderr, "is there already") {
		t.Errorf("into a folder that is there: exit status %d: %s", status, stderr)
	}
	missing := filepath.Join(folder, "run")
	for _, args := range [][]string{{samples + "/nothing.csv"}, {samples + "/clean.csv", "--parts", "0"}, {write(t, "a.csv", []byte("x\ny\n"))}} {
		if status, _, stderr := command(t, append([]string{"lines", "-o", missing}, args...)...); status != exitFailed {
			t.Errorf("%v: exit status %d: %s", args, status, stderr)
		}
		if _, err := os.Stat(missing); err == nil {
			t.Errorf("%v: a folder is left", args)
		}
	}
}

// TestStepsOfNights makes rolling audits beside two histories, in one process and in three steps, with rows that were
// deleted, lost their code or came back, and lines without a patient: the same bytes every night, also of the same night
// once more. What judges looked for must be what the history has when their parts are merged.
func TestStepsOfNights(t *testing.T) {
	p, dir := samplePractice(t), t.TempDir()
	key := write(t, "key", []byte(strings.Repeat("k", 40)))
	earlier := filepath.Join(dir, "earlier.csv")
	p.export(t, earlier, "2024-05-01", "2024-06-30")
	flags := []string{"--deidentify", key, "--history"}
	outputs := []string{"o.json", "corrected.csv"}
	one, three := filepath.Join(dir, "one.history"), filepath.Join(dir, "three.history")
	total := map[string]int{}
	for n, span := range [][2]string{{"2024-07-01", "2024-11-15"}, {"2024-08-01", "2024-12-15"}, {"2024-08-15", "2025-02-15"}} {
		in, want, got := filepath.Join(dir, fmt.Sprint(n, ".csv")), t.TempDir(), t.TempDir()
		_, rows := p.export(t, in, span[0], span[1])
		args := []string{in, "--as-of", span[1]}
		if n == 1 {
			args = append(args, "--context", earlier)
		}
		s := firstStep(t, 2, slices.Concat(args, flags, []string{three})...)
		s.judgeAll()
		for again := range 1 + n/2 { // the last night is merged twice
			wanted, _, stderr := command(t, slices.Concat([]string{"audit", "-q"}, args, flags, []string{one}, outputsIn(want, outputs))...)
			status, _, said := command(t, slices.Concat([]string{"merge", "-q", s.folder, s.parts}, flags, []string{three}, outputsIn(got, outputs))...)
			if status != wanted || status == exitFailed {
				t.Fatalf("night %d, merged %d times before: exit status %d, want %d: %s%s", n+1, again, status, wanted, said, stderr)
			}
			sameFiles(t, want, got, outputs)
		}
		told := nightIn(t, filepath.Join(got, outputs[0]))
		for state, count := range told.History {
			total[state] += count
		}
		for i, f := range told.Findings {
			switch row := rows[f.Row-2]; i % 4 {
			case 0:
				p.drop(row)
			case 1:
				row[p.at["CPT"]] = ""
			case 2:
				row[p.at["PatientID"]], row[p.at["ClaimID"]], row[p.at["DOS"]] = "", "", "2024-11-01"
			}
		}
	}
	if want, got := findingsIn(t, one), findingsIn(t, three); len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("the histories differ: %d findings in one, %d in the other", len(want), len(got))
	}
	for _, state := range []string{"new", "open", "fixed", "unseen"} {
		if total[state] == 0 {
			t.Errorf("no finding was ever %s: the nights prove little", state)
		}
	}
	s := firstStep(t, 1, slices.Concat([]string{samples + "/faults.csv", "--as-of", "2025-06-29"}, flags, []string{three})...)
	s.judgeAll()
	if status, _, stderr := command(t, slices.Concat([]string{"audit", "-q", earlier, "--as-of", "2025-06-28", "-o", filepath.Join(dir, "o.json")}, flags, []string{one})...); status == exitFailed {
		t.Fatal(stderr)
	}
	for _, try := range []struct {
		flags []string
		says  string
	}{
		{[]string{"--deidentify", key}, "--history: give it to claimaudit lines and to merge"},
		{[]string{"--history", three}, "--deidentify: with waivers or a history"},
		{[]string{"--deidentify", key, "--history", one}, "another audit has ended since"},
	} {
		if status, _, stderr := command(t, slices.Concat([]string{"merge", "-q", s.folder, s.parts, "-o", filepath.Join(dir, "o.json")}, try.flags)...); status != exitFailed || !strings.Contains(stderr, try.says) {
			t.Errorf("merge %v: exit status %d, says %q; want 2 and %q", try.flags, status, stderr, try.says)
		}
	}
}

// findingsIn are the findings of a history, with what was billed when each was last seen.
func findingsIn(t *testing.T, history string) (list []string) {
	t.Helper()
	db, err := sql.Open("sqlite", history)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT fingerprint || ' ' || hex(encounters) || ' ' || state || ' ' || last_run FROM claimaudit_findings ORDER BY fingerprint`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
