package sampling

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// review is a sample of two units and two spares, of one line each but for the first, which has two; said
// gives the answers: unit, line and what was written, such as "1.2 In part 40".
func review(basis Basis, said ...string) *Review {
	s := &Sample{Kind: Claims, Basis: basis, Seed: 100, Strata: []Stratum{{Name: "all", Units: 50, Take: 2, Spares: 2, Seed: 100}}}
	r := &Review{Sample: s}
	for i, n := range []int{2, 1, 1, 1} {
		d := Drawn{Number: i + 1, Order: i + 1, Spare: i > 1, Amount: claim.Cents(10000 * n)}
		answers := make([]Answer, n)
		for k := range n {
			d.Lines = append(d.Lines, Line{Code: "99213", Units: "1", Charge: "100.00"})
			if basis != ByCharge {
				answers[k].Paid = cents(10000)
			}
		}
		s.Units, r.Answers = append(s.Units, d), append(r.Answers, answers)
	}
	for _, text := range said {
		var unit, line int
		place, rest, _ := strings.Cut(text, " ")
		if _, err := fmt.Sscanf(place, "%d.%d", &unit, &line); err != nil {
			panic(err) // a slip of the test
		}
		fill(&r.Answers[unit-1][line-1], rest)
	}
	return r
}

func fill(a *Answer, text string) {
	for _, answer := range []string{NotInFrame, NoRecord, InPart, Supported, Unsupported} { // the longer first
		if word, found := strings.CutPrefix(text, answer); found && a.Supported == "" {
			a.Supported, text = answer, strings.TrimSpace(word)
		}
	}
	for _, word := range strings.Fields(text) {
		head, value, _ := strings.Cut(word, "=")
		c, _ := claim.ParseCents(value)
		switch head {
		case "pay":
			a.Correct = &c
		case "paid":
			a.Paid = &c
		case "code":
			a.Code = value
		case "units":
			a.Units = value
		case "by":
			a.Reviewer = value
		}
	}
}

func cents(c claim.Cents) *claim.Cents { return &c }

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name  string
		basis Basis
		said  []string
		want  string // differences of the results in cents, and whether they are wrong; then what else is told
	}{
		{"as billed", ByPaid, []string{"1.1 Yes", "1.2 Yes", "2.1 Yes"}, "0 0"},
		{"unsupported and no record", ByPaid, []string{"1.1 No", "1.2 Yes", "2.1 No record"}, "10000! 10000! unproduced 1"},
		{"in part", ByPaid, []string{"1.1 In part pay=40", "1.2 In part pay=100", "2.1 Yes pay=120"}, "6000! -2000"},
		{"another code at another payment", ByPaid, []string{"1.1 Yes code=99212 pay=70", "1.2 Yes units=1", "2.1 Yes code=99213"}, "3000! 0"},
		{"paid changed", ByPaid, []string{"1.1 Yes paid=90", "1.2 Yes", "2.1 No paid=50"}, "0 5000! repaid 1 2"},
		{"charges", ByCharge, []string{"1.1 Yes", "1.2 No", "2.1 Yes"}, "10000! 0"},
		{"charges with what was paid", ByCharge, []string{"1.1 Yes paid=80", "1.2 No paid=70", "2.1 Yes paid=0"}, "7000! 0 basis paid"},
		{"a spare in the place of a unit", ByPaid, []string{"1.1 Not in frame", "1.2 Not in frame", "2.1 Yes", "3.1 No"}, "0 10000! out 1>3"},
		{"a spare that is none either", ByPaid, []string{"1.1 Yes", "1.2 Yes", "2.1 Not in frame", "3.1 Not in frame", "4.1 Yes"}, "0 0 out 2>4"},
		{"a spare not needed", ByPaid, []string{"1.1 Yes", "1.2 Yes", "2.1 Yes", "4.1 Yes"}, "0 0 unused 4"},

		{"blank", ByPaid, []string{"1.1 Yes", "2.1 Yes"}, "unit 1 line 2: is not filled in: Supported is blank"},
		{"in part without payment", ByPaid, []string{"1.1 In part", "1.2 Yes", "2.1 Yes"}, "unit 1 line 1: is supported in part: Correct payment is needed"},
		{"another code without payment", ByPaid, []string{"1.1 Yes code=99212", "1.2 Yes", "2.1 Yes"}, "unit 1 line 1: is supported and has another correct code or number of units: Correct payment is needed"},
		{"payment without record", ByPaid, []string{"1.1 No record pay=10", "1.2 Yes", "2.1 Yes"}, "unit 1 line 1: there is no record, and yet a correct payment: without a record nothing is supported"},
		{"negative payment", ByPaid, []string{"1.1 No pay=-10", "1.2 Yes", "2.1 Yes"}, "unit 1 line 1: Correct payment is below zero"},
		{"paid on some", ByCharge, []string{"1.1 Yes paid=80", "1.2 Yes", "2.1 Yes paid=80"}, "unit 1 line 2: Paid is blank, and filled in on other lines: fill it in on all, or on none"},
		{"half out of the frame", ByPaid, []string{"1.1 Not in frame", "1.2 Yes", "2.1 Yes", "3.1 Yes"}, `unit 1: "Not in frame" is said of some of its lines: it is said of all lines of a unit, or of none`},
		{"no spare left", ByPaid, []string{"1.1 Yes", "1.2 Yes", "2.1 Not in frame", "3.1 Not in frame", "4.1 Not in frame"}, "unit 2: is not in the frame, and no spare of its stratum is left to take its place"},
		{"a spare needed and blank", ByPaid, []string{"1.1 Yes", "1.2 Yes", "2.1 Not in frame"}, "unit 3 line 1: is not filled in: Supported is blank"},
	} {
		r := review(test.basis, test.said...)
		if got := judged(r); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// judged is what a review comes to, in words.
func judged(r *Review) string {
	j, troubles := r.Judge()
	var words []string
	for _, t := range troubles {
		words = append(words, t.String())
	}
	if len(troubles) > 0 {
		return strings.Join(words, "; ")
	}
	unproduced := 0
	for i := range j.Results {
		word := fmt.Sprint(int64(j.Results[i].Difference()))
		if j.Results[i].Wrong {
			word += "!"
		}
		words, unproduced = append(words, word), unproduced+j.Results[i].Unproduced
	}
	if unproduced > 0 {
		words = append(words, fmt.Sprint("unproduced ", unproduced))
	}
	if j.Basis != r.Basis {
		words = append(words, "basis "+string(j.Basis))
	}
	for _, o := range j.Out {
		words = append(words, "out "+o.Unit+">"+o.Spare)
	}
	for _, list := range []struct {
		name  string
		units []string
	}{{"unused", j.Unused}, {"repaid", j.Repaid}} {
		if len(list.units) > 0 {
			words = append(words, list.name+" "+strings.Join(list.units, " "))
		}
	}
	return strings.Join(words, " ")
}

// Strata get what they are owed, two at least, and bands of money have about the same sum.
func TestStrata(t *testing.T) {
	for _, test := range []struct {
		units []int
		size  int
		want  string
	}{
		{[]int{640, 96, 4}, 60, "[50 8 2]"}, {[]int{1, 2, 100}, 10, "[1 2 7]"}, {[]int{5, 5}, 10, "[5 5]"}, {[]int{3, 300}, 400, "[3 300]"},
	} {
		strata := make([]Stratum, len(test.units))
		all := 0
		for i, n := range test.units {
			strata[i].Units = n
			all += n
		}
		if err := allocate(strata, min(all, test.size), ByPayer); err != nil {
			t.Fatal(err)
		}
		got := make([]int, len(strata))
		for i := range strata {
			got[i] = strata[i].Take
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%d of %v: %v, want %s", test.size, test.units, got, test.want)
		}
	}
	if err := allocate([]Stratum{{Units: 9}, {Units: 9}, {Units: 1}}, 4, ByPayer); err == nil {
		t.Error("four units are taken for enough for three strata")
	}
	var units []*Unit
	for i := range 200 {
		units = append(units, &Unit{Amount: claim.Cents(100 * (1 + i*i%977))})
	}
	var f Frame
	f.stratify(units, ByBand)
	n := 0
	for i, s := range f.Strata {
		n += s.Units
		if s.Units == 0 || s.Units != len(f.Units[i]) {
			t.Errorf("band %s has %d units", s.Name, s.Units)
		}
	}
	if n != len(units) || len(f.Strata) != numBands {
		t.Errorf("%d units in %d bands", n, len(f.Strata))
	}
	var alike Frame
	alike.stratify([]*Unit{{Amount: 500}, {Amount: 500}}, ByBand)
	if len(alike.Strata) != 1 {
		t.Errorf("equal amounts are in %d bands", len(alike.Strata))
	}
}

// What contradicts itself is refused or told, of the line that says it, and nothing else is.
func TestContradictions(t *testing.T) {
	met := map[string]bool{}
	for _, test := range []struct {
		basis Basis
		said  string // of the first line of unit 1, which was billed 99213, 1 unit, $100, and paid $100 where that is known
		want  string // a fault, or the difference in cents and what is doubtful
	}{
		{ByPaid, "Yes", "0"},
		{ByPaid, "Yes pay=100", "0"},
		{ByPaid, "Yes code=99213 units=1", "0"},
		{ByPaid, "No pay=0", "10000"},
		{ByPaid, "No paid=0", "0"},
		{ByPaid, "No record pay=0", "10000"},
		{ByPaid, "In part pay=40", "6000"},
		{ByPaid, "In part code=99212 pay=40", "6000"},
		{ByPaid, "No code=99212 pay=0", "10000"},
		{ByPaid, "", "is not filled in: Supported is blank"},
		{ByPaid, "In part pay=-1", "Correct payment is below zero"},
		{ByPaid, "In part units=-1 pay=40", "Correct units is below zero"},
		{ByPaid, "No record pay=40", "there is no record, and yet a correct payment: without a record nothing is supported"},
		{ByPaid, "No record code=99212", "there is no record, and yet a correct code or number of units: clear it, or choose under Supported what the record shows"},
		{ByPaid, "In part", "is supported in part: Correct payment is needed"},
		{ByPaid, "Yes units=2", "is supported and has another correct code or number of units: Correct payment is needed"},
		{ByPaid, "No code=99212", "is not supported and has another correct code or number of units: Correct payment is needed, 0 where nothing should have been paid"},
		{ByPaid, "Yes pay=0", "is supported, and yet Correct payment is 0: choose No or In part under Supported, or clear Correct payment"},
		{ByPaid, "Yes code=99212 pay=0", "is supported, and yet Correct payment is 0: choose No or In part under Supported, or clear Correct payment"},
		{ByPaid, "No pay=100", "is not supported, and yet has a correct payment: choose In part under Supported, or clear Correct payment"},
		{ByCharge, "No pay=40", "is not supported, and yet has a correct payment: choose In part under Supported, or clear Correct payment"},
		{ByPaid, "In part units=0 pay=40", "Correct units is 0, and yet there is a correct payment: choose No under Supported, or mend one of them"},
		{ByPaid, "Yes pay=100.50", "-50 Correct payment is above what was paid: it counts as paid too little; Correct payment is above what was billed"},
		{ByPaid, "Yes paid=80 pay=90", "-1000 Correct payment is above what was paid: it counts as paid too little"},
		{ByPaid, "No paid=-20", "-2000 Correct payment is above what was paid: it counts as paid too little"},
		{ByCharge, "No paid=8000", "800000 Paid is above what was billed"},
		{ByPaid, "Yes pay=60", "4000 is supported as billed, and yet Correct payment is below what was paid: it counts with the difference"},
		{ByPaid, "Yes code=99212 pay=60", "4000 is supported as billed, and yet has another correct code or number of units: it counts as not as billed"},
		{ByPaid, "In part code=99212 pay=100", "0 has another correct code or number of units, and the payment is unchanged: it counts as an error without money"},
		{ByPaid, "In part pay=100", "0 is supported in part, and neither code, units nor payment is another: it counts as an error without money"},
		{ByPaid, "In part pay=0", "10000 is supported in part, and yet Correct payment is 0: it counts with the whole amount"},
		{ByPaid, "No units=2 pay=60", "4000 is not supported, and yet has a correct payment for another code or number of units: it counts with the difference"},
		{ByPaid, "In part code=99212-25 pay=60", "4000 Correct code is no code, such as 99213: it counts as not as billed"},
	} {
		r := review(test.basis, strings.TrimSpace("1.1 "+test.said), "1.2 Yes", "2.1 Yes")
		if strings.Contains(test.said, "paid=") && test.basis == ByCharge {
			r.Answers[0][1].Paid, r.Answers[1][0].Paid = cents(10000), cents(10000)
		}
		r.Answers[0][0].Row = 7
		j, troubles := r.Judge()
		got := make([]string, 0, 1)
		for _, trouble := range troubles {
			got = append(got, trouble.String())
			met[trouble.Why] = true
		}
		want := "unit 1 line 1 (row 7): " + test.want
		if len(troubles) == 0 {
			amount, doubt, doubtful := strings.Cut(test.want, " ")
			want = amount
			got = append(got, fmt.Sprint(int64(j.Results[0].Lines[0].Paid-j.Results[0].Lines[0].Correct)))
			for _, d := range j.Doubts {
				got = append(got, d.String())
			}
			if doubtful {
				want += " unit 1 line 1 (row 7): " + doubt
			}
			for _, why := range strings.Split(doubt, "; ") {
				met[why] = true
			}
			if j.Results[0].Lines[0].Doubt != doubt {
				t.Errorf("%s: the line's own doubt is %q", test.said, j.Results[0].Lines[0].Doubt)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s of %s: %q, want %q", test.said, test.basis, strings.Join(got, " "), want)
		}
	}
	for _, f := range faults {
		if !met[f.why] && !strings.Contains(f.why, "not of a unit that is") { // of half a unit, which TestJudge has
			t.Errorf("no row for the fault %q", f.why)
		}
	}
	for _, d := range doubts {
		if !met[d.why] {
			t.Errorf("no row for the doubt %q", d.why)
		}
	}
	left := review(ByPaid, "1.1 Not in frame pay=5", "1.2 Not in frame", "2.1 Yes", "3.1 Yes")
	if j, troubles := left.Judge(); len(troubles) > 0 || len(j.Doubts) != 1 || j.Doubts[0].String() != "unit 1: is not in the frame, and yet has correct codes, units or payments: they are left out" {
		t.Errorf("a unit out of the frame with a payment: %v and %v", troubles, j.Doubts)
	}
}
