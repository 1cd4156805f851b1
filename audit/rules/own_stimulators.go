package rules

import (
	"fmt"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// course is what the days so far have shown of a patient's stimulator on claims of one type.
type course struct {
	trial     *audit.Line // the last leads placed by needle
	leads     *audit.Line // the last leads placed that may have stayed; those of the office do not
	generator *audit.Line // the last generator placed or replaced
	// implanted says that generator or leads were worked on, and leads not taken out since.
	implanted bool
	inOffice  claim.Units // leads placed in the office
}

var (
	stimulatorLead = mustCode("percutaneous-lead")
	paddle         = mustCode("paddle-lead")
	generator      = mustCode("stimulator-generator")
	needleOut      = mustCode("percutaneous-lead-removal")
	paddleOut      = mustCode("paddle-lead-removal")
)

// add takes in a day. Leads taken out that day make room for those placed, and a generator taken
// out with them leaves nothing behind.
func (s *course) add(c *audit.Case, day *company, inUse *codeSet) {
	out := day.of(needleOut).any() || day.of(paddleOut).any()
	if out {
		s.leads, s.implanted = nil, false
	}
	for l := range day.of(paddle).each {
		s.leads = l
	}
	for l := range day.of(stimulatorLead).each {
		s.trial = l
		s.inOffice += officeLeads(c, l, day)
		if l.POS != office {
			s.leads = l
		}
	}
	for l := range day.of(generator).each {
		s.generator, s.implanted = l, true
	}
	for l := range day.each {
		s.implanted = s.implanted || !out && inUse.has(l)
	}
}

// inCourse is the shape of a check that looks at a line, its day, and what came before that day.
func inCourse(check func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	inUse := mustSet("stimulator-in-use")
	type walk struct {
		day    company
		before [claim.ASC + 1]course
	}
	var idle sync.Pool // a walk is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		w, ok := idle.Get().(*walk)
		if !ok {
			w = &walk{}
		}
		for n := range c.NumDays() {
			lines := c.Day(n)
			w.day = companyOf(lines)
			before := &w.before[lines[0].Type]
			for i := range lines {
				if l := &lines[i]; !l.Context && !l.Root && l.In(catalog.Stimulator) {
					check(c, l, &w.day, before, report)
				}
			}
			before.add(c, &w.day, &inUse)
		}
		*w = walk{}
		idle.Put(w)
	}
}

// leadsWait is how many days a generator may follow the leads it is put to.
var leadsWait = claim.Date(mustLimit("leads-before-generator-days"))

func generatorWithoutLeads() check {
	withLeads := mustSet("stimulator-leads-present")
	say, fix := mustText("generator-without-leads", "say"), mustText("generator-without-leads", "fix")
	return inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
		if l.Code != generator || before.implanted || recent(before.leads, l, leadsWait) || earlierOf(l, day) != nil {
			return
		}
		for m := range day.each {
			if withLeads.has(m) || unsettled(m) {
				return
			}
		}
		f := audit.Finding{
			Line: l, Money: audit.Underpay, Message: say.on(c, l),
			Fix: audit.Fix{Action: audit.AddLine, Text: fix.on(c, l)},
		}
		report(seenBefore(c, f, before.trial))
	})
}

// recent tells whether a line is of the days before l.
func recent(earlier, l *audit.Line, days claim.Date) bool {
	return earlier != nil && l.From-earlier.From <= days
}

// seenBefore says how far back leads were looked for, and names those of a trial.
func seenBefore(c *audit.Case, f audit.Finding, trial *audit.Line) audit.Finding {
	l := f.Line
	if first := l.From - leadsWait; c.Since > first {
		f.Message += fmt.Sprintf(" before it in the lines seen since %s", c.Since)
	} else {
		f.Message += fmt.Sprintf(" in the %d days before", leadsWait)
	}
	if recent(trial, l, leadsWait) && trial.POS == office {
		f.Related = []*audit.Line{trial}
		f.Message += fmt.Sprintf("; those placed in the office on %s were for a trial and are pulled after it", trial.From)
	}
	return f
}

// trialLasts is how many days after its placement a lead that is pulled is taken for a trial's.
var trialLasts = claim.Date(mustLimit("trial-days"))

func trialLeadsPulled() check {
	say, fix := mustText("trial-leads-pulled", "say", "trial", "days"), mustText("trial-leads-pulled", "fix")
	return inCourse(func(c *audit.Case, l *audit.Line, _ *company, before *course, report func(audit.Finding)) {
		trial := before.trial
		if l.Code != needleOut || !recent(trial, l, trialLasts) || before.generator != nil && before.generator.From >= trial.From {
			return
		}
		if severity := lower(audit.Warning, audit.Providers(trial, l)); severity != 0 {
			report(audit.Finding{
				Line: l, Severity: severity, Money: audit.Overpay, Related: []*audit.Line{trial},
				Message: say.on(c, l, trial.From.String(), daysBetween(trial, l)),
				Fix:     audit.Fix{Action: audit.Document, Text: fix.on(c, l)},
			})
		}
	})
}

func daysBetween(a, b *audit.Line) string {
	if n := int(b.From - a.From); n != 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "1 day"
}

// trialLeads is how many leads of trials in the office contractors pay in a patient's life.
var trialLeads = claim.Whole(mustLimit("trial-leads"))

func trialLeadsOverLimit() check {
	say, fix := mustText("trial-leads-over-limit", "say", "lead", "since", "limit"), mustText("trial-leads-over-limit", "fix", "limit")
	return inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
		if l.Code == stimulatorLead && firstReported(l, day) {
			checkTrials(c, day, before, func(l *audit.Line, total claim.Units) {
				f := overTrials(l, before.trial, total)
				f.Message = say.on(c, l, total.String(), c.Since.String(), trialLeads.String())
				f.Fix = audit.Fix{Action: audit.Document, Text: fix.on(c, l, trialLeads.String())}
				report(f)
			})
		}
	})
}

// firstReported tells whether the line is the day's first of its code that findings can be on.
func firstReported(l *audit.Line, day *company) bool {
	for m := range day.of(l.Code).each {
		if !m.Context && !m.Root {
			return m == l
		}
	}
	return false
}

// checkTrials reports the lines of the day that pass the limit, each with the leads up to it.
func checkTrials(c *audit.Case, day *company, before *course, report func(l *audit.Line, total claim.Units)) {
	total := before.inOffice
	for l := range day.of(stimulatorLead).each {
		units := officeLeads(c, l, day)
		total += units
		if units > 0 && total > trialLeads {
			report(l, total)
		}
	}
}

// officeLeads are the leads the line bills for a trial in the office: none for a duplicate, a void
// claim or the replacement of a line that is there too.
func officeLeads(c *audit.Case, l *audit.Line, day *company) claim.Units {
	switch {
	case l.Type != claim.Professional || l.POS != office || l.Root || !counts(l) || original(c, l, day) != nil:
		return 0
	case takesBack(l) && (l.Frequency == '8' || other(l, day, func(m *audit.Line) bool { return !takesBack(m) }) != nil):
		return 0
	}
	return l.Units
}

func overTrials(l, earlier *audit.Line, total claim.Units) audit.Finding {
	part := l.Charge.Share(total-trialLeads, l.Units)
	f := audit.Finding{Line: l, Money: audit.Deny, Part: &part}
	if earlier != nil {
		f.Related = []*audit.Line{earlier}
	}
	if !underCoverage(l) {
		f.Severity = audit.Review
	}
	return f
}
