package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// wine is the Windows build under Wine, as .ci/wine makes it ready.
type wine struct{ made string }

// needWine skips the test where .ci/wine has not made it ready.
func needWine(t *testing.T) *wine {
	t.Helper()
	made := os.Getenv("CLAIMAUDIT_WINE")
	if made == "" {
		t.Skip("the Windows build is run by .ci/wine")
	}
	return &wine{made}
}

// run runs the Windows build in the working folder.
func (w *wine) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.CommandContext(t.Context(), "wine", append([]string{filepath.Join(w.made, "claimaudit.exe")}, args...)...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(""), &out, &errs
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return status, strings.ReplaceAll(out.String(), "\r\n", "\n"), errs.String()
}

// windowsPath is a path of this machine as Wine shows it to programs.
func windowsPath(path string) string { return `Z:` + strings.ReplaceAll(path, "/", `\`) }

// TestWineSameBytes: on Windows audits end as on Linux and write the same bytes, also twice with a history.
func TestWineSameBytes(t *testing.T) {
	w := needWine(t)
	inputs, err := filepath.Abs("../../samples")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("samples", os.DirFS(inputs)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"audit", "samples/faults.csv"},
		{"audit", "samples/spoiled.csv", "samples/faults.csv", "--fail-on", "never"},
		{"audit", "samples/notes/export.csv", "--notes", "samples/notes/notes.xlsx", "--codes", "samples/notes/codes.csv"},
		{"audit", "samples/faults.csv", "--history", "HISTORY"},
		{"audit", "samples/faults.csv", "--history", "HISTORY", "--corrected", "OUT.csv"},
		{"audit", "samples/faults.csv", "--memory", "64K", "--redact"},
	} {
		var written [2][]byte
		var ended [2]int
		for i, system := range []string{"linux", "windows"} {
			var named []string
			for _, arg := range args {
				named = append(named, strings.NewReplacer("HISTORY", system+".history", "OUT", system).Replace(arg))
			}
			named = append(named, "--as-of", "2025-06-30", "-q", "--force", "-o", system+".xlsx", "-o", system+".json", "-o", system+".html")
			var stderr string
			if system == "linux" {
				ended[i], _, stderr = command(t, named...)
			} else {
				ended[i], _, stderr = w.run(t, named...)
			}
			for _, ending := range []string{".xlsx", ".json", ".html", ".csv"} {
				data, err := os.ReadFile(system + ending)
				if err != nil && ending != ".csv" {
					t.Fatalf("%v on %s: %v: %s", args, system, err, stderr)
				}
				written[i] = append(written[i], data...)
				_ = os.Remove(system + ending)
			}
		}
		if ended[0] != ended[1] || !bytes.Equal(written[0], written[1]) {
			t.Errorf("%v: exit status %d on Linux, %d on Windows; the same bytes: %v", args, ended[0], ended[1], bytes.Equal(written[0], written[1]))
		}
	}
}

// TestWineDrop: an export alone, by its whole path with a drive and blanks, has its workbook beside it, and what is
// not there is told with its name.
func TestWineDrop(t *testing.T) {
	w := needWine(t)
	dir := filepath.Join(t.TempDir(), "My Exports (new)")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../samples/faults.csv")
	if err != nil {
		t.Fatal(err)
	}
	export := filepath.Join(dir, "July 1 & 2.csv")
	if err := os.WriteFile(export, data, 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := w.run(t, windowsPath(export))
	want := windowsPath(strings.TrimSuffix(export, ".csv")) + "-audit.xlsx\n"
	if _, err := os.Stat(strings.TrimSuffix(export, ".csv") + "-audit.xlsx"); err != nil || status != exitFindings || stdout != want {
		t.Errorf("exit status %d, says %q, want %q: %v: %s", status, stdout, want, err, stderr)
	}
	if strings.Contains(stderr, "Press Enter") {
		t.Error("it waits where no window closes")
	}
	if status, _, stderr = w.run(t, windowsPath(filepath.Join(dir, "July 1.csv"))); status != exitFailed || !strings.Contains(stderr, `did you mean`) || !strings.Contains(stderr, "July 1 & 2.csv") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

// TestWineFirstFinding unpacks the Windows archive of a release, drops an export of a system that nobody knows on
// what is in it, and comes to what is wrong in it, within three minutes.
func TestWineFirstFinding(t *testing.T) {
	w := needWine(t)
	archives, err := filepath.Glob(filepath.Join(w.made, "dist", "claimaudit-*-windows-amd64.zip"))
	if err != nil || len(archives) != 1 {
		t.Fatal(archives, err)
	}
	began := time.Now()
	dir := t.TempDir()
	unzip(t, archives[0], dir)
	folder := filepath.Join(dir, strings.TrimSuffix(filepath.Base(archives[0]), ".zip"))
	page := readFile(t, filepath.Join(folder, "START HERE.txt"))
	if !bytes.Contains(page, []byte("Drag your export onto claimaudit.exe")) {
		t.Fatal("START HERE.txt does not say what is done here")
	}
	t.Logf("%5.1f s: the archive is unpacked", time.Since(began).Seconds())
	var b strings.Builder
	b.WriteString("Acct Number;Svc Dt;Svc Code;Svc Units;Billed Amt;Carrier\r\n")
	for i := range 60 {
		code := []string{"62323", "64483", "99213", "20610"}[i%4]
		if i == 41 {
			code = "62311"
		}
		fmt.Fprintf(&b, "AX-%d;2025-%02d-%02d;%s;1;%d.00;Medicare\r\n", 1000+i, 1+i%6, 1+i%27, code, 100+i)
	}
	export := filepath.Join(dir, "Ledger, June.csv")
	if err := os.WriteFile(export, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	unpacked := &wine{folder}
	status, _, stderr := unpacked.run(t, windowsPath(export))
	if status != exitFindings {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	t.Logf("%5.1f s: the export is audited", time.Since(began).Seconds())
	book, err := excelize.OpenFile(filepath.Join(dir, "Ledger, June-audit.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Flagged Lines")
	if err != nil {
		t.Fatal(err)
	}
	first := slices.IndexFunc(rows, func(row []string) bool {
		return slices.Contains(row, "AX-1041") && slices.Contains(row, "62311") && slices.Contains(row, "error")
	})
	if first < 0 {
		t.Fatalf("the code that was deleted is not found: %q", rows)
	}
	took := time.Since(began)
	t.Logf("%5.1f s: the first finding is read: %q", took.Seconds(), rows[first])
	if took > 3*time.Minute {
		t.Error("more than three minutes")
	}
}

// unzip unpacks a zip into a folder.
func unzip(t *testing.T, path, dir string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
}

// TestWineOpen: an output that is open in another program is told before anything is read, and stays as it is.
func TestWineOpen(t *testing.T) {
	w := needWine(t)
	export, err := filepath.Abs("../../samples/faults.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if status, _, stderr := w.run(t, "audit", export, "-q", "-o", "o.xlsx"); status != exitFindings {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	before, err := os.ReadFile("o.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "wine", filepath.Join(w.made, "hold.exe"), "o.xlsx")
	release, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if strings.TrimSpace(line) != "held" {
		t.Fatalf("the file is %q (%v)", line, err)
	}
	status, _, stderr := w.run(t, "audit", export, "-q", "-o", "o.xlsx", "--as-of", "2025-06-30")
	if status != exitFailed || !strings.Contains(stderr, "o.xlsx: it cannot be replaced: if it is open in Excel, close it there") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	_, _ = io.WriteString(release, "\n")
	_ = c.Wait()
	if after, err := os.ReadFile("o.xlsx"); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the workbook that was open has changed (%v)", err)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if status, _, stderr := w.run(t, "audit", export, "-q", "-o", "o.xlsx", "--as-of", "2025-06-30"); status != exitFindings {
		t.Errorf("after it was closed: exit status %d: %s", status, stderr)
	}
}

// TestWineServe: the page starts on Windows, and answers who has its link.
func TestWineServe(t *testing.T) {
	w := needWine(t)
	c := exec.CommandContext(t.Context(), "wine", filepath.Join(w.made, "claimaudit.exe"), "serve", "--no-open")
	c.Dir = t.TempDir()
	said, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}()
	link, err := bufio.NewReader(said).ReadString('\n')
	link = strings.TrimSpace(link)
	if err != nil || !strings.HasPrefix(link, "http://") {
		t.Fatalf("it says %q (%v)", link, err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := (&http.Client{Jar: jar}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("<main")) {
		t.Errorf("the page answers %s (%v): %.200s", answer.Status, err, page)
	}
}
