package audit

import "claimaudit/audit/claim"

// LeftOut are the rows that were not audited, in the order of the input. Package hold has them.
type LeftOut interface {
	// Len is the number of rows, a service of a row that holds several counted as one.
	Len() int
	// At is the i-th row. One that cannot be read back from its private file is blank but for its position.
	At(i int) claim.Unread
	// Err is the first failure to read a row back; what was made of the rows is then worthless.
	Err() error
}

// LeftRows are rows left out that are in memory.
type LeftRows []claim.Unread

// Len is the number of rows.
func (l LeftRows) Len() int { return len(l) }

// At is the i-th row.
func (l LeftRows) At(i int) claim.Unread { return l[i] }

// Err is nil: nothing is read back.
func (LeftRows) Err() error { return nil }
