// Package browser drives claimaudit serve in Chromium as somebody would who has never used it.
package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const root = "../../.."

// chromium is where the browser is. Where there is none, the test is skipped and says so, or fails if it is required.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CLAIMAUDIT_BROWSER") == "required" {
		t.Fatal("there is no Chromium, and CLAIMAUDIT_BROWSER requires one: apt-get install chromium")
	}
	t.Skip("NOT TESTED: the page in a browser: there is no Chromium here (apt-get install chromium)")
	return ""
}

// visitor is somebody at a browser, and the program that serves the page.
type visitor struct {
	*testing.T
	program, dir, temp, base string
	browser                  context.Context
	serve                    *exec.Cmd
	tab                      context.Context

	mu       sync.Mutex
	asked    []string // what the page's tabs asked for
	breaches []string // what broke the content policy, or another rule of the browser
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	path := chromium(t)
	v := &visitor{T: t, dir: t.TempDir(), temp: t.TempDir()}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1366, 768), chromedp.WSURLReadTimeout(time.Minute))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	all, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	limited, cancel := context.WithTimeout(all, 5*time.Minute)
	t.Cleanup(cancel)
	v.browser, cancel = chromedp.NewContext(limited)
	t.Cleanup(cancel)
	v.open(v.browser)
	v.do(v.browser, "let it download", call(browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: v.dir,
	}))
	v.tab = v.newTab()
	return v
}

// build makes the program of these sources.
func (v *visitor) build() {
	v.Helper()
	v.program = filepath.Join(v.TempDir(), "claimaudit")
	if out, err := exec.Command("go", "build", "-o", v.program, "claimaudit/cmd/claimaudit").CombinedOutput(); err != nil {
		v.Fatal(err, string(out))
	}
}

// start serves the page.
func (v *visitor) start(args ...string) {
	v.Helper()
	v.serve = exec.Command(v.program, args...)
	v.serve.Dir, v.serve.Env, v.serve.Stderr = v.dir, append(os.Environ(), "TMPDIR="+v.temp, "DISPLAY=", "WAYLAND_DISPLAY="), os.Stderr
	out, err := v.serve.StdoutPipe()
	if err == nil {
		err = v.serve.Start()
	}
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = v.serve.Process.Kill() })
	link, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		v.Fatal(err)
	}
	link = strings.TrimSpace(link)
	v.base = link[:strings.Index(link, "/start")]
	v.do(v.tab, "the link", chromedp.Navigate(link), chromedp.WaitVisible("#drop"))
	if at := v.where(); at != v.base+"/" {
		v.Errorf("the link leads to %s", at)
	}
}

// call is a command of the browser's protocol as a step.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// open opens a tab, for as long as its context lives.
func (v *visitor) open(tab context.Context) {
	v.Helper()
	if err := chromedp.Do(tab); err != nil {
		v.Fatal(err)
	}
}

// newTab is a further tab, which is listened to.
func (v *visitor) newTab() context.Context {
	v.Helper()
	tab, cancel := chromedp.NewContext(v.browser)
	v.Cleanup(cancel)
	v.open(tab)
	if err := chromedp.Listen(tab, func(event any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			v.asked = append(v.asked, e.Request.URL)
		case *audits.EventIssueAdded:
			if e.Issue.Code == audits.InspectorIssueCodeContentSecurityPolicyIssue {
				v.breaches = append(v.breaches, "content policy: "+fmt.Sprint(e.Issue.Details.ContentSecurityPolicyIssueDetails.ViolatedDirective))
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "ERR_CONNECTION_REFUSED") && !strings.Contains(e.Entry.Text, "status of 422") && !strings.Contains(e.Entry.Text, "status of 400") {
				v.breaches = append(v.breaches, e.Entry.Text)
			}
		}
	}); err != nil {
		v.Fatal(err)
	}
	v.do(tab, "listen to it", call(network.Enable, network.EnableParams{}), call(log.Enable, cdp.Empty{}), call(audits.Enable, cdp.Empty{}))
	return tab
}

func (v *visitor) do(tab context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	limited, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	if err := chromedp.Do(limited, steps...); err != nil {
		seen, _ := chromedp.Run(tab, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
		v.Fatalf("%s: %v, at %.2000s", what, err, seen)
	}
}

func (v *visitor) where() string {
	v.Helper()
	return truth[string](v.tab, v, "location.href")
}

// until waits until an expression of the page is true. The page forbids to make functions of texts, as the
// protocol's own waiting does.
func (v *visitor) until(tab context.Context, expression string) {
	v.Helper()
	for range 1000 {
		if holds, err := chromedp.Run(tab, chromedp.Evaluate[bool](expression)); err == nil && holds {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.Fatalf("%s does not come true; the page says %.2000s", expression, truth[string](tab, v, `location.href + "\n" + document.body.innerText`))
}

// says waits until the page says something.
func (v *visitor) says(tab context.Context, text string) {
	v.Helper()
	v.until(tab, fmt.Sprintf("document.readyState === 'complete' && document.body.innerText.includes(%q)", text))
}

// truth is what an expression of the page comes to.
func truth[T any](tab context.Context, v *visitor, expression string) (value T) {
	v.Helper()
	value, err := chromedp.Run(tab, chromedp.Evaluate[T](expression))
	if err != nil {
		v.Fatalf("%s: %v", expression, err)
	}
	return value
}

// drop drops a file on the page.
func (v *visitor) drop(name, text string) {
	v.Helper()
	v.do(v.tab, "drop "+name, chromedp.Navigate(v.base+"/"), chromedp.WaitVisible("#drop"))
	truth[bool](v.tab, v, fmt.Sprintf(`{const d = new DataTransfer(); d.items.add(new File([%q], %q));
		document.dispatchEvent(new DragEvent("drop", {dataTransfer: d, bubbles: true, cancelable: true}))}`, text, name))
}

// choose puts files into the form, as its dialogue does.
func (v *visitor) choose(paths ...string) {
	v.Helper()
	v.do(v.tab, "choose files", chromedp.Navigate(v.base+"/"), chromedp.SetUploadFiles("#files", paths), chromedp.Click("#drop button.main"))
}

// click presses the button with these words, and waits for the page that comes.
func (v *visitor) click(words string) {
	v.Helper()
	v.do(v.tab, "click "+words, chromedp.Click(fmt.Sprintf(`//*[(self::button or self::a) and starts-with(normalize-space(.), %q)]`, words)))
}

// picture takes a picture of the page, for who wants to look at it.
func (v *visitor) picture(name string) {
	v.Helper()
	folder := os.Getenv("CLAIMAUDIT_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(v.tab, chromedp.CaptureScreenshot())
	if err != nil {
		v.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		v.Fatal(err)
	}
}

const strange = "Chart,Seen,Thing,Count,Billed\nP-1,03/04/2025,64483,1,500\nP-1,03/04/2025,64483,1,500\nP-2,03/05/2025,77003,1,90\nP-2,03/05/2025,62323,1,400\n"

func TestBrowser(t *testing.T) {
	v := newVisitor(t)
	v.build()
	v.start("serve", "--no-open", "--as-of", "2025-06-30")
	for _, step := range []struct {
		name string
		do   func(*visitor)
	}{
		{"drop, map, save, audit", mapping}, {"whose claims", whose}, {"findings", findings}, {"pictures", pictures}, {"bad file", badFile}, {"cancelled", cancelled},
		{"two tabs", twoTabs}, {"foreign origin", foreign}, {"quit", quit},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			v.T = t
			step.do(v)
		}) {
			t.FailNow()
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, url := range v.asked {
		if !strings.HasPrefix(url, v.base+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			t.Errorf("the page asked for %s", url)
		}
	}
	if len(v.asked) < 20 {
		t.Errorf("%d requests were seen: nothing is tested", len(v.asked))
	}
	for _, b := range v.breaches {
		t.Error(b)
	}
}

// mapping drops an export that nobody knows, has its columns read by choice, saves the choice, and audits it.
func mapping(v *visitor) {
	v.drop("strange.csv", strange)
	v.says(v.tab, "How strange.csv is understood")
	if truth[string](v.tab, v, "document.activeElement.id") != "trouble" {
		v.Error("what is wrong has no focus")
	}
	for i, field := range []string{"PatientID", "DOS", "CPT", "Units", "Charge"} {
		v.do(v.tab, "choose "+field, chromedp.SetValue(fmt.Sprintf(`select[name="field.0.%d"]`, i+1), field))
	}
	v.do(v.tab, "name it", chromedp.Click(`input[name=order][value=mdy]`), chromedp.SetValue("#name0", "our system"))
	v.click("Read again")
	v.says(v.tab, "4 rows: 4 to audit")
	v.click("Save the mapping")
	v.says(v.tab, `Saved as "our system"`)
	v.click("Start the audit")
	v.says(v.tab, "Findings 1 to")
	v.same("strange.csv", strange, "--date-order", "mdy")
}

// centre are claims of which it cannot be told whether they are the doctor's or the surgery centre's own.
const centre = `ClaimID,PatientID,DOS,CPT,Mod1,Units,Charge,RenderingNPI,BillingTIN,Payer,POS,Dx1
C1,P1,2025-03-10,64483,RT,1,500.00,1234567893,998877665,Aetna,24,M54.16
F1,P1,2025-03-10,64483,RT,1,1500.00,1234567893,998877665,Aetna,24,M54.16
C2,P2,2025-03-11,64493,RT,1,500.00,1234567893,998877665,Aetna,24,M47.816
F2,P2,2025-03-11,64493,RT,1,1500.00,1234567893,998877665,Aetna,24,M47.816
C3,P3,2025-03-12,62323,,1,500.00,1234567893,998877665,Aetna,24,M54.16
`

// whose audits claims that may be the doctor's or the centre's, answers whose they are, and audits them so.
func whose(v *visitor) {
	v.drop("centre.csv", centre)
	v.says(v.tab, "whose claims are these?")
	v.picture("whose")
	v.click("Start the audit")
	v.says(v.tab, "No finding is chosen")
	v.click("Change how it is read")
	v.says(v.tab, "How centre.csv is understood")
	v.do(v.tab, "answer", chromedp.Click(`input[name="biller.0"][value=professional]`))
	v.click("Read again")
	v.until(v.tab, `!document.querySelector("fieldset.asks") && !!document.querySelector('input[name="biller.0"][value=professional]:checked')`)
	v.click("Start the audit")
	v.says(v.tab, "Findings 1 to 2 of 2")
}

// same downloads the JSON report, and compares it with what the command writes.
func (v *visitor) same(name, text string, flags ...string) {
	v.Helper()
	if err := os.WriteFile(filepath.Join(v.dir, name), []byte(text), 0o600); err != nil {
		v.Fatal(err)
	}
	audit := exec.Command(v.program, append([]string{"audit", name, "--as-of", "2025-06-30", "--fail-on", "never", "-q", "-o", "command.json", "--force"}, flags...)...)
	audit.Dir = v.dir
	if out, err := audit.CombinedOutput(); err != nil && audit.ProcessState.ExitCode() != 3 {
		v.Fatal(err, string(out))
	}
	got := v.download("JSON", strings.TrimSuffix(name, ".csv")+"-audit.json")
	want, err := os.ReadFile(filepath.Join(v.dir, "command.json"))
	if err != nil {
		v.Fatal(err)
	}
	var a, b struct{ Summary, Findings, Coverage, Inputs json.RawMessage }
	if err := json.Unmarshal(got, &a); err != nil {
		v.Fatal(err)
	}
	if err := json.Unmarshal(want, &b); err != nil {
		v.Fatal(err)
	}
	if len(b.Findings) < 100 || !bytes.Equal(a.Summary, b.Summary) || !bytes.Equal(a.Findings, b.Findings) || !bytes.Equal(a.Coverage, b.Coverage) || !bytes.Equal(a.Inputs, b.Inputs) {
		v.Errorf("the page's JSON of %s is not that of the command", name)
	}
}

// download is what a link of the page downloads.
func (v *visitor) download(words, name string) []byte {
	v.Helper()
	path := filepath.Join(v.dir, name)
	_ = os.Remove(path)
	v.click(words)
	for range 600 {
		if data, err := os.ReadFile(path); err == nil && len(data) > 0 {
			time.Sleep(200 * time.Millisecond) // it has its name when it is whole
			return data
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.Fatalf("%s is not downloaded", name)
	return nil
}

// findings audits the samples with faults, filters, answers by the keyboard and finds the answer again.
func findings(v *visitor) {
	samples, err := filepath.Abs(filepath.Join(root, "samples", "faults.csv"))
	if err != nil {
		v.Fatal(err)
	}
	text, err := os.ReadFile(samples)
	if err != nil {
		v.Fatal(err)
	}
	v.choose(samples)
	v.says(v.tab, "500 rows: 500 to audit")
	v.picture("columns")
	v.click("Start the audit")
	v.says(v.tab, "Findings 1 to 100 of")
	v.picture("findings")
	v.same("faults.csv", string(text))
	v.do(v.tab, "filter", chromedp.SetValue(`select[name=severity]`, "warning"), chromedp.Click(`.filters button.main`), chromedp.WaitVisible(`.filters a`))
	if !strings.Contains(v.where(), "severity=warning") || truth[int](v.tab, v, `document.querySelectorAll(".list .severity.error").length`) != 0 {
		v.Error("the filter does not hold")
	}
	all := truth[int](v.tab, v, `document.querySelectorAll(".list tbody tr").length`)
	v.do(v.tab, "open a finding", chromedp.Click(".list tbody tr:first-child a"), chromedp.WaitVisible("#say"))
	v.picture("finding")
	v.do(v.tab, "to the note", chromedp.KeyEvent("e"))
	// The protocol sends the letter once more than a keyboard does.
	if !truth[bool](v.tab, v, `{const n = document.activeElement; n.value = ""; n.id === "note"}`) {
		v.Error("the key does not lead to the note")
	}
	v.do(v.tab, "answer by the keyboard", chromedp.KeyEvent("seen by Q"), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("a"), chromedp.WaitVisible(".done"))
	v.says(v.tab, "Saved for the finding before: Agree.")
	v.do(v.tab, "back", chromedp.KeyEvent("k"))
	v.until(v.tab, `!location.search.includes("saved") && document.readyState === "complete"`)
	v.do(v.tab, "reload", chromedp.Reload(), chromedp.WaitVisible("#say"))
	if note := truth[string](v.tab, v, `document.getElementById("note").value`); note != "seen by Q" {
		v.Errorf("after a reload the note is %q", note)
	}
	if pressed := truth[string](v.tab, v, `document.querySelector("#say [aria-pressed=true]").value`); pressed != "Agree" {
		v.Errorf("after a reload the answer is %q", pressed)
	}
	v.do(v.tab, "the next", chromedp.KeyEvent("j"))
	v.until(v.tab, `document.readyState === "complete" && document.getElementById("note").value === ""`)
	v.do(v.tab, "disagree without a note", chromedp.KeyEvent("d"), chromedp.WaitVisible("#trouble"))
	v.do(v.tab, "to the open ones", chromedp.SetValue(`select[name=said]`, "open"), chromedp.Click(`.filters button.main`), chromedp.WaitNotPresent("#say"))
	if left := truth[int](v.tab, v, `document.querySelectorAll(".list tbody tr").length`); left != all-1 {
		v.Errorf("%d findings are not answered, want %d", left, all-1)
	}
	if csv := v.download("Corrected lines", "faults-corrected.csv"); !bytes.HasPrefix(csv, []byte("File,Sheet,Row,ClaimID,")) {
		v.Errorf("the corrected lines begin with %.40q", csv)
	}
}

func media(p emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return call(emulation.SetEmulatedMedia, p)
}

func screen(width, height int64, scale float64) chromedp.Action[chromedp.Void] {
	return call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: scale})
}

// pictures holds that the page fits at 200 %, on a narrow screen, in the dark and in print.
func pictures(v *visitor) {
	v.do(v.tab, "open a finding", chromedp.Click(".list tbody tr:first-child a"), chromedp.WaitVisible("#say"))
	fits := func(what string) {
		v.Helper()
		if wide := truth[int](v.tab, v, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
			v.Errorf("%s: the page is %d points too wide", what, wide)
		}
	}
	fits("as it is")
	v.do(v.tab, "dark", media(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}))
	v.picture("dark")
	v.do(v.tab, "200 %", media(emulation.SetEmulatedMediaParams{}), screen(683, 384, 2))
	fits("200 %")
	v.picture("double")
	v.do(v.tab, "narrow", screen(320, 640, 1))
	fits("320 points")
	v.picture("narrow")
	v.do(v.tab, "print", call(emulation.ClearDeviceMetricsOverride, cdp.Empty{}), media(emulation.SetEmulatedMediaParams{Media: "print"}))
	v.picture("print")
	printed, err := chromedp.Call(v.tab, page.PrintToPDF, page.PrintToPDFParams{})
	if err != nil {
		v.Fatal(err)
	}
	v.do(v.tab, "as it was", media(emulation.SetEmulatedMediaParams{}))
	if folder := os.Getenv("CLAIMAUDIT_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "print.pdf"), printed.Data, 0o600); err != nil {
			v.Fatal(err)
		}
	}
	for what, expression := range map[string]string{
		"one h1": `document.querySelectorAll("h1").length === 1`, "a main part": `document.querySelectorAll("main").length === 1`,
		"a language": `document.documentElement.lang === "en"`, "captions": `[...document.querySelectorAll("table")].every(t => t.caption)`,
		"scopes":       `[...document.querySelectorAll("th")].every(t => t.scope)`,
		"names":        `[...document.querySelectorAll("input:not([type=hidden]), select, textarea")].every(i => i.labels.length > 0 || i.ariaLabel)`,
		"no handlers":  `![...document.querySelectorAll("*")].some(e => [...e.attributes].some(a => a.name.startsWith("on") || a.name === "style"))`,
		"state titles": `document.title.endsWith("faults.csv - claimaudit")`,
	} {
		if !truth[bool](v.tab, v, expression) {
			v.Errorf("the page has not %s", what)
		}
	}
}

func badFile(v *visitor) {
	v.drop("letter.csv", "Dear Sir,\nthank you for the letter\n")
	v.says(v.tab, "Not done")
	if text := truth[string](v.tab, v, `document.getElementById("trouble").innerText`); !strings.Contains(text, "letter.csv") || strings.Contains(text, "claimaudit-private") {
		v.Errorf("what is wrong is told so: %s", text)
	}
	v.picture("bad")
	v.click("Close, and remove")
	v.do(v.tab, "home", chromedp.WaitVisible("#drop"))
}

// cancelled cancels the reading of a large export, whose reading takes longer than a click.
func cancelled(v *visitor) {
	var b strings.Builder
	b.WriteString("PatientID,DOS,CPT,Units,Charge\n")
	for i := range 1_500_000 {
		fmt.Fprintf(&b, "P%d,2025-03-%02d,62323,1,400\n", i/3, i%28+1)
	}
	path := filepath.Join(v.dir, "large.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		v.Fatal(err)
	}
	v.choose(path)
	v.do(v.tab, "progress", chromedp.WaitVisible("#progress"))
	v.picture("progress")
	v.click("Cancel")
	v.says(v.tab, "Cancelled. Nothing was audited.")
	v.click("Close, and remove")
	v.do(v.tab, "home", chromedp.WaitVisible("#drop"))
}

func twoTabs(v *visitor) {
	other := v.newTab()
	v.do(other, "another tab", chromedp.Navigate(v.base+"/"), chromedp.WaitVisible("#open"), chromedp.Click(`//a[normalize-space(.)="faults.csv"]`))
	v.says(other, "Findings 1 to 100 of")
	v.do(v.tab, "the first", chromedp.Navigate(v.base+"/"), chromedp.Click(`//a[normalize-space(.)="strange.csv"]`))
	v.says(v.tab, "strange.csv")
	if n := truth[int](other, v, `document.querySelectorAll(".list tbody tr").length`); n != 100 {
		v.Errorf("%d findings in the other tab", n)
	}
}

// foreign has a page from elsewhere try to read and to change something.
func foreign(v *visitor) {
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><title>trying</title><form id=f method=post action=%[1]s/quit></form><script>
const base=%[1]q, got=[];
(async()=>{
 for (const o of [{},{mode:"no-cors",credentials:"include"},{method:"POST",credentials:"include"},{method:"POST",mode:"no-cors",credentials:"include"}])
  for (const p of ["/","/jobs","/quit","/alive"]) { try { const r=await fetch(base+p,o); if (r.type!=="opaque") got.push(p+r.status) } catch {} }
 const s=document.createElement("script"); s.src=base+"/files/page.js"; s.onload=()=>got.push("script"); document.head.append(s);
 const i=new Image(); i.onload=()=>got.push("image"); i.src=base+"/";
 setTimeout(()=>{document.title="tried:"+got.join(" ")},500)
})()</script>`, v.base)
	}))
	defer evil.Close()
	tab, cancel := chromedp.NewContext(v.browser)
	defer cancel()
	v.open(tab)
	v.do(tab, "the page from elsewhere", chromedp.Navigate(evil.URL))
	v.until(tab, `document.title.startsWith("tried")`)
	if title := truth[string](tab, v, "document.title"); title != "tried:" {
		v.Errorf("the page from elsewhere %s", title)
	}
	truth[bool](tab, v, `document.getElementById("f").submit(); true`)
	v.until(tab, `location.pathname === "/quit"`)
	v.says(tab, "does not come from the page itself")
	v.do(v.tab, "it is still served", chromedp.Navigate(v.base+"/"), chromedp.WaitVisible("#drop"))
}

// quit stops the program, of which nothing is left.
func quit(v *visitor) {
	v.click("Quit")
	v.says(v.tab, "You may close this tab.")
	if err := v.serve.Wait(); err != nil {
		v.Error(err)
	}
	entries, err := os.ReadDir(v.temp)
	if err != nil || len(entries) > 0 && runtime.GOOS != "windows" {
		v.Errorf("left among temporary files: %v, %v", entries, err)
	}
}
