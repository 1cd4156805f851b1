package browser

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// stranger is how long somebody who has never used it may need from the archive to the first finding that is true.
const stranger = 3 * time.Minute

// TestFromArchive unpacks the archive of a release, starts what is in it as its page for beginners says, drops an
// export of a system that nobody knows, and comes to what is wrong in it, within three minutes. .ci/door makes the archive.
func TestFromArchive(t *testing.T) {
	archive := os.Getenv("CLAIMAUDIT_ARCHIVE")
	if archive == "" {
		t.Skip("the archive of a release is tried by .ci/door")
	}
	v := newVisitor(t)
	began := time.Now()
	clock := func(what string) {
		t.Helper()
		t.Logf("%5.1f s: %s", time.Since(began).Seconds(), what)
		if time.Since(began) > stranger {
			t.Fatalf("more than %s", stranger)
		}
	}
	folder := unpacked(t, archive)
	clock("the archive is unpacked")
	page, err := os.ReadFile(filepath.Join(folder, "START HERE.txt"))
	if err != nil {
		t.Fatal(err)
	}
	const start = "./claimaudit serve"
	if _, linux, _ := strings.Cut(string(page), "\nLINUX\n"); !strings.Contains(linux, "   "+start+"\n") {
		t.Fatalf("START HERE.txt does not say %s", start)
	}
	v.program = filepath.Join(folder, "claimaudit")
	v.start(strings.Fields(start)[1:]...)
	clock("the page is open")
	v.drop("ledger.csv", ledger())
	v.says(v.tab, "How ledger.csv is understood")
	clock("the columns are shown")
	for column, field := range map[int]string{1: "PatientID", 2: "DOS", 4: "CPT", 5: "Units", 6: "Charge"} {
		v.do(v.tab, "choose "+field, chromedp.SetValue(fmt.Sprintf(`select[name="field.0.%d"]`, column), field))
	}
	v.click("Try the audit")
	v.says(v.tab, "Findings 1 to")
	clock("the export is audited")
	at := fmt.Sprintf(`[...document.querySelectorAll(".list tbody tr")].findIndex(r => ["deleted-code", "62311", %q].every(x => r.innerText.includes(x)))`, planted)
	row := truth[int](v.tab, v, at)
	if row < 0 {
		t.Fatal("the code that was deleted is not found")
	}
	v.do(v.tab, "open it", chromedp.Click(fmt.Sprintf(".list tbody tr:nth-child(%d) a", row+1)), chromedp.WaitVisible("#say"))
	v.says(v.tab, "What do you say?")
	if text := truth[string](v.tab, v, `document.getElementById("finding").innerText`); !strings.Contains(text, "62323") || !strings.Contains(text, planted) {
		t.Errorf("the finding says %s", text)
	}
	clock("the first finding is read: a code that was deleted, and what takes its place")
	quit(v)
}

// planted is the patient whose line bills a code that was deleted.
const planted = "AX-1041"

// ledger is an export whose header no system we know of writes, with one fault in it.
func ledger() string {
	var b strings.Builder
	b.WriteString("Who was seen;When seen (service);Desk;What was done;How many;Dollars;Insurer\n")
	for i := range 60 {
		code := []string{"62323", "64483", "99213", "20610"}[i%4]
		who := fmt.Sprintf("AX-%d", 1000+i)
		if who == planted {
			code = "62311"
		}
		fmt.Fprintf(&b, "%s;2025-%02d-%02d;front;%s;1;%d.00;Medicare\n", who, 1+i%6, 1+i%27, code, 100+i)
	}
	return b.String()
}

// unpacked is the folder that an archive holds, unpacked as tar does.
func unpacked(t *testing.T, archive string) (folder string) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for r := tar.NewReader(packed); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return folder
		}
		if err != nil || !filepath.IsLocal(head.Name) {
			t.Fatal(head, err)
		}
		path := filepath.Join(dir, head.Name)
		top, _, _ := strings.Cut(head.Name, "/")
		folder = filepath.Join(dir, top)
		text, err := io.ReadAll(r)
		if err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700)); err == nil {
			err = os.WriteFile(path, text, head.FileInfo().Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
