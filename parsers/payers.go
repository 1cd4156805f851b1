package parsers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// payerWord is what in a payer's name tells its kind: words that all stand in it, or its whole.
type payerWord struct {
	rank  int
	payer claim.Payer
	words []string // each with a blank on either side
	whole bool
}

func (k *knowledge) addPayer(r payerRow) error {
	rank, err := strconv.Atoi(r.Rank)
	if err != nil {
		return fmt.Errorf("rank of %s: %w", r.Word, err)
	}
	text, whole := strings.CutPrefix(r.Word, "=")
	w := payerWord{rank: rank, whole: whole}
	for word := range strings.SplitSeq(text, "+") {
		w.words = append(w.words, " "+payerKey(word)+" ")
	}
	for p := claim.UnknownPayer; p <= claim.Commercial; p++ {
		if p.String() == r.Payer {
			w.payer = p
			k.payers = append(k.payers, w)
			return nil
		}
	}
	return fmt.Errorf("no kind of payer %s", r.Payer)
}

// withPayers is the knowledge with a practice's own words in front: they win over the built-in ones.
func (k *knowledge) withPayers(own map[string]claim.Payer) *knowledge {
	if len(own) == 0 {
		return k
	}
	more := *k
	more.payers = nil
	for _, name := range slices.SortedFunc(maps.Keys(own), longestFirst) {
		more.payers = append(more.payers, payerWord{payer: own[name], words: []string{" " + payerKey(name) + " "}})
	}
	more.payers = append(more.payers, k.payers...)
	return &more
}

// longestFirst lets the words that say most about a payer win over those that say less.
func longestFirst(a, b string) int {
	return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
}

// payerKey is a name in upper case with single blanks for whatever is no letter or digit.
func payerKey(name string) string {
	key := make([]byte, 0, len(name))
	for i := range len(name) {
		b := upper(name[i])
		switch {
		case isAlnum(b):
			key = append(key, b)
		case len(key) > 0 && key[len(key)-1] != ' ':
			key = append(key, ' ')
		}
	}
	return strings.TrimRight(string(key), " ")
}

// payer tells the kind of payer from its name, which may have the number of a payer beside it: 00882 - MCR.
func (k *knowledge) payer(name string) claim.Payer {
	if payer, told := k.payerNamed(name); told {
		return payer
	}
	for _, way := range described(name) {
		for _, parts := range [][2]string{{way.code, way.words}, {way.words, way.code}} {
			if payer, told := k.payerNamed(parts[1]); told && strings.ContainsAny(parts[0], "0123456789") {
				return payer
			}
		}
	}
	return claim.UnknownPayer
}

func (k *knowledge) payerNamed(name string) (payer claim.Payer, told bool) {
	key := " " + payerKey(name) + " "
	for _, w := range k.payers {
		if w.in(key) {
			return w.payer, true
		}
	}
	return claim.UnknownPayer, false
}

func (w *payerWord) in(key string) bool {
	if w.whole {
		return key == w.words[0]
	}
	for _, word := range w.words {
		if !strings.Contains(key, word) {
			return false
		}
	}
	return true
}
