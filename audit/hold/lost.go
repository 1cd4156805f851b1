package hold

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// What could not be read may be what a line seems to lack. Of such a row it is kept whose it was: with
// the lines of the patient, and where no patient is known by its claim alone.

// mostLostClaims is how many claims are kept of rows that name no patient; of more any claim may be one.
const mostLostClaims = 1 << 17

// Lost are the claims of rows that could not be read and name no patient, by their hashes: they concern lines of
// every patient.
type Lost struct {
	of  map[uint64]struct{}
	any bool // there are more than are kept
}

func (c *Collector) lose(pos claim.Pos, w *claim.Whose) {
	switch {
	case w.Patient != "":
		l := claim.Blank()
		l.Pos, l.Patient, l.Claim, l.From = pos, w.Patient, w.Claim, w.Day
		if w.Ambiguous {
			l.Ambiguous = claim.FieldSet(claim.FieldFrom)
		}
		c.packer.packAs(&l, flagLost)
		c.put(c.partOf(&l))
	case w.Claim != "":
		c.body.loseClaim(w.Claim)
	}
}

func (b *Body) loseClaim(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost.of == nil {
		b.lost.of = map[uint64]struct{}{}
	}
	if len(b.lost.of) == mostLostClaims {
		b.lost.any = true
		return
	}
	b.lost.of[hashOf(id)] = struct{}{}
}

// Lost are the claims lost, once the collectors are closed.
func (b *Body) Lost() Lost { return b.lost }

// SetLost makes these the claims lost, for lines that are only a part of a run's.
func (b *Body) SetLost(l Lost) { b.lost = l }

// hashOf is the FNV-1a hash of a text, the same in every process.
func hashOf[T string | []byte](text T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// isLost tells whether the record at the reader is of a row that could not be read.
func (u *unpacker) isLost() bool { return u.data[u.at]&flagLost != 0 }

// markGaps marks the lines of one patient beside which a row could not be read: one of the same claim
// or day, or one of the patient's of which neither is known.
func (b *Body) markGaps(lines []audit.Line, lost []claim.Line) {
	if len(lost) == 0 && b.lost.of == nil {
		return
	}
	var claims map[string]bool
	var days map[claim.Date]bool
	if len(lost) > 0 {
		claims, days = map[string]bool{}, map[claim.Date]bool{}
	}
	all := b.lost.any
	for i := range lost {
		if l := &lost[i]; l.Patient == lines[0].Patient {
			claims[l.Claim], days[l.From] = true, true
			all = all || l.Claim == "" && l.From == 0
		}
	}
	for i := range lines {
		l := &lines[i]
		_, named := b.lost.of[hashOf(l.Claim)]
		l.Gap = all || l.Claim != "" && (claims[l.Claim] || named)
		for day := l.From; day <= max(l.From, min(l.To, l.From+longestGap)) && !l.Gap; day++ {
			l.Gap = days[day]
		}
	}
}

// longestGap is how many days of a span are looked at.
const longestGap = 31
