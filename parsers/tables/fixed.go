package tables

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// fixed is a layout in which a field is told by its place in the line.
type fixed struct {
	kind catalog.Kind
	line *regexp.Regexp // what every line of values looks like
	head *regexp.Regexp // lines above them; nil for none
	body func() *fixedBody
}

type fixedBody struct {
	row    func(line string, n int) (apart string, err error)
	finish func(o *catalog.Official) error
}

// fixedLayouts are told by their first lines.
var fixedLayouts = []fixed{
	{catalog.FeeSchedule, regexp.MustCompile(`^[0-9A-Z]{5}[0-9A-Z ]{2}.{50}[A-Z] `), regexp.MustCompile(`^HDR`), fixedFees},
	{catalog.CodeList, regexp.MustCompile(`^(?:[A-Z][0-9]{4}|   [0-9A-Z]{2})\d{5}[3478].{282,}`), nil, fixedCodes},
	{catalog.DiagnosisList, regexp.MustCompile(`^\d{5} [A-Z][0-9][0-9A-Z]{1,5} {1,5}[01] `), nil, orderedDiagnoses},
}

// fixedLayout is the layout most whole lines of the head have, so that a damaged line is a line
// rejected and not a file unknown; nil for a file of columns.
func fixedLayout(head []byte) *fixed {
	lines := bytes.Split(head, []byte("\n"))
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut
	}
	for i := range fixedLayouts {
		l := &fixedLayouts[i]
		matched, others := 0, 0
		for _, line := range lines {
			text := plain(bytes.TrimRight(line, "\r\x1a"))
			switch {
			case l.line.MatchString(text):
				matched++
			case text != "" && (l.head == nil || !l.head.MatchString(text)):
				others++
			}
		}
		if matched > others {
			return l
		}
	}
	return nil
}

// plain is a line with a DEL for every character that is not ASCII: fields are ASCII and
// told by their place, and only descriptions have others. CMS writes a byte a character; a file
// saved again may be UTF-8.
func plain(line []byte) string {
	if utf8.Valid(line) {
		return strings.Map(func(r rune) rune { return min(r, '\x7f') }, string(line))
	}
	text := bytes.Clone(line)
	for i, c := range text {
		text[i] = min(c, '\x7f')
	}
	return string(text)
}

// longest is the longest line read.
const longest = 1 << 20

func (l *fixed) read(name string, in io.Reader) (*File, error) {
	f := &File{Path: name, Apart: map[string]int{}, Official: &catalog.Official{Kind: l.kind}}
	b := l.body()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longest)
	for n := 1; lines.Scan(); n++ {
		line := plain(bytes.TrimRight(lines.Bytes(), "\r\x1a"))
		if strings.TrimSpace(line) == "" || l.head != nil && l.head.MatchString(line) {
			continue
		}
		f.Rows++
		apart, err := b.row(line, n)
		switch {
		case err != nil:
			f.Rejects = append(f.Rejects, Reject{n, n, err.Error()})
		case apart != "":
			f.Apart[apart]++
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := f.place(""); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, b.finish(f.Official)
}

// part is what stands from the first to the last place, counted from 1; less where the line ends
// before.
func part(line string, first, last int) string {
	if len(line) < first {
		return ""
	}
	return strings.TrimSpace(line[first-1 : min(last, len(line))])
}

var (
	errTwice  = errors.New("the code has a row already")
	errUnits  = errors.New("the limit is not a whole number")
	errGlobal = errors.New("the global period is none of 000 010 090 XXX YYY ZZZ MMM")
	errShort  = errors.New("the line is too short")
	errOrder  = errors.New("the order number cannot be read")
)

// fixedFees is the fee schedule in lines: the places CMS gives for 2025 and 2026.
func fixedFees() *fixedBody {
	f := &fees{rows: map[claim.Code]feeRow{}}
	return &fixedBody{finish: f.finish, row: func(line string, _ int) (string, error) {
		return f.add([...]string{
			part(line, 1, 5), part(line, 6, 7), part(line, 58, 58), part(line, 104, 106),
			part(line, 103, 103), part(line, 116, 116), part(line, 117, 117), part(line, 118, 118), part(line, 73, 74),
		})
	}}
}

// fixedCodes is a HCPCS list in lines.
func fixedCodes() *fixedBody {
	l := &codes{values: map[claim.Code]catalog.Listed{}}
	return &fixedBody{finish: l.finish, row: func(line string, _ int) (string, error) {
		if len(line) < 292 {
			return "", errShort
		}
		return l.add(part(line, 1, 5), part(line, 11, 11), part(line, 269, 276), part(line, 285, 292), part(line, 205, 209))
	}}
}

// orderedDiagnoses is the ICD-10-CM order file: all codes and categories of a fiscal year, numbered.
func orderedDiagnoses() *fixedBody {
	values, next, whole := map[claim.Diagnosis]bool{}, 1, true
	return &fixedBody{
		row: func(line string, _ int) (string, error) {
			n := number(part(line, 1, 5))
			if n == 0 {
				return "", errOrder
			}
			whole = whole && n == next
			next = n + 1
			d, err := claim.ParseDiagnosis(part(line, 7, 13))
			if err != nil {
				return "", errCode
			}
			values[d] = part(line, 15, 15) == "1"
			return "", nil
		},
		finish: func(o *catalog.Official) error {
			o.Diagnoses, o.Complete = values, whole && len(values) >= wholeDiagnoses
			return nil
		},
	}
}

// wholeDiagnoses is fewer than the codes and categories of any year.
const wholeDiagnoses = 50_000
