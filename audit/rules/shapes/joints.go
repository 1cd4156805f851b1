package shapes

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// sizeRow says which sizes of joint a diagnosis is of.
type sizeRow struct {
	Diagnosis string `csv:"diagnosis"`
	Sizes     string `csv:"sizes"`   // small, medium, large; none for what is no joint
	Instead   string `csv:"instead"` // what is billed, where it is not the joint codes of the sizes
	Source    string `csv:"source"`
}

// jointRow names the codes of a size of joint, the sizes in rising order.
type jointRow struct {
	Size   string `csv:"size" table:"key"`
	Called string `csv:"called"`
	Plain  string `csv:"plain"`
	Imaged string `csv:"imaged"` // with ultrasound
	Source string `csv:"source"`
}

// jointSizes is a set of sizes of joints, a bit for each row of joint-codes.csv.
type jointSizes uint8

type jointSize struct {
	prefix  claim.Diagnosis
	sizes   jointSizes
	instead string
}

// jointCodes are what the rule needs of joint-codes.csv.
type jointCodes struct {
	rows  []jointRow
	sizes map[claim.Code]jointSizes
	named map[string]jointSizes
}

func mustJointCodes() jointCodes {
	j := jointCodes{rows: slices.Collect(terms.MustData[jointRow]("joint-codes.csv")), sizes: map[claim.Code]jointSizes{}, named: map[string]jointSizes{}}
	for i, row := range j.rows {
		j.sizes[claim.MustCode(row.Plain)], j.sizes[claim.MustCode(row.Imaged)], j.named[row.Size] = 1<<i, 1<<i, 1<<i
	}
	return j
}

func mustJointSizes(named map[string]jointSizes) (list []jointSize) {
	for row := range terms.MustData[sizeRow]("joint-sizes.csv") {
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

// ByJointSize completes a rule that holds the size of a joint against that of the diagnoses, by
// joint-sizes.csv.
func ByJointSize(r *audit.Rule) {
	codes := mustJointCodes()
	list := mustJointSizes(codes.named)
	r.Check = terms.EachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.In(catalog.Joint) || l.Root || l.From < terms.Icd10 || l.Dx[0] == 0 {
			return
		}
		checkJointSize(&codes, list, l, report)
	})
}

func checkJointSize(codes *jointCodes, list []jointSize, l *audit.Line, report func(audit.Finding)) {
	billed, sized := codes.sizes[l.Code]
	if !sized {
		return
	}
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
	report(otherSize(codes, l, billed, sizes, instead))
}

func sizeOf(list []jointSize, d claim.Diagnosis) *jointSize {
	for i := range list {
		if d.Under(list[i].prefix) {
			return &list[i]
		}
	}
	return nil
}

func otherSize(codes *jointCodes, l *audit.Line, billed, sizes jointSizes, instead string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is billed with %s, which is not of %s joint", terms.BilledAs(l), l.From, diagnosisList(l), codes.called(billed)),
	}
	if sizes > billed {
		f.Money = audit.Underpay
	}
	if instead == "" {
		instead = codes.codes(sizes, l.Code)
	}
	f.Fix = audit.Fix{
		Action: audit.Document,
		Text:   fmt.Sprintf("look up in the procedure note what was injected: this diagnosis supports %s; or bill the diagnosis of the joint that was", instead),
	}
	return f
}

// called is the size billed, in words.
func (j *jointCodes) called(billed jointSizes) string {
	return j.rows[bits.TrailingZeros8(uint8(billed))].Called
}

// codes are the codes of the sizes, with ultrasound where the code billed is.
func (j *jointCodes) codes(sizes jointSizes, billed claim.Code) string {
	imaged := slices.ContainsFunc(j.rows, func(row jointRow) bool { return row.Imaged == billed.String() })
	var codes []string
	for i, row := range j.rows {
		switch {
		case sizes&(1<<i) == 0:
		case imaged:
			codes = append(codes, row.Imaged)
		default:
			codes = append(codes, row.Plain)
		}
	}
	return strings.Join(codes, " or ")
}
