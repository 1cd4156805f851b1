package table

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// sourceColumn is the column that says where a row is from.
const sourceColumn = "source"

// form is what a row type says of its table.
type form struct {
	columns []string
	key     []int // the columns in which no two rows may be the same; nil where they may
	source  bool  // the source of all rows is told with the type
	at      []int // the field that holds the row's place; nil without one
}

func formOf[T any]() form {
	var f form
	row := reflect.TypeFor[T]()
	for i := range row.NumField() {
		field := row.Field(i)
		switch {
		case field.Type == reflect.TypeFor[At]():
			f.at = field.Index
		case field.Type == reflect.TypeFor[Source]():
			f.source = field.Tag.Get("says") != ""
		default:
			if field.Tag.Get("table") == "key" {
				f.key = append(f.key, len(f.columns))
			}
			f.columns = append(f.columns, field.Tag.Get("csv"))
		}
	}
	if f.key == nil && slices.Contains(f.columns, sourceColumn) {
		for i, column := range f.columns {
			if column != sourceColumn {
				f.key = append(f.key, i)
			}
		}
	}
	return f
}

// place notes in a row where it stands; row is a pointer to it.
func (f form) place(row any, at At) {
	reflect.ValueOf(row).Elem().FieldByIndex(f.at).Set(reflect.ValueOf(at))
}

// checkHeader names the first column that is not as it must be: gocsv would bind what matches and
// leave the rest blank.
func (f form) checkHeader(r *Records) error {
	fault := func(column, what string) error {
		return &Error{File: r.File, Line: 1, Column: column, Err: fmt.Errorf("%s: expected %s", what, strings.Join(f.columns, ","))}
	}
	for _, column := range f.columns {
		if !slices.Contains(r.Header, column) {
			return fault(column, "is missing")
		}
	}
	for i, column := range r.Header {
		switch {
		case !slices.Contains(f.columns, column):
			return fault(fmt.Sprintf("%q", column), "is unknown")
		case slices.Index(r.Header, column) < i:
			return fault(column, "stands there twice")
		}
	}
	for i, column := range r.Header {
		if column != f.columns[i] {
			return fault(column, "stands where "+f.columns[i]+" belongs")
		}
	}
	return nil
}

// checkKeys names every row that has the key of an earlier one.
func (f form) checkKeys(r *Records) error {
	if f.key == nil {
		return nil
	}
	first := make(map[string]int, len(r.Rows))
	var key []byte
	var faults []error
	for i, cells := range r.Rows {
		key = f.appendKey(key[:0], cells)
		if line, twice := first[string(key)]; twice {
			faults = append(faults, &Error{File: r.File, Line: r.Lines[i], Err: fmt.Errorf("%s stands in line %d already", bytes.ReplaceAll(key, []byte{0}, []byte{','}), line)})
			continue
		}
		first[string(key)] = r.Lines[i]
	}
	return errors.Join(faults...)
}

// appendKey adds the cells of the key, with a byte between them that no cell has.
func (f form) appendKey(key []byte, cells []string) []byte {
	for n, i := range f.key {
		if n > 0 {
			key = append(key, 0)
		}
		key = append(key, cells[i]...)
	}
	return key
}

// checkSources names every row without a source.
func (f form) checkSources(r *Records) error {
	source := slices.Index(f.columns, sourceColumn)
	switch {
	case f.source:
		return nil
	case source < 0:
		return &Error{File: r.File, Line: 1, Column: sourceColumn, Err: errNoSource}
	}
	var faults []error
	for i, cells := range r.Rows {
		if strings.TrimSpace(cells[source]) == "" {
			faults = append(faults, &Error{File: r.File, Line: r.Lines[i], Column: sourceColumn, Err: errSource})
		}
	}
	return errors.Join(faults...)
}
