package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// The pairs and the lists of diagnoses, most of the rows by far, are part of the program in their compiled
// form alone.
//
//go:embed data/[^ip]*.csv
var embedded embed.FS

//go:embed data/pairs.bin
var compiledPairs []byte

//go:embed data/icd10cm.bin
var compiledDiagnoses []byte

// Embedded is the catalogue built into the program. The result is shared and never changes; an
// error means that the program was built with faulty data, and names the file and the line.
func Embedded() (*Catalog, error) { return embeddedOnce() }

var embeddedOnce = sync.OnceValues(func() (*Catalog, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, fmt.Errorf("cannot open the embedded tables: %w", err)
	}
	return load(data, compiledPairs)
})

// load reads all tables. Codes come first, because the other tables speak of them.
func load(data fs.FS, pairs []byte) (*Catalog, error) {
	edits, err := OpenPairs(pairs)
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	b.c.diagnosisLists = compiledDiagnoses
	if err := b.read(data); err != nil {
		return nil, err
	}
	return b.finish(edits)
}

// read reads all tables but the pairs, up to the first with a fault.
func (b *builder) read(data fs.FS) error {
	for _, step := range []func() error{
		func() error { return table.Each(data, "codes.csv", b.code) },
		func() error { return table.Each(data, "groups.csv", b.group) },
		func() error { return table.Each(data, "replacements.csv", b.replacement) },
		func() error { return table.Each(data, "deleted.csv", b.deletedCodes) },
		func() error { return table.Each(data, "limits.csv", b.limit) },
		func() error { return table.Each(data, "addons.csv", b.addOn) },
		func() error { return table.Each(data, "fees.csv", b.fee) },
		func() error { return table.Each(data, "drugs.csv", b.drug) },
		func() error { return table.Each(data, "studies.csv", b.study) },
		func() error { return table.Each(data, "spans.csv", b.span) },
		func() error { return table.Each(data, "diagnoses.csv", b.diagnosis) },
		func() error { return table.Each(data, "modifiers.csv", b.modifier) },
		func() error { return table.Each(data, "tables.csv", b.tableOf(data)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// values types the cells of one row and keeps the first fault.
type values struct{ err error }

func (v *values) fail(err error) {
	if v.err == nil {
		v.err = err
	}
}

func (v *values) code(s string) claim.Code {
	code, err := claim.ParseCode(s)
	if err != nil || code.String() != s {
		v.fail(fmt.Errorf("%q is not a code", s))
	}
	return code
}

func (v *values) codes(s string) []claim.Code {
	list := make([]claim.Code, 0, strings.Count(s, " ")+1)
	for text := range strings.FieldsSeq(s) {
		list = append(list, v.code(text))
	}
	return list
}

func (v *values) diagnosis(s string) claim.Diagnosis {
	d, err := claim.ParseDiagnosis(s)
	if err != nil || d.String() != s || !d.Shaped() {
		v.fail(fmt.Errorf("%q is not a diagnosis code", s))
	}
	return d
}

// from is a first day: always when blank.
func (v *values) from(s string) claim.Date {
	if s == "" {
		return 0
	}
	d, layout, err := claim.ParseDate(s)
	if err != nil || layout != claim.Plain || d.String() != s {
		v.fail(fmt.Errorf("%q is not a date such as 2025-03-10", s))
	}
	return d
}

// span is a first and a last day, either of them open when blank.
func (v *values) span(from, to string) (first, last claim.Date) {
	first, last = v.from(from), claim.EndOfTime
	if to != "" {
		last = v.from(to)
	}
	if first > last {
		v.fail(fmt.Errorf("%s is after %s", from, to))
	}
	return first, last
}

// one is a cell of exactly one character out of those allowed.
func (v *values) one(s, allowed string) byte {
	if len(s) != 1 || !strings.Contains(allowed, s) {
		v.fail(fmt.Errorf("%q is none of %s", s, allowed))
		return 0
	}
	return s[0]
}

func (v *values) word(s string, allowed ...string) string {
	if !slices.Contains(allowed, s) {
		v.fail(fmt.Errorf("%q is none of %q", s, allowed))
	}
	return s
}

func (v *values) text(what, s string) string {
	if s == "" {
		v.fail(fmt.Errorf("the %s is blank", what))
	}
	return s
}

func (v *values) diagnoses(s string) (list []claim.Diagnosis) {
	for text := range strings.FieldsSeq(s) {
		list = append(list, v.diagnosis(text))
	}
	return list
}
