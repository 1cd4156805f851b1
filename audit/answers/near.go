package answers

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// few is how many lines of a claim are looked through for each row. Of more, an index tells which may be meant: exports
// write one number on all that has none.
const few = 16

// service is what a row says of its line when it does not number it.
type service struct {
	code claim.Code
	day  claim.Date
}

// claimLines are the lines of a claim in their order, and where there are many, those of a number and of a service.
type claimLines struct {
	all       []*audit.Line
	byNumber  map[string][]*audit.Line
	byService map[service][]*audit.Line
}

func linesOf(all []*audit.Line) *claimLines {
	c := &claimLines{all: all}
	if len(all) <= few {
		return c
	}
	c.byNumber, c.byService = map[string][]*audit.Line{}, map[service][]*audit.Line{}
	for _, l := range all {
		n, s := numberOf(l), service{l.Code, l.From}
		c.byNumber[n], c.byService[s] = append(c.byNumber[n], l), append(c.byService[s], l)
	}
	return c
}

// numbered are the lines of that number, maybe among others.
func (c *claimLines) numbered(number []byte) []*audit.Line {
	if c.byNumber == nil {
		return c.all
	}
	return c.byNumber[string(number)]
}

// alike are the lines of that service, maybe among others.
func (c *claimLines) alike(s service) []*audit.Line {
	if c.byService == nil {
		return c.all
	}
	return c.byService[s]
}
