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
