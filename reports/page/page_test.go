package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// visit is a page that is served, and a browser that was let in.
type visit struct {
	*testing.T
	server *Server
	desk   *fakeDesk
	base   string
	in     *http.Client
	ended  chan error
}

func serve(t *testing.T, desk *fakeDesk, o Options) *visit {
	t.Helper()
	if desk.folders == "" {
		desk.folders = t.TempDir()
	}
	server, err := Listen(desk, o)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{T: t, server: server, desk: desk, base: server.guard.origin(), ended: make(chan error, 1)}
	v.in = &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { v.ended <- server.Serve(ctx); close(v.ended) }()
	t.Cleanup(func() {
		v.in.CloseIdleConnections()
		cancel()
		if err := <-v.ended; err != nil && !errors.Is(err, ErrIdle) {
			t.Error(err)
		}
		if left := leftIn(t, desk.folders); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	return v
}

// enter uses the link.
func (v *visit) enter() *visit {
	v.Helper()
	if r := v.ask(http.MethodGet, strings.TrimPrefix(v.server.Link(), v.base), nil, nil); r.status != http.StatusSeeOther || r.header.Get("Location") != "/" {
		v.Fatalf("the link: %d to %q", r.status, r.header.Get("Location"))
	}
	return v
}

type reply struct {
	status int
	header http.Header
	text   string
}

// ask asks as the page's own scripts and forms do; edit, when not nil, makes another of the request.
func (v *visit) ask(method, path string, body io.Reader, edit func(*http.Request)) reply {
	v.Helper()
	r, err := http.NewRequest(method, v.base+path, body)
	if err != nil {
		v.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Origin", v.base)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if edit != nil {
		edit(r)
	}
	answer, err := v.in.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

func (v *visit) post(path string, form url.Values) reply {
	v.Helper()
	return v.ask(http.MethodPost, path, strings.NewReader(form.Encode()), nil)
}

// filesOf is an upload of files by their names.
func filesOf(names ...string) (*bytes.Buffer, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range names {
		part, _ := w.CreatePart(map[string][]string{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="files"; filename="%s"`, strings.ReplaceAll(name, `"`, `\"`))},
		})
		_, _ = part.Write([]byte("PatientID,DOS,CPT\nP1,2025-03-10,62323\n"))
	}
	_ = w.Close()
	return &b, w.FormDataContentType()
}

// upload hands files in, and is the link to what becomes of them.
func (v *visit) upload(names ...string) string {
	v.Helper()
	body, kind := filesOf(names...)
	r := v.ask(http.MethodPost, "/jobs", body, func(r *http.Request) { r.Header.Set("Content-Type", kind) })
	if r.status != http.StatusSeeOther {
		v.Fatalf("the upload: %d %s", r.status, r.text)
	}
	return r.header.Get("Location")
}

// settle waits until a job works no more.
func (v *visit) settle(job string) state {
	v.Helper()
	for range 500 {
		var t told
		if err := json.Unmarshal([]byte(v.ask(http.MethodGet, job+"/state", nil, nil).text), &t); err != nil {
			v.Fatal(err)
		}
		if !t.Working {
			return t.State
		}
		time.Sleep(10 * time.Millisecond)
	}
	v.Fatal("the work does not end")
	return ""
}

// audit hands a file in and has it audited.
func (v *visit) audit() string {
	v.Helper()
	job := v.upload("export.csv")
	v.settle(job)
	v.post(job+"/read", url.Values{"do": {"audit"}})
	if s := v.settle(job); s != done {
		v.Fatalf("the audit is %s", s)
	}
	return job
}

// TestNobodyElseComesIn holds that only a browser with our cookie, at our address and on our own pages, comes in.
func TestNobodyElseComesIn(t *testing.T) {
	v := serve(t, &fakeDesk{findings: 3}, Options{}).enter()
	job := v.audit()
	port := v.server.guard.port
	for _, c := range []struct {
		name   string
		edit   func(*http.Request)
		status int
	}{
		{"foreign host", func(r *http.Request) { r.Host = "evil.test" }, http.StatusMisdirectedRequest},
		{"foreign host with our port", func(r *http.Request) { r.Host = fmt.Sprintf("evil.test:%d", port) }, http.StatusMisdirectedRequest},
		{"our host without the port", func(r *http.Request) { r.Host = "127.0.0.1" }, http.StatusMisdirectedRequest},
		{"another port", func(r *http.Request) { r.Host = fmt.Sprintf("127.0.0.1:%d", port+1) }, http.StatusMisdirectedRequest},
		{"foreign origin", func(r *http.Request) { r.Header.Set("Origin", "https://evil.test") }, http.StatusForbidden},
		{"origin of another port", func(r *http.Request) { r.Header.Set("Origin", fmt.Sprintf("http://127.0.0.1:%d", port+1)) }, http.StatusForbidden},
		{"another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"another port, as browsers say it", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, http.StatusForbidden},
		{"no cookie", func(r *http.Request) { v.without(r) }, http.StatusForbidden},
		{"a wrong cookie", func(r *http.Request) {
			v.without(r)
			r.AddCookie(&http.Cookie{Name: v.server.guard.cookieName(), Value: strings.Repeat("0", 64)})
		}, http.StatusForbidden},
	} {
		for _, way := range []struct{ method, path string }{
			{http.MethodGet, "/"}, {http.MethodGet, job}, {http.MethodGet, job + "/download/json"}, {http.MethodGet, "/files/page.js"}, {http.MethodGet, "/alive"},
			{http.MethodPost, "/jobs"}, {http.MethodPost, job + "/findings/0"}, {http.MethodPost, "/quit"}, {http.MethodOptions, "/jobs"},
		} {
			r := v.fresh(way.method, way.path, c.edit)
			if r.status != c.status {
				t.Errorf("%s: %s %s: %d, want %d", c.name, way.method, way.path, r.status, c.status)
			}
			if strings.Contains(r.text, "rule-") || r.header.Get("Set-Cookie") != "" || r.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %s %s tells something", c.name, way.method, way.path)
			}
		}
	}
	if r := v.fresh(http.MethodPost, "/quit", func(r *http.Request) { r.Header.Del("Origin") }); r.status != http.StatusForbidden {
		t.Errorf("a post that does not say where it comes from: %d", r.status)
	}
	if r := v.ask(http.MethodGet, job, nil, nil); r.status != http.StatusOK {
		t.Errorf("and we do not come in: %d", r.status)
	}
}

// without makes a request without the cookie that the browser would send.
func (v *visit) without(r *http.Request) { r.Header.Set("X-Test-Without", "1") }

// fresh asks over a connection of its own, with our cookie unless the edit asks for none.
func (v *visit) fresh(method, path string, edit func(*http.Request)) reply {
	v.Helper()
	r, err := http.NewRequest(method, v.base+path, nil)
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Origin", v.base)
	edit(r)
	if r.Header.Get("X-Test-Without") == "" {
		for _, c := range v.in.Jar.Cookies(r.URL) {
			r.AddCookie(c)
		}
	}
	r.Header.Del("X-Test-Without")
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: v.in.CheckRedirect}
	answer, err := client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// TestLinks holds that each link lets one browser in, once, and no other token anybody.
func TestLinks(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{})
	link := strings.TrimPrefix(v.server.Link(), v.base)
	for name, path := range map[string]string{
		"none": "/start", "blank": "/start?token=", "wrong": "/start?token=" + strings.Repeat("a", 64), "cut short": link[:len(link)-1],
	} {
		if r := v.ask(http.MethodGet, path, nil, nil); r.status != http.StatusForbidden || r.header.Get("Set-Cookie") != "" {
			t.Errorf("%s token: %d", name, r.status)
		}
	}
	if r := v.ask(http.MethodHead, link, nil, nil); r.status != http.StatusForbidden {
		t.Errorf("a link that is only looked at: %d", r.status)
	}
	first := v.ask(http.MethodGet, link, nil, nil)
	cookie := first.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/", fmt.Sprintf("claimaudit-%d=", v.server.guard.port)} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", cookie, want)
		}
	}
	if r := v.ask(http.MethodGet, link, nil, nil); r.status != http.StatusSeeOther {
		t.Errorf("the link again, in the browser that is in: %d", r.status)
	}
	v.in.Jar, _ = cookiejar.New(nil)
	if r := v.ask(http.MethodGet, link, nil, nil); r.status != http.StatusForbidden || !strings.Contains(r.text, "used before") {
		t.Errorf("the link again, in another browser: %d", r.status)
	}
	v.enter() // a link of its own
}

// TestHeaders holds that every answer forbids what a page of ours never needs.
func TestHeaders(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{}).enter()
	for _, path := range []string{"/", "/files/page.css", "/files/page.js", "/alive", "/nowhere", "/files/nothing", "/explain?what=" + url.QueryEscape(hostile)} {
		r := v.ask(http.MethodGet, path, nil, nil)
		for name, want := range headers {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

// TestGettingChangesNothing asks by GET and HEAD for all that is posted.
func TestGettingChangesNothing(t *testing.T) {
	v := serve(t, &fakeDesk{findings: 3}, Options{}).enter()
	job := v.audit()
	before := v.ask(http.MethodGet, job, nil, nil).text
	for _, path := range []string{"/jobs", "/quit", job + "/read?do=audit", job + "/cancel", job + "/close", job + "/findings/0?disposition=Agree", job + "?do=audit&disposition=Agree"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, "PUT", "DELETE"} {
			r := v.ask(method, path, nil, func(r *http.Request) { r.Header.Set("Origin", v.base) })
			if r.status < 400 && !strings.HasPrefix(path, job+"?") {
				t.Errorf("%s %s: %d", method, path, r.status)
			}
		}
	}
	if after := v.ask(http.MethodGet, job, nil, nil).text; after != before {
		t.Error("something has changed")
	}
	if audits, _ := v.desk.made(); audits != 1 {
		t.Errorf("%d audits", audits)
	}
}

// TestTextsAreTexts holds that what stands in strangers' files is never markup.
func TestTextsAreTexts(t *testing.T) {
	v := serve(t, &fakeDesk{findings: 3}, Options{}).enter()
	name := `x" onload="alert(1)<script>.csv`
	job := v.upload(name)
	v.settle(job)
	pages := []string{v.ask(http.MethodGet, job, nil, nil).text, v.ask(http.MethodGet, "/", nil, nil).text}
	v.post(job+"/read", url.Values{"do": {"audit"}})
	v.settle(job)
	for _, path := range []string{job, job + "?finding=1", job + "?payer=" + url.QueryEscape(hostile), "/explain?what=" + url.QueryEscape(hostile)} {
		pages = append(pages, v.ask(http.MethodGet, path, nil, nil).text)
	}
	pages = append(pages, v.post(job+"/findings/1", url.Values{"disposition": {"Disagree"}, "owner": {hostile}}).text)
	for i, text := range pages {
		text = strings.ReplaceAll(text, `<script src="/files/page.js" defer></script>`, "")
		for _, bad := range []string{"<script", "<img", `" onload="`, "onerror=alert(1)>"} {
			if strings.Contains(text, bad) {
				t.Errorf("page %d has %s", i, bad)
			}
		}
	}
}

// TestNamesAreNoPaths hands in files whose names are paths: all lie in the folder of their job, under names of ours.
func TestNamesAreNoPaths(t *testing.T) {
	desk := &fakeDesk{folders: t.TempDir()}
	v := serve(t, desk, Options{}).enter()
	outside := filepath.Join(filepath.Dir(desk.folders), "outside.csv")
	job := v.upload("../../outside.csv", "/etc/passwd", `..\..\win.ini`, "a\u202eb.csv", "...", "x.csv/../../y.sh", outside, "same.csv", "same.csv", "pack.csv.gz", ".claimaudit-x.tmp")
	v.settle(job)
	folders := leftIn(t, desk.folders)
	if len(folders) != 1 {
		t.Fatal(folders)
	}
	folder := filepath.Join(desk.folders, folders[0])
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	for _, name := range leftIn(t, folder) {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(name, "copy-00") {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if ending := strings.TrimPrefix(name, name[:len("copy-0000")]); ending != "" && ending != ".csv" && ending != ".csv.gz" {
			t.Errorf("%s has an ending of somebody's", name)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a file was written where its name says")
	}
	text := v.ask(http.MethodGet, "/", nil, nil).text
	if !strings.Contains(text, "outside.csv") || strings.Contains(text, "../") {
		t.Error("the page does not call files by their names:", text)
	}
}

// TestManyAtOnce lets twenty ask at once, for all there is.
func TestManyAtOnce(t *testing.T) {
	desk := &fakeDesk{findings: 250}
	v := serve(t, desk, Options{}).enter()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			body, kind := filesOf("export.csv")
			r := v.ask(http.MethodPost, "/jobs", body, func(r *http.Request) { r.Header.Set("Content-Type", kind) })
			job := r.header.Get("Location")
			v.settle(job)
			v.post(job+"/read", url.Values{"do": {"audit"}})
			v.settle(job)
			for _, path := range []string{"?page=2", "?finding=7&severity=error", "/download/json"} {
				if r := v.ask(http.MethodGet, job+path, nil, nil); r.status != http.StatusOK {
					t.Errorf("%s: %d", path, r.status)
				}
			}
			v.post(job+"/findings/3", url.Values{"disposition": {"Agree"}})
			if i%2 == 0 {
				v.post(job+"/close", nil)
			}
		})
	}
	all.Wait()
	if audits, closed := desk.made(); audits != 20 || closed != 10 || len(leftIn(t, desk.folders)) != 10 {
		t.Errorf("%d audits, %d closed, %d folders", audits, closed, len(leftIn(t, desk.folders)))
	}
}

// TestOneAtATime holds that a second audit waits, says so, and that both can be cancelled.
func TestOneAtATime(t *testing.T) {
	desk := &fakeDesk{hold: make(chan struct{})}
	v := serve(t, desk, Options{}).enter()
	first, second := v.upload("first.csv"), v.upload("second.csv")
	for _, job := range []string{first, second} {
		v.settle(job) // how the second is read waits for its turn too
	}
	for _, job := range []string{first, second} {
		v.post(job+"/read", url.Values{"do": {"audit"}})
	}
	waits := func(job, words string) {
		t.Helper()
		for range 200 {
			if strings.Contains(v.ask(http.MethodGet, job, nil, nil).text, words) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s does not say %s", job, words)
	}
	waits(first, "Auditing 40 % - first.csv")
	waits(second, "Waiting - second.csv")
	for _, job := range []string{second, first} {
		v.post(job+"/cancel", nil)
		if r := v.ask(http.MethodGet, job, nil, nil); !strings.Contains(r.text, "Cancelled. Nothing was audited.") {
			t.Errorf("%s is not cancelled", job)
		}
	}
	close(desk.hold)
	v.post(first+"/read", url.Values{"do": {"audit"}})
	if s := v.settle(first); s != done {
		t.Errorf("after it was cancelled the audit is %s", s)
	}
	if audits, _ := desk.made(); audits != 1 {
		t.Errorf("%d audits", audits)
	}
}

// TestUploadThatBreaksOff leaves nothing of it.
func TestUploadThatBreaksOff(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{}).enter()
	cookie := v.in.Jar.Cookies(must(url.Parse(v.base)))[0]
	connection, err := net.Dial("tcp", strings.TrimPrefix(v.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST /jobs HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s=%s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x.csv\"\r\n\r\nPatientID", strings.TrimPrefix(v.base, "http://"), v.base, cookie.Name, cookie.Value)
	for range 500 {
		if len(leftIn(t, v.desk.folders)) == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = connection.Close()
	for range 500 {
		if len(leftIn(t, v.desk.folders)) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the folder of an upload that broke off is still there")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestUploadTooLarge refuses what is larger than uploads may be, and leaves nothing of it.
func TestUploadTooLarge(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{Upload: 50}).enter()
	body, kind := filesOf("one.csv", "two.csv")
	r := v.ask(http.MethodPost, "/jobs", body, func(r *http.Request) { r.Header.Set("Content-Type", kind) })
	if r.status != http.StatusBadRequest || !strings.Contains(r.text, "larger than uploads may be") {
		t.Errorf("%d %s", r.status, r.text)
	}
	if r := v.post("/jobs", nil); r.status != http.StatusBadRequest {
		t.Errorf("a form without files: %d", r.status)
	}
	if left := leftIn(t, v.desk.folders); len(left) > 0 {
		t.Error(left)
	}
}

// TestQuit holds that quitting ends an audit that runs, and the program.
func TestQuit(t *testing.T) {
	desk := &fakeDesk{hold: make(chan struct{})}
	v := serve(t, desk, Options{}).enter()
	job := v.upload("export.csv")
	v.settle(job)
	v.post(job+"/read", url.Values{"do": {"audit"}})
	if r := v.post("/quit", nil); r.status != http.StatusOK || !strings.Contains(r.text, "You may close this tab") {
		t.Errorf("%d %s", r.status, r.text)
	}
	select {
	case err := <-v.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
	if left := leftIn(t, desk.folders); len(left) > 0 {
		t.Error("left behind:", left)
	}
}

// TestIdle holds that the page stops when nobody looks at it.
func TestIdle(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{Idle: 10 * time.Millisecond})
	select {
	case err := <-v.ended:
		if err == nil {
			t.Error("it does not say why it stopped")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
}

// TestPortTaken holds that a port that is taken is an error, and no other is taken in its place.
func TestPortTaken(t *testing.T) {
	v := serve(t, &fakeDesk{}, Options{})
	if s, err := Listen(&fakeDesk{}, Options{Port: v.server.guard.port}); err == nil {
		t.Error("the port was taken a second time:", s.Link())
	}
}
