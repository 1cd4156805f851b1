package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// becameOf is what became of a line by the generator that made the remittances.
type becameOf struct {
	outcome string
	paid    int
	given   bool
	codes   []string
}

// outcomesTold are the outcomes in the order of the sheet.
var outcomesTold = []string{"denied", "reduced", "administrative", "patient_share", "paid", "unclear", "no_answer"}

// answeredBook is the sample of remittances.
func answeredBook() book {
	folder := filepath.Join(samples, "remits")
	return book{name: "with remittances", inputs: []string{filepath.Join(folder, "export.csv")}, remits: []string{filepath.Join(folder, "payer-a.csv"), filepath.Join(folder, "payer-b.xlsx")}}
}

// readTruth reads what became of each line, where the book has remittances.
func (a *account) readTruth(t *testing.T, b *book) {
	t.Helper()
	a.remits = b.remits
	if b.remits == nil {
		return
	}
	a.became = map[place]becameOf{}
	for _, r := range records(t, filepath.Join(samples, "expected", "remits", "answers.csv"))[1:] {
		row, _ := strconv.Atoi(r[0])
		cents, given := centsOf(r[4])
		a.became[place{File: b.inputs[0], Row: row}] = becameOf{r[3], cents, given, strings.Fields(r[5])}
	}
	if len(a.became) != len(a.lines) {
		t.Errorf("%d lines are known of, and %d were audited", len(a.became), len(a.lines))
	}
}

// outcomesOf counts lines by what became of them; charged sums what was billed of those with some outcomes, or of all.
func (a *account) outcomesOf(lines map[place]bool) (n map[string]int) {
	n = map[string]int{}
	for l := range lines {
		n[a.became[l].outcome]++
	}
	return n
}

func (a *account) chargedOf(lines map[place]bool, outcomes ...string) (cents int) {
	for l := range lines {
		if len(outcomes) == 0 || slices.Contains(outcomes, a.became[l].outcome) {
			cents += a.lines[l].cents
		}
	}
	return cents
}

// linesWith are the lines that a choice takes.
func (a *account) linesWith(choose func(place) bool) map[place]bool {
	lines := map[place]bool{}
	for l := range a.lines {
		if choose(l) {
			lines[l] = true
		}
	}
	return lines
}

// answerRow is a row of Against Denials.
func (a *account) answerRow(what, name string, lines map[place]bool) []string {
	n, paid := a.outcomesOf(lines), 0
	for l := range lines {
		paid += a.became[l].paid
	}
	row := []string{what, name, strconv.Itoa(len(lines))}
	for _, o := range outcomesTold {
		row = append(row, strconv.Itoa(n[o]))
	}
	bad := n["denied"] + n["reduced"]
	return append(row, ratio(bad, bad+n["paid"]+n["patient_share"]), amount(a.chargedOf(lines)), amount(a.chargedOf(lines, "denied", "administrative")), amount(paid))
}

// deniers are the codes of the sample by which a line is not paid, or paid less.
var deniers = []string{"CO-97", "CO-236", "CO-50", "CO-59", "CO-29", "PI-197"}

// againstDenials is the sheet, less what is in words.
func (a *account) againstDenials() [][]string {
	table := [][]string{{
		"What", "Rule or code", "Lines", "Denied", "Reduced", "Denied, not for what was billed", "Patient's share", "Paid", "Unclear", "No answer",
		"Denied or reduced of answered", "Charge", "Charge denied", "Amount paid", "No rule foresaw: lines", "No rule foresaw: charge",
	}}
	flagged := map[place]bool{}
	for _, f := range a.byLine {
		flagged[f.place] = true
	}
	others := a.linesWith(func(l place) bool { return !flagged[l] })
	missed := a.outcomesOf(others)
	table = append(table, append(a.answerRow("All lines", "", a.linesWith(func(place) bool { return true })),
		strconv.Itoa(missed["denied"]+missed["reduced"]+missed["administrative"]), amount(a.chargedOf(others, "denied", "reduced", "administrative"))))
	table = append(table, a.answerRow("Flagged", "", flagged), a.answerRow("Not flagged", "", others))
	for _, rule := range a.rules {
		found := map[place]bool{}
		for _, f := range a.of(rule) {
			found[f.place] = true
		}
		if len(found) > 0 {
			table = append(table, a.answerRow("Rule", rule, found))
		}
	}
	return append(table, a.codeRows(others)...)
}

func (a *account) codeRows(others map[place]bool) (rows [][]string) {
	with := map[string]map[place]bool{}
	for l, b := range a.became {
		for _, c := range b.codes {
			if with[c] == nil {
				with[c] = map[place]bool{}
			}
			with[c][l] = true
		}
	}
	unforeseen := func(code string) map[place]bool {
		return a.linesWith(func(l place) bool { return with[code][l] && others[l] })
	}
	var codes []string
	for c := range with {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(x, y string) int {
		turn := func(c string) int { return min(1, 1+slices.Index(deniers, c)) }
		return cmp.Or(cmp.Compare(turn(y), turn(x)), cmp.Compare(a.chargedOf(unforeseen(y)), a.chargedOf(unforeseen(x))),
			cmp.Compare(len(with[y]), len(with[x])), cmp.Compare(x, y))
	})
	for _, c := range codes {
		row := a.answerRow("Code", c, with[c])
		if slices.Contains(deniers, c) {
			row = append(row, strconv.Itoa(len(unforeseen(c))), amount(a.chargedOf(unforeseen(c))))
		}
		rows = append(rows, row)
	}
	return rows
}

// checkDenials compares the sheet and the rows that are about no line.
func (a *account) checkDenials(t *testing.T, rows [][]string) {
	t.Helper()
	want := a.againstDenials()
	words := slices.IndexFunc(rows, func(r []string) bool { return nth(r, 0) == "Not told here" })
	if words < 0 || len(rows)-words < 5 {
		t.Fatalf("the sheet does not say what it cannot tell: %v", rows)
	}
	for i := range rows[:words] {
		rows[i] = rows[i][:min(len(rows[i]), len(want[0]))] // less what codes say
	}
	sameTable(t, "Against Denials", rows[:words], want)
}

func (a *account) checkNotJoined(t *testing.T, rows [][]string) {
	t.Helper()
	var got [][]string
	says := map[string]string{"no line of the exports has its claim": "no claim", "no line and no code: an answer to the claim as a whole, which does not tell what became of its lines": "claim as a whole",
		"several lines of the claim may be meant: nothing tells which": "several lines"}
	for _, r := range rows {
		got = append(got, []string{filepath.Base(nth(r, 0)), nth(r, 2), says[nth(r, 3)]})
	}
	want := records(t, filepath.Join(samples, "expected", "remits", "not-joined.csv"))
	if diff := gocmp.Diff(want[1:], got[1:]); diff != "" {
		t.Errorf("rows about no line (-planted +told):\n%s", diff)
	}
}

// paidOn is what was paid on a line, where that is known.
func (a *account) paidOn(l place) (cents int, given bool) {
	b := a.became[l]
	return b.paid, b.given
}

// refundOf is what there is to refund of a line's finding: no more than was paid, where that is known.
func (a *account) refundOf(f *toldFinding) string {
	if paid, given := a.paidOn(f.place); given && f.AtRisk != "" {
		return amount(min(paid, f.cents()))
	}
	return f.AtRisk
}

// remitRows are the remittances on Run Info.
func (a *account) remitRows(t *testing.T) [][]string {
	t.Helper()
	rows := [][]string{{"File", "Read as", "Sheet", "Rows", "Joined", "Not joined", "Skipped", "SHA-256"}}
	lost := records(t, filepath.Join(samples, "expected", "remits", "not-joined.csv"))
	for _, path := range a.remits {
		n := 0
		for _, r := range lost {
			if r[0] == filepath.Base(path) {
				n++
			}
		}
		sheet, cells, sum := remitCells(t, path)
		all, skipped := len(cells)-1, 0
		for _, r := range cells {
			if nth(r, 0) == "Total" {
				skipped++
			}
		}
		rows = append(rows, []string{path, "", sheet, strconv.Itoa(all), strconv.Itoa(all - n - skipped), strconv.Itoa(n), strconv.Itoa(skipped), sum})
	}
	return rows
}

// remitCells are the cells of a remittance, its sheet, and the hash of its file.
func remitCells(t *testing.T, path string) (sheet string, rows [][]string, sum string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(data)
	sum = hex.EncodeToString(hash[:])
	if filepath.Ext(path) != ".xlsx" {
		return "", csvRows(t, data), sum
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet = f.GetSheetList()[0]
	rows, err = f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return sheet, rows, sum
}

// TestAnswersInJSON holds that the JSON output says of payers' answers what the sheet does.
func TestAnswersInJSON(t *testing.T) {
	b := answeredBook()
	path := filepath.Join(t.TempDir(), "out.json")
	b.audit(t, "-o", path)
	var said struct {
		Answers struct {
			All, Flagged map[string]struct {
				Lines  int
				Charge string
			}
			ByRule map[string]map[string]struct{ Lines int } `json:"by_rule"`
			Codes  []struct {
				Code, Means string
				Outcomes    map[string]struct{ Lines int }
				Unforeseen  *struct{ Lines int }
			}
		}
		NotJoined []struct{ Reason string } `json:"remits_not_joined"`
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &said); err != nil {
		t.Fatal(err)
	}
	var in []*export
	in = append(in, exportsOf(t, b.inputs[0])...)
	a := newAccount(t, path, toldIn(t, path).Findings, knownRules(t), in, nil)
	a.readTruth(t, &b)
	rows := a.againstDenials()
	counts := func(of map[string]struct{ Lines int }) (texts []string) {
		for _, o := range outcomesTold {
			texts = append(texts, strconv.Itoa(of[o].Lines))
		}
		return texts
	}
	got := map[string][]string{}
	for rule, outcomes := range said.Answers.ByRule {
		got[rule] = counts(outcomes)
	}
	for _, c := range said.Answers.Codes {
		got[c.Code] = counts(c.Outcomes)
		if (c.Unforeseen != nil) != slices.Contains(deniers, c.Code) {
			t.Errorf("%s means %s", c.Code, c.Means)
		}
	}
	for _, row := range rows[4:] {
		if diff := gocmp.Diff(row[3:3+len(outcomesTold)], got[row[1]]); diff != "" {
			t.Errorf("%s (-recomputed +written):\n%s", row[1], diff)
		}
	}
	if len(got) != len(rows)-4 || len(got) < 12 || len(said.NotJoined) < 4 {
		t.Errorf("%d rules and codes, want %d; %d rows not joined", len(got), len(rows)-4, len(said.NotJoined))
	}
}
