package main

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"claimaudit/audit/catalog"
	"claimaudit/audit/rules"
)

// widestLine is what a line of a page has at most: wider ones are read by scrolling, and nobody sees what
// changed in them.
const widestLine = 200

// TestPages holds what the two pages of the rules promise: each rule, topic, section, erratum and
// question has its heading on one of them, exactly once; no line is too wide; and every link leads
// somewhere.
func TestPages(t *testing.T) {
	book, err := newHandbook()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"RULES.md": book.rulesPage(), "GUIDE.md": book.guidePage()}
	both := pages["RULES.md"] + pages["GUIDE.md"]
	for _, want := range pageHeadings() {
		if n := strings.Count(both, "\n"+want+"\n"); n != 1 {
			t.Errorf("%q stands %d times on the two pages", want, n)
		}
	}
	known := map[string][]string{}
	for name, page := range pages {
		known[name] = anchors(page)
		checkWidth(t, name, page, widestLine)
	}
	for name, page := range pages {
		for _, link := range linkTarget.FindAllStringSubmatch(page, -1) {
			if to := cmp.Or(link[1], name); link[2] != "" && !slices.Contains(known[to], link[2]) {
				t.Errorf("%s links to %s#%s, where there is no such heading", name, to, link[2])
			}
		}
	}
}

// TestGuidePage holds that each section has what the guide says in it, item by item, once, with the
// codes of the catalogue and the tables that belong to it.
func TestGuidePage(t *testing.T) {
	book, err := newHandbook()
	if err != nil {
		t.Fatal(err)
	}
	page := book.guidePage()
	for i := range book.Guide {
		s := &book.Guide[i]
		_, text, _ := strings.Cut(page, "\n## "+heading(s.Section)+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
		text = unwrapped(text)
		want := []string{s.Note, strings.Join(s.Codes, " "), code(s.Tables)}
		for i := range s.Statements {
			said := &s.Statements[i]
			if n := strings.Count(text+" ", "- "+placeOf(said)+": "+said.Says+" "); n != 1 {
				t.Errorf("%s stands %d times in section %s", said.Says, n, s.ID)
			}
			want = append(want, links(said.Rules), said.Note, strings.Join(said.Codes, " "))
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("section %s lacks %q", s.ID, part)
			}
		}
	}
}

func pageHeadings() []string {
	headings := []string{"## What billing fields cannot decide"}
	for _, topic := range rules.Topics() {
		headings = append(headings, "## "+topic.Heading)
	}
	for _, r := range rules.All() {
		headings = append(headings, "### "+r.ID)
	}
	for _, s := range rules.Sections() {
		headings = append(headings, "## "+s.ID+" "+s.Heading)
	}
	for _, e := range rules.Errata() {
		headings = append(headings, "### "+e.ID)
	}
	for _, q := range rules.NotDecidable() {
		headings = append(headings, "### "+q.Ask)
	}
	return headings
}

var (
	linkTarget  = regexp.MustCompile(`\]\(([A-Z]+\.md)?#?([^)]*)\)`)
	pageHeading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// anchors are the anchors of a page's headings, as GitHub makes them.
func anchors(page string) []string {
	var all []string
	for _, h := range pageHeading.FindAllStringSubmatch(page, -1) {
		all = append(all, anchor(h[1]))
	}
	return all
}

// unwrapped is a text with a blank for each run of blanks and ends of lines.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

func checkWidth(t *testing.T, what, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%s has a line of %d letters, more than %d: %s", what, n, width, line)
		}
	}
}

// TestExplainedRules holds that what explain says of a rule fits the terminal, is no markup, and has
// every word of the rule.
func TestExplainedRules(t *testing.T) {
	for _, r := range ruleEntries() {
		for _, width := range []int{60, 80, 200} {
			text := r.text(width)
			checkWidth(t, r.ID, text, width)
			if mark := regexp.MustCompile("[`*]|\\]\\(|(?m:^#)").FindString(text); mark != "" {
				t.Errorf("%s is explained with the markup %q", r.ID, mark)
			}
			said := unwrapped(text)
			for _, part := range slices.Concat([]string{r.Title, r.Means, r.RightWhen}, r.Needs.all(), apart(r.Source)) {
				if !strings.Contains(said, part) {
					t.Errorf("%s is explained without %q", r.ID, part)
				}
			}
			for _, s := range r.sections() {
				if !strings.Contains(said, "- "+s.Heading) {
					t.Errorf("%s is explained without the section %s", r.ID, s.Heading)
				}
			}
		}
	}
}

// TestWrapped holds that no line of a page begins with a word that would make a list of it.
func TestWrapped(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"ranges such as 20600 - 20611 are", "- ranges\n  such as\n  20600 -\n  20611\n  are"},
		{"in force to 1. or 2) of it", "- in force\n  to 1.\n  or 2) of\n  it"},
		{"näher ägide", "- näher\n  ägide"},
	} {
		if got := wrapped(test.text, 10, "- ", "  "); got != test.want {
			t.Errorf("wrapped(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

// TestCodesNameSections holds that the sections the catalogue's codes name are sections of the guide.
func TestCodesNameSections(t *testing.T) {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range cat.All() {
		if ids := strings.Fields(e.Section); len(sectionsOf(ids)) != len(ids) {
			t.Errorf("%s names the sections %v, and the guide does not have all of them", e.Code, ids)
		}
	}
}

// developersPages are the pages for those who work on the program.
var developersPages = []string{
	"README.md", "CONTRIBUTING.md", "cmd/README.md", "audit/README.md", "parsers/README.md", "reports/README.md", "samples/README.md",
}

var (
	backticked = regexp.MustCompile("`([^`]+)`")
	ourPath    = regexp.MustCompile(`^(?:audit|cmd|parsers|reports|samples)/[a-z0-9/_.-]*$`)
	ourTest    = regexp.MustCompile(`^Test[A-Z]\w+$`)
	makeWords  = regexp.MustCompile(`^make ([a-z]+)`)
)

// TestDevelopersPages holds that the files, tests and targets of make that the pages for developers name
// are there, and that their links lead somewhere.
func TestDevelopersPages(t *testing.T) {
	makefile := textOf(t, "Makefile")
	tests := allTests(t)
	for _, name := range developersPages {
		text := textOf(t, name)
		checkWidth(t, name, text, widestLine)
		for _, m := range backticked.FindAllStringSubmatch(text, -1) {
			switch word := m[1]; {
			case ourTest.MatchString(word) && !strings.Contains(tests, "\nfunc "+word+"("):
				t.Errorf("%s names %s, which is no test", name, word)
			case makeWords.MatchString(word) && !strings.Contains(makefile, "\n"+makeWords.FindStringSubmatch(word)[1]+":"):
				t.Errorf("%s names %s, which is no target", name, word)
			case ourPath.MatchString(word):
				if _, err := os.Stat(filepath.Join(root, word)); err != nil {
					t.Errorf("%s names %s, which is not there", name, word)
				}
			}
		}
		for _, m := range pageLink.FindAllStringSubmatch(text, -1) {
			page := textOf(t, filepath.Join(filepath.Dir(name), m[1]))
			if m[2] != "" && !slices.Contains(anchors(page), m[2]) {
				t.Errorf("%s links to %s#%s, where there is no such heading", name, m[1], m[2])
			}
		}
	}
}

var pageLink = regexp.MustCompile(`\]\(([\w./-]+\.md)#?([^)]*)\)`)

func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// allTests is the text of all test files.
func allTests(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			var text []byte
			text, err = os.ReadFile(path)
			b.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
