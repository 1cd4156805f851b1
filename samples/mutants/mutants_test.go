package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"claimaudit/audit/table"
)

// TestMutantsApply holds the list to the files as they are. Whether tests notice them takes minutes
// and is asked by make mutants.
func TestMutantsApply(t *testing.T) {
	rows, err := table.Rows[mutant](data, "mutants.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := applyAll("../..", rows); err != nil {
		t.Error(err)
	}
}

// module is a program of one function and one table, with one test for each.
var module = map[string]string{
	"go.mod":        "module half\n\ngo 1.24\n",
	"half/half.go":  "package half\n\nfunc half(n int) int {\n\treturn n / 2\n}\n\nfunc late(n int) bool { return n > 90 }\n",
	"half/word.csv": "one\n",
	"half/half_test.go": `package half

import (
	_ "embed"
	"os"
	"testing"
)

//go:embed word.csv
var word string

func TestHalf(t *testing.T) {
	if half(4) != 2 {
		t.Error("half of 4 is not 2")
	}
}

func TestLate(t *testing.T) {
	if late(1) || !late(100) {
		t.Error("1 is late or 100 is not")
	}
}

func TestEmbedded(t *testing.T) {
	if word != "one\n" {
		t.Error(word)
	}
}

func TestRead(t *testing.T) {
	text, err := os.ReadFile("word.csv")
	if err != nil || string(text) != "one\n" {
		t.Error(string(text), err)
	}
}

func TestFails(t *testing.T) { t.Error("always") }
`,
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range module {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestTry(t *testing.T) {
	root := moduleRoot(t)
	rows := []mutant{
		{File: "half/half.go", Find: "n / 2", Replace: "n * 2", Test: "./half -run TestHalf"},
		{File: "half/half.go", Find: "n > 90", Replace: "n >= 90", Test: "./half -run TestLate", Kind: "a limit"},
		{File: "half/word.csv", Find: "one", Replace: "two", Test: "./half -run TestEmbedded"},
		{File: "half/word.csv", Find: "one", Replace: "two", Test: "./half -run TestRead"},
	}
	var said strings.Builder
	got, err := try(root, rows, &said)
	if err != nil || got != (tally{killed: 3, survived: 1}) {
		t.Errorf("got %+v, error %v", got, err)
	}
	want := `half/half.go:7 survived: "n > 90" becomes "n >= 90" (a limit), and ./half -run TestLate passes` + "\n"
	if said.String() != want {
		t.Errorf("said %q, want %q", &said, want)
	}
	for name, text := range module {
		if now, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))); err != nil || string(now) != text {
			t.Errorf("%s is now %q, error %v", name, now, err)
		}
	}
}

// TestTryRefuses: what says nothing of the tests is an error and no mutant killed.
func TestTryRefuses(t *testing.T) {
	root := moduleRoot(t)
	for _, test := range []struct{ replace, test, want string }{
		{"n / ", "./half -run TestHalf", "does not build"},
		{"n / 3", "./half -run TestNone", "no tests to run"},
		{"n / 3", "./half -run TestFails", "does not pass as it is"},
		{"n / 3", "./none", "does not build"},
	} {
		var said strings.Builder
		count, err := try(root, []mutant{{File: "half/half.go", Find: "n / 2", Replace: test.replace, Test: test.test}}, &said)
		if err == nil || !strings.Contains(err.Error(), test.want) || count != (tally{}) {
			t.Errorf("%q by %s: error %v, counted %+v; want %q", test.replace, test.test, err, count, test.want)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	root := moduleRoot(t)
	fine := mutant{File: "half/half.go", Find: "n / 2", Replace: "n", Test: "./half"}
	if err := applyAll(root, []mutant{fine}); err != nil {
		t.Fatal(err)
	}
	for want, edit := range map[string]func(m *mutant){
		"no such file":                func(m *mutant) { m.File = "half/none.go" },
		"0 times":                     func(m *mutant) { m.Find = "n / 3" },
		"3 times":                     func(m *mutant) { m.Find = "half"; m.File = "half/half_test.go" },
		"nothing is changed":          func(m *mutant) { m.Replace = m.Find },
		"want a package":              func(m *mutant) { m.Test = "half -run TestHalf" },
		`"./half TestHalf"`:           func(m *mutant) { m.Test = "./half TestHalf" },
		"mutants.csv line 7: nothing": func(m *mutant) { m.Find, m.Replace = "", "n"; m.At = table.At{File: "mutants.csv", Line: 7} },
	} {
		m := fine
		edit(&m)
		if err := applyAll(root, []mutant{m}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestSample: the samples of one commit are all alike, and those of all offsets are the whole list.
func TestSample(t *testing.T) {
	rows := make([]mutant, 10)
	for i := range rows {
		rows[i].File = strings.Repeat("x", i)
	}
	seen := map[string]int{}
	for _, commit := range strings.Split("0123456789abcdefghijklmnopqrstuvwxyz", "") {
		got := sample(rows, 4, offset(4, commit))
		for i := 1; i < len(got); i++ {
			if len(got[i].File)-len(got[i-1].File) != 4 {
				t.Errorf("commit %s: mutant %d follows %d", commit, len(got[i].File), len(got[i-1].File))
			}
		}
		for _, m := range got {
			seen[m.File]++
		}
	}
	if len(seen) != len(rows) {
		t.Errorf("%d of %d mutants are in a sample", len(seen), len(rows))
	}
	if got := sample(rows, 1, offset(1, "x")); len(got) != len(rows) {
		t.Errorf("every mutant: got %d", len(got))
	}
	if got := named(rows, "xxxxxxxx"); len(got) != 2 {
		t.Errorf("got %d mutants of files named so", len(got))
	}
}

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		tally
		fails bool
	}{
		{tally{95, 5}, false}, {tally{94, 6}, true}, {tally{19, 1}, false}, {tally{18, 1}, true}, {tally{}, true},
	} {
		if err := test.judge(); (err != nil) != test.fails {
			t.Errorf("%+v: error %v", test.tally, err)
		}
	}
}
