package audit

import "claimaudit/audit/claim"

// Corrected are the audited lines in the order of the input, with every mechanical fix made. Lines
// that a fix removes are not among them. Package hold has them.
type Corrected interface {
	// Len is the number of lines left, and Removed of those taken off.
	Len() int
	Removed() int
	// At is the i-th line as corrected, and what was changed on it or beside it; blank when nothing.
	// A line that cannot be read back from its private file is blank but for its position.
	At(i int) (l *claim.Line, change string)
	// Err is the first failure to read a line back; what was made of the lines is then worthless.
	Err() error
}
