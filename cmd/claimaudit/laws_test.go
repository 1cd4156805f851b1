package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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
	Summary  struct{ Lines int }
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

// auditBook writes the files of a book into a folder and audits them.
func auditBook(t failer, d *books.Disguised) *lawReport {
	t.Helper()
	folder, err := os.MkdirTemp("", "law")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	out := filepath.Join(folder, "out.json")
	args := []string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out}
	for _, f := range d.Files {
		path := filepath.Join(folder, f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		if f.Context {
			args = append(args, "--context")
		}
		args = append(args, path)
	}
	var stderr strings.Builder
	status := run(context.Background(), append(args, d.Args...), strings.NewReader(""), &stderr, &stderr)
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
}

// breaks are the ways in which the law is broken: what is found that the book alone does not draw, and
// what is lost.
func (c *lawCase) breaks(t failer, book *books.Book) (wrong []string, patients map[string]bool) {
	t.Helper()
	plain, err := book.Disguise(books.Mixture{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := book.Disguise(c.mix)
	if err != nil {
		t.Fatal(err)
	}
	base, got := c.base, auditBook(t, d)
	if base == nil || book != c.book {
		base = auditBook(t, plain)
	}
	patients = map[string]bool{}
	broken := func(f *lawFinding, how string) {
		wrong = append(wrong, fmt.Sprintf("%s: %s %s (%s row %d: %s)", how, f.Severity, f.lawKey(d.Alias), filepath.Base(f.File), f.Row, f.Message))
		patients[f.Patient] = true
		for id, other := range d.Alias {
			if other == f.Patient {
				patients[id] = true
			}
		}
	}
	before, beforeAny, after := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range base.Findings {
		beforeAny[f.lawKey(d.Alias)] = true
		if f.Severity == "review" {
			continue
		}
		before[f.lawKey(d.Alias)] = true
		if c.plan.Faults == "none" {
			broken(&f, "not a right book")
		}
	}
	for _, f := range got.Findings {
		key := f.lawKey(d.Alias)
		after[key] = true
		if f.Severity != "review" && !before[key] {
			broken(&f, "false")
		}
		if f.Severity == "review" && !beforeAny[key] && !c.mayReview() {
			broken(&f, "a review more")
		}
	}
	for _, f := range base.Findings {
		if key := f.lawKey(d.Alias); f.Severity != "review" && !after[key] && c.sees(d, plain, &f) {
			broken(&f, "lost")
		}
	}
	for _, p := range d.Planted {
		if key := strings.Join([]string{p.Rule, p.Patient, p.Day, p.Code}, " "); !beforeAny[key] {
			wrong = append(wrong, "planted and not found in the book as it is: "+key)
		}
	}
	several := slices.ContainsFunc(c.mix.Forms, func(name string) bool { return strings.HasPrefix(name, "sets") || name == "claim-form" })
	if (got.Summary.Lines < d.Stand || got.Summary.Lines > d.Stand+d.Nobodies) && !slices.Contains(c.mix.Forms, "context") {
		wrong = append(wrong, fmt.Sprintf("%d services audited, want %d", got.Summary.Lines, d.Stand))
	}
	return append(wrong, unaccounted(d, got, several)...), patients
}

// mayReview tells that a form leaves open what only a person can tell.
func (c *lawCase) mayReview() bool {
	return slices.ContainsFunc(c.mix.Forms, asksMore)
}

// asksMore tells a form that asks for a review of what its rows no longer tell.
func asksMore(form string) bool { return form == "centres-one-tin" || form == "unread" }

// sees tells whether an audit with context reports the finding: a line of tonight takes part in it.
func (c *lawCase) sees(d, plain *books.Disguised, f *lawFinding) bool {
	if !slices.Contains(c.mix.Forms, "context") || !d.Tells(plain, f.Row) {
		return d.Tells(plain, f.Row)
	}
	tonight := d.Tonight(plain, f.Row)
	for _, r := range f.Related {
		tonight = tonight || d.Tonight(plain, r.Row)
	}
	return tonight
}

// unaccounted are rows and charges that are in no account.
func unaccounted(d *books.Disguised, got *lawReport, several bool) (wrong []string) {
	charges, same := map[string][]claim.Cents{}, map[string]int{}
	data := map[string]string{}
	for _, f := range d.Files {
		data[f.Name] = string(f.Data)
		same[string(f.Data)]++
		charges[f.Name] = f.Charges
	}
	type row struct {
		file string
		row  int
	}
	left := map[row]claim.Cents{}
	for _, n := range got.NotRead {
		if cents, err := claim.ParseCents(n.Charge); err == nil {
			left[row{filepath.Base(n.File), n.Row}] += cents
		}
	}
	for at, cents := range left {
		if at.row < 2 || at.row > len(charges[at.file])+1 {
			wrong = append(wrong, fmt.Sprintf("%s row %d is not read, and not there", at.file, at.row))
			continue
		}
		// Where a row holds several services some may stand.
		if want := charges[at.file][at.row-2]; cents > want && want >= 0 || cents != want && !several {
			wrong = append(wrong, fmt.Sprintf("%s row %d: left out with a charge of %s, want %s", at.file, at.row, cents, want))
		}
	}
	for _, in := range got.Inputs {
		name := filepath.Base(in.File)
		if in.Rows == 0 && same[data[name]] > 1 {
			continue // the same bytes as another file: read once
		}
		if in.Rows != len(charges[name]) || in.Rows != in.Audited+in.Skipped+in.Unreadable {
			wrong = append(wrong, fmt.Sprintf("%s: %d rows written, told as %+v", name, len(charges[name]), in.accounted))
		}
	}
	return wrong
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
	var cases []lawCase
	for _, plan := range []books.Plan{
		{Seed: 3, Lines: 400, Faults: "none", LineIDs: "id"},
		{Seed: 4, Lines: 500, Faults: "all"},
		{Seed: 5, Lines: 400, Faults: "rate=0.1", LineIDs: "number"},
	} {
		book, err := books.Draw(plan)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := book.Disguise(books.Mixture{})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, lawCase{plan: plan, book: book, base: auditBook(t, plain)})
	}
	for _, f := range allForms(t) {
		t.Run(f.Name, func(t *testing.T) {
			for _, c := range cases {
				if !f.Fits(c.book, nil) {
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

// TestLaws holds that a book, right or with planted faults, and any mixture of the forms draws the
// findings of the book alone, and that each row is accounted for. make laws draws many large books.
func TestLaws(t *testing.T) {
	forms := slices.DeleteFunc(allForms(t), func(f books.Form) bool { return !f.Mixed && !*lawAll })
	setFlag(t, "rapid.checks", fmt.Sprint(*lawBooks))
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
	got := auditBook(t, d)
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
