package account

import (
	"maps"
	"slices"

	"claimaudit/audit"
)

// answers counts lines by what payers answered.
type answers struct {
	all    audit.Answered
	byCode map[string]*audit.Answered
}

func (t *answers) count(a audit.Answer, l *audit.Line) {
	t.all.Count(a.Outcome, l)
	for _, code := range a.Codes {
		t.of(code).Count(a.Outcome, l)
	}
}

func (t *answers) of(code string) *audit.Answered {
	if t.byCode == nil {
		t.byCode = map[string]*audit.Answered{}
	}
	n := t.byCode[code]
	if n == nil {
		n = &audit.Answered{}
		t.byCode[code] = n
	}
	return n
}

func (t *answers) add(u *answers) {
	t.all.Add(&u.all)
	for code, n := range u.byCode {
		t.of(code).Add(n)
	}
}

func (t *answers) report(of func(*audit.Line) audit.Answer) *audit.Answers {
	r := &audit.Answers{All: t.all, Of: of}
	for _, code := range slices.Sorted(maps.Keys(t.byCode)) {
		r.Reasons = append(r.Reasons, audit.Reason{Code: code, Answered: *t.byCode[code]})
	}
	return r
}
