package engine

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// The fixes of a patient are made together on a copy of the lines, which is judged again, before any of
// them is offered: what leads to a finding that had no ground as billed is left to a person.

// trial is the fixes of one patient's findings, as far as they can be made together.
type trial struct {
	j       *judge
	lines   []audit.Line
	found   []audit.Finding
	set     []int // of found, those to be made, the strongest first
	waiting []int // of found, those whose lines another changes first
	days    []span
	scratch [2][]audit.Line
	fixed   map[claim.Pos]audit.Edit // what becomes of each line
}

// span is some days, first and last.
type span struct{ from, to claim.Date }

// What is said behind a fix that is left to a person.
const (
	leadsOn    = "; not made by itself: with it "
	onlyIfLeft = "; only if the line stays: "
	notNeeded  = "; needed only if the fix of "
)

// most judgings of one patient's lines to find out which of several fixes is at fault, and of how many
// lines; beyond it all of them are left to a person.
const (
	mostTrials     = 12
	mostTrialLines = 2000
)

// try leaves the edits of those findings that can be made together, and the order they are made in.
func (t *trial) try(lines []audit.Line, found []audit.Finding) error {
	t.gather(lines, found)
	if len(t.set) == 0 {
		return nil
	}
	t.spanDays()
	if err := t.mend(); err != nil {
		return err
	}
	return t.dropNeedless()
}

// gather puts the fixes in their order and chooses among them.
func (t *trial) gather(lines []audit.Line, found []audit.Finding) {
	t.lines, t.found, t.set, t.waiting = lines, found, t.set[:0], t.waiting[:0]
	for i := range found {
		if len(found[i].Fix.Edits) > 0 {
			t.set = append(t.set, i)
		}
	}
	if len(t.set) == 0 {
		return
	}
	slices.SortStableFunc(t.set, func(a, b int) int { return cmp.Compare(strength(&found[a]), strength(&found[b])) })
	t.choose()
}

// strength is the turn of a finding's fix: what the line is comes before whether it goes, and that
// before how it is billed.
func strength(f *audit.Finding) int {
	kind := 4
	for i := range f.Fix.Edits {
		kind = min(kind, kindOf(&f.Fix.Edits[i]))
	}
	if f.Rule.Rank == audit.RootCause {
		kind -= 4
	}
	return kind
}

func kindOf(e *audit.Edit) int {
	switch {
	case e.Code != 0:
		return 1
	case e.Mods != nil:
		return 2
	case e.Units != 0:
		return 3
	}
	return 0
}

// choose takes out of the set what edits a line of history or a line that a stronger fix edits. Of a
// line that goes nothing else is to be mended.
func (t *trial) choose() {
	edited, gone := map[claim.Pos]bool{}, map[claim.Pos]*audit.Rule{}
	t.set = slices.DeleteFunc(t.set, func(i int) bool {
		f := &t.found[i]
		wait, idle := false, true
		for _, e := range f.Fix.Edits {
			by := gone[e.Line.Pos]
			if by != nil && !e.Remove {
				t.leave(i, onlyIfLeft+by.ID+" removes it")
				return true
			}
			idle = idle && by != nil
			wait = wait || e.Line.Context || edited[e.Line.Pos] && by == nil
		}
		switch {
		case idle:
			t.leave(i, onlyIfLeft+gone[f.Fix.Edits[0].Line.Pos].ID+" removes it")
			return true
		case wait:
			t.waiting = append(t.waiting, i)
			return true
		}
		for _, e := range f.Fix.Edits {
			edited[e.Line.Pos] = true
			if e.Remove {
				gone[e.Line.Pos] = f.Rule
			}
		}
		return false
	})
}

// leave makes a text of a finding's fix.
func (t *trial) leave(i int, why string) {
	f := &t.found[i]
	f.Fix.Edits = nil
	f.Fix.Text += why
}

// spanDays notes which days the fixes change.
func (t *trial) spanDays() {
	t.days = t.days[:0]
	for _, i := range t.set {
		for _, e := range t.found[i].Fix.Edits {
			t.days = append(t.days, span{e.Line.From, max(e.Line.From, e.Line.To)})
		}
	}
}

// beside tells whether a line is of one of the days that the fixes change.
func (t *trial) beside(l *audit.Line) bool {
	return slices.ContainsFunc(t.days, func(d span) bool { return l.From <= d.to && max(l.From, l.To) >= d.from })
}

// mend drops fixes until those that are left lead to nothing new, and mend what they are for.
func (t *trial) mend() error {
	for round := 0; len(t.set) > 0; round++ {
		after, err := t.judge(t.set)
		if err != nil {
			return err
		}
		bad := t.faults(after, t.set)
		if len(bad) == 0 {
			return nil
		}
		if round >= mostTrials {
			t.leaveAll(t.set, bad[0])
			t.set = t.set[:0]
			return nil
		}
		drop, err := t.culprits(bad[0])
		if err != nil {
			return err
		}
		t.leaveAll(drop, bad[0])
		t.set = slices.DeleteFunc(t.set, func(i int) bool { return slices.Contains(drop, i) })
	}
	return nil
}

func (t *trial) leaveAll(drop []int, g outcome) {
	for _, i := range drop {
		if g.of == i {
			t.leave(i, leadsOn+"this stays")
			continue
		}
		t.leave(i, leadsOn+g.code+" draws \""+g.rule.Title+"\"")
	}
}

// outcome is what a judging of fixed lines says that it should not: something new, or again what one of
// the fixes was for.
type outcome struct {
	rule  *audit.Rule
	code  string
	lines []claim.Pos
	day   claim.Date
	of    int // the finding, of those before, that its own fix leaves; -1 for a new one
}

// faults are what is wrong with the fixes, by what was found with them.
func (t *trial) faults(after []audit.Finding, set []int) (bad []outcome) {
	for k := range after {
		g := &after[k]
		of := -1
		for _, i := range set {
			if f := &t.found[i]; f.Rule == g.Rule && f.Line.Pos == g.Line.Pos && f.Message == g.Message {
				of = i
			}
		}
		if of < 0 && (g.Severity == audit.Review || t.j.grounds.has(g)) {
			continue
		}
		o := outcome{rule: g.Rule, code: g.Line.Billed, day: g.Line.From, of: of}
		for _, l := range g.Lines() {
			o.lines = append(o.lines, l.Pos)
		}
		bad = append(bad, o)
	}
	return bad
}

// culprits are the fixes that lead to an outcome: one of those on its lines or else of its day, or else
// of any, without which it is not there; all of these where no single one is at fault.
func (t *trial) culprits(g outcome) ([]int, error) {
	if g.of >= 0 {
		return []int{g.of}, nil
	}
	suspects := t.suspects(g)
	if len(suspects) == 1 || len(suspects) > mostTrials || len(t.lines) > mostTrialLines {
		return suspects, nil
	}
	for _, i := range slices.Backward(suspects) { // the weakest first
		without := slices.DeleteFunc(slices.Clone(t.set), func(k int) bool { return k == i })
		after, err := t.judge(without)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(t.faults(after, without), func(o outcome) bool { return o.rule == g.rule && o.day == g.day }) {
			return []int{i}, nil
		}
	}
	return suspects, nil
}

func (t *trial) suspects(g outcome) []int {
	edits := func(is func(l *audit.Line) bool) (list []int) {
		for _, i := range t.set {
			if slices.ContainsFunc(t.found[i].Fix.Edits, func(e audit.Edit) bool { return is(e.Line) }) {
				list = append(list, i)
			}
		}
		return list
	}
	for _, is := range [...]func(l *audit.Line) bool{
		func(l *audit.Line) bool { return slices.Contains(g.lines, l.Pos) },
		func(l *audit.Line) bool { return l.From <= g.day && g.day <= max(l.From, l.To) },
	} {
		if list := edits(is); len(list) > 0 {
			return list
		}
	}
	return t.set
}

// dropNeedless leaves out the fixes, the weakest first, of findings that are gone by the others already:
// the cause was another line, or this one went with it.
func (t *trial) dropNeedless() error {
	if len(t.set) < 2 || len(t.set) > mostTrials || len(t.lines) > mostTrialLines {
		return nil
	}
	for k := len(t.set) - 1; k >= 0 && len(t.set) > 1; k-- {
		i := t.set[k]
		by := t.entangled(i)
		if by == nil {
			continue
		}
		without := slices.Delete(slices.Clone(t.set), k, k+1)
		after, err := t.judge(without)
		if err != nil {
			return err
		}
		f := &t.found[i]
		stays := slices.ContainsFunc(after, func(g audit.Finding) bool { return g.Rule == f.Rule && g.Line.Pos == f.Line.Pos })
		if !stays && len(t.faults(after, without)) == 0 {
			t.leave(i, notNeeded+by.ID+" is not made")
			t.set = without
		}
	}
	return nil
}

// entangled is a rule with a fix in the set that edits a line of which the i-th finding speaks, or nil.
func (t *trial) entangled(i int) *audit.Rule {
	speaks := map[claim.Pos]bool{}
	for _, l := range t.found[i].Lines() {
		speaks[l.Pos] = true
	}
	for _, k := range t.set {
		if k != i && slices.ContainsFunc(t.found[k].Fix.Edits, func(e audit.Edit) bool { return speaks[e.Line.Pos] }) {
			return t.found[k].Rule
		}
	}
	return nil
}

// judge is what is found with some fixes made: on their days by the rules that look at days, and on all
// days by those that look back.
func (t *trial) judge(set []int) ([]audit.Finding, error) {
	inDays := true
	for i := range t.lines {
		inDays = inDays && t.beside(&t.lines[i])
	}
	if inDays {
		return t.judgeLines(0, set, everyLine, everyRule)
	}
	found, err := t.judgeLines(0, set, t.beside, func(r *audit.Rule) bool { return !looksBack(r) })
	if err != nil {
		return nil, err
	}
	more, err := t.judgeLines(1, set, everyLine, looksBack)
	return append(found, more...), err
}

func everyLine(*audit.Line) bool { return true }
func everyRule(*audit.Rule) bool { return true }

// looksBack tells whether a rule compares days with each other.
func looksBack(r *audit.Rule) bool { return r.Needs.History != 0 || r.Needs.OwnHistory != 0 }

func (t *trial) judgeLines(scratch int, set []int, of func(*audit.Line) bool, by func(*audit.Rule) bool) ([]audit.Finding, error) {
	lines := t.scratch[scratch][:0]
	for i := range t.lines {
		if l := &t.lines[i]; of(l) {
			lines = append(lines, t.j.asBilled(l))
		}
	}
	t.scratch[scratch] = lines
	for _, i := range set {
		lines = t.apply(lines, t.found[i].Fix.Edits)
	}
	if len(lines) == 0 {
		return nil, nil
	}
	return t.j.judgeAgain(lines, by)
}

// together is what the fixes that are made together make of each line that they change.
func (t *trial) together() map[claim.Pos]audit.Edit {
	if clear(t.fixed); t.fixed == nil {
		t.fixed = map[claim.Pos]audit.Edit{}
	}
	for _, i := range t.set {
		for _, e := range t.found[i].Fix.Edits {
			t.fixed[e.Line.Pos] = t.fixed[e.Line.Pos].And(e)
		}
	}
	return t.fixed
}

// apply makes edits on lines, told by their positions.
func (t *trial) apply(lines []audit.Line, edits []audit.Edit) []audit.Line {
	for _, e := range edits {
		i := slices.IndexFunc(lines, func(l audit.Line) bool { return l.Pos == e.Line.Pos })
		switch {
		case i < 0:
		case e.Remove:
			lines = slices.Delete(lines, i, i+1)
		default:
			lines[i].Line = e.On(lines[i].Line)
		}
	}
	return lines
}

// grounds are what rules said of lines before one finding was left for one cause, and how severe it was.
type grounds map[ground]audit.Severity

// ground is a rule that speaks of a line: by its place, or by its day and code.
type ground struct {
	rule *audit.Rule
	pos  claim.Pos
	day  claim.Date
	code claim.Code
}

func groundsOf(found []audit.Finding) grounds {
	if !slices.ContainsFunc(found, func(f audit.Finding) bool { return len(f.Fix.Edits) > 0 }) {
		return nil
	}
	all := grounds{}
	for i := range found {
		f := &found[i]
		for _, l := range f.Lines() {
			for _, g := range groundsOn(f.Rule, l) {
				all[g] = max(all[g], f.Severity)
			}
		}
	}
	return all
}

func groundsOn(r *audit.Rule, l *audit.Line) [2]ground {
	return [2]ground{{rule: r, pos: l.Pos}, {rule: r, day: l.From, code: l.Code}}
}

// has tells whether a finding, as severe, had a ground.
func (all grounds) has(f *audit.Finding) bool {
	for _, g := range groundsOn(f.Rule, f.Line) {
		if all[g] >= f.Severity {
			return true
		}
	}
	return false
}

// replaced is a line that stands for what it should have been, and the code it was billed with.
type replaced struct {
	pos   claim.Pos
	code  claim.Code
	known *catalog.Entry
}

// asBilled is a line as it was before it was judged.
func (j *judge) asBilled(l *audit.Line) audit.Line {
	was := *l
	was.Root = false
	for _, r := range slices.Backward(j.replaced) { // the first is the code that was billed
		if r.pos == l.Pos {
			was.Code, was.Known = r.code, r.known
		}
	}
	return was
}

// judgeAgain is what the rules chosen find on lines that are not kept. What was found before, and the
// case, are as they were when it returns.
func (j *judge) judgeAgain(lines []audit.Line, by func(*audit.Rule) bool) (found []audit.Finding, err error) {
	err = j.aside(func() error {
		j.only = by
		j.prepare(lines)
		early := earlyOf(lines)
		j.arrange(lines)
		if err := j.find(); err != nil {
			return err
		}
		err := j.late(early)
		found = j.found
		return err
	})
	return found, err
}

// aside does something with a case of its own, and puts the one before back.
func (j *judge) aside(do func() error) error {
	before := *j
	j.found, j.parted, j.replaced, j.grounds = nil, nil, nil, nil
	j.c = audit.Case{Catalog: before.c.Catalog, AsOf: before.c.AsOf, Sources: before.c.Sources, Since: before.c.Since, Settings: before.c.Settings}
	err := do()
	j.c, j.only = before.c, before.only
	j.found, j.parted, j.replaced, j.grounds = before.found, before.parted, before.replaced, before.grounds
	return err
}
