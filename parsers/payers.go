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

// payerWord is what in a payer's name tells its class: words that all stand in it, or its whole.
type payerWord struct {
	rank  int
	payer claim.Payer
	words []alternatives
	whole bool
}

// alternatives are texts of which one stands in a name: whole words between blanks, or what a word
// begins with.
type alternatives []string

func (k *knowledge) addPayer(r payerRow) error {
	rank, err := strconv.Atoi(r.Rank)
	if err != nil {
		return fmt.Errorf("rank of %s: %w", r.Word, err)
	}
	payer, ok := claim.PayerNamed(r.Payer)
	if !ok {
		return fmt.Errorf("no kind of payer %s", r.Payer)
	}
	k.payers = append(k.payers, payerWordOf(r.Word, payer, rank))
	return nil
}

// payerWordOf reads "=cash" for a whole name, "aetna+medicare|mcr" for one with the first and either of
// the others, and "bcbs*" for one with a word that begins so.
func payerWordOf(text string, payer claim.Payer, rank int) payerWord {
	text, whole := strings.CutPrefix(text, "=")
	w := payerWord{rank: rank, payer: payer, whole: whole}
	for group := range strings.SplitSeq(text, "+") {
		var texts alternatives
		for word := range strings.SplitSeq(group, "|") {
			start, begins := strings.CutSuffix(word, "*")
			text := " " + payerKey(start)
			if !begins {
				text += " "
			}
			texts = append(texts, text)
		}
		w.words = append(w.words, texts)
	}
	return w
}

// withPayers is the knowledge with a practice's own words in front: they win over the built-in ones.
func (k *knowledge) withPayers(own map[string]claim.Payer) *knowledge {
	if len(own) == 0 {
		return k
	}
	more := *k
	more.payers = nil
	for _, name := range slices.SortedFunc(maps.Keys(own), longestFirst) {
		more.payers = append(more.payers, payerWord{payer: own[name], words: []alternatives{{" " + payerKey(name) + " "}}})
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

// payer tells the class of a payer from its name, which may have the number of a payer beside it:
// 00882 - MCR.
func (k *knowledge) payer(name string) claim.Payer {
	if payer, told := k.payerNamed(name); told {
		return payer
	}
	for _, way := range described(name) {
		for _, parts := range [][2]string{{way.code, way.words}, {way.words, way.code}} {
			if payer, told := k.payerNamed(parts[1]); told && payer != claim.BlankPayer && strings.ContainsAny(parts[0], "0123456789") {
				return payer
			}
		}
	}
	return claim.NamedUnknown
}

// payerNamed is the class that the first word which stands in the name tells; nothing is no name.
func (k *knowledge) payerNamed(name string) (payer claim.Payer, told bool) {
	key := payerKey(name)
	if key == "" {
		return claim.BlankPayer, true
	}
	key = " " + key + " "
	for _, w := range k.payers {
		if w.in(key) {
			return w.payer, true
		}
	}
	return claim.NamedUnknown, false
}

// payerClass asks the column of classes about a payer whose name tells none. A name that tells another class
// is followed, and counted where the two cannot both be.
func (r *reader) payerClass() {
	if text := r.cell(r.class); text != r.lastFiling {
		r.lastFiling, r.lastClass = strings.Clone(text), r.know.classes[wordKey(text)]
	}
	class := r.lastClass
	switch line := &r.line; {
	case class == claim.BlankPayer:
	case line.Payer == claim.NamedUnknown:
		line.Payer = class
	case line.Payer.Known() && line.Payer != class && class != claim.Commercial:
		r.otherClass++
	}
}

func (w *payerWord) in(key string) bool {
	if w.whole {
		return key == w.words[0][0]
	}
	for _, texts := range w.words {
		if !slices.ContainsFunc(texts, func(word string) bool { return strings.Contains(key, word) }) {
			return false
		}
	}
	return true
}
