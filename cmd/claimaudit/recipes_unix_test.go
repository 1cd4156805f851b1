//go:build unix

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const deploy = "deploy/"

// recipeLine is the line of a page that begins so, without that.
func recipeLine(t *testing.T, path, begins string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, begins); found {
			return strings.TrimSpace(rest)
		}
	}
	t.Fatalf("%s has no line that begins %q", path, begins)
	return ""
}

// station is a machine on which a recipe runs, night after night.
type station struct {
	dir, tools string
	env        []string
}

func newStation(t *testing.T) *station {
	t.Helper()
	s := &station{dir: filepath.Join(t.TempDir(), "billing"), tools: t.TempDir()}
	for _, dir := range []string{"exports/tonight", "reports"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"sendmail": `cat >>"$SENT/mail"`, "curl": `printf '%s\n' "$@" >>"$SENT/hook"`} {
		if err := os.WriteFile(filepath.Join(s.tools, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.env = append(os.Environ(), "PATH="+s.tools+":"+os.Getenv("PATH"), "SENT="+s.tools, "SENDMAIL="+filepath.Join(s.tools, "sendmail"), "MAIL_TO=billing@example.org", "WEB_HOOK=https://example.org/hook")
	return s
}

// run runs the line as on the machine it was written for, with an export and the day of its night.
func (s *station) run(t *testing.T, line, export, day string) (status int) {
	t.Helper()
	data, err := os.ReadFile(export)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"exports/tonight/charges.csv": string(data), configName: "as_of: " + day + "\n"} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	here, err := filepath.Abs(deploy)
	if err != nil {
		t.Fatal(err)
	}
	line = strings.NewReplacer("/srv/billing", s.dir, "/usr/local/lib/claimaudit/night.sh", filepath.Join(here, "night.sh")).Replace(line)
	c := exec.Command("sh", "-xc", line)
	c.Env = s.env
	out, err := c.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	} else if err != nil {
		t.Fatal(err, string(out))
	}
	return 0
}

// sent is what was sent since the last call.
func (s *station) sent(t *testing.T, how string) string {
	t.Helper()
	path := filepath.Join(s.tools, how)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err = errors.Join(err, os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sampleNights are the exports of the sample nights, by day.
func sampleNights(t *testing.T) (paths []string) {
	t.Helper()
	paths, err := filepath.Glob(samples + "/nights/*.csv")
	if err != nil || len(paths) != 5 {
		t.Fatalf("%d sample nights: %v", len(paths), err)
	}
	return paths
}

// TestCronLine runs the line of the README, which is that of the page of recipes, five nights in a row. Each finding
// is new exactly once, and what a reviewer said of one stands in the nights after.
func TestCronLine(t *testing.T) {
	line := recipeLine(t, root+"/README.md", "30 2 * * *  ")
	if other := recipeLine(t, deploy+"README.md", "30 2 * * *  cd "); "cd "+other != line {
		t.Errorf("the page of recipes has another line: %s", other)
	}
	s := newStation(t)
	met := map[string]bool{}
	news := 0
	for n, export := range sampleNights(t) {
		day := strings.TrimSuffix(filepath.Base(export), ".csv")
		status := s.run(t, line, export, day)
		told := nightIn(t, filepath.Join(s.dir, "reports", day+".json"))
		if log, err := os.ReadFile(filepath.Join(s.dir, "night.log")); status > exitFindings || err != nil || !strings.HasSuffix(string(log), "reports/"+day+".json\nreports/"+day+".xlsx\n") {
			t.Fatalf("night %d: exit status %d: %s, %v", n+1, status, log, err)
		}
		if told.History["run"] != n+1 {
			t.Errorf("night %d: the history calls it %d", n+1, told.History["run"])
		}
		for _, f := range told.Findings {
			if (f.State == "new") == met[f.Fingerprint] {
				t.Errorf("night %d: %s is %s, found before: %v", n+1, f.Fingerprint, f.State, met[f.Fingerprint])
			}
			if f.State == "new" {
				news++
			}
			met[f.Fingerprint] = true
		}
	}
	if news != len(met) || news < 5 {
		t.Errorf("%d findings were new, of %d", news, len(met))
	}
}

// TestNightScript runs what the systemd unit runs five nights in a row, with a reviewer's word between and stand-ins for
// sendmail and curl; then a night whose export failed.
func TestNightScript(t *testing.T) {
	line := recipeLine(t, deploy+"claimaudit-night.service", "ExecStart=")
	if other := recipeLine(t, deploy+"README.md", "30 2 * * *  /"); "/"+other != line {
		t.Errorf("cron runs another line: %s", other)
	}
	s := newStation(t)
	mailed := 0
	for n, export := range sampleNights(t) {
		day := strings.TrimSuffix(filepath.Base(export), ".csv")
		status := s.run(t, line, export, day)
		mail, hook := s.sent(t, "mail"), s.sent(t, "hook")
		switch {
		case status == exitClean && mail+hook != "":
			t.Errorf("night %d is clean, and was mailed: %s%s", n+1, mail, hook)
		case status == exitFindings:
			mailed++
			for _, want := range []string{"To: billing@example.org\nSubject: Claim audit: new findings\n", "Content-Type: text/html; charset=utf-8\n\n<!doctype html>", "</html>"} {
				if !strings.Contains(mail, want) {
					t.Errorf("night %d: nothing of %q in the mail: %s", n+1, want, mail)
				}
			}
			if !strings.Contains(hook, `{"text": "Claim audit: new findings"}`) || !strings.Contains(hook, "https://example.org/hook") {
				t.Errorf("night %d: the hook was told %q", n+1, hook)
			}
		case status > exitFindings:
			t.Fatalf("night %d: exit status %d: %s", n+1, status, mail)
		}
		if named := regexp.MustCompile(`\b[PC]16\d{4,}`).FindString(mail + hook); named != "" {
			t.Errorf("night %d: %s is named", n+1, named)
		}
		if n == 0 {
			disagree(t, filepath.Join(s.dir, "reports", day+".xlsx"))
		}
	}
	if mailed == 0 || mailed == 5 {
		t.Errorf("%d of 5 nights had something new: want some, and not all", mailed)
	}
	review, err := os.ReadFile(filepath.Join(s.dir, "reports", "review.log"))
	if err != nil || !strings.Contains(string(review), "1 disposition read: 1 new, 0 as before, 0 not placed") {
		t.Errorf("the reviewer's word was not read back: %s, %v", review, err)
	}
	empty := write(t, "empty.csv", []byte("PatientID,DOS,CPT\n"))
	if status := s.run(t, line, empty, "2024-07-01"); status != exitFailed {
		t.Errorf("a night without a line: exit status %d", status)
	}
	if mail := s.sent(t, "mail"); !strings.Contains(mail, "NOT audited (exit status 2)") || !strings.Contains(mail, "no line was audited") {
		t.Errorf("a night without a line is mailed as %q", mail)
	}
	left, err := filepath.Glob(filepath.Join(s.dir, "reports", "2024-*"))
	if err != nil || len(left) != 15 {
		t.Errorf("%d reports of five nights: %v, %v", len(left), left, err)
	}
}

// disagree is a reviewer who disagrees with the first finding of a workbook.
func disagree(t *testing.T, path string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Flagged Lines")
	if err != nil || len(rows) < 2 {
		t.Fatal(len(rows), err)
	}
	for head, text := range map[string]string{"Disposition": "Disagree", "Note": "the record shows both"} {
		cell, err := excelize.CoordinatesToCellName(slices.Index(rows[0], head)+1, 2)
		if err == nil {
			err = book.SetCellStr("Flagged Lines", cell, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
}

// TestWindowsRecipe holds that the task is well-formed and runs the script, and that the script audits as the other
// recipes do. Neither is run here.
func TestWindowsRecipe(t *testing.T) {
	task, err := os.Open(deploy + "claimaudit-night.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer task.Close()
	var doc struct {
		Command   string `xml:"Actions>Exec>Command"`
		Arguments string `xml:"Actions>Exec>Arguments"`
	}
	if err := xml.NewDecoder(task).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if doc.Command != "powershell.exe" || !strings.Contains(doc.Arguments, "night.ps1") {
		t.Errorf("the task runs %s %s", doc.Command, doc.Arguments)
	}
	flags := func(name string) string {
		text, err := os.ReadFile(deploy + name)
		if err != nil {
			t.Fatal(err)
		}
		_, command, found := strings.Cut(string(text), "claimaudit audit ")
		command, _, ended := strings.Cut(command, ">")
		if !found || !ended {
			t.Fatalf("%s audits nothing", name)
		}
		command = strings.NewReplacer(`\tonight`, "/tonight", "`\n", " ", "\\\n", " ", " 2", " ").Replace(command)
		return strings.Join(strings.Fields(command), " ")
	}
	if sh, ps := flags("night.sh"), flags("night.ps1"); sh != ps {
		t.Errorf("night.sh audits %s, night.ps1 %s", sh, ps)
	}
}
