package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"claimaudit/audit/claim"
	"claimaudit/samples/books"
)

var (
	lawLines = flag.Int("law-lines", 300, "the most lines of a book that TestLaws draws")
	lawBooks = flag.Int("law-books", 20, "how many books TestLaws draws")
	lawSeed  = flag.Uint64("law-seed", 13, "what the books of TestLaws are drawn from: the same books for the same seed")
	lawAll   = flag.Bool("law-all", false, "also put the forms on books, and mix them, of which the law does not hold yet")
)

// lawReport is what the tests of the law compare of a run.
type lawReport struct {
	Inputs []struct {
		File    string
		Context bool
		accounted
	}
	Summary struct {
		Lines  int
		Charge string
	}
	Findings []lawFinding
	NotRead  []struct {
		File   string
		Row    int
		Kind   string
		Charge string
	} `json:"not_read"`
}

// lawFinding is a finding as it must be found again.
type lawFinding struct {
	Rule, Severity, Patient, Date, Code, Message, File string
	Row                                                int
	Related                                            []struct{ Row int }
}

// lawKey is what must stay the same of a finding, whatever row it stands on.
func (f *lawFinding) lawKey(alias map[string]string) string {
	patient := f.Patient
	if other, ok := alias[patient]; ok {
		patient = other
	}
	return strings.Join([]string{f.Rule, patient, f.Date, f.Code}, " ")
}

// failer is a test, of rapid or not.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// auditBook writes the files of a book into a folder and audits them, named in the order given or, for a
// shuffled book, in another; where the mixture asks for it beside the corrected lines that an audit of them
// writes.
func auditBook(t failer, d *books.Disguised, mix books.Mixture) (report *lawReport, corrected string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "law")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	named, context := writeBook(t, d, folder)
	if mix.Shuffle {
		rand.New(rand.NewPCG(mix.Seed, 0)).Shuffle(len(named), func(i, k int) { named[i], named[k] = named[k], named[i] })
	}
	if mix.Corrects() {
		ours := correctedOf(t, folder, slices.Concat(context, d.Args, named)...)
		named = slices.Insert(named, int(mix.Seed%uint64(len(named)+1)), ours)
		corrected = readText(t, ours)
	}
	return auditFiles(t, folder, slices.Concat(context, d.Args, named)...), corrected
}

func writeBook(t failer, d *books.Disguised, folder string) (named, context []string) {
	t.Helper()
	for _, f := range d.Files {
		path := filepath.Join(folder, f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		if f.Context {
			context = append(context, "--context", path)
		} else {
			named = append(named, path)
		}
	}
	return named, context
}

// auditMended audits the corrected lines of the files alone, and tells of each finding the row of the file that
// its line is of.
func auditMended(t failer, d *books.Disguised) *lawReport {
	t.Helper()
	folder, err := os.MkdirTemp("", "law")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	named, _ := writeBook(t, d, folder)
	ours := correctedOf(t, folder, named...)
	report := auditFiles(t, folder, ours)
	of := sourceRows(t, readText(t, ours))
	for i := range report.Findings {
		f := &report.Findings[i]
		f.Row = of[f.Row-2]
		for k := range f.Related {
			f.Related[k].Row = of[f.Related[k].Row-2]
		}
	}
	return report
}

// sourceRows are the rows that corrected lines are of, line by line.
func sourceRows(t failer, corrected string) (list []int) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(corrected)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "Row")
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[at])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
	}
	return list
}

// correctedOf writes the corrected lines of what is named into a folder in the folder.
func correctedOf(t failer, folder string, args ...string) string {
	t.Helper()
	ours := filepath.Join(folder, "ours", "corrected.csv")
	if err := os.Mkdir(filepath.Dir(ours), 0o700); err != nil {
		t.Fatal(err)
	}
	auditFiles(t, folder, append([]string{"--corrected", ours}, args...)...)
	return ours
}

func readText(t failer, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// auditFiles audits what is named, writing into the folder.
func auditFiles(t failer, folder string, args ...string) *lawReport {
	t.Helper()
	out := filepath.Join(folder, "out.json")
	args = append([]string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out}, args...)
	var stderr strings.Builder
	status := run(context.Background(), args, strings.NewReader(""), &stderr, &stderr)
	if status != exitClean && status != exitIncomplete {
		t.Fatalf("exit status %d: %s", status, stderr.String())
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var report lawReport
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	return &report
}

// lawCase is a book and how it is written.
type lawCase struct {
	plan books.Plan
	mix  books.Mixture
	book *books.Book
	base *lawReport // of the book written whole
	// mended is of the corrected lines of the book written whole; nil until it is asked for.
	mended *lawReport
}

// lawTrial is a book written whole and disguised, with what an audit says of both.
type lawTrial struct {
	*lawCase
	plain, d  *books.Disguised
	base, got *lawReport
	alone     *lawReport // what got is compared with: of the book, or of its corrected lines
	corrected string     // our own corrected lines, where they stand beside their source
	wrong     []string
	patients  map[string]bool
}

// breaks are the ways in which the law is broken: what is found that the book alone does not draw, and
// what is lost.
func (c *lawCase) breaks(t failer, book *books.Book) (wrong []string, patients map[string]bool) {
	t.Helper()
	r := &lawTrial{lawCase: c, patients: map[string]bool{}}
	var err error
	if r.plain, err = book.Disguise(books.Mixture{}); err != nil {
		t.Fatal(err)
	}
	if r.d, err = book.Disguise(c.mix); err != nil {
		t.Fatal(err)
	}
	r.got, r.corrected = auditBook(t, r.d, c.mix)
	whole := func(kept **lawReport, audit func() *lawReport) *lawReport {
		if book != c.book {
			return audit()
		}
		if *kept == nil {
			*kept = audit()
		}
		return *kept
	}
	r.base = whole(&c.base, func() *lawReport { report, _ := auditBook(t, r.plain, books.Mixture{}); return report })
	r.alone = r.base
	if c.mix.Corrects() {
		r.alone = whole(&c.mended, func() *lawReport { return auditMended(t, r.plain) })
	}
	r.compareFindings()
	r.comparePlanted()
	r.compareServices()
	r.compareRows()
	r.compareCharges()
	return r.wrong, r.patients
}

func (r *lawTrial) say(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

func (r *lawTrial) broken(f *lawFinding, how string) {
	r.say("%s: %s %s (%s row %d: %s)", how, f.Severity, f.lawKey(r.d.Alias), filepath.Base(f.File), f.Row, f.Message)
	r.patients[f.Patient] = true
	for id, other := range r.d.Alias {
		if other == f.Patient {
			r.patients[id] = true
		}
	}
}

// lawCount is how often something is found, by what must stay the same of it: at all, and above review.
type lawCount struct{ all, above map[string]int }

func (r *lawTrial) count(findings []lawFinding, take func(*lawFinding) bool) lawCount {
	c := lawCount{map[string]int{}, map[string]int{}}
	for i := range findings {
		if f := &findings[i]; take(f) {
			key := f.lawKey(r.d.Alias)
			c.all[key]++
			if f.Severity != "review" {
				c.above[key]++
			}
		}
	}
	return c
}

// compareFindings holds that each finding is made as often as in the book alone.
func (r *lawTrial) compareFindings() {
	any := func(*lawFinding) bool { return true }
	alone := r.alone.Findings
	before, after := r.count(alone, any), r.count(r.got.Findings, any)
	seen := r.count(alone, r.sees)
	for i := range alone {
		f := &alone[i]
		key := f.lawKey(r.d.Alias)
		if f.Severity == "review" {
			continue
		}
		if r.plan.Faults == "none" {
			r.broken(f, "not a right book")
		}
		if after.all[key] < seen.above[key] {
			r.broken(f, fmt.Sprintf("lost %d of %d", seen.above[key]-after.all[key], seen.above[key]))
			seen.above[key] = 0 // told once
		}
	}
	for i := range r.got.Findings {
		f := &r.got.Findings[i]
		key := f.lawKey(r.d.Alias)
		switch {
		case f.Severity != "review" && after.above[key] > before.above[key]:
			r.broken(f, fmt.Sprintf("false, %d for %d", after.above[key], before.above[key]))
		case after.all[key] > before.all[key] && !r.mayReview():
			r.broken(f, fmt.Sprintf("a review more, %d for %d", after.all[key], before.all[key]))
		default:
			continue
		}
		before.above[key], before.all[key] = after.above[key], after.all[key] // told once
	}
}

// comparePlanted holds that each fault that was planted is found in the book alone.
func (r *lawTrial) comparePlanted() {
	found := r.count(r.base.Findings, func(*lawFinding) bool { return true })
	for _, p := range r.d.Planted {
		key := strings.Join([]string{p.Rule, p.Patient, p.Day, p.Code}, " ")
		if found.all[key]--; found.all[key] < 0 {
			r.say("planted and not found in the book as it is: %s", key)
		}
	}
}

// compareServices holds that each service is judged once.
func (r *lawTrial) compareServices() {
	if slices.Contains(r.mix.Forms, "context") {
		return
	}
	want := r.d.Stand - (r.base.Summary.Lines - r.alone.Summary.Lines) // but for lines that are taken off
	if n := r.got.Summary.Lines; n != want {
		r.say("%d services audited, want %d", n, want)
	}
}

// mayReview tells that a form leaves open what only a person can tell.
func (c *lawCase) mayReview() bool {
	return slices.ContainsFunc(c.mix.Forms, asksMore)
}

// asksMore tells a form that asks for a review of what its rows no longer tell.
func asksMore(form string) bool { return form == "centres-one-tin" || form == "unread" }

// sees tells whether an audit with context reports the finding: a line of tonight takes part in it.
func (r *lawTrial) sees(f *lawFinding) bool {
	if !slices.Contains(r.mix.Forms, "context") || !r.d.Tells(r.plain, f.Row) {
		return r.d.Tells(r.plain, f.Row)
	}
	tonight := r.d.Tonight(r.plain, f.Row)
	for _, other := range f.Related {
		tonight = tonight || r.d.Tonight(r.plain, other.Row)
	}
	return tonight
}

// several tells that a row may hold several services.
func (c *lawCase) several() bool {
	return slices.ContainsFunc(c.mix.Forms, func(name string) bool { return strings.HasPrefix(name, "sets") || name == "claim-form" })
}

// compareRows holds that each row of each file is in one and only one account.
func (r *lawTrial) compareRows() {
	charges, same := map[string][]claim.Cents{}, map[string]int{}
	data := map[string]string{}
	for _, f := range r.d.Files {
		data[f.Name] = string(f.Data)
		same[string(f.Data)]++
		charges[f.Name] = f.Charges
	}
	charges["corrected.csv"] = chargesOf(r.corrected)
	type row struct {
		file string
		row  int
	}
	left := map[row]claim.Cents{}
	for _, n := range r.got.NotRead {
		left[row{filepath.Base(n.File), n.Row}] += cents(n.Charge)
	}
	for at, cents := range left {
		if at.row < 2 || at.row > len(charges[at.file])+1 {
			r.say("%s row %d is not read, and not there", at.file, at.row)
			continue
		}
		// Where a row holds several services some may stand.
		if want := charges[at.file][at.row-2]; cents > want && want >= 0 && !r.several() || cents != want && !r.several() {
			r.say("%s row %d: left out with a charge of %s, want %s", at.file, at.row, cents, want)
		}
	}
	for _, in := range r.got.Inputs {
		name := filepath.Base(in.File)
		if in.Rows == 0 && same[data[name]] > 1 {
			continue // the same bytes as another file: read once
		}
		if in.Rows != len(charges[name]) || in.Rows != in.Audited+in.Skipped+in.Unreadable {
			r.say("%s: %d rows written, told as %+v", name, len(charges[name]), in.accounted)
		}
	}
}

// compareCharges holds that what was charged in the files is what was judged and what was left out.
func (r *lawTrial) compareCharges() {
	var written, left claim.Cents
	read, history := map[string]bool{}, map[string]bool{}
	for _, f := range r.d.Files {
		history[f.Name] = f.Context
		if f.Context || read[string(f.Data)] {
			continue // no part of the run, or read once already
		}
		read[string(f.Data)] = true
		for _, c := range f.Charges {
			written += c
		}
	}
	for _, c := range chargesOf(r.corrected) {
		written += c
	}
	kinds := map[string]claim.Cents{}
	for _, n := range r.got.NotRead {
		if history[filepath.Base(n.File)] {
			continue
		}
		left += cents(n.Charge)
		kinds[n.Kind] += cents(n.Charge)
	}
	if judged := cents(r.got.Summary.Charge); written != judged+left {
		r.say("%s charged, of it %s judged and %s left out: %v", written, judged, left, kinds)
	}
}

// cents is an amount, nothing where it is blank.
func cents(text string) claim.Cents {
	c, err := claim.ParseCents(text)
	if err != nil {
		return 0
	}
	return c
}

// chargesOf are the charges of corrected lines, row by row.
func chargesOf(corrected string) (list []claim.Cents) {
	rows, err := csv.NewReader(strings.NewReader(corrected)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil
	}
	at := slices.Index(rows[0], "Charge")
	for _, row := range rows[1:] {
		if at < 0 {
			list = append(list, 0)
		} else {
			list = append(list, cents(row[at]))
		}
	}
	return list
}

// explain breaks the law with as few patients as it takes, and shows their rows.
func (c *lawCase) explain(t failer, wrong []string, patients map[string]bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v %+v: %d wrong\n%s\n", c.plan, c.mix, len(wrong), strings.Join(wrong[:min(len(wrong), 6)], "\n"))
	small := c.smallest(t, slices.Sorted(maps.Keys(patients)))
	wrong, _ = c.breaks(t, small)
	d, err := small.Disguise(c.mix)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "in the book of %v alone:\n%s\n", small.Patients(), strings.Join(wrong[:min(len(wrong), 6)], "\n"))
	for _, f := range d.Files[:min(len(d.Files), 6)] {
		if len(f.Data) < 20_000 && !strings.HasSuffix(f.Name, ".gz") {
			fmt.Fprintf(&b, "-- %s\n%s", f.Name, f.Data)
		}
	}
	return b.String()
}

// smallest is a book of few patients of whom the law is broken: of one of those named, or else what halves
// of the book leave.
func (c *lawCase) smallest(t failer, named []string) *books.Book {
	of := func(ids []string) *books.Book {
		return c.book.Of(func(p string) bool { return slices.Contains(ids, p) })
	}
	broken := func(ids []string) bool { wrong, _ := c.breaks(t, of(ids)); return len(wrong) > 0 }
	for _, id := range named[:min(len(named), 5)] {
		if broken([]string{id}) {
			return of([]string{id})
		}
	}
	ids := c.book.Patients()
	for len(ids) > 1 {
		half := len(ids) / 2
		switch {
		case broken(ids[:half]):
			ids = ids[:half]
		case broken(ids[half:]):
			ids = ids[half:]
		default:
			return of(ids)
		}
	}
	return of(ids)
}

// allForms are the forms that the law is put to.
func allForms(t failer) []books.Form {
	t.Helper()
	forms, err := books.Forms()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(forms, func(f books.Form) bool { return !f.Holds && !*lawAll })
}

// TestLawOfEachForm puts each form alone on right books and on a faulty one.
func TestLawOfEachForm(t *testing.T) {
	plans := []books.Plan{
		{Seed: 3, Lines: 250, Faults: "none", LineIDs: "id"},
		{Seed: 4, Lines: 400, Faults: "all"},
		{Seed: 5, Lines: 250, Faults: "rate=0.1", LineIDs: "number"},
	}
	if raced { // another book goes the same ways through the program
		plans = plans[2:]
	}
	var cases []lawCase
	for _, plan := range plans {
		book, err := books.Draw(plan)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := book.Disguise(books.Mixture{})
		if err != nil {
			t.Fatal(err)
		}
		base, _ := auditBook(t, plain, books.Mixture{})
		cases = append(cases, lawCase{plan: plan, book: book, base: base})
	}
	for _, f := range allForms(t) {
		t.Run(f.Name, func(t *testing.T) {
			for _, c := range cases {
				if !f.Fits(c.book, nil) || raced && f.Shown() { // TestSamplesOfForms has those
					continue
				}
				c.mix = books.Mixture{Seed: 7, Forms: []string{f.Name}, Share: 50, Shuffle: c.plan.LineIDs == "id"}
				if wrong, patients := c.breaks(t, c.book); len(wrong) > 0 {
					t.Error(c.explain(t, wrong, patients))
				}
			}
		})
	}
}

// mixtureRow is a row of testdata/mixtures.csv: a mixture of which the law once did not hold.
type mixtureRow struct {
	Why     string `csv:"why"`
	Seed    uint64 `csv:"seed"`
	Lines   int    `csv:"lines"`
	Faults  string `csv:"faults"`
	LineIDs string `csv:"line_ids"`
	Without string `csv:"without"`
	Forms   string `csv:"forms"`
	Share   int    `csv:"share"`
	Shuffle bool   `csv:"shuffle"`
}

// TestLawOfMixtures holds of small books what TestLaws once found of a large one.
func TestLawOfMixtures(t *testing.T) {
	file, err := os.Open("testdata/mixtures.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []mixtureRow
	if err := gocsv.UnmarshalCSV(csv.NewReader(file), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Run(r.Why, func(t *testing.T) {
			plan := books.Plan{Seed: r.Seed, Lines: r.Lines, Faults: r.Faults, LineIDs: r.LineIDs, Without: strings.Fields(r.Without)}
			book, err := books.Draw(plan)
			if err != nil {
				t.Fatal(err)
			}
			c := lawCase{plan: plan, book: book, mix: books.Mixture{Seed: r.Seed, Forms: strings.Fields(r.Forms), Share: r.Share, Shuffle: r.Shuffle}}
			if wrong, patients := c.breaks(t, book); len(wrong) > 0 {
				t.Error(c.explain(t, wrong, patients))
			}
		})
	}
}

// TestLaws holds that a book, right or with planted faults, and any mixture of the forms draws the
// findings of the book alone, and that each row is accounted for. make laws draws many large books.
func TestLaws(t *testing.T) {
	forms := slices.DeleteFunc(allForms(t), func(f books.Form) bool { return !f.Mixed && !*lawAll })
	drawn := *lawBooks
	if raced { // others go the same ways through the program
		drawn = (drawn + 3) / 4
	}
	setFlag(t, "rapid.checks", fmt.Sprint(drawn))
	setFlag(t, "rapid.seed", fmt.Sprint(*lawSeed))
	setFlag(t, "rapid.shrinktime", "10s")
	setFlag(t, "rapid.nofailfile", "true") // the message has the book
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t, forms)
		if wrong, patients := c.breaks(t, c.book); len(wrong) > 0 {
			t.Fatal(c.explain(t, wrong, patients))
		}
	})
}

// setFlag sets a flag for the time of the test.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, before) }) // a value it had
}

func drawCase(t *rapid.T, forms []books.Form) *lawCase {
	plan := books.Plan{
		Seed:    rapid.Uint64Range(1, 1<<20).Draw(t, "seed"),
		Lines:   rapid.IntRange(*lawLines/2, *lawLines).Draw(t, "lines"),
		Faults:  rapid.SampledFrom([]string{"none", "none", "rate=0.08"}).Draw(t, "faults"),
		LineIDs: rapid.SampledFrom([]string{"", "id", "number"}).Draw(t, "line ids"),
	}
	for _, name := range []string{"ReceivedDate", "BillingTIN", "BillingNPI", "ClaimFrequency"} {
		if rapid.IntRange(0, 4).Draw(t, name) == 4 {
			plan.Without = append(plan.Without, name)
		}
	}
	book, err := books.Draw(plan)
	if err != nil {
		t.Fatal(err)
	}
	c := &lawCase{plan: plan, book: book}
	c.mix.Seed = plan.Seed
	c.mix.Share = rapid.IntRange(5, 40).Draw(t, "share")
	c.mix.Shuffle = rapid.Bool().Draw(t, "shuffle")
	var chosen []books.Form
	for _, f := range forms {
		if rapid.IntRange(0, 3).Draw(t, f.Name) == 3 && f.Fits(book, chosen) {
			chosen = append(chosen, f)
			c.mix.Forms = append(c.mix.Forms, f.Name)
		}
	}
	return c
}

// TestYearOfNights holds that a folder of a year's overlapping nightly exports is audited in one run, each
// line once.
func TestYearOfNights(t *testing.T) {
	if !slices.ContainsFunc(allForms(t), func(f books.Form) bool { return f.Name == "nights-14" }) {
		t.Skip("the law does not hold of nights yet")
	}
	book, err := books.Draw(books.Plan{Seed: 8, Lines: *lawLines * 10, Faults: "none", LineIDs: "id"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := book.Disguise(books.Mixture{Seed: 8, Forms: []string{"nights-14"}})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, f := range d.Files {
		rows += len(f.Charges)
	}
	began := time.Now()
	got, _ := auditBook(t, d, books.Mixture{})
	t.Logf("%d files, %d rows, %d lines in %v", len(d.Files), rows, got.Summary.Lines, time.Since(began).Round(time.Millisecond))
	if len(d.Files) < 250 || got.Summary.Lines != d.Stand {
		t.Errorf("%d lines of %d files audited, want %d of 250 or more", got.Summary.Lines, len(d.Files), d.Stand)
	}
	for _, f := range got.Findings {
		if f.Severity != "review" {
			t.Errorf("%s row %d: %s", filepath.Base(f.File), f.Row, f.Message)
		}
	}
}

// TestSamplesOfForms holds that the samples of forms give exactly the findings that were planted in them.
func TestSamplesOfForms(t *testing.T) {
	for _, f := range allForms(t) {
		folder := filepath.Join(samples, "forms", f.Name)
		if !f.Shown() {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.json")
			args := []string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out, folder}
			if earlier := filepath.Join(folder, "earlier"); isFolder(earlier) {
				args = append(args, "--context", earlier)
			}
			if status, _, stderr := command(t, args...); status != exitClean && status != exitIncomplete {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			var report lawReport
			if err := json.Unmarshal(data, &report); err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, found := range report.Findings {
				if asksMore(f.Name) && found.Severity == "review" {
					continue
				}
				got = append(got, fmt.Sprintf("%s row %d: %s %s", filepath.Base(found.File), found.Row, found.Severity, found.Rule))
			}
			for _, r := range records(t, filepath.Join(samples, "expected", "forms", f.Name+".csv"))[1:] {
				want = append(want, fmt.Sprintf("%s row %s: %s %s", r[0], r[2], r[4], r[3]))
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-planted +found):\n%s", diff)
			}
		})
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
