package books

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"claimaudit/audit/claim"
)

// The exports of five nights, each of the last days of service, as most systems export: the same lines night
// after night, but for new days, and for what was corrected since.
const (
	numNights   = 5
	nightDays   = 10
	nightLines  = 160
	nightFaults = "visit-with-joint,units-knee,addon-epidural,deleted-drug,visit-with-shot,both-sides-twice"
	correctedIn = 30 // of a hundred findings of a night are corrected the next day
)

// nightColumns are those that the exports have.
var nightColumns = []string{"ClaimID", "PatientID", "DOB", "DOS", "CPT", "Mod1", "Mod2", "Units", "Charge", "Dx1", "Dx2", "RenderingNPI", "POS", "Payer"}

// writeNights writes an export for each night, named by its day.
func writeNights(folder string) error {
	b, err := Draw(Plan{Seed: 23, Lines: nightLines, Days: nightDays + numNights - 1, IDs: 160000, Faults: nightFaults})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for night := range claim.Date(numNights) {
		last := b.first + nightDays + night - 1
		rows := slices.DeleteFunc(slices.Clone(b.Rows), func(r *Row) bool {
			day := b.day(r, "DOS")
			return day <= last-nightDays || day > last || b.corrected(r, day, last)
		})
		if err := b.saveRows(filepath.Join(folder, last.String()+".csv"), rows); err != nil {
			return err
		}
	}
	return nil
}

// corrected tells whether a row that a rule would flag is gone by the night: of those that a night had, some
// are each day.
func (b *Book) corrected(r *Row, first, night claim.Date) bool {
	if len(r.wants) == 0 {
		return false
	}
	for day := max(first, b.first+nightDays-1); day < night; day++ {
		if dice(100, 23, b.get(r, "PatientID"), b.get(r, "CPT"), day.String()) < correctedIn {
			return true
		}
	}
	return false
}

// saveRows writes rows with the columns of a night.
func (b *Book) saveRows(path string, rows []*Row) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	err = w.Write(nightColumns)
	for _, r := range rows {
		var cells []string
		for _, name := range nightColumns {
			cells = append(cells, b.get(r, name))
		}
		err = errors.Join(err, w.Write(cells))
	}
	w.Flush()
	return errors.Join(err, w.Error(), file.Close())
}
