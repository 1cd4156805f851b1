package account

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// openDiagnoses tells of lines whether the lists in use can judge all of their diagnoses. What they tell of
// a diagnosis in a quarter is kept of late ones.
type openDiagnoses struct {
	asked bool // some rule needs the lists
	late  [1 << 8]openDiagnosis
}

type openDiagnosis struct {
	code    claim.Diagnosis
	quarter catalog.Quarter
	open    bool
}

func newOpenDiagnoses(rules []*audit.Rule) (o openDiagnoses) {
	for _, r := range rules {
		o.asked = o.asked || r.Needs.Tables&audit.DiagnosisLists != 0
	}
	return o
}

// any tells whether one of the line's diagnoses is judged by no list.
func (o *openDiagnoses) any(cat *catalog.Catalog, l *audit.Line, quarter catalog.Quarter) bool {
	if !o.asked {
		return false
	}
	for _, d := range l.Diagnoses() {
		k := &o.late[uint64(d)*0x9e3779b97f4a7c15>>56]
		if k.code != d || k.quarter != quarter {
			*k = openDiagnosis{d, quarter, !cat.JudgesDiagnosis(d, l.From)}
		}
		if k.open {
			return true
		}
	}
	return false
}
