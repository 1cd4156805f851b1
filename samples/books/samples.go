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
	{"spoiled.csv", order{60, 15, claim.MustDate("2025-06-02"), 20, "deleted-drug,copy-on-later-claim,visit-with-shot", "spoiled", 50000, 500000}},
}

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
	return writeForms(filepath.Join(folder, "forms"), filepath.Join(expected, "forms"))
}

func (s sample) write(p *practice, folder, expected string) error {
	file, err := os.Create(filepath.Join(folder, s.file))
	if err != nil {
		return err
	}
	extension := filepath.Ext(s.file)
	var all []expectation
	err = write(p, s.order, file, strings.TrimPrefix(extension, "."), func(e expectation) error {
		all = append(all, e)
		return nil
	})
	list := filepath.Join(expected, strings.TrimSuffix(s.file, extension)+".csv")
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
