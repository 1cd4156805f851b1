package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/samples/books"
)

// ways are how a book is audited, with nothing hidden first. What is shown follows from the least
// severity alone.
var ways = []struct {
	name, least string
	args        []string
}{
	{"one worker", "", []string{"--workers", "1"}},
	{"four workers", "", []string{"--workers", "4"}},
	{"spilled", "", []string{"--workers", "3", "--memory", "1KiB"}},
	{"warnings", "warning", []string{"--workers", "4"}},
	{"errors spilled", "error", []string{"--workers", "2", "--memory", "1KiB"}},
}

// book is what one run reads.
type book struct {
	name            string
	inputs, history []string
	own             []string // the practice's own notes and codes
	waivers         [][]string
	remits          []string
}

// audit audits the book.
func (b *book) audit(t *testing.T, args ...string) {
	t.Helper()
	args = slices.Concat([]string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never"}, args, b.inputs)
	for _, h := range b.history {
		args = append(args, "--context", h)
	}
	args = append(args, b.own...)
	for _, r := range b.remits {
		args = append(args, "--remits", r)
	}
	if b.waivers != nil {
		args = append(args, "--waivers", writeRecords(t, "waivers.csv", b.waivers))
	}
	if status, _, stderr := command(t, args...); status != exitClean && status != exitIncomplete {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
}

// findings are all there are in the book.
func (b *book) findings(t *testing.T) []toldFinding {
	t.Helper()
	return b.told(t).Findings
}

// told is the book with nothing hidden.
func (b *book) told(t *testing.T) told {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.json")
	b.audit(t, "-o", path)
	return toldIn(t, path)
}

// shows tells whether findings as severe as this are shown, where lesser ones than the least are not.
func shows(f *toldFinding, least string) bool {
	return least == "" || f.Severity == "error" || f.Severity == least
}

// TestTotals counts every figure of the workbook and of the JSON summary again from the inputs and
// the findings alone.
func TestTotals(t *testing.T) {
	generate := filepath.Join(t.TempDir(), "generate")
	if out, err := exec.Command("go", "build", "-o", generate, "../../samples/generate").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	met, runs := sights{}, 0
	known := knownRules(t)
	ofOwn(t, known)
	books := []book{
		{name: "samples", inputs: sampleFiles(t)},
		{name: "as generated", inputs: []string{generated(t, generate, 21)}},
		{name: "spoiled", inputs: []string{spoiledBook(t, generate, 22), spoiledBook(t, generate, 23)}},
		{name: "without charges", inputs: []string{withoutCharges(t, generate, 24)}},
		withHistory(t, generate, 25),
		{name: "several services a row", inputs: []string{severalServices(t)}},
		{name: "own notes", inputs: withOwn(".csv")[:1], own: withOwn(".csv")[1:]},
		waivedBook(t),
		answeredBook(),
	}
	if raced { // the others go the same ways through the program
		books = books[len(books)-2:]
	}
	for _, b := range books {
		t.Run(b.name, func(t *testing.T) {
			all := b.findings(t)
			for _, way := range ways {
				t.Run(way.name, func(t *testing.T) {
					a := totalled(t, b, way.least, way.args, all, known)
					a.note(met)
					runs++
				})
			}
		})
	}
	for _, situation := range situations {
		if !raced && runs == len(books)*len(ways) && !met[situation] {
			t.Errorf("no book has %s", situation)
		}
	}
}

// totalled makes a run and checks all of its figures. All are its findings with none hidden.
func totalled(t *testing.T, b book, least string, way []string, all []toldFinding, known map[string]knownRule) *account {
	t.Helper()
	document, workbook := filepath.Join(t.TempDir(), "out.json"), filepath.Join(t.TempDir(), "out.xlsx")
	args := slices.Concat(way, []string{"-o", document, "-o", workbook})
	if least != "" {
		args = append(args, "--min-severity", least)
	}
	b.audit(t, args...)
	var in, before []*export
	for _, path := range b.inputs {
		in = append(in, exportsOf(t, path)...)
	}
	for _, path := range b.history {
		before = append(before, exportsOf(t, path)...)
	}
	a := newAccount(t, document, all, known, in, before)
	a.readTruth(t, &b)
	shown := among(all, func(f *toldFinding) bool { return shows(f, least) })
	if !slices.EqualFunc(shown, a.Findings, func(x, y toldFinding) bool { return cmp.Equal(x, y, cmp.AllowUnexported(toldFinding{})) }) {
		t.Errorf("%d findings are shown, %d are of that severity; or they are others", len(a.Findings), len(shown))
	}
	if diff := cmp.Diff(a.summary(), a.Summary); diff != "" {
		t.Errorf("JSON summary (-recomputed +written):\n%s", diff)
	}
	if diff := cmp.Diff(a.rowCounts(in, a.Inputs), a.Inputs); diff != "" {
		t.Errorf("JSON inputs (-recomputed +written):\n%s", diff)
	}
	if diff := cmp.Diff(a.rowCounts(before, a.Context), a.Context); diff != "" {
		t.Errorf("JSON context (-recomputed +written):\n%s", diff)
	}
	for i := range a.Findings {
		a.checkFinding(t, &a.Findings[i])
	}
	a.checkUnknownPayers(t)
	a.checkWaived(t, &b, least)
	a.checkBook(t, workbook)
	return a
}

// checkFinding holds that a finding speaks of the row it names.
func (a *account) checkFinding(t *testing.T, f *toldFinding) {
	t.Helper()
	b := a.rows[f.place]
	if b == nil {
		t.Fatalf("a finding on %v, which was not audited", f.place)
	}
	if _, audited := a.lines[f.place]; audited == f.Context {
		t.Errorf("finding %+v says that its line is of history, or does not", f)
	}
	charge := ""
	if b.chargeKnown {
		charge = amount(b.cents)
	}
	if f.Patient != b.patient || f.Claim != b.claim || f.Date != b.date || f.Provider != b.provider || f.Charge != charge {
		t.Errorf("finding %+v of the row %+v", f, b)
	}
}

// situations are what the books must have among them, so that a figure that counts one of them
// wrongly shows.
var situations = []string{
	"two findings on a line with different amounts", "a review beside an error on a line", "a line with reviews alone",
	"a line overpaid", "missed revenue", "a finding without a charge", "half a charge at risk",
	"a blank provider", "a row that cannot be read", "a row not read whose charge cannot be read", "a row skipped", "a charge that cannot be read",
	"an encounter of two providers", "a line of nobody", "history on the day of an encounter", "a finding on history", "findings hidden", "a finding for many lines", "more than nine families",
}

// sights are situations that were met.
type sights map[string]bool

func (s sights) saw(situation string, there bool) { s[situation] = s[situation] || there }

// note notes which situations the run had.
func (a *account) note(met sights) {
	on := map[place][]toldFinding{}
	for _, f := range a.byLine {
		on[f.place] = append(on[f.place], f)
	}
	for _, found := range on {
		noteLine(met, found)
	}
	providers := map[any]string{}
	for _, b := range a.order {
		e := a.encounter(b)
		other, seen := providers[e]
		met.saw("an encounter of two providers", seen && other != b.provider)
		providers[e] = b.provider
		met.saw("a blank provider", b.provider == "")
		met.saw("a line of nobody", slices.Contains(nobody, b.patient))
		met.saw("a charge that cannot be read", b.chargeGiven && !b.chargeKnown)
	}
	for _, e := range a.history {
		for _, b := range e.rows {
			_, both := providers[a.encounter(b)]
			met.saw("history on the day of an encounter", both)
		}
	}
	for _, f := range a.Findings {
		met.saw("a finding on history", f.Context)
		met.saw("a finding for many lines", f.Count > 0)
	}
	for _, r := range a.NotRead {
		met.saw("a row that cannot be read", r.Kind == "unreadable")
		met.saw("a row not read whose charge cannot be read", slices.ContainsFunc(a.inputs, func(e *export) bool { return e.unknownAt(r.place) }))
		met.saw("a row skipped", r.Kind != "unreadable")
	}
	met.saw("findings hidden", count(a.all) > len(a.Findings))
	met.saw("more than nine families", len(a.topFamilies()) == 9)
}

// noteLine notes the situations of one line.
func noteLine(met sights, found []toldFinding) {
	amounts, severities := map[string]bool{}, map[string]bool{}
	for _, f := range found {
		severities[f.Severity] = true
		if f.AtRisk != "" && f.AtRisk != "0.00" {
			amounts[f.AtRisk] = true
		}
		met.saw("missed revenue", f.Money == "underpay")
		met.saw("half a charge at risk", f.Money == "half" && f.AtRisk != f.Charge)
	}
	met.saw("two findings on a line with different amounts", len(amounts) > 1)
	met.saw("a review beside an error on a line", severities["review"] && severities["error"])
	met.saw("a line with reviews alone", inReview(found) > 0)
	met.saw("a line overpaid", overpaid(found) > 0)
	met.saw("a finding without a charge", uncounted(found) > 0)
}

func sampleFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.csv", "*.xlsx"} {
		some, err := filepath.Glob(filepath.Join(samples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, some...)
	}
	if len(files) < 5 {
		t.Fatalf("only %d samples", len(files))
	}
	return files
}

// generated is a book of the samples' generator with one of every fault.
func generated(t *testing.T, generate string, seed int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprintf("book-%d.csv", seed))
	out, err := exec.Command(generate, "-lines", "450", "-faults", "all", "-seed", strconv.Itoa(seed),
		"-ids", strconv.Itoa(1000*seed), "-claims", strconv.Itoa(10000*seed), "-o", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// severalServices is a book with faults whose rows hold several services each.
func severalServices(t *testing.T) string {
	t.Helper()
	drawn, err := books.Draw(books.Plan{Seed: 26, Lines: 400, Faults: "all"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := drawn.Disguise(books.Mixture{Seed: 26, Forms: []string{"sets"}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sets.csv")
	if err := os.WriteFile(path, d.Files[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spoil changes rows of a book at random, so that it has lines of every kind.
func spoil(rows [][]string, seed int) [][]string {
	random := rand.New(rand.NewPCG(uint64(seed), 1))
	at := columnsByName(rows[0])
	spoiled := [][]string{rows[0]}
	for _, row := range rows[1:] {
		row = slices.Clone(row)
		if charge, ok := centsOf(row[at["Charge"]]); ok {
			row[at["Charge"]] = amount(charge + random.IntN(5000))
		}
		spoiled = append(spoiled, spoilRow(row, at, random.IntN(100))...)
	}
	for i, date := range []string{"2023-12-29", "2024-01-02"} { // the last month the trend leaves out, and its first
		old := slices.Clone(rows[1+i])
		old[at["DOS"]], old[at["DOSTo"]] = date, ""
		spoiled = append(spoiled, old)
	}
	total := make([]string, len(rows[0]))
	total[0], total[at["Charge"]] = "Grand Total", "123456.78"
	return append(spoiled, rows[0], total)
}

func columnsByName(header []string) map[string]int {
	at := map[string]int{}
	for i, name := range header {
		at[name] = i
	}
	return at
}

// spoilRow is a row as one of a hundred draws spoils it, and rows beside it.
func spoilRow(row []string, at map[string]int, draw int) [][]string {
	set := func(of []string, cells ...string) []string {
		of = slices.Clone(of)
		for i := 0; i < len(cells); i += 2 {
			of[at[cells[i]]] = cells[i+1]
		}
		return of
	}
	charge := row[at["Charge"]]
	switch {
	case draw < 4:
		return [][]string{set(row, "RenderingNPI", "")}
	case draw < 7:
		return [][]string{set(row, "RenderingNPI", "", "BillingNPI", "")}
	case draw < 12:
		return [][]string{set(row, "Charge", "")}
	case draw < 14:
		return [][]string{set(row, "Charge", "see note")}
	case draw < 16:
		return [][]string{set(row, "PatientID", "UNKNOWN")}
	case draw < 18:
		return [][]string{set(row, "PatientID", "")}
	case draw < 20:
		return [][]string{set(row, "DOS", "2025-02-30", "DOSTo", "")}
	case draw < 21:
		return [][]string{set(row, "DOS", "2025-02-30", "DOSTo", "", "Charge", "see note")}
	case draw < 24:
		return [][]string{row, set(row, "RenderingNPI", "1234567893")}
	case draw < 28:
		return [][]string{row, row}
	case draw < 30:
		return [][]string{row, set(row, "Units", "-"+row[at["Units"]], "Charge", "-"+charge)}
	case draw < 32:
		return [][]string{row, set(row, "Units", "-"+row[at["Units"]], "Charge", "-1.25")}
	case draw < 34:
		return [][]string{row, set(row, "CPT", "NO SHOW", "Units", "", "Charge", "")}
	case draw < 36:
		return [][]string{set(row, "Units", "40")}
	case draw < 40:
		return [][]string{set(row, "RenderingNPI", "1234567890")}
	case draw < 48:
		return [][]string{set(row, "ClaimType", "facility")}
	case draw < 52:
		return [][]string{row, set(row, "ClaimType", "asc", "RenderingNPI", "1234567893")}
	}
	return [][]string{row}
}

func spoiledBook(t *testing.T, generate string, seed int) string {
	t.Helper()
	return writeRecords(t, fmt.Sprintf("spoiled-%d.csv", seed), spoil(records(t, generated(t, generate, seed)), seed))
}

func withoutCharges(t *testing.T, generate string, seed int) string {
	t.Helper()
	rows := spoil(records(t, generated(t, generate, seed)), seed)
	charge := slices.Index(rows[0], "Charge")
	for i, row := range rows[:len(rows)-1] {
		rows[i] = slices.Delete(slices.Clone(row), charge, charge+1)
	}
	return writeRecords(t, "without-charges.csv", rows[:len(rows)-1])
}

// withHistory takes a book apart into what is audited and what was before, on the same days too.
func withHistory(t *testing.T, generate string, seed int) book {
	t.Helper()
	rows := spoil(records(t, generated(t, generate, seed)), seed)
	random := rand.New(rand.NewPCG(uint64(seed), 2))
	now, before := [][]string{rows[0]}, [][]string{rows[0]}
	claimType := slices.Index(rows[0], "ClaimType")
	for _, row := range rows[1:] {
		switch draw := random.IntN(12); {
		case draw < 4:
			before = append(before, row)
		case draw < 6 && row[0] != rows[0][0]: // on one day, history and lines of its own of two types
			other := slices.Clone(row)
			other[claimType] = "facility"
			before, now = append(before, row, other), append(now, row, other)
		default:
			now = append(now, row)
		}
	}
	return book{name: "with history", inputs: []string{writeRecords(t, "now.csv", now)}, history: []string{writeRecords(t, "before.csv", before)}}
}
