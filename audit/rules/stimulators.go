package rules

import (
	"fmt"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// stimulatorNeeds are the needs of a pair rule about spinal cord stimulators.
func stimulatorNeeds() audit.Needs {
	needs := pairNeeds()
	needs.Groups = catalog.GroupSet(catalog.Stimulator)
	return needs
}

func stimulatorLeadsTogether() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "stimulator-leads-together", Title: "Stimulator leads placed and removed on one day", Severity: audit.Error, Rank: audit.Specific,
		Over:  []string{"trial-leads-pulled"},
		Guide: []string{"S7"}, Needs: stimulatorNeeds(),
		Help: "Leads are placed (63650, 63655), taken out (63661, 63662) or revised, which includes replacing them in place (63663, 63664). Most of these are never paid beside each other by the same provider on one day; " +
			"the others are right for leads of another kind or site, marked by XS or 59.",
		Source: "guide section of stimulators (63661, 63662); NCCI PTP, whose indicator decides; rule S-14",
	})
}

func generatorRemovalWithReplacement() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "generator-removal-with-replacement", Title: "Generator removed beside its replacement", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S7"}, Needs: stimulatorNeeds(),
		Help:   "63685 is placing or replacing a generator, and replacing includes taking out the old one: 63688 beside it denies. Right when another device was taken out, marked by XS or 59.",
		Source: "guide section of stimulators (63685, 63688); NCCI PTP indicator 1; rule S-14",
	})
}

func stimulatorCheckWithImplant() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "stimulator-check-with-implant", Title: "Stimulator checked on the day of its surgery", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S7"}, Needs: stimulatorNeeds(),
		Help: "Checking a stimulator (95970) and testing it during the operation are part of placing, revising or removing it. Programming it afterwards (95971, 95972) is right when the record shows it apart, marked by XU or 59. " +
			"A check without programming that a modifier sets apart is a warning.",
		Source: "NCCI PTP indicator 1; rule S-14",
	})
}

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

func generatorWithoutLeads() *audit.Rule {
	withLeads := mustSet("stimulator-leads-present")
	return &audit.Rule{
		ID:       "generator-without-leads",
		Title:    "Stimulator generator without leads",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S7"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode), Patient: true, Groups: catalog.GroupSet(catalog.Stimulator),
			On: these(generator),
		},
		Help: "63685 is the generator alone: leads placed with it are billed as well, 63650 for each or 63655. Looked for on the day, by whomever, and in the 90 days before; leads placed in the office are a trial that is pulled, and do not count. " +
			"Missed revenue, not a risk. Right after all when the generator was replaced, or put to leads of an operation that was not in the export.",
		Source: "guide section of stimulators (63685 as leads and generator), corrected; published coding article on 63685; rules S-14, A-51",
		Check: inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
			if l.Code != generator || before.implanted || recent(before.leads, l, leadsWait) || earlierOf(l, day) != nil {
				return
			}
			for m := range day.each {
				if withLeads.has(m) || unsettled(m) {
					return
				}
			}
			report(leadless(c, l, before.trial))
		}),
	}
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

func trialLeadsPulled() *audit.Rule {
	return &audit.Rule{
		ID:       "trial-leads-pulled",
		Title:    "Pulling trial leads billed as a removal",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S7"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode), Patient: true, Groups: catalog.GroupSet(catalog.Stimulator),
			On: these(needleOut), History: trialLasts,
		},
		Help: "The leads of a trial are pulled without an operation, and that is part of placing them (63650). 63661 is taking out implanted leads. Reported where 63661 follows 63650 within 30 days by the same provider and no generator was put to the leads before. " +
			"Another provider of the group is for review. Right after all when the leads were anchored and an operation took them out.",
		Source: "guide section of stimulators (63661); CPT instructions for 63661; rule S-14",
		Check: inCourse(func(_ *audit.Case, l *audit.Line, _ *company, before *course, report func(audit.Finding)) {
			trial := before.trial
			if l.Code != needleOut || !recent(trial, l, trialLasts) || before.generator != nil && before.generator.From >= trial.From {
				return
			}
			if severity := lower(audit.Warning, audit.Providers(trial, l)); severity != 0 {
				report(pulled(l, trial, severity))
			}
		}),
	}
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

func trialLeadsOverLimit() *audit.Rule {
	return &audit.Rule{
		ID:       "trial-leads-over-limit",
		Title:    "More than four trial leads in the office",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S7"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode, claim.FieldUnits, claim.FieldPOS), Patient: true, Groups: catalog.GroupSet(catalog.Stimulator),
			On: these(stimulatorLead), History: audit.Lifetime,
		},
		Help: "Medicare's contractors pay two leads a session and four in a patient's life for stimulator trials in the office (63650, place of service 11). Counted over all lines seen; earlier exports given as history are counted too, what was billed before them is not. " +
			"For Medicare, Medicare Advantage and payers that are not known a warning, for others for review. Right after all when the contractor grants another trial from the record.",
		Source: "coverage article A56876 on spinal cord stimulators; rule S-14",
		Check: inCourse(func(c *audit.Case, l *audit.Line, day *company, before *course, report func(audit.Finding)) {
			if l.Code == stimulatorLead && firstReported(l, day) {
				checkTrials(c, day, before, report)
			}
		}),
	}
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

func oneLeadBilled() *audit.Rule {
	return &audit.Rule{
		ID:       "one-lead-with-generator",
		Title:    "One lead billed with a generator",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S7"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode, claim.FieldUnits), Patient: true, Groups: catalog.GroupSet(catalog.Stimulator),
		},
		Help: "63650 is billed for each lead, and most systems have two: one unit beside 63685 may leave the second unbilled. Missed revenue, not a risk. " +
			"Right after all when one lead was placed.",
		Source: "guide section of stimulators (63685 as leads and generator), corrected; rule A-51",
		Check: beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			if l.Code != stimulatorLead || l.Root || l.Units != claim.One || another(l, day) {
				return
			}
			for m := range day.of(generator).each {
				if audit.Providers(l, m) == audit.SameProvider {
					report(audit.Finding{
						Line: l, Money: audit.Underpay, Related: []*audit.Line{m},
						Message: fmt.Sprintf("63650 is billed with 1 unit beside 63685 on %s; it is billed for each lead", l.From),
						Fix:     audit.Fix{Action: audit.Document, Text: "count the leads in the operative note and bill 63650 with that many units"},
					})
					return
				}
			}
		}),
	}
}

// another tells whether the code is on a further line of the day by the same provider.
func another(l *audit.Line, day *company) bool {
	return other(l, day, func(*audit.Line) bool { return true }) != nil
}
