package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/reports"
)

// madeParts are the parts of pages that the program knows better.
var madeParts = map[string]map[string]func(*testing.T) string{
	"reports/OUTPUTS.md": {"finding": sampleFinding, "sheets": sheetTable, "words": wordTable},
	"cmd/SETTINGS.md":    {"settings": settingsTable, "configuration": configurationExample},
	"audit/TABLES.md":    {"tables": knowledgeTable},
	"parsers/READING.md": {"fields": fieldNameList},
}

// TestREADME holds the parts of pages that the program knows better: run make docs when it
// fails.
func TestREADME(t *testing.T) {
	for name, parts := range madeParts {
		path, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			current := string(text)
			for name, part := range parts {
				current = replacePart(t, current, name, part(t))
			}
			holdPage(t, path, current)
		})
	}
}

// TestREADMEFindings holds that the page of the outputs names every field a finding has in JSON.
func TestREADMEFindings(t *testing.T) {
	text := sampleFinding(t)
	var fields map[string]any
	if err := json.Unmarshal([]byte(strings.Trim(text, "`json\n")), &fields); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("reports/OUTPUTS.md") // the finding was made at the root
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(page), "\n| `findings` |")
	row, _, _ = strings.Cut(row, "\n")
	for field := range fields {
		if !strings.Contains(row, "`"+field+"`") {
			t.Errorf("the JSON report's table does not name %s", field)
		}
	}
}

// TestREADMERules holds the pages of the rules and of the guide, which are made as a whole.
func TestREADMERules(t *testing.T) {
	book, err := newHandbook()
	if err != nil {
		t.Fatal(err)
	}
	holdPage(t, filepath.Join(root, "audit", "rules", "RULES.md"), book.rulesPage())
	holdPage(t, filepath.Join(root, "audit", "rules", "GUIDE.md"), book.guidePage())
}

// holdPage fails when the file does not say what it should, or writes it with -update.
func holdPage(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	switch {
	case err == nil && string(text) == want:
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not current: run make docs (%v)\n%s", filepath.Base(path), err, cmp.Diff(string(text), want))
	}
}

// replacePart puts text between the part's two comments.
func replacePart(t *testing.T, whole, name, text string) string {
	t.Helper()
	before, rest, begun := strings.Cut(whole, "<!-- "+name+" -->\n")
	_, after, ended := strings.Cut(rest, "<!-- end of "+name+" -->\n")
	if !begun || !ended {
		t.Fatalf("the page has no part %q", name)
	}
	return before + "<!-- " + name + " -->\n" + text + "<!-- end of " + name + " -->\n" + after
}

// sampleFinding is the first deleted code of the sample with planted faults, as JSON.
func sampleFinding(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "report.json")
	t.Chdir(root)
	var said bytes.Buffer
	args := []string{"audit", "samples/faults.csv", "--as-of", "2025-06-30", "-o", path}
	if got := run(t.Context(), args, strings.NewReader(""), &said, &said); got != exitFindings {
		t.Fatalf("exit status %d: %s", got, said.String())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Findings []json.RawMessage }
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(report.Findings, func(f json.RawMessage) bool { return bytes.Contains(f, []byte(`"deleted-code"`)) })
	if i < 0 {
		t.Fatal("the sample has no deleted code")
	}
	var b bytes.Buffer
	if err := json.Indent(&b, report.Findings[i], "", "  "); err != nil {
		t.Fatal(err)
	}
	return "```json\n" + b.String() + "\n```\n"
}

// fieldNameList is the canonical header.
func fieldNameList(*testing.T) string {
	var b strings.Builder
	width := 0
	for f := range claim.NumFields {
		columns := f.Columns()
		name := "`" + columns[0] + "`"
		if n := len(columns); n > 1 {
			name += "-`" + columns[n-1] + "`"
		}
		switch {
		case width+len(name) > 100:
			b.WriteString("\n")
			width = 0
		case width > 0:
			b.WriteString(" ")
		}
		b.WriteString(name)
		width += len(name) + 1
	}
	return b.String() + "\n"
}

// sheetTable is a row for each sheet of the workbook.
func sheetTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| sheet | |\n|---|---|\n")
	for _, s := range reports.Sheets() {
		fmt.Fprintf(&b, "| %s | %s |\n", s.Name, s.About)
	}
	return b.String()
}

// wordTable is a row for each word of severities and money.
func wordTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| word | of | means |\n|---|---|---|\n")
	for _, w := range reports.Words {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", w.Word, w.Kind, w.Means)
	}
	return b.String()
}

// settingsTable is a row for each setting of audit.
func settingsTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| flag | in `claimaudit.yaml` | recorded | |\n|---|---|---|---|\n")
	for _, s := range knownSettings(t) {
		recorded := ""
		if s.recorded() {
			recorded = "yes"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", flagText(s), s.example(), recorded, s.Help)
	}
	return b.String()
}

// flagText is how a setting is given on the command line; blank when it cannot be.
func flagText(s setting) string {
	if s.fileOnly() {
		return ""
	}
	names := "--" + s.Name
	if s.Short != 0 {
		names = fmt.Sprintf("-%c, %s", s.Short, names)
	}
	for _, alias := range s.Aliases {
		names += ", --" + alias
	}
	if !s.IsBool() {
		names += " " + s.PlaceHolder
	}
	return "`" + names + "`"
}

// configurationExample is the settings without a flag as a configuration.
func configurationExample(t *testing.T) string {
	var b strings.Builder
	b.WriteString("```yaml\n")
	for _, s := range knownSettings(t) {
		if s.fileOnly() {
			b.WriteString(s.example() + "\n")
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// knowledgeTable is a row for each table of the catalogue with its vintage.
func knowledgeTable(t *testing.T) string {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| table | vintage |\n|---|---|\n")
	for _, table := range cat.Tables() {
		fmt.Fprintf(&b, "| %s | %s |\n", table.Name, table.Effective)
	}
	return b.String()
}
