package hold

import (
	"hash/maphash"

	"claimaudit/audit/claim"
)

// words numbers the texts that recur on many lines: codes, diagnoses, providers, payers. It stops
// learning when full, so that a column of unique texts cannot fill the memory with words.
type words struct {
	text []string
	ids  map[string]uint64
	near [512]struct { // the words seen last, in front of the map
		text string
		id   uint64
	}
	alike []claim.AlikeCells // what is alike on many lines
	// once, where it is not nil, are hashes of texts lately met once: a text is a word when it comes again.
	once []uint32
	seed maphash.Seed
}

const (
	maxWords = 1 << 16
	maxAlike = 1 << 13
)

// alikeID is the number of what is alike on the line and others; 0 when it is to be written out.
func (w *words) alikeID(l *claim.Line) uint64 {
	switch {
	case l.Alike == nil:
		return 0
	case l.Alike.Holder == w:
		return uint64(l.Alike.Number)
	case len(w.alike) == maxAlike:
		return 0
	}
	w.alike = append(w.alike, l.Alike.Cells)
	l.Alike.Holder, l.Alike.Number = w, uint32(len(w.alike))
	return uint64(len(w.alike))
}

func newWords() *words { return &words{ids: map[string]uint64{}} }

// newRecurring makes words for texts of which many never come again.
func newRecurring() *words {
	w := newWords()
	w.once, w.seed = make([]uint32, 1<<12), maphash.MakeSeed()
	return w
}

// again tells whether a text that is no word has lately been met before.
func (w *words) again(s string) bool {
	h := maphash.String(w.seed, s)
	slot, mark := &w.once[h%uint64(len(w.once))], uint32(h>>32)|1
	again := *slot == mark
	*slot = mark
	return again
}

// id is the word's number, from 1; 0 when it is not a word and must be written out.
func (w *words) id(s string) uint64 {
	slot := &w.near[slotOf(s)]
	if slot.text == s {
		return slot.id
	}
	id, ok := w.ids[s]
	if !ok {
		if len(w.text) == maxWords || w.once != nil && !w.again(s) {
			return 0
		}
		own := string([]byte(s)) // the text given belongs to the input
		w.text = append(w.text, own)
		id = uint64(len(w.text))
		w.ids[own] = id
	}
	slot.text, slot.id = w.text[id-1], id
	return id
}

// slotOf spreads words by their first and last letters.
func slotOf(s string) (slot uint64) {
	n := len(s)
	if n >= 4 {
		slot = uint64(le32(s)) | uint64(le32(s[n-4:]))<<32
	} else {
		for i := range n {
			slot = slot<<8 | uint64(s[i])
		}
	}
	return (slot ^ uint64(n)) * 0x9E3779B97F4A7C15 >> 55
}

func le32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
