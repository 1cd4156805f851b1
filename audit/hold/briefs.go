package hold

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// brief is an audit.Brief in 48 bytes without a pointer, so that a million take little room and the garbage collector
// does not look at them.
type brief struct {
	pos       claim.Pos
	from      claim.Date
	amount    claim.Cents
	place     place // of the rest of it, on its shelf
	encounter int32
	// same is the number of what it says of which value, 0 where it speaks of more than one; once floods are told, that
	// of its flood, and 0 without.
	same     int32
	waiver   int32
	rule     uint16
	severity audit.Severity
	money    audit.Money
	known    bool
}

// briefs are the briefs of findings by number. Behind the last of each shelf some numbers stand for none.
type briefs struct {
	rules  []*audit.Rule // by number
	ruleOf map[*audit.Rule]uint16
	chunks [][]brief
	len    int
}

// chunkBits is how many bits of a number are its place within a chunk.
const (
	chunkBits   = 10
	chunkBriefs = 1 << chunkBits
)

func (bs *briefs) add(r *audit.Rule, b brief) {
	b.rule = bs.ruleNumber(r)
	last := len(bs.chunks) - 1
	switch {
	case last < 0:
		bs.chunks = append(bs.chunks, nil) // which grows: of a few lines there are few findings
		last++
	case len(bs.chunks[last]) == chunkBriefs:
		bs.chunks = append(bs.chunks, make([]brief, 0, chunkBriefs))
		last++
	}
	bs.chunks[last] = append(bs.chunks[last], b)
	bs.len++
}

func (bs *briefs) ruleNumber(r *audit.Rule) uint16 {
	n, met := bs.ruleOf[r]
	if !met {
		if bs.ruleOf == nil {
			bs.ruleOf = map[*audit.Rule]uint16{}
		}
		n = uint16(len(bs.rules))
		bs.rules, bs.ruleOf[r] = append(bs.rules, r), n
	}
	return n
}

// next is the number of the first finding that is taken next.
func (bs *briefs) next() int32 { return int32(len(bs.chunks)) << chunkBits }

// take puts others behind these, with so many added to the numbers of their encounters. The others are used up.
func (bs *briefs) take(others *briefs, encounters int32) {
	numbers := make([]uint16, len(others.rules))
	for i, r := range others.rules {
		numbers[i] = bs.ruleNumber(r)
	}
	for b := range others.each {
		b.rule, b.encounter = numbers[b.rule], b.encounter+encounters
	}
	bs.chunks, bs.len = append(bs.chunks, others.chunks...), bs.len+others.len
	*others = briefs{}
}

// each yields all, to be changed.
func (bs *briefs) each(yield func(*brief) bool) {
	for _, chunk := range bs.chunks {
		for i := range chunk {
			if !yield(&chunk[i]) {
				return
			}
		}
	}
}

// numbers are those of all.
func (bs *briefs) numbers() []int32 {
	list := make([]int32, 0, bs.len)
	for c, chunk := range bs.chunks {
		for i := range chunk {
			list = append(list, int32(c<<chunkBits|i))
		}
	}
	return list
}

func (bs *briefs) at(number int32) *brief {
	return &bs.chunks[number>>chunkBits][number&(chunkBriefs-1)]
}

// brief is what the brief of that number says, once floods are told.
func (bs *briefs) brief(number int32) audit.Brief {
	b := bs.at(number)
	return audit.Brief{
		Rule: bs.rules[b.rule], Pos: b.pos, From: b.from, Amount: b.amount, Severity: b.severity, Money: b.money, Known: b.known,
		Flood: b.same, Encounter: b.encounter, Waiver: b.waiver, Number: number,
	}
}
