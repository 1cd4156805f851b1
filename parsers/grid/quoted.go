package grid

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// fewestQuoted is how many lines it takes to tell that quotes stand around lines, and not around cells.
const fewestQuoted = 2

// quotedLines tells whether every line of the sample stands in one pair of quotes with delimiters in it,
// quotes within being doubled: a program took lines of cells for cells. The header may stand without.
func quotedLines(sample []byte) bool {
	whole := bytes.LastIndexByte(sample, '\n')
	if len(sample) < sniffSize {
		whole = len(sample)
	}
	lines, parted, bare := 0, 0, false
	for line := range strings.SplitSeq(string(sample[:max(whole, 0)]), "\n") {
		if line = strings.TrimSuffix(line, "\r"); line == "" {
			continue
		}
		inner, ok := unquoted(line)
		if !ok && lines == 0 && !bare && strings.ContainsAny(line, ",;\t|") {
			bare = true
			continue
		}
		if !ok {
			return false
		}
		if lines++; strings.ContainsAny(inner, ",;\t|") {
			parted++
		}
	}
	return lines >= fewestQuoted && parted == lines
}

// unquoted is a line without the one pair of quotes around it.
func unquoted(line string) (inner string, ok bool) {
	if len(line) < 2 || line[0] != '"' || line[len(line)-1] != '"' {
		return "", false
	}
	inner = line[1 : len(line)-1]
	single := strings.ReplaceAll(inner, `""`, "")
	return strings.ReplaceAll(inner, `""`, `"`), !strings.Contains(single, `"`)
}

// unquoting takes the quotes from around the lines of a text. A line that is not in quotes stays as it is.
type unquoting struct {
	r    *bufio.Reader
	left []byte
	err  error
}

func (u *unquoting) Read(p []byte) (int, error) {
	for len(u.left) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.next()
	}
	n := copy(p, u.left)
	u.left = u.left[n:]
	return n, nil
}

// next reads a line; one that is longer than the buffer comes in pieces, as it is.
func (u *unquoting) next() {
	line, err := u.r.ReadSlice('\n')
	if u.left = line; errors.Is(err, bufio.ErrBufferFull) {
		return
	}
	u.err = err
	text := string(line)
	bare := strings.TrimRight(text, "\r\n")
	if inner, ok := unquoted(bare); ok {
		u.left = []byte(inner + text[len(bare):])
	}
}

// unwrap reads on behind the quotes around lines, where there are such, and is the sample without them.
func (t *text) unwrap(sample []byte) ([]byte, error) {
	if !quotedLines(sample) {
		return sample, nil
	}
	t.in = bufio.NewReaderSize(&unquoting{r: t.in}, sniffSize)
	t.file.Notes.Add("every line stood in one pair of quotes, which was taken away", 0)
	sample, err := t.in.Peek(sniffSize)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return sample, err
}
