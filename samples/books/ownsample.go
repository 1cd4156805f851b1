package books

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// writeOwn writes the sample of a practice's own notes and code list: an export, the notes as text and as
// a workbook, the list, and what must be found with them.
func writeOwn(folder, expected string) error {
	export, err := ownRows("own-export.csv")
	if err != nil {
		return err
	}
	notes, err := ownRows("own-notes.csv")
	if err != nil {
		return err
	}
	codes, err := ownRows("own-codes.csv")
	if err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll(folder, 0o755), os.MkdirAll(expected, 0o755)); err != nil {
		return err
	}
	last := len(export[0]) - 1 // what is found stands there
	bare := make([][]string, len(export))
	for i, row := range export {
		bare[i] = row[:last]
	}
	return errors.Join(
		saveRows(filepath.Join(folder, "export.csv"), bare),
		saveRows(filepath.Join(folder, "notes.csv"), notes),
		saveRows(filepath.Join(folder, "codes.csv"), codes),
		saveWorkbook(filepath.Join(folder, "notes.xlsx"), notes),
		expectOwn(filepath.Join(expected, "export.csv"), export, last),
	)
}

func ownRows(name string) ([][]string, error) {
	f, err := data.Open("data/" + name)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(f).ReadAll()
	return rows, errors.Join(err, f.Close())
}

func saveRows(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close())
}

// saveWorkbook writes the rows as a sheet, numbers and dates as texts.
func saveWorkbook(path string, rows [][]string) error {
	book := excelize.NewFile()
	errs := []error{book.SetSheetName("Sheet1", "Notes")}
	for i, row := range rows {
		errs = append(errs, book.SetSheetRow("Notes", "A"+strconv.Itoa(i+1), &row))
	}
	f, err := os.Create(path)
	if err != nil {
		return errors.Join(err, book.Close())
	}
	return errors.Join(append(errs, book.Write(f), f.Close(), book.Close())...)
}

// expectOwn lists the findings that the column says.
func expectOwn(path string, export [][]string, column int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	found := newFindings(f, "export.csv")
	for i, row := range export[1:] {
		for text := range strings.SplitSeq(row[column], ";") {
			rule, severity, ok := strings.Cut(strings.TrimSpace(text), " ")
			if text != "" && !ok {
				return errors.Join(fmt.Errorf("own-export.csv row %d: %q is no finding", i+2, text), f.Close())
			}
			if text != "" {
				found.row("export.csv", "", strconv.Itoa(i+2), rule, severity)
			}
		}
	}
	return errors.Join(found.close(), f.Close())
}
