package parsers

import (
	"fmt"
	"slices"

	"claimaudit/parsers/grid"
)

// Saved is how the exports of one system are read, chosen by their header.
type Saved struct {
	Name   string
	Header []string // names that are all in the header of such an export, and in no other's
	Map    []Mapping
}

// mappings are those to read the table by: of the saved mapping its header has all names of, less the
// fields that o.Map speaks of, and o.Map. Of several the one with the most names is meant.
func (t *Table) mappings(rows []grid.Row, o Options) ([]Mapping, error) {
	var best *Saved
	for i := range o.Saved {
		s := &o.Saved[i]
		switch {
		case !s.fits(rows):
		case best != nil && len(best.Header) == len(s.Header):
			return nil, &headerError{
				what: fmt.Sprintf("the saved mappings %q and %q both fit the header", best.Name, s.Name),
				help: "give one of them a further name of the header it is for", fatal: true,
			}
		case best == nil || len(best.Header) < len(s.Header):
			best = s
		}
	}
	if best == nil {
		return o.Map, nil
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("read by the saved mapping %q", best.Name))
	saved := slices.DeleteFunc(slices.Clone(best.Map), func(m Mapping) bool {
		return slices.ContainsFunc(o.Map, func(n Mapping) bool { return n.slot.role == m.slot.role && (n.slot.nth == 0 || n.slot == m.slot) })
	})
	return append(saved, o.Map...), nil
}

// fits tells whether one of the first rows has all names of the saved mapping's header.
func (s *Saved) fits(rows []grid.Row) bool {
	if len(s.Header) == 0 {
		return false
	}
	for i := range min(len(rows), headerRows) {
		texts := headerTexts(rows[i].Cells)
		has := func(name string) bool {
			return slices.ContainsFunc(texts, func(text string) bool { return text != "" && headerKey(text) == headerKey(name) })
		}
		if !slices.ContainsFunc(s.Header, func(name string) bool { return !has(name) }) {
			return true
		}
	}
	return false
}

// Save is the mapping that reads exports with the table's header as this one was read.
func (t *Table) Save(name string) Saved {
	s := Saved{Name: name}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Field != "" && c.Header != "" {
			s.Header = append(s.Header, c.Header)
			s.Map = append(s.Map, Mapping{Field: c.slot.String(), Header: c.Header, slot: c.slot})
		}
	}
	return s
}
