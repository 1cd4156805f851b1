package audit

import "strings"

// A finding on a line whose service went to another payer too says that the copy needs the same
// correction. The payer is named as in the export; in a copy without patients it may be anybody.

const (
	copyFor  = "; the copy for "
	needsToo = " needs the same correction"
)

// tellCopy is a fix's text with what is to be done about the copy for a payer, which is said once.
func tellCopy(text, payer string) string {
	if payer == "" {
		payer = "another payer"
	}
	if more := copyFor + payer + needsToo; !strings.Contains(text, more) {
		return text + more
	}
	return text
}

// TellCopies says of the copies of the finding's line, and of the lines that its fix edits, that they need
// the same correction.
func (f *Finding) TellCopies() {
	for _, l := range append([]*Line{f.Line}, edited(f.Fix.Edits)...) {
		for _, c := range l.Copies {
			f.Fix.Text = tellCopy(f.Fix.Text, c.PayerName)
		}
	}
}

func edited(edits []Edit) (lines []*Line) {
	for i := range edits {
		lines = append(lines, edits[i].Line)
	}
	return lines
}

// UnnamedCopies is a fix's text without the names of payers that copies are for.
func UnnamedCopies(text string) string {
	parts := strings.Split(text, copyFor)
	text = parts[0]
	for _, part := range parts[1:] {
		if _, rest, ok := strings.Cut(part, needsToo); ok {
			text = tellCopy(text, "") + rest
		} else {
			text += copyFor + part
		}
	}
	return text
}
