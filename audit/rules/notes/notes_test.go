package notes_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
	"claimaudit/audit/rules/notes"
	"claimaudit/audit/table"
	"claimaudit/parsers/practice"
)

// form is a form as the command reads it.
func form(name string) *practice.Form {
	f := &practice.Form{What: name}
	for _, c := range notes.Columns(name) {
		f.Columns = append(f.Columns, practice.Column{
			Name: c.Name, Heads: append([]string{c.Head, c.Name}, strings.Split(c.Names, ";")...), Key: c.Must == "key", Must: c.Must != "", Days: c.Holds == "day",
		})
	}
	return f
}

// written is a file of the form with rows such as Code 2=64405|Payers=Payer Y over those given.
func written(t *testing.T, name string, base map[string]string, rows ...string) string {
	t.Helper()
	var heads []string
	for _, c := range notes.Columns(name) {
		heads = append(heads, c.Head)
	}
	path := filepath.Join(t.TempDir(), name+".csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	_ = w.Write(heads)
	for _, row := range rows {
		cells := make([]string, len(heads))
		put := func(head, text string) {
			i := slices.Index(heads, head)
			if i < 0 {
				t.Fatalf("%s have no column %s", name, head)
			}
			cells[i] = text
		}
		for head, text := range base {
			put(head, text)
		}
		for cell := range strings.SplitSeq(row, "|") {
			head, text, _ := strings.Cut(cell, "=")
			put(head, text)
		}
		_ = w.Write(cells)
	}
	w.Flush()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// bases are a row of each form that is right.
var bases = map[string]map[string]string{
	"notes": {"Rule": "t", "Code 2": "64405", "Source": "a letter"},
	"codes": {"Code": "64405", "Source": "a letter"},
}

var builtIn = sync.OnceValue(rules.All)

// made are the rules of a file, and the built-in ones.
func made(t *testing.T, name, path string) (own *notes.Own, all []*audit.Rule, err error) {
	t.Helper()
	f, err := form(name).Read(path, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range builtIn() {
		copied := *r // a row may switch it off
		all = append(all, &copied)
	}
	if name == "codes" {
		own, err = notes.Make(nil, f.Records, all, notes.Options{})
	} else {
		own, err = notes.Make(f.Records, nil, all, notes.Options{})
	}
	return own, all, err
}

func records(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list[1:]
}

// lines are such as 2026-01-01 64405-XS x2 payer=Payer Y pos=11, parted by slashes; blank cells say what
// most claims do.
func lines(t *testing.T, text string) (list []claim.Line) {
	t.Helper()
	for i, part := range strings.Split(text, " / ") {
		l := claim.Line{Patient: "P1", Claim: fmt.Sprint("C", i), Units: claim.One, Charge: 10000, Payer: claim.NamedUnknown, PayerName: "Payer Y", POS: "11", Rendering: "1234567893", Billing: "1234567893"}
		l.Dx[0] = claim.MustDiagnosis("M54.81")
		l.Given = 1<<claim.NumFields - 1
		l.Pos.Row = int32(i + 2)
		words := strings.Fields(part)
		l.From = claim.MustDate(words[0])
		l.To = l.From
		mods := strings.Split(words[1], "-")
		l.Code, l.Billed, l.Mods = claim.MustCode(mods[0]), mods[0], claim.Mods(mods[1:]...)
		for k := 2; k < len(words); k++ {
			key, value, _ := strings.Cut(words[k], "=")
			for ; k+1 < len(words) && !strings.Contains(words[k+1], "="); k++ {
				value += " " + words[k+1]
			}
			set(t, &l, key, value)
		}
		list = append(list, l)
	}
	return list
}

func set(t *testing.T, l *claim.Line, key, value string) {
	t.Helper()
	switch key {
	case "payer":
		l.PayerName, l.Payer = value, map[string]claim.Payer{"Medicare": claim.Medicare, "Aetna": claim.Commercial}[value]
		if l.Payer == claim.BlankPayer {
			l.Payer = claim.NamedUnknown
		}
	case "pos":
		if l.POS = value; value == "" {
			l.Given &^= claim.FieldSet(claim.FieldPOS)
		}
	case "dx":
		if l.Dx[0] = 0; value == "" {
			l.Given &^= claim.FieldSet(claim.FieldDiagnoses)
		} else {
			l.Dx[0] = claim.MustDiagnosis(value)
		}
	case "type":
		l.Type = claim.Facility
	case "state":
		l.State = value
	case "auth":
		l.Auth = value
	case "npi":
		l.Rendering = value
	case "tin":
		l.TIN, l.Billing = value, ""
	default:
		units, err := claim.ParseUnits(strings.TrimPrefix(key, "x"))
		if err != nil {
			t.Fatalf("what is %s?", key)
		}
		l.Units = units
	}
}

// judged are the findings of rules in words: 64405-XS warning.
func judged(t *testing.T, list []claim.Line, run []*audit.Rule) (found []audit.Finding, words []string) {
	t.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	found, err = engine.Judge(list, engine.Options{Rules: run, Catalog: cat, AsOf: claim.MustDate("2026-12-31")})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		code := f.Line.Code.String()
		if f.Line.Mods.Count() > 0 {
			code += "-" + f.Line.Mods.String()
		}
		words = append(words, code+" "+f.Severity.String())
	}
	return found, words
}

// TestRowsFind makes a rule of each row of proof.csv and judges its lines.
func TestRowsFind(t *testing.T) {
	for _, row := range records(t, "testdata/proof.csv") {
		t.Run(row[0], func(t *testing.T) {
			own, _, err := made(t, row[1], written(t, row[1], bases[row[1]], row[2]))
			if err != nil {
				t.Fatal(err)
			}
			found, words := judged(t, lines(t, row[3]), own.Rules)
			if got := strings.Join(words, "; "); got != row[4] {
				t.Errorf("found %s, want %s", got, row[4])
			}
			for _, f := range found {
				if !strings.HasPrefix(f.Rule.ID, "own:") || !strings.Contains(f.Source, ".csv row 2: a letter") || strings.HasPrefix(f.Source, "/") || f.Fix.Text == "" {
					t.Errorf("%s has the source %q and the fix %q", f.Rule.ID, f.Source, f.Fix.Text)
				}
			}
		})
	}
}

// TestRowsRefuse changes a right row as faults.csv says: the fault is told by file, row and column.
func TestRowsRefuse(t *testing.T) {
	for _, row := range records(t, "testdata/faults.csv") {
		path := written(t, row[0], bases[row[0]], row[1])
		_, _, err := made(t, row[0], path)
		if err == nil || !strings.HasPrefix(err.Error(), path+" row 2, column ") || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("%s: the error is %v, want %s", row[1], err, row[2])
		}
	}
}

// TestAllFaultsAreTold holds that the faults of all rows are told in one run.
func TestAllFaultsAreTold(t *testing.T) {
	path := written(t, "notes", bases["notes"], "Code 2=1", "Severity=bad|Places=0x", "Source=")
	_, _, err := made(t, "notes", path)
	for _, want := range []string{"row 2, column Code 2", "row 3, column Severity", "row 3, column Places", "row 4, column Source"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not told: %v", want, err)
		}
	}
}

// TestRowsTwice holds that a row that stands there twice is told, whatever its source.
func TestRowsTwice(t *testing.T) {
	for name, base := range bases {
		path := written(t, name, base, "Source=a letter", "Severity=error", "Source=another letter")
		if _, _, err := made(t, name, path); err == nil || err.Error() != path+" row 4: says what row 2 says: delete one of them" {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// TestFirstRowCounts holds that of rows about one code the first that a line meets is reported, whether
// it names the code or a range.
func TestFirstRowCounts(t *testing.T) {
	for _, test := range []struct{ first, second, say string }{
		{"Code 2=64400-64410|Say=range", "Say=code", "range"},
		{"Say=code", "Code 2=64400-64410|Say=range", "code"},
		{"Say=of another|Payers=Payer Z", "Code 2=64450; 64405|Say=list", "list"},
	} {
		own, _, err := made(t, "notes", written(t, "notes", bases["notes"], test.first, test.second))
		if err != nil {
			t.Fatal(err)
		}
		found, _ := judged(t, lines(t, "2026-01-01 64405"), own.Rules)
		if len(found) != 1 || !strings.HasSuffix(found[0].Message, ": "+test.say) {
			t.Errorf("%s before %s: %d findings, want one that says %s", test.first, test.second, len(found), test.say)
		}
	}
}

// TestExamplesAreRead holds that the worked examples are right, and make what they are to show.
func TestExamplesAreRead(t *testing.T) {
	for name, want := range map[string]string{"notes": "own:xs-for-payer-y own:knee-injections-a-year", "codes": "own:units own:authorization own:place own:ended"} {
		own, all, err := made(t, name, name+".csv")
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range own.Rules {
			ids = append(ids, r.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s make %s, want %s", name, got, want)
		}
		off := slices.ContainsFunc(all, func(r *audit.Rule) bool { return r.ID == "side-missing" && len(r.Withdrawn) == 1 })
		if off != (name == "notes") {
			t.Errorf("%s: side-missing is switched off: %v", name, off)
		}
		for _, row := range notes.Examples(name)[1:] {
			if len(row) != len(notes.Columns(name)) {
				t.Errorf("an example of %s has %d cells", name, len(row))
			}
		}
	}
}

// TestSwitchedOff holds where a row switches a built-in rule off, and that nothing else is.
func TestSwitchedOff(t *testing.T) {
	for _, test := range []struct{ row, lines, found string }{
		{"Payers=Payer Z", "2026-01-01 64405", "64405 review"},
		{"", "2026-01-01 64405", ""},
		{"Payers=Payer Y", "2026-01-01 64405 / 2026-01-02 64405 payer=Payer Z", "64405 review"},
		{"Code 2=64400-64410|From=2026-01-02", "2026-01-01 64405 / 2026-01-02 64405", "64405 review"},
		{"Code 1=20553|Code 2=64405", "2026-01-01 64405 / 2026-01-02 64405 / 2026-01-02 20553", "64405 review"},
		{"Modifiers not allowed=XS", "2026-01-01 64405 / 2026-01-02 64405-XS", "64405 review"},
		{"Places=12|Diagnoses not allowed=M54", "2026-01-01 64405 pos=12 / 2026-01-02 64405 / 2026-01-03 64405 pos=12 dx=R51.9", "64405 review; 64405 review"},
	} {
		base := map[string]string{"Rule": "side-missing", "Severity": "off", "Say": "so", "Source": "a letter"}
		row := test.row
		if row == "" {
			row = "Rule=side-missing"
		}
		_, all, err := made(t, "notes", written(t, "notes", base, row))
		if err != nil {
			t.Fatal(err)
		}
		run := slices.DeleteFunc(all, func(r *audit.Rule) bool { return r.ID != "side-missing" })
		if _, words := judged(t, lines(t, test.lines), run); strings.Join(words, "; ") != test.found {
			t.Errorf("%s: found %s, want %s", test.row, words, test.found)
		}
	}
}

// TestChangesSettle makes the edit of each kind of change: the line draws the finding no more.
func TestChangesSettle(t *testing.T) {
	for _, test := range []struct{ row, lines string }{
		{"Change=remove", "2026-01-01 64405"},
		{"Change=code 64450", "2026-01-01 64405"},
		{"Change=add XS|Modifiers that allow it=XS; XE", "2026-01-01 64405-RT"},
		{"Change=add XS|Modifiers that allow it=XS|Code 1=20553", "2026-01-01 20553 / 2026-01-01 64405"},
		{"Change=take off 59; take off XU|Modifiers not allowed=XU; 59", "2026-01-01 64405-XU-LT"},
		{"Change=units 1|Most units=2", "2026-01-01 64405 x3"},
	} {
		own, _, err := made(t, "notes", written(t, "notes", bases["notes"], test.row))
		if err != nil {
			t.Fatal(err)
		}
		list := lines(t, test.lines)
		found, _ := judged(t, list, own.Rules)
		if len(found) != 1 || len(found[0].Fix.Edits) != 1 {
			t.Fatalf("%s: %d findings, want one with one edit", test.row, len(found))
		}
		edit := found[0].Fix.Edits[0]
		var after []claim.Line
		for _, l := range list {
			switch {
			case l.Pos.Row != edit.Line.Pos.Row:
				after = append(after, l)
			case !edit.Remove:
				after = append(after, edit.On(l))
			}
		}
		if found, _ := judged(t, after, own.Rules); len(found) > 0 {
			t.Errorf("%s: the corrected line draws %s", test.row, found[0].Message)
		}
	}
}

// TestColumnsAreFields holds that the columns of a form are those its rows are read into.
func TestColumnsAreFields(t *testing.T) {
	for _, name := range []string{"notes", "codes"} {
		heads := map[string]string{}
		for _, c := range notes.Columns(name) {
			for _, head := range append([]string{c.Head, c.Name}, strings.Split(c.Names, ";")...) {
				key := strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(head))
				if of := heads[key]; key != "" && of != "" && of != c.Name {
					t.Errorf("%s: %q heads %s and %s", name, head, of, c.Name)
				}
				heads[key] = c.Name
			}
			if c.Help == "" {
				t.Errorf("%s: column %s has no help", name, c.Head)
			}
		}
		r := &table.Records{File: name}
		for _, c := range notes.Columns(name) {
			r.Header = append(r.Header, c.Name)
		}
		list := []*table.Records{r}
		if _, err := notes.Make(list[:map[string]int{"notes": 1}[name]], list[:map[string]int{"codes": 1}[name]], nil, notes.Options{}); err != nil {
			t.Error(err)
		}
	}
}

// TestDatesTellTheirOrder holds that one date that reads one way only tells how the others are meant.
func TestDatesTellTheirOrder(t *testing.T) {
	for to, want := range map[string]string{"7/31/2026": "2026-07-01", "31/7/2026": "2026-01-07"} {
		own, _, err := made(t, "notes", written(t, "notes", bases["notes"], "From=7/1/2026|To="+to))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(own.Rules[0].Means, "from "+want) {
			t.Errorf("with %s: %s, want from %s", to, own.Rules[0].Means, want)
		}
	}
}

// TestNoFileIsNamed holds that a redacted copy names no file of the practice.
func TestNoFileIsNamed(t *testing.T) {
	f, err := form("codes").Read(written(t, "codes", bases["codes"], "Most units=1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	own, err := notes.Make(nil, f.Records, nil, notes.Options{Redact: true})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := judged(t, lines(t, "2026-01-01 64405 x2"), own.Rules)
	if len(found) != 1 || found[0].Source != "own notes row 2: a letter" || strings.Contains(found[0].Rule.Source+found[0].Rule.Means, "csv") {
		t.Errorf("found %v", found)
	}
}

// FuzzNotes reads any bytes as notes and as codes: they make rules that judge, or an error.
func FuzzNotes(f *testing.F) {
	for _, name := range []string{"notes", "codes"} {
		text, err := os.ReadFile(name + ".csv")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, name := range []string{"proof.csv", "faults.csv"} {
		list, err := csv.NewReader(strings.NewReader(string(must(os.ReadFile("testdata/" + name))))).ReadAll()
		if err != nil {
			f.Fatal(err)
		}
		for _, row := range list[1:] {
			f.Add([]byte("Rule,Code 2,Source," + headsOf(row) + "\nt,64405,s," + cellsOf(row) + "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "f.csv")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"notes", "codes"} {
			if own, all, err := made(t, name, path); err == nil {
				judged(t, lines(t, "2026-01-01 64405 x2 / 2026-01-01 20553-XS pos=12 / 2026-01-01 J3301 x9 / 2026-02-01 64405-59 dx=R51.9"), append(own.Rules, withdrawn(all)...))
			}
		}
	})
}

func withdrawn(all []*audit.Rule) []*audit.Rule {
	return slices.DeleteFunc(all, func(r *audit.Rule) bool { return len(r.Withdrawn) == 0 })
}

func must(text []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return text
}

// headsOf and cellsOf are the first cell of a row of the tables of this test that names a column.
func headsOf(row []string) string { return part(row, 0) }
func cellsOf(row []string) string { return part(row, 1) }

func part(row []string, n int) string {
	for _, cell := range row {
		if head, text, ok := strings.Cut(cell, "="); ok {
			return []string{head, `"` + strings.SplitN(text, "|", 2)[0] + `"`}[n]
		}
	}
	return ""
}
