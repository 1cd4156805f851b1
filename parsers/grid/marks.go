package grid

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// marks are the delimiters and line ends among the 64 bytes of a text from base on, a bit each, of which some may be
// passed. Most cells are so short that to look for the end of each takes longer.
type marks struct {
	base int
	bits uint64
}

// marksFrom finds the marks behind base. The end of the text is one too.
func (b *textBlock) marksFrom(base int) marks {
	m := marks{base: base}
	if base+64 > len(b.text) {
		for i := base; i < len(b.text); i++ {
			if c := b.text[i]; c == b.comma || c == '\n' {
				m.bits |= 1 << (i - base)
			}
		}
		m.bits |= 1 << (len(b.text) - base)
		return m
	}
	text := unsafe.Slice(unsafe.StringData(b.text), len(b.text))[base : base+64]
	commas, ends := onePerByte*uint64(b.comma), uint64(onePerByte*'\n')
	for i := 0; i < 64; i += 8 {
		word := binary.LittleEndian.Uint64(text[i : i+8])
		m.bits |= lowBits(zeroBytes(word^commas)|zeroBytes(word^ends)) << i
	}
	return m
}

// from are the marks at i and behind it, of which there may be none.
func (m marks) from(i int) marks { return marks{m.base, m.bits & (^uint64(0) << ((i - m.base) & 63))} }

// first is where the first mark is.
func (m marks) first() int { return m.base + bits.TrailingZeros64(m.bits) }

// passed are the marks but for the first.
func (m marks) passed() marks { return marks{m.base, m.bits & (m.bits - 1)} }

// indexByte is strings.IndexByte for the few letters that most cells have.
func indexByte(s string, c byte) int {
	at := 0
	for ; at < 24 && at+8 <= len(s); at += 8 {
		word := binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), len(s))[at:])
		if found := zeroBytes(word ^ onePerByte*uint64(c)); found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	if i := strings.IndexByte(s[at:], c); i >= 0 {
		return at + i
	}
	return -1
}

const onePerByte = 0x0101010101010101

// zeroBytes has the highest bit of each byte that is zero in the word, and no other.
func zeroBytes(word uint64) uint64 {
	const low = 0x7f * onePerByte
	return ^((word&low + low) | word | low)
}

// lowBits moves the highest bits of eight bytes, which have no other, together.
func lowBits(highest uint64) uint64 { return highest >> 7 * 0x0102040810204080 >> 56 }
