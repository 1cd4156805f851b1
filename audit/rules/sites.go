package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

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
