package catalog

import (
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

// NearMisses are the listed codes one slip of the keyboard away from the text, at most three, the
// likeliest slip first: a letter for the digit it looks like, a character too many, two exchanged,
// one wrong, one missing (the last one first). With a date, only codes valid on it.
func (c *Catalog) NearMisses(text string, d claim.Date) []claim.Code {
	const most = 3
	var found []claim.Code
	for _, slips := range [...]func(string) []string{digitsFor, oneLess, exchanged, oneOther, oneMore} {
		for _, s := range slips(text) {
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

func digitsFor(s string) []string { return []string{Digits(s), looksLike.Replace(s)} }

func oneLess(s string) (all []string) {
	for i := range len(s) {
		all = append(all, s[:i]+s[i+1:])
	}
	return all
}

func exchanged(s string) (all []string) {
	for i := 1; i < len(s); i++ {
		all = append(all, s[:i-1]+s[i:i+1]+s[i-1:i]+s[i+1:])
	}
	return all
}

func oneOther(s string) (all []string) {
	for i := range len(s) {
		for _, r := range letters {
			all = append(all, s[:i]+string(r)+s[i+1:])
		}
	}
	return all
}

func oneMore(s string) (all []string) {
	for i := len(s); i >= 0; i-- {
		for _, r := range letters {
			all = append(all, s[:i]+string(r)+s[i:])
		}
	}
	return all
}
