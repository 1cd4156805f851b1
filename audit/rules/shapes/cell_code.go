package shapes

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// readCodeCell reads a code cell that holds no code, as what it holds instead.
func readCodeCell(w *cellWalk) {
	l, cat := w.L, w.C.Catalog
	switch terms.ReadCode(cat, l) {
	case terms.NoCode:
		readNoCode(w)
	case terms.SeveralCodes:
		reads := "codes"
		if terms.IsDiagnosis(cat, terms.Pieces(terms.CellText(l))[0]) {
			reads = "diagnoses"
		}
		w.found(reads, seenCell{})
	case terms.ReferralWord:
		reads := "referral"
		if l.Billed == "" {
			reads = "blank-referral"
		}
		w.found(reads, seenCell{})
	case terms.DraftCode:
		readDraft(w, terms.DraftIn(cat, terms.CellText(l)))
	case terms.DiagnosisCode:
		d, _ := claim.ParseDiagnosis(terms.CellText(l))
		known, _ := cat.DiagnosisOn(d, l.From)
		w.found("diagnosis", seenCell{dx: d, label: known.Label})
	}
}

// readNoCode reads a cell as blank, as a code with modifiers behind it, or as a slip of the pen. Only
// a letter typed for a digit it looks like leaves no doubt about what was meant.
func readNoCode(w *cellWalk) {
	text := terms.CellText(w.L)
	if text == "" {
		w.found("blank", seenCell{})
		return
	}
	if strange := strangeLetters(text); strange != "" {
		w.found("look-alike", seenCell{text: strange})
		return
	}
	if code, mods, ok := terms.WithModifiers(text); ok {
		w.found("code-and-modifiers", seenCell{code: code, text: strings.Join(mods, " ")})
		return
	}
	if !w.asks("nothing", "letter-for-digit", "near-code") {
		return
	}
	near := w.C.Catalog.NearMisses(text, w.L.From)
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

// codeWidth is how many characters a code has.
const codeWidth = 5

// strangeLetters are the letters and digits of other scripts in a text as long as a code: it looks like one,
// so that they have to be named.
func strangeLetters(text string) string {
	var names []string
	for _, r := range text {
		if r >= utf8.RuneSelf {
			names = append(names, fmt.Sprintf("%U", r))
		}
	}
	if utf8.RuneCountInString(text) != codeWidth {
		return ""
	}
	return strings.Join(names, " ")
}

// readListed reads a code of the right shape that a complete list does not have.
func readListed(w *cellWalk) {
	if terms.ReadCode(w.C.Catalog, w.L) != terms.OneCode {
		return
	}
	list, missing := w.C.Catalog.Missing(w.L.Code, w.L.From)
	if !missing {
		return
	}
	reads := "missing"
	near := w.C.Catalog.NearMisses(w.L.Code.String(), w.L.From)
	if len(near) > 0 {
		reads = "missing-near-code"
	}
	w.found(reads, seenCell{text: list, near: near})
}

// readDraft reads a placeholder: with the code it stands for, or, before there was one, those of the
// time.
func readDraft(w *cellWalk, draft *catalog.Entry) {
	cell := seenCell{text: draft.Code.String()}
	if row, ok := terms.Pick(terms.Later(w.C.Catalog, draft.Code, w.L), terms.Fact{Line: w.L}); ok && row.New != 0 {
		cell.code, cell.note = row.New, row.Text
		w.found("draft", cell)
		return
	}
	cell.rows = terms.Earlier(w.C.Catalog, draft.Code, w.L)
	w.found("early-draft", cell)
}

// doAsRead puts the code that the cell was read as.
func doAsRead(s *SeenLine, fix *audit.Fix, made *audit.Line) bool {
	made.Code = s.cell.code
	fix.Edits = append(fix.Edits, audit.SetCode(s.L, s.cell.code))
	return true
}
