package books

import (
	"fmt"
	"strings"

	"claimaudit/audit/claim"
)

// cell is one column of a line: a field and, for modifiers and diagnoses, which one.
type cell struct {
	field claim.Field
	nth   int
}

// column is a cell under the header an export gives it.
type column struct {
	cell
	header string
}

// layout is how an export is written.
type layout struct {
	columns []column
	comma   byte
	date    string // time layout of its dates
	newline string
	titles  []string // rows above the header
	total   bool     // a row with the sum of the charges below the lines
	numbers bool     // codes, modifiers and NPIs are numbers where they have digits only
	bySite  bool     // office and surgery each have a sheet
	spoiled bool     // as spoiledSink writes it
}

// cells is the canonical header, column by column, up to the columns that only an export of several rows
// a service, of several payers or of payments has.
func cells() []column {
	var all []column
	for f := range claim.FieldLineID {
		for i, header := range f.Columns() {
			all = append(all, column{cell{f, i}, header})
		}
	}
	return all
}

// cellNamed is the column with that name in the canonical header.
func cellNamed(name string) (cell, bool) {
	for _, c := range cells() {
		if c.header == name {
			return c.cell, true
		}
	}
	return cell{}, false
}

// headed are columns of the canonical header, each under a header of its own: "Svc Date=DOS".
func headed(list string) []column {
	var columns []column
	for part := range strings.SplitSeq(list, ",") {
		header, name, given := strings.Cut(part, "=")
		if !given {
			name = header
		}
		c, ok := cellNamed(name)
		if !ok {
			panic("books: no column " + name) // the layouts are literals of this program
		}
		columns = append(columns, column{c, header})
	}
	return columns
}

// layoutNamed is one of the layouts exports come in.
func layoutNamed(name string) (layout, error) {
	switch name {
	case "canonical":
		return layout{columns: cells(), comma: ',', date: "2006-01-02", newline: "\n"}, nil
	case "short":
		return layout{
			columns: headed("ClaimID,PatientID,DOB,DOS,CPT,Mod1,Mod2,Mod3,Mod4,Units,Charge,Dx1,Dx2,Dx3,RenderingNPI,POS,Payer"),
			comma:   ',', date: "2006-01-02", newline: "\n",
		}, nil
	case "nightly":
		return layout{
			columns: headed("Encounter ID=ClaimID,Account #=PatientID,Birth Date=DOB,Date of Service=DOS,Procedure Code=CPT," +
				"Modifier 1=Mod1,Modifier 2=Mod2,Units,Charge Amount=Charge,Diagnosis 1=Dx1,Diagnosis 2=Dx2," +
				"Rendering Provider NPI=RenderingNPI,Place of Service=POS,Payer Name=Payer"),
			comma: ';', date: "01/02/2006", newline: "\r\n",
		}, nil
	case "practice":
		return layout{
			columns: headed("Svc Date=DOS,Chart #=PatientID,Patient DOB=DOB,Claim #=ClaimID,CPT Code=CPT,Mod 1=Mod1,Mod 2=Mod2,Mod 3=Mod3," +
				"Qty=Units,Total Charge=Charge,ICD 1=Dx1,ICD 2=Dx2,Provider NPI=RenderingNPI,Tax ID=BillingTIN,POS,Primary Insurance=Payer,Auth #=AuthNumber"),
			date: "01/02/2006", titles: []string{"Charge Detail by Service Date", "Printed 06/16/2025   Status: posted"},
			total: true, numbers: true, bySite: true,
		}, nil
	case "spoiled":
		return layout{
			comma: ',', date: "01/02/2006", newline: "\r\n", spoiled: true,
			titles: []string{"Transactions by Patient", "Opened and saved in a spreadsheet"},
		}, nil
	}
	return layout{}, fmt.Errorf("no layout %q: expected canonical, short, nightly, practice or spoiled", name)
}
