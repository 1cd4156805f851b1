package own

import (
	"fmt"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
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
	stimulatorLead = terms.MustOnly("percutaneous-lead")
	paddle         = terms.MustOnly("paddle-lead")
	generator      = terms.MustOnly("stimulator-generator")
	needleOut      = terms.MustOnly("percutaneous-lead-removal")
	paddleOut      = terms.MustOnly("paddle-lead-removal")
)

// add takes in a day. Leads taken out that day make room for those placed, and a generator taken
// out with them leaves nothing behind.
func (s *course) add(c *audit.Case, day *terms.Company, inUse *terms.CodeSet) {
	out := day.Of(needleOut).Any() || day.Of(paddleOut).Any()
	if out {
		s.leads, s.implanted = nil, false
	}
	for l := range day.Of(paddle).Each {
		s.leads = l
	}
	for l := range day.Of(stimulatorLead).Each {
		s.trial = l
		s.inOffice += officeLeads(c, l, day)
		if l.POS != terms.Office {
			s.leads = l
		}
	}
	for l := range day.Of(generator).Each {
		s.generator, s.implanted = l, true
	}
	for l := range day.Each {
		s.implanted = s.implanted || !out && inUse.Has(l)
	}
}

// inCourse is the shape of a check that looks at a line, its day, and what came before that day.
func inCourse(check func(c *audit.Case, l *audit.Line, day *terms.Company, before *course, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	inUse := terms.MustSet("stimulator-in-use")
	type walk struct {
		day    terms.Company
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
			w.day = terms.CompanyOn(c, n)
			before := &w.before[lines[0].Type]
			for i := range lines {
				if l := &lines[i]; !l.Root && l.In(catalog.Stimulator) {
					check(c, l, &w.day, before, report)
				}
			}
			if c.EndsWholeDay(n) {
				before.add(c, w.day.Whole(), &inUse)
			}
		}
		*w = walk{}
		idle.Put(w)
	}
}

// leadsWait is how many days a generator may follow the leads it is put to.
var leadsWait = claim.Date(terms.MustLimit("leads-before-generator-days"))

// GeneratorWithoutLeads is the check of generator-without-leads.
func GeneratorWithoutLeads() terms.Check {
	withLeads := terms.MustSet("stimulator-leads-present")
	exchange := terms.MustDiagnoses("device-exchange")
	say, fix := mustText("generator-without-leads", "say"), mustText("generator-without-leads", "fix")
	return inCourse(func(c *audit.Case, l *audit.Line, day *terms.Company, before *course, report func(audit.Finding)) {
		if l.Code != generator || before.implanted || recent(before.leads, l, leadsWait) || terms.EarlierOf(l, day) != nil || exchange.Any(l) || shapes.SaysWord(l, "exchange") {
			return
		}
		for m := range day.Whole().Each {
			if withLeads.Has(m) || terms.Unsettled(m) {
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
	if recent(trial, l, leadsWait) && trial.POS == terms.Office {
		f.Related = []*audit.Line{trial}
		f.Message += fmt.Sprintf("; those placed in the office on %s were for a trial and are pulled after it", trial.From)
	}
	return f
}

// trialLasts is how many days after its placement a lead that is pulled is taken for a trial's.
var trialLasts = claim.Date(terms.MustLimit("trial-days"))

// TrialLeadsPulled is the check of trial-leads-pulled.
func TrialLeadsPulled() terms.Check {
	say, fix := mustText("trial-leads-pulled", "say", "trial", "days"), mustText("trial-leads-pulled", "fix")
	return inCourse(func(c *audit.Case, l *audit.Line, _ *terms.Company, before *course, report func(audit.Finding)) {
		trial := before.trial
		if l.Code != needleOut || !recent(trial, l, trialLasts) || before.generator != nil && before.generator.From >= trial.From {
			return
		}
		if severity := terms.Lower(audit.Warning, terms.Providers(trial, l)); severity != 0 {
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
var trialLeads = claim.Whole(terms.MustLimit("trial-leads"))

// TrialLeadsOverLimit is the check of trial-leads-over-limit.
func TrialLeadsOverLimit() terms.Check {
	say, fix := mustText("trial-leads-over-limit", "say", "lead", "since", "limit"), mustText("trial-leads-over-limit", "fix", "limit")
	return inCourse(func(c *audit.Case, l *audit.Line, day *terms.Company, before *course, report func(audit.Finding)) {
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
func firstReported(l *audit.Line, day *terms.Company) bool {
	for m := range day.Of(l.Code).Each {
		if !m.Root {
			return m == l
		}
	}
	return false
}

// checkTrials reports the lines of the day that pass the limit, each with the leads up to it.
func checkTrials(c *audit.Case, day *terms.Company, before *course, report func(l *audit.Line, total claim.Units)) {
	total := before.inOffice
	for l := range day.Of(stimulatorLead).Each {
		units := officeLeads(c, l, day)
		total += units
		if units > 0 && total > trialLeads {
			report(l, total)
		}
	}
}

// officeLeads are the leads the line bills for a trial in the office: none for a duplicate, a void
// claim or the replacement of a line that is there too.
func officeLeads(c *audit.Case, l *audit.Line, day *terms.Company) claim.Units {
	switch {
	case l.Type != claim.Professional || l.POS != terms.Office || l.Root || !terms.Counts(l) || terms.Original(c, l, day) != nil:
		return 0
	case terms.TakesBack(l) && (l.Frequency == '8' || terms.Other(l, day, func(m *audit.Line) bool { return !terms.TakesBack(m) }) != nil):
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
	return f
}
