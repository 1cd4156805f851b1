package grid

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// xmlReader reads a part of a workbook piece by piece. It knows as much XML as the parts use and
// fails on all that is not well-formed: a part that is cut short or damaged never looks complete.
type xmlReader struct {
	r   io.Reader
	buf []byte
	at  int // what lies before is done with
	err error

	name  []byte // of the element opened, without its namespace prefix
	attrs []attr
	text  []byte // of content, as written
	plain bool   // the text is CDATA, without entities

	base  int64  // bytes of the part before the buffer
	start int64  // where the last tag begins in the part
	any   bool   // whatever encoding the part names: it was read as UTF-8 before
	wide  bool   // the part is UTF-16, read as UTF-8
	empty bool   // the element is closed where it was opened
	open  []byte // full names of the open elements, one behind the other
	marks []int  // where each of them begins
	root  bool   // the outermost element was met
}

// attr is an attribute as written. It lies in the reader's buffer, like all that a reader hands
// out, until next is called again.
type attr struct{ key, value []byte }

// event is what next found.
type event uint8

const (
	atEnd event = iota
	opened
	closed
	content
)

const (
	xmlWindow = 256 << 10
	maxToken  = 16 << 20 // a tag or a text is shorter: a cell holds 32,767 characters
	maxDepth  = 64
)

var (
	errXML      = errors.New("the XML is malformed or cut short")
	errEncoding = errors.New("the XML is not UTF-8 or UTF-16, or is not in the one it names")
	errToken    = errors.New("the XML has a tag or a text of over 16 MiB")
	errDepth    = errors.New("the XML has elements inside each other more than 64 deep")
	errShort    = errors.New("the buffer ends in a tag") // never leaves this file
)

// newXML reads r through a buffer that begins with window bytes and grows where a token needs it.
func newXML(r io.Reader, window int) *xmlReader {
	return &xmlReader{r: r, buf: make([]byte, 0, window+1)}
}

// next goes on to the next tag or text.
func (x *xmlReader) next() (event, error) {
	if x.empty {
		x.empty = false
		return closed, nil
	}
	for {
		n := bytes.IndexByte(x.buf[x.at:], '<')
		if n < 0 {
			var err error
			if n, err = x.find(0, "<"); errors.Is(err, io.EOF) {
				return atEnd, x.complete()
			} else if err != nil {
				return atEnd, err
			}
		}
		if n > 0 {
			x.text, x.plain = x.buf[x.at:x.at+n], false
			x.at += n
			if len(x.marks) > 0 {
				return content, nil
			}
			if !blank(bytes.TrimPrefix(x.text, utf8BOM)) {
				return atEnd, errXML
			}
			continue
		}
		if e, err := x.markup(); e != atEnd || err != nil {
			return e, err
		}
	}
}

// complete tells whether all that was opened is closed where the part ends.
func (x *xmlReader) complete() error {
	if len(x.marks) > 0 || !x.root || !blank(x.buf[x.at:]) {
		return errXML
	}
	return nil
}

func blank(text []byte) bool {
	for _, b := range text {
		if !isSpace(b) {
			return false
		}
	}
	return true
}

// markup reads what begins with <; atEnd stands for what says nothing, such as a comment.
func (x *xmlReader) markup() (event, error) {
	if err := x.need(2); err != nil {
		return atEnd, err
	}
	x.start = x.base + int64(x.at)
	switch x.buf[x.at+1] {
	case '/':
		return x.closing()
	case '?':
		return x.instruction()
	case '!':
		return x.special()
	}
	for {
		n, err := x.opening(x.buf[x.at:])
		if err == nil {
			x.at += n
			return opened, x.push()
		}
		if !errors.Is(err, errShort) {
			return atEnd, err
		}
		if err := x.more(); err != nil {
			return atEnd, notEOF(err)
		}
	}
}

// opening takes an opening tag apart and says how long it is.
func (x *xmlReader) opening(b []byte) (int, error) {
	i := 1
	for i < len(b) && !endsName(b[i]) {
		i++
	}
	if i == 1 && i < len(b) {
		return 0, errXML
	}
	x.name, x.attrs = b[1:i], x.attrs[:0]
	for {
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		switch {
		case i+1 >= len(b) && (i == len(b) || b[i] != '>'):
			return 0, errShort
		case b[i] == '>':
			return i + 1, nil
		case b[i] == '/' && b[i+1] == '>':
			x.empty = true
			return i + 2, nil
		}
		n, err := x.attribute(b[i:])
		if err != nil {
			return 0, err
		}
		i += n
	}
}

// attribute takes the attribute that b begins with.
func (x *xmlReader) attribute(b []byte) (int, error) {
	i := 0
	for i < len(b) && !endsName(b[i]) && b[i] != '=' {
		i++
	}
	key, signs := b[:i], 0
	for i < len(b) && (isSpace(b[i]) || b[i] == '=') {
		if b[i] == '=' {
			signs++
		}
		i++
	}
	if i == len(b) {
		return 0, errShort
	}
	if len(key) == 0 || signs != 1 || b[i] != '"' && b[i] != '\'' {
		return 0, errXML
	}
	end := bytes.IndexByte(b[i+1:], b[i])
	if end < 0 {
		return 0, errShort
	}
	x.attrs = append(x.attrs, attr{key, b[i+1 : i+1+end]})
	return i + end + 2, nil
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

func endsName(b byte) bool {
	return isSpace(b) || b == '>' || b == '/' || b == '<' || b == '"' || b == '\''
}

// push notes that the element is open, unless it is closed at once.
func (x *xmlReader) push() error {
	switch {
	case len(x.marks) == 0 && x.root:
		return errXML
	case len(x.marks) == maxDepth:
		return errDepth
	}
	x.root = true
	if !x.empty {
		x.marks = append(x.marks, len(x.open))
		x.open = append(x.open, x.name...)
	}
	x.name = local(x.name)
	return nil
}

// closing reads a closing tag, which must be that of the innermost open element.
func (x *xmlReader) closing() (event, error) {
	last := len(x.marks) - 1
	if last < 0 {
		return atEnd, errXML
	}
	name := x.open[x.marks[last]:]
	n := 2 + len(name)
	if err := x.need(n + 1); err != nil {
		return atEnd, err
	}
	if !bytes.Equal(x.buf[x.at+2:x.at+n], name) {
		return atEnd, errXML
	}
	for isSpace(x.buf[x.at+n]) {
		n++
		if err := x.need(n + 1); err != nil {
			return atEnd, err
		}
	}
	if x.buf[x.at+n] != '>' {
		return atEnd, errXML
	}
	x.at += n + 1
	x.open, x.marks = x.open[:x.marks[last]], x.marks[:last]
	return closed, nil
}

// local is a name without its prefix.
func local(name []byte) []byte {
	for i, b := range name {
		if b == ':' {
			return name[i+1:]
		}
	}
	return name
}

// instruction passes over <?...?>; the first names the encoding.
func (x *xmlReader) instruction() (event, error) {
	n, err := x.find(2, "?>")
	if err != nil {
		return atEnd, notEOF(err)
	}
	said := strings.ToLower(string(x.buf[x.at+2 : x.at+n]))
	x.at += n + 2
	if _, name, ok := strings.Cut(said, "encoding="); ok && strings.HasPrefix(said, "xml ") && !x.any {
		name = strings.TrimLeft(name, `"'`)
		if x.wide != strings.HasPrefix(name, "utf-16") || !x.wide && !strings.HasPrefix(name, "utf-8") && !strings.HasPrefix(name, "us-ascii") {
			return atEnd, errEncoding
		}
	}
	return atEnd, nil
}

// special reads CDATA and passes over comments.
func (x *xmlReader) special() (event, error) {
	const cdata = "<![CDATA["
	if err := x.need(len(cdata)); err != nil {
		return atEnd, err
	}
	switch b := x.buf[x.at:]; {
	case bytes.HasPrefix(b, []byte(cdata)) && len(x.marks) > 0:
		n, err := x.find(len(cdata), "]]>")
		if err != nil {
			return atEnd, notEOF(err)
		}
		x.text, x.plain = x.buf[x.at+len(cdata):x.at+n], true
		x.at += n + 3
		return content, nil
	case bytes.HasPrefix(b, []byte("<!--")):
		n, err := x.find(4, "-->")
		if err != nil {
			return atEnd, notEOF(err)
		}
		x.at += n + 3
		return atEnd, nil
	}
	return atEnd, errors.New("the XML has a document type, which no workbook has, or is malformed")
}

// find is how far from here mark next stands, looked for behind the first i bytes.
func (x *xmlReader) find(i int, mark string) (int, error) {
	for {
		b := x.buf[x.at:]
		if i <= len(b) {
			if k := bytes.Index(b[i:], []byte(mark)); k >= 0 {
				return i + k, nil
			}
			i = max(i, len(b)-len(mark)+1)
		}
		if err := x.more(); err != nil {
			return 0, err
		}
	}
}

// need makes n bytes from here on available.
func (x *xmlReader) need(n int) error {
	for len(x.buf)-x.at < n {
		if err := x.more(); err != nil {
			return notEOF(err)
		}
	}
	return nil
}

// more reads more into the buffer, and drops what is done with.
func (x *xmlReader) more() error {
	if x.err != nil {
		return x.err
	}
	x.base += int64(x.at)
	x.buf = x.buf[:copy(x.buf, x.buf[x.at:])]
	x.at = 0
	if len(x.buf) == cap(x.buf) {
		if len(x.buf) >= maxToken {
			return errToken
		}
		x.buf = append(make([]byte, 0, 2*cap(x.buf)), x.buf...)
	}
	n, err := x.r.Read(x.buf[len(x.buf):cap(x.buf)])
	x.buf, x.err = x.buf[:len(x.buf)+n], err
	if n > 0 {
		return nil
	}
	return err
}

// notEOF is the fault where a part ends inside a tag.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return errXML
	}
	return err
}

// skip passes over the element just opened and all that is in it.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		e, err := x.next()
		switch {
		case err != nil:
			return err
		case e == opened:
			depth++
		case e == closed:
			depth--
		}
	}
	return nil
}

// attr is the value of an attribute as written; nil when it is not there.
func (x *xmlReader) attr(name string) []byte {
	for i := range x.attrs {
		if string(x.attrs[i].key) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

// attrText is the value of an attribute, of whatever prefix, as text.
func (x *xmlReader) attrText(name string) (string, error) {
	for _, a := range x.attrs {
		if string(local(a.key)) == name {
			text, err := entities(nil, a.value)
			return string(text), err
		}
	}
	return "", nil
}

// own is the value of an attribute, of whatever prefix, as written; nil when it is not there.
func (x *xmlReader) own(name string) []byte {
	for _, a := range x.attrs {
		if string(local(a.key)) == name {
			return a.value
		}
	}
	return nil
}

// isSet reads an attribute that is true or false.
func (x *xmlReader) isSet(name string) bool {
	v := string(x.attr(name))
	return v == "1" || v == "true"
}

// words appends the text of the element just opened, which holds nothing else.
func (x *xmlReader) words(to []byte) ([]byte, error) {
	for {
		e, err := x.next()
		switch {
		case err != nil || e == closed:
			return to, err
		case e == opened:
			return to, errXML
		case x.plain:
			to = append(to, x.text...)
		default:
			if to, err = entities(to, x.text); err != nil {
				return to, err
			}
		}
	}
}

// rich appends the text of a string with runs; phonetic readings are not part of it.
func (x *xmlReader) rich(to []byte) ([]byte, error) {
	for {
		e, err := x.next()
		if err != nil || e == closed {
			return to, err
		}
		if e == content {
			if !blank(x.text) {
				return to, errXML
			}
			continue
		}
		switch string(x.name) {
		case "t":
			to, err = x.words(to)
		case "r":
			to, err = x.rich(to)
		case "rPr", "rPh", "phoneticPr", "extLst":
			err = x.skip()
		default:
			err = fmt.Errorf("a text holds an element that is not known: %.40q", x.name)
		}
		if err != nil {
			return to, err
		}
	}
}

// entities appends text with its entities read; one that XML does not know is a fault.
func entities(to, text []byte) ([]byte, error) {
	for {
		i := slices.IndexFunc(text, func(b byte) bool { return b == '&' || b == '\r' })
		if i < 0 {
			return append(to, text...), nil
		}
		to = append(to, text[:i]...)
		if text[i] == '\r' { // a line end is LF to XML
			text = text[i+1:]
			if len(text) == 0 || text[0] != '\n' {
				to = append(to, '\n')
			}
			continue
		}
		text = text[i+1:]
		end := bytes.IndexByte(text, ';')
		if end < 0 {
			return to, errXML
		}
		r, ok := entity(string(text[:end]))
		if !ok {
			return to, errXML
		}
		to = utf8.AppendRune(to, r)
		text = text[end+1:]
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
	if number == name {
		return 0, false
	}
	if hex := strings.TrimPrefix(number, "x"); hex != number {
		number, base = hex, 16
	}
	n, err := strconv.ParseUint(number, base, 31)
	return rune(n), err == nil && utf8.ValidRune(rune(n))
}

// controls reads _x000D_ and its like in place, by which spreadsheets write control characters;
// an underscore that could be taken for one is written _x005F_.
func controls(text []byte) []byte {
	to := text[:0]
	for {
		i := bytes.Index(text, []byte("_x"))
		if i < 0 {
			return append(to, text...)
		}
		to = append(to, text[:i]...)
		text = text[i:]
		r, size := control(text)
		if size == 0 {
			r, size = '_', 1
		}
		to = utf8.AppendRune(to, r)
		text = text[size:]
	}
}

// control is the character that text begins with in the form _xHHHH_, or a pair of them.
func control(text []byte) (r rune, size int) {
	r, ok := escaped(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 7
	}
	low, ok := escaped(text[7:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 14
	}
	return 0, 0
}

func escaped(text []byte) (rune, bool) {
	if len(text) < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}
