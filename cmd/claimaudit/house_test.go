package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "claimaudit/"
	root   = "../.."
)

// mayImport is the import star: which of our packages each may import. Knowledge flows down, and
// the command alone sees everything.
var mayImport = map[string][]string{
	"cmd/claimaudit": {
		"audit", "audit/answers", "audit/catalog", "audit/claim", "audit/draft", "audit/engine", "audit/history", "audit/hold", "audit/near", "audit/rules", "audit/rules/notes", "audit/sampling", "audit/table", "audit/waivers", "audit/wire", "parsers", "parsers/drawn", "parsers/grid",
		"parsers/practice", "parsers/reviewed", "parsers/tables", "reports", "reports/blank", "reports/page",
	},
	"cmd/claimaudit/deploy/dist": {},

	"audit":                {"audit/catalog", "audit/claim"},
	"audit/hold":           {"audit", "audit/catalog", "audit/claim", "audit/draft", "audit/wire"},
	"audit/account":        {"audit", "audit/catalog", "audit/claim", "audit/wire"},
	"audit/history":        {"audit", "audit/account", "audit/claim", "audit/wire"},
	"audit/answers":        {"audit", "audit/claim", "audit/table", "audit/wire"},
	"audit/waivers":        {"audit", "audit/claim", "audit/table", "audit/rules/terms"},
	"audit/services":       {"audit", "audit/claim", "audit/table"},
	"audit/engine":         {"audit", "audit/account", "audit/hold", "audit/services", "audit/catalog", "audit/claim", "audit/wire"},
	"audit/catalog":        {"audit/claim", "audit/table"},
	"audit/claim":          {},
	"audit/rules":          {"audit", "audit/claim", "audit/table", "audit/rules/own", "audit/rules/shapes", "audit/rules/terms"},
	"audit/rules/own":      {"audit", "audit/catalog", "audit/claim", "audit/table", "audit/rules/shapes", "audit/rules/terms"},
	"audit/rules/shapes":   {"audit", "audit/catalog", "audit/claim", "audit/table", "audit/rules/terms"},
	"audit/rules/terms":    {"audit", "audit/catalog", "audit/claim", "audit/table", "audit/rules/data"},
	"audit/rules/notes":    {"audit", "audit/claim", "audit/table", "audit/rules/shapes", "audit/rules/terms"},
	"audit/rules/data":     {},
	"audit/table":          {},
	"audit/near":           {},
	"audit/draft":          {},
	"audit/sampling":       {"audit/claim"},
	"audit/wire":           {},
	"parsers":              {"parsers/grid", "parsers/x12", "audit/claim", "audit/near", "audit/table"},
	"parsers/x12":          {"parsers/grid", "audit/claim"},
	"parsers/grid":         {},
	"parsers/drawn":        {"audit/claim", "audit/sampling", "parsers/grid"},
	"parsers/practice":     {"parsers/grid", "audit/claim", "audit/table"},
	"parsers/reviewed":     {"audit", "audit/claim", "parsers/grid"},
	"parsers/tables":       {"parsers/grid", "audit/catalog", "audit/claim", "audit/draft"},
	"parsers/tables/embed": {"parsers/tables", "audit/catalog", "audit/claim", "audit/table"},
	"reports":              {"reports/xlsx", "audit", "audit/claim", "audit/draft", "audit/sampling", "audit/wire"},
	"reports/blank":        {},
	"reports/page":         {"audit"},
	"reports/xlsx":         {},
	"samples/books":        {"audit/claim", "audit/table"},
	"samples/generate":     {"samples/books"},
	"samples/bench":        {"audit/catalog", "audit/claim"},
	"samples/mutants":      {"audit/table"},
}

// standardOnly are the packages that import nothing but the standard library.
var standardOnly = []string{"audit/claim", "audit/draft", "audit/near", "audit/wire"}

const longestFunction = 70 // lines

// unit is one package of the repository, without its tests, for all platforms at once.
type unit struct {
	dir   string
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
	types *types.Package
}

// TestHouse holds every package to the rules of the house. It reads the sources itself, and not
// what go list says of them, so that files for other platforms are held to them too.
func TestHouse(t *testing.T) {
	units := loadUnits(t)
	for _, rule := range []struct {
		name  string
		check func(u *unit, report func(at token.Pos, format string, args ...any))
	}{
		{"imports follow the star", checkImports},
		{"no init functions", checkInit},
		{"only main ends the program", checkExit},
		{"only Must helpers and impossible cases panic", checkPanic},
		{"functions fit a screen", checkLength},
		{"exported names are documented", checkDocs},
		{"package variables keep the value they were written with", checkAssigned},
	} {
		t.Run(rule.name, func(t *testing.T) {
			for _, u := range units {
				rule.check(u, func(at token.Pos, format string, args ...any) {
					t.Errorf("%s: %s", u.fset.Position(at), fmt.Sprintf(format, args...))
				})
			}
		})
	}
}

// TestHouseStands makes sure that the star names no package that is gone.
func TestHouseStands(t *testing.T) {
	var dirs []string
	for _, u := range loadUnits(t) {
		dirs = append(dirs, u.dir)
	}
	for dir := range mayImport {
		if !slices.Contains(dirs, dir) {
			t.Errorf("mayImport names %s, which is no package", dir)
		}
	}
}

func loadUnits(t *testing.T) []*unit {
	t.Helper()
	byDir := map[string]*unit{}
	var units []*unit
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || name != root && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		u := byDir[dir]
		if u == nil {
			u = &unit{dir: filepath.ToSlash(dir), fset: token.NewFileSet()}
			byDir[dir] = u
			units = append(units, u)
		}
		file, err := parser.ParseFile(u.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		u.files = append(u.files, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		u.resolve()
	}
	return units
}

// resolve finds out which names are variables of the package. Other packages are left unread, so
// that errors about them are expected and ignored.
func (u *unit) resolve() {
	u.info = &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	u.types, _ = config.Check(u.dir, u.fset, u.files, u.info)
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not read") }

type report = func(at token.Pos, format string, args ...any)

func checkImports(u *unit, report report) {
	allowed, known := mayImport[u.dir]
	if !known {
		report(u.files[0].Package, "%s has no row in mayImport", u.dir)
	}
	for _, file := range u.files {
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				report(spec.Pos(), "%v", err)
			}
			ours, isOurs := strings.CutPrefix(name, module)
			switch {
			case isOurs && !slices.Contains(allowed, ours):
				report(spec.Pos(), "%s must not import %s", u.dir, ours)
			case !isOurs && slices.Contains(standardOnly, u.dir) && strings.Contains(name, "."):
				report(spec.Pos(), "%s must not import %s: it stands on the standard library alone", u.dir, name)
			}
		}
	}
}

// functions calls do with every function and method of the package.
func (u *unit) functions(do func(*ast.FuncDecl)) {
	for _, file := range u.files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				do(f)
			}
		}
	}
}

func checkInit(u *unit, report report) {
	u.functions(func(f *ast.FuncDecl) {
		if f.Recv == nil && f.Name.Name == "init" {
			report(f.Pos(), "init hides when and in which order things happen")
		}
	})
}

func checkExit(u *unit, report report) {
	main := path.Base(u.dir) // of the file that may end the program
	isCommand := u.files[0].Name.Name == "main"
	u.functions(func(f *ast.FuncDecl) {
		if isCommand && f.Recv == nil && f.Name.Name == "main" {
			return
		}
		eachCall(f, func(call *ast.CallExpr) {
			switch name := calledName(call); name {
			case "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln":
				report(call.Pos(), "%s outside the main function of %s", name, main)
			}
		})
	})
}

// checkPanic lets a function panic only when its name is of the form mustX, for what is written in
// the program; when its documentation says so; or when the line says why it cannot happen.
func checkPanic(u *unit, report report) {
	for _, file := range u.files {
		reasons := map[int]bool{} // lines with a comment
		for _, group := range file.Comments {
			reasons[u.fset.Position(group.Pos()).Line] = true
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || strings.HasPrefix(strings.ToLower(f.Name.Name), "must") || strings.Contains(f.Doc.Text(), "panic") {
				continue
			}
			eachCall(f, func(call *ast.CallExpr) {
				if calledName(call) == "panic" && !reasons[u.fset.Position(call.Pos()).Line] {
					report(call.Pos(), "%s panics, and neither its documentation nor the line says why it may", f.Name.Name)
				}
			})
		}
	}
}

func eachCall(f *ast.FuncDecl, do func(*ast.CallExpr)) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			do(call)
		}
		return true
	})
}

// calledName is the name of what is called, as written: panic, os.Exit.
func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// checkLength passes over a function of one statement: it is a table, such as the list of rules.
func checkLength(u *unit, report report) {
	u.functions(func(f *ast.FuncDecl) {
		if f.Body != nil && len(f.Body.List) == 1 {
			return
		}
		lines := u.fset.Position(f.End()).Line - u.fset.Position(f.Pos()).Line + 1
		if lines > longestFunction {
			report(f.Pos(), "%s has %d lines: split it at %d", f.Name.Name, lines, longestFunction)
		}
	})
}

func checkDocs(u *unit, report report) {
	documented := false
	for _, file := range u.files {
		documented = documented || file.Doc.Text() != ""
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && receiverExported(d) && d.Doc.Text() == "" && !wellKnown(d) {
					report(d.Pos(), "%s has no documentation", d.Name.Name)
				}
			case *ast.GenDecl:
				checkSpecDocs(d, report)
			}
		}
	}
	if !documented {
		report(u.files[0].Package, "package %s has no documentation", u.dir)
	}
}

// wellKnown methods say nothing new: their interface is documented in the standard library.
func wellKnown(f *ast.FuncDecl) bool {
	return f.Recv != nil && slices.Contains([]string{"String", "Error", "Unwrap"}, f.Name.Name)
}

func receiverExported(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	for {
		switch inner := t.(type) {
		case *ast.StarExpr:
			t = inner.X
		case *ast.IndexExpr:
			t = inner.X
		case *ast.Ident:
			return inner.IsExported()
		default:
			return false
		}
	}
}

// checkSpecDocs lets one comment document a whole group.
func checkSpecDocs(d *ast.GenDecl, report report) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
				report(s.Pos(), "type %s has no documentation", s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && d.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
					report(name.Pos(), "%s has no documentation", name.Name)
				}
			}
		}
	}
}

func checkAssigned(u *unit, report report) {
	check := func(target ast.Expr) {
		name, outside := assignedName(u, target)
		switch object := u.info.Uses[name]; {
		case name == nil || object == nil:
		case outside:
			report(target.Pos(), "a variable of package %s is assigned", name.Name)
		case object.Parent() == u.types.Scope():
			report(target.Pos(), "package variable %s is assigned after the start", name.Name)
		}
	}
	for _, file := range u.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, target := range n.Lhs {
						check(target)
					}
				}
			case *ast.IncDecStmt:
				check(n.X)
			}
			return true
		})
	}
}

// assignedName is the variable an assignment changes, at the root of its fields and elements, or
// the package it belongs to when that is another one.
func assignedName(u *unit, target ast.Expr) (name *ast.Ident, outside bool) {
	for {
		switch t := target.(type) {
		case *ast.Ident:
			_, isPackage := u.info.Uses[t].(*types.PkgName)
			return t, isPackage
		case *ast.SelectorExpr:
			target = t.X
		case *ast.IndexExpr:
			target = t.X
		case *ast.ParenExpr:
			target = t.X
		default:
			return nil, false
		}
	}
}
