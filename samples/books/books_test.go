package books

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"claimaudit/audit/claim"
)

func tables(t testing.TB) *practice {
	t.Helper()
	p, err := loadPractice()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// made is an export in memory, with what an audit must find in it.
func made(t testing.TB, p *practice, o order, workbook bool) ([]byte, []expectation) {
	t.Helper()
	var out bytes.Buffer
	var found []expectation
	err := write(p, o, &out, map[bool]string{true: "xlsx"}[workbook], func(e expectation) error {
		found = append(found, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), found
}

// records are the rows of an export, the header first.
func records(t testing.TB, raw []byte, comma rune) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma = comma
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func yearlyOrder(lines int, faults string) order {
	o := yearly
	o.lines, o.faults = lines, faults
	return o
}

func TestNoPatientInTwoSamples(t *testing.T) {
	p := tables(t)
	owner := map[string]string{}
	for _, s := range samples {
		o := s.order
		o.layout = "canonical"
		raw, _ := made(t, p, o, false)
		for _, row := range records(t, raw, ',')[1:] {
			for _, id := range row[:2] {
				if other, ok := owner[id]; ok && other != s.file && strings.HasPrefix(id, "P") {
					t.Errorf("%s is in %s and in %s", id, other, s.file)
				}
				owner[id] = s.file
			}
		}
	}
	if len(owner) < 100 {
		t.Errorf("only %d patients and claims in all samples", len(owner))
	}
}

func TestSameOrderSameBytes(t *testing.T) {
	p := tables(t)
	for name, o := range map[string]order{
		"clean": yearlyOrder(500, "none"), "all": yearlyOrder(500, "all"), "rate": yearlyOrder(500, "rate=0.05"),
	} {
		for _, workbook := range []bool{false, true} {
			first, _ := made(t, p, o, workbook)
			second, _ := made(t, p, o, workbook)
			if !bytes.Equal(first, second) {
				t.Errorf("%s, workbook %t: two runs differ", name, workbook)
			}
		}
		first, _ := made(t, p, o, false)
		o.seed++
		if second, _ := made(t, p, o, false); bytes.Equal(first, second) {
			t.Errorf("%s: another seed gives the same export", name)
		}
	}
}

func TestEveryFaultIsPlantedOnce(t *testing.T) {
	p := tables(t)
	var want []finding
	for _, c := range p.faulty {
		if !c.fault {
			t.Errorf("fault %s draws no finding", c.name)
		}
		for _, s := range c.steps {
			for _, l := range s.lines[c.payers[0]][0] {
				want = append(want, l.wants...)
			}
		}
	}
	_, found := made(t, p, yearlyOrder(300, "all"), false)
	var got []finding
	for _, e := range found {
		got = append(got, e.finding)
	}
	byRule := func(a, b finding) int { return strings.Compare(a.rule+a.severity, b.rule+b.severity) }
	slices.SortFunc(want, byRule)
	slices.SortFunc(got, byRule)
	if !slices.Equal(got, want) {
		t.Errorf("planted %v, want %v", got, want)
	}
}

func TestCleanCoursesDrawNoFinding(t *testing.T) {
	p := tables(t)
	for _, c := range append(p.regular, p.single...) {
		if c.fault {
			t.Errorf("course %s has a fault", c.name)
		}
		for _, s := range c.steps {
			if s.day%7 != 0 || s.post != s.day {
				t.Errorf("course %s: day %d is not the weekday it began on", c.name, s.day)
			}
			for i := range p.payers {
				for side := range 2 {
					for _, l := range s.lines[i][side] {
						checkLine(t, p, c, l)
					}
				}
			}
		}
	}
}

// checkLine holds a clean line to what every reader of it expects.
func checkLine(t *testing.T, p *practice, c *course, l line) {
	t.Helper()
	if code, err := claim.ParseCode(l.code); err != nil || !code.Shaped() {
		t.Errorf("course %s: code %s", c.name, l.code)
	}
	if _, ok := p.prices[l.code]; !ok {
		t.Errorf("course %s: %s has no price", c.name, l.code)
	}
	for _, text := range l.dx {
		if d, err := claim.ParseDiagnosis(text); err != nil || !d.Shaped() || d.String() != text {
			t.Errorf("course %s: diagnosis %s", c.name, text)
		}
	}
	if mods := claim.Mods(l.mods...); mods.Has(claim.Mod("50")) && mods.Site() != 0 {
		t.Errorf("course %s: %s-%s", c.name, l.code, mods)
	}
}

// Every export has exactly the lines asked for, each on a workday of its span, and every expected
// finding lies on a line of it.
func TestExportLaws(t *testing.T) {
	p := tables(t)
	rapid.Check(t, func(t *rapid.T) {
		o := yearlyOrder(rapid.IntRange(1, 400).Draw(t, "lines"), rapid.SampledFrom([]string{"none", "rate=0.05", "visit-with-joint"}).Draw(t, "faults"))
		o.lines += 2
		o.seed = rapid.Uint64().Draw(t, "seed")
		o.days = rapid.IntRange(20, 400).Draw(t, "days")
		o.first += claim.Date(rapid.IntRange(0, 30).Draw(t, "first"))
		var out bytes.Buffer
		var found []expectation
		err := write(p, o, &out, "csv", func(e expectation) error {
			found = append(found, e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(all) != o.lines+1 {
			t.Fatalf("%d rows for %d lines (%v)", len(all), o.lines, err)
		}
		for _, row := range all[1:] {
			dos := claim.MustDate(row[3])
			if dos < o.first || dos >= o.first+claim.Date(o.days) || weekday(dos) > 4 || !claim.ValidNPI(row[24]) {
				t.Fatalf("a line on %s", dos)
			}
		}
		for _, e := range found {
			if e.number < 2 || e.number > len(all) || e.rule == "" {
				t.Fatalf("expected %v outside the export", e)
			}
		}
	})
}

func TestRateIsKept(t *testing.T) {
	p := tables(t)
	for _, rate := range []float64{0.02, 0.08} {
		const lines = 20000
		o := yearlyOrder(lines, "rate="+strconv.FormatFloat(rate, 'f', -1, 64))
		_, found := made(t, p, o, false)
		if got := float64(len(found)) / lines; got < 0.85*rate || got > 1.15*rate {
			t.Errorf("%.4f of the lines have a finding, want %.2f", got, rate)
		}
	}
}

func TestPracticeWorkbook(t *testing.T) {
	p := tables(t)
	o := yearlyOrder(120, "visit-with-joint,imaging-ablation")
	o.layout = "practice"
	_, found := made(t, p, o, true)
	sheets := map[string]bool{}
	for _, e := range found {
		sheets[e.sheet] = true
	}
	if !sheets["Office"] || !sheets["Surgery"] {
		t.Errorf("findings on the sheets %v, want both", sheets)
	}
	if err := write(p, o, &bytes.Buffer{}, "csv", nil); err == nil {
		t.Error("the workbook's layout was written as text")
	}
}

func TestWrongOrdersAreRefused(t *testing.T) {
	p := tables(t)
	for name, o := range map[string]order{
		"rate":          yearlyOrder(100, "rate=2"),
		"no such fault": yearlyOrder(100, "nonsense"),
		"no room":       yearlyOrder(10, "all"),
		"no workday":    {lines: 10, first: claim.MustDate("2025-06-14"), days: 2, faults: "none", layout: "canonical"},
		"too short":     {lines: 10, first: claim.MustDate("2025-06-13"), days: 1, faults: "copy-on-later-claim", layout: "canonical"},
		"layout":        {lines: 10, first: claim.MustDate("2025-06-13"), days: 1, faults: "none", layout: "nonsense"},
	} {
		if err := write(p, o, &bytes.Buffer{}, "csv", nil); err == nil {
			t.Errorf("%s: written all the same", name)
		}
	}
}

func TestWrongTablesAreRefused(t *testing.T) {
	for _, text := range []string{"64483*x", "64483{Units=2", "64483{Nonsense=2}"} {
		if _, err := parseItems(text, nil); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

func TestCommandLine(t *testing.T) {
	folder := t.TempDir()
	output, expect := filepath.Join(folder, "out.csv"), filepath.Join(folder, "expect.csv")
	args := []string{"-lines", "300", "-seed", "5", "-faults", "all", "-o", output, "-expect", expect}
	if err := Command(args, &bytes.Buffer{}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile(expect)
	if err != nil {
		t.Fatal(err)
	}
	if rows := records(t, listed, ','); len(rows) < 30 || rows[1][0] != "out.csv" {
		t.Errorf("%d expected findings listed, want 30 or more", len(rows)-1)
	}
	var stdout bytes.Buffer
	if err := Command([]string{"-lines", "7", "-first", "6/2/2025", "-days", "5"}, &stdout, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if rows := records(t, stdout.Bytes(), ','); len(rows) != 8 {
		t.Errorf("%d rows on standard output, want 8", len(rows))
	}
}
