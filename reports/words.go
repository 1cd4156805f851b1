package reports

// Word is a word of the outputs, of which kind it is, and what it means.
type Word struct{ Kind, Word, Means string }

// The kinds of words.
const (
	SeverityWord = "severity"
	MoneyWord    = "money"
	SumWord      = "sum"
)

// Words explain severities, what becomes of the money on a line, and the sums of it.
var Words = []Word{
	{SeverityWord, "error", "will be denied, or must be refunded"},
	{SeverityWord, "warning", "a likely denial, or a payer's policy"},
	{SeverityWord, "review", "a question that only the record answers; nothing of it is at risk"},
	{MoneyWord, "reject, deny", "the claim or line will not be paid"},
	{MoneyWord, "half", "about half of it will not be paid"},
	{MoneyWord, "overpay", "if it was paid, to be given back: To Refund lists these by payer"},
	{MoneyWord, "underpay", "money left unbilled, never at risk: Missed Revenue"},
	{MoneyWord, "none", "no money hangs on it"},
	{SumWord, "At risk", "what was billed on lines with an error or a warning, each line once, by its largest"},
	{SumWord, "In review", "what was billed on lines with reviews of which nothing is at risk; no part of it"},
	{SumWord, "Overpaid", "the part of what is at risk that asks for a refund, as billed"},
	{SumWord, "Missed", "what was left unbilled, where a line tells it; never at risk"},
}
