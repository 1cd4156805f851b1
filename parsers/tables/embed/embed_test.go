package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/table"
)

// official are files of a made-up quarter: one thing changes in each table.
var official = map[string]string{
	"ccipra-v322r0-f1.csv": "Column 1,Column 2,Prior,Effective,Deletion,Modifier,Rationale\n" +
		"64493,77003,,20100101,20251231,1,made up\n64493,77003,,20260101,*,0,made up\n64493,11042,,20100101,*,1,11042 is not listed\n",
	"MCR_MUE_PractitionerServices_Eff_07-01-2026.csv": "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n" +
		"64493,5,2 Date of Service Edit: Policy,made up\n11042,9,1 Line Edit,not listed\n",
	"AOC_V2026Q3-MCR.csv": "AOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,AOC_Edit_EffDT,AOC_Edit_DelDT,Notes\n" +
		"1,64494,,64493,,2010001,,\n1,64494,,11042,,2010001,,\n1,G2211,,64493,,2017001,,amended in the catalogue\n",
	"PPRRVU2026_Jul.csv": "x,,2026 National Physician Fee Schedule Relative Value File July Release,,,,,,,\n,,,STATUS,PCTC,GLOB,MULT,BILAT,ASST,NA\nHCPCS,MOD,DESCRIPTION,CODE,IND,DAYS,PROC,SURG,SURG,INDICATOR\n" +
		"64493,,made up,A,0,000,2,0,2,NA\n64494,,made up,A,0,ZZZ,0,1,2,\n11042,,not listed,A,0,000,2,0,1,\n",
}

// TestRewrite: a table is rewritten for the codes of the catalogue, and what comes from elsewhere
// stays.
func TestRewrite(t *testing.T) {
	from, root := t.TempDir(), copiedRoot(t)
	for name, text := range official {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	embedded, data := filepath.Join(repository, catalogData), filepath.Join(root, catalogData)
	if err := run(io.Discard, from, root); err != nil {
		t.Fatal(err)
	}
	if broken := brokenSeals(t, root); broken != nil {
		t.Errorf("the rewritten tables are not sealed: %q", broken)
	}
	for _, row := range []struct {
		table, key string
		want       []string
	}{
		{"pairs.csv", "64493", []string{"64493,0,2026-01-01,,made up,77003,NCCI PTP practitioner 2026Q3", "64493,1,2010-01-01,2025-12-31,made up,77003,NCCI PTP practitioner 2026Q3"}},
		{"limits.csv", "2026Q3", []string{"2026Q3,5,2,made up,64493,NCCI MUE practitioner 2026Q3", "2026Q3,9,1,not listed,11042,NCCI MUE practitioner 2026Q3"}},
		{"limits.csv", "2026Q4", rowsOf(t, filepath.Join(embedded, "limits.csv"), "2026Q4")},
		{"addons.csv", "64494", []string{"64494,1,2010-01-01,,11042 64493,NCCI add-on code table of 2026Q3"}},
		{"tables.csv", "pairs.csv", []string{"pairs.csv,pair edits, Medicare practitioner,2026Q3,,2026-07-01,2026-09-30," + sumOf(t, data, "pairs.csv") + ",NCCI PTP practitioner tables, ended edits kept; start dates of a part"}},
	} {
		got := rowsOf(t, filepath.Join(data, row.table), row.key)
		if row.table == "pairs.csv" {
			got = slices.DeleteFunc(got, func(r string) bool { return strings.HasSuffix(r, "NCCI PTP practitioner 2024Q3") }) // ended and kept
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: rows of %s are %q, want %q", row.table, row.key, got, row.want)
		}
	}
	before, after := rowsOf(t, filepath.Join(embedded, "addons.csv"), "G2211"), rowsOf(t, filepath.Join(data, "addons.csv"), "G2211")
	if len(before) == 0 || !slices.Equal(before, after) {
		t.Errorf("the amended add-on rows of G2211 were %q and are %q", before, after)
	}
	fees := rowsOf(t, filepath.Join(data, "fees.csv"), "64493")
	if last := fees[len(fees)-1]; last != "64493,2026,2026,A,000,0,0,2,2,no,MPFS relative value file 2026Q3" {
		t.Errorf("the last fee of 64493 is %q", last)
	}
	if same := rowsOf(t, filepath.Join(data, "fees.csv"), "64494"); len(same) != 1 || !strings.HasPrefix(same[0], "64494,2020,2026,") {
		t.Errorf("the years of 64494 say the same and are %q", same)
	}
}

// rowsOf are the rows of a table whose first cell is the key.
func rowsOf(t *testing.T, name, key string) (list []string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row[0] == key {
			list = append(list, strings.Join(row, ","))
		}
	}
	return list
}

// repository is the root of the repository.
const repository = "../../.."

// copiedRoot is a copy of the tables and of the lists of their seals, sealed.
func copiedRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, folder := range []string{catalogData, "audit/rules/data"} {
		if err := os.CopyFS(filepath.Join(root, folder), os.DirFS(filepath.Join(repository, folder))); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile("seals.csv")
	if err != nil {
		t.Fatal(err)
	}
	change(t, filepath.Join(root, "parsers/tables/embed/seals.csv"), func([]byte) []byte { return text })
	if err := seal(io.Discard, root); err != nil {
		t.Fatal(err)
	}
	return root
}

// change rewrites a file, or makes it.
func change(t *testing.T, name string, to func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, to(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// slip changes the first cell that is one digit, without one the first digit at the end of a cell below
// the header.
func slip(text []byte) []byte {
	at := regexp.MustCompile(`,[0-9],`).FindIndex(text)
	if at == nil {
		at = regexp.MustCompile(`\n[^\n]*?[0-9],`).FindIndex(text)
	}
	text[at[1]-2] ^= 1
	return text
}

// cut loses the last byte.
func cut(text []byte) []byte { return text[:len(text)-1] }

func sumOf(t *testing.T, folder, name string) string {
	t.Helper()
	sum, err := table.Sum(os.DirFS(folder), name)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// brokenSeals are the tables that are not as their list has sealed them, or not what they are compiled from.
func brokenSeals(t *testing.T, root string) (broken []string) {
	t.Helper()
	for _, l := range sealLists {
		records, err := table.Read(os.DirFS(root), l.list)
		if err != nil {
			t.Fatal(err)
		}
		file, sealed := slices.Index(records.Header, "file"), slices.Index(records.Header, "sha256")
		for _, row := range records.Rows {
			if name := path.Join(l.from, row[file]); sumOf(t, root, name) != row[sealed] {
				broken = append(broken, name)
			}
		}
	}
	for _, f := range forms {
		form, err := f.of(os.DirFS(filepath.Join(root, catalogData)))
		if err != nil {
			t.Fatal(err)
		}
		if now, err := os.ReadFile(filepath.Join(root, f.name)); err != nil || !bytes.Equal(now, form) {
			broken = append(broken, f.name)
		}
	}
	return slices.Compact(broken)
}

// TestSeals holds the embedded CMS tables to the last letter: a slip in a limit or a day is as good a
// row as the right one, and no other test knows better.
func TestSeals(t *testing.T) {
	for _, name := range brokenSeals(t, repository) {
		t.Errorf("%s is not as it was sealed: undo the slip, or after a wanted change run: make seal", name)
	}
}

// TestSealsBreak: one letter breaks a seal, and sealing mends that and nothing else.
func TestSealsBreak(t *testing.T) {
	const pairs = "audit/catalog/data/pairs.csv"
	for file, said := range map[string]string{
		pairs: compiled + " is compiled\n" + pairs + " is sealed\n", compiled: compiled + " is compiled\n",
		"audit/catalog/data/limits.csv": "audit/catalog/data/limits.csv is sealed\n",
		"audit/catalog/data/tables.csv": "audit/catalog/data/tables.csv is sealed\n", "audit/rules/data/places.csv": "audit/rules/data/places.csv is sealed\n",
	} {
		root, damage := copiedRoot(t), slip
		if file == compiled {
			damage = cut
		}
		change(t, filepath.Join(root, file), damage)
		if got := brokenSeals(t, root); !slices.Contains(got, file) || len(got) > strings.Count(said, "\n") {
			t.Errorf("with a slip in %s the broken seals are %q", file, got)
		}
		var told strings.Builder
		if err := seal(&told, root); err != nil {
			t.Fatal(err)
		}
		if got := brokenSeals(t, root); got != nil || !strings.HasPrefix(told.String(), said) {
			t.Errorf("sealed again, with %q told, the broken seals are %q", &told, got)
		}
	}
	root := copiedRoot(t)
	var said strings.Builder
	if err := seal(&said, root); err != nil || said.Len() > 0 {
		t.Errorf("sealing what is sealed: error %v, said %q", err, &said)
	}
}
