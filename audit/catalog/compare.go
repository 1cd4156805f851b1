package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// Change is what one table says of a code, or a pair of codes, and another of the same kind says
// differently. Was is "" for what is new, and Is for what is gone.
type Change struct {
	Kind    Kind
	What    string // "64493", or "64493 with 77003"
	Was, Is string
}

func (c Change) String() string {
	switch {
	case c.Was == "":
		return fmt.Sprintf("%s: new: %s", c.What, c.Is)
	case c.Is == "":
		return fmt.Sprintf("%s: gone: %s", c.What, c.Was)
	}
	return fmt.Sprintf("%s: was %s; is %s", c.What, c.Was, c.Is)
}

// Own are the embedded tables of one kind in the form of an official one; nil when there is none.
func (c *Catalog) Own(k Kind, s Scope, q Quarter) *Official {
	o := &Official{Kind: k, Scope: s, Quarter: q}
	switch k {
	case PairEdits:
		if own := ownFor(c.pairs.of[s], q); own != nil {
			o.Pairs, o.Quarter = own.parts[0], own.quarter
		}
	case UnitLimits:
		if own := ownFor(c.limits.of[s], q); own != nil {
			o.Limits, o.Quarter = own.parts[0], own.quarter
		}
	case AddOnCodes:
		if own := ownFor(c.addOns.of[s], q); own != nil {
			o.AddOns, o.Quarter = own.parts[0], own.quarter
		}
	case FeeSchedule:
		o.Fees = map[claim.Code]Fee{}
		for code := range c.fees {
			if f, _ := c.Fee(code, q.Last()); f.Year == q.Year() {
				o.Fees[code] = f
			}
		}
	case CodeList:
		o.Codes = map[claim.Code]Listed{}
		for _, e := range c.all {
			if e.Code.LevelII() && !e.Placeholder {
				o.Codes[e.Code] = Listed{From: e.From, To: e.To}
			}
		}
	case DiagnosisList:
		o.Diagnoses = map[claim.Diagnosis]bool{}
		on := NewQuarter(q.Year()-1, 4).First()
		for code, d := range c.diagnoses {
			if d.On(on) != DiagnosisEnded && d.On(on) != DiagnosisEarly {
				o.Diagnoses[code] = d.Billable
			}
		}
	}
	return o
}

// ownFor is the program's own table of the quarter or the last before it, else the oldest; nil for none.
func ownFor[T any](e *editions[T], q Quarter) *edition[T] {
	if len(e.own) == 0 {
		return nil
	}
	return e.own[max(0, startAt(e.own, q+1)-1)]
}

// Changes are the differences between two tables of one kind on the codes to keep, in order. Both
// tables may come in several files. Of the older table what its quarter did not know (when an edit
// began) is no difference, and neither is what had ended before the newer one and is left out of it.
func Changes(old, now []*Official, keep func(claim.Code) bool) []Change {
	k := now[0].Kind
	var was, is map[string]string
	before, after := facts(old, keep), facts(now, keep)
	was, is = before.text, after.text
	var list []Change
	for _, what := range slices.Sorted(maps.Keys(union(was, is))) {
		if was[what] == is[what] || is[what] == "" && before.ended[what] != 0 && before.ended[what] < now[0].Quarter.First() {
			continue
		}
		if k == PairEdits && sameEpisodes(before.edits[what], after.edits[what]) {
			continue
		}
		list = append(list, Change{k, what, was[what], is[what]})
	}
	return list
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// said is what tables say of each code or pair: in words, and of pairs their episodes too.
type said struct {
	text  map[string]string
	edits map[string][]Edit
	ended map[string]claim.Date // of pairs none of whose edits is open: the last day of any
}

func facts(tables []*Official, keep func(claim.Code) bool) said {
	s := said{map[string]string{}, map[string][]Edit{}, map[string]claim.Date{}}
	for _, o := range tables {
		s.pairs(o.Pairs, keep)
		collect(s.text, o.Limits, keep, func(_ claim.Code, l Limit) string {
			if l.None() {
				return ""
			}
			return fmt.Sprintf("%s (MAI %c)", l.Units, l.By)
		})
		collect(s.text, o.AddOns, keep, func(_ claim.Code, rows []AddOn) string { return addOnText(rows, o.Quarter.First()) })
		collect(s.text, o.Fees, keep, func(_ claim.Code, f Fee) string {
			return fmt.Sprintf("status %c, global %s, both sides %c, components %c, multiple %c", f.Status, f.Global, f.Bilateral, f.PCTC, f.Multiple)
		})
		collect(s.text, o.Codes, keep, func(_ claim.Code, l Listed) string {
			if l.To != claim.EndOfTime {
				return "valid until " + l.To.String()
			}
			return "valid"
		})
		collect(s.text, o.Diagnoses, func(claim.Diagnosis) bool { return true }, func(_ claim.Diagnosis, billable bool) string {
			if billable {
				return "billable"
			}
			return "a category"
		})
	}
	for what, edits := range s.edits {
		s.text[what] = episodesText(edits)
	}
	return s
}

func collect[C interface {
	comparable
	fmt.Stringer
}, V any](text map[string]string, values map[C]V, keep func(C) bool, say func(C, V) string) {
	for code, v := range values {
		if keep(code) {
			if words := say(code, v); words != "" {
				text[code.String()] = words
			}
		}
	}
}

func addOnText(rows []AddOn, on claim.Date) string {
	a, ok := during(rows, on)
	if !ok {
		return ""
	}
	text := fmt.Sprintf("add-on of type %c", a.Type)
	primaries := make([]string, len(a.Primaries))
	for i, p := range a.Primaries {
		primaries[i] = p.String()
	}
	slices.Sort(primaries)
	if len(primaries) > 0 {
		text += " to " + strings.Join(primaries, " ")
	}
	return text
}

// pairs collects the episodes of pairs both codes of which are to be kept.
func (s *said) pairs(t *PairTable, keep func(claim.Code) bool) {
	if t == nil {
		return
	}
	kept := make([]bool, len(t.codes)/8)
	for place := range kept {
		kept[place] = keep(t.code(place))
	}
	for i := range t.Len() {
		key := t.key(i)
		if !kept[key>>16] || !kept[key&0xffff] {
			continue
		}
		e := t.At(i)
		if e.Indicator == NeverInForce {
			continue
		}
		what := e.Column1.String() + " with " + e.Column2.String()
		s.edits[what] = append(s.edits[what], e)
		s.ended[what] = max(s.ended[what], e.To)
	}
}

func episodesText(edits []Edit) string {
	words := make([]string, len(edits))
	for i, e := range edits {
		words[i] = fmt.Sprintf("indicator %c", e.Indicator)
		if e.Dated() {
			words[i] += " from " + e.From.String()
		}
		if e.To != claim.EndOfTime {
			words[i] += " until " + e.To.String()
		}
	}
	return strings.Join(words, ", ")
}

// sameEpisodes tells whether the newer episodes say what the older ones do, but for beginnings the
// older did not know and ended ones the newer leaves out.
func sameEpisodes(old, now []Edit) bool {
	byEnd := func(a, b Edit) int { return cmp.Compare(a.To, b.To) }
	old, now = slices.SortedFunc(slices.Values(old), byEnd), slices.SortedFunc(slices.Values(now), byEnd)
	if len(old) != len(now) {
		return false
	}
	for i := range old {
		if old[i].Indicator != now[i].Indicator || old[i].To != now[i].To || old[i].Dated() && old[i].From != now[i].From {
			return false
		}
	}
	return true
}
