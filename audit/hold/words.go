package hold

// words numbers the texts that recur on many lines: codes, diagnoses, providers, payers. It stops
// learning when full, so that a column of unique texts cannot fill the memory with words.
type words struct {
	text []string
	ids  map[string]uint64
	near [512]struct { // the words seen last, in front of the map
		text string
		id   uint64
	}
}

const maxWords = 1 << 16

func newWords() *words { return &words{ids: map[string]uint64{}} }

// id is the word's number, from 1; 0 when it is not a word and must be written out.
func (w *words) id(s string) uint64 {
	slot := &w.near[slotOf(s)]
	if slot.text == s {
		return slot.id
	}
	id, ok := w.ids[s]
	if !ok {
		if len(w.text) == maxWords {
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
