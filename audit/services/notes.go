package services

import (
	"fmt"

	"claimaudit/audit/claim"
)

// notes count what is told once of each table, and not line by line.
type notes struct {
	kinds  []map[claim.UnreadKind]int // rows left out
	gone   []int                      // lines that a later export of their claim has no more
	alone  []int                      // replacements without the claim they replace
	tied   []int                      // corrections that fit two claims alike
	busy   []int                      // days with too many claims to look for copies
	mixed  []int                      // ids that two persons have
	centre []int                      // lines in a centre on a second claim of one biller
}

func newNotes(n int) *notes {
	list := &notes{make([]map[claim.UnreadKind]int, n), make([]int, n), make([]int, n), make([]int, n), make([]int, n), make([]int, n), make([]int, n)}
	for i := range list.kinds {
		list.kinds[i] = map[claim.UnreadKind]int{}
	}
	return list
}

func (n *notes) count(input int32, kind claim.UnreadKind) { n.kinds[input][kind]++ }

func (n *notes) add(o *notes) {
	for i := range n.kinds {
		for k, c := range o.kinds[i] {
			n.kinds[i][k] += c
		}
		n.gone[i] += o.gone[i]
		n.alone[i] += o.alone[i]
		n.tied[i] += o.tied[i]
		n.busy[i] += o.busy[i]
		n.mixed[i] += o.mixed[i]
		n.centre[i] += o.centre[i]
	}
}

// told are the kinds of rows that a table's notes speak of, and what is said of so many.
var told = [...]struct {
	kind claim.UnreadKind
	text string
}{
	{claim.PaymentCopy, "rows repeat a charge, as a join with payments does: the charge is audited once; export charges without payments"},
	{claim.DenialCopy, "rows repeat a charge for each reason of its denial: the charge is audited once"},
	{claim.DiagnosisCopy, "rows repeat a charge for each of its diagnoses: the charge is audited once, with all of them"},
	{claim.ModifierCopy, "rows repeat a charge for each of its modifiers: the charge is audited once, with all of them"},
	{claim.Overlap, "rows are lines that a later export has as well, or that are printed twice: each line is audited once"},
	{claim.Superseded, "rows are earlier states of lines that a later export has again: the later state is audited"},
	{claim.Replaced, "lines are of claims that a claim with frequency 7 replaces: the replacement is audited"},
	{claim.Voided, "lines are of claims that a claim with frequency 8 takes back"},
	{claim.PayerCopy, "lines are copies to another payer: judged as sent to the first"},
}

// of are the notes of one table.
func (n *notes) of(input int) (texts []string) {
	for _, t := range told {
		if c := n.kinds[input][t.kind]; c > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", c, t.text))
		}
	}
	for _, t := range [...]struct {
		count []int
		text  string
	}{
		{n.gone, "lines of claims that a later export has without them: they stand"},
		{n.alone, "claims with frequency 7 replace a claim that is not here: they are judged alone"},
		{n.tied, "claims with frequency 7 or 8 fit two claims alike: none is taken out"},
		{n.busy, "days of a patient have too many claims to look for copies to other payers"},
		{n.mixed, "patient ids are of two persons, by their dates of birth: each is judged alone"},
		{n.centre, "lines in a surgery centre are on a second claim of the day: the surgery centre's own claims seem to be in this export; tell them apart with a column of claim types (--map ClaimType=...), because duplicates between the two are not looked for"},
	} {
		if c := t.count[input]; c > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", c, t.text))
		}
	}
	return texts
}
