package rules

import (
	"fmt"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
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

func mustSides() sidedDiagnoses {
	families := sidedDiagnoses{}
	for _, row := range mustData[sideRow]("side-diagnoses.csv") {
		n, err := strconv.Atoi(row.Position)
		if err != nil || n < 1 || n > 7 {
			panic("rules: side-diagnoses.csv: not a position: " + row.Position)
		}
		d := claim.MustDiagnosis(row.Diagnosis)
		families[category(d)] = append(families[category(d)], sidedFamily{d, n})
	}
	return families
}

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

// open tells whether the diagnosis is of a family and leaves its side open.
func (s sidedDiagnoses) open(d claim.Diagnosis) bool {
	side := s.of(d)
	return side == '0' || side == '9'
}

// sideOf is the side the diagnosis states.
func (s sidedDiagnoses) sideOf(d claim.Diagnosis) claim.Side {
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

func sideAgainstDiagnosis() check {
	sides := mustSides()
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		side := l.Mods.Side()
		if side != claim.Left && side != claim.Right || l.From < icd10 || l.Root {
			return
		}
		if first := sides.sideOf(l.Dx[0]); first.Opposite(side) && !sides.mayBe(l, side) {
			report(againstDiagnosis(l, side, first))
		}
	})
}

// mayBe tells whether a diagnosis of a family leaves the side open, or names it.
func (s sidedDiagnoses) mayBe(l *audit.Line, side claim.Side) bool {
	for _, d := range l.Dx {
		if d != 0 && s.of(d) != 0 && s.sideOf(d).Meets(side) {
			return true
		}
	}
	return false
}

func againstDiagnosis(l *audit.Line, billed, diagnosed claim.Side) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is billed for the %s side, and %s is of the %s side", billedAs(l), l.From, billed, l.Dx[0], diagnosed),
		Fix:     audit.Fix{Action: audit.Document, Text: "look up the side in the procedure note and correct the modifier or the diagnosis"},
	}
}

func diagnosisUnspecified() check {
	sides, vague := mustSides(), mustDiagnoses("unspecified-site")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.In(catalog.NeedsSide) || l.Root || l.From < icd10 || l.Dx[0] == 0 {
			return
		}
		for _, d := range l.Dx {
			if d != 0 && !sides.open(d) && !vague.has(d) {
				return
			}
		}
		report(unspecified(l))
	})
}

func unspecified(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is billed with %s, which leaves side or site open", billedAs(l), l.From, diagnosisList(l)),
		Fix:     audit.Fix{Action: audit.Document, Text: "look up side and site in the record and bill the diagnosis that names them (such as M25.561 for the right knee, M54.59 for the low back)"},
	}
}

// sizeRow says which sizes of joint a diagnosis is of.
type sizeRow struct {
	Diagnosis string `csv:"diagnosis"`
	Sizes     string `csv:"sizes"`   // small, medium, large; none for what is no joint
	Instead   string `csv:"instead"` // what is billed, where it is not the joint codes of the sizes
	Source    string `csv:"source"`
}

// jointSizes is a set of sizes of joints.
type jointSizes uint8

const (
	smallJoint jointSizes = 1 << iota
	mediumJoint
	largeJointSize
)

type jointSize struct {
	prefix  claim.Diagnosis
	sizes   jointSizes
	instead string
}

// jointsBySize are the joint codes, without and with ultrasound.
var jointsBySize = map[claim.Code]jointSizes{
	claim.MustCode("20600"): smallJoint, claim.MustCode("20604"): smallJoint,
	claim.MustCode("20605"): mediumJoint, claim.MustCode("20606"): mediumJoint,
	claim.MustCode("20610"): largeJointSize, claim.MustCode("20611"): largeJointSize,
}

func mustJointSizes() (list []jointSize) {
	named := map[string]jointSizes{"small": smallJoint, "medium": mediumJoint, "large": largeJointSize}
	for _, row := range mustData[sizeRow]("joint-sizes.csv") {
		j := jointSize{prefix: claim.MustDiagnosis(row.Diagnosis), instead: row.Instead}
		for _, word := range strings.Fields(row.Sizes) {
			if named[word] == 0 {
				panic("rules: joint-sizes.csv: not a size: " + word)
			}
			j.sizes |= named[word]
		}
		list = append(list, j)
	}
	return list
}

func jointSizeAgainstDiagnosis() check {
	list := mustJointSizes()
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.In(catalog.Joint) || l.Root || l.From < icd10 || l.Dx[0] == 0 {
			return
		}
		checkJointSize(list, l, report)
	})
}

func checkJointSize(list []jointSize, l *audit.Line, report func(audit.Finding)) {
	billed := jointsBySize[l.Code]
	var sizes jointSizes
	instead := ""
	for _, d := range l.Dx {
		if d == 0 {
			continue
		}
		j := sizeOf(list, d)
		if j == nil || j.sizes&billed != 0 {
			return
		}
		sizes |= j.sizes
		if instead == "" {
			instead = j.instead
		}
	}
	report(otherSize(l, billed, sizes, instead))
}

func sizeOf(list []jointSize, d claim.Diagnosis) *jointSize {
	for i := range list {
		if d.Under(list[i].prefix) {
			return &list[i]
		}
	}
	return nil
}

func otherSize(l *audit.Line, billed, sizes jointSizes, instead string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is billed with %s, which is not of %s joint", billedAs(l), l.From, diagnosisList(l), billed),
	}
	if sizes > billed {
		f.Money = audit.Underpay
	}
	if instead == "" {
		instead = sizes.codes(l.Code)
	}
	f.Fix = audit.Fix{
		Action: audit.Document,
		Text:   fmt.Sprintf("look up in the procedure note what was injected: this diagnosis supports %s; or bill the diagnosis of the joint that was", instead),
	}
	return f
}

func (s jointSizes) String() string {
	return map[jointSizes]string{smallJoint: "a small", mediumJoint: "a medium", largeJointSize: "a large"}[s]
}

// codes are the codes of the sizes, with ultrasound where the code billed is.
func (s jointSizes) codes(billed claim.Code) string {
	plain := [...]string{"20600", "20605", "20610"}
	if billed.String() == "20604" || billed.String() == "20606" || billed.String() == "20611" {
		plain = [...]string{"20604", "20606", "20611"}
	}
	var codes []string
	for i, size := range [...]jointSizes{smallJoint, mediumJoint, largeJointSize} {
		if s&size != 0 {
			codes = append(codes, plain[i])
		}
	}
	return strings.Join(codes, " or ")
}

func oneSideOfTwo() check {
	both := mustDiagnoses("both-sides")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		side := l.Mods.Side()
		if side != claim.Left && side != claim.Right || !l.In(catalog.NeedsSide) || l.Root || l.From < icd10 || !both.all(l) {
			return
		}
		if !otherSideBilled(l, day) {
			report(oneSide(l, side))
		}
	})
}

// otherSideBilled tells whether a line of the code is for another side, or does not say for which.
func otherSideBilled(l *audit.Line, day *company) bool {
	for m := range day.of(l.Code).each {
		if m != l && m.Mods.Side() != l.Mods.Side() {
			return true
		}
	}
	return false
}

func oneSide(l *audit.Line, side claim.Side) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Underpay,
		Message: fmt.Sprintf("%s on %s is billed for the %s side only, with %s, which is of both", billedAs(l), l.From, side, diagnosisList(l)),
		Fix:     audit.Fix{Action: audit.Document, Text: "look up in the procedure note whether both sides were treated: then bill 50 with 1 unit (two lines, RT and LT, on an ASC's claim)"},
	}
}
