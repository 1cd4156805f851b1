package rules

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// readCodeCell reads a code cell that holds no code, as what it holds instead.
func readCodeCell(w *cellWalk) {
	l, cat := w.l, w.c.Catalog
	switch readCode(cat, l) {
	case noCode:
		readNoCode(w)
	case severalCodes:
		reads := "codes"
		if isDiagnosis(cat, pieces(cellText(l))[0]) {
			reads = "diagnoses"
		}
		w.found(reads, seenCell{})
	case referralWord:
		reads := "referral"
		if l.Billed == "" {
			reads = "blank-referral"
		}
		w.found(reads, seenCell{})
	case draftCode:
		readDraft(w, draftIn(cat, cellText(l)))
	case diagnosisCode:
		d, _ := claim.ParseDiagnosis(cellText(l))
		known, _ := cat.DiagnosisOn(d, l.From)
		w.found("diagnosis", seenCell{dx: d, label: known.Label})
	}
}

// readNoCode reads a cell as blank, as a code with modifiers behind it, or as a slip of the pen. Only
// a letter typed for a digit it looks like leaves no doubt about what was meant.
func readNoCode(w *cellWalk) {
	text := cellText(w.l)
	if text == "" {
		w.found("blank", seenCell{})
		return
	}
	if code, mods, ok := withModifiers(text); ok {
		w.found("code-and-modifiers", seenCell{code: code, text: strings.Join(mods, " ")})
		return
	}
	near := w.c.Catalog.NearMisses(text, w.l.From)
	if len(near) == 0 {
		w.found("nothing", seenCell{})
		return
	}
	if code, err := claim.ParseCode(catalog.Digits(text)); err == nil && code == near[0] {
		w.found("letter-for-digit", seenCell{code: code, near: near})
		return
	}
	w.found("near-code", seenCell{near: near})
}

// readListed reads a code of the right shape that a complete list does not have.
func readListed(w *cellWalk) {
	if readCode(w.c.Catalog, w.l) != oneCode {
		return
	}
	list, missing := w.c.Catalog.Missing(w.l.Code, w.l.From)
	if !missing {
		return
	}
	reads := "missing"
	near := w.c.Catalog.NearMisses(w.l.Code.String(), w.l.From)
	if len(near) > 0 {
		reads = "missing-near-code"
	}
	w.found(reads, seenCell{text: list, near: near})
}

// readDraft reads a placeholder: with the code it stands for, or, before there was one, those of the
// time.
func readDraft(w *cellWalk, draft *catalog.Entry) {
	cell := seenCell{text: draft.Code.String()}
	if row, ok := pick(later(w.c.Catalog, draft.Code, w.l.From), fact{line: w.l}); ok && row.New != 0 {
		cell.code, cell.note = row.New, row.Text
		w.found("draft", cell)
		return
	}
	cell.rows = earlier(w.c.Catalog, draft.Code, w.l.From)
	w.found("early-draft", cell)
}

// doAsRead puts the code that the cell was read as.
func doAsRead(s *seenLine, fix *audit.Fix, made *audit.Line) bool {
	made.Code = s.cell.code
	fix.Edits = append(fix.Edits, audit.SetCode(s.l, s.cell.code))
	return true
}
