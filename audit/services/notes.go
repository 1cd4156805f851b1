package services

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// notes count what is told once of each table, and not line by line.
type notes struct {
	kinds  []map[claim.UnreadKind]int // rows left out
	counts [numRemarks][]int
}

// remark is what is told of a table beside the rows left out of it.
type remark int

// The remarks.
const (
	gone       remark = iota // lines that a later export of their claim has no more
	unheld                   // replacements without the claim they replace
	tiedClaims               // corrections that fit two claims alike
	busy                     // days with too many claims to look for copies
	persons                  // ids that two persons have
	centre                   // lines in a centre on a second claim of one biller
	credits                  // reversals of charges that are not here
	numRemarks
)

func newNotes(n int) *notes {
	list := &notes{kinds: make([]map[claim.UnreadKind]int, n)}
	for i := range list.kinds {
		list.kinds[i] = map[claim.UnreadKind]int{}
	}
	for r := range list.counts {
		list.counts[r] = make([]int, n)
	}
	return list
}

func (n *notes) count(input int32, kind claim.UnreadKind) { n.kinds[input][kind]++ }

// remark counts what a line gives rise to. Earlier history is not the run's to tell of.
func (n *notes) remark(r remark, of *audit.Line) {
	if !of.Context {
		n.counts[r][of.Pos.Input]++
	}
}

func (n *notes) add(o *notes) {
	for i := range n.kinds {
		for k, c := range o.kinds[i] {
			n.kinds[i][k] += c
		}
		for r := range n.counts {
			n.counts[r][i] += o.counts[r][i]
		}
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
	for r, text := range remarks {
		if c := n.counts[r][input]; c > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", c, text))
		}
	}
	return texts
}

// remarks are what is said of so many.
var remarks = [numRemarks]string{
	gone:       "lines of claims that a later export has without them: they stand, and what is found on them is for review",
	unheld:     "claims with frequency 7 replace a claim that is not here: they are judged alone",
	tiedClaims: "claims with frequency 7 or 8 fit two claims alike: none is taken out",
	busy:       "days of a patient have too many claims to look for copies to other payers",
	persons:    "patient ids are of two persons, by their dates of birth: each is judged alone",
	centre:     "lines in a surgery centre are on a second claim of the day: the surgery centre's own claims seem to be in this export; tell them apart with a column of claim types (--map ClaimType=...), or say that all are of one kind (--claim-type), because duplicates between the two are not looked for",
	credits:    "lines take back charges that are not here: they are left out",
}
