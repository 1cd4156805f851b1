package grid

import "strings"

// wordyDigits is how many digits in a row make a number that stands among data: procedure codes have so
// many, and the headers of columns fewer (Dx12, ICD-10, CPT4).
const wordyDigits = 4

// Wordy tells whether a record of the block may be one of words alone, as headers are. It looks at few of
// the bytes, and is at times true where no record is: a line of a cell in quotes counts too.
func (b *Block) Wordy() bool { return b.wordy != nil && b.wordy() }

func (b *textBlock) wordy() bool {
	for line := range strings.Lines(b.text) {
		if Wordy(line) && strings.Count(line, string(b.comma)) > 1 {
			return true
		}
	}
	return false
}

func (b *sheetBlock) wordy() bool {
	first := 0
rows:
	for _, row := range b.rows {
		cells := b.cells[first:row.end]
		first = row.end
		for _, c := range cells {
			if c.kind == Number && c.size >= wordyDigits || !Wordy(b.value(c)) {
				continue rows
			}
		}
		if len(cells) > 2 {
			return true
		}
	}
	return false
}

// Wordy tells whether a text has no number of four digits or more.
func Wordy(text string) bool {
	digits := 0
	for i := range len(text) {
		if b := text[i]; b < '0' || b > '9' {
			digits = 0
		} else if digits++; digits == wordyDigits {
			return false
		}
	}
	return true
}
