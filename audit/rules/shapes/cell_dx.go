package shapes

import (
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// readCodesInDiagnoses reads the diagnosis cells that hold a procedure code.
func readCodesInDiagnoses(w *cellWalk) {
	for i, d := range w.L.Diagnoses() {
		code, ok := procedureCode(w.C.Catalog, d, w.L.From)
		if !ok {
			continue
		}
		reads := "code"
		if w.C.Catalog.Lookup(code) == nil {
			reads = "code-by-form"
		}
		w.foundDiagnosis(i, reads, seenCell{dx: d, code: code})
	}
}

// holdsProcedure tells whether a diagnosis is a procedure code.
func holdsProcedure(cat *catalog.Catalog, l *audit.Line) bool {
	for _, d := range l.Diagnoses() {
		if _, ok := procedureCode(cat, d, l.From); ok {
			return true
		}
	}
	return false
}

// mayBeNoDiagnosis tells whether a diagnosis is not one that could be billed since ICD-10-CM and can be still.
func mayBeNoDiagnosis(cat *catalog.Catalog, l *audit.Line) bool {
	for _, d := range l.Diagnoses() {
		if known, listed := cat.Diagnosis(d); l.From < terms.Icd10 || !listed || !d.Shaped() || !known.Billable || known.From > terms.Icd10 || known.To != claim.EndOfTime {
			return true
		}
	}
	return false
}

// readDiagnoses reads the other diagnosis cells that cannot be billed.
func readDiagnoses(w *cellWalk) {
	cat, on := w.C.Catalog, w.L.From
	for i, d := range w.L.Diagnoses() {
		if _, ok := procedureCode(cat, d, on); ok {
			continue
		}
		if on >= terms.Icd10 {
			readDiagnosis(w, i, d)
		} else if first := d.Text()[0]; d.Shaped() && first != 'E' && first != 'V' { // these were in ICD-9-CM too
			w.foundDiagnosis(i, "before-icd-10-cm", seenCell{dx: d})
		}
	}
}

func readDiagnosis(w *cellWalk, i int, d claim.Diagnosis) {
	cat, on := w.C.Catalog, w.L.From
	known, listed := cat.DiagnosisOn(d, on)
	cell := seenCell{dx: d, label: known.Label, note: known.Text}
	reads := ""
	switch {
	case !d.Shaped():
		reads, cell.text = "no-diagnosis", d.Text()
	case !listed:
		reads = readYear(cat, d, on, &cell)
	case on > known.To:
		reads, cell.day = "ended", known.To
	case on < known.From:
		reads, cell.day = "not-begun", known.From
	case !known.Billable:
		reads = "not-billable"
	}
	if reads == "" {
		return
	}
	if listed {
		if cell.instead = validDiagnoses(cat, known.Instead, on); len(cell.instead) > 0 {
			reads += "-with-others"
		}
	}
	w.foundDiagnosis(i, reads, cell)
}

// readYear judges a diagnosis the catalogue has no note on by the complete list of its fiscal year,
// where there is one in use, else by its form alone.
func readYear(cat *catalog.Catalog, d claim.Diagnosis, on claim.Date, cell *seenCell) string {
	year, listed, billable := cat.DiagnosisYear(d, on)
	cell.year = year
	switch {
	case year != 0 && billable:
		return ""
	case year == 0:
		return readForm(d, cell)
	}
	if reads := readForm(d, cell); reads != "" {
		return reads // which says what is missing
	}
	if listed {
		return "category"
	}
	return "unlisted"
}

// formRow is one row of diagnosis-forms.csv: diagnoses that are billed with seven characters only.
type formRow struct {
	Diagnoses  string `csv:"diagnoses"` // each with all below it
	Except     string `csv:"except"`
	Reads      string `csv:"reads"`      // of one that is shorter
	Characters string `csv:"characters"` // that the seventh can be
	Source     string `csv:"source"`
}

// diagnosisForm is a row in use.
type diagnosisForm struct {
	of, except        terms.DiagnosisSet
	reads, characters string
}

var diagnosisForms = sync.OnceValue(func() (list []diagnosisForm) {
	for row := range terms.MustData[formRow]("diagnosis-forms.csv") {
		f := diagnosisForm{reads: row.Reads, characters: row.Characters}
		for _, text := range strings.Fields(row.Diagnoses) {
			f.of = append(f.of, claim.MustDiagnosis(text))
		}
		for _, text := range strings.Fields(row.Except) {
			f.except = append(f.except, claim.MustDiagnosis(text))
		}
		list = append(list, f)
	}
	return list
})

// fullDiagnosis is the length of a code with its seventh character, such as S33.6XXA.
const fullDiagnosis = 7

// readForm judges a diagnosis that no list tells of by its form alone.
func readForm(d claim.Diagnosis, cell *seenCell) string {
	if len(d.Text()) >= fullDiagnosis {
		return ""
	}
	for _, f := range diagnosisForms() {
		if f.of.Has(d) && !f.except.Has(d) {
			cell.text = f.characters
			return f.reads
		}
	}
	if d.Unfinished() {
		return "no-seventh"
	}
	return ""
}

// foundDiagnosis reports a diagnosis once for each claim and date: on the first line that carries it,
// with the others as related.
func (w *cellWalk) foundDiagnosis(i int, reads string, cell seenCell) {
	if carries(w.L.Dx[:i], cell.dx) {
		return
	}
	first, rest := carriers(w.day.Lines, w.L.Claim, cell.dx)
	if first == w.L {
		cell.related = rest
		w.found(reads, cell)
	}
}

// procedureCode is the procedure code that stands as a diagnosis. The diagnoses' list is asked
// first, then shape for codes that begin with a digit, then the procedures' list.
func procedureCode(c *catalog.Catalog, d claim.Diagnosis, on claim.Date) (claim.Code, bool) {
	code := claim.Code(d) // the same characters, packed alike
	if code == 0 || on < terms.Icd10 {
		return 0, false
	}
	if _, listed := c.Diagnosis(d); listed {
		return 0, false
	}
	return code, c.Lookup(code) != nil || code.Shaped() && !code.LevelII()
}

// validDiagnoses are those of the codes that may be billed on that day.
func validDiagnoses(cat *catalog.Catalog, codes []claim.Diagnosis, on claim.Date) []claim.Diagnosis {
	var valid []claim.Diagnosis
	for _, d := range codes {
		known, listed := cat.DiagnosisOn(d, on)
		if !listed || known.Billable && known.From <= on && on <= known.To {
			valid = append(valid, d)
		}
	}
	return valid
}

// carriers are the first of the day's lines on the claim that carries the diagnosis, and the rest.
func carriers(day []audit.Line, id string, d claim.Diagnosis) (first *audit.Line, rest []*audit.Line) {
	for i := range day {
		switch l := &day[i]; {
		case l.Context || l.Claim != id || !carries(l.Diagnoses(), d):
		case first == nil:
			first = l
		default:
			rest = append(rest, l)
		}
	}
	return first, rest
}

func carries(codes []claim.Diagnosis, d claim.Diagnosis) bool {
	for _, have := range codes {
		if have == d {
			return true
		}
	}
	return false
}
