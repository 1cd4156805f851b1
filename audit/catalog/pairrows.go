package catalog

import (
	"errors"
	"fmt"
	"io/fs"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// CompilePairs reads the pairs.csv of a folder and gives the form in which it is part of the program;
// an error names the rows at fault.
func CompilePairs(data fs.FS) ([]byte, error) {
	edits := newPairReader()
	if err := table.Each(data, pairsFile, edits.add); err != nil {
		return nil, err
	}
	t := edits.builder.Table()
	return t.Bytes(), t.check()
}

type pairRow struct {
	Column1   string `csv:"column1"`
	Indicator string `csv:"indicator"`
	First     string `csv:"first"`
	Last      string `csv:"last"`
	Rationale string `csv:"rationale"`
	Column2   string `csv:"column2"`
	Source    string `csv:"source"`
}

// pairReader collects the episodes of the embedded pair table, whose rows are in order of column 1
// code and have several column 2 codes each.
type pairReader struct {
	builder *PairBuilder
	last    claim.Code
	rows    int
}

func newPairReader() *pairReader { return &pairReader{builder: NewPairBuilder(1 << 14)} }

var errOrder = errors.New("does not follow the row before in order of column 1 code")

func (p *pairReader) add(r pairRow) error {
	var v values
	p.rows++
	e := Edit{
		Column1: v.code(r.Column1), Indicator: Indicator(v.one(r.Indicator, "019")),
		Rationale: r.Rationale, Row: p.rows + 1,
	}
	e.From, e.To = v.span(r.First, r.Last)
	if p.last > e.Column1 {
		v.fail(fmt.Errorf("%s %w", e.Column1, errOrder))
	}
	p.last = e.Column1
	v.text("list of column 2 codes", r.Column2)
	for _, e.Column2 = range v.codes(r.Column2) {
		if err := p.builder.Add(e); err != nil {
			v.fail(fmt.Errorf("%s with %s: %w", e.Column1, e.Column2, err))
		}
	}
	return v.err
}

// check refuses an episode given twice, and a pair that is open in both directions, which would
// deny both lines.
func (t *PairTable) check() error {
	var faults []error
	for i := range t.Len() {
		e := t.At(i)
		if i > 0 && t.key(i) == t.key(i-1) {
			if from, to, indicator := t.record(i - 1); from == e.From && to == e.To && indicator == e.Indicator {
				faults = append(faults, fmt.Errorf("pairs.csv: %s with %s until %s %w", e.Column1, e.Column2, e.To, errTwice))
			}
		}
		if e.InForce(claim.EndOfTime) && t.open(e.Column2, e.Column1) {
			faults = append(faults, fmt.Errorf("pairs.csv: %s with %s is open in both directions", e.Column1, e.Column2))
		}
	}
	return errors.Join(faults...)
}

func (t *PairTable) open(column1, column2 claim.Code) bool {
	first, end, _ := t.span(column1, column2)
	found, _ := t.on(first, end, claim.EndOfTime)
	return found >= 0
}
