package answers

import (
	"cmp"
	"slices"

	"claimaudit/audit/claim"
	"claimaudit/audit/wire"
)

// carried are the remittances of a run as they go from one process to another, and what became of their claims.
type carried struct {
	rows    []row   // without what their codes say
	cells   []told  // this, each once
	cell    []int32 // of each row its place; -1 for none
	claims  []carriedClaim
	sources []claim.Source
}

// carriedClaim is a claim that lines have.
type carriedClaim struct {
	number uint64
	shared bool
}

// carriedFate is what became of a row, by its place.
type carriedFate struct {
	row  int32
	fate fate
}

// Bytes are the remittances, once all lines were seen, for Know in another process.
func (b *Book) Bytes() []byte {
	c := carried{rows: slices.Clone(b.rows), sources: b.sources}
	places := map[*told]int32{nil: -1}
	for i := range c.rows {
		said := c.rows[i].said
		place, met := places[said]
		if !met {
			place = int32(len(c.cells))
			places[said] = place
			c.cells = append(c.cells, *said)
		}
		c.rows[i].said, c.cell = nil, append(c.cell, place)
	}
	for number, of := range b.claims {
		if of.patient.Load() != 0 {
			c.claims = append(c.claims, carriedClaim{number, of.shared.Load()})
		}
	}
	slices.SortFunc(c.claims, func(x, y carriedClaim) int { return cmp.Compare(x.number, y.number) })
	return wire.Append(nil, &c)
}

// Know takes remittances and what became of their claims in another process, in which all lines were seen. The book has
// none yet.
func (b *Book) Know(data []byte) error {
	var c carried
	if err := wire.Read(data, &c); err != nil || len(c.cell) != len(c.rows) {
		return cmp.Or(err, wire.ErrCut)
	}
	b.rows, b.sources, b.claims = c.rows, c.sources, map[uint64]*claimRows{}
	for i, place := range c.cell {
		r := &b.rows[i]
		if place >= 0 && int(place) < len(c.cells) {
			r.said = &c.cells[place]
		}
		if int(r.pos.Input) >= len(b.sources) || r.unread == "" && r.said == nil {
			return wire.ErrCut
		}
	}
	b.index()
	for _, of := range c.claims {
		if b.claims[of.number] == nil {
			return wire.ErrCut
		}
		b.claims[of.number].patient.Store(1)
		b.claims[of.number].shared.Store(of.shared)
	}
	return nil
}

// Fates are what became of the rows of lines that were joined here, for TakeFates in another process.
func (b *Book) Fates() []byte {
	var list []carriedFate
	for i := range b.rows {
		if f := b.rows[i].fate; f != notLooked {
			list = append(list, carriedFate{int32(i), f})
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
	for _, f := range list {
		if f.row < 0 || int(f.row) >= len(b.rows) || f.fate >= numFates {
			return wire.ErrCut
		}
		b.rows[f.row].fate = f.fate
	}
	return nil
}
