package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/parsers/tables"
)

// pairs writes the edits between listed codes, and the ended ones that the new quarter has dropped.
func (e *embedding) pairs() error {
	files := e.newest[catalog.PairEdits]
	if files == nil {
		return nil
	}
	quarter := files[0].Official.Quarter
	rows := map[string][]claim.Code{}
	add := func(edit catalog.Edit, source string) {
		key := strings.Join([]string{edit.Column1.String(), string(rune(edit.Indicator)), day(edit.From), day(edit.To), edit.Rationale, source}, "\x00")
		rows[key] = append(rows[key], edit.Column2)
	}
	for _, f := range files {
		e.each(f.Official.Pairs, func(edit catalog.Edit) { add(edit, "NCCI PTP practitioner "+quarter.String()) })
	}
	before := e.own.Own(catalog.PairEdits, catalog.MedicarePractitioner, quarter)
	e.each(before.Pairs, func(edit catalog.Edit) {
		kept := slices.ContainsFunc(files, func(f *tables.File) bool { return len(f.Official.Pairs.Edits(edit.Column1, edit.Column2)) > 0 })
		if !kept && edit.To < quarter.First() {
			add(edit, "NCCI PTP practitioner "+before.Quarter.String())
		}
	})
	out := [][]string{{"column1", "indicator", "first", "last", "rationale", "column2", "source"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		cells := strings.Split(key, "\x00")
		out = append(out, []string{cells[0], cells[1], cells[2], cells[3], cells[4], codes(rows[key]), cells[5]})
	}
	if err := e.write("pairs.csv", out); err != nil {
		return err
	}
	return e.dated("pairs.csv", quarter)
}

// each does with every edit between listed codes.
func (e *embedding) each(t *catalog.PairTable, do func(catalog.Edit)) {
	for i := range t.Len() {
		if edit := t.At(i); e.own.Lookup(edit.Column1) != nil && e.own.Lookup(edit.Column2) != nil {
			do(edit)
		}
	}
}

// day is a date as the embedded tables have it: blank for open.
func day(d claim.Date) string {
	if d == 0 || d == claim.EndOfTime {
		return ""
	}
	return d.String()
}

func codes(list []claim.Code) string {
	var words []string
	for _, code := range slices.Compact(slices.Sorted(slices.Values(list))) {
		words = append(words, code.String())
	}
	return strings.Join(words, " ")
}

// limits writes all limits of the quarter beside those of the other quarters.
func (e *embedding) limits() error {
	files := e.newest[catalog.UnitLimits]
	if files == nil {
		return nil
	}
	o := files[0].Official
	rows, err := e.rows("limits.csv")
	if err != nil {
		return err
	}
	quarter := o.Quarter.String()
	alike := map[string][]claim.Code{}
	for code, l := range o.Limits {
		key := strings.Join([]string{quarter, l.Units.String(), string(rune(l.By)), l.Rationale}, "\x00")
		alike[key] = append(alike[key], code)
	}
	out := slices.DeleteFunc(rows[1:], func(row []string) bool { return row[0] == quarter })
	for _, key := range slices.Sorted(maps.Keys(alike)) {
		out = append(out, append(strings.Split(key, "\x00"), codes(alike[key]), "NCCI MUE practitioner "+quarter))
	}
	slices.SortStableFunc(out, func(a, b []string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(number(a[1]), number(b[1])))
	})
	if err := e.write("limits.csv", slices.Insert(out, 0, rows[0])); err != nil {
		return err
	}
	return e.release("limits.csv", o)
}

// addOns writes the relations of listed codes, and keeps the rows that come from elsewhere.
func (e *embedding) addOns() error {
	const source = "NCCI add-on code table of "
	files := e.newest[catalog.AddOnCodes]
	if files == nil {
		return nil
	}
	o := files[0].Official
	rows, err := e.rows("addons.csv")
	if err != nil {
		return err
	}
	out := slices.DeleteFunc(rows[1:], func(row []string) bool { return strings.HasPrefix(row[5], source) })
	for _, entry := range e.own.All() {
		amended := slices.ContainsFunc(out, func(row []string) bool { return row[0] == entry.Code.String() })
		for _, a := range o.AddOns[entry.Code] {
			if !amended {
				out = append(out, []string{a.Code.String(), string(rune(a.Type)), day(a.From), day(a.To), codes(a.Primaries), source + o.Quarter.String()})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b []string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[2], b[2])) })
	if err := e.write("addons.csv", slices.Insert(out, 0, rows[0])); err != nil {
		return err
	}
	return e.dated("addons.csv", o.Quarter)
}

// fees sets the year of the release for listed codes; years that say the same are one row.
func (e *embedding) fees() error {
	files := e.newest[catalog.FeeSchedule]
	if files == nil {
		return nil
	}
	o := files[0].Official
	year := o.Quarter.Year()
	rows, err := e.rows("fees.csv")
	if err != nil {
		return err
	}
	byCode := map[string]map[int][]string{}
	for _, row := range rows[1:] {
		for y := number(row[1]); y <= number(row[2]); y++ {
			set(byCode, row[0], y, row[3:])
		}
	}
	for _, entry := range e.own.All() {
		if f, ok := o.Fees[entry.Code]; ok {
			set(byCode, entry.Code.String(), year, []string{
				string(rune(f.Status)), f.Global, string(rune(f.Bilateral)), string(rune(f.PCTC)), string(rune(f.Multiple)),
				strings.Trim(string(rune(f.Assistant)), "\x00"), office(f), fmt.Sprintf("MPFS relative value file %s", o.Quarter),
			})
		}
	}
	out := rows[:1]
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		out = append(out, spans(code, byCode[code])...)
	}
	return e.write("fees.csv", out)
}

// office is the cell that says whether the code is given in an office.
func office(f catalog.Fee) string {
	if f.NoOffice {
		return "no"
	}
	return ""
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func set(byCode map[string]map[int][]string, code string, year int, cells []string) {
	if byCode[code] == nil {
		byCode[code] = map[int][]string{}
	}
	byCode[code][year] = cells
}

// spans are the rows of a code: years that follow each other and say the same are one.
func spans(code string, years map[int][]string) (rows [][]string) {
	for _, year := range slices.Sorted(maps.Keys(years)) {
		cells := years[year]
		if n := len(rows); n > 0 && number(rows[n-1][2]) == year-1 && slices.Equal(rows[n-1][3:len(rows[n-1])-1], cells[:len(cells)-1]) {
			rows[n-1][2] = strconv.Itoa(year)
			rows[n-1][len(rows[n-1])-1] = cells[len(cells)-1]
			continue
		}
		rows = append(rows, append([]string{code, strconv.Itoa(year), strconv.Itoa(year)}, cells...))
	}
	return rows
}
