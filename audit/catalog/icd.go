package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// diagnosesFile is compiled into the program and not read at its start.
const diagnosesFile = "icd10cm.csv"

// listedYears are the fiscal years whose lists of ICD-10-CM codes the program has whole.
var listedYears = [...]int{2021, 2025, 2026}

// diagnosisListRow is the codes of one category that the lists of the same years have: stems, and behind
// each the last characters of its codes; "-" is the category itself.
type diagnosisListRow struct {
	_        table.Source `says:"ICD-10-CM order file FY2021 and code lists of April 2025 and April 2026, as PyPI simple-icd-10-cm 1.2.0, 1.4.0 and 1.5.0 (MIT) has them"`
	Years    string       `csv:"years" table:"key"`
	Category string       `csv:"category" table:"key"`
	Codes    string       `csv:"codes"`
}

// CompileDiagnoses reads the icd10cm.csv of a folder and gives the form in which it is part of the
// program: of each code 8 bytes, its own seven and one of the years it is in, in order.
func CompileDiagnoses(data fs.FS) ([]byte, error) {
	var all []uint64
	err := table.Each(data, diagnosesFile, func(r diagnosisListRow) error {
		var v values
		years := yearsOf(&v, r.Years)
		for word := range strings.FieldsSeq(r.Codes) {
			stem, last, _ := strings.Cut(word, ":")
			if word == "-" {
				all = append(all, uint64(v.diagnosis(r.Category))|years)
			}
			for _, c := range last {
				text := r.Category + stem + string(c)
				all = append(all, uint64(v.diagnosis(text[:3]+"."+text[3:]))|years)
			}
		}
		return v.err
	})
	slices.Sort(all)
	var form []byte
	for i, record := range all {
		if i > 0 && record>>8 == all[i-1]>>8 {
			err = errors.Join(err, fmt.Errorf("%s: %s %w", diagnosesFile, claim.Diagnosis(record&^0xff), errTwice))
		}
		form = binary.LittleEndian.AppendUint64(form, record)
	}
	return form, err
}

// yearsOf are the bits of listed years.
func yearsOf(v *values, text string) (bits uint64) {
	for word := range strings.FieldsSeq(text) {
		year, err := strconv.Atoi(word)
		at := slices.Index(listedYears[:], year)
		if err != nil || at < 0 {
			v.fail(fmt.Errorf("%q is no year with a list", word))
			return 0
		}
		bits |= 1 << at
	}
	return bits
}

// diagnosisLists is the compiled form.
type diagnosisLists []byte

func (l diagnosisLists) record(i int) uint64 { return binary.LittleEndian.Uint64(l[8*i:]) }

// find is the place of the code, or of the first after it.
func (l diagnosisLists) find(d claim.Diagnosis) int {
	low, high := 0, len(l)/8
	for low < high {
		if middle := int(uint(low+high) / 2); l.record(middle) < uint64(d) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// year is what the lists say of a code in a fiscal year: whether the year has it, and whether it may be
// billed. A code that the lists before and after a year have was there between them; of other codes
// nothing is known in a year without a list, and the year is 0.
func (l diagnosisLists) year(d claim.Diagnosis, year int) (of int, listed, billable bool) {
	if d&0xff != 0 {
		return 0, false, false // longer than any code
	}
	at, own := l.find(d), uint64(0)
	if at < len(l)/8 && l.record(at)&^0xff == uint64(d) {
		own = l.record(at)
	}
	n := slices.Index(listedYears[:], year)
	if n < 0 {
		after := slices.IndexFunc(listedYears[:], func(y int) bool { return y > year })
		if after > 0 && own>>(after-1)&3 == 3 {
			return year, true, true
		}
		return 0, false, false
	}
	if own>>n&1 == 1 {
		return year, true, true
	}
	for ; at < len(l)/8 && claim.Diagnosis(l.record(at)&^0xff).Under(d); at++ {
		if l.record(at)>>n&1 == 1 {
			return year, true, false
		}
	}
	return year, false, false
}
