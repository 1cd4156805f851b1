package parsers

import (
	"strings"

	"claimaudit/audit/claim"
)

// caches keep what cells of few different values read as. They are small and forget: a clash only
// costs the reading again.
type caches struct {
	dates  cache[dateCell]
	codes  cache[codeCell]
	dx     cache[claim.Diagnosis]
	texts  cache[textCell]
	payers map[string]claim.Payer

	// The claim filing code of the row before, and the class it tells.
	lastFiling string
	lastClass  claim.Payer

	// last is what the row before had in each field of few texts; it mostly comes again.
	last [claim.NumFields]struct {
		cell string
		textCell
	}
	lastPatient string
	lastAnyone  bool // lastPatient is a placeholder
}

const (
	cacheSlots = 1 << 10
	keySize    = 24 // the longest cell that is kept
)

// cache is direct mapped, and holds no pointer into the input.
type cache[V any] struct {
	slots [cacheSlots]struct {
		key   cacheKey
		value V
	}
}

// cacheKey is a cell's bytes and what else its reading depends on.
type cacheKey struct {
	a, b, c   uint64
	size, way uint8
}

// keyOf is false for a cell too long to be kept.
func keyOf(s string, way uint8) (k cacheKey, ok bool) {
	if len(s) > keySize {
		return k, false
	}
	k.size, k.way = uint8(len(s)), way
	switch n := len(s); {
	case n >= 16:
		k.a, k.b, k.c = word(s), word(s[8:]), word(s[n-8:])
	case n >= 8:
		k.a, k.b = word(s), word(s[n-8:])
	default:
		for i := range n {
			k.a = k.a<<8 | uint64(s[i])
		}
	}
	return k, true
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func (k *cacheKey) slot() uint64 {
	h := (k.a ^ k.c ^ uint64(k.way)) * 0x9e3779b97f4a7c15
	h = (h ^ h>>29 ^ k.b) * 0xbf58476d1ce4e5b9
	return h >> 54
}

// find is the value kept for the key, or the place to keep one.
func (c *cache[V]) find(k cacheKey) (value *V, found bool) {
	s := &c.slots[k.slot()]
	if s.key == k {
		return &s.value, true
	}
	s.key = k
	return &s.value, false
}

// maxPayers bounds how many payers' names are kept.
const maxPayers = 4096

func (c *caches) payer(k *knowledge, name string) claim.Payer {
	payer, ok := c.payers[name]
	if ok {
		return payer
	}
	payer = k.payer(name)
	if c.payers == nil {
		c.payers = map[string]claim.Payer{}
	}
	if len(c.payers) < maxPayers {
		c.payers[strings.Clone(name)] = payer
	}
	return payer
}
