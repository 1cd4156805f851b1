package rules_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// facts are what a coder might want to check: procedure codes, diagnoses and days.
var facts = regexp.MustCompile(`\b(?:\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|\d{4}-\d{2}-\d{2})\b`)

// modifierOrPlace is a modifier or a place of service, where a call or a comparison names it.
var modifierOrPlace = regexp.MustCompile(`(?:^|[\s+*-])[0-9A-Z]{2}(?:$|[\s+*-])`)

// TestNoFactsInGo holds that codes, diagnoses, dates and modifiers stand in tables with their
// sources, and not in the program.
func TestNoFactsInGo(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if filepath.Dir(path) == "notes" { // its messages show who writes rows how a cell is written; it knows no fact
			return nil
		}
		files++
		if found := factsIn(t, path, nil); len(found) > 0 {
			t.Errorf("facts belong in tables:\n%s", strings.Join(found, "\n"))
		}
		return nil
	})
	if err != nil || files < 20 {
		t.Fatalf("%d files (%v)", files, err)
	}
}

// TestFactsIn holds what is a fact and what is none.
func TestFactsIn(t *testing.T) {
	t.Parallel()
	for code, fact := range map[string]bool{
		`x := "append 64483"`: true, "x := `G0260`": true, `x := "0275T"`: true, `x := "M54.16"`: true, `x := "from 2023-10-01"`: true,
		`x := claim.Mod("JW")`: true, `x := claim.MustCode(word)`: false, `x, _ := claim.NewDate(2024, 1, 31)`: true,
		`x, _ := claim.NewDate(year+1, month, day)`: false, `x := mustModifiers("JW")`: true, `x := mustModifierWants("RT+LT")`: true,
		`x := mustModifiers("waste")`: false, `x := l.POS == "11"`: true, `x := l.POS == office`: false,
		"x := 1 // as 64483 since 2023-10-01": false, `x := "%s on %s"`: false, `x := "Pub. 100-04"`: false, `x := 64483`: true,
	} {
		found := factsIn(t, "x.go", "package x\nfunc f() {\n"+code+"\n}\n")
		if (len(found) > 0) != fact {
			t.Errorf("%s is a fact: %t; found %q", code, fact, found)
		}
	}
}

// factsIn are the facts in a file's code, each with its place; comments are free.
func factsIn(t *testing.T, path string, source any) (found []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if fact := factOf(n); fact != "" {
			found = append(found, fmt.Sprintf("%s: %s", files.Position(n.Pos()), fact))
		}
		return true
	})
	return found
}

// factOf is the fact that a piece of code itself names; blank for none.
func factOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.BasicLit:
		return facts.FindString(literal(n))
	case *ast.CallExpr:
		return factOfCall(n)
	case *ast.BinaryExpr:
		if field, ok := n.X.(*ast.SelectorExpr); ok && field.Sel.Name == "POS" {
			return modifierOrPlace.FindString(literal(n.Y))
		}
	}
	return ""
}

// factOfCall is the fact in the arguments of a call that makes a code, date, diagnosis or modifier.
func factOfCall(call *ast.CallExpr) string {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	for _, arg := range call.Args {
		text := literal(arg)
		switch name {
		case "MustCode", "MustDate", "MustDiagnosis", "Mod", "Mods", "NewDate":
			if text != "" && !facts.MatchString(text) { // which it is by itself
				return name + " of " + text
			}
		case "mustModifiers", "MustModifiers", "mustModifierWants", "MustModifierWants":
			if found := modifierOrPlace.FindString(text); found != "" {
				return name + " of " + text
			}
		}
	}
	return ""
}

// literal is the text of a literal, without its quotes; blank for what is none.
func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	if text, err := strconv.Unquote(lit.Value); err == nil {
		return text
	}
	return lit.Value
}
