package answers

import (
	"claimaudit/audit/claim"
	"claimaudit/audit/wire"
)

// carried are the remittances of a run as they go from one process to another, and what became of their claims.
type carried struct {
	rows          []row
	unread        []unreadRow
	kinds         []kind
	claims, names carriedTexts
	met           []carriedClaim // in order
	sources       []claim.Source
}

// carriedTexts are texts end to end, and where each ends.
type carriedTexts struct {
	all  string
	ends []int
}

// carriedClaim is a claim that lines have, by its number.
type carriedClaim struct {
	number uint32
	shared bool
}

// carriedFate is what became of a row, by its place.
type carriedFate struct {
	row  uint32
	fate fate
}

// Bytes are the remittances, once all lines were seen, for Know in another process.
func (b *Book) Bytes() []byte {
	c := carried{
		unread: b.unread, kinds: b.kinds, sources: b.sources,
		claims: carriedTexts{string(b.claims.all), b.claims.ends}, names: carriedTexts{string(b.names.all), b.names.ends},
	}
	for _, r := range b.rows.each {
		plain := *r
		plain.next = 0
		c.rows = append(c.rows, plain)
	}
	for number := range b.of {
		if of := &b.of[number]; of.patient.Load() != 0 {
			c.met = append(c.met, carriedClaim{uint32(number), of.shared.Load()})
		}
	}
	return wire.Append(nil, &c)
}

// Know takes remittances and what became of their claims in another process, in which all lines were seen. The book has
// none yet.
func (b *Book) Know(data []byte) error {
	var c carried
	if err := wire.Read(data, &c); err != nil {
		return err
	}
	if !b.claims.take(&c.claims) || !b.names.take(&c.names) {
		return wire.ErrCut
	}
	b.kinds, b.unread, b.sources = c.kinds, c.unread, c.sources
	for i := range b.kinds {
		if b.kinds[i].said == nil {
			return wire.ErrCut
		}
	}
	for i := range c.rows {
		r := &c.rows[i]
		if !b.knows(r.pos) || int(r.kind) >= len(b.kinds) || int(r.claim) > len(b.claims.ends) || int(max(r.patient, r.line)) > len(b.names.ends) || r.fate >= numFates {
			return wire.ErrCut
		}
		b.rows.add(r)
	}
	b.index()
	return b.meet(c.met)
}

// knows tells whether a position is of a remittance there is.
func (b *Book) knows(p claim.Pos) bool { return p.Input >= 0 && int(p.Input) < len(b.sources) }

// meet notes which claims lines have.
func (b *Book) meet(met []carriedClaim) error {
	for _, u := range b.unread {
		if !b.knows(u.pos) {
			return wire.ErrCut
		}
	}
	for _, of := range met {
		if int(of.number) >= len(b.of) {
			return wire.ErrCut
		}
		b.of[of.number].patient.Store(1)
		b.of[of.number].shared.Store(of.shared)
	}
	return nil
}

// take takes texts under the numbers that they had, each once.
func (t *texts) take(c *carriedTexts) bool {
	from := 0
	for i, end := range c.ends {
		if end < from || end > len(c.all) || t.add(c.all[from:end]) != uint32(i+1) { // rows are counted in 32 bits
			return false
		}
		from = end
	}
	return from == len(c.all)
}

// Fates are what became of the rows of lines that were joined here, for TakeFates in another process.
func (b *Book) Fates() []byte {
	var list []carriedFate
	for n, r := range b.rows.each {
		if r.fate != notLooked {
			list = append(list, carriedFate{n, r.fate})
		}
	}
	return wire.Append(nil, &list)
}

// TakeFates takes what became of rows in another process, where lines were joined that were not here.
func (b *Book) TakeFates(data []byte) error {
	var list []carriedFate
	if err := wire.Read(data, &list); err != nil {
		return err
	}
	all := b.rows.count()
	for _, f := range list {
		if int(f.row) >= all || f.fate >= numFates {
			return wire.ErrCut
		}
		b.rows.at(f.row).fate = f.fate
	}
	return nil
}
