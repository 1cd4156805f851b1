package parsers

import "claimaudit/audit/claim"

// alikes keep what the cells of the columns in claim.AlikeFields read as together: most rows have in them what a row
// before had.
type alikes struct {
	columns []int
	rows    map[string]*alikeRow
	key     [0xff]byte // of the row, so that no cell's length takes two

	asked, met int // rows of late, and those that had what a row before had
}

const (
	mostAlike = 1 << 13
	// alikeTrial is after how many rows it is seen whether keeping them pays: where fewer than alikeShare in eight come
	// again it does not, and the columns are read cell by cell from there on.
	alikeTrial = 1 << 14
	alikeShare = 6
)

// alikeRow is what the cells of a row read as.
type alikeRow struct {
	given  claim.Fields
	mended []mendedCell
	alike  claim.Alike
}

// mendedCell is a field whose cell was mended, and how.
type mendedCell struct {
	field claim.Field
	how   repair
}

// bindAlike finds the columns. A table whose fields hang on other columns too, or of whose rows one is several lines,
// has none.
func (r *reader) bindAlike() {
	if len(r.points) > 0 || r.class >= 0 || r.groups != nil || r.know.remits {
		return
	}
	a := &alikes{rows: map[string]*alikeRow{}}
	a.columns = append(append(a.columns, r.mods...), r.diags...)
	for _, cells := range [...][]ownCell{r.numbers, r.plain} {
		for _, c := range cells {
			if claim.AlikeFields.Has(c.field) {
				a.columns = append(a.columns, c.column)
			}
		}
	}
	if len(a.columns) > 1 {
		r.alikes = a
		r.ownNumbers, r.ownPlain = notAlike(r.numbers), notAlike(r.plain)
	}
}

func notAlike(cells []ownCell) (own []ownCell) {
	for _, c := range cells {
		if !claim.AlikeFields.Has(c.field) {
			own = append(own, c)
		}
	}
	return own
}

// keyOf is what the row has in the columns; nil where that is more than is kept.
func (a *alikes) keyOf(r *reader) []byte {
	n := 0
	for _, column := range a.columns {
		cell := ""
		if column < len(r.row.Cells) {
			cell = r.row.Cells[column]
		}
		if n+len(cell)+2 > len(a.key) {
			return nil
		}
		a.key[n] = byte(len(cell))
		if n++; cell == "" {
			continue
		}
		if r.row.Kinds != nil {
			a.key[n] = byte(r.kindOf(column))
			n++
		}
		n += copy(a.key[n:], cell)
	}
	return a.key[:n]
}

// readAlike reads the modifiers, units, diagnoses, payer and place of the row and the cells that are read by
// themselves.
func (r *reader) readAlike(code *codeCell) {
	a := r.alikes
	if a == nil || code.mods[0] != 0 || code.units != 0 {
		r.readEach(code)
		return
	}
	key := a.keyOf(r)
	a.asked++
	if k := a.rows[string(key)]; k != nil && key != nil {
		a.met++
		r.again(k)
		return
	}
	r.noted, r.noting = r.noted[:0], true
	r.readEach(code)
	r.noting = false
	if key != nil && len(a.rows) < mostAlike && r.line.Bad&claim.AlikeFields == 0 {
		k := r.newAlike()
		a.rows[string(key)], r.line.Alike = k, &k.alike
	}
	if a.asked >= alikeTrial {
		if a.met*8 < a.asked*alikeShare {
			r.alikes = nil
		}
		a.asked, a.met = 0, 0
	}
}

// newAlike keeps what the row's cells were read as.
func (r *reader) newAlike() *alikeRow {
	k := &alikeRow{given: r.line.Given & claim.AlikeFields}
	line, cells := claim.Blank(), r.line.AlikeCells()
	line.SetAlike(&cells)
	k.alike.Cells = line.Clone().AlikeCells() // their texts belong to the input
	for _, m := range r.noted {
		if claim.AlikeFields.Has(m.field) {
			k.mended = append(k.mended, m)
		}
	}
	return k
}

// again reads a row that has in the columns what one before had.
func (r *reader) again(k *alikeRow) {
	r.line.SetAlike(&k.alike.Cells)
	r.line.Given |= k.given
	r.line.Alike = &k.alike
	for _, m := range k.mended {
		r.mended[m.field][m.how]++
	}
	r.each(r.ownNumbers)
	r.otherDates()
	r.each(r.ownPlain)
	r.charged()
}

// readEach reads the columns one by one.
func (r *reader) readEach(code *codeCell) {
	r.modifiers(code.mods)
	r.each(r.numbers)
	r.unitsBehind(code)
	r.diagnoses()
	if len(r.points) > 0 {
		r.point()
	}
	r.otherDates()
	r.each(r.plain)
	if r.class >= 0 {
		r.payerClass()
	}
	r.charged()
}
