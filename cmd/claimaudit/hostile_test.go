package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// likeFormulas is an export whose cells a spreadsheet would calculate, and a number that it must.
const likeFormulas = `ClaimID,PatientID,DOB,DOS,CPT,Mod1,Units,Charge,Dx1,RenderingNPI,BillingNPI,BillingTIN,POS,Payer,AuthNumber,State,Narrative
@C1,=cmd|' /C calc'!A0,1950-03-07,2025-03-10,62311,,1,250.00,M54.16,+1+2,-1+2,@TIN,11,=SUM(A1),+AUTH,=X,"	=1+1"
@C1,=cmd|' /C calc'!A0,1950-03-07,2025-03-10,=1+1,,=1+2,-5.00,M54.16,+1+2,-1+2,@TIN,11,-1+3,-AUTH,@X,@SUM(A1)
@C2,+P2,=1950,2025-03-10,77003,=R,=9,=8,=M17,+1+2,-1+2,@TIN,=11,"=1+1",=AUTH,+X,-2+3
`

// TestNoFormulaInCSV holds that nothing of an export, not even its name, becomes a formula in the
// CSV report or in the corrected lines.
func TestNoFormulaInCSV(t *testing.T) {
	t.Chdir(t.TempDir())
	text := strings.NewReplacer(`\t`, "\t", `\r`, "\r").Replace(likeFormulas)
	if err := os.WriteFile("=1+2.csv", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	corrected := filepath.Join("out", "corrected.csv")
	if err := os.Mkdir("out", 0o700); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := command(t, "audit", "=1+2.csv", "--as-of", "2025-06-30", "-o", "out/out.csv", "--corrected", corrected); status != exitFindings {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	quoted, numbers := 0, 0
	for _, path := range []string{"out/out.csv", corrected} {
		for _, row := range records(t, path) {
			for _, cell := range row {
				switch {
				case cell == "-5.00":
					numbers++
				case strings.HasPrefix(cell, "'"):
					quoted++
				case cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r"):
					t.Errorf("%s: a formula: %q", path, cell)
				}
			}
		}
	}
	if quoted < 40 || numbers < 2 {
		t.Errorf("%d cells quoted and %d numbers", quoted, numbers)
	}
}
