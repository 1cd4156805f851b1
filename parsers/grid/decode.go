package grid

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var utf8BOM = []byte("\ufeff")

// encoding is what was met of a text's encoding so far. Nothing is replaced by a question mark: a
// byte that UTF-8 does not know is read as Windows-1252 or, where all lines end in CR alone, as Mac
// OS Roman, in which every byte is a character, and the file's Encoding says so, also when the first
// such byte comes late.
type encoding struct {
	wide   string // UTF-16LE, UTF-16BE or ""
	utf8   bool   // characters beyond ASCII in UTF-8
	single bool   // bytes that are not UTF-8
	mac    bool   // lines end in CR alone, as where such bytes are of the old Macintosh
	broken bool   // halves of characters in UTF-16
	nuls   bool
	behind bool // text behind a Ctrl-Z
}

func (e *encoding) String() string {
	name, single := "UTF-8", "Windows-1252"
	if e.mac {
		single = "Mac OS Roman"
	}
	switch {
	case e.wide != "":
		name = e.wide
	case e.single && e.utf8:
		name = "UTF-8 and " + single + " mixed"
	case e.single:
		name = single
	}
	if e.broken {
		name += ", with broken characters"
	}
	if e.nuls {
		name += ", NUL bytes left out"
	}
	if e.behind {
		name += ", text behind a Ctrl-Z read too"
	}
	return name
}

// text is the piece as UTF-8; a piece ends where a record ends.
func (e *encoding) text(piece []byte) []byte {
	if ascii(piece) {
		return piece
	}
	if utf8.Valid(piece) {
		e.utf8 = true
		return piece
	}
	out := make([]byte, 0, len(piece)+len(piece)/8)
	for len(piece) > 0 {
		r, size := utf8.DecodeRune(piece)
		switch {
		case r == utf8.RuneError && size == 1:
			e.single = true
			r = e.character(piece[0])
		case size > 1:
			e.utf8 = true
		}
		out = utf8.AppendRune(out, r)
		piece = piece[size:]
	}
	return out
}

// character is that of a byte; the five that Windows-1252 leaves open are control characters, as web
// browsers have it.
func (e *encoding) character(b byte) rune {
	if e.mac {
		return charmap.Macintosh.DecodeByte(b)
	}
	if r := charmap.Windows1252.DecodeByte(b); r != utf8.RuneError {
		return r
	}
	return rune(b)
}

func ascii(p []byte) bool {
	const high = 0x8080808080808080
	for ; len(p) >= 8; p = p[8:] {
		if binary.LittleEndian.Uint64(p)&high != 0 {
			return false
		}
	}
	for _, b := range p {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// endMark is Ctrl-Z, by which old programs end a file; files put one behind the other keep it.
const endMark = 0x1a

// withoutNuls leaves out NUL bytes, which stand for nothing in text, and Ctrl-Z.
type withoutNuls struct {
	r     io.Reader
	note  *encoding
	ended bool // a Ctrl-Z was met
}

func (w *withoutNuls) Read(p []byte) (int, error) {
	for {
		n, err := w.r.Read(p)
		if !w.ended && bytes.IndexByte(p[:n], 0) < 0 && bytes.IndexByte(p[:n], endMark) < 0 {
			return n, err
		}
		kept := p[:0]
		for _, b := range p[:n] {
			switch b {
			case 0:
				w.note.nuls = true
			case endMark:
				w.ended = true
			default:
				w.note.behind = w.note.behind || w.ended && b != '\r' && b != '\n'
				kept = append(kept, b)
			}
		}
		if len(kept) > 0 || err != nil {
			return len(kept), err
		}
	}
}

// wideOrder tells UTF-16 by its byte order mark, or by a zero in every other byte.
func wideOrder(head []byte) (order binary.ByteOrder, name string) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	units := len(head) / 2
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), units > 1 && zeros[1]*10 > units*7 && zeros[0]*20 < units:
		return binary.LittleEndian, "UTF-16LE"
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), units > 1 && zeros[0]*10 > units*7 && zeros[1]*20 < units:
		return binary.BigEndian, "UTF-16BE"
	}
	return nil, ""
}

var errHalfUnit = errors.New("the text ends in the middle of a character: the file is cut short")

// wideReader reads UTF-16 as UTF-8.
type wideReader struct {
	r     io.Reader
	order binary.ByteOrder
	note  *encoding
	in    []byte // read and not yet understood: less than a character between two calls
	out   []byte // understood and not yet handed out
	err   error
}

func (w *wideReader) Read(p []byte) (int, error) {
	for len(w.out) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		w.fill()
	}
	n := copy(p, w.out)
	w.out = w.out[n:]
	return n, nil
}

func (w *wideReader) fill() {
	const size = 32 << 10
	kept := len(w.in)
	w.in = append(w.in, make([]byte, size)...)
	n, err := w.r.Read(w.in[kept:])
	w.in, w.err = w.in[:kept+n], err
	used := w.understand(errors.Is(err, io.EOF))
	w.in = append(w.in[:0], w.in[used:]...)
	if len(w.in) > 0 && errors.Is(err, io.EOF) {
		w.err = errHalfUnit
	}
}

// understand turns what is read into UTF-8 and says how many bytes of it that took.
func (w *wideReader) understand(end bool) (used int) {
	w.out = w.out[:0]
	for ; len(w.in)-used >= 2; used += 2 {
		r := rune(w.order.Uint16(w.in[used:]))
		if utf16.IsSurrogate(r) {
			if len(w.in)-used < 4 && !end {
				return used
			}
			if pair := w.pair(r, used); pair != utf8.RuneError {
				r = pair
				used += 2
			} else {
				r, w.note.broken = utf8.RuneError, true
			}
		}
		w.out = utf8.AppendRune(w.out, r)
	}
	return used
}

func (w *wideReader) pair(high rune, at int) rune {
	if len(w.in)-at < 4 {
		return utf8.RuneError
	}
	return utf16.DecodeRune(high, rune(w.order.Uint16(w.in[at+2:])))
}
