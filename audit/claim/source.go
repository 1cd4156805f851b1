package claim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
)

// Source is one table of claim lines that was read: a file, or one sheet of a workbook.
type Source struct {
	File   string // as given on the command line
	Sheet  string // "" for a text file
	SHA256 string // of the file, in hex
	// Context says that the lines are earlier history: seen by windows and duplicates, and reported
	// on only where a line of another source makes one of them wrong.
	Context bool

	// Columns are the fields that have a column; a rule that needs another is "not checked".
	Columns Fields
	// DayFirst are the date fields whose column turned out to be day before month.
	DayFirst Fields

	// Rows is every record with a cell below the header: Audited + Unreadable + Skipped, always.
	Rows, Audited, Unreadable, Skipped int
	// Services are what the audited rows bill: more than the rows where a row holds several.
	Services int
	// Unplaced are the services that cannot be placed in rows of which another is audited.
	Unplaced int
	// NoCharge are the audited services whose charge cannot be read; a blank one counts as nothing.
	NoCharge int
	// Headers are the names of the columns, from which a service of a row with several has its place.
	Headers []string
	// Payments says that columns tell of payments, which may repeat a charge.
	Payments bool
	// LineNumbers says that a column counts the lines of a claim, which may number its charges.
	LineNumbers bool
	// Mended is where corrected lines of ours have the rows of this table again; nil for nowhere.
	Mended *Mended
	// Notes tell the reader how the table was read where that was not plain: its encoding, hidden
	// rows, a column left unread.
	Notes []string
}

// Accounted tells whether every row is in one and only one of the three counts.
func (s *Source) Accounted() bool { return s.Rows == s.Audited+s.Unreadable+s.Skipped }

// ColumnOf is the header of the column in which the code of a service stands that shares its row, with
// its number where another column has the same; "" for a service that has its row alone.
func (s *Source) ColumnOf(p Pos) string {
	number := fmt.Sprintf("column %d", p.Column)
	switch at := int(p.Column) - 1; {
	case !p.Shares():
		return ""
	case at >= len(s.Headers) || s.Headers[at] == "":
		return number
	case slices.Contains(s.Headers[:at], s.Headers[at]), slices.Contains(s.Headers[at+1:], s.Headers[at]):
		return s.Headers[at] + ", " + number
	default:
		return s.Headers[at]
	}
}

// RowText is the number of a service's row and, where the row holds several, the column of its code.
func (s *Source) RowText(p Pos) string {
	row := strconv.Itoa(int(p.Row))
	switch {
	case !p.Shares():
		return row
	case p.Nth > 0:
		return fmt.Sprintf("%s (%s, code %d)", row, s.ColumnOf(p), p.Nth)
	}
	return fmt.Sprintf("%s (%s)", row, s.ColumnOf(p))
}

// Mended says of the rows of a table where corrected lines of ours have them again, or had them taken off.
type Mended struct {
	Input int32 // the Source of the corrected lines
	rows  []mendedRow
}

// mendedRow is the first of the corrected lines that has a row, and the mark of whose it is.
type mendedRow struct {
	row  int32
	mark uint32
}

// Add takes up that a row of the corrected lines, of a patient's claim, has a row of the table.
func (m *Mended) Add(of, row int32, patient, number string) {
	if of < 1 {
		return
	}
	if n := int(of) + 1 - len(m.rows); n > 0 {
		m.rows = append(m.rows, make([]mendedRow, n)...)
	}
	if m.rows[of].row == 0 {
		m.rows[of] = mendedRow{row, markOf(patient, number)}
	}
}

// Find is the row of the corrected lines that has the line; false where they have it not. A row of another
// patient or claim is one of another file of that name.
func (m *Mended) Find(l *Line) (Pos, bool) {
	if m == nil || int(l.Pos.Row) >= len(m.rows) {
		return Pos{}, false
	}
	r := m.rows[l.Pos.Row]
	return Pos{Input: m.Input, Row: r.row}, r.row > 0 && r.mark == markOf(l.Patient, l.Claim)
}

func markOf(patient, number string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(patient + "\x00" + number)) // never fails
	return h.Sum32()
}

// Unread is a row that was not audited, or a service of a row that holds several.
type Unread struct {
	Pos Pos
	// Part says that the row is counted already, with another of its services.
	Part   bool
	Kind   UnreadKind
	Reason string // for the reader; holds no cell's text
	// Charge is what stands in the charge column, nothing where that is blank. It is unknown where
	// the cell, or the whole record, cannot be read.
	Charge        Cents
	ChargeUnknown bool
	// Repeats is the row that stands for this one, or that takes it back; zero for none.
	Repeats Pos
	// Whose is what an unreadable row says of whose services were in it. It is kept apart, and never
	// shown.
	Whose []Whose
}

// Whose is whose service a row was that could not be read, as far as it can be told: blank and zero
// where it cannot.
type Whose struct {
	Patient, Claim string
	Day            Date
	Ambiguous      bool // the day was written as 3/4/2025 and is taken month first
}

// UnreadKind is why a row was not audited.
type UnreadKind string

// The kinds of rows that are not audited: all but Unreadable are skipped because they are no
// charge.
const (
	Unreadable     UnreadKind = "unreadable" // a charge that cannot be placed
	TotalRow       UnreadKind = "total"
	RepeatedHeader UnreadKind = "header"
	PaymentRow     UnreadKind = "payment"
	PseudoCode     UnreadKind = "pseudo-code"    // NO SHOW, MEDICAL RECORDS: no service billed
	NoteRow        UnreadKind = "note"           // text below the table, no charge
	VoidedRow      UnreadKind = "void"           // marked void or deleted by who billed it; what takes a claim back
	VoidPair       UnreadKind = "void-pair"      // a charge and its reversal, which cancel each other
	PaymentCopy    UnreadKind = "payment-copy"   // a charge repeated for each of its payments
	DenialCopy     UnreadKind = "denial-copy"    // a charge repeated for each reason of its denial
	DiagnosisCopy  UnreadKind = "diagnosis-copy" // a charge repeated for each of its diagnoses
	ModifierCopy   UnreadKind = "modifier-copy"  // a charge repeated for each of its modifiers
	Overlap        UnreadKind = "overlap"        // the same line again in another export, or printed twice
	Superseded     UnreadKind = "superseded"     // an older state of a line that a later export has again
	Replaced       UnreadKind = "replaced"       // a line of a claim that a frequency-7 claim replaces
	Voided         UnreadKind = "voided"         // a line of a claim that a frequency-8 claim takes back
	PayerCopy      UnreadKind = "payer-copy"     // the same service sent to another payer
	Removed        UnreadKind = "removed"        // a line that was taken off, in corrected lines
	RevenueOnly    UnreadKind = "revenue-only"   // a facility's charge with a revenue code and no procedure code
	DiagnosisRow   UnreadKind = "diagnosis"      // a diagnosis in a table that mixes them with charges
)

// Repair counts cells whose value was mended in one plain way, so that nothing is changed in
// silence.
type Repair struct {
	Source int32 // index of the Source
	Field  Field
	Kind   string // "codes written as numbers"
	Count  int

	// Cell is the shape of the first of these cells, and Read that of what was read from it: letters as A,
	// digits as 9, and nothing of what a cell holds.
	Cell, Read string
}

// Passed is a file of a folder that was not read, and why; the reason holds nothing of what is in it.
type Passed struct{ File, Why string }
