package table_test

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"claimaudit/audit/table"
)

// limit is a row with all that a row type may say.
type limit struct {
	table.At
	Code   string `csv:"code" table:"key"`
	From   string `csv:"from" table:"key"`
	Units  int    `csv:"units"`
	Source string `csv:"source"`
}

const header = "code,from,units,source\n"

func limits(text string) fstest.MapFS {
	return fstest.MapFS{"limits.csv": {Data: []byte(text)}}
}

func TestRowsKeepTheirPlace(t *testing.T) {
	got, err := table.Rows[limit](limits(header+"64493,,1,\"a\nb\"\n\n64494,,2,c\n"), "limits.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := []limit{
		{table.At{File: "limits.csv", Line: 2}, "64493", "", 1, "a\nb"},
		{table.At{File: "limits.csv", Line: 5}, "64494", "", 2, "c"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if err := got[1].Wrap(errors.New("is no limit")); err.Error() != "limits.csv line 5: is no limit" || got[1].String() != "limits.csv line 5" {
		t.Errorf("the row's own error is %q, its place %q", err, got[1].At)
	}
}

func TestRowsRefuse(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no line at all", "", "limits.csv line 1: the table is empty"},
		{"a column missing", "code,from,source\n", "limits.csv line 1: column units is missing: expected code,from,units,source"},
		{"a column unknown", "code,from,units,note,source\n", `limits.csv line 1: column "note" is unknown: expected code,from,units,source`},
		{"a column in capitals", "Code,from,units,source\n", "limits.csv line 1: column code is missing: expected code,from,units,source"},
		{"a column with a blank", "code,from,units,source \n", "limits.csv line 1: column source is missing: expected code,from,units,source"},
		{"a column twice", "code,from,units,source,code\n", "limits.csv line 1: column code stands there twice: expected code,from,units,source"},
		{"columns in another order", "code,units,from,source\n", "limits.csv line 1: column units stands where from belongs: expected code,from,units,source"},
		{"a row too short", header + "64493,,1,a\n64494,2,a\n", "limits.csv line 3: wrong number of fields"},
		{"a row too long", header + "64493,,1,a,b\n", "limits.csv line 2: wrong number of fields"},
		{"a quote left open", header + "64493,,1,\"a\n", `limits.csv line 2: extraneous or missing " in quoted-field`},
		{"a cell of another type", header + "64493,,1,\"a\nb\"\n64494,,x,a\n", `limits.csv line 4: column units strconv.ParseInt: parsing "x": invalid syntax`},
		{"a key twice", header + "64493,2025-01-01,1,\"a\nb\"\n64493,2026-01-01,1,a\n64493,2025-01-01,2,c\n", "limits.csv line 5: 64493,2025-01-01 stands in line 2 already"},
		{"a source blank", header + "64493,,1,a\n64494,,1, \n64495,,1,\n", "limits.csv line 3: column source is blank: every row says where it is from\n" +
			"limits.csv line 4: column source is blank: every row says where it is from"},
	} {
		rows, err := table.Rows[limit](limits(test.text), "limits.csv")
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: rows %v, error %v, want %s", test.name, rows, err, test.want)
		}
	}
	if _, err := table.Rows[limit](fstest.MapFS{}, "limits.csv"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "limits.csv") {
		t.Errorf("without the file: error %v, want that it does not exist", err)
	}
}

// A row type without a key keeps a row from standing twice, whatever its source.
func TestRowsWithoutAKey(t *testing.T) {
	type word struct {
		Word   string `csv:"word"`
		Kind   string `csv:"kind"`
		Source string `csv:"source"`
	}
	if rows, err := table.Rows[word](limits("word,kind,source\na,x,s\na,y,s\n"), "limits.csv"); err != nil || len(rows) != 2 {
		t.Errorf("rows %v, error %v, want two rows", rows, err)
	}
	_, err := table.Rows[word](limits("word,kind,source\na,x,s\na,x,t\n"), "limits.csv")
	if want := "limits.csv line 3: a,x stands in line 2 already"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// A table whose rows have no source is read where the type tells the source of all, and only there.
func TestSourceOfAWholeTable(t *testing.T) {
	type bare struct {
		Code string `csv:"code"`
	}
	type sourced struct {
		_    table.Source `says:"made up"`
		Code string       `csv:"code"`
	}
	type silent struct {
		_    table.Source
		Code string `csv:"code"`
	}
	files := limits("code\n64493\n")
	if rows, err := table.Rows[sourced](files, "limits.csv"); err != nil || len(rows) != 1 || rows[0].Code != "64493" {
		t.Errorf("with a source of all: rows %v, error %v", rows, err)
	}
	_, bareErr := table.Rows[bare](files, "limits.csv")
	_, silentErr := table.Rows[silent](files, "limits.csv")
	for _, err := range []error{bareErr, silentErr} {
		if err == nil || !strings.Contains(err.Error(), "limits.csv line 1: column source is missing") {
			t.Errorf("error %v, want that the source is missing", err)
		}
	}
}

func TestEachNamesEveryRefusedRow(t *testing.T) {
	var seen []string
	err := table.Each(limits(header+"64493,,1,a\n64494,,7,\"a\nb\"\n64495,,8,c\n"), "limits.csv", func(l limit) error {
		seen = append(seen, l.Code)
		if l.Units > 1 {
			return errors.New("no limit of " + strconv.Itoa(l.Units))
		}
		return nil
	})
	if want := "limits.csv line 3: no limit of 7\nlimits.csv line 5: no limit of 8"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if want := []string{"64493", "64494", "64495"}; !slices.Equal(seen, want) {
		t.Errorf("the rows handed on are %v, want %v", seen, want)
	}
	if err := table.Each(limits(header+"64493,,1,\n"), "limits.csv", func(limit) error { return nil }); err == nil {
		t.Error("a row without a source is handed on")
	}
}

// Records that no file holds are bound by the same rules; they need no source of their own.
func TestBindRecordsOfElsewhere(t *testing.T) {
	notes := &table.Records{File: "notes.xlsx", Header: []string{"code", "from", "units", "source"}, Rows: [][]string{{"64493", "", "1", ""}}, Lines: []int{12}}
	rows, err := table.Bind[limit](notes)
	if want := []limit{{table.At{File: "notes.xlsx", Line: 12}, "64493", "", 1, ""}}; err != nil || !slices.Equal(rows, want) {
		t.Errorf("rows %v, error %v, want %v", rows, err, want)
	}
	notes.Rows[0][2] = "one"
	_, err = table.Bind[limit](notes)
	if fault := (*table.Error)(nil); !errors.As(err, &fault) || fault.File != "notes.xlsx" || fault.Line != 12 || fault.Column != "units" {
		t.Errorf("error %v, want one of notes.xlsx line 12 column units", err)
	}
}

// counted counts how often a file is opened.
type counted struct {
	fs.FS
	opened atomic.Int32
}

func (c *counted) Open(name string) (fs.File, error) {
	c.opened.Add(1)
	return c.FS.Open(name)
}

func TestMustReadsOnce(t *testing.T) {
	files := &counted{FS: fstest.MapFS{"data/limits.csv": {Data: []byte(header + "64493,,1,a\n")}}}
	folder := table.In(files, "data")
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			if rows := table.Must[limit](folder, "limits.csv"); len(rows) != 1 || rows[0].Code != "64493" {
				t.Errorf("rows %v", rows)
			}
		})
	}
	readers.Wait()
	if n := files.opened.Load(); n != 1 {
		t.Errorf("the table was read %d times", n)
	}
	table.Must[limit](folder, "limits.csv")[0].Code = "changed"
	if got := table.Must[limit](folder, "limits.csv")[0].Code; got != "64493" {
		t.Errorf("a caller's change of its rows is seen by others: %s", got)
	}
	if each := slices.Collect(table.MustEach[limit](folder, "limits.csv")); len(each) != 1 || each[0].Code != "64493" || files.opened.Load() != 1 {
		t.Errorf("one after the other: %v", each)
	}
}

func TestMustPanicsAtAFault(t *testing.T) {
	folder := table.In(fstest.MapFS{"data/limits.csv": {Data: []byte(header + "64493,,1,\n")}}, "data")
	for range 2 { // the fault is kept like the rows
		func() {
			defer func() {
				if got, want := recover(), "table: data/limits.csv line 2: column source is blank: every row says where it is from"; got != want {
					t.Errorf("panic %v, want %s", got, want)
				}
			}()
			table.Must[limit](folder, "limits.csv")
		}()
	}
}
