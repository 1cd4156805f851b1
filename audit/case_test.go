package audit

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

func TestByNumbers(t *testing.T) {
	for _, test := range []struct {
		name, a, b string // rendering NPI, TIN, billing NPI
		want       Relation
	}{
		{"equal NPI and TIN", "1 9 -", "1 9 -", SameProvider},
		{"equal NPI, another TIN", "1 9 -", "1 8 -", DifferentProvider},
		{"another NPI under one TIN", "1 9 -", "2 9 -", SameGroup},
		{"another NPI, TIN not known", "1 - -", "2 9 -", DifferentProvider},
		{"NPI not known, TIN equal", "- 9 -", "2 9 -", SameProvider},
		{"NPI not known, TIN differs", "- 9 -", "2 8 -", DifferentProvider},
		{"nothing known", "- - -", "2 8 5", SameProvider},
		{"TIN missing, billing NPIs differ", "1 9 5", "1 - 6", DifferentProvider},
		{"TIN missing, billing NPIs equal", "1 9 5", "1 - 5", SameProvider},
		{"billing NPIs of one TIN", "1 9 5", "1 9 6", SameProvider},
		{"billing NPI on one side only", "1 - 5", "1 - -", SameProvider},
		{"equal NPI, nothing else known", "1 - -", "1 - -", SameProvider},
	} {
		a, b := numbered(test.a), numbered(test.b)
		if got := ByNumbers(a, b); got != test.want || ByNumbers(b, a) != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func numbered(text string) *Line {
	f := strings.Fields(text)
	for i := range f {
		f[i] = strings.Trim(f[i], "-") // not known
	}
	return &Line{Line: claim.Line{Rendering: f[0], TIN: f[1], Billing: f[2]}}
}

// TestDaysByPayer holds that the lines of a day are parted by who is to pay for them. A line is its
// row and its payer, a kind behind a slash; parts are written with their rows.
func TestDaysByPayer(t *testing.T) {
	kinds := map[string]claim.Payer{"": claim.BlankPayer, "mc": claim.Medicare, "co": claim.Commercial, "ma": claim.MedicareAdvantage, "named": claim.NamedUnknown}
	for _, test := range []struct{ name, lines, want string }{
		{"one payer", "Aetna/co,Aetna/co", "1 2"},
		{"written otherwise", "Aetna P.P.O./co,AETNA PPO/co", "1 2"},
		{"two payers", "Cigna/co,Aetna/co,Cigna/co", "2|1 3"},
		{"two names of no known kind", "X/named,Y/named", "1|2"},
		{"words for none", "UNKNOWN,Aetna/co,N A", "1 2 3"},
		{"blank beside one payer", ",Aetna/co,", "1 2 3"},
		{"blank beside two payers", ",Aetna/co,Cigna/co", "1|2|3"},
		{"a kind without a name", "/co,Aetna/co", "1 2"},
		{"another kind without a name", "/ma,Aetna/co", "1|2"},
		{"a kind that may be either", "/co,Aetna/co,Cigna/co", "1|2|3"},
		{"blank beside a kind and its only name", ",/co,Aetna/co", "1 2 3"},
		{"blank beside two kinds", ",/co,/ma", "1|3|2"},
		{"one Medicare", "Medicare Part B/mc,MEDICARE/mc,/mc", "1 2 3"},
		{"Medicare and a plan", "Medicare/mc,Aetna Medicare/ma", "2|1"},
	} {
		var lines []Line
		for i, text := range strings.Split(test.lines, ",") {
			name, kind, _ := strings.Cut(text, "/")
			lines = append(lines, Line{Line: claim.Line{Pos: claim.Pos{Row: int32(i + 1)}, From: 100, PayerName: name, Payer: kinds[kind]}})
		}
		next := len(lines)
		lines = append(lines, Line{Line: claim.Line{Pos: claim.Pos{Row: 9}, From: 101, PayerName: "Z"}})
		var c Case
		c.SetLines(lines)
		var parts []string
		for n := range c.NumDays() - 1 {
			var rows []string
			for _, l := range c.Day(n) {
				rows = append(rows, fmt.Sprint(l.Pos.Row))
			}
			parts = append(parts, strings.Join(rows, " "))
			if len(c.WholeDay(n)) != next || c.EndsWholeDay(n) != (n == c.NumDays()-2) {
				t.Errorf("%s: part %d: a whole day of %d lines, that ends it: %t", test.name, n, len(c.WholeDay(n)), c.EndsWholeDay(n))
			}
		}
		if got := strings.Join(parts, "|"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestUnjudged holds that nothing is left of how a line was judged, whatever field that is in.
func TestUnjudged(t *testing.T) {
	l := Line{Line: claim.Line{Claim: "C1", Units: claim.One}}
	v := reflect.ValueOf(&l).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Uint32:
			f.SetUint(1)
		default:
			if i > 0 { // what was billed
				t.Fatalf("the test knows no value of a %s", f.Type())
			}
		}
	}
	l.Unjudged()
	if want := (Line{Line: claim.Line{Claim: "C1", Units: claim.One}}); !reflect.DeepEqual(l, want) {
		t.Errorf("left %+v", l)
	}
}
