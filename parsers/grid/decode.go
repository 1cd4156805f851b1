package grid

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var utf8BOM = []byte("\ufeff")

// decoded is the body as UTF-8, where its head shows UTF-16, and the encoding's name. Text that
// is neither is UTF-8 until a block proves otherwise: see toUTF8.
func decoded(head []byte, body io.Reader) (io.Reader, string) {
	endian, bom := unicode.LittleEndian, unicode.IgnoreBOM
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		bom = unicode.ExpectBOM
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		endian, bom = unicode.BigEndian, unicode.ExpectBOM
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
	case len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		endian = unicode.BigEndian
	default:
		return body, "UTF-8"
	}
	name := "UTF-16LE"
	if endian == unicode.BigEndian {
		name = "UTF-16BE"
	}
	return transform.NewReader(body, unicode.UTF16(endian, bom).NewDecoder()), name
}

// toUTF8 is the block as UTF-8: as it is when it is valid, else read as Windows-1252, in which
// every byte is a character, so that nothing is replaced by a question mark.
func toUTF8(block []byte) (text []byte, latin bool) {
	if utf8.Valid(block) {
		return block, false
	}
	out := make([]byte, 0, len(block)+len(block)/8)
	for _, b := range block {
		r := charmap.Windows1252.DecodeByte(b)
		if r == utf8.RuneError {
			r = rune(b) // the five bytes the table leaves open
		}
		out = utf8.AppendRune(out, r)
	}
	return out, true
}
