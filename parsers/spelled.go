package parsers

import (
	"errors"
	"slices"
	"strings"
)

func (k *knowledge) addShort(r shortRow) error {
	if r.Word != strings.ToLower(r.Word) || r.Means == "" || k.short[r.Means] != "" {
		return errors.New("want a word in lower case and a word in full")
	}
	k.short[r.Word] = r.Means
	return nil
}

// name lets a name have a further meaning; its words in full lead to it too.
func (k *knowledge) name(key, spelled string, m meaning) {
	k.names[key] = append(k.names[key], m)
	if !slices.Contains(k.inFull[spelled], key) {
		k.inFull[spelled] = append(k.inFull[spelled], key)
	}
}

// spelled is what is compared of a header by its words in full: "Svc Dt From" is servicedatefrom. Words end at a mark
// and where capitals begin or end.
func (k *knowledge) spelled(header string) string {
	var full, word []byte
	end := func() {
		if long := k.short[string(word)]; long != "" {
			full = append(full, long...)
		} else {
			full = append(full, word...)
		}
		word = word[:0]
	}
	for i := range len(header) {
		switch b := header[i]; {
		case b == '#' && (i+1 == len(header) || !isDigit(header[i+1])):
			end()
			word = append(word, "no"...)
		case !isAlnum(lower(b)):
			end()
		default:
			if i > 0 && beginsWord(header, i) {
				end()
			}
			word = append(word, lower(b))
		}
	}
	end()
	return string(full)
}

// beginsWord tells whether a letter or digit begins a word behind another: the D of SvcDt and the C of POSCode, and a digit
// behind a letter or a letter behind a digit.
func beginsWord(s string, i int) bool {
	before, b := s[i-1], s[i]
	switch {
	case !isAlnum(lower(before)):
		return false
	case isDigit(b) != isDigit(before):
		return true
	case !isUpper(b):
		return false
	}
	return !isUpper(before) || i+1 < len(s) && isLower(s[i+1])
}

func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }
func isLower(b byte) bool { return 'a' <= b && b <= 'z' }

// spelledOut is what a header may stand for by its words in full, where no name has its own.
func (k *knowledge) spelledOut(header string) []meaning {
	for _, text := range []string{header, withoutParentheses(header)} {
		if found := numberings(k.spelled(text), k.namedInFull); len(found) > 0 {
			for i := range found {
				found[i].rank += loosely
			}
			return found
		}
	}
	return nil
}

// namedInFull are the meanings of the names that have those words in full; none where they mean different things.
func (k *knowledge) namedInFull(spelled string) (found []meaning) {
	for _, key := range k.inFull[spelled] {
		ms := k.names[key]
		if found == nil {
			found = slices.Clone(ms)
			continue
		}
		if len(ms) != len(found) {
			return nil
		}
		for i, m := range ms {
			f := &found[i]
			if f.slot != m.slot || f.holds != m.holds || (f.decoy == "") != (m.decoy == "") {
				return nil
			}
			f.rank = max(f.rank, m.rank)
		}
	}
	return found
}
