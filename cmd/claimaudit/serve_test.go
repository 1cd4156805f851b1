package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// servedPage is claimaudit serve, and a browser that was let in.
type servedPage struct {
	*testing.T
	base, temp string
	in         *http.Client
	stop       context.CancelFunc
	ended      chan int
	log        *lockedBuffer
}

// lockedBuffer is written by one goroutine and read by another.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// servePage serves the page with a folder for temporary files of its own, in which nothing must be left.
func servePage(t *testing.T, flags ...string) *servedPage {
	t.Helper()
	p := &servedPage{T: t, temp: t.TempDir(), ended: make(chan int, 1), log: &lockedBuffer{}}
	t.Setenv("TMPDIR", p.temp)
	t.Setenv("TMP", p.temp)
	ctx, cancel := context.WithCancel(context.Background())
	p.stop = cancel
	out, in := io.Pipe()
	go func() {
		p.ended <- run(ctx, append([]string{"serve", "--no-open"}, flags...), strings.NewReader(""), in, p.log)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err, p.log.String())
	}
	link := strings.TrimSuffix(line, "\n")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p.in = &http.Client{Jar: jar, Timeout: time.Minute}
	answer, err := p.in.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	p.base = strings.TrimSuffix(answer.Request.URL.String(), "/")
	if answer.StatusCode != http.StatusOK || answer.Request.URL.RawQuery != "" {
		t.Fatalf("the link leads to %s: %d", answer.Request.URL, answer.StatusCode)
	}
	t.Cleanup(func() {
		p.in.CloseIdleConnections()
		cancel()
		if status := <-p.ended; status != exitClean {
			t.Errorf("exit status %d: %s", status, p.log.String())
		}
		entries, err := os.ReadDir(p.temp)
		if err != nil || len(entries) > 0 {
			t.Errorf("left among temporary files: %v, %v", entries, err)
		}
		if token := link[strings.Index(link, "token=")+len("token="):]; strings.Contains(p.log.String(), token) {
			t.Error("the link is in the log")
		}
	})
	return p
}

func (p *servedPage) do(r *http.Request) (status int, at, text string) {
	p.Helper()
	r.Header.Set("Origin", p.base)
	answer, err := p.in.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		p.Fatal(err)
	}
	return answer.StatusCode, strings.TrimPrefix(answer.Request.URL.String(), p.base), string(data)
}

func (p *servedPage) get(path string) string {
	p.Helper()
	r, err := http.NewRequest(http.MethodGet, p.base+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	status, _, text := p.do(r)
	if status != http.StatusOK {
		p.Errorf("%s: %d", path, status)
	}
	return text
}

func (p *servedPage) post(path string, form url.Values) (at, text string) {
	p.Helper()
	r, err := http.NewRequest(http.MethodPost, p.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, at, text = p.do(r)
	return at, text
}

// upload hands in files by their names, and is the link to them once they are read.
func (p *servedPage) upload(files map[string][]byte, order ...string) string {
	p.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range order {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write(files[name])
		}
		if err != nil {
			p.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, p.base+"/jobs", &b)
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	status, job, text := p.do(r)
	if status != http.StatusOK || !strings.HasPrefix(job, "/jobs/") {
		p.Fatalf("the upload: %d %s", status, text)
	}
	p.settle(job)
	return job
}

// settle waits until a job works no more.
func (p *servedPage) settle(job string) string {
	p.Helper()
	for range 6000 {
		var now struct {
			State   string
			Working bool
		}
		if err := json.Unmarshal([]byte(p.get(job+"/state")), &now); err != nil {
			p.Fatal(err)
		}
		if !now.Working {
			return now.State
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.Fatal("the work does not end")
	return ""
}

// choose does what a button of the page of columns does, and is the state then.
func (p *servedPage) choose(job, button string, choices url.Values) string {
	p.Helper()
	form := url.Values{"do": {button}}
	for key, values := range choices {
		form[key] = values
	}
	p.post(job+"/read", form)
	return p.settle(job)
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestServeAsAudit holds that the page finds and hands out what audit does, byte by byte.
func TestServeAsAudit(t *testing.T) {
	from, err := filepath.Abs(samples)
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"faults.csv"}, {"practice-export.xlsx", "spoiled.csv"}} {
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			dir := t.TempDir()
			files := map[string][]byte{}
			for _, name := range names {
				files[name] = readFile(t, filepath.Join(from, name))
				if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(dir)
			args := append([]string{"audit", "--as-of", "2025-06-30", "-o", "o.json", "-o", "o.xlsx", "--corrected", "o.csv"}, names...)
			status, _, stderr := command(t, args...)
			if status == exitFailed {
				t.Fatal(stderr)
			}
			p := servePage(t, "--as-of", "2025-06-30")
			job := p.upload(files, names...)
			if s := p.choose(job, "audit", nil); s != "done" {
				t.Fatal(s, p.get(job))
			}
			if text := p.get(job); !strings.Contains(text, fmt.Sprintf("(exit status %d)", status)) {
				t.Errorf("the page does not say exit status %d", status)
			}
			for form, output := range map[string]string{"json": "o.json", "xlsx": "o.xlsx", "corrected": "o.csv"} {
				if got, want := p.get(job+"/download/"+form), readFile(t, output); got != string(want) {
					t.Errorf("%s is not what audit writes: %d bytes, want %d", form, len(got), len(want))
				}
			}
		})
	}
}

// strange is an export whose header no system we know of writes.
const strange = "Chart,Seen,Thing,Count,Billed\nP-1,03/04/2025,64483,1,500\nP-1,03/04/2025,64483,1,500\nP-2,03/05/2025,77003,1,90\nP-2,03/05/2025,62323,1,400\n"

// TestServeMapsColumns has a header that is not understood read by choices, saves them, and has audit read it by them.
func TestServeMapsColumns(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("claimaudit.yaml", []byte("# ours\nas_of: 2025-06-30\npayers: {blue: commercial} # said by the office\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	p := servePage(t)
	job := p.upload(map[string][]byte{"strange.csv": []byte(strange)}, "strange.csv")
	text := p.get(job)
	if !strings.Contains(text, "strange.csv") || strings.Contains(text, "claimaudit-private") {
		t.Fatal("the page does not name the file as its owner does:", text)
	}
	choices := url.Values{"order": {"mdy"}, "name.0": {"our system"}}
	for i, field := range []string{"PatientID", "DOS", "CPT", "Units", "Charge"} {
		choices.Set(fmt.Sprintf("field.0.%d", i+1), field)
	}
	if !regexp.MustCompile(`name="field\.0\.3"`).MatchString(text) {
		t.Fatal("the columns cannot be chosen:", text)
	}
	if s := p.choose(job, "read", choices); s != "asked" {
		t.Fatal(s, p.get(job))
	}
	if _, text := p.post(job+"/read", url.Values{"do": {"save.0"}, "name.0": {"our system"}, "field.0.1": {"PatientID"}, "field.0.2": {"DOS"}, "field.0.3": {"CPT"}, "field.0.4": {"Units"}, "field.0.5": {"Charge"}}); !strings.Contains(text, "Saved as") {
		t.Fatal(text)
	}
	if s := p.choose(job, "audit", nil); s != "done" {
		t.Fatal(s, p.get(job))
	}
	conf := string(readFile(t, "claimaudit.yaml"))
	for _, kept := range []string{"# ours", "# said by the office", "name: our system", "Thing"} {
		if !strings.Contains(conf, kept) {
			t.Errorf("claimaudit.yaml has no %s: %s", kept, conf)
		}
	}
	if info, err := os.Stat("claimaudit.yaml"); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info, err)
	}
	if err := os.WriteFile("strange.csv", []byte(strange), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := command(t, "audit", "strange.csv", "--date-order", "mdy", "-o", "o.json"); status == exitFailed {
		t.Fatal(stderr)
	}
	var got, want struct {
		Findings []struct{ Fingerprint string }
	}
	if err := json.Unmarshal([]byte(p.get(job+"/download/json")), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(readFile(t, "o.json"), &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Findings) == 0 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the page found %v, audit by the saved mapping %v", got, want)
	}
}

// TestServeAsksForDates has an export that does not tell how its dates are written asked about, and read.
func TestServeAsksForDates(t *testing.T) {
	t.Chdir(t.TempDir())
	p := servePage(t, "--as-of", "2025-12-31")
	job := p.upload(map[string][]byte{"d.csv": []byte("PatientID,DOS,CPT\nP1,03/04/2025,62323\nP2,05/06/2025,62323\n")}, "d.csv")
	if text := p.get(job); !strings.Contains(text, "The file does not tell") {
		t.Fatal(text)
	}
	if s := p.choose(job, "audit", url.Values{"order": {"dmy"}}); s != "done" {
		t.Fatal(s, p.get(job))
	}
}

// TestServeAsksWhoseClaims has claims of which it cannot be told whether they are the doctor's or the surgery
// centre's asked about, audits them as --claim-type has them audited, and takes another answer then.
func TestServeAsksWhoseClaims(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("c.csv", []byte(centres), 0o600); err != nil {
		t.Fatal(err)
	}
	p := servePage(t, "--as-of", "2025-06-30")
	job := p.upload(map[string][]byte{"c.csv": []byte(centres)}, "c.csv")
	if text := p.get(job); !strings.Contains(text, "whose claims are these?") || !strings.Contains(text, "biller 998877665") {
		t.Fatal(text)
	}
	for _, said := range []struct {
		answer, flag string
		found        int
	}{{"", "", 0}, {"professional", "--claim-type=998877665=professional", 2}, {"asc", "--claim-type=asc", 2}, {"", "", 0}} {
		if s := p.choose(job, "audit", url.Values{"biller.0": {said.answer}}); s != "done" {
			t.Fatal(s, p.get(job))
		}
		args := []string{"audit", "c.csv", "--as-of", "2025-06-30", "-o", "c.json", "--force"}
		if said.flag != "" {
			args = append(args, said.flag)
		}
		if status, _, stderr := command(t, args...); status == exitFailed {
			t.Fatal(stderr)
		}
		var got, want struct {
			Findings []struct{ Rule, Fingerprint string }
			Summary  json.RawMessage
		}
		if err := errors.Join(json.Unmarshal([]byte(p.get(job+"/download/json")), &got), json.Unmarshal(readFile(t, "c.json"), &want)); err != nil {
			t.Fatal(err)
		}
		if len(want.Findings) != said.found || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("answer %q: the page found %v, audit %s %v, want %d", said.answer, got.Findings, said.flag, want.Findings, said.found)
		}
		p.post(job+"/again", nil)
		text := p.get(job)
		if checked := fmt.Sprintf(`value="%s" checked`, said.answer); !strings.Contains(text[strings.Index(text, `name="biller.0"`):], checked) {
			t.Errorf("the answer %q is not shown: %s", said.answer, text)
		}
		if asks := strings.Contains(text, "whose claims are these?"); asks != (said.answer == "") {
			t.Errorf("after the answer %q it is asked: %v", said.answer, asks)
		}
	}
}

// zipOf is a zip with one file.
func zipOf(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	member, err := z.Create(name)
	if err == nil {
		_, err = member.Write(data)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheetsOf is a workbook with rows on sheets.
func sheetsOf(t *testing.T, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	var errs []error
	for _, name := range sortedKeys(sheets) {
		_, err := f.NewSheet(name)
		errs = append(errs, err)
		for i, row := range sheets[name] {
			errs = append(errs, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row))
		}
	}
	errs = append(errs, f.DeleteSheet("Sheet1"))
	b, err := f.WriteToBuffer()
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestServeNamesNoFile holds that with --redact no page says what files, parts of a zip, sheets and saved mappings are
// called, in whatever state an audit is, and that it says so without.
func TestServeNamesNoFile(t *testing.T) {
	lines := [][]any{{"Chart", "DOS", "CPT", "Units"}, {"P1", "2025-03-10", "62311", 1}, {"P1", "2025-03-10", "77003", "x"}}
	phones := [][]any{{"Phone", "Remark"}, {"555-0100", "call back"}}
	book := sheetsOf(t, map[string][][]any{"QUILL lines": lines, "ZEBEDEE phones": phones})
	half := sheetsOf(t, map[string][][]any{"QUILL": {{"PatientID", "DOS", "Room"}, {"P1", "2025-03-10", "4"}}, "ZEBEDEE": phones})
	files := map[string][]byte{
		"ZEBEDEE QUILL.csv": []byte("PatientID,DOS,CPT\nP1,2025-03-10,62311\n"), "QUILL.zip": zipOf(t, "ZEBEDEE/QUILL.xlsx", book), "QUILL.xlsx": book,
		"QUILL2.zip": zipOf(t, "ZEBEDEE.xlsx", half), "ZEBEDEE.csv": []byte("Dear QUILL,\nthank you\n"),
		"QUILL dates.csv": []byte("PatientID,DOS,CPT\nP1,03/04/2025,62311\nP2,05/06/2025,62323\n"),
	}
	good := []string{"ZEBEDEE QUILL.csv", "QUILL.zip", "QUILL.xlsx"}
	t.Chdir(t.TempDir())
	conf := "mappings:\n  - {name: of ZEBEDEE QUILL, header: [Chart, Units], map: [PatientID=Chart]}\n"
	if err := os.WriteFile("claimaudit.yaml", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, redact := range []bool{false, true} {
		p := servePage(t, fmt.Sprintf("--redact=%v", redact), "--as-of", "2025-06-30")
		look := func(what, text string) {
			t.Helper()
			if at := names.FindString(text); redact && at != "" {
				t.Errorf("%s names %q: %s", what, at, text)
			} else if !redact && at == "" && what != "the state" {
				t.Errorf("%s names no file: nothing is tested", what)
			}
		}
		for _, together := range [][]string{good, {"QUILL2.zip"}, {"ZEBEDEE.csv"}, {"QUILL dates.csv"}} {
			if !redact && len(together) == 1 {
				continue
			}
			job := p.upload(files, together...)
			look(fmt.Sprint(together, " as understood"), p.get(job))
			done := p.choose(job, "audit", nil)
			if (done == "done") != (len(together) == len(good)) {
				t.Fatalf("%v: %s: %s", together, done, p.get(job))
			}
			look(fmt.Sprint(together, " as audited"), p.get(job))
			look("the state", p.get(job+"/state"))
			look("home", p.get("/"))
			if done == "done" {
				look("a finding", p.get(job+"?finding=0"))
				look("the name of a download", p.named(job+"/download/json"))
			}
			p.post(job+"/close", nil)
		}
	}
}

// named is what a download is called.
func (p *servedPage) named(path string) string {
	p.Helper()
	answer, err := p.in.Get(p.base + path)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.Header.Get("Content-Disposition")
}

// TestServeTellsBadFiles has files that cannot be audited named as their owner does, with what is wrong.
func TestServeTellsBadFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	p := servePage(t)
	for name, data := range map[string]string{"empty.csv": "", "letter.csv": "Dear Sir,\nthank you\n", "cut.xlsx": "PK\x03\x04 no workbook", "rows.csv": "PatientID,DOS,CPT\n"} {
		job := p.upload(map[string][]byte{name: []byte(data)}, name)
		state := p.choose(job, "audit", nil)
		text := p.get(job)
		if state != "failed" || !strings.Contains(text, `id="trouble"`) || strings.Contains(text, "claimaudit-private") || !strings.Contains(text, name) {
			t.Errorf("%s is %s: %s", name, state, text)
		}
		p.post(job+"/close", nil)
	}
}

// TestServeKeepsDecisions holds that what is said on the page is in the workbook, and in the history where one is kept.
func TestServeKeepsDecisions(t *testing.T) {
	from := readFile(t, filepath.Join(samples, "faults.csv"))
	t.Chdir(t.TempDir())
	for _, flags := range [][]string{nil, {"--history", "h"}} {
		p := servePage(t, append(flags, "--as-of", "2025-06-30")...)
		job := p.upload(map[string][]byte{"faults.csv": from}, "faults.csv")
		if s := p.choose(job, "audit", nil); s != "done" {
			t.Fatal(s, p.get(job))
		}
		for _, word := range []string{"Agree", "Needs record", "Agree"} {
			if at, text := p.post(job+"/findings/2", url.Values{"disposition": {word}, "note": {"seen by Q"}}); !strings.Contains(at, "saved=2") {
				t.Fatal(at, text)
			}
		}
		if _, text := p.post(job+"/findings/3", url.Values{"disposition": {"Disagree"}}); !strings.Contains(text, "Say in the note why") {
			t.Error("Disagree without a note was taken")
		}
		var report struct {
			Findings []struct{ Disposition *struct{ Value, Note string } }
		}
		if err := json.Unmarshal([]byte(p.get(job+"/download/json")), &report); err != nil {
			t.Fatal(err)
		}
		if d := report.Findings[2].Disposition; d == nil || d.Value != "Agree" || d.Note != "seen by Q" || report.Findings[3].Disposition != nil {
			t.Errorf("%v: the report has %v", flags, d)
		}
		if text := p.get(job + "?said=answered"); !strings.Contains(text, "Findings 1 to 1 of 1") {
			t.Error("the answered finding is not found by its answer")
		}
	}
	p := servePage(t, "--history", "h", "--as-of", "2025-07-01")
	job := p.upload(map[string][]byte{"again.csv": from}, "again.csv")
	if s := p.choose(job, "audit", nil); s != "done" {
		t.Fatal(s)
	}
	if text := p.get(job + "?said=answered&finding=2"); !strings.Contains(text, "seen by Q") || !strings.Contains(text, "of 1<") {
		t.Error("the next audit does not know what was said:", text)
	}
}

// TestServeShowsEncounters holds that an encounter has its clean lines beside the flagged ones.
func TestServeShowsEncounters(t *testing.T) {
	t.Chdir(t.TempDir())
	p := servePage(t, "--as-of", "2025-06-30")
	data := "PatientID,DOS,CPT,Mod1,Units,Charge,POS,Payer\nP1,2025-03-10,62311,,1,400,11,Medicare\nP1,2025-03-10,99213,25,1,120,11,Medicare\nP1,2025-03-11,99214,,1,150,11,Medicare\n"
	job := p.upload(map[string][]byte{"e.csv": []byte(data)}, "e.csv")
	if s := p.choose(job, "audit", nil); s != "done" {
		t.Fatal(s, p.get(job))
	}
	text := p.get(job + "?finding=0")
	_, lines, _ := strings.Cut(text, "All lines of the patient")
	for _, want := range []string{"62311", "99213 25", "none"} {
		if !strings.Contains(lines, want) {
			t.Errorf("the encounter has no %s: %s", want, lines)
		}
	}
	if strings.Contains(lines, "99214") {
		t.Error("the encounter has a line of another day")
	}
}
