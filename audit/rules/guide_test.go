package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// TestGuideIsCovered holds that each section of the coding guide has a rule, or says why it has
// none.
func TestGuideIsCovered(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, r := range rules.All() {
		for _, section := range r.Guide {
			named[section] = true
		}
	}
	sections := rules.Sections()
	if len(sections) != 15 {
		t.Errorf("%d sections, the guide has 15", len(sections))
	}
	for i, s := range sections {
		if want := "S" + strconv.Itoa(i+1); s.ID != want {
			t.Errorf("section %s stands where %s should", s.ID, want)
		}
		if s.Heading == "" || !named[s.ID] && s.Note == "" {
			t.Errorf("section %s has no heading, or neither a rule nor a reason why", s.ID)
		}
		checkTables(t, "section "+s.ID, s.Tables)
	}
}

// TestStatements holds that each thing the guide says is known to the catalogue, checked by a rule,
// or has the reason why not; and that they stand in the guide's order, with all its errors.
func TestStatements(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	section, item, named := 0, 0, map[string]bool{}
	for _, s := range rules.Statements() {
		in, at := place(t, s)
		if in < section || in == section && at < item {
			t.Errorf("%s (%s) stands after item %d", s.Source, s.Says, item)
		}
		section, item = in, at
		if s.Says == "" || len(s.Codes)+len(s.Rules) == 0 && s.Note == "" {
			t.Errorf("%s says nothing, or has no code, no rule, and no reason why", s.Source)
		}
		for _, text := range s.Codes {
			if code, err := claim.ParseCode(text); err != nil || cat.Lookup(code) == nil {
				t.Errorf("%s names %q, which is no code of the catalogue", s.Source, text)
			}
		}
		for _, id := range s.Errata {
			named[id] = true
		}
		checkSections(t, s.Source, []string{s.Section})
		checkRules(t, s.Source, s.Rules)
		checkErrata(t, s.Source, s.Errata)
	}
	for _, e := range rules.Errata() {
		if !named[e.ID] {
			t.Errorf("no statement names erratum %s", e.ID)
		}
	}
}

// place is the section and first item of `coding guide "...", joints and bursae, items 1 to 3`; the
// headings of a section stand before its items.
func place(t *testing.T, s rules.Statement) (section, item int) {
	t.Helper()
	i := slices.IndexFunc(rules.Sections(), func(of rules.Section) bool { return of.ID == s.Section })
	if i < 0 {
		t.Fatalf("%q is in no section of the guide", s.Source)
	}
	text, ok := strings.CutPrefix(s.Source, rules.Sections()[i].Source+", ")
	if ok && text == "headings only" {
		return i, 0
	}
	_, number, _ := strings.Cut(text, " ")
	number, _, _ = strings.Cut(number, " ")
	item, err := strconv.Atoi(number)
	if !ok || err != nil {
		t.Errorf("%q is no place in section %s of the guide", s.Source, s.Section)
	}
	return i, item
}

func checkErrata(t *testing.T, what string, ids []string) {
	t.Helper()
	for _, id := range ids {
		if !slices.ContainsFunc(rules.Errata(), func(e rules.Erratum) bool { return e.ID == id }) {
			t.Errorf("%s names erratum %q, which there is not", what, id)
		}
	}
}

// TestErrata holds that each error of the guide is set right by a rule or a row.
func TestErrata(t *testing.T) {
	t.Parallel()
	for i, e := range rules.Errata() {
		if want := "E" + strconv.Itoa(i+1); e.ID != want {
			t.Errorf("erratum %s stands where %s should", e.ID, want)
		}
		if e.Lines == "" || e.Says == "" || e.Right == "" || e.Source == "" {
			t.Errorf("erratum %s lacks the lines, what they say, what is right, or the source", e.ID)
		}
		if len(e.Rules)+len(e.Tables) == 0 {
			t.Errorf("erratum %s is set right by no rule and no table", e.ID)
		}
		checkSections(t, "erratum "+e.ID, e.Sections)
		checkRules(t, "erratum "+e.ID, e.Rules)
		checkTables(t, "erratum "+e.ID, e.Tables)
	}
}

// TestNotDecidable holds that each question nobody answers says why.
func TestNotDecidable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, q := range rules.NotDecidable() {
		if q.Ask == "" || seen[q.Ask] {
			t.Errorf("question %q is blank or stands twice", q.Ask)
		}
		seen[q.Ask] = true
		if q.Why == "" || q.Instead == "" || q.Source == "" {
			t.Errorf("question %q lacks why, what is done instead, or the source", q.Ask)
		}
		if q.Reason.String() == string(q.Reason) {
			t.Errorf("question %q has the reason %q, which is none", q.Ask, q.Reason)
		}
		checkSections(t, q.Ask, q.Sections)
		checkRules(t, q.Ask, q.Rules)
	}
}

func checkSections(t *testing.T, what string, ids []string) {
	t.Helper()
	if len(ids) == 0 {
		t.Errorf("%s names no section of the guide", what)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(rules.Sections(), func(s rules.Section) bool { return s.ID == id }) {
			t.Errorf("%s names section %q, which the guide does not have", what, id)
		}
	}
}

// ruleIDs are those of all rules.
var ruleIDs = sync.OnceValue(func() map[string]bool {
	ids := map[string]bool{}
	for _, r := range allRules() {
		ids[r.ID] = true
	}
	return ids
})

func checkRules(t *testing.T, what string, ids []string) {
	t.Helper()
	for _, id := range ids {
		if !ruleIDs()[id] {
			t.Errorf("%s names %q, which is no rule", what, id)
		}
	}
}

func checkTables(t *testing.T, what string, files []string) {
	t.Helper()
	for _, file := range files {
		_, ours := os.Stat(filepath.Join("data", file))
		_, catalogs := os.Stat(filepath.Join("..", "catalog", "data", file))
		if ours != nil && catalogs != nil {
			t.Errorf("%s names table %q, which is in neither data folder", what, file)
		}
	}
}
