package reports

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

var (
	deleted = &audit.Rule{
		ID: "deleted-code", Family: "Code validity", Title: "Code was deleted before the date of service", Severity: audit.Error, Rank: audit.RootCause,
		Means:  "A code is judged by the line's own date of service: on its last valid day it is still right, whenever the claim is sent.",
		Source: "last valid dates of the NCCI tables", Guide: []string{"S4", "S6"},
	}
	imaging = &audit.Rule{
		ID: "imaging-included", Title: "Guidance is included in the injection", Severity: audit.Error, Rank: audit.Specific,
		Means: "The injection's code includes the imaging that guides it.", Source: "NCCI policy manual, chapter 8",
	}
	visit = &audit.Rule{
		ID: "visit-needs-25", Title: "Visit with a procedure, without modifier 25", Severity: audit.Warning, Rank: audit.PairTable,
		Means: "A visit on the day of a procedure is paid when the record shows a separate problem.", Source: "NCCI policy manual, chapter 1",
	}
	drug = &audit.Rule{
		ID: "drug-units-short", Title: "Fewer drug units than the dose", Severity: audit.Review, Rank: audit.Specific,
		Means: "The dose in the narrative makes more units than were billed.", Source: "HCPCS unit of the drug",
	}
	npi = &audit.Rule{
		ID: "invalid-npi", Title: "An NPI that cannot exist", Severity: audit.Error, Rank: audit.Apart,
		Means: "A National Provider Identifier ends in a check digit.", Source: "45 CFR 162.406",
	}
)

// line makes a line of input 0 with everything but what a test sets.
func line(row int32, patient, date, code string, mods ...string) *audit.Line {
	l := &audit.Line{Line: claim.Line{
		Pos: claim.Pos{Row: row}, Claim: "C" + patient, Patient: patient, From: claim.MustDate(date),
		Birth: claim.MustDate("1957-03-04"), Billed: code, Units: claim.One, Charge: 25000, Mods: claim.Mods(mods...),
		Rendering: "1234567893", Billing: "1982736459", PayerName: "Medicare Part B", Payer: claim.Medicare,
		Given: 1<<claim.NumFields - 1,
	}}
	l.Code, _ = claim.ParseCode(code)
	l.Dx[0] = claim.MustDiagnosis("M54.16")
	return l
}

// small is a report with one of everything.
func small() *audit.Report {
	old := line(14, "P001", "2025-03-10", "62311", "59")
	old.Code = claim.MustCode("62323") // what a root cause leaves
	pictures := line(15, "P001", "2025-03-10", "77003", "26")
	pictures.Pos.Column = 3
	office := line(9, "P002", "2025-04-02", "99214")
	blank := line(21, "P003", "2025-04-07", "J1030")
	blank.Given &^= claim.FieldSet(claim.FieldCharge, claim.FieldUnits)
	nobody := line(30, "", "2025-04-09", "20610", "RT")
	nobody.Anonymous, nobody.Claim, nobody.Rendering = true, "", "1234567890"
	second := line(3, "P001", "2025-03-10", "62323")
	second.Pos = claim.Pos{Input: 1, Row: 3, Column: 2, Nth: 2}
	rt := claim.Mods("RT", "25")
	half := claim.Cents(12345)
	findings := []audit.Finding{
		{Rule: visit, Severity: audit.Warning, Line: office, Money: audit.Deny, Message: "99214 with 20610 on the same day has no modifier 25", Fix: audit.Fix{Action: audit.SetModifiers, Text: "add 25 if the record shows a separate problem", Edits: []audit.Edit{audit.SetMods(office, rt)}}},
		{Rule: deleted, Severity: audit.Error, Line: old, Related: []*audit.Line{pictures, second}, Money: audit.Reject, Message: "62311 was deleted: its last valid date of service was 2016-12-31, and this one is 2025-03-10", Fix: audit.Fix{Action: audit.ReplaceCode, Text: "replace 62311 with 62323, and remove 77003, which 62323 includes", Edits: []audit.Edit{audit.SetCode(old, claim.MustCode("62323")), audit.SetQuantity(old, claim.One), audit.Remove(pictures)}}},
		{Rule: imaging, Severity: audit.Error, Line: pictures, Related: []*audit.Line{old}, Money: audit.Deny, Part: &half, Message: "77003 is included in 62323", Fix: audit.Fix{Action: audit.RemoveLine, Text: "remove 77003", Edits: []audit.Edit{audit.Remove(pictures)}}},
		{Rule: drug, Severity: audit.Review, Line: blank, Money: audit.Underpay, Message: "the narrative gives 80 mg, which is 2 units", Fix: audit.Fix{Action: audit.Document, Text: "look up the dose"}},
		{Rule: npi, Severity: audit.Error, Line: nobody, Money: audit.Reject, Message: "the rendering NPI 1234567890 fails its check digit", Fix: audit.Fix{Action: audit.CorrectCell, Text: "enter the NPI as the NPPES registry has it"}},
	}
	return &audit.Report{
		Version: "1.0.0", Catalog: "2024Q3", AsOf: claim.MustDate("2025-06-30"),
		Options: []audit.Option{{Name: "as_of", Value: "2025-06-30"}, {Name: "skip_rule", Value: "timely-filing"}},
		Config:  audit.Config{Name: "claimaudit.yaml", SHA256: "0a1b"},
		Tables:  []audit.Table{{Name: "NCCI pair edits", SHA256: "ab12", Effective: "2024Q3"}},
		Sources: []claim.Source{
			{File: "in/a.csv", SHA256: "cd34", Rows: 6, Audited: 4, Unreadable: 1, Skipped: 1, Services: 5, Headers: []string{"DOS", "CPT1", "CPT2"}, Notes: []string{"Windows-1252"}},
			{File: "old.xlsx", Sheet: "Mai", SHA256: "ef56", Rows: 2, Audited: 2, Services: 3, Headers: []string{"DOS", "CPT"}, Context: true},
		},
		Rules: []*audit.Rule{deleted, imaging, visit, drug, npi},
		Summary: audit.Summary{
			Lines: 4, FlaggedLines: 5, Encounters: 4, CleanEncounters: 1, Findings: 5,
			BySeverity: map[audit.Severity]int{audit.Error: 3, audit.Warning: 1, audit.Review: 1},
			ByRule:     map[string]int{"deleted-code": 1, "imaging-included": 1, "visit-needs-25": 1, "drug-units-short": 1, "invalid-npi": 1},
			Charge:     100000, ChargeAtRisk: 87345, Uncounted: 1, First: claim.MustDate("2025-03-10"), Last: claim.MustDate("2025-04-09"),
		},
		Findings: hold.Pack(findings),
		Months: []audit.Month{
			{First: claim.MustDate("2025-03-01"), Counts: audit.Counts{Lines: 2, Flagged: 2, Encounters: 1, Charge: 50000, AtRisk: 37345}},
			{First: claim.MustDate("2025-04-01"), Counts: audit.Counts{Lines: 3, Flagged: 3, Encounters: 3, Clean: 1, Charge: 50000, AtRisk: 50000}},
		},
		Providers: []audit.Provider{
			{ID: "1234567890", Counts: audit.Counts{Lines: 1, Flagged: 1, Encounters: 1, Charge: 25000, AtRisk: 25000}},
			{ID: "1234567893", Counts: audit.Counts{Lines: 4, Flagged: 4, Encounters: 3, Clean: 1, Charge: 75000, AtRisk: 62345}},
		},
		Coverage: []audit.Coverage{
			{Check: "Code validity", Lines: 3, NotChecked: 1, From: claim.MustDate("2025-03-10"), To: claim.MustDate("2025-04-09")},
			{Check: "Code validity", NotChecked: 1, Reason: "the code is not in the catalogue", Codes: []string{"64943 (1)"}, From: claim.MustDate("2025-04-01"), To: claim.MustDate("2025-04-01")},
			{Check: "catalogue", Lines: 3, Codes: []string{}},
			{Check: "catalogue", NotChecked: 1, Reason: "the code is not in the catalogue", Codes: []string{"64943 (1) looks like 64493"}},
			{Check: "deleted-code", Family: "Code validity", Lines: 4, Codes: nil},
		},
		UnknownPayers: []audit.UnknownPayer{{Name: "PYR006", Lines: 2}},
		Repairs:       []claim.Repair{{Field: claim.FieldCode, Kind: "codes written as numbers", Count: 3}},
		NotRead: audit.LeftRows{
			{Pos: claim.Pos{Row: 40}, Kind: claim.TotalRow, Reason: "a total below the table"},
			{Pos: claim.Pos{Row: 41, Column: 2}, Kind: claim.Unreadable, Reason: "the date of service cannot be read"},
		},
		PassedOver: []claim.Passed{{File: "in/scan.pdf", Why: "a PDF: export the table itself as .xlsx or .csv"}},
	}
}

// changed makes the report's findings again from what edit makes of them.
func changed(r *audit.Report, edit func([]audit.Finding) []audit.Finding) *audit.Report {
	var findings []audit.Finding
	for _, f := range r.Findings.All() {
		findings = append(findings, *f)
	}
	r.Findings = hold.Pack(edit(findings))
	return r
}

// inOrder are the findings in order of their rows.
func inOrder(findings []audit.Finding) audit.Findings {
	slices.SortFunc(findings, func(a, b audit.Finding) int { return int(a.Line.Pos.Row - b.Line.Pos.Row) })
	return hold.Pack(findings)
}

// large is a report of n findings over months, providers and rules.
func large(n int) *audit.Report {
	r := small()
	rules := r.Rules
	findings := make([]audit.Finding, 0, n)
	for i := range n {
		l := line(int32(i*7+2), fmt.Sprintf("%07d", i/3), "2025-01-06", "64483", "RT")
		l.From += claim.Date(i / 3 % 170)
		l.Charge = claim.Cents(10000 + i%9000*17)
		rule := rules[(i*i+i/7)%len(rules)]
		other := line(int32(i*7+3), l.Patient, "2025-01-06", "64484")
		other.Pos.Row++
		findings = append(findings, audit.Finding{
			Rule: rule, Severity: rule.Severity, Line: l, Related: []*audit.Line{other}, Money: audit.Deny,
			Message: fmt.Sprintf("64483 with 64484 on row %d: the add-on is billed for a level the first line of the day does not have", i),
			Fix: audit.Fix{
				Action: audit.SetUnits, Text: "bill one unit for each level the record documents, or remove the line if no further level was injected",
				Edits: []audit.Edit{audit.SetQuantity(l, claim.Whole(2))},
			},
		})
	}
	r.Findings = hold.Pack(findings)
	recount(r, nil)
	r.Summary.Lines = n * 11
	return r
}
