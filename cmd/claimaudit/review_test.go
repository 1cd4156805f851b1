package main

import "testing"

// Two reviewers' copies of one workbook are told apart by their folders.
func TestNameOfWorkbook(t *testing.T) {
	c := &reviewCmd{Workbooks: []string{"ann/r.xlsx", "bob/r.xlsx", "bob/q.xlsx"}}
	for path, want := range map[string]string{"ann/r.xlsx": "ann/r.xlsx", "bob/r.xlsx": "bob/r.xlsx", "bob/q.xlsx": "q.xlsx"} {
		if got := c.nameOf(path); got != want {
			t.Errorf("%s is called %s, want %s", path, got, want)
		}
	}
}
