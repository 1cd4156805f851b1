package catalog

import (
	"iter"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// looksLike are the letters commonly typed for a digit, and the digit.
var looksLike = strings.NewReplacer("O", "0", "I", "1", "L", "1", "S", "5", "B", "8", "Z", "2")

// Digits is the text with letters that look like digits turned into those digits in every place but
// the first, where a HCPCS code has a letter: J33O1 is J3301.
func Digits(text string) string {
	if text == "" {
		return ""
	}
	return text[:1] + looksLike.Replace(text[1:])
}

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// codeLen is how many characters every code has that a slip could have been meant for.
const codeLen = 5

// slip is a kind of mistyping: how much longer it leaves a text, and the texts it may have been.
type slip struct {
	longer int
	undo   func(text string) iter.Seq[string]
}

var slips = [...]slip{{0, digitsFor}, {1, oneLess}, {0, exchanged}, {0, oneOther}, {-1, oneMore}}

// NearMisses are the listed codes one slip of the keyboard away from the text, at most three, the
// likeliest slip first: a letter for the digit it looks like, a character too many, two exchanged,
// one wrong, one missing (the last one first). With a date, only codes valid on it.
func (c *Catalog) NearMisses(text string, d claim.Date) []claim.Code {
	const most = 3
	var found []claim.Code
	for _, slip := range slips {
		if len(text) != codeLen+slip.longer {
			continue
		}
		for s := range slip.undo(text) {
			code, err := claim.ParseCode(s)
			if err != nil || s == text || slices.Contains(found, code) {
				continue
			}
			if e := c.Lookup(code); e == nil || e.Placeholder || d != 0 && !e.ValidOn(d) {
				continue
			}
			if found = append(found, code); len(found) == most {
				return found
			}
		}
	}
	return found
}

func digitsFor(s string) iter.Seq[string] {
	return slices.Values([]string{Digits(s), looksLike.Replace(s)})
}

func oneLess(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(s) {
			if !yield(s[:i] + s[i+1:]) {
				return
			}
		}
	}
}

func exchanged(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(s); i++ {
			if !yield(s[:i-1] + s[i:i+1] + s[i-1:i] + s[i+1:]) {
				return
			}
		}
	}
}

func oneOther(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(s) {
			for k := range len(letters) {
				if !yield(s[:i] + letters[k:k+1] + s[i+1:]) {
					return
				}
			}
		}
	}
}

func oneMore(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := len(s); i >= 0; i-- {
			for k := range len(letters) {
				if !yield(s[:i] + letters[k:k+1] + s[i:]) {
					return
				}
			}
		}
	}
}
