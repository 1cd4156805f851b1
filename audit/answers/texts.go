package answers

import "hash/maphash"

// texts numbers texts, each once: the hash only says where to look, and the text itself decides. Texts are kept end
// to end, since there may be millions.
type texts struct {
	hash  func(string) uint64
	slots []slot // by hash; a power of two of them
	ends  []int  // where each text ends
	all   []byte
}

// slot is a text's number, 0 where there is none, and what of its hash the slot is not told by: most other texts need
// not be looked at.
type slot struct{ number, tag uint32 }

func newTexts() texts {
	seed := maphash.MakeSeed()
	return texts{hash: func(s string) uint64 { return maphash.String(seed, s) }, slots: make([]slot, 64)}
}

// text is the text of a number, from 1; it holds until the next is added.
func (t *texts) text(n uint32) []byte {
	from := 0
	if n > 1 {
		from = t.ends[n-2]
	}
	return t.all[from:t.ends[n-1]]
}

// find is the number of a text, 0 for none.
func (t *texts) find(s string) uint32 { return t.look(s, uint64(len(t.slots)-1), t.hash(s)).number }

// look is the slot of a text, or the empty one that it would have.
func (t *texts) look(s string, mask, hash uint64) *slot {
	tag := uint32(hash >> 32)
	for i := hash & mask; ; i = (i + 1) & mask {
		if at := &t.slots[i]; at.number == 0 || at.tag == tag && string(t.text(at.number)) == s {
			return at
		}
	}
}

// add is the number of a text, which it has from now on.
func (t *texts) add(s string) uint32 {
	hash := t.hash(s)
	at := t.look(s, uint64(len(t.slots)-1), hash)
	if at.number != 0 {
		return at.number
	}
	t.all = append(t.all, s...)
	t.ends = append(t.ends, len(t.all))
	n := uint32(len(t.ends)) // rows are counted in 32 bits
	*at = slot{n, uint32(hash >> 32)}
	if 3*len(t.ends) > 2*len(t.slots) {
		t.grow()
	}
	return n
}

func (t *texts) grow() {
	t.slots = make([]slot, 2*len(t.slots))
	for i := range t.ends {
		n := uint32(i + 1) // as above
		s := string(t.text(n))
		hash := t.hash(s)
		*t.look(s, uint64(len(t.slots)-1), hash) = slot{n, uint32(hash >> 32)}
	}
}
