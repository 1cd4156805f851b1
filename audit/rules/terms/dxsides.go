package terms

import (
	"strconv"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// sideRow names a family of diagnoses that state a side by the character at a position.
type sideRow struct {
	Diagnosis string `csv:"diagnosis"`
	Position  string `csv:"position"` // from 1, the dot not counted
	Source    string `csv:"source"`
}

// sidedDiagnoses are the families that state a side, by category (the first three characters).
type sidedDiagnoses map[claim.Diagnosis][]sidedFamily

type sidedFamily struct {
	prefix   claim.Diagnosis
	position int
}

// DxSides are the diagnoses that state a side by one of their characters.
var DxSides = sync.OnceValue(func() sidedDiagnoses {
	families := sidedDiagnoses{}
	for row := range MustData[sideRow]("side-diagnoses.csv") {
		n, err := strconv.Atoi(row.Position)
		if err != nil || n < 1 || n > 7 {
			panic("rules: side-diagnoses.csv: not a position: " + row.Position)
		}
		d := claim.MustDiagnosis(row.Diagnosis)
		families[category(d)] = append(families[category(d)], sidedFamily{d, n})
	}
	return families
})

// category is the diagnosis's first three characters.
func category(d claim.Diagnosis) claim.Diagnosis { return d &^ (1<<40 - 1) }

// of is the character that states the diagnosis's side: 1 right, 2 left, 3 both, 0 and 9 not
// specified; 0 when its family states none, or the code is too short to.
func (s sidedDiagnoses) of(d claim.Diagnosis) byte {
	for _, f := range s[category(d)] {
		if d.Under(f.prefix) {
			return byte(uint64(d) >> (64 - 8*f.position))
		}
	}
	return 0
}

// Open tells whether the diagnosis is of a family and leaves its side open.
func (s sidedDiagnoses) Open(d claim.Diagnosis) bool {
	side := s.of(d)
	return side == '0' || side == '9'
}

// SideOf is the side the diagnosis states.
func (s sidedDiagnoses) SideOf(d claim.Diagnosis) claim.Side {
	switch s.of(d) {
	case '1':
		return claim.Right
	case '2':
		return claim.Left
	case '3':
		return claim.Both
	}
	return claim.NoSide
}

// Against tells whether the line's first diagnosis is of the side opposite to the line's, and none
// of the others leaves the side open or names it.
func (s sidedDiagnoses) Against(l *audit.Line) bool {
	side := l.Mods.Side()
	return s.SideOf(l.Dx[0]).Opposite(side) && !s.mayBe(l, side)
}

// mayBe tells whether a diagnosis of a family leaves the side open, or names it.
func (s sidedDiagnoses) mayBe(l *audit.Line, side claim.Side) bool {
	for _, d := range l.Dx {
		if d != 0 && s.of(d) != 0 && s.SideOf(d).Meets(side) {
			return true
		}
	}
	return false
}
