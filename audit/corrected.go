package audit

import "claimaudit/audit/claim"

// Corrected are the audited lines in the order of the input, with every mechanical fix made, and those that
// a fix takes off as they were billed. Package hold has them.
type Corrected interface {
	// Len is the number of lines, and Removed of those among them that are taken off.
	Len() int
	Removed() int
	// Fields are those that a fix changed on any line, and Places how many values a line has at most in a
	// field of several columns.
	Fields() claim.Fields
	Places(f claim.Field) int
	// At is the i-th line as corrected, and what was changed on it or beside it; blank when nothing.
	// A line that cannot be read back from its private file is blank but for its position.
	At(i int) (l *claim.Line, change string, removed bool)
	// Err is the first failure to read a line back; what was made of the lines is then worthless.
	Err() error
}
