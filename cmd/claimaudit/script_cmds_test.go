package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// exitStatus runs claimaudit and checks its exit status, as in "status 1 audit a.csv".
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N arguments of claimaudit")
	}
	got := 0
	if err := ts.Exec("claimaudit", args[1:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("claimaudit did not run: %v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// cells prints the rows of a sheet, cells parted by bars: "cells book.xlsx Summary rows.txt".
func cells(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cells WORKBOOK SHEET FILE")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	rows, err := book.GetRows(args[1])
	ts.Check(err)
	var text strings.Builder
	for _, row := range rows {
		text.WriteString(strings.Join(row, "|") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text.String()), 0o600))
}

// jsonHas checks a value in a JSON file, as in "jsonhas report.json summary.findings 3".
func jsonHas(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: jsonhas FILE PATH VALUE")
	}
	var doc any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	for _, name := range strings.Split(args[1], ".") {
		switch v := doc.(type) {
		case map[string]any:
			doc = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			ts.Check(err)
			if i >= len(v) {
				ts.Fatalf("%s: only %d entries", args[1], len(v))
			}
			doc = v[i]
		default:
			ts.Fatalf("%s: no %s", args[1], name)
		}
	}
	got, err := json.Marshal(doc)
	ts.Check(err)
	if (string(got) == args[2] || string(got) == strconv.Quote(args[2])) == neg {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

// typesInto is a reviewer: types WORKBOOK CODE HEAD TEXT writes into a column of the first row of Flagged
// Lines that has the code.
func typesInto(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: types WORKBOOK CODE HEAD TEXT")
	}
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	rows, err := f.GetRows("Flagged Lines")
	ts.Check(err)
	code, head := slices.Index(rows[0], "Code"), slices.Index(rows[0], args[2])
	at := slices.IndexFunc(rows[1:], func(row []string) bool { return row[code] == args[1] })
	if at < 0 || head < 0 {
		ts.Fatalf("no row of %s, or no column %s", args[1], args[2])
	}
	cell, err := excelize.CoordinatesToCellName(head+1, at+2)
	ts.Check(err)
	ts.Check(f.SetCellValue("Flagged Lines", cell, args[3]))
	ts.Check(f.Save())
}
