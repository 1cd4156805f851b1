package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// billed is what of an export decides which rows of the catalogue its audit needs.
type billed struct {
	codes       []claim.Code // in order
	first, last claim.Date
}

// tables are the peers' tables: what the catalogue knows of the codes of one export.
type tables struct {
	billed
	cat    *catalog.Catalog
	folder string
}

// writeTables writes the peers' tables for an export into a folder.
func writeTables(export, folder string) error {
	b, err := readBilled(export)
	if err != nil {
		return err
	}
	cat, err := catalog.Embedded()
	if err != nil {
		return err
	}
	t := tables{b, cat, folder}
	return errors.Join(
		t.write("codes.csv", t.codeRows), t.write("pairs.csv", t.pairRows), t.write("addons.csv", t.addOnRows),
		t.write("visits.csv", t.visitRows),
	)
}

// readBilled reads the codes and the dates of service of an export.
func readBilled(path string) (b billed, err error) {
	file, err := os.Open(path)
	if err != nil {
		return b, err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return b, fmt.Errorf("%s: %w", path, err)
	}
	code, date := slices.Index(header, "CPT"), slices.Index(header, "DOS")
	seen := map[claim.Code]bool{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return b, fmt.Errorf("%s: %w", path, err)
		}
		if c, err := claim.ParseCode(record[code]); err == nil {
			seen[c] = true
		}
		d, _, err := claim.ParseDate(record[date])
		if err != nil {
			return b, fmt.Errorf("%s: %w", path, err)
		}
		if b.first == 0 || d < b.first {
			b.first = d
		}
		b.last = max(b.last, d)
	}
	for c := range seen {
		b.codes = append(b.codes, c)
	}
	slices.Sort(b.codes)
	return b, nil
}

// write writes one table.
func (t *tables) write(name string, rows func() ([][]string, error)) error {
	records, err := rows()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	file, err := os.Create(filepath.Join(t.folder, name))
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	return errors.Join(w.WriteAll(records), file.Close())
}

// codeRows are what is known of each code by itself.
func (t *tables) codeRows() ([][]string, error) {
	rows := [][]string{{"code", "first", "last", "shaped", "units", "mai", "sided", "twice", "visit", "goods", "laboratory", "guidance"}}
	for _, code := range t.codes {
		entry := t.cat.Lookup(code)
		first, last := claim.Date(0), claim.EndOfTime
		if entry != nil {
			first = entry.From
		}
		if day, deleted := t.cat.LastValid(code); deleted {
			last = day
		}
		row := []string{code.String(), day(first), day(last), yes(code.Shaped() || entry != nil), "", ""}
		if limit, ok := t.cat.Limit(catalog.MedicarePractitioner, code, t.last); ok {
			row[4], row[5] = limit.Units.String(), string(rune(limit.By))
		}
		kinds, err := t.kinds(code, entry)
		if err != nil {
			return nil, err
		}
		rows = append(rows, append(row, kinds...))
	}
	return rows, nil
}

// kinds are the yes and no columns of a code.
func (t *tables) kinds(code claim.Code, entry *catalog.Entry) ([]string, error) {
	in := func(groups ...catalog.Group) bool {
		return slices.ContainsFunc(groups, func(g catalog.Group) bool { return entry.In(g, t.last) })
	}
	for g := range catalog.NumGroups {
		if entry.In(g, t.first) != entry.In(g, t.last) {
			return nil, fmt.Errorf("%s joins or leaves the group %s between %s and %s: the peers know groups without dates", code, g, t.first, t.last)
		}
	}
	fee, priced := t.cat.Fee(code, t.last)
	text := code.String()
	return []string{
		yes(priced && (fee.Bilateral == '1' || fee.Bilateral == '3')),
		yes(in(catalog.ReportTwice)),
		yes(in(catalog.Visit, catalog.Modifier25)),
		yes(in(catalog.Drugs, catalog.Supplies) || code.LevelII() && slices.Contains([]byte("ABEJKLQ"), text[0])),
		yes(code.Shaped() && (text[4] == 'U' || text[0] == '8' || text[0] == 'P') || in(catalog.PresumptiveDrugTest, catalog.DefinitiveDrugTest)),
		yes(in(catalog.Guidance)),
	}, nil
}

// pairRows are all episodes of all edits between the codes; none begins before both codes do.
func (t *tables) pairRows() ([][]string, error) {
	rows := [][]string{{"column1", "column2", "indicator", "first", "last"}}
	for _, one := range t.codes {
		for _, two := range t.codes {
			for _, e := range t.cat.Edits(catalog.MedicarePractitioner, one, two) {
				if e.Indicator == catalog.NeverInForce {
					continue
				}
				from := max(e.From, t.began(one), t.began(two))
				rows = append(rows, []string{one.String(), two.String(), string(rune(e.Indicator)), day(from), day(e.To)})
			}
		}
	}
	return rows, nil
}

func (t *tables) began(code claim.Code) claim.Date {
	if e := t.cat.Lookup(code); e != nil {
		return e.From
	}
	return 0
}

// addOnRows are the primaries of each add-on, and the wrong codes that are taken for one of them.
func (t *tables) addOnRows() ([][]string, error) {
	rows := [][]string{{"addon", "primary"}}
	for _, code := range t.codes {
		a, ok := t.cat.AddOn(catalog.MedicarePractitioner, code, t.last)
		if !ok || a.ByPayer() {
			continue
		}
		if a.From > t.first {
			return nil, fmt.Errorf("%s becomes an add-on after %s: the peers know add-ons without dates", code, t.first)
		}
		for _, primary := range a.Primaries {
			rows = append(rows, []string{code.String(), primary.String()})
		}
		for _, wrong := range t.wrong() {
			if t.mayStandFor(wrong, a) {
				rows = append(rows, []string{code.String(), wrong.String()})
			}
		}
	}
	return rows, nil
}

// visitRows are the office visits that are part of a procedure, and how bad each is without and with
// modifier 25: 2 an error, 1 a warning, 0 nothing.
func (t *tables) visitRows() ([][]string, error) {
	rows := [][]string{{"visit", "procedure", "without25", "with25"}}
	for _, visit := range t.codes {
		if !t.cat.Lookup(visit).In(catalog.OfficeVisit, t.last) {
			continue
		}
		for _, procedure := range t.codes {
			without, with, err := t.clash(visit, procedure)
			if err != nil {
				return nil, err
			}
			if without > 0 {
				rows = append(rows, []string{visit.String(), procedure.String(), strconv.Itoa(without), strconv.Itoa(with)})
			}
		}
	}
	return rows, nil
}

func (t *tables) clash(visit, procedure claim.Code) (without, with int, err error) {
	entry := t.cat.Lookup(procedure)
	if entry.In(catalog.Visit, t.last) || entry.In(catalog.Modifier25, t.last) {
		return 0, 0, nil
	}
	edit, paired := t.cat.Edit(catalog.MedicarePractitioner, procedure, visit, t.last)
	if before, _ := t.cat.Edit(catalog.MedicarePractitioner, procedure, visit, t.first); before.Indicator != edit.Indicator {
		return 0, 0, fmt.Errorf("the edit of %s and %s changes after %s: the peers know visits without dates", procedure, visit, t.first)
	}
	global := ""
	if fee, ok := t.cat.Fee(procedure, t.last); ok {
		global = fee.Global
	} else if entry != nil {
		global = entry.Global
	}
	minor := strings.HasPrefix(global, "000") || strings.HasPrefix(global, "010")
	switch {
	case !paired && !minor:
		return 0, 0, nil
	case edit.Indicator == catalog.Never:
		return 2, 2, nil
	case visit == claim.MustCode("99211"):
		return 2, 1, nil
	case !paired && t.cat.Lookup(visit).In(catalog.NewPatient, t.last):
		return 1, 0, nil
	}
	return 2, 0, nil
}

// wrong are the codes that could not be billed at any time of the export.
func (t *tables) wrong() (codes []claim.Code) {
	for _, code := range t.codes {
		last, deleted := t.cat.LastValid(code)
		if deleted && last < t.first || !code.Shaped() && t.cat.Lookup(code) == nil {
			codes = append(codes, code)
		}
	}
	return codes
}

// mayStandFor tells whether a wrong code should have been a primary of the add-on, or may have been
// one for all that can be told.
func (t *tables) mayStandFor(wrong claim.Code, a catalog.AddOn) bool {
	var news []claim.Code
	for _, r := range t.cat.Replacements(wrong) {
		if r.New != 0 && r.When != catalog.RecordDecides {
			news = append(news, r.New)
		}
	}
	text := wrong.String()
	meant, err := claim.ParseCode(catalog.Digits(text))
	if near := t.cat.NearMisses(text, t.last); err == nil && len(near) > 0 && near[0] == meant {
		news = append(news, meant)
	}
	return len(news) == 0 || slices.ContainsFunc(news, func(c claim.Code) bool { return slices.Contains(a.Primaries, c) })
}

func yes(b bool) string { return strconv.Itoa(map[bool]int{true: 1}[b]) }

// day is a date as peers compare it, as text.
func day(d claim.Date) string {
	switch d {
	case 0:
		return "0000-00-00"
	case claim.EndOfTime:
		return "9999-12-31"
	}
	return d.String()
}
