package audit

import "claimaudit/audit/claim"

// Outcome is what payers did with a line, as far as an export or a remittance says it.
type Outcome uint8

// The outcomes.
const (
	NoAnswer       Outcome = iota // nothing says what became of the line
	PaidAsBilled                  // paid, less what contract and patient bear
	Reduced                       // paid less for what was billed
	Denied                        // not paid, for what was billed
	Administrative                // not paid, for other reasons than what was billed
	PatientShare                  // allowed, and left to the patient
	Unclear                       // nothing paid, and no reason that is known
	NumOutcomes
)

// outcomes are the names of the outcomes: as JSON has them, and as the workbook heads them.
var outcomes = [NumOutcomes]struct{ name, head string }{
	NoAnswer: {"no_answer", "No answer"}, PaidAsBilled: {"paid", "Paid"}, Reduced: {"reduced", "Reduced"}, Denied: {"denied", "Denied"},
	Administrative: {"administrative", "Denied, not for what was billed"}, PatientShare: {"patient_share", "Patient's share"}, Unclear: {"unclear", "Unclear"},
}

func (o Outcome) String() string { return outcomes[o].name }

// Head is the outcome as a column is headed.
func (o Outcome) Head() string { return outcomes[o].head }

// Answer is what payers answered of one line.
type Answer struct {
	Outcome Outcome
	Codes   []string // adjustment and remark codes, each once, as CO-97 and N20
}

// Answered counts lines by what payers did with them.
type Answered [NumOutcomes]struct {
	Lines  int
	Charge claim.Cents // as billed
	Paid   claim.Cents
}

// Count counts a line with its outcome.
func (a *Answered) Count(o Outcome, l *Line) {
	a[o].Lines++
	a[o].Charge += l.Charge
	a[o].Paid += l.Paid
}

// Add takes over the counts of other lines.
func (a *Answered) Add(b *Answered) {
	for o := range a {
		a[o].Lines += b[o].Lines
		a[o].Charge += b[o].Charge
		a[o].Paid += b[o].Paid
	}
}

// Less is the counts without those of some of the lines.
func (a *Answered) Less(b *Answered) (rest Answered) {
	for o := range a {
		rest[o].Lines = a[o].Lines - b[o].Lines
		rest[o].Charge = a[o].Charge - b[o].Charge
		rest[o].Paid = a[o].Paid - b[o].Paid
	}
	return rest
}

// Lines is how many lines are counted.
func (a *Answered) Lines() (n int) {
	for o := range a {
		n += a[o].Lines
	}
	return n
}

// Charge is what was billed of all of them.
func (a *Answered) Charge() (sum claim.Cents) {
	for o := range a {
		sum += a[o].Charge
	}
	return sum
}

// Paid is what was paid of all of them.
func (a *Answered) Paid() (sum claim.Cents) {
	for o := range a {
		sum += a[o].Paid
	}
	return sum
}

// Answers is what payers answered of the lines audited.
type Answers struct {
	All     Answered
	Reasons []Reason // in order of code
	// Of is the answer on a line.
	Of func(*Line) Answer
	// Remittances are the files given beside the exports, and NotJoined their rows that are about no line audited, in order.
	Remittances []Remittance
	NotJoined   []NotJoined
}

// Reason is a code of payers, what it says, and the lines that have it.
type Reason struct {
	Code string
	// Means is what the code does to a line: denied, administrative, reduced, share, agreed or none; blank where the
	// table does not have it. About is the matter, and Says what it says.
	Means, About, Says, Source string
	Answered
}

// Remittance is a table of payers' answers that was read: its source, and how many of its rows that could be read are
// about a line.
type Remittance struct {
	claim.Source
	Joined int
}

// NotJoined is a row of a remittance that is about no line audited, and why.
type NotJoined struct {
	Pos    claim.Pos // Input counts the remittances
	Reason string    // holds no cell's text
	// Paid and Codes are what it says; Given tells whether it says what was paid.
	Paid  claim.Cents
	Given bool
	Codes []string
}

// Given is what a remittance says of a line, in place of what its export says.
type Given struct {
	Paid, Allowed claim.Cents
	Denials       string       // the codes
	Fields        claim.Fields // which of the three it says
}

// answerFields are the fields of a line in which it stands.
var answerFields = claim.FieldSet(claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials)

// GivenOn is what the line says itself.
func GivenOn(l *claim.Line) Given { return Given{l.Paid, l.Allowed, l.Denials, l.Given & answerFields} }

// On puts it on the line.
func (g *Given) On(l *claim.Line) {
	l.Paid, l.Allowed, l.Denials, l.Given = g.Paid, g.Allowed, g.Denials, l.Given&^answerFields|g.Fields
}
