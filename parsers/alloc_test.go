package parsers

import (
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

type nowhere struct{ lines int }

func (s *nowhere) Line(*claim.Line)    { s.lines++ }
func (s *nowhere) Unread(claim.Unread) {}

// Reading an ordinary row makes no garbage: a run of a million rows must not be the collector's.
func TestOrdinaryRowsAllocateNothing(t *testing.T) {
	const text = `ClaimID,PatientID,DOB,DOS,CPT,Mod1,Mod2,Units,Charge,Dx1,Dx2,RenderingNPI,BillingTIN,POS,Payer,ClaimType,State
C1,P1,4/10/1963,3/25/2025,64483,RT,,1,500.00,M54.16,M47.816,1234567893,12-3456789,11 - Office,AETNA PPO,professional,PA
C1,P1,1963-04-10,2025-03-25,J3301,59,RT,4,"$1,250.50",M54.16,,1234567893,123456789,11,MEDICARE PART B,asc,Pennsylvania
C2,P2,10-Apr-63,3/25/2025 12:00:00 AM,64483-50,,,2.0,80,"M54.16,M47.816",,1234567893,123456789,24,STATE MEDICAID,UB-04,PA
`
	e, err := Open("-", Options{Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	rows, err := openRows(e.Tables[0].pages)
	if err != nil {
		t.Fatal(err)
	}
	sink := &nowhere{}
	r := e.Tables[0].readers(0, 1, func(int) Sink { return sink })[0]
	allocs := testing.AllocsPerRun(50, func() {
		for i := range rows {
			r.read(&rows[i])
		}
	})
	if allocs > 0 || sink.lines == 0 || sink.lines%3 != 0 {
		t.Errorf("%v allocations in %d rows, %d lines", allocs, len(rows), sink.lines)
	}
}

func openRows(p *pages) (rows []grid.Row, err error) {
	for block, fault := range p.all() {
		if fault != nil {
			return nil, fault
		}
		for row := range block.Rows() {
			own := *row
			own.Cells, own.Kinds, own.Held = slices.Clone(row.Cells), slices.Clone(row.Kinds), slices.Clone(row.Held)
			rows = append(rows, own)
		}
	}
	return rows, nil
}
