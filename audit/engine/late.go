package engine

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// A line that is entered late may make a line wrong that was sent before and is history now. Such a
// finding is reported, on the earlier line, or on the late one where mending that is all there is to do.

// amongHistory tells whether a finding speaks of lines of history alone.
func amongHistory(f audit.Finding) bool {
	if !f.Line.Context {
		return false
	}
	return !slices.ContainsFunc(f.Lines(), func(l *audit.Line) bool { return !l.Context })
}

// earlyOf is the lines of history as a case of their own, where there are others too.
func earlyOf(lines []audit.Line) (early []audit.Line) {
	for i := range lines {
		if lines[i].Context {
			early = append(early, lines[i])
			early[len(early)-1].Context = false
		}
	}
	return early
}

// verdict is what a rule says of a line.
type verdict struct {
	rule *audit.Rule
	line claim.Pos
}

// late drops the findings on history that stood before the other lines came, and says of the rest what
// is to be done.
func (j *judge) late(early []audit.Line) error {
	if !slices.ContainsFunc(j.found, func(f audit.Finding) bool { return f.Line.Context }) {
		return nil
	}
	before, err := j.before(early)
	if err != nil {
		return err
	}
	j.found = slices.DeleteFunc(j.found, func(f audit.Finding) bool {
		return f.Line.Context && f.Severity <= before[verdict{f.Rule, f.Line.Pos}]
	})
	for i := range j.found {
		if f := &j.found[i]; f.Line.Context {
			place(f)
		}
	}
	return nil
}

// before judges history by itself. The case and what was found are as they were when it returns.
func (j *judge) before(early []audit.Line) (map[verdict]audit.Severity, error) {
	before := map[verdict]audit.Severity{}
	err := j.aside(func() error {
		j.arrange(early)
		err := j.find()
		for i := range j.found {
			f := &j.found[i]
			v := verdict{f.Rule, f.Line.Pos}
			before[v] = max(before[v], f.Severity)
		}
		return err
	})
	return before, err
}

// place puts a finding on the late line where its fix edits no other, and else says that the earlier
// claim is to be sent again.
func place(f *audit.Finding) {
	earlier := f.Line
	edited := func(late bool) bool {
		return slices.ContainsFunc(f.Fix.Edits, func(e audit.Edit) bool { return e.Line.Context != late })
	}
	if edited(true) && !edited(false) {
		f.Line = f.Fix.Edits[0].Line
		f.Related = slices.DeleteFunc(slices.Clone(f.Related), func(l *audit.Line) bool { return l == f.Line })
		relate(f, earlier)
		return
	}
	for _, l := range f.Lines() {
		relate(f, l)
	}
	f.Fix.Text += "; the claim of " + earlier.From.String() + " is sent: replacement (frequency 7)"
}
