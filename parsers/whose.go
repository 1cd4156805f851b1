package parsers

import (
	"strings"

	"claimaudit/audit/claim"
)

// whose is what a row that cannot be read says of whose it is: what stands where patient, claim and date
// of service should, and the same of the rows that a quote left open has swallowed. What is not one is
// nobody's, and does no harm.
func (r *reader) whose() []claim.Whose {
	list := appendWhose(nil, r.whoseOf(r.row.Cells))
	if r.row.Kinds != nil || r.comma == 0 {
		return list
	}
	for _, i := range r.holding() {
		for line := range strings.Lines(r.row.Cells[i]) {
			if len(line) < len(r.row.Cells[i]) && isRow(line, r.comma) {
				list = appendWhose(list, r.whoseOf(strings.Split(strings.TrimRight(line, "\r\n"), string(r.comma))))
			}
		}
	}
	return list
}

func appendWhose(list []claim.Whose, w claim.Whose) []claim.Whose {
	if w.Patient == "" && w.Claim == "" {
		return list
	}
	return append(list, w)
}

func (r *reader) whoseOf(cells []string) (w claim.Whose) {
	w.Claim, w.Patient = r.plainID(cells, claim.FieldClaim), r.plainID(cells, claim.FieldPatient)
	if r.know.isPlaceholder(w.Patient) {
		w.Patient = ""
	}
	if column := r.column[claim.FieldFrom]; column >= 0 && column < len(cells) {
		if c := r.dateOf(claim.FieldFrom, column, trim(cells[column])); c.ok {
			w.Day, w.Ambiguous = c.date, c.layout == claim.Either
		}
	}
	return w
}

// plainID is an id as it is read on other rows, without noting how.
func (r *reader) plainID(cells []string, f claim.Field) string {
	column := r.column[f]
	if column < 0 || column >= len(cells) {
		return ""
	}
	text := visible(trim(cells[column]))
	if f == claim.FieldClaim && r.know.isAbsent(text, true) {
		return ""
	}
	if len(text) > 1 && (text[0] == '=' || text[0] == '\'') {
		text, _ = unwrap(text)
	}
	if len(text) > 2 && isDigit(text[0]) {
		if whole, how := wholeNumber(text); how != rounded {
			text = whole
		}
	}
	return text
}
