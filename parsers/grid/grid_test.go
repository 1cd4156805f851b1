package grid

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// read opens the bytes as a stream and reads all rows of all sheets, each as one line of text.
func read(data []byte, o Options) (rows []string, f *File, err error) {
	f, err = FromReader("in", bytes.NewReader(data), o)
	if err != nil {
		return nil, nil, err
	}
	rows, err = readAll(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return rows, f, err
}

// readAll walks every block twice, because callers may, and fails where the two differ.
func readAll(f *File) (rows []string, err error) {
	for _, sheet := range f.Sheets {
		for block, err := range sheet.Blocks(context.Background()) {
			if err != nil {
				return rows, err
			}
			first, again := blockRows(sheet, block), blockRows(sheet, block)
			if strings.Join(first, "\n") != strings.Join(again, "\n") {
				return rows, fmt.Errorf("a block reads differently the second time")
			}
			rows = append(rows, first...)
		}
	}
	return rows, nil
}

func blockRows(sheet *Sheet, block *Block) (rows []string) {
	for r := range block.Rows() {
		rows = append(rows, sheet.Name+show(r))
	}
	return rows
}

// show writes a row as number/line:cells; a cell of a workbook that is no text has its kind in
// front, and a fault of the record stands behind.
func show(r *Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", r.Number)
	if r.Line > 0 {
		fmt.Fprintf(&b, "/%d", r.Line)
	}
	if r.Hidden {
		b.WriteString(" hidden")
	}
	for i, cell := range r.Cells {
		b.WriteString([]string{": ", " | "}[min(i, 1)])
		if r.Kinds != nil && r.Kinds[i] != Text {
			b.WriteString([]string{"", "number ", "bool ", "error ", "none "}[r.Kinds[i]])
		}
		b.WriteString(strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(cell))
	}
	if r.Err != nil {
		b.WriteString(" !")
	}
	return b.String()
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("rows\n%s\nwant\n%s", g, w)
	}
}

func wants(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error %v, want one with %q", err, part)
	}
}

// write keeps data as a file of the test.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
