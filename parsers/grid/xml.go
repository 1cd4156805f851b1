package grid

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tags reads the tags of a part of a workbook one by one. It knows as much XML as the parts use, and
// fails on what is not well-formed: nothing is accepted in silence.
type tags struct {
	r     io.Reader
	buf   []byte
	at    int // what lies before is done with
	end   bool
	stack []string
}

// tag is one tag and the text before it. Its slices are good until the next tag is read.
type tag struct {
	text  []byte // character data since the tag before, with entities
	name  string // without its namespace prefix
	attrs []byte
	open  bool // <name> or <name/>
	close bool // </name> or <name/>
}

func newTags(r io.Reader) *tags { return &tags{r: r} }

const (
	window = 256 << 10
	maxTag = 16 << 20
)

var errMalformed = errors.New("the XML is malformed or cut short")

// next is the next tag; io.EOF behind the last, when all that was opened is closed.
func (t *tags) next() (tag, error) {
	var g tag
	for {
		lt, err := t.find(t.at, '<')
		if err != nil {
			return t.atEnd(err)
		}
		if special, err := t.special(&lt, &g); err != nil {
			return g, err
		} else if special {
			continue
		}
		before := lt - t.at
		gt, err := t.closing(lt + 1)
		if err != nil {
			return g, errMalformed
		}
		lt = t.at + before // filling may have moved the window
		if g.text == nil {
			g.text = t.buf[t.at:lt]
		} else {
			g.text = append(g.text, t.buf[t.at:lt]...)
		}
		t.at = gt + 1
		return g, t.read(&g, t.buf[lt+1:gt])
	}
}

func (t *tags) atEnd(err error) (tag, error) {
	if !errors.Is(err, io.EOF) {
		return tag{}, err
	}
	if len(t.stack) > 0 || len(bytes.TrimSpace(t.buf[t.at:])) > 0 {
		return tag{}, errMalformed
	}
	return tag{}, io.EOF
}

// special passes over declarations and comments, and takes the text of CDATA. Reading on may move
// the window, and lt with it.
func (t *tags) special(lt *int, g *tag) (bool, error) {
	if err := t.need(lt, 9); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	rest := t.buf[*lt:]
	var end string
	switch {
	case bytes.HasPrefix(rest, []byte("<?")):
		end = "?>"
	case bytes.HasPrefix(rest, []byte("<!--")):
		end = "-->"
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		end = "]]>"
	case bytes.HasPrefix(rest, []byte("<!")):
		return false, errors.New("the XML has a document type, which no workbook has")
	default:
		return false, nil
	}
	for {
		if i := bytes.Index(t.buf[*lt:], []byte(end)); i >= 0 {
			g.text = append(bytes.Clone(g.text), t.buf[t.at:*lt]...)
			if end == "]]>" {
				g.text = append(g.text, escape(t.buf[*lt+9:*lt+i])...)
			}
			t.at = *lt + i + len(end)
			return true, nil
		}
		if err := t.need(lt, len(t.buf)-*lt+1); err != nil {
			return false, errMalformed
		}
	}
}

// escape turns the text of CDATA into the form all other text has.
func escape(text []byte) []byte { return bytes.ReplaceAll(text, []byte("&"), []byte("&amp;")) }

// find is where b next stands, from i on.
func (t *tags) find(i int, b byte) (int, error) {
	for {
		if k := bytes.IndexByte(t.buf[i:], b); k >= 0 {
			return i + k, nil
		}
		size := len(t.buf) - t.at
		if err := t.fill(); err != nil {
			return 0, err
		}
		i = t.at + size
	}
}

// closing is the > that ends the tag whose name begins at i; one inside quotes does not.
func (t *tags) closing(i int) (int, error) {
	for {
		gt, err := t.find(i, '>')
		if err != nil {
			return 0, err
		}
		inside := t.buf[t.at+max(bytes.IndexByte(t.buf[t.at:gt], '<'), 0) : gt]
		if bytes.Count(inside, []byte{'"'})%2 == 0 {
			return gt, nil
		}
		i = gt + 1
	}
}

// need makes n bytes from *i on available, moving *i with the window.
func (t *tags) need(i *int, n int) error {
	for len(t.buf)-*i < n {
		offset := *i - t.at
		if err := t.fill(); err != nil {
			return err
		}
		*i = t.at + offset
	}
	return nil
}

// fill drops what is done with and reads more.
func (t *tags) fill() error {
	if t.end {
		return io.EOF
	}
	if len(t.buf)-t.at > maxTag {
		return errors.New("a cell of over 16 MiB")
	}
	kept := make([]byte, len(t.buf)-t.at, len(t.buf)-t.at+window)
	copy(kept, t.buf[t.at:])
	t.at = 0
	n, err := io.ReadFull(t.r, kept[len(kept):cap(kept)])
	t.buf = kept[:len(kept)+n]
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		t.end = true
		if n == 0 {
			return io.EOF
		}
	case err != nil:
		return err
	}
	return nil
}

// read takes a tag apart and keeps count of what is open.
func (t *tags) read(g *tag, inside []byte) error {
	switch {
	case len(inside) == 0:
		return errMalformed
	case inside[0] == '/':
		g.close = true
		g.name = local(bytes.TrimRight(inside[1:], " \t\r\n"))
		n := len(t.stack)
		if n == 0 || t.stack[n-1] != g.name {
			return errMalformed
		}
		t.stack = t.stack[:n-1]
		return nil
	case inside[len(inside)-1] == '/':
		g.close = true
		inside = inside[:len(inside)-1]
	}
	g.open = true
	i := bytes.IndexAny(inside, " \t\r\n")
	if i < 0 {
		i = len(inside)
	}
	g.name, g.attrs = local(inside[:i]), inside[i:]
	if !g.close {
		t.stack = append(t.stack, g.name)
	}
	return nil
}

// local is a tag's name without its prefix; common names are not copied.
func local(name []byte) string {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch string(name) {
	case "c":
		return "c"
	case "v":
		return "v"
	case "row":
		return "row"
	case "t":
		return "t"
	case "is":
		return "is"
	case "si":
		return "si"
	case "f":
		return "f"
	case "r":
		return "r"
	}
	return string(name)
}

// attr is the value of the tag's attribute, with or without a prefix.
func (g *tag) attr(name string) (string, bool) {
	rest := g.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 || eq+1 >= len(rest) {
			return "", false
		}
		key := bytes.TrimSpace(rest[:eq])
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 {
			return "", false
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return "", false
		}
		if string(key) == name || bytes.HasSuffix(key, []byte(":"+name)) {
			return unescape(string(rest[1 : end+1])), true
		}
		rest = rest[end+2:]
	}
}

// unescape reads the entities of XML and the _x000D_ form of spreadsheets.
func unescape(s string) string {
	if strings.Contains(s, "&") {
		s = entities(s)
	}
	if strings.Contains(s, "_x") {
		s = controls(s)
	}
	return s
}

func entities(s string) string {
	var b strings.Builder
	for {
		amp := strings.IndexByte(s, '&')
		if amp < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:amp])
		s = s[amp:]
		semi := strings.IndexByte(s, ';')
		r, ok := entity(s[1:max(semi, 1)])
		if semi < 0 || !ok {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteRune(r)
		s = s[semi+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	number, base := strings.TrimPrefix(name, "#"), 10
	if hex := strings.TrimPrefix(number, "x"); hex != number {
		number, base = hex, 16
	}
	n, err := strconv.ParseInt(number, base, 32)
	return rune(n), err == nil && name[:1] == "#" && utf8.ValidRune(rune(n))
}

// controls reads _x000D_ and its like, by which spreadsheets write control characters.
func controls(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 32)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		fmt.Fprintf(&b, "%s%c", s[:i], rune(n))
		s = s[i+7:]
	}
}
