package claim

import "strings"

// Code is a procedure code (CPT, HCPCS level II, or a placeholder such as 9590AX): up to eight
// upper-case letters and digits, packed so that codes compare and sort as their text does.
// The zero Code is "no code": the cell was blank or cannot be a code.
type Code uint64

const codeLen = 8

// ParseCode reads a cell as a procedure code: surrounding blanks are dropped and letters raised.
// It fails on anything that is not one to eight letters and digits; whether such a code exists,
// and when, is the catalogue's to say.
func ParseCode(s string) (Code, error) {
	packed, ok := pack(strings.TrimSpace(s))
	if !ok || packed == 0 {
		return 0, errCode
	}
	return Code(packed), nil
}

var errCode = &FormatError{"procedure code", "one code of letters and digits, such as 64483 or J3301"}

// MustCode is ParseCode for codes written in the program; it panics on a slip.
func MustCode(s string) Code {
	c, err := ParseCode(s)
	if err != nil {
		panic("claim: not a code: " + s)
	}
	return c
}

func (c Code) String() string { return unpack(uint64(c)) }

// At is the i-th character of the code, 0 behind its last.
func (c Code) At(i int) byte { return byte(c >> (56 - 8*i)) }

// Bit is one of 64 bits, told by the code: sets of codes whose bits do not meet share none.
func (c Code) Bit() uint64 { return 1 << (uint64(c) * 0x9e3779b97f4a7c15 >> 58) }

// Shaped tells whether the code has the shape of a CPT or HCPCS code: five characters, four
// digits first or a letter and four digits (64483, 0213T, 3008F, J3301).
func (c Code) Shaped() bool {
	if c.At(5) != 0 || !digit(c.At(1)) || !digit(c.At(2)) || !digit(c.At(3)) {
		return false
	}
	first, last := c.At(0), c.At(4)
	if digit(first) {
		return digit(last) || last == 'F' || last == 'T' || last == 'U' || last == 'M' || last == 'A'
	}
	return first >= 'A' && first <= 'V' && digit(last)
}

// LevelII tells whether the code has the shape of a HCPCS level II code: a letter and four digits.
func (c Code) LevelII() bool { return c.Shaped() && !digit(c.At(0)) }

// Numbered tells whether the code has five digits, as CPT codes of category I have, or a letter and four:
// such codes stand in ranges, and 0213T in none.
func (c Code) Numbered() bool { return c.Shaped() && digit(c.At(4)) }

// Diagnosis is an ICD-10-CM code without its dot, packed like a Code.
type Diagnosis uint64

// ParseDiagnosis reads a cell as a diagnosis code, with or without its dot.
func ParseDiagnosis(s string) (Diagnosis, error) {
	s = strings.TrimSpace(s)
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		if dot != 3 {
			return 0, errDiagnosis
		}
		s = s[:dot] + s[dot+1:]
	}
	packed, ok := pack(s)
	if !ok || packed == 0 {
		return 0, errDiagnosis
	}
	return Diagnosis(packed), nil
}

var errDiagnosis = &FormatError{"diagnosis", "one ICD-10-CM code, such as M54.16"}

// MustDiagnosis is ParseDiagnosis for codes written in the program; it panics on a slip.
func MustDiagnosis(s string) Diagnosis {
	d, err := ParseDiagnosis(s)
	if err != nil {
		panic("claim: not a diagnosis: " + s)
	}
	return d
}

// Text is the code without its dot.
func (d Diagnosis) Text() string { return unpack(uint64(d)) }

// String is the code as it is printed, with a dot after the third character.
func (d Diagnosis) String() string {
	s := d.Text()
	if len(s) <= 3 {
		return s
	}
	return s[:3] + "." + s[3:]
}

// Shaped tells whether the code has the shape of an ICD-10-CM code: three to seven characters, a
// letter and a digit first, or QA as some codes of October 2025.
func (d Diagnosis) Shaped() bool {
	first, second, third := byte(d>>56), byte(d>>48), byte(d>>40)
	if byte(d) != 0 || first < 'A' || first > 'Z' || !digit(second) && (first != 'Q' || second != 'A') {
		return false
	}
	return digit(third) || third == 'A' || third == 'B'
}

// Unfinished tells whether a code of the right shape stops at the X that only holds the place before
// its seventh character, as S33.6XX does.
func (d Diagnosis) Unfinished() bool {
	fifth, sixth, seventh := byte(d>>24), byte(d>>16), byte(d>>8)
	return seventh == 0 && (fifth == 'X' || sixth == 'X')
}

// Under tells whether the diagnosis is prefix or lies below it: M54.16 is under M54.1.
func (d Diagnosis) Under(prefix Diagnosis) bool {
	n := 0
	for p := uint64(prefix); p != 0; p <<= 8 {
		n += 8
	}
	if n == 0 {
		return true
	}
	return uint64(d)>>(64-n) == uint64(prefix)>>(64-n)
}

// pack puts up to eight letters and digits into one number, first character highest,
// raising letters; it fails on any other character.
func pack(s string) (uint64, bool) {
	if len(s) > codeLen {
		return 0, false
	}
	var v uint64
	for i := range len(s) {
		b := s[i]
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		if !digit(b) && (b < 'A' || b > 'Z') {
			return 0, false
		}
		v |= uint64(b) << (56 - 8*i)
	}
	return v, true
}

func unpack(v uint64) string {
	var b [codeLen]byte
	n := 0
	for ; v != 0; v <<= 8 {
		b[n] = byte(v >> 56)
		n++
	}
	return string(b[:n])
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
