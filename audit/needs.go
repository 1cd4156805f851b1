package audit

import (
	"math"
	"slices"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Needs is what a rule cannot do without; the engine derives from it which lines it was able to
// check and why not the others.
type Needs struct {
	// Columns must exist in the export, and their cells be readable; a blank cell is a value (no
	// modifiers, no narrative).
	Columns claim.Fields
	// Doubts are columns whose cells can make right what the rule reports, and that say nothing more to it: in an
	// export without one it reports for review. Where it exists, its cells must be readable.
	Doubts claim.Fields
	// Fields must have a value on a line for the line to be checked.
	Fields claim.Fields
	// Patient says that the rule compares lines of one patient: it cannot check a line whose
	// patient is blank or a placeholder.
	Patient bool
	// Listed says that the rule knows listed codes only.
	Listed bool
	// Groups are the codes the rule speaks of: it is run only for a patient with at least one of
	// them. Empty: every patient.
	Groups catalog.Groups
	// On are the codes of the lines it can report, where they are not those of Groups. Nothing keeps
	// it from checking other lines: to look at them is enough.
	On Codes
	// Beside are codes of which another line of its date of service must have one for a line to be reported. Empty: none
	// is needed.
	Beside Codes
	// Signs are such of which a line must have one to be reported. Empty: none is needed.
	Signs Signs
	// May tells by the cells of a glance alone whether it may report a line like this one. Nil: it may.
	May [NumGlances]func(cat *catalog.Catalog, l *Line) bool
	// Payers are those whose lines it can report. Empty: all of them.
	Payers Payers
	// History is how many days before a line the inputs must begin for the rule to know what came
	// before it; Lifetime where all that ever was counts.
	History int
	// OwnHistory is how many days before a line the patient's own lines must begin: with fewer the
	// rule says nothing.
	OwnHistory int
	// Tables are the CMS tables it reads.
	Tables Tables
}

// Glance is some cells of a line that mostly tell by themselves that a rule reports nothing of it. Few
// lines of a file differ in them, so that each likeness is asked about once.
type Glance uint8

// The glances.
const (
	AtService   Glance = iota // the code, the modifiers, the payer, the claim type, the place, the state, and whether it has Faults
	AtDiagnoses               // all of them, and the quarter of the date of service
	AtReason                  // the code, the modifiers and all diagnoses
	NumGlances
)

// Signs are what is seen of a line at once: most lines have none, and most rules are about lines with one.
type Signs uint16

// The signs.
const (
	Modified    Signs = 1 << iota // it carries a modifier
	Accompanied                   // another line is of its date of service
	Faulty                        // a cell of it could not be read
	NoPatient                     // its patient is blank or a placeholder
	Odd                           // its charge is below zero, its units are not 1, 2, 3 and so on, its dates contradict each other, or an NPI is none
	NotListed                     // its code is not in the catalogue, or a placeholder
	NotBegun                      // its code was not valid yet, as far as is known
	Ended                         // its code was valid no more
	AddOn                         // its code is an add-on by some table
	Repeated                      // another line of its date of service has its code
	OverLimit                     // it has more units than some table in use allows of its code
	Paired                        // another line of its date of service has its code, or one that a pair edit has its code as column 2 with

	NumSigns = iota
)

// Tables is a set of CMS tables.
type Tables uint8

// The CMS tables.
const (
	PairEdits Tables = 1 << iota
	UnitLimits
	AddOns
	FeeSchedule
	CodeDates // the first valid day of a code, from the catalogue or a HCPCS list
	Primaries // of an add-on, where the payer does not decide them
	DiagnosisLists
)

// Lifetime is the history of a rule that counts over a patient's life: no input goes back so far.
const Lifetime = math.MaxInt32

// Codes are procedure codes named one by one and by groups of the catalogue.
type Codes struct {
	Groups catalog.Groups
	Codes  []claim.Code
	Any    bool // whatever the code
}

func (c *Codes) has(code claim.Code, groups catalog.Groups) bool {
	return c.Any || c.Groups&groups != 0 || slices.Contains(c.Codes, code)
}

func (c *Codes) empty() bool { return !c.Any && c.Groups == 0 && len(c.Codes) == 0 }

// Concerns tells whether the rule can report lines of the code, which belongs to these groups on
// some day, and of the payer: one that is not known may be any.
func (n *Needs) Concerns(code claim.Code, groups catalog.Groups, payer claim.Payer) bool {
	if n.Payers != 0 && payer.Known() && !n.Payers.Has(payer) {
		return false
	}
	if !n.On.empty() {
		return n.On.has(code, groups)
	}
	return n.Groups == 0 || n.Groups&groups != 0
}

// Alone tells whether the rule can report a line whatever is beside it.
func (n *Needs) Alone() bool { return n.Beside.empty() }

// Meets tells whether it can report a line that stands beside one of the code, which belongs to these groups on some day.
func (n *Needs) Meets(code claim.Code, groups catalog.Groups) bool {
	return n.Alone() || n.Beside.has(code, groups)
}

// Payers is a set of classes of payers.
type Payers uint16

// AllPayers are all classes of payers.
const AllPayers = Payers(1<<claim.NumPayers - 1)

// PayerSet is the set of the classes named.
func PayerSet(ps ...claim.Payer) (set Payers) {
	for _, p := range ps {
		set |= 1 << p
	}
	return set
}

// Has tells whether p is in the set.
func (s Payers) Has(p claim.Payer) bool { return s&(1<<p) != 0 }
