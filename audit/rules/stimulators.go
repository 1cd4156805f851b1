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
	paddle    = claim.MustCode("63655")
	generator = claim.MustCode("63685")
	needleOut = claim.MustCode("63661")
	paddleOut = claim.MustCode("63662")
)

// add takes in a day. Leads taken out that day make room for those placed, and a generator taken
// out with them leaves nothing behind.
var stimulatorLead = claim.MustCode("63650")

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
const leadsWait = 90

func generatorWithoutLeads() check {
	withLeads := mustSet("stimulator-leads-present")
	return inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
		if l.Code != generator || before.implanted || recent(before.leads, l, leadsWait) || earlierOf(l, day) != nil {
			return
		}
		for m := range day.each {
			if withLeads.has(m) || unsettled(m) {
				return
			}
		}
		report(leadless(c, l, before.trial))
	})
}

// recent tells whether a line is of the days before l.
func recent(earlier, l *audit.Line, days claim.Date) bool {
	return earlier != nil && l.From-earlier.From <= days
}

func leadless(c *audit.Case, l, trial *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Underpay,
		Message: fmt.Sprintf("%s on %s is the generator alone, and no leads to go with it (63650, 63655) are billed that day or ", billedAs(l), l.From),
		Fix: audit.Fix{
			Action: audit.AddLine,
			Text:   "if leads were placed with the generator, bill 63650, 1 unit for each, or 63655 for a paddle; nothing is missing if the generator was replaced or put to leads placed earlier",
		},
	}
	if first := l.From - leadsWait; c.Since > first {
		f.Message += fmt.Sprintf("before it in the lines seen since %s", c.Since)
	} else {
		f.Message += fmt.Sprintf("in the %d days before", leadsWait)
	}
	if recent(trial, l, leadsWait) && trial.POS == office {
		f.Related = []*audit.Line{trial}
		f.Message += fmt.Sprintf("; those placed in the office on %s were for a trial and are pulled after it", trial.From)
	}
	return f
}

// trialLasts is how many days after its placement a lead that is pulled is taken for a trial's.
const trialLasts = 30

func trialLeadsPulled() check {
	return inCourse(func(_ *audit.Case, l *audit.Line, _ *company, before *course, report func(audit.Finding)) {
		trial := before.trial
		if l.Code != needleOut || !recent(trial, l, trialLasts) || before.generator != nil && before.generator.From >= trial.From {
			return
		}
		if severity := lower(audit.Warning, audit.Providers(trial, l)); severity != 0 {
			report(pulled(l, trial, severity))
		}
	})
}

func pulled(l, trial *audit.Line, severity audit.Severity) audit.Finding {
	days := "1 day"
	if n := int(l.From - trial.From); n != 1 {
		days = fmt.Sprintf("%d days", n)
	}
	return audit.Finding{
		Line: l, Severity: severity, Money: audit.Overpay, Related: []*audit.Line{trial},
		Message: fmt.Sprintf("%s on %s follows 63650 of %s by %s with no generator (63685) between them: pulling the leads of a trial is part of placing them", billedAs(l), l.From, trial.From, days),
		Fix: audit.Fix{
			Action: audit.Document,
			Text:   "remove 63661 if the leads were pulled at the end of a trial; keep it only if the operative note shows that implanted leads were cut down to and taken out",
		},
	}
}

// trialLeads is how many leads of trials in the office contractors pay in a patient's life.
const trialLeads = 4 * claim.One

func trialLeadsOverLimit() check {
	return inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
		if l.Code == stimulatorLead && firstReported(l, day) {
			checkTrials(c, day, before, report)
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

func checkTrials(c *audit.Case, day *company, before *course, report func(audit.Finding)) {
	total := before.inOffice
	for l := range day.of(stimulatorLead).each {
		units := officeLeads(c, l, day)
		total += units
		if units > 0 && total > trialLeads {
			report(overTrials(c, l, before.trial, total))
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

func overTrials(c *audit.Case, l, earlier *audit.Line, total claim.Units) audit.Finding {
	part := l.Charge.Share(total-trialLeads, l.Units)
	f := audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s on %s is lead %s placed in the office in the lines seen since %s; contractors pay 4 in a patient's life", billedAs(l), l.From, total, c.Since),
		Fix: audit.Fix{
			Action: audit.Document,
			Text:   "see in the record why the trial was repeated and ask the payer before billing more than 4 trial leads; correct the place of service if these were permanent leads",
		},
	}
	if earlier != nil {
		f.Related = []*audit.Line{earlier}
	}
	if !underCoverage(l) {
		f.Severity = audit.Review
	}
	return f
}
