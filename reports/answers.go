package reports

import (
	"cmp"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// cannotTell is what nobody may read into findings set beside payers' answers.
var cannotTell = []string{
	"A line is flagged when a rule says anything of it: a payer may have denied it for another reason. A waived finding flags nothing.",
	"Deductible, coinsurance and copayment (PR-1, PR-2, PR-3) are the patient's share and no denial; CO-45 and other cuts by contract or law are none either.",
	"A denial for other reasons than what was billed (eligibility, authorization, late filing, another payer, missing papers) says nothing of the rules that judge codes, and stands in a column of its own.",
	"Answers to a line are added up, whenever they came: a line denied first and paid later, in whole or part, counts as reduced. A line without an answer may still get one, and a line that was paid may be taken back in a review.",
	"A line that a payer bundled into another is paid with that one: what its own rule would have saved is not its charge.",
	"Nothing paid and no reason that the table has is unclear; so is a code that the table does not have, which no sum calls a denial.",
	"A row of a remittance that is about no line audited, or of which several lines may be meant, is in no figure here: Remits Not Joined has it.",
}

// answered is findings set beside what payers answered.
type answered struct {
	flagged audit.Answered
	byRule  map[*audit.Rule]*audit.Answered
	byCode  map[string]*audit.Answered // of flagged lines
}

// answered sets the findings that are shown beside what payers answered of their lines.
func (v *view) answered() *answered {
	v.answering.Do(func() {
		a := &answered{byRule: map[*audit.Rule]*audit.Answered{}, byCode: map[string]*audit.Answered{}}
		findings := v.lines.Reader()
		for i := 0; i < v.lines.Len(); {
			first := i
			for i < v.lines.Len() && v.lines.Brief(i).Pos == v.lines.Brief(first).Pos {
				i++
			}
			if l := findings.At(first).Line; !l.Context {
				a.count(l, v.Answers.Of(l), v.rulesOn(first, i))
			}
		}
		v.answersOf = a
	})
	return v.answersOf
}

// rulesOn are the rules of some findings in a row, each once.
func (v *view) rulesOn(from, end int) (rules []*audit.Rule) {
	for i := from; i < end; i++ {
		if r := v.lines.Rule(v.lines.Brief(i)); !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	return rules
}

func (a *answered) count(l *audit.Line, said audit.Answer, rules []*audit.Rule) {
	a.flagged.Count(said.Outcome, l)
	for _, r := range rules {
		if a.byRule[r] == nil {
			a.byRule[r] = &audit.Answered{}
		}
		a.byRule[r].Count(said.Outcome, l)
	}
	for _, code := range said.Codes {
		if a.byCode[code] == nil {
			a.byCode[code] = &audit.Answered{}
		}
		a.byCode[code].Count(said.Outcome, l)
	}
}

// rules are those with findings on lines audited, in the order they ran.
func (v *view) rulesAnswered() (list []*audit.Rule) {
	a := v.answered()
	for _, r := range v.rulesMet() {
		if a.byRule[r] != nil {
			list = append(list, r)
		}
	}
	return list
}

// unforeseen is of the lines with a code those of which no rule says anything.
func (v *view) unforeseen(r *audit.Reason) audit.Answered {
	if flagged := v.answered().byCode[r.Code]; flagged != nil {
		return r.Less(flagged)
	}
	return r.Answered
}

// denies tells whether a rule might have foreseen what the code does: it is no share of the patient's, no cut by contract,
// and no remark.
func denies(r *audit.Reason) bool {
	return r.Means == "" || r.Means == "denied" || r.Means == "reduced" || r.Means == "administrative"
}

// reasons are the codes of payers: those that deny first, by what no rule foresaw.
func (v *view) reasons() []*audit.Reason {
	list := make([]*audit.Reason, len(v.Answers.Reasons))
	for i := range list {
		list[i] = &v.Answers.Reasons[i]
	}
	charge := func(r *audit.Reason) claim.Cents {
		rest := v.unforeseen(r)
		return rest.Charge()
	}
	slices.SortStableFunc(list, func(x, y *audit.Reason) int {
		if denies(x) != denies(y) {
			return audit.CompareBools(denies(y), denies(x))
		}
		return cmp.Or(cmp.Compare(charge(y), charge(x)), cmp.Compare(y.Lines(), x.Lines()), cmp.Compare(x.Code, y.Code))
	})
	return list
}

// unpaid are the lines that were denied or paid less for what was billed, of those of which that can be told.
func unpaid(a *audit.Answered) (n, of int) {
	n = a[audit.Denied].Lines + a[audit.Reduced].Lines
	return n, n + a[audit.PaidAsBilled].Lines + a[audit.PatientShare].Lines
}

// answersShown tells whether there is anything to set findings beside.
func (v *view) answersShown() bool { return v.Answers != nil }

// besideDenials is a row of Against Denials.
type besideDenials struct {
	what, name string
	counts     *audit.Answered
	rest       *audit.Answered // of which no rule says anything; nil where that is not asked
	says       string
}

func (v *view) besideDenials() (rows []besideDenials) {
	if !v.answersShown() {
		return nil
	}
	flagged := v.answered().flagged
	others := v.Answers.All.Less(&flagged)
	rows = append(rows, besideDenials{"All lines", "", &v.Answers.All, &others, ""}, besideDenials{"Flagged", "", &flagged, nil, ""}, besideDenials{"Not flagged", "", &others, nil, ""})
	for _, r := range v.rulesAnswered() {
		rows = append(rows, besideDenials{"Rule", r.ID, v.answered().byRule[r], nil, r.Title})
	}
	for _, r := range v.reasons() {
		row := besideDenials{"Code", r.Code, &r.Answered, nil, cmp.Or(r.Says, "not in the table: see what the payer says of it")}
		if denies(r) {
			rest := v.unforeseen(r)
			row.rest = &rest
		}
		rows = append(rows, row)
	}
	for _, text := range cannotTell {
		rows = append(rows, besideDenials{"Not told here", "", nil, nil, text})
	}
	return rows
}

// outcomeOrder is the order in which outcomes are told.
var outcomeOrder = []audit.Outcome{audit.Denied, audit.Reduced, audit.Administrative, audit.PatientShare, audit.PaidAsBilled, audit.Unclear, audit.NoAnswer}

// againstDenials sets rules and payers' codes beside each other.
func (b *book) againstDenials() table {
	rows := b.besideDenials()
	columns := []column{{"What", 13, text, false}, {"Rule or code", 25, name, false}, {"Lines", 9, number, false}}
	for _, o := range outcomeOrder {
		columns = append(columns, column{o.Head(), max(11, float64(len(o.Head()))/2), number, false})
	}
	columns = append(columns,
		column{"Denied or reduced of answered", 13, percent, false}, column{"Charge", 15, cents, false}, column{"Charge denied", 15, cents, true}, column{"Amount paid", 15, cents, false},
		column{"No rule foresaw: lines", 12, number, false}, column{"No rule foresaw: charge", 15, cents, false}, column{"What it says", proseWidth, prose, false})
	return table{
		count: len(rows), frozen: 2, colour: navy, columns: columns,
		fill: func(i int, r *xlsx.Row) {
			row := &rows[i]
			r.Text(row.what)
			r.Text(row.name)
			row.figures(r)
			r.Text(row.says)
		},
	}
}

func (row *besideDenials) figures(r *xlsx.Row) {
	a := row.counts
	if a == nil {
		for range len(outcomeOrder) + 7 {
			r.Blank()
		}
		return
	}
	r.Int(a.Lines())
	for _, o := range outcomeOrder {
		r.Int(a[o].Lines)
	}
	n, of := unpaid(a)
	r.Ratio(int64(n), int64(of))
	r.Decimal(a.Charge().String())
	r.Decimal((a[audit.Denied].Charge + a[audit.Administrative].Charge).String())
	r.Decimal(a.Paid().String())
	if row.rest == nil {
		r.Blank()
		r.Blank()
		return
	}
	lines, charge := notForeseen(row)
	r.Int(lines)
	r.Decimal(charge.String())
}

// notForeseen are the lines that were denied or reduced, or have the code, and of which no rule says anything.
func notForeseen(row *besideDenials) (lines int, charge claim.Cents) {
	if row.name != "" {
		return row.rest.Lines(), row.rest.Charge()
	}
	for _, o := range []audit.Outcome{audit.Denied, audit.Reduced, audit.Administrative} {
		lines, charge = lines+row.rest[o].Lines, charge+row.rest[o].Charge
	}
	return lines, charge
}

// notJoined has the rows of remittances that are about no line audited.
func (b *book) notJoined() table {
	var list []audit.NotJoined
	if b.answersShown() {
		list = b.Answers.NotJoined
	}
	return table{
		count: len(list), colour: quiet,
		columns: []column{
			{"File", 36, name, false}, {"Sheet", 18, name, false}, {"Row", 10, ordinal, false}, {"Reason", 70, prose, false}, {"Paid", 14, cents, false}, {"Codes", 24, name, false},
		},
		fill: func(i int, r *xlsx.Row) {
			n := &list[i]
			s := &b.Answers.Remittances[n.Pos.Input]
			r.Text(s.File)
			r.Text(s.Sheet)
			r.Int(int(n.Pos.Row))
			r.Text(n.Reason)
			if n.Given {
				r.Decimal(n.Paid.String())
			} else {
				r.Blank()
			}
			r.Text(strings.Join(n.Codes, " "))
		},
	}
}

// The shape of payers' answers in the JSON document.
type (
	jsonAnswered map[string]jsonCounted
	jsonCounted  struct {
		Lines  int    `json:"lines"`
		Charge string `json:"charge"`
		Paid   string `json:"paid"`
	}
	jsonReason struct {
		Code       string       `json:"code"`
		Means      string       `json:"means"`
		About      string       `json:"about"`
		Says       string       `json:"says"`
		Source     string       `json:"source"`
		Outcomes   jsonAnswered `json:"outcomes"`
		Unforeseen *jsonCounted `json:"unforeseen,omitempty"`
	}
	jsonAnswers struct {
		All        jsonAnswered            `json:"all"`
		Flagged    jsonAnswered            `json:"flagged"`
		ByRule     map[string]jsonAnswered `json:"by_rule"`
		Codes      []jsonReason            `json:"codes"`
		CannotTell []string                `json:"cannot_tell"`
	}
	jsonRemittance struct {
		File      string   `json:"file"`
		Sheet     string   `json:"sheet"`
		SHA256    string   `json:"sha256"`
		Rows      int      `json:"rows"`
		Joined    int      `json:"joined"`
		NotJoined int      `json:"not_joined"`
		Skipped   int      `json:"skipped"`
		Notes     []string `json:"notes"`
	}
	jsonNotJoined struct {
		jsonPos
		Reason string   `json:"reason"`
		Paid   string   `json:"paid"`
		Codes  []string `json:"codes"`
	}
)

// answers writes what payers answered, where any input says it.
func (j *jsonWriter) answers(v *view) {
	if !v.answersShown() {
		return
	}
	said := v.answered()
	doc := jsonAnswers{All: answeredOf(&v.Answers.All), Flagged: answeredOf(&said.flagged), ByRule: map[string]jsonAnswered{}, Codes: []jsonReason{}, CannotTell: cannotTell}
	for _, r := range v.rulesAnswered() {
		doc.ByRule[r.ID] = answeredOf(said.byRule[r])
	}
	for _, r := range v.reasons() {
		reason := jsonReason{r.Code, r.Means, r.About, r.Says, r.Source, answeredOf(&r.Answered), nil}
		if denies(r) {
			rest := v.unforeseen(r)
			reason.Unforeseen = &jsonCounted{rest.Lines(), rest.Charge().String(), rest.Paid().String()}
		}
		doc.Codes = append(doc.Codes, reason)
	}
	j.text(`, "answers": `)
	j.value(doc)
	if len(v.Answers.Remittances) == 0 {
		return
	}
	list(j, "remits", v.Answers.Remittances, func(r *audit.Remittance) any {
		return jsonRemittance{r.File, r.Sheet, r.SHA256, r.Rows, r.Joined, r.Audited + r.Unreadable - r.Joined, r.Skipped, notNull(r.Notes)}
	})
	list(j, "remits_not_joined", v.Answers.NotJoined, func(n *audit.NotJoined) any {
		s := &v.Answers.Remittances[n.Pos.Input]
		row := jsonNotJoined{jsonPos{s.File, s.Sheet, n.Pos.Row, s.ColumnOf(n.Pos), n.Pos.Nth}, n.Reason, "", notNull(n.Codes)}
		if n.Given {
			row.Paid = n.Paid.String()
		}
		return row
	})
}

func answeredOf(a *audit.Answered) jsonAnswered {
	said := jsonAnswered{}
	for _, o := range outcomeOrder {
		said[o.String()] = jsonCounted{a[o].Lines, a[o].Charge.String(), a[o].Paid.String()}
	}
	return said
}
