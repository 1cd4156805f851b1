package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// playReviewer fills in a sample: answer gives what is written into columns of the i-th row of Review, by
// their heads; nil for nothing.
func playReviewer(from, to string, answer func(i int, row map[string]string) map[string]any) error {
	f, err := excelize.OpenFile(from)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.GetRows("Review", excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	for i, cells := range rows[1:] {
		row := map[string]string{}
		for k, cell := range cells {
			row[rows[0][k]] = cell
		}
		for head, value := range answer(i, row) {
			cell, err := excelize.CoordinatesToCellName(slices.Index(rows[0], head)+1, i+2)
			if err != nil {
				return err
			}
			if err := f.SetCellValue("Review", cell, value); err != nil {
				return err
			}
		}
	}
	return f.SaveAs(to)
}

// usualAnswers are those of a reviewer who finds something wrong now and then.
func usualAnswers(i int, row map[string]string) map[string]any {
	if row["Use"] != "sample" {
		return nil
	}
	amount, _ := centsOf(row["Paid"])
	if row["Paid"] == "" {
		amount, _ = centsOf(row["Charge"])
	}
	said := map[string]any{"Supported": "Yes", "Reviewer": "R1", "Reviewed on": "2025-07-01"}
	switch {
	case i%13 == 4:
		said["Supported"] = "No record"
	case i%11 == 2:
		said["Supported"] = "no"
	case i%7 == 3:
		said["Supported"], said["Correct payment"], said["Correct code"] = "In part", float64(amount*3/5)/100, "99212"
	case i%17 == 5:
		said["Correct payment"] = float64(amount+250) / 100
	}
	return said
}

// reviews is a reviewer in a script: reviews SAMPLE FILLED [skip N | in HEAD TEXT N]. Without more all is
// filled in; skip leaves the first rows, and in writes something into a column of the N-th.
func reviews(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: reviews SAMPLE FILLED [skip N | in HEAD TEXT N]")
	}
	skip, at := 0, -1
	if len(args) == 4 {
		n, err := strconv.Atoi(args[3])
		ts.Check(err)
		skip = n
	}
	if len(args) == 6 {
		n, err := strconv.Atoi(args[5])
		ts.Check(err)
		at = n - 1
	}
	ts.Check(playReviewer(ts.MkAbs(args[0]), ts.MkAbs(args[1]), func(i int, row map[string]string) map[string]any {
		if i < skip {
			return nil
		}
		said := usualAnswers(i, row)
		if i == at {
			if said == nil {
				said = map[string]any{}
			}
			said[args[3]] = args[4]
		}
		return said
	}))
}

// paidBook is a generated book with what was paid: four fifths of the charge, nothing on some lines, and
// nothing said on others.
func paidBook(t *testing.T, generate string, seed int) string {
	t.Helper()
	rows := csvFile(t, generated(t, generate, seed))
	charge := slices.Index(rows[0], "Charge")
	rows[0] = append(rows[0], "Paid")
	for i, row := range rows[1:] {
		cents, _ := centsOf(row[charge])
		paid := amount(cents * 4 / 5)
		switch {
		case i%19 == 0:
			paid = "0.00"
		case i%23 == 0:
			paid = ""
		}
		rows[i+1] = append(row, paid)
	}
	path := filepath.Join(t.TempDir(), "paid.csv")
	writeCSV(t, path, rows)
	return path
}

func csvFile(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return csvRows(t, data)
}

func writeCSV(t *testing.T, path string, rows [][]string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// payerClass is what the books' payers are, which a sample of claims is sorted by.
var payerClass = map[string]string{
	"MEDICARE PART B": "medicare", "HUMANA GOLD PLUS MEDICARE ADVANTAGE": "medicare advantage", "AETNA MEDICARE ADVANTAGE HMO": "medicare advantage", "STATE MEDICAID": "medicaid",
	"ANTHEM BLUE CROSS, PPO": "commercial", "CIGNA OPEN ACCESS": "commercial", "UNITEDHEALTHCARE CHOICE PLUS": "commercial", "STATE FUND WORKERS COMP": "workers comp", "": "blank",
}

// plainUnit is a unit as this test counts it.
type plainUnit struct {
	class, claim, patient, first, last, provider string
	cents, lines, best                           int
	known                                        bool
}

// plainUnits are the units of an export in their order, those of which nothing was paid left out.
func plainUnits(t *testing.T, path, unit, basis string, gone map[int]bool) (units []*plainUnit, left int) {
	t.Helper()
	rows := csvFile(t, path)
	byKey := map[string]*plainUnit{}
	for i, row := range rows[1:] {
		if gone[i+2] {
			continue
		}
		cell := func(head string) string {
			k := slices.Index(rows[0], head)
			if k < 0 {
				return ""
			}
			return strings.TrimSpace(row[k])
		}
		patient := cell("PatientID")
		if slices.Contains(nobody, patient) {
			patient = ""
		}
		u := &plainUnit{class: payerClass[cell("Payer")], claim: cell("ClaimID"), patient: patient, first: cell("DOS"), last: cell("DOS")}
		key := strings.Join([]string{"claim", u.class, u.claim, patient}, "|")
		switch {
		case unit == "encounter" && patient != "":
			u.class, u.claim = "blank", ""
			key = patient + "|" + u.first
		case unit == "encounter":
			key = "row " + strconv.Itoa(i)
		case unit == "patient" && patient != "":
			u.class, u.claim, key = "blank", "", patient
		case unit == "patient":
			u.class, key = "blank", "claim "+u.claim
		}
		if byKey[key] == nil {
			byKey[key] = u
		}
		byKey[key].add(cell, basis)
	}
	for _, u := range byKey {
		if u.known && u.cents > 0 {
			units = append(units, u)
		} else {
			left++
		}
	}
	slices.SortFunc(units, func(a, b *plainUnit) int {
		return slices.Compare([]string{a.class, a.claim, a.patient, a.first}, []string{b.class, b.claim, b.patient, b.first})
	})
	return units, left
}

func (u *plainUnit) add(cell func(string) string, basis string) {
	u.lines++
	u.first, u.last = min(u.first, cell("DOS")), max(u.last, cell("DOS"), cell("DOSTo"))
	cents, known := centsOf(cell(basis))
	u.known, u.cents = u.known || known, u.cents+cents
	provider := cell("RenderingNPI")
	if provider == "" {
		provider = cell("BillingNPI")
	}
	if u.lines == 1 || cents > u.best || cents == u.best && provider > u.provider {
		u.best, u.provider = cents, provider
	}
}

// plainNumbers draws as RAT-STATS does, in floating point.
func plainNumbers(seed float64, high, count int) (list []int) {
	bits := math.Float64bits(seed) >> 32
	state := float64((bits&65535)^(bits>>16))*256 + float64(3758214&255)
	var g [3]float64
	modulus := []float64{30269, 30307, 30323}
	for i, m := range modulus {
		v := m
		for v >= m {
			next, _ := new(big.Int).SetString(fmt.Sprintf("%.0f", state), 10)
			next.Mul(next, big.NewInt(1140671485)).Add(next, big.NewInt(12820163)).Mod(next, big.NewInt(1<<24))
			state = float64(next.Int64())
			v = m*state/(1<<24) + 1
		}
		g[i] = math.Floor(v)
	}
	for len(list) < count {
		w := 0.0
		for i, m := range modulus {
			g[i] = math.Mod(g[i]*[]float64{171, 172, 170}[i], m)
			w += g[i] / m
		}
		_, w = math.Modf(w)
		if n := int(w*float64(high)) + 1; !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// sheetRows are the rows of a sheet by their heads.
func sheetRows(t *testing.T, path, sheet string) (list []map[string]string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range rows[1:] {
		row := map[string]string{}
		for k, cell := range cells {
			row[rows[0][k]] = cell
		}
		list = append(list, row)
	}
	return list
}

// TestSample draws samples of each kind, recomputes what was drawn and, once they are filled in, every figure
// of the estimate.
func TestSample(t *testing.T) {
	generate := filepath.Join(t.TempDir(), "generate")
	if out, err := exec.Command("go", "build", "-o", generate, "../../samples/generate").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	charges, paid := generated(t, generate, 31), paidBook(t, generate, 32)
	gone := map[string]map[int]bool{charges: goneRows(t, charges), paid: goneRows(t, paid)}
	for _, test := range []struct {
		name, book, unit, strata, basis string
		size                            int
		seed                            float64
	}{
		{"encounters by provider", charges, "encounter", "provider", "Charge", 60, 4711.25},
		{"encounters", charges, "encounter", "", "Charge", 60, 12345},
		{"claims paid", paid, "claim", "", "Paid", 50, 48863.78},
		{"claims paid by payer", paid, "claim", "payer", "Paid", 40, 1357},
		{"patients paid", paid, "patient", "", "Paid", 30, 0.01},
		{"all encounters", charges, "encounter", "", "Charge", 5000, 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			sample, filled, out := filepath.Join(dir, "sample.xlsx"), filepath.Join(dir, "filled.xlsx"), filepath.Join(dir, "estimate.json")
			args := []string{"sample", test.book, "-q", "--as-of", "2025-06-30", "--unit", test.unit, "--size", strconv.Itoa(test.size), "--seed", fmt.Sprint(test.seed), "-o", sample, "--frame", filepath.Join(dir, "frame.csv")}
			if test.strata != "" {
				args = append(args, "--strata", test.strata)
			}
			must(t, args...)
			units, left := plainUnits(t, test.book, test.unit, test.basis, gone[test.book])
			p := &plainSample{unit: test.unit, strata: test.strata, size: test.size, seed: test.seed}
			p.stratify(units)
			p.checkDrawn(t, sample, left)
			p.checkFrame(t, filepath.Join(dir, "frame.csv"))
			if err := playReviewer(sample, filled, usualAnswers); err != nil {
				t.Fatal(err)
			}
			book := filepath.Join(dir, "estimate.xlsx")
			must(t, "estimate", filled, "-o", out, "-o", book)
			p.checkEstimate(t, filled, out, book)
		})
	}
}

func must(t *testing.T, args ...string) {
	t.Helper()
	if status, _, stderr := command(t, args...); status != exitClean && status != exitIncomplete {
		t.Fatalf("%v: exit status %d: %s", args, status, stderr)
	}
}

// goneRows are the rows that an audit of the book does not judge.
func goneRows(t *testing.T, book string) map[int]bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.json")
	must(t, "audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", path, book)
	gone := map[int]bool{}
	for _, r := range toldIn(t, path).NotRead {
		gone[r.Row] = true
	}
	return gone
}

// plainSample is a sample as this test draws it.
type plainSample struct {
	unit, strata string
	size         int
	seed         float64
	names        []string
	by           map[string][]*plainUnit
	take         map[string]int
}

func (p *plainSample) stratify(units []*plainUnit) {
	p.by, p.take = map[string][]*plainUnit{}, map[string]int{}
	for _, u := range units {
		name := map[string]string{"": "all", "provider": u.provider, "payer": u.class}[p.strata]
		p.by[name] = append(p.by[name], u)
	}
	p.names = sortedKeys(p.by)
	left := min(p.size, len(units))
	for _, name := range p.names {
		p.take[name] = min(2, len(p.by[name]))
		left -= p.take[name]
	}
	for ; left > 0; left-- {
		best, most := "", -1.0
		for _, name := range p.names {
			if owed := float64(len(p.by[name])) / (float64(p.take[name]) + .5); p.take[name] < len(p.by[name]) && owed > most {
				best, most = name, owed
			}
		}
		p.take[best]++
	}
}

// checkDrawn holds the units of the workbook against those drawn here, and its frame hash against the frame.
func (p *plainSample) checkDrawn(t *testing.T, path string, left int) {
	t.Helper()
	var want []string
	frame := sha256.New()
	n := 0
	for h, name := range p.names {
		units := p.by[name]
		n += len(units)
		for i, u := range units {
			fmt.Fprintf(frame, "%d\t%d\t%s\t%s\t%s\t%s\t%s\n", h+1, i+1, u.claim, u.patient, u.first, u.last, amount(u.cents))
		}
		spares := min(len(units)-p.take[name], max(2, int(math.Ceil(float64(p.take[name])/10))))
		var numbers []int
		if p.take[name] < len(units) {
			numbers = plainNumbers(p.seed+float64(h), len(units), p.take[name]+spares)
		} else {
			for i := range units {
				numbers = append(numbers, i+1)
			}
		}
		for order, number := range numbers {
			u, id, use := units[number-1], strconv.Itoa(number), "sample"
			if len(p.names) > 1 {
				id = fmt.Sprintf("%d-%d", h+1, number)
			}
			if order >= p.take[name] {
				use = fmt.Sprintf("spare %d", order+1)
			}
			want = append(want, strings.Join([]string{id, use, strconv.Itoa(order + 1), u.claim, u.patient, serialOf(u.first), strconv.Itoa(u.cents), strconv.Itoa(u.lines)}, "|"))
		}
	}
	var got []string
	lines := map[string]int{}
	for _, row := range sheetRows(t, path, "Units Drawn") {
		cents, _ := centsOf(row["Amount"])
		got = append(got, strings.Join([]string{row["Unit"], row["Use"], row["Order drawn"], row["Claim"], row["Patient"], row["First date"], strconv.Itoa(cents), row["Lines"]}, "|"))
		lines[row["Unit"]], _ = strconv.Atoi(row["Lines"])
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("units drawn (-here +workbook):\n%s", diff)
	}
	for _, row := range sheetRows(t, path, "Review") {
		lines[row["Unit"]]--
	}
	for id, n := range lines {
		if n != 0 {
			t.Errorf("unit %s has %d lines more in Units Drawn than in Review", id, n)
		}
	}
	facts := factsOf(t, path, "How Drawn")
	if want := hex.EncodeToString(frame.Sum(nil)); facts["Frame SHA-256"] != want {
		t.Errorf("frame hash %s, want %s", facts["Frame SHA-256"], want)
	}
	if got := facts["frame"]; got != strconv.Itoa(n) {
		t.Errorf("the frame has %s units, want %d", got, n)
	}
	if got := facts["left out"]; got != strconv.Itoa(left) {
		t.Errorf("%s units are left out, want %d", got, left)
	}
}

// checkFrame holds the list of all units against those counted here.
func (p *plainSample) checkFrame(t *testing.T, path string) {
	t.Helper()
	want := [][]string{{"Stratum", "Number", "Claim", "Patient", "First date", "Last date", "Amount"}}
	for h, name := range p.names {
		for i, u := range p.by[name] {
			want = append(want, []string{strconv.Itoa(h + 1), strconv.Itoa(i + 1), u.claim, u.patient, u.first, u.last, amount(u.cents)})
		}
	}
	if diff := cmp.Diff(want, csvFile(t, path)); diff != "" {
		t.Errorf("the frame (-here +written):\n%s", diff)
	}
}

// factsOf are the labels and values of a page, and the counts of its frame.
func factsOf(t *testing.T, path, sheet string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	left := 0
	for _, row := range rows {
		switch {
		case len(row) > 2 && row[0] == "Frame":
			facts["frame"] = row[2]
		case len(row) > 2 && row[0] == "Left out":
			n, _ := strconv.Atoi(row[2])
			left += n
		case len(row) > 1:
			facts[row[0]] = row[1]
		}
	}
	facts["left out"] = strconv.Itoa(left)
	return facts
}

// plainEstimate is the JSON estimate as far as it is recomputed.
type plainEstimate struct {
	Estimate struct {
		Net, Gross plainProjection
		Payment    plainRate `json:"payment_errors"`
		Coding     plainRate `json:"coding_errors"`
		NetRate    float64   `json:"net_error_rate"`
		GrossRate  float64   `json:"gross_error_rate"`
		Unproduced int       `json:"lines_without_record"`
		Cautions   []string
		Strata     []struct {
			Frame, Reviewed, NonZero int
			Mean, Deviation          float64
			Projection               plainProjection
		}
	}
	Units []struct {
		Unit, Paid, Correct, Difference string
		AsBilled                        bool `json:"as_billed"`
	}
	Doubts []struct {
		Unit      string
		Line, Row int
		Why       string
	}
}

type plainProjection struct {
	Point     string
	Error     string `json:"standard_error"`
	Intervals []struct {
		Confidence, Factor float64
		Lower, Upper       string
	}
}

type plainRate struct {
	Count, Of, Frame int
	Share            float64
	Exact            bool
	Limits           []struct {
		Confidence   float64
		Lower, Upper int
	}
}

// reviewedUnit is what the rows of Review say of a unit.
type reviewedUnit struct {
	stratum       int
	paid, correct int
	wrong         bool
}

// checkEstimate recomputes the estimate from what stands in Review.
func (p *plainSample) checkEstimate(t *testing.T, filled, document, book string) {
	t.Helper()
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var said plainEstimate
	if err := json.Unmarshal(data, &said); err != nil {
		t.Fatal(err)
	}
	units, unproduced := p.reviewed(t, filled)
	if len(said.Units) != len(units) || said.Estimate.Unproduced != unproduced {
		t.Fatalf("%d units and %d lines without record, want %d and %d", len(said.Units), said.Estimate.Unproduced, len(units), unproduced)
	}
	for _, u := range said.Units {
		if r := units[u.Unit]; r == nil || u.Paid != amount(r.paid) || u.Correct != amount(r.correct) || u.Difference != amount(r.paid-r.correct) || u.AsBilled == r.wrong {
			t.Errorf("unit %v, want %+v", u, r)
		}
	}
	net := p.project(units, func(u *reviewedUnit) int { return u.paid - u.correct })
	gross := p.project(units, func(u *reviewedUnit) int { return max(0, u.paid-u.correct) })
	paid := p.project(units, func(u *reviewedUnit) int { return u.paid })
	net.check(t, "net", len(p.names), &said.Estimate.Net)
	gross.check(t, "gross", len(p.names), &said.Estimate.Gross)
	for name, rate := range map[string][2]float64{"net": {said.Estimate.NetRate, net.point / paid.point}, "gross": {said.Estimate.GrossRate, gross.point / paid.point}} {
		if math.Abs(rate[0]-rate[1]) > 2e-6 {
			t.Errorf("%s rate %v, want %v", name, rate[0], rate[1])
		}
	}
	p.checkRate(t, "payment", units, &said.Estimate.Payment, func(u *reviewedUnit) bool { return u.paid != u.correct })
	p.checkRate(t, "coding", units, &said.Estimate.Coding, func(u *reviewedUnit) bool { return u.wrong || u.paid != u.correct })
	facts := factsOf(t, book, "Estimate")
	if cents, _ := centsOf(facts["Point estimate"]); amount(cents) != said.Estimate.Net.Point {
		t.Errorf("the workbook's point estimate is %s, want %s", facts["Point estimate"], said.Estimate.Net.Point)
	}
	for h, row := range sheetRows(t, book, "By Stratum") {
		part := said.Estimate.Strata[h]
		point, _ := centsOf(row["Point estimate"])
		if amount(point) != part.Projection.Point || row["N, in the frame"] != strconv.Itoa(part.Frame) || row["n, reviewed"] != strconv.Itoa(part.Reviewed) {
			t.Errorf("stratum %d of the workbook: %v", h+1, row)
		}
	}
	sum, doubts := 0, map[string]bool{}
	for _, d := range said.Doubts {
		doubts[fmt.Sprint(d.Unit, " ", d.Line, " ", d.Why)] = true
	}
	for _, row := range sheetRows(t, book, "Lines Reviewed") {
		cents, _ := centsOf(row["Difference"])
		sum += cents
		doubt := fmt.Sprint(row["Unit"], " ", row["Line"], " ", row["Look again"])
		if cents < 0 && !strings.Contains(doubt, "paid too little") || row["Look again"] != "" && !doubts[doubt] {
			t.Errorf("unit and line %s: not said, or not in the document, of a difference of %d", doubt, cents)
		}
		delete(doubts, doubt)
	}
	if len(doubts) > 0 {
		t.Errorf("the workbook lacks these doubts: %v", doubts)
	}
	for _, row := range sheetRows(t, book, "Units Reviewed") {
		cents, _ := centsOf(row["Difference (positive: too much)"])
		sum -= cents
	}
	if sum != 0 {
		t.Errorf("the differences of lines and of units are %s apart", amount(sum))
	}
}

// reviewed reads what was filled in, by the rules that stand in the workbook.
func (p *plainSample) reviewed(t *testing.T, path string) (units map[string]*reviewedUnit, unproduced int) {
	t.Helper()
	units = map[string]*reviewedUnit{}
	charges := strings.HasPrefix(factsOf(t, path, "How Drawn")["Amounts are"], "charge")
	for _, row := range sheetRows(t, path, "Review") {
		if row["Use"] != "sample" {
			continue
		}
		u := units[row["Unit"]]
		if u == nil {
			u = &reviewedUnit{}
			if before, _, several := strings.Cut(row["Unit"], "-"); several {
				h, _ := strconv.Atoi(before)
				u.stratum = h - 1
			}
			units[row["Unit"]] = u
		}
		base, _ := centsOf(row["Paid"])
		if charges {
			base, _ = centsOf(row["Charge"])
		}
		correct := base
		if !strings.EqualFold(row["Supported"], "yes") {
			correct, u.wrong = 0, true
		}
		if cents, given := centsOf(row["Correct payment"]); given {
			correct = cents
		}
		if row["Supported"] == "No record" {
			unproduced++
		}
		u.paid, u.correct = u.paid+base, u.correct+correct
	}
	return units, unproduced
}

// plainTotal is a projected amount.
type plainTotal struct{ point, variance float64 }

func (p *plainSample) project(units map[string]*reviewedUnit, of func(*reviewedUnit) int) (total plainTotal) {
	for h, name := range p.names {
		var values []float64
		for _, u := range units {
			if u.stratum == h {
				values = append(values, float64(of(u)))
			}
		}
		all, n, mean, spread := float64(len(p.by[name])), float64(len(values)), 0.0, 0.0
		for _, v := range values {
			mean += v / n
		}
		for _, v := range values {
			spread += (v - mean) * (v - mean)
		}
		total.point += all * mean
		if n > 1 {
			total.variance += all * all * spread / (n - 1) * (all - n) / (n * all)
		}
	}
	return total
}

func (total plainTotal) check(t *testing.T, name string, strata int, said *plainProjection) {
	t.Helper()
	near := func(what, text string, want float64) {
		if cents, _ := centsOf(text); math.Abs(float64(cents)-want) > .51 {
			t.Errorf("%s: %s %s, want %.2f", name, what, text, want/100)
		}
	}
	deviation := math.Sqrt(total.variance)
	near("point", said.Point, total.point)
	near("standard error", said.Error, deviation)
	normal := map[float64]float64{80: 1.281551565545, 90: 1.644853626951, 95: 1.959963984540}
	for _, i := range said.Intervals {
		if strata > 1 && math.Abs(i.Factor-normal[i.Confidence]) > 1e-6 || i.Factor < normal[i.Confidence]-1e-6 {
			t.Errorf("%s: factor %v at %v %%", name, i.Factor, i.Confidence)
		}
		near("lower limit", i.Lower, total.point-i.Factor*deviation)
		near("upper limit", i.Upper, total.point+i.Factor*deviation)
	}
}

// checkRate counts the units with an error; exact limits are tried from both sides with all probabilities.
func (p *plainSample) checkRate(t *testing.T, name string, units map[string]*reviewedUnit, said *plainRate, wrong func(*reviewedUnit) bool) {
	t.Helper()
	count, share, all := 0, 0.0, 0
	for _, name := range p.names {
		all += len(p.by[name])
	}
	for h, name := range p.names {
		some, of := 0, 0
		for _, u := range units {
			if u.stratum == h {
				of++
				if wrong(u) {
					some++
				}
			}
		}
		count += some
		share += float64(len(p.by[name])) / float64(all) * float64(some) / float64(of)
	}
	if said.Count != count || said.Of != len(units) || said.Frame != all || math.Abs(said.Share-share) > 1e-6 || said.Exact != (len(p.names) == 1) {
		t.Errorf("%s: %+v, want %d of %d of %d, %v", name, said, count, len(units), all, share)
	}
	if !said.Exact {
		return
	}
	for _, l := range said.Limits {
		tail := new(big.Rat).SetFrac64(int64(100-l.Confidence), 200)
		for _, try := range []struct {
			errors  int
			outside bool
		}{{l.Lower, false}, {l.Lower - 1, true}, {l.Upper, false}, {l.Upper + 1, true}} {
			low, high := tails(all, len(units), count, try.errors)
			if outside := low.Cmp(tail) <= 0 || high.Cmp(tail) <= 0; outside != try.outside {
				t.Errorf("%s at %v %%: %d errors in all are outside: %t", name, l.Confidence, try.errors, outside)
			}
		}
	}
}

// tails are the probabilities of so few and of so many errors in a sample of all, of which so many have one.
func tails(all, sampled, count, errors int) (few, many *big.Rat) {
	few, many = new(big.Rat), new(big.Rat)
	choose := func(n, k int) *big.Int {
		if n < 0 || k < 0 || k > n {
			return new(big.Int)
		}
		return new(big.Int).Binomial(int64(n), int64(k))
	}
	for i := range sampled + 1 {
		p := new(big.Rat).SetFrac(new(big.Int).Mul(choose(errors, i), choose(all-errors, sampled-i)), choose(all, sampled))
		if i <= count {
			few.Add(few, p)
		}
		if i >= count {
			many.Add(many, p)
		}
	}
	return few, many
}

// TestSampleAgain draws the same whatever the order of the rows, the files and the workers.
func TestSampleAgain(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, rows [][]string) string {
		path := filepath.Join(dir, name)
		writeCSV(t, path, rows)
		return path
	}
	faults, clean := filepath.Join(samples, "faults.csv"), filepath.Join(samples, "clean.csv")
	rows := shuffled(csvFile(t, clean))
	half := len(rows) / 2
	halves := []string{write("a.csv", append(slices.Clone(rows[:1]), rows[half:]...)), write("b.csv", rows[:half])}
	for _, test := range []struct {
		unit string
		runs [][]string
	}{
		{"line", [][]string{{faults, "--workers", "1"}, {write("faults.csv", shuffled(csvFile(t, faults))), "--workers", "3", "--memory", "1KiB"}}},
		{"claim", [][]string{{clean, "--workers", "1"}, append([]string{"--workers", "2"}, halves...)}},
	} {
		var first map[string]string
		for i, args := range test.runs {
			out := filepath.Join(t.TempDir(), "sample.xlsx")
			must(t, slices.Concat([]string{"sample", "-q", "--as-of", "2025-06-30", "--unit", test.unit, "--strata", "charge", "--size", "40", "--seed", "4711.25", "-o", out}, args)...)
			facts := factsOf(t, out, "How Drawn")
			if first == nil {
				first = facts
			}
			for _, label := range []string{"Frame SHA-256", "Sample SHA-256"} {
				if facts[label] == "" || facts[label] != first[label] {
					t.Errorf("by %s, run %d: %s is another: %s and %s", test.unit, i+1, label, facts[label], first[label])
				}
			}
		}
	}
}

// TestSampleByRemits draws the same whether the export says what was paid or a remittance does.
func TestSampleByRemits(t *testing.T) {
	dir := t.TempDir()
	rows := csvFile(t, filepath.Join(samples, "clean.csv"))
	head := rows[0]
	column := func(name string) int { return slices.Index(head, name) }
	said := [][]string{append(slices.Clone(head), "LineID", "Paid")}
	silent := [][]string{append(slices.Clone(head), "LineID")}
	remit := [][]string{{"Claim Number", "Line Number", "Service Date", "Procedure Code", "Paid Amount"}}
	for i, row := range rows[1:] {
		number, paid := strconv.Itoa(i+1), ""
		if cents, _ := centsOf(row[column("Charge")]); i%7 > 0 {
			paid = amount(cents * 3 / 5)
			remit = append(remit, []string{row[column("ClaimID")], number, row[column("DOS")], row[column("CPT")], paid})
		}
		said = append(said, append(slices.Clone(row), number, paid))
		silent = append(silent, append(slices.Clone(row), number))
	}
	var facts [2]map[string]string
	for i, table := range [][][]string{said, silent} {
		export, sample := filepath.Join(dir, fmt.Sprint(i, ".csv")), filepath.Join(dir, fmt.Sprint(i, ".xlsx"))
		writeCSV(t, export, table)
		args := []string{"sample", export, "-q", "--as-of", "2025-06-30", "--size", "30", "--strata", "charge", "--seed", "7.25", "-o", sample}
		if i == 1 {
			writeCSV(t, filepath.Join(dir, "remit.csv"), remit)
			args = append(args, "--remits", filepath.Join(dir, "remit.csv"))
		}
		must(t, args...)
		facts[i] = factsOf(t, sample, "How Drawn")
	}
	for _, label := range []string{"Amounts are", "Frame SHA-256", "Sample SHA-256", "left out", "frame"} {
		if facts[0][label] == "" || facts[0][label] != facts[1][label] {
			t.Errorf("%s: %q where the export says what was paid, %q where a remittance does", label, facts[0][label], facts[1][label])
		}
	}
	all := fmt.Sprint(len(remit)-1, " of ", len(remit)-1, " rows joined")
	if _, told := facts[1]["remit.csv (remittance, "+all+")"]; !told || !strings.HasPrefix(facts[0]["Amounts are"], "paid") || facts[0]["left out"] == "0" {
		t.Errorf("what was joined is not said, or amounts are not what was paid: %v", facts[1])
	}
}

// shuffled are the rows of an export in another order, below its header.
func shuffled(rows [][]string) [][]string {
	for i := range rows[1:] {
		k := 1 + (i*7919+13)%(len(rows)-1)
		rows[1+i], rows[k] = rows[k], rows[1+i]
	}
	return rows
}

// TestSampleThroughOffice estimates the same from a sample that LibreOffice has saved.
func TestSampleThroughOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("NOT TESTED: LibreOffice is not installed: apt-get install libreoffice-calc")
	}
	dir := t.TempDir()
	sample, filled := filepath.Join(dir, "s.xlsx"), filepath.Join(dir, "f.xlsx")
	must(t, "sample", filepath.Join(samples, "faults.csv"), "-q", "--as-of", "2025-06-30", "--size", "30", "--strata", "charge", "--seed", "5", "-o", sample)
	if err := playReviewer(sample, filled, usualAnswers); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "saved")
	out, err := exec.Command(office, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")), "--headless", "--convert-to", "xlsx", "--outdir", saved, filled).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var parts [2]string
	for i, path := range []string{filled, filepath.Join(saved, "f.xlsx")} {
		document := filepath.Join(dir, fmt.Sprint(i, ".json"))
		must(t, "estimate", path, "-o", document)
		data, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		_, parts[i], _ = strings.Cut(string(data), "\n") // without the file's own hash
	}
	if diff := cmp.Diff(parts[0], parts[1]); diff != "" || parts[0] == "" {
		t.Errorf("as it was (-) and as LibreOffice saved it (+):\n%s", diff)
	}
}

// TestEstimateBeside holds the limits against those of scipy, where it is installed.
func TestEstimateBeside(t *testing.T) {
	python := os.Getenv("SCIPY_PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import scipy").Run(); err != nil {
		t.Skip("NOT COMPARED with scipy, which is not installed (SCIPY_PYTHON names a python that has it)")
	}
	dir := t.TempDir()
	sample, filled, out := filepath.Join(dir, "s.xlsx"), filepath.Join(dir, "f.xlsx"), filepath.Join(dir, "e.json")
	must(t, "sample", filepath.Join(samples, "faults.csv"), "-q", "--as-of", "2025-06-30", "--unit", "encounter", "--size", "60", "--seed", "5", "-o", sample)
	if err := playReviewer(sample, filled, usualAnswers); err != nil {
		t.Fatal(err)
	}
	must(t, "estimate", filled, "-o", out)
	if report, err := exec.Command(python, "-c", scipyScript, out).CombinedOutput(); err != nil || strings.TrimSpace(string(report)) != "agreed" {
		t.Errorf("%v: %s", err, report)
	}
}

const scipyScript = `
import json, sys, math
from scipy import stats
d = json.load(open(sys.argv[1])); e = d["estimate"]; N = d["sample"]["frame"]
x = [round(float(u["difference"]) * 100) for u in d["units"]]
n = len(x); mean = sum(x) / n
s = stats.tstd(x); se = N * s * math.sqrt((N - n) / (n * N))
assert abs(float(e["net"]["point"]) * 100 - N * mean) < .51
assert abs(float(e["net"]["standard_error"]) * 100 - se) < .51
assert abs(e["strata"][0]["skewness"] - stats.skew(x)) < 2e-6 and abs(e["strata"][0]["kurtosis"] - stats.kurtosis(x, fisher=False)) < 2e-6
for i in e["net"]["intervals"]:
    tail = (100 - i["confidence"]) / 200
    t = stats.t.ppf(1 - tail, n - 1)
    assert abs(i["factor"] - t) < 1e-6
    assert abs(float(i["lower"]) * 100 - (N * mean - t * se)) < .51 and abs(float(i["upper"]) * 100 - (N * mean + t * se)) < .51
c = sum(1 for v in x if v)
assert c == e["payment_errors"]["count"] and 0 < c < n
for l in e["payment_errors"]["limits"]:
    tail = (100 - l["confidence"]) / 200
    ks = [k for k in range(c, N - (n - c) + 1) if stats.hypergeom.sf(c - 1, N, k, n) > tail * (1 + 1e-9) and stats.hypergeom.cdf(c, N, k, n) > tail * (1 + 1e-9)]
    assert (ks[0], ks[-1]) == (l["lower"], l["upper"]), (ks[0], ks[-1], l)
print("agreed")
`
