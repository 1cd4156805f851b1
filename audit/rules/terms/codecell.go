package terms

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Pieces cuts a cell at what stands between the codes of a range or list: dashes, commas, slashes,
// blanks, "to", "or".
func Pieces(text string) []string {
	var found []string
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("-–—,;/&+| \t\u00a0", r) }) {
		switch piece {
		case "TO", "OR", "AND", "THRU", "THROUGH", "UNTIL":
		default:
			found = append(found, piece)
		}
	}
	return found
}

// isRange tells whether the cell names several codes: 20600 - 20611, 62320/62321, G43.A - E.
func isRange(c *catalog.Catalog, text string) bool {
	parts := Pieces(text)
	if len(parts) < 2 {
		return false
	}
	head := parts[0]
	for _, part := range parts[1:] {
		switch {
		case codeLike(c, head) && (codeLike(c, part) || len(part) == 3 && IsDigits(part)):
		case IsDiagnosis(c, head) && (IsDiagnosis(c, part) || len(part) <= 3):
		default:
			return false
		}
	}
	return true
}

// codeLike tells whether the text is a procedure code by list or shape.
func codeLike(c *catalog.Catalog, text string) bool {
	code, err := claim.ParseCode(text)
	return err == nil && (c.Lookup(code) != nil || code.Shaped() && !IsDiagnosis(c, text))
}

// WithModifiers takes apart a code and the modifiers written behind it: 64483-RT-59.
func WithModifiers(text string) (code claim.Code, mods []string, ok bool) {
	parts := Pieces(text)
	if len(parts) < 2 {
		return 0, nil, false
	}
	code, err := claim.ParseCode(parts[0])
	if err != nil || !code.Shaped() {
		return 0, nil, false
	}
	for _, part := range parts[1:] {
		if m, err := claim.ParseModifier(part); err != nil || m == 0 {
			return 0, nil, false
		}
	}
	return code, parts[1:], true
}

// isReferral tells whether the cell says referral, or says nothing while the narrative does and
// money is charged for it.
func isReferral(l *audit.Line, text string) bool {
	if parts := Pieces(text); len(parts) > 0 {
		switch parts[0] {
		case "REF", "REFER", "REFERRAL", "REFERRALS", "REFERRED", "REFERAL":
			return true
		}
	}
	return !l.Code.Shaped() && l.Charge > 0 && speaksOfReferral(l.Narrative)
}

func speaksOfReferral(narrative string) bool {
	upper := strings.ToUpper(narrative)
	return strings.Contains(upper, "REFERRAL") || strings.Contains(upper, "REFERRED TO")
}

// IsDiagnosis tells whether the cell is an ICD-10-CM code: by its dot (U07.1 is one), by being
// listed as one and not as a procedure, or, undotted and unlisted, by its shape when no procedure
// code is one slip away (J330 is more likely a cut J3301 than nasal polyps).
func IsDiagnosis(c *catalog.Catalog, text string) bool {
	d, err := claim.ParseDiagnosis(text)
	if err != nil || listedProcedure(c, text) {
		return false
	}
	if dotted(text) {
		return true
	}
	if _, listed := c.Diagnosis(d); listed {
		return true
	}
	code, err := claim.ParseCode(text)
	return err == nil && !code.Shaped() && strictDiagnosis(text) && len(c.NearMisses(text, 0)) == 0
}

func listedProcedure(c *catalog.Catalog, text string) bool {
	code, err := claim.ParseCode(text)
	return err == nil && c.Lookup(code) != nil
}

// dotted is the shape of a diagnosis that no procedure code has: a letter, a digit, one more of
// either, then a dot with something behind it.
func dotted(text string) bool {
	return len(text) > 4 && text[3] == '.' && IsLetter(text[0]) && isDigit(text[1]) && (IsLetter(text[2]) || isDigit(text[2]))
}

// strictDiagnosis is the shape of an undotted ICD-10-CM code. The letters I and O stand only in
// first place there, so that J33O1 has not got it.
func strictDiagnosis(text string) bool {
	d, err := claim.ParseDiagnosis(text)
	return err == nil && d.Shaped() && !strings.ContainsAny(text[1:], "IO")
}

// IsLetter tells whether a byte is a capital letter.
func IsLetter(b byte) bool { return b >= 'A' && b <= 'Z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// IsDigits tells whether a text is digits alone.
func IsDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// reading is what a line's code cell holds. A cell has one reading, so that of the rules about it
// at most one speaks of a line.
type reading uint8

// The readings of a code cell.
const (
	OneCode       reading = iota // a listed code, or one of the right shape
	NoCode                       // blank, or nothing a code can look like
	SeveralCodes                 // a range or a list
	ReferralWord                 // "REFERRAL"
	DraftCode                    // 9590AX: a placeholder that was never valid
	DiagnosisCode                // an ICD-10-CM code
)

// ReadCode decides by what is listed before it decides by shape, procedures before diagnoses:
// M5481 has the shape of a HCPCS code and is a diagnosis, G0438 has both shapes and is a visit.
func ReadCode(c *catalog.Catalog, l *audit.Line) reading {
	switch {
	case l.Known != nil && !l.Known.Placeholder:
		return OneCode
	case l.Code.Shaped() && !l.Code.LevelII():
		return OneCode
	}
	text := CellText(l)
	switch {
	case DraftIn(c, text) != nil:
		return DraftCode
	case isReferral(l, text):
		return ReferralWord
	case isRange(c, text):
		return SeveralCodes
	case IsDiagnosis(c, text):
		return DiagnosisCode
	case l.Code.Shaped():
		return OneCode
	}
	return NoCode
}

// CellText is the code cell in upper case, less blanks and dashes around it.
func CellText(l *audit.Line) string {
	return strings.ToUpper(strings.Trim(l.Billed, " \t\u00a0-–—"))
}

// DraftIn is the placeholder the cell holds, or nil.
func DraftIn(c *catalog.Catalog, text string) *catalog.Entry {
	code, err := claim.ParseCode(text)
	if err != nil {
		return nil
	}
	if e := c.Lookup(code); e != nil && e.Placeholder {
		return e
	}
	return nil
}
