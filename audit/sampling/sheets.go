package sampling

// What the sheets of a sample are headed by. They are written by reports and found again by the reader of
// filled samples, whatever the sheets are called by then.
const (
	UnitHead = "Unit"

	// Of the sheet with a row for each line, in which the reviewer writes.
	LineHead      = "Line"
	DateHead      = "Date"
	CodeHead      = "Code"
	ModsHead      = "Modifiers"
	UnitsHead     = "Units"
	ChargeHead    = "Charge"
	SupportedHead = "Supported"
	RightCodeHead = "Correct code"
	RightUnitHead = "Correct units"
	PaidHead      = "Paid"
	CorrectHead   = "Correct payment"
	NoteHead      = "Note"
	ReviewerHead  = "Reviewer"
	OnHead        = "Reviewed on"
	PayerHead     = "Payer"
	FileHead      = "File"
	RowHead       = "Row"
	DxHead        = "Diagnoses"

	// Of the sheet with a row for each unit drawn.
	StratumHead  = "Stratum"
	NumberHead   = "Number"
	OrderHead    = "Order drawn"
	UseHead      = "Use"
	ClaimHead    = "Claim"
	PatientHead  = "Patient"
	ProviderHead = "Provider"
	FirstHead    = "First date"
	LastHead     = "Last date"
	AmountHead   = "Amount"
	LinesHead    = "Lines"

	// Of the table of strata.
	FrameHead  = "In the frame"
	TakeHead   = "Drawn"
	SparesHead = "Spares"
	SeedHead   = "Seed"
	NameHead   = "Name"

	// Labels of how it was drawn.
	KindLabel  = "A unit is a"
	BasisLabel = "Amounts are"
	ByLabel    = "Strata by"
	SeedLabel  = "Seed of the draw"
	HashLabel  = "Frame SHA-256"
	SealLabel  = "Sample SHA-256"
	AsOfLabel  = "As of"
	NamesLabel = "It names"
)

// The uses of a drawn unit.
const (
	InSample = "sample"
	AsSpare  = "spare"
)

// What a reviewer may say of a line.
const (
	Supported   = "Yes"
	InPart      = "In part"
	Unsupported = "No"
	NoRecord    = "No record"
	NotInFrame  = "Not in frame"
)

// Answers are all of these.
var Answers = []string{Supported, InPart, Unsupported, NoRecord, NotInFrame}
