package services

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Facts are what only the whole input tells, and how services are told by it.
type Facts struct {
	numbering []bool // by table: its line numbers are the charges' own
	// numbersAll tells that the line numbers of every table are: then they alone tell one line of a version
	// from another.
	numbersAll bool
	joins      []bool                // by table: it repeats a charge for each answer of a payer
	exports    []int                 // by table: the turn of its export, from the earliest
	orderedBy  string                // what told which export is later; "" for one export
	stated     map[string]claim.Type // what somebody says of them, before what is told
	types      map[string]claim.Type
	mixed      map[string]bool // billers whose claims are the doctors' and the centre's
	billers    []audit.Biller  // those that were told, or could not be
	moved      int             // claims that have one patient in one table and another in the next
	again      int             // lines without a patient and a claim that stand elsewhere as they are
}

// The thresholds by which a table is believed.
const (
	tornShare = 100 // at most one line number in so many stands on two codes or two days
	fewJoins  = 5   // so many charges must repeat where no payment has a number
)

// Facts are what the survey found.
func (v *Survey) Facts() *Facts {
	f := &Facts{numbering: make([]bool, len(v.inputs)), joins: make([]bool, len(v.inputs)), stated: v.stated, types: v.claimTypes(), mixed: v.mixedBillers(), moved: v.twoPatients(), again: v.nobodiesAgain()}
	f.billers = v.billersOf(f.types, f.mixed)
	for i := range v.inputs {
		t := &v.inputs[i]
		f.numbering[i] = t.ids > 0 && t.torn*tornShare <= t.ids
		f.joins[i] = t.certain || t.repeats >= fewJoins && 2*t.differing >= t.repeats
	}
	f.numbersAll = !slices.Contains(f.numbering, false)
	f.exports, f.orderedBy = v.orderExports()
	return f
}

// numbers tells whether the table's line numbers are the charges' own.
func (f *Facts) numbers(input int32) bool { return f.numbering[input] }

// joined tells whether the table repeats a charge for each answer of a payer.
func (f *Facts) joined(input int32) bool { return f.joins[input] }

// order is the turn of a line's export; earlier history comes before all.
func (f *Facts) order(input int32, context bool) int {
	turn := f.exports[input]
	if context {
		turn -= len(f.exports)
	}
	return turn
}

// orderExports finds the turn of every table's export: by the date in the files' names, by the last day
// of receipt, by the last day of service, each only where all exports have one and not all the same, and of
// equal ones by the next; in the end as they were given.
func (v *Survey) orderExports() (turns []int, by string) {
	exports := v.exports()
	if len(exports) == 0 {
		return nil, ""
	}
	count := exports[len(exports)-1] + 1
	if count == 1 {
		return exports, ""
	}
	corrected := v.correctedExports(exports)
	keys := make([]string, count) // of every export, the ways that tell it from another in their order
	for _, way := range [...]struct {
		by  string
		key func(input int) string
	}{
		{"the dates in the files' names", func(i int) string { return dateInName(v.sources[i].File) }},
		{"the last day of receipt in each", func(i int) string { return dayText(v.inputs[i].received) }},
		{"the last day of service in each", func(i int) string { return dayText(v.inputs[i].last) }},
		{"the order in which they were given", func(i int) string { return fmt.Sprintf("%08d", exports[i]) }},
	} {
		if next := keysOf(exports, count, corrected, way.key); next != nil {
			by = cmp.Or(by, way.by)
			for e := range keys {
				keys[e] += next[e] + " "
			}
		}
	}
	for range corrected { // behind the last export that they are of, which may be corrected lines too
		for e := range keys {
			for _, source := range corrected[e] {
				keys[e] = max(keys[e], keys[source]+"~")
			}
		}
	}
	return turnsBy(exports, keys), by
}

// correctedExports are the exports that are corrected lines of ours, each with those that they are of.
func (v *Survey) correctedExports(exports []int) map[int][]int {
	of := map[int][]int{}
	for i := range v.sources {
		if m := v.sources[i].Mended; m != nil {
			of[exports[m.Input]] = append(of[exports[m.Input]], exports[i])
		}
	}
	return of
}

// exports numbers the exports of the tables as they were given: the sheets of one file are one export,
// but for those that mostly repeat another.
func (v *Survey) exports() []int {
	list := make([]int, len(v.sources))
	known := map[string]int{}
	n := 0
	for i := range v.sources {
		s := &v.sources[i]
		at, seen := known[s.File]
		if seen && s.Sheet != "" && 2*v.inputs[i].sharedFile <= v.inputs[i].lines {
			list[i] = at
			continue
		}
		known[s.File] = n
		list[i] = n
		n++
	}
	return list
}

// keysOf are the greatest keys of the exports' tables, none for corrected lines; nil where an export has none
// or all have the same.
func keysOf(exports []int, count int, corrected map[int][]int, key func(input int) string) []string {
	keys := make([]string, count)
	several := map[string]bool{}
	for i, e := range exports {
		keys[e] = max(keys[e], key(i))
	}
	for e := range keys {
		if len(corrected[e]) > 0 {
			keys[e] = ""
			continue
		}
		if keys[e] == "" {
			return nil
		}
		several[keys[e]] = true
	}
	if len(several) < 2 {
		return nil
	}
	return keys
}

// turnsBy is the turn of every table's export by the exports' keys.
func turnsBy(exports []int, keys []string) []int {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	turn := make([]int, len(keys))
	for i, e := range order {
		turn[e] = i
	}
	turns := make([]int, len(exports))
	for i, e := range exports {
		turns[i] = turn[e]
	}
	return turns
}

var namedDay = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12][0-9]|3[01]))?(?:[^0-9]|$)`)

// dateInName is the day or month in a file's name, such as 2025-03-14, 20250314 or 2025-03, in a form
// that sorts; "" for none.
func dateInName(file string) string {
	m := namedDay.FindStringSubmatch(filepath.Base(file))
	if m == nil {
		return ""
	}
	return m[1] + m[2] + m[3]
}

func dayText(d claim.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
