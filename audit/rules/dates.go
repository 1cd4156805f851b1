package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

func dateOrder() check {
	return eachLine(checkDates)
}

func checkDates(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
	wrong := func(severity audit.Severity, money audit.Money, message, fix string) {
		report(audit.Finding{
			Line: l, Severity: severity, Money: money, Message: message,
			Fix: audit.Fix{Action: audit.CorrectCell, Text: fix},
		})
	}
	if l.From > c.AsOf {
		wrong(audit.Error, audit.Reject,
			fmt.Sprintf("the date of service %s is after the audit date %s (future)", l.From, c.AsOf),
			"correct the date of service, or hold the line until the service has been given")
	}
	if l.To != 0 && l.To < l.From {
		wrong(audit.Error, audit.Reject,
			fmt.Sprintf("the last date of service %s is before the first, %s", l.To, l.From),
			"correct the first or the last date of service")
	}
	if l.From <= c.AsOf && l.To > c.AsOf {
		wrong(audit.Error, audit.Reject,
			fmt.Sprintf("the last date of service %s is after the audit date %s (future)", l.To, c.AsOf),
			"correct the last date of service, or hold the line until the service has been given")
	}
	if l.Birth != 0 && l.Birth > l.From {
		wrong(audit.Error, audit.Reject,
			fmt.Sprintf("the date of service %s is before the patient's birth, %s", l.From, l.Birth),
			"correct the date of birth or the date of service")
	}
	if l.Received != 0 && l.Received < l.From {
		wrong(audit.Review, audit.NoMoney,
			fmt.Sprintf("the claim was received on %s, before the date of service %s", l.Received, l.From),
			"check which of the two dates is right")
	}
}

func timelyFiling() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		last, severity := lastFilingDay(c.Settings, l)
		if l.Received == 0 || last == 0 || l.Received <= last {
			return
		}
		if l.Frequency == '7' || l.Frequency == '8' {
			severity = audit.Review
		}
		report(filedLate(l, last, severity))
	})
}

func filedLate(l *audit.Line, last claim.Date, severity audit.Severity) audit.Finding {
	return audit.Finding{
		Line: l, Severity: severity, Money: audit.Deny,
		Message: fmt.Sprintf("received on %s, after %s, the last day to file a service of %s with this payer (%s)", l.Received, last, l.From, l.Payer),
		Fix:     audit.Fix{Action: audit.Document, Text: "show the payer proof that an earlier claim was received in time, or write the charge off"},
	}
}

// lastFilingDay is the last day the payer takes the claim, and how sure that is; zero when no
// limit is known. A facility's claim counts from the last day of a span, others from the first.
func lastFilingDay(s *audit.Settings, l *audit.Line) (claim.Date, audit.Severity) {
	from := l.From
	if l.Type == claim.Facility && l.To > from {
		from = l.To
	}
	if days, ok := s.TimelyFiling[l.Payer]; ok {
		return from + claim.Date(days), audit.Warning
	}
	if l.Payer == claim.Medicare {
		return yearLater(from), audit.Error
	}
	return 0, 0
}

// yearLater is the same day of the next calendar year; for 29 February it is 28 February.
func yearLater(d claim.Date) claim.Date {
	year, month, day := d.Civil()
	later, ok := claim.NewDate(year+1, month, day)
	if !ok {
		later, _ = claim.NewDate(year+1, month, day-1)
	}
	return later
}
