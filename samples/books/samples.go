package books

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// sample is one file of samples/.
type sample struct {
	file string
	order
}

// samples are small exports of one practice; the numbers of their patients and claims lie apart.
var samples = []sample{
	{"clean.csv", order{200, 11, claim.MustDate("2024-06-17"), 362, "none", "canonical", 10000, 100000}},
	{"faults.csv", order{500, 12, claim.MustDate("2024-06-17"), 362, "all", "canonical", 20000, 200000}},
	{
		"practice-export.xlsx",
		order{150, 13, claim.MustDate("2025-05-19"), 26, "visit-with-joint,deleted-drug,addon-epidural,units-knee,copy-on-later-claim,imaging-ablation", "practice", 30000, 300000},
	},
	{"nightly.csv", order{40, 14, claim.MustDate("2025-06-13"), 1, "visit-with-shot,imaging-epidural,both-sides-twice", "nightly", 40000, 400000}},
	{"x12/claims.837", order{60, 16, claim.MustDate("2025-06-02"), 20, otherForms, "canonical", 110000, 1100000}},
	{"markup/workbook.xml", order{60, 17, claim.MustDate("2025-06-02"), 20, otherForms, "canonical", 120000, 1200000}},
	{"markup/page.html", order{60, 18, claim.MustDate("2025-06-02"), 20, otherForms, "short", 130000, 1300000}},
	{"printed/report.txt", order{60, 19, claim.MustDate("2025-06-02"), 20, otherForms, "short", 140000, 1400000}},
	{"spoiled.csv", order{60, 15, claim.MustDate("2025-06-02"), 20, "deleted-drug,copy-on-later-claim,visit-with-shot", "spoiled", 50000, 500000}},
}

// otherForms are the faults in samples of other forms than tables: of what all of them can say.
const otherForms = "visit-with-joint,units-knee,addon-epidural,deleted-drug"

// writeSamples writes the samples and what an audit of each must find.
func writeSamples(p *practice, folder string) error {
	expected := filepath.Join(folder, "expected")
	if err := os.MkdirAll(expected, 0o755); err != nil {
		return err
	}
	for _, s := range samples {
		if err := s.write(p, folder, expected); err != nil {
			return err
		}
	}
	return errors.Join(
		writeForms(filepath.Join(folder, "forms"), filepath.Join(expected, "forms")),
		writeOwn(filepath.Join(folder, "notes"), filepath.Join(expected, "notes")),
		writeNights(filepath.Join(folder, "nights")),
		writeRemits(filepath.Join(folder, "remits"), filepath.Join(expected, "remits")),
	)
}

func (s sample) write(p *practice, folder, expected string) error {
	list := filepath.Join(expected, s.file[:len(s.file)-len(filepath.Ext(s.file))]+".csv")
	path := filepath.Join(folder, s.file)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.MkdirAll(filepath.Dir(list), 0o755)); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	extension := filepath.Ext(s.file)
	var all []expectation
	err = write(p, s.order, file, strings.TrimPrefix(extension, "."), func(e expectation) error {
		all = append(all, e)
		return nil
	})
	return errors.Join(err, file.Close(), s.expect(list, all))
}

// expect lists the findings in the order of a report: by sheet, row and rule.
func (s sample) expect(list string, all []expectation) error {
	slices.SortFunc(all, func(a, b expectation) int {
		return cmp.Or(cmp.Compare(a.sheet, b.sheet), cmp.Compare(a.number, b.number), cmp.Compare(a.rule, b.rule))
	})
	file, err := os.Create(list)
	if err != nil {
		return err
	}
	found := newFindings(file, s.file)
	for _, e := range all {
		err = errors.Join(err, found.add(e))
	}
	return errors.Join(err, found.close(), file.Close())
}
