package books

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"claimaudit/audit/claim"
)

// The sample of remittances: an export, what two payers' portals answered of it, and what became of each line.
const (
	remitLines  = 260
	remitDays   = 60
	remitFaults = "rate=0.2"
	remitSeed   = 31
)

// remitColumns are those that the export has.
var remitColumns = []string{"ClaimID", "LineID", "PatientID", "DOB", "DOS", "CPT", "Mod1", "Mod2", "Mod3", "Units", "Charge", "Dx1", "Dx2", "RenderingNPI", "BillingNPI", "POS", "Payer"}

// outcome is what a payer may do with a line: in so many of a hundred of those with a planted fault, and of others.
type outcome struct {
	name          string
	faulty, clean int
	paid          int        // of a hundred of what is allowed
	reasons       [][]string // groups, adjustment reasons and remarks, a row for each in the one file
}

var remitOutcomes = []outcome{
	{"denied", 60, 0, 0, [][]string{{"CO", "97", "N20"}, {"CO", "236", ""}}},
	{"denied", 12, 3, 0, [][]string{{"CO", "50", "N115"}}},
	{"reduced", 8, 3, 40, [][]string{{"CO", "45", ""}, {"CO", "59", ""}}},
	{"administrative", 4, 5, 0, [][]string{{"CO", "29", ""}}},
	{"administrative", 0, 3, 0, [][]string{{"PI", "197", ""}}},
	{"patient_share", 0, 8, 0, [][]string{{"CO", "45", ""}, {"PR", "1", ""}}},
	{"paid", 10, 64, 80, [][]string{{"CO", "45", ""}, {"PR", "2", ""}}},
	{"unclear", 0, 4, 0, [][]string{{"", "", ""}}},
	{"no_answer", 6, 10, 0, nil},
}

// remitFile is a remittance in the making: rows a reason or a payment, and those of them that are about no line.
type remitFile struct {
	name      string
	rows      [][]string
	notJoined [][]string // file, row and why
}

func (f *remitFile) lost(why string) {
	f.notJoined = append(f.notJoined, []string{f.name, strconv.Itoa(len(f.rows)), why})
}

// writeRemits writes the sample, and what an audit must make of it: what became of each line, and which rows are about
// no line.
func writeRemits(folder, expected string) error {
	b, err := Draw(Plan{Seed: remitSeed, Lines: remitLines, Days: remitDays, IDs: 170000, Faults: remitFaults, LineIDs: "number"})
	if err != nil {
		return err
	}
	byReason := &remitFile{name: "payer-a.csv", rows: [][]string{{
		"Patient Control Number", "Line Number", "Service Date", "Procedure Code", "Billed Amount", "Allowed Amount", "Paid Amount", "Group Code", "CARC", "RARC", "Check Number", "Check Date",
	}}}
	byPayment := &remitFile{name: "payer-b.xlsx", rows: [][]string{{
		"Claim #", "DOS", "CPT", "Mod1", "Mod2", "Mod3", "Charge", "Allowed", "Insurance Payment", "Denial Codes", "Payment Date",
	}}}
	export := [][]string{slices.Clone(remitColumns)}
	export[0][slices.Index(remitColumns, "LineID")] = b.names["LineID"]
	truth := [][]string{{"row", "claim", "line", "outcome", "paid", "codes"}}
	for _, r := range b.Rows {
		var cells []string
		for _, name := range remitColumns {
			cells = append(cells, b.get(r, name))
		}
		export = append(export, cells)
		said := b.answer(r, byReason, byPayment)
		truth = append(truth, append([]string{strconv.Itoa(len(export)), b.get(r, "ClaimID"), b.get(r, "LineID")}, said...))
	}
	byReason.strangers(export[1])
	byPayment.rows = append(byPayment.rows, []string{"X999999", "2025-01-02", "99213", "", "", "", "100.00", "60.00", "48.00", "CO-45", "2025-02-01"})
	byPayment.lost("no claim")
	return errors.Join(
		os.MkdirAll(folder, 0o755), os.MkdirAll(expected, 0o755),
		saveRows(filepath.Join(folder, "export.csv"), export), saveRows(filepath.Join(folder, byReason.name), byReason.rows),
		saveWorkbook(filepath.Join(folder, byPayment.name), byPayment.rows),
		saveRows(filepath.Join(expected, "answers.csv"), truth),
		saveRows(filepath.Join(expected, "not-joined.csv"), append([][]string{{"file", "row", "why"}}, slices.Concat(byReason.notJoined, byPayment.notJoined)...)),
	)
}

// strangers adds rows that are about no line: of a claim that nobody sent, of a claim as a whole, and a total.
func (f *remitFile) strangers(like []string) {
	f.rows = append(f.rows, []string{"X888888", "1", "2025-01-02", "99213", "100.00", "60.00", "48.00", "CO", "45", "", "4711", "2025-02-01"})
	f.lost("no claim")
	f.rows = append(f.rows, []string{like[0], "", like[4], "", "", "", "-25.00", "CO", "137", "", "4712", "2025-02-02"})
	f.lost("claim as a whole")
	f.rows = append(f.rows, []string{"Total", "", "", "", "", "", "12345.00", "", "", "", "", ""})
}

// answer writes what a payer answered of a line, into the one file or the other: outcome, what was paid, and the codes.
func (b *Book) answer(r *Row, byReason, byPayment *remitFile) []string {
	number, line := b.get(r, "ClaimID"), b.get(r, "LineID")
	o := pickOutcome(len(r.wants) > 0, dice(100, remitSeed, "outcome", number, line))
	if o.reasons == nil {
		return []string{o.name, "", ""}
	}
	charge, err := claim.ParseCents(b.get(r, "Charge"))
	if err != nil {
		charge = 0
	}
	allowed := charge * 6 / 10
	if o.name == "denied" || o.name == "administrative" || o.name == "unclear" {
		allowed = 0
	}
	paid := allowed * claim.Cents(o.paid) / 100
	if dice(2, remitSeed, "file", number) == 0 {
		b.reasonRows(r, byReason, o, allowed, paid)
		return []string{o.name, paid.String(), codesOf(o.reasons)}
	}
	if b.paymentRows(r, byPayment, o, allowed, paid) {
		return []string{o.name, paid.String(), codesOf(o.reasons)}
	}
	return []string{"no_answer", "", ""}
}

func pickOutcome(faulty bool, n int) outcome {
	for _, o := range remitOutcomes {
		part := o.clean
		if faulty {
			part = o.faulty
		}
		if n -= part; n < 0 {
			return o
		}
	}
	return remitOutcomes[len(remitOutcomes)-1]
}

// codesOf are the codes of an answer as they are told.
func codesOf(reasons [][]string) (text string) {
	var codes []string
	for _, r := range reasons {
		if r[1] != "" {
			codes = append(codes, r[0]+"-"+r[1])
		}
		if r[2] != "" {
			codes = append(codes, r[2])
		}
	}
	slices.Sort(codes)
	for _, c := range codes {
		text += " " + c
	}
	return text[min(1, len(text)):]
}

// reasonRows writes a row for each reason, each with the same payment; of some lines the payment was taken back and made
// again.
func (b *Book) reasonRows(r *Row, f *remitFile, o outcome, allowed, paid claim.Cents) {
	number, line := b.get(r, "ClaimID"), b.get(r, "LineID")
	check := strconv.Itoa(50000 + dice(9000, remitSeed, "check", number))
	row := func(reason []string, paid claim.Cents, check string) {
		f.rows = append(f.rows, []string{number, line, b.get(r, "DOS"), b.get(r, "CPT"), b.get(r, "Charge"), allowed.String(), paid.String(), reason[0], reason[1], reason[2], check, "2025-03-01"})
	}
	for _, reason := range o.reasons {
		row(reason, paid, check)
	}
	if paid > 0 && dice(6, remitSeed, "again", number, line) == 0 {
		row(o.reasons[0], -paid, "R"+check)
		row(o.reasons[0], paid, "S"+check)
	}
}

// paymentRows writes a row for each payment, one payer's behind another's; true where the row can be about the one line
// alone, as no other of its claim has its day, code, modifiers and charge.
func (b *Book) paymentRows(r *Row, f *remitFile, o outcome, allowed, paid claim.Cents) bool {
	var key []string
	for _, name := range []string{"ClaimID", "DOS", "CPT", "Mod1", "Mod2", "Mod3", "Charge"} {
		key = append(key, b.get(r, name))
	}
	alone := 0
	for _, other := range b.Rows {
		same := true
		for i, name := range []string{"ClaimID", "DOS", "CPT", "Mod1", "Mod2", "Mod3", "Charge"} {
			same = same && b.get(other, name) == key[i]
		}
		if same {
			alone++
		}
	}
	parts := []claim.Cents{paid}
	if paid > 0 && dice(4, remitSeed, "second", key[0]) == 0 {
		parts = []claim.Cents{paid - paid/5, paid / 5}
	}
	for i, part := range parts {
		f.rows = append(f.rows, append(slices.Clone(key), allowed.String(), part.String(), codesOf(o.reasons), []string{"2025-03-01", "2025-04-01"}[i]))
		if alone > 1 {
			f.lost("several lines")
		}
	}
	return alone == 1
}
