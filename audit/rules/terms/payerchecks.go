package terms

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// checkRow is a row of payer-checks.csv: a kind of check, and for each class of payer the highest
// severity at which something of the kind may be said to it, or silent.
type checkRow struct {
	Check             string `csv:"check" table:"key"`
	Medicare          string `csv:"medicare"`
	MedicareAdvantage string `csv:"medicare-advantage"`
	Medicaid          string `csv:"medicaid"`
	Commercial        string `csv:"commercial"`
	WorkersComp       string `csv:"workers-comp"`
	Auto              string `csv:"auto"`
	SelfPay           string `csv:"self-pay"`
	Federal           string `csv:"federal"`
	NamedUnknown      string `csv:"named-unknown"`
	Blank             string `csv:"blank"`
	Means             string `csv:"means"`
	Source            string `csv:"source"`
}

// MustByPayer is the highest severity for each class of payer of what is of one of the kinds of check
// named; 0 where nothing is said.
func MustByPayer(checks []string) (most audit.ByPayer) {
	for _, name := range checks {
		row := mustCheck(name)
		for p, word := range map[claim.Payer]string{
			claim.Medicare: row.Medicare, claim.MedicareAdvantage: row.MedicareAdvantage, claim.Medicaid: row.Medicaid,
			claim.Commercial: row.Commercial, claim.WorkersComp: row.WorkersComp, claim.Auto: row.Auto, claim.SelfPay: row.SelfPay,
			claim.Federal: row.Federal, claim.NamedUnknown: row.NamedUnknown, claim.BlankPayer: row.Blank,
		} {
			most[p] = max(most[p], MustWord(mostWords, word))
		}
	}
	return most
}

var mostWords = map[string]audit.Severity{"error": audit.Error, "warning": audit.Warning, "review": audit.Review, "silent": 0}

func mustCheck(name string) checkRow {
	for row := range MustData[checkRow]("payer-checks.csv") {
		if row.Check == name {
			return row
		}
	}
	panic("rules: payer-checks.csv has no " + name) // the table is part of the program
}

// payerTextRow is a text that depends on the payer: what a message begins or ends with, the
// advice behind a fix, or what stands for [notice] in one, where Medicare's notice of non-coverage is
// one way on.
type payerTextRow struct {
	Place  string `csv:"place"`
	Checks Words  `csv:"checks"` // kinds of check it is for; blank: all
	Payers string `csv:"payers"`
	Text   string `csv:"text"`
	Source string `csv:"source"`
}

// PayerTexts are the texts of some kinds of check by class of payer.
type PayerTexts struct{ begins, ends, advice, notice [claim.NumPayers]string }

// MustPayerTexts are those of the kinds of check named.
func MustPayerTexts(checks []string) *PayerTexts {
	t := &PayerTexts{}
	places := map[string]*[claim.NumPayers]string{"begins": &t.begins, "ends": &t.ends, "advice": &t.advice, "notice": &t.notice}
	for row := range MustData[payerTextRow]("payer-texts.csv") {
		if len(row.Checks) > 0 && !Meet(row.Checks, checks) {
			continue
		}
		to, payers := MustWord(places, row.Place), MustPayers(row.Payers)
		for p := range claim.NumPayers {
			if payers.Has(p) {
				to[p] = row.Text
			}
		}
	}
	return t
}

// Meet tells whether the two lists have a word in common.
func Meet(a, b []string) bool {
	for _, word := range a {
		if Among(b, word) && len(b) > 0 {
			return true
		}
	}
	return false
}

// Say fills into a finding what is said to the payer of its line.
func (t *PayerTexts) Say(f *audit.Finding) {
	p := f.Line.Payer
	if begins := t.begins[p]; begins != "" {
		f.Message, f.Fix.Text = begins+f.Message, lowered(begins)+f.Fix.Text
	}
	f.Message += t.ends[p]
	f.Fix.Text = strings.ReplaceAll(f.Fix.Text, "[notice]", t.notice[p]) + t.advice[p]
}

// MustToPayer fits a finding to the payer of its line by what the kinds of check may say to it: its
// severity, 0 where nothing is said; no edit where that is lower; and, of one kind, in its words.
func MustToPayer(checks ...string) func(f *audit.Finding) {
	most, texts := MustByPayer(checks), &PayerTexts{}
	if len(checks) == 1 {
		texts = MustPayerTexts(checks)
	}
	return func(f *audit.Finding) {
		if most := most[f.Line.Payer]; f.Severity > most {
			f.Severity, f.Fix.Edits = most, nil // what is less sure of a payer is not done by itself
		}
		texts.Say(f)
	}
}

func lowered(text string) string { return strings.ToLower(text[:1]) + text[1:] }
