package reports

import (
	"fmt"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
)

// howToFill tells the reviewer what to write where.
var howToFill = []string{
	"Go to Review: it has a row for each line of each unit drawn. Pull the record (Records to Pull says which, What Records Show what must stand in it), and choose under Supported what it shows.",
	"Yes: as billed. In part: less or other than billed, with the correct code or units and the correct payment. No: nothing of it. No record: it could not be produced, which counts as not supported, of the whole amount.",
	"Correct payment is what should have been paid for the line; blank, it is what was paid for Yes, and nothing for No and No record. A line that was underpaid has a correct payment above what was paid, and the estimate says so. Another correct code or number of units needs a correct payment.",
	"Not in frame: the unit should never have been among those drawn from (another practice, another period). It is said of all lines of the unit, with a note, and the next spare of its stratum is filled in in its place. A spare never stands in for a record that is missing.",
	"Rows may be sorted and filtered, saved by any program; the columns that were written must stay. When all is filled in: claimaudit estimate THIS-FILE.xlsx",
}

// frameOrder is how units are numbered, for whoever draws again.
const frameOrder = "Units are numbered from 1 within their stratum, sorted by class of payer (for claims, lines and what has no patient), claim number, patient and first date of service, texts by their bytes; lines further by code, modifiers, units, charge, line number and all else they say."

// frameHash is what the hash is of.
const frameHash = "The hash is SHA-256 of a line for each unit in that order, stratum by stratum: number of the stratum, number of the unit, claim, patient, first date, last date (2025-06-30), amount (1234.50), with tabs between and a line feed behind; blanks in texts made one."

// drawOrder is how numbers are drawn.
const drawOrder = "Numbers are drawn from 1 to the units of the stratum by the random numbers of RAT-STATS (rev. 5/2010): its seed and range give the same numbers there. A number drawn before is drawn again. The first are the sample, those behind them the spares in their order. The first stratum has the seed itself, each further one 1 more. A stratum that is taken whole is not drawn."

// ofCopy is said where the copy names nobody.
const ofCopy = "Claims and patients are hashed, and listed, as this copy names them; units are numbered by what the export names them by."

const wideNote = 128

// howDrawn is the page that says all that another needs to draw the same again.
func (b *book) howDrawn(s *Sample) {
	l := b.leaf(drawnSheet, 36, 28, 13, 15, 10, 10, 12)
	l.title("Sample to review", fmt.Sprintf("%s of %s, drawn %s", plural(s.Sample.Size(), string(s.Kind)), thousands(s.Sample.Frame()), strataWords(s.Sample)))
	l.heading("How to fill it in")
	for _, text := range howToFill {
		l.note(text, wideNote)
	}
	l.heading("How it was drawn")
	l.design(s.Sample, b)
	l.line(sizeLabel, s.Size, 100)
	if s.Blind {
		l.line(findingsLabel, "left out, so that the reviewer judges without them", 100)
	}
	l.note(frameOrder, wideNote)
	l.note(frameHash, wideNote)
	if s.Names != "" {
		l.note(ofCopy, wideNote)
	}
	l.note(drawOrder, wideNote)
	l.strata(s.Sample)
	l.universe(s, b.view)
	l.from(b.view)
	l.signOff()
	b.printing(drawnSheet, "portrait", 0, navy)
}

func strataWords(s *sampling.Sample) string {
	if s.By == sampling.Simple {
		return "from one list"
	}
	return fmt.Sprintf("from %d strata by %s", len(s.Strata), s.By)
}

// basisWords are the bases as they are written, and read back by their first word.
var basisWords = map[sampling.Basis]string{
	sampling.ByPaid:    "paid: what the payer paid, by the export or the remittances",
	sampling.ByAllowed: "allowed: what the payer allowed, the patient's share in it",
	sampling.ByCharge:  "charge: what was billed, since nothing tells what was paid. A difference of charges is no overpayment; fill in Paid on all lines to have one",
}

// Labels of facts that are read back as they stand.
const (
	sizeLabel     = "Size"
	findingsLabel = "Our findings"
	numbersLabel  = "Random numbers"
	programLabel  = "Program"
	readLabel     = "Rows read, charge"
	allLabel      = "Units in all"
	leftLabel     = "Left out"
	frameLabel    = "Frame"
)

// designLabels are the labels of the facts that name nobody, whatever they say.
var designLabels = []string{
	sampling.KindLabel, sampling.BasisLabel, sampling.ByLabel, sampling.SeedLabel, numbersLabel, sampling.HashLabel, sampling.SealLabel, sampling.AsOfLabel, sampling.NamesLabel,
	programLabel, sizeLabel, findingsLabel, readLabel, allLabel, leftLabel, frameLabel,
}

// design are the facts that are read back when the sample is estimated from.
func (l *leaf) design(s *sampling.Sample, b *book) {
	by := string(s.By)
	if s.By == sampling.Simple {
		by = "none"
	}
	for _, fact := range [][2]string{
		{sampling.KindLabel, string(s.Kind)}, {sampling.BasisLabel, basisWords[s.Basis]}, {sampling.ByLabel, by},
		{sampling.SeedLabel, s.Seed.String()}, {numbersLabel, sampling.Generator}, {sampling.HashLabel, s.FrameHash}, {sampling.SealLabel, s.Seal()},
		{sampling.AsOfLabel, b.AsOf.String()}, {programLabel, "claimaudit " + b.Version}, {sampling.NamesLabel, namesMean(s.Names)},
	} {
		l.line(fact[0], fact[1], 90)
	}
}

// strata is the table of strata.
func (l *leaf) strata(s *sampling.Sample) {
	l.heading("Strata")
	kinds := []kind{figure, text, figure, cents, figure, figure, text}
	l.heads(kinds, sampling.StratumHead, sampling.NameHead, sampling.FrameHead, sampling.AmountHead, sampling.TakeHead, sampling.SparesHead, sampling.SeedHead)
	for i := range s.Strata {
		st := &s.Strata[i]
		seed := st.Seed.String()
		if st.Seed == 0 {
			seed = "taken whole"
		}
		l.cells(kinds, i+1, st.Name, st.Units, dollars(st.Amount), st.Take, st.Spares, seed)
	}
}

// universe says how the rows that were read became the frame.
func (l *leaf) universe(s *Sample, v *view) {
	l.heading("From the rows read to the frame")
	kinds := []kind{text, text, figure, cents}
	l.heads(kinds, "", "", "Number", "Amount")
	for _, t := range v.controlTotals() {
		l.cells(kinds, readLabel, t.name, t.rows, dollars(t.charge))
	}
	l.cells(kinds, allLabel, "of the rows audited, "+string(s.Basis), s.Frame.All, dollars(s.Frame.Total))
	var left claim.Cents
	for _, e := range s.Frame.Left {
		l.cells(kinds, leftLabel, "units with "+e.Why, e.Units, dollars(e.Amount))
		left += e.Amount
	}
	l.cells(kinds, frameLabel, "units drawn from", s.Sample.Frame(), dollars(s.Frame.Total-left))
}

// from says what was read, and by which tables it was judged.
func (l *leaf) from(v *view) {
	l.heading("Read from")
	for _, s := range v.Sources {
		name := strings.TrimSuffix(s.File+" "+s.Sheet, " ")
		if s.Context {
			name += " (history, not drawn from)"
		}
		l.line(name, fmt.Sprintf("%s, SHA-256 %s", plural(s.Rows, "row"), s.SHA256), 90)
	}
	if v.Answers != nil {
		for _, s := range v.Answers.Remittances {
			name := fmt.Sprintf("%s (remittance, %s of %s joined)", strings.TrimSuffix(s.File+" "+s.Sheet, " "), thousands(s.Joined), plural(s.Audited+s.Unreadable, "row"))
			l.line(name, fmt.Sprintf("%s, SHA-256 %s", plural(s.Rows, "row"), s.SHA256), 90)
		}
	}
	for _, o := range v.Options {
		if o.Name != "as_of" {
			l.line(o.Name, o.Value, 90)
		}
	}
	for _, t := range v.Tables {
		l.line(t.Name, fmt.Sprintf("%s, SHA-256 %s", t.Effective, t.SHA256), 90)
	}
}
