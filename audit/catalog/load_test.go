package catalog

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// embeddedFiles is a copy of the embedded tables that a test may damage.
func embeddedFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	data := os.DirFS("data")
	names, err := fs.Glob(data, "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}

// loadWith loads the tables with one of them changed.
func loadWith(files fstest.MapFS, changed string) error {
	if changed == pairsFile {
		_, err := CompilePairs(files)
		return err
	}
	_, err := load(files, compiledPairs)
	return err
}

// TestCompiledPairs: what the program asks is what pairs.csv says.
func TestCompiledPairs(t *testing.T) {
	form, err := CompilePairs(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(form, compiledPairs) {
		t.Error("pairs.bin is not pairs.csv compiled: run make seal")
	}
}

func TestLoadingRefusesAFaultyRow(t *testing.T) {
	type row struct {
		File string `csv:"file"`
		Row  string `csv:"row"`
		Want string `csv:"want"`
	}
	for _, r := range rowsOf[row](t, "testdata/refusals.csv") {
		files := embeddedFiles(t)
		file := files[r.File]
		line := strings.Count(string(file.Data), "\n") + 1
		file.Data = append(file.Data, r.Row+"\n"...)
		err := loadWith(files, r.File)
		if err == nil || !strings.Contains(err.Error(), r.Want) || !strings.Contains(err.Error(), r.File) {
			t.Errorf("%s with %s: error %v, want %q of that file", r.File, r.Row, err, r.Want)
		}
		if fault := (*table.Error)(nil); errors.As(err, &fault) && (fault.Line != line || fault.File != r.File) {
			t.Errorf("%s with %s: the error names %s line %d, want line %d", r.File, r.Row, fault.File, fault.Line, line)
		}
	}
}

// A row on the edge of what is refused is taken.
func TestLoadingTakesARowOnTheEdge(t *testing.T) {
	for _, test := range []struct{ file, row string }{
		{"modifiers.csv", "ZZ,of one day,2020-01-01,2020-01-01,,test"},
		{"limits.csv", "2024Q3,0,3,,12345,test"},
		{"fees.csv", "62310,1992,1992,A,000,9,0,2,,,test"},
		{"fees.csv", "J3301,2027,2100,E,XXX,9,9,9,,,test"},
		{"addons.csv", "G2211,1,2020-01-01,2020-12-31,99213,test"},
		{"pairs.csv", "V9999,1,2020-01-01,2020-01-01,of one day,20610,test"},
	} {
		files := embeddedFiles(t)
		files[test.file].Data = append(files[test.file].Data, test.row+"\n"...)
		if err := loadWith(files, test.file); err != nil {
			t.Errorf("%s with %s: %v", test.file, test.row, err)
		}
	}
}

func TestLoadingNamesEveryFaultyRow(t *testing.T) {
	files := embeddedFiles(t)
	files["limits.csv"].Data = []byte("quarter,units,mai,rationale,codes,source\n2024Q3,x,3,,62323,\"a\nsource\"\n2024Q3,2,3,,20610,test\n2024Q3,1,9,,64483,test\n")
	_, err := load(files, compiledPairs)
	want := "limits.csv line 2: \"x\" is not a whole number of units\nlimits.csv line 5: \"9\" is none of 123"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestLoadingRefusesOtherColumns(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "the table is empty"},
		{"quarter,units,mai,codes,source\n", "column rationale is missing: expected quarter,units,mai,rationale,codes,source"},
		{"quarter,units,mai,rationale,codes,source,note\n", "expected quarter,units,mai,rationale,codes,source"},
		{"quarter,units,units,rationale,codes,source\n", "expected quarter,units,mai,rationale,codes,source"},
	} {
		files := embeddedFiles(t)
		files["limits.csv"].Data = []byte(test.text)
		if _, err := load(files, compiledPairs); err == nil || !strings.Contains(err.Error(), "limits.csv line 1: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("header %q: error %v, want %q", test.text, err, test.want)
		}
	}
	files := embeddedFiles(t)
	delete(files, "fees.csv")
	if _, err := load(files, compiledPairs); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without fees.csv: error %v, want that it does not exist", err)
	}
}

// naivePair is a pair as a reader of the file with a pencil would list it.
type naivePair struct {
	column1, column2, indicator, first, last string
}

func naivePairs(t *testing.T) []naivePair {
	t.Helper()
	text, err := os.ReadFile("data/pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var pairs []naivePair
	for _, row := range rows[1:] {
		for _, column2 := range strings.Split(row[5], " ") {
			pairs = append(pairs, naivePair{row[0], column2, row[1], row[2], row[3]})
		}
	}
	return pairs
}

// naiveEdit reads the whole list: the strictest indicator in force, or "none".
func naiveEdit(cat *Catalog, pairs []naivePair, column1, column2, day string) string {
	found := "none"
	for _, p := range pairs {
		if p.column1 != column1 || p.column2 != column2 || p.indicator == "9" ||
			p.first != "" && day < p.first || p.last != "" && day > p.last {
			continue
		}
		if found == "none" || p.indicator == "0" {
			found = p.indicator
		}
	}
	for _, code := range []string{column1, column2} {
		if e := cat.Lookup(claim.MustCode(code)); e != nil && e.From != 0 && day < e.From.String() {
			return "none"
		}
	}
	return found
}

func TestEditsAreThoseOfTheTable(t *testing.T) {
	const inTheTable = 68966
	cat, pairs := embeddedCatalog(t), naivePairs(t)
	if len(pairs) != inTheTable {
		t.Fatalf("the table has %d edits, want %d", len(pairs), inTheTable)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(pairs).Draw(t, "pair")
		q := rapid.SampledFrom(pairs).Draw(t, "other pair")
		days := []string{"2003-07-01", "2009-12-31", "2016-12-31", "2017-01-01", "2019-12-31", "2020-01-01", "2024-09-30", "2025-06-30"}
		for _, day := range []string{p.first, p.last} {
			if day != "" {
				d := claim.MustDate(day)
				days = append(days, (d - 1).String(), day, (d + 1).String())
			}
		}
		day := rapid.SampledFrom(days).Draw(t, "day")
		for _, two := range [][2]string{{p.column1, p.column2}, {p.column2, p.column1}, {p.column1, q.column2}} {
			want := naiveEdit(cat, pairs, two[0], two[1], day)
			if got := askEdit(cat, factRow{Code: two[0], Other: two[1], Date: day}); got != want {
				t.Fatalf("%s with %s on %s is %s, want %s", two[0], two[1], day, got, want)
			}
		}
	})
}

// TestCountEdits counts with a pencil which edits of a code are in force on a day.
func TestCountEdits(t *testing.T) {
	cat, pairs := embeddedCatalog(t), naivePairs(t)
	for _, test := range []struct{ code, day string }{
		{"64493", "2025-03-10"}, {"20610", "2019-12-31"}, {"20610", "2020-01-01"}, {"62311", "2016-12-31"}, {"62311", "2017-01-01"}, {"V0000", "2025-03-10"},
	} {
		var first, second int
		asked := map[[2]string]bool{}
		for _, p := range pairs {
			if two := [2]string{p.column1, p.column2}; (p.column1 == test.code || p.column2 == test.code) && !asked[two] {
				asked[two] = true
				if naiveEdit(cat, pairs, p.column1, p.column2, test.day) == "none" {
					continue
				}
				if p.column1 == test.code {
					first++
				} else {
					second++
				}
			}
		}
		got1, got2 := cat.CountEdits(MedicarePractitioner, claim.MustCode(test.code), claim.MustDate(test.day))
		if got1 != first || got2 != second {
			t.Errorf("%s on %s has %d and %d edits in force, want %d and %d", test.code, test.day, got1, got2, first, second)
		}
	}
}

func TestEpisodesAreBothDirections(t *testing.T) {
	cat := embeddedCatalog(t)
	episodes := cat.Episodes(MedicarePractitioner, claim.MustCode("64420"), claim.MustCode("64421"))
	if len(episodes) == 0 || episodes[0].Column1 != claim.MustCode("64421") {
		t.Fatalf("episodes of 64420 and 64421 are %v, want those of 64421 as column 1", episodes)
	}
	if got := cat.Episodes(MedicarePractitioner, claim.MustCode("64633"), claim.MustCode("64635")); len(got) != 0 {
		t.Errorf("episodes of a pair without an edit are %v", got)
	}
}

func TestAddOnsOfAPrimary(t *testing.T) {
	cat := embeddedCatalog(t)
	for _, test := range []struct{ primary, day, want string }{
		{"64493", "2025-03-10", "64494 64495"},
		{"64490", "2025-03-10", "64491 64492 64494"},
		{"64420", "2025-03-10", "64421 77002"},
		{"64420", "2019-12-31", "77002"},
		{"J3301", "2025-03-10", ""},
	} {
		var found []claim.Code
		for _, a := range cat.AddOnsOf(MedicarePractitioner, claim.MustCode(test.primary), claim.MustDate(test.day)) {
			found = append(found, a.Code)
		}
		if got := list(found); got != test.want {
			t.Errorf("add-ons of %s on %s are %q, want %q", test.primary, test.day, got, test.want)
		}
	}
}

func TestAllIsSortedAndComplete(t *testing.T) {
	cat := embeddedCatalog(t)
	all := cat.All()
	if len(all) != len(cat.entries) {
		t.Fatalf("All has %d codes, want %d", len(all), len(cat.entries))
	}
	for i := 1; i < len(all); i++ {
		if all[i-1].Code >= all[i].Code {
			t.Errorf("%s stands before %s", all[i-1].Code, all[i].Code)
		}
	}
}

func TestEveryGroupHasMembers(t *testing.T) {
	cat := embeddedCatalog(t)
	var seen Groups
	for _, e := range cat.All() {
		seen |= e.Ever()
	}
	for g := range NumGroups {
		if g.String() == "" || !seen.Has(g) {
			t.Errorf("group %d (%s) has no name or no members", g, g)
		}
	}
	if NumGroups > 64 {
		t.Errorf("%d groups do not fit in a Groups", NumGroups)
	}
}

func TestEveryTableIsNamed(t *testing.T) {
	cat := embeddedCatalog(t)
	names, files := map[string]bool{}, map[string]bool{}
	for _, table := range cat.Tables() {
		if len(table.SHA256) != 64 || names[table.Name+table.Effective] {
			t.Errorf("%+v lacks its checksum or is named twice", table)
		}
		names[table.Name+table.Effective], files[table.SHA256] = true, true
	}
	if got, want := len(files), len(embeddedFiles(t))-1; got != want {
		t.Errorf("tables.csv names %d tables, want %d: each file but itself", got, want)
	}
}

// A replacement that itself ended must lead on to one that is in force.
func TestReplacementsEndInForce(t *testing.T) {
	cat := embeddedCatalog(t)
	const steps = 5
	for _, e := range cat.All() {
		code := e.Code
		for range steps {
			last, ended := cat.LastValid(code)
			rows := cat.Replacements(code)
			if !ended || len(rows) == 0 || rows[0].New == 0 || rows[0].When == BeforeSuccessor {
				break
			}
			if code = rows[0].New; cat.Lookup(code).To <= last {
				t.Errorf("%s leads to %s, which ended no later", e.Code, code)
			}
		}
	}
}

func TestLookUpsMakeNoGarbage(t *testing.T) {
	cat := embeddedCatalog(t)
	a, b, d := claim.MustCode("64635"), claim.MustCode("77003"), claim.MustDate("2025-03-10")
	dx := claim.MustDiagnosis("M47.816")
	if n := testing.AllocsPerRun(100, func() {
		cat.Edit(MedicarePractitioner, a, b, d)
		cat.Edit(MedicarePractitioner, b, a, d)
		cat.Limit(MedicarePractitioner, a, d)
		cat.AddOn(MedicarePractitioner, b, d)
		cat.Fee(a, d)
		cat.Lookup(a).In(ImagingIncluded, d)
		cat.DiagnosisOn(dx, d)
	}); n != 0 {
		t.Errorf("the look-ups of one line allocate %v times", n)
	}
}
