package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"claimaudit/audit"
)

// The ways to choose findings, in the order they are offered.
const (
	bySeverity = iota
	byRule
	byProvider
	byPayer
	byMonth
	numWays
)

// way is a way to choose findings: its key in links, and its words.
type way struct{ Key, Label, blank string }

var ways = [numWays]way{
	{"severity", "Severity", ""}, {"rule", "Rule", ""}, {"provider", "Provider", "no provider"}, {"payer", "Payer", "no payer"}, {"month", "Month", "no date"},
}

// index is what findings are chosen and ordered by: a few bytes of each, so that a hundred thousand are looked
// through in an instant.
type index struct {
	of     [][numWays]int32 // of each finding, the number of its value in each way
	values [numWays][]value
	byRisk []int32 // the findings with most at risk first
}

// value is a value of a way, with what it is shown as.
type value struct{ Text, Words string }

// noValue is how a link names a blank value.
const noValue = "-"

func newIndex(traits func(func(Traits) bool)) *index {
	x := &index{}
	var numbers [numWays]map[string]int32
	for i := range numbers {
		numbers[i] = map[string]int32{}
	}
	var risk []int64
	traits(func(t Traits) bool {
		month := t.Date
		if len(month) >= len("2025-03") {
			month = month[:len("2025-03")]
		}
		texts := [numWays]value{{t.Severity.String(), ""}, {t.Rule, t.Rule + ": " + t.Title}, {t.Provider, ""}, {t.Payer, ""}, {month, ""}}
		var of [numWays]int32
		for k, v := range texts {
			n, met := numbers[k][v.Text]
			if !met {
				n = int32(len(x.values[k]))
				numbers[k][v.Text] = n
				x.values[k] = append(x.values[k], value{cmp.Or(v.Text, noValue), cmp.Or(v.Words, v.Text, ways[k].blank)})
			}
			of[k] = n
		}
		x.of, risk = append(x.of, of), append(risk, t.AtRisk)
		return true
	})
	for i := range x.of {
		x.byRisk = append(x.byRisk, int32(i))
	}
	slices.SortStableFunc(x.byRisk, func(a, b int32) int { return cmp.Compare(risk[b], risk[a]) })
	return x
}

// choice is what somebody wants to see, as a link has it.
type choice struct {
	values [numWays]string // blank: all
	Said   string          // open, answered, or blank for all
	Order  string          // risk, or blank for the order of the files
	Page   int             // from 1
}

// The words of a choice in links.
const (
	saidOpen, saidAnswered = "open", "answered"
	orderRisk              = "risk"
)

func choiceOf(q url.Values) choice {
	c := choice{Page: 1}
	for i, w := range ways {
		c.values[i] = q.Get(w.Key)
	}
	if said := q.Get("said"); said == saidOpen || said == saidAnswered {
		c.Said = said
	}
	if q.Get("order") == orderRisk {
		c.Order = orderRisk
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 {
		c.Page = n
	}
	return c
}

// query is the choice as a link has it.
func (c choice) query() url.Values {
	q := url.Values{}
	for i, w := range ways {
		if c.values[i] != "" {
			q.Set(w.Key, c.values[i])
		}
	}
	for key, text := range map[string]string{"said": c.Said, "order": c.Order} {
		if text != "" {
			q.Set(key, text)
		}
	}
	if c.Page > 1 {
		q.Set("page", strconv.Itoa(c.Page))
	}
	return q
}

// perPage is how many findings a page has.
const perPage = 100

// facet is a way to choose with its values, and how many of the findings each would leave.
type facet struct {
	Key, Label string
	Values     []facetValue
	More       int // values that are not offered
}

type facetValue struct {
	value
	Count  int
	Chosen bool
}

// mostOffered is how many values a way offers.
const mostOffered = 500

// choose are the findings of a choice, in its order, and the facets.
func (x *index) choose(c choice, said map[int]audit.Disposition) (chosen []int32, facets []facet) {
	var wanted [numWays]int32 // -1: all; -2: what there is none of
	var counts [numWays][]int
	for k := range wanted {
		counts[k], wanted[k] = make([]int, len(x.values[k])), -1
		if c.values[k] != "" {
			wanted[k] = int32(slices.IndexFunc(x.values[k], func(v value) bool { return v.Text == c.values[k] }))
			if wanted[k] < 0 {
				wanted[k] = -2
			}
		}
	}
	for place := range x.of {
		i := place
		if c.Order == orderRisk {
			i = int(x.byRisk[place])
		}
		if c.Said != "" && answered(said[i]) != (c.Said == saidAnswered) {
			continue
		}
		if x.count(i, &wanted, &counts) {
			chosen = append(chosen, int32(i))
		}
	}
	for k, w := range ways {
		facets = append(facets, x.facet(k, w, wanted[k], counts[k]))
	}
	return chosen, facets
}

// answered tells whether somebody has decided.
func answered(d audit.Disposition) bool { return d.Value != "" && d.Value != audit.StillOpen }

// count counts a finding in each way in which it would be chosen, and tells whether it is in all of them.
func (x *index) count(i int, wanted *[numWays]int32, counts *[numWays][]int) bool {
	misses, missed := 0, 0
	for k, w := range wanted {
		if w != -1 && x.of[i][k] != w {
			misses, missed = misses+1, k
		}
	}
	for k := range wanted {
		if misses == 0 || misses == 1 && missed == k {
			counts[k][x.of[i][k]]++
		}
	}
	return misses == 0
}

func (x *index) facet(k int, w way, wanted int32, counts []int) facet {
	f := facet{Key: w.Key, Label: w.Label}
	for n, count := range counts {
		if chosen := int32(n) == wanted; count > 0 || chosen {
			f.Values = append(f.Values, facetValue{x.values[k][n], count, chosen})
		}
	}
	slices.SortStableFunc(f.Values, func(a, b facetValue) int {
		if k == byMonth {
			return cmp.Compare(a.Text, b.Text)
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	if n := len(f.Values); n > mostOffered {
		f.Values, f.More = f.Values[:mostOffered], n-mostOffered
	}
	return f
}

// window is the part of the findings that a page shows.
type window struct {
	First, Last, All, Page, Pages int
}

func windowOf(all, page int) window {
	pages := max(1, (all+perPage-1)/perPage)
	page = min(max(page, 1), pages)
	return window{min(all, (page-1)*perPage+1), min(all, page*perPage), all, page, pages}
}

func (w window) String() string {
	if w.All == 0 {
		return "No finding is chosen"
	}
	return fmt.Sprintf("Findings %d to %d of %d", w.First, w.Last, w.All)
}
