package rules_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
)

// asOf is the day the proof is audited from.
var asOf = claim.MustDate("2025-06-30")

// settings let the filing rule be proved for a payer with a configured limit.
var settings = &audit.Settings{TimelyFiling: map[claim.Payer]int{claim.Medicaid: 180, claim.WorkersComp: 90, claim.Auto: 90, claim.SelfPay: 90}}

// undated are the rules that judge without any date: the others need a boundary case.
var undated = []string{
	"unknown-code", "code-range", "referral-code", "consult-for-referral",
	"invalid-npi", "unreadable-cell", "units-not-positive", "missing-patient",
	"bilateral-units", "bilateral-units-over-one", "bilateral-with-side", "bilateral-not-allowed", "both-sides-on-one-line",
	"side-missing", "distinct-modifier-on-visit", "visit-modifier-on-procedure",
	"paddle-lead-in-office", "component-26-missing", "component-not-split", "sacroiliac-code-of-claim-type",
	"staff-service-in-facility", "second-sedation-doctor-in-office", "bilateral-50-on-asc", "not-covered", "kx-misused",
	"sedation-first-units", "paid-twice", "service-not-covered", "equipment-from-practitioner", "modifier-missing", "place-does-not-fit",
	"hospital-device-code", "implant-in-office", "global-visit-charged", "anesthesia-minutes", "restricted-coverage", "undescribed-code",
}

// proofRow is one line of a proof case: what is billed, and what the rule must say of it. Blank
// cells take the defaults of withDefaults; a dash means that the cell is blank on the claim.
type proofRow struct {
	Rule string `csv:"rule"`
	Case string `csv:"case"`
	Kind string `csv:"kind"` // fires, near-miss or boundary; on the first row of a case

	Claim     string `csv:"claim"`
	Patient   string `csv:"patient"`
	DOB       string `csv:"dob"`
	DOS       string `csv:"dos"` // a span as 2025-03-10/2025-03-12
	Code      string `csv:"code"`
	Mods      string `csv:"mods"` // RT-59
	Units     string `csv:"units"`
	Charge    string `csv:"charge"`
	Dx        string `csv:"dx"`  // separated by blanks
	NPI       string `csv:"npi"` // rendering, or rendering/billing
	TIN       string `csv:"tin"`
	POS       string `csv:"pos"`
	Payer     string `csv:"payer"`
	Sequence  string `csv:"sequence"`
	Type      string `csv:"type"`
	Frequency string `csv:"frequency"`
	Auth      string `csv:"auth"`
	Received  string `csv:"received"`
	State     string `csv:"state"`
	Narrative string `csv:"narrative"`
	Allowed   string `csv:"allowed"`
	Paid      string `csv:"paid"`

	Want string `csv:"want"` // severities of the rule's findings on this line
	Fix  string `csv:"fix"`  // the action, with =VALUE for an edit, of a removal the code that goes; more edits behind a blank
	Text string `csv:"text"` // part of the message or the fix's text
	Note string `csv:"note"` // why, for the reader
}

// proofCase is the rows of one case in their order.
type proofCase struct {
	file, rule, name, kind string
	rows                   []proofRow
}

func readProof(t *testing.T) []proofCase {
	t.Helper()
	files, err := filepath.Glob("proof/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no proof files (%v)", err)
	}
	var cases []proofCase
	for _, file := range files {
		cases = append(cases, readProofFile(t, file)...)
	}
	return cases
}

func readProofFile(t *testing.T, file string) []proofCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []proofRow
	if err := gocsv.UnmarshalCSV(csv.NewReader(f), &rows); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var cases []proofCase
	for _, row := range rows {
		last := len(cases) - 1
		if last < 0 || cases[last].rule != row.Rule || cases[last].name != row.Case {
			cases = append(cases, proofCase{file: file, rule: row.Rule, name: row.Case, kind: row.Kind})
			last++
		}
		cases[last].rows = append(cases[last].rows, row)
	}
	return cases
}

// TestProof audits every case with its rule alone and compares line by line.
func TestProof(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	all := rules.All()
	for _, pc := range readProof(t) {
		t.Run(pc.rule+"/"+pc.name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(r *audit.Rule) bool { return r.ID == pc.rule })
			if i < 0 {
				t.Fatalf("%s: there is no rule %q", pc.file, pc.rule)
			}
			pc.prove(t, all[i], known)
		})
	}
}

func (pc *proofCase) prove(t *testing.T, rule *audit.Rule, known *catalog.Catalog) {
	found, err := engine.Judge(pc.lines(t), engine.Options{
		Rules: []*audit.Rule{rule}, Catalog: known, AsOf: asOf, Settings: settings,
	})
	if err != nil {
		t.Fatal(err)
	}
	byRow := make([][]audit.Finding, len(pc.rows))
	for _, f := range found {
		byRow[f.Line.Pos.Row-1] = append(byRow[f.Line.Pos.Row-1], f)
		if f.Message == "" || f.Fix.Text == "" {
			t.Errorf("row %d: a finding without a message or a fix: %+v", f.Line.Pos.Row, f)
		}
	}
	for i, row := range pc.rows {
		got := []string{}
		for _, f := range byRow[i] {
			got = append(got, f.Severity.String())
		}
		if diff := cmp.Diff(strings.Fields(row.Want), got, cmp.Transformer("sorted", slices.Sorted[string])); diff != "" && len(got)+len(row.Want) > 0 {
			t.Errorf("row %d (%s): findings (-want +got)\n%s%s", i+1, row.Code, diff, describe(byRow[i]))
		}
		compareFix(t, i, row, byRow[i])
	}
}

// compareFix holds the expected fix and text against the findings of the row; one must do for each.
func compareFix(t *testing.T, i int, row proofRow, found []audit.Finding) {
	t.Helper()
	if row.Fix != "" && !slices.ContainsFunc(found, func(f audit.Finding) bool { return fixes(f, row.Fix) }) {
		t.Errorf("row %d (%s): want fix %q%s", i+1, row.Code, row.Fix, describe(found))
	}
	says := func(f audit.Finding) bool {
		return strings.Contains(f.Message, row.Text) || strings.Contains(f.Fix.Text, row.Text)
	}
	if row.Text != "" && !slices.ContainsFunc(found, says) {
		t.Errorf("row %d (%s): want text %q%s", i+1, row.Code, row.Text, describe(found))
	}
}

// fixes tells whether the finding's fix is the wanted action with the wanted edits.
func fixes(f audit.Finding, want string) bool {
	for i, part := range strings.Fields(want) {
		action, value, edited := strings.Cut(part, "=")
		if i == 0 && f.Fix.Action.String() != action {
			return false
		}
		has := func(e audit.Edit) bool { return value == editValue(e, action) }
		if edited && !slices.ContainsFunc(f.Fix.Edits, has) {
			return false
		}
	}
	return true
}

// editValue is the edit's new value when it is of that action, else something no proof wants.
func editValue(e audit.Edit, action string) string {
	switch {
	case action == "replace-code" && e.Code != 0:
		return e.Code.String()
	case action == "set-modifiers" && e.Mods != nil:
		return e.Mods.String()
	case action == "set-units" && e.Units != 0:
		return e.Units.String()
	case action == "remove-line" && e.Remove:
		return e.Line.Code.String()
	}
	return "another edit"
}

func describe(found []audit.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("\n  got " + f.Severity.String() + ": " + f.Message + "\n      fix " + f.Fix.Action.String() + ": " + f.Fix.Text)
		for _, e := range f.Fix.Edits {
			b.WriteString("\n      edit " + e.Line.Billed + ":")
			for _, action := range []string{"replace-code", "set-modifiers", "set-units", "remove-line"} {
				if v := editValue(e, action); v != "another edit" {
					b.WriteString(" " + action + "=" + v)
				}
			}
		}
	}
	return b.String()
}

// TestProofIsWhole fails when a rule lacks a case of a kind it needs, or a case is not what its
// kind says.
func TestProofIsWhole(t *testing.T) {
	t.Parallel()
	kinds := map[string]map[string]bool{}
	seen := map[string]string{}
	for _, pc := range readProof(t) {
		key := pc.rule + "/" + pc.name
		if file, twice := seen[key]; twice {
			t.Errorf("%s: case %s is already in %s, or its rows do not stand together", pc.file, key, file)
		}
		seen[key] = pc.file
		pc.checkKind(t)
		if kinds[pc.rule] == nil {
			kinds[pc.rule] = map[string]bool{}
		}
		kinds[pc.rule][pc.kind] = true
	}
	for _, r := range rules.All() {
		for _, kind := range []string{"fires", "near-miss", "boundary"} {
			needed := kind != "boundary" || !slices.Contains(undated, r.ID)
			if needed && !kinds[r.ID][kind] {
				t.Errorf("rule %s has no %s case in proof/", r.ID, kind)
			}
		}
	}
}

func (pc *proofCase) checkKind(t *testing.T) {
	t.Helper()
	fires := slices.ContainsFunc(pc.rows, func(row proofRow) bool { return row.Want != "" })
	switch {
	case pc.kind == "fires" && !fires:
		t.Errorf("%s: case %s/%s is to fire but wants nothing", pc.file, pc.rule, pc.name)
	case pc.kind == "near-miss" && fires:
		t.Errorf("%s: case %s/%s is a near miss but wants a finding", pc.file, pc.rule, pc.name)
	case pc.kind != "fires" && pc.kind != "near-miss" && pc.kind != "boundary":
		t.Errorf("%s: case %s/%s has kind %q", pc.file, pc.rule, pc.name, pc.kind)
	}
}
