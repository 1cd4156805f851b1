package audit

import "claimaudit/audit/claim"

// Brief is what can be counted of a finding without its texts and lines: 48 bytes without a pointer, so that a million
// take little room and the garbage collector does not look at them.
type Brief struct {
	Amount claim.Cents // the charge in question; see Finding.AtRisk
	Place  uint64      // of the rest, for what packed it
	Pos    claim.Pos   // of the line
	// Encounter is the same for all findings of one patient on one date of service, and of one
	// line without a patient.
	Encounter int32
	// Flood is the same for a finding that stands for many lines and for what was found of each of
	// them; 0 elsewhere.
	Flood    int32
	Waiver   int32  // see Finding.Waiver
	Rule     uint16 // its number; see Briefs.Rule
	Severity Severity
	Money    Money
	Known    bool // whether Amount could be told
}

// Briefs are briefs by number. Where one list was put behind another some numbers stand for none.
type Briefs struct {
	rules  []*Rule // by number
	ruleOf map[*Rule]uint16
	chunks [][]Brief
	len    int
}

// chunkBits is how many bits of a number are its place within a chunk.
const (
	chunkBits   = 10
	chunkBriefs = 1 << chunkBits
)

// Len is how many there are.
func (bs *Briefs) Len() int { return bs.len }

// Add puts the brief of a finding by the rule behind the others.
func (bs *Briefs) Add(r *Rule, b Brief) {
	b.Rule = bs.RuleNumber(r)
	last := len(bs.chunks) - 1
	switch {
	case last < 0:
		bs.chunks = append(bs.chunks, nil) // which grows: of a few lines there are few findings
		last++
	case len(bs.chunks[last]) == chunkBriefs:
		bs.chunks = append(bs.chunks, make([]Brief, 0, chunkBriefs))
		last++
	}
	bs.chunks[last] = append(bs.chunks[last], b)
	bs.len++
}

// RuleNumber is the number of a rule. Rules are numbered as they are first met.
func (bs *Briefs) RuleNumber(r *Rule) uint16 {
	n, met := bs.ruleOf[r]
	if !met {
		if bs.ruleOf == nil {
			bs.ruleOf = map[*Rule]uint16{}
		}
		n = uint16(len(bs.rules))
		bs.rules, bs.ruleOf[r] = append(bs.rules, r), n
	}
	return n
}

// Rule is the rule of a brief.
func (bs *Briefs) Rule(b *Brief) *Rule { return bs.rules[b.Rule] }

// Next is the number of the first that Take takes next.
func (bs *Briefs) Next() int32 { return int32(len(bs.chunks)) << chunkBits }

// Take puts others behind these. The others are used up.
func (bs *Briefs) Take(others *Briefs) {
	numbers := make([]uint16, len(others.rules))
	for i, r := range others.rules {
		numbers[i] = bs.RuleNumber(r)
	}
	for b := range others.Each {
		b.Rule = numbers[b.Rule]
	}
	bs.chunks, bs.len = append(bs.chunks, others.chunks...), bs.len+others.len
	*others = Briefs{}
}

// Each yields all, in order of their numbers, to be changed.
func (bs *Briefs) Each(yield func(*Brief) bool) {
	for _, chunk := range bs.chunks {
		for i := range chunk {
			if !yield(&chunk[i]) {
				return
			}
		}
	}
}

// Numbers are those of all.
func (bs *Briefs) Numbers() []int32 {
	list := make([]int32, 0, bs.len)
	for c, chunk := range bs.chunks {
		for i := range chunk {
			list = append(list, int32(c<<chunkBits|i))
		}
	}
	return list
}

// At is the brief of that number.
func (bs *Briefs) At(number int32) *Brief {
	return &bs.chunks[number>>chunkBits][number&(chunkBriefs-1)]
}
