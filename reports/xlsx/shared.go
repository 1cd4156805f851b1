package xlsx

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// sharedTexts are texts that recur in the rows of tables. They stand once, in the list of texts that a workbook has, and cells
// name them by their number there.
type sharedTexts struct {
	list []string
	cell map[string]string // the rest of a cell with the text
}

const (
	leastShared = 12  // bytes: the number of a shorter text takes as much
	oneIn       = 64  // so many rows one is looked at for texts that recur
	mostLooked  = 256 // rows of a table
)

// share finds the texts that a few rows of a table have twice, which are bounded and known before the first row is written; what
// recurs without being met stays in its cells. They are numbered behind those that the list has.
func share(tables []Rows, first int) *sharedTexts {
	s := &sharedTexts{cell: map[string]string{}}
	for i := range tables {
		t := &tables[i]
		r := newRow(t.Columns)
		met := map[string]int{}
		r.met = func(text string) {
			text = strings.Clone(text) // it may last only while the row is made
			if met[text]++; met[text] == 2 && s.cell[text] == "" {
				s.cell[text] = ` t="s"><v>` + strconv.Itoa(first+len(s.list)) + `</v></c>`
				s.list = append(s.list, text)
			}
		}
		for k, n := 0, min(mostLooked, t.Count/oneIn); k < n; k++ {
			r.begin(0)
			t.Fill(k*t.Count/n, r)
			r.buf = r.buf[:0]
		}
	}
	return s
}

const textsPart = "xl/sharedStrings.xml"

var (
	textCount = regexp.MustCompile(` count="[0-9]+" uniqueCount="([0-9]+)"`)
	textsEnd  = []byte("</sst>")
)

// textsIn is how many texts the list of a workbook has.
func textsIn(list []byte) (n int) {
	if found := textCount.FindSubmatch(list); found != nil {
		n, _ = strconv.Atoi(string(found[1])) // digits
	}
	return n
}

// into adds the texts to the list of a workbook.
func (s *sharedTexts) into(list []byte) []byte {
	all := ` uniqueCount="` + strconv.Itoa(textsIn(list)+len(s.list)) + `"`
	list = bytes.TrimSuffix(textCount.ReplaceAll(list, []byte(all)), textsEnd)
	for _, text := range s.list {
		list = append(list, `<si><t xml:space="preserve">`...)
		list = appendText(list, Fit(text))
		list = append(list, `</t></si>`...)
	}
	return append(list, textsEnd...)
}
