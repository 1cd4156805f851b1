package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// What is here counts an audit again in the plainest way: from the rows of the inputs as a CSV or
// XLSX reader gives them and from the findings of the JSON output one by one. It shares no code with
// the program and takes none of its sums.

// place is where a row stands.
type place struct {
	File, Sheet string
	Row         int
	Column      string // of its code, where the row holds several services
	Nth         int    // which code of its cell, where that holds several
}

// told is the JSON output as far as it is no sum.
type told struct {
	Run struct {
		AsOf    string `json:"as_of"`
		Options []struct{ Name, Value string }
	}
	Inputs, Context []toldInput
	Summary         map[string]any
	Findings        []toldFinding
	Waived          []toldFinding
	Waivers         []toldWaiver
	Coverage        []struct {
		Check, Family, Reason string
		NotChecked            int `json:"not_checked"`
	}
	UnknownPayers []struct {
		Name  string
		Lines int
	} `json:"unknown_payers"`
	NotRead []struct {
		place
		Kind, Charge string
	} `json:"not_read"`
}

type toldInput struct {
	File, Sheet, SHA256                string
	Rows, Audited, Unreadable, Skipped int
	Services                           int
	Notes                              []string
}

type toldFinding struct {
	place
	Rule, Severity, Title, Patient, Claim, Date, Code, Charge, Provider, Message, Money string
	AtRisk                                                                              string `json:"at_risk"`
	Context                                                                             bool
	Fix                                                                                 struct{ Text string }
	Count                                                                               int
	Fingerprint                                                                         string
	Waiver                                                                              *struct{ Reason, Owner, Expires string }
	Related                                                                             []place
	number                                                                              int  // in the output
	under                                                                               bool // another line than its own, which the finding stands for
}

// cents are what a finding puts in question; nothing where that is not known.
func (f *toldFinding) cents() int {
	cents, _ := centsOf(f.AtRisk)
	return cents
}

func (f *toldFinding) sure() bool { return f.Severity == "error" || f.Severity == "warning" }

// toldIn reads a JSON output.
func toldIn(t *testing.T, path string) (said told) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// billed is a row of an input below its header.
type billed struct {
	place
	patient, claim, date, code, provider, payer string
	cents                                       int
	chargeGiven, chargeKnown                    bool
}

// export is a table of an input.
type export struct {
	file, sheet, sha256 string
	charged             bool // it has a column of charges
	rows                []*billed
}

// unknownAt tells whether the row at a place has a charge that cannot be read.
func (e *export) unknownAt(p place) bool {
	return slices.ContainsFunc(e.rows, func(b *billed) bool { return b.place == p && b.chargeGiven && !b.chargeKnown })
}

// headers are what the samples and the books of the tests call a column.
var headers = map[string][]string{
	"patient":   {"PatientID", "Account #", "Acct #", "Chart #"},
	"claim":     {"ClaimID", "Encounter ID", "Invoice", "Claim #"},
	"code":      {"CPT", "Procedure Code", "CPT Code"},
	"date":      {"DOS", "Date of Service", "Svc Date"},
	"charge":    {"Charge", "Charge Amount", "Amount", "Total Charge"},
	"rendering": {"RenderingNPI", "Rendering Provider NPI", "Rendering NPI", "Provider NPI"},
	"billing":   {"BillingNPI"},
	"payer":     {"Payer", "Payer Name", "Primary Insurance"},
}

// nobody are the patient ids of the samples and books that are no patient.
var nobody = []string{"", "0", "UNKNOWN"}

// exportsOf reads an input file.
func exportsOf(t *testing.T, path string) []*export {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(data)
	sum := hex.EncodeToString(hash[:])
	if filepath.Ext(path) != ".xlsx" {
		return []*export{newExport(t, path, "", sum, csvRows(t, data))}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []*export
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, newExport(t, path, sheet, sum, rows))
	}
	return all
}

func csvRows(t *testing.T, data []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func newExport(t *testing.T, path, sheet, sum string, rows [][]string) *export {
	t.Helper()
	e := &export{file: path, sheet: sheet, sha256: sum}
	at, sets := map[string]int{}, []set(nil)
	for i, row := range rows {
		if len(at) == 0 {
			at, sets = headsOf(row), setsOf(row)
			_, e.charged = at["charge"]
			e.charged = e.charged || sets != nil
			continue
		}
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			e.rows = append(e.rows, services(place{File: path, Sheet: sheet, Row: i + 1}, row, at, sets)...)
		}
	}
	if len(e.rows) == 0 {
		t.Fatalf("%s %s: no header among %v", path, sheet, headers["date"])
	}
	return e
}

// set are the columns of one service of a row with several.
type set struct {
	head         string // of its code
	code, charge int
}

// setsOf are the sets of a header that counts them: CPT1, Charge1, CPT2; none in others.
func setsOf(header []string) (sets []set) {
	for n := 1; ; n++ {
		s := set{fmt.Sprint("CPT", n), slices.Index(header, fmt.Sprint("CPT", n)), slices.Index(header, fmt.Sprint("Charge", n))}
		if s.code < 0 {
			return sets
		}
		sets = append(sets, s)
	}
}

// services are what a row bills: itself, or each of its sets that has a code or charges anything.
func services(p place, row []string, at map[string]int, sets []set) (all []*billed) {
	for _, s := range sets {
		cents, _ := centsOf(nth(row, s.charge))
		if nth(row, s.code) == "" && cents == 0 {
			continue
		}
		mine := maps.Clone(at)
		mine["charge"], mine["code"] = s.charge, s.code
		b := newBilled(p, row, mine)
		b.Column = s.head
		all = append(all, b)
	}
	if len(all) == 0 {
		all = append(all, newBilled(p, row, at))
	}
	if len(all) == 1 {
		all[0].Column = ""
	}
	return all
}

// row is where the service's row stands.
func (p place) row() place { return place{File: p.File, Sheet: p.Sheet, Row: p.Row} }

// rowsOf counts the rows of lines that are not among those counted already.
func rowsOf(lines []*billed, counted map[place]bool) (n int) {
	for _, b := range lines {
		if !counted[b.row()] {
			counted[b.row()] = true
			n++
		}
	}
	return n
}

// headsOf are the columns of a header; none where the row is no header.
func headsOf(row []string) map[string]int {
	at := map[string]int{}
	for name, known := range headers {
		if i := slices.IndexFunc(row, func(head string) bool { return slices.Contains(known, head) }); i >= 0 {
			at[name] = i
		}
	}
	if _, dated := at["date"]; !dated {
		clear(at)
	}
	return at
}

func newBilled(p place, row []string, at map[string]int) *billed {
	cell := func(name string) string {
		if i, ok := at[name]; ok && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	b := &billed{place: p, patient: cell("patient"), claim: cell("claim"), date: isoDate(cell("date")), code: codeAlone(cell("code")), provider: cell("rendering"), payer: cell("payer")}
	if b.provider == "" {
		b.provider = cell("billing")
	}
	b.chargeGiven = cell("charge") != ""
	b.cents, b.chargeKnown = centsOf(cell("charge"))
	return b
}

// codeAlone is a code without its modifier and without what keeps a spreadsheet from taking it for a number.
func codeAlone(cell string) string {
	cell = strings.Trim(cell, `="`)
	if modified.MatchString(cell) {
		return cell[:len("64483")]
	}
	return cell
}

// modified is a code with its modifier.
var modified = regexp.MustCompile(`^[A-Z0-9]{5}-[A-Z0-9]{2}$`)

// isoDate is a date of the samples as 2025-03-10: written so, month first, or as a spreadsheet's number.
func isoDate(cell string) string {
	for _, layout := range []string{time.DateOnly, "01/02/2006"} {
		if day, err := time.Parse(layout, cell); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	if n, err := strconv.Atoi(cell); err == nil {
		return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return ""
}

// serialOf is an ISO date as a workbook counts it.
func serialOf(iso string) string { return serial(iso) }

// written is how an amount may be written: 12, 12.5, -3.00, $1,200.00, ($3.00).
var written = regexp.MustCompile(`^\(?-?\$?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\)?$`)

// plain leaves of an amount what a number has.
var plain = strings.NewReplacer("$", "", ",", "", "(", "-", ")", "")

func centsOf(cell string) (cents int, ok bool) {
	if !written.MatchString(cell) {
		return 0, false
	}
	amount, err := strconv.ParseFloat(plain.Replace(cell), 64)
	return int(math.Round(amount * 100)), err == nil
}

// account is all the recomputation knows of a run.
type account struct {
	told
	all             []toldFinding // of the same audit with nothing hidden, line by line
	byLine          []toldFinding // the findings, those that stand for many lines once for each
	inputs, history []*export
	lines           map[place]*billed // that were audited
	gone            map[place]bool    // that were not
	rows            map[place]*billed // the same and those of history, which findings may be on
	order           []*billed         // the same in order of the inputs
	known           map[string]knownRule
	rules           []string          // that ran, in their order
	families        map[string]string // of rules
	meets           map[any][]int     // the findings of each encounter, by their place in byLine
	sequence        []int             // of the findings on Flagged Lines
	remits          []string          // remittances
	became          map[place]becameOf
	unsaid          int // how many waived findings are not shown
}

// newAccount reads what a run told and the inputs it read.
func newAccount(t *testing.T, document string, all []toldFinding, known map[string]knownRule, inputs, history []*export) *account {
	t.Helper()
	a := &account{told: toldIn(t, document), known: known, inputs: inputs, history: history, lines: map[place]*billed{}, rows: map[place]*billed{}, families: map[string]string{}}
	gone := map[place]bool{}
	a.gone = gone
	for _, r := range a.NotRead {
		gone[r.place] = true
	}
	for _, e := range inputs {
		for _, b := range e.rows {
			if !gone[b.place] {
				a.lines[b.place] = b
				a.order = append(a.order, b)
			}
		}
	}
	for _, e := range history {
		for _, b := range e.rows {
			a.rows[b.place] = b
		}
	}
	maps.Copy(a.rows, a.lines)
	for _, c := range a.Coverage {
		if _, rule := known[c.Check]; rule && !slices.Contains(a.rules, c.Check) {
			a.rules = append(a.rules, c.Check)
			a.families[c.Check] = c.Family
		}
	}
	a.all, a.byLine = a.apart(t, all), a.apart(t, a.Findings)
	a.sort()
	return a
}

// apart takes those findings apart that stand for many lines, each with the charge of its own.
func (a *account) apart(t *testing.T, findings []toldFinding) (lines []toldFinding) {
	t.Helper()
	for i := range findings {
		f := findings[i]
		f.number = i
		if f.Count == 0 {
			lines = append(lines, f)
			continue
		}
		if f.Count != len(f.Related)+1 || f.Count < 20 {
			t.Fatalf("%s stands for %d lines and names %d", f.Rule, f.Count, len(f.Related)+1)
		}
		sum, given := 0, false
		for k, p := range append([]place{f.place}, f.Related...) {
			line, b := f, a.rows[p]
			line.place, line.under, line.AtRisk = p, k > 0, "0.00"
			if f.Money != "none" {
				line.AtRisk = ""
			}
			if b.chargeKnown && f.Money != "none" {
				line.AtRisk, given = amount(b.cents), true
				sum += b.cents
			}
			lines = append(lines, line)
		}
		if f.Money != "none" && (given && f.AtRisk != amount(sum) || !given && f.AtRisk != "") {
			t.Errorf("%s on %d lines has %s at risk, want %d cents", f.Rule, f.Count, f.AtRisk, sum)
		}
	}
	turn := map[place]int{}
	for _, e := range slices.Concat(a.history, a.inputs) {
		for _, b := range e.rows {
			turn[b.place] = len(turn)
		}
	}
	slices.SortStableFunc(lines, func(x, y toldFinding) int {
		return cmp.Or(cmp.Compare(turn[x.place], turn[y.place]), cmp.Compare(slices.Index(a.rules, x.Rule), slices.Index(a.rules, y.Rule)))
	})
	return lines
}

// count is how many findings there are of some taken apart.
func count(lines []toldFinding) int {
	return len(among(lines, func(f *toldFinding) bool { return !f.under }))
}

// checkUnknownPayers counts the lines of the payers that are told as not recognised.
func (a *account) checkUnknownPayers(t *testing.T) {
	t.Helper()
	lines := map[string]int{}
	for _, b := range a.order {
		lines[b.payer]++
	}
	for _, p := range a.UnknownPayers {
		if lines[p.Name] != p.Lines {
			t.Errorf("payer %s: %d lines, want %d", p.Name, p.Lines, lines[p.Name])
		}
	}
}

// knownRule is what the program says of a rule.
type knownRule struct{ Rule, Title, Severity string }

// knownRules are the rules by their ids.
func knownRules(t *testing.T) map[string]knownRule {
	t.Helper()
	_, out, _ := command(t, "rules", "--format", "json")
	var book struct{ Rules []knownRule }
	if err := json.Unmarshal([]byte(out), &book); err != nil {
		t.Fatal(err)
	}
	known := map[string]knownRule{}
	for _, r := range book.Rules {
		known[r.Rule] = r
	}
	return known
}

// sort puts the findings encounter by encounter, in order of the first of each.
func (a *account) sort() {
	a.meets = map[any][]int{}
	var order []any
	for i := range a.byLine {
		e := a.encounter(a.rows[a.byLine[i].place])
		if a.meets[e] == nil {
			order = append(order, e)
		}
		a.meets[e] = append(a.meets[e], i)
	}
	for _, e := range order {
		for _, i := range a.meets[e] {
			if f := &a.byLine[i]; !f.under {
				a.sequence = append(a.sequence, f.number)
			}
		}
	}
}

// encounter is what the lines of one patient on one day share; a line of nobody is one by itself.
func (a *account) encounter(b *billed) any {
	if b == nil || slices.Contains(nobody, b.patient) {
		return b
	}
	return [2]string{b.patient, b.date}
}

// among are the findings that a choice takes.
func among(findings []toldFinding, choose func(*toldFinding) bool) (some []toldFinding) {
	for i := range findings {
		if choose(&findings[i]) {
			some = append(some, findings[i])
		}
	}
	return some
}

// once adds up for each line the largest amount among its findings.
func once(findings []toldFinding) (sum int) {
	largest := map[place]int{}
	for _, f := range findings {
		largest[f.place] = max(largest[f.place], f.cents())
	}
	for _, cents := range largest {
		sum += cents
	}
	return sum
}

func atRisk(findings []toldFinding) int {
	return once(among(findings, func(f *toldFinding) bool { return f.sure() && f.Money != "underpay" }))
}

func overpaid(findings []toldFinding) int {
	return once(among(findings, func(f *toldFinding) bool { return f.sure() && f.Money == "overpay" }))
}

func missed(findings []toldFinding) int {
	return once(among(findings, func(f *toldFinding) bool { return f.Money == "underpay" }))
}

func inReview(findings []toldFinding) int {
	risky := map[place]bool{}
	for _, f := range findings {
		if f.sure() && f.Money != "underpay" && f.cents() > 0 {
			risky[f.place] = true
		}
	}
	return once(among(findings, func(f *toldFinding) bool { return f.Severity == "review" && f.Money != "underpay" && !risky[f.place] }))
}

func uncounted(findings []toldFinding) int {
	return len(among(findings, func(f *toldFinding) bool { return f.Money != "none" && f.Money != "underpay" && f.AtRisk == "" }))
}

func flaggedLines(findings []toldFinding) int {
	lines := map[place]bool{}
	for _, f := range findings {
		lines[f.place] = true
	}
	return len(lines)
}

// encounters counts those of some lines, and those of them without an error or a warning.
func (a *account) encounters(lines []*billed) (all, clean int) {
	met, faulty := map[any]bool{}, map[any]bool{}
	for _, f := range among(a.all, (*toldFinding).sure) {
		faulty[a.encounter(a.rows[f.place])] = true
	}
	for _, b := range lines {
		if e := a.encounter(b); !met[e] {
			met[e] = true
			if !faulty[e] {
				clean++
			}
		}
	}
	return len(met), clean
}

func charged(lines []*billed) (cents int) {
	for _, b := range lines {
		cents += b.cents
	}
	return cents
}

// summary is the JSON summary.
func (a *account) summary() map[string]any {
	rules := map[string]any{}
	severities := map[string]any{"error": 0., "warning": 0., "review": 0.}
	for _, f := range a.Findings {
		n, _ := rules[f.Rule].(float64)
		rules[f.Rule] = n + 1
		m, _ := severities[f.Severity].(float64)
		severities[f.Severity] = m + 1
	}
	return map[string]any{
		"lines": float64(len(a.lines)), "flagged_lines": float64(flaggedLines(a.byLine)), "findings": float64(len(a.Findings)),
		"by_severity": severities, "by_rule": rules,
		"charge":         amount(charged(a.order)),
		"charge_at_risk": amount(atRisk(a.byLine)), "charge_in_review": amount(inReview(a.byLine)),
		"overpaid": amount(overpaid(a.byLine)), "missed_revenue": amount(missed(a.byLine)),
		"uncounted": float64(uncounted(a.Findings)),
	}
}

// rowCounts counts the rows of a table as JSON inputs do.
func (a *account) rowCounts(exports []*export, said []toldInput) []toldInput {
	counts := []toldInput{}
	for i, e := range exports {
		c := toldInput{File: e.file, Sheet: e.sheet, SHA256: e.sha256, Rows: rowsOf(e.rows, map[place]bool{})}
		stand, counted := []*billed(nil), map[place]bool{}
		for _, b := range e.rows {
			if !a.gone[b.place] {
				stand = append(stand, b)
			}
		}
		c.Services, c.Audited = len(stand), rowsOf(stand, counted)
		for _, kind := range []bool{true, false} { // a row with both is unreadable
			for _, r := range a.NotRead {
				if r.File != e.file || r.Sheet != e.sheet || (r.Kind == "unreadable") != kind || counted[r.row()] {
					continue
				}
				if counted[r.row()] = true; kind {
					c.Unreadable++
				} else {
					c.Skipped++
				}
			}
		}
		if i < len(said) {
			c.Notes = said[i].Notes // words about how it was read
		}
		counts = append(counts, c)
	}
	return counts
}

func amount(cents int) string { return strconv.FormatFloat(float64(cents)/100, 'f', 2, 64) }

func ratio(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(part)/float64(whole), 'f', 6, 64)
}
