package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func missingPatient() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Anonymous {
			report(withoutPatient(l))
		}
	})
}

func withoutPatient(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject, Message: "the patient id is blank",
		Fix: audit.Fix{Action: audit.CorrectCell, Text: "enter the patient's account number and audit the line again with that patient's other lines"},
	}
	switch {
	case l.Bad.Has(claim.FieldPatient):
		f.Message = "the patient id " + l.Patient + " was rounded by a spreadsheet: its digits are lost, and other patients' may have become the same"
		f.Fix.Text = "export again with the patient column as text, and audit that"
	case l.Patient != "":
		f.Message = "the patient id " + l.Patient + " is a placeholder, not a patient"
	}
	return f
}

func invalidNPI() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		wrong := append(npiFault("rendering", l.Rendering), npiFault("billing", l.Billing)...)
		if len(wrong) > 0 {
			report(audit.Finding{
				Line: l, Money: audit.Reject, Message: strings.Join(wrong, "; "),
				Fix: audit.Fix{Action: audit.CorrectCell, Text: "enter the NPI as the NPPES registry has it"},
			})
		}
	})
}

// npiFault says what is wrong with a provider's number; nothing when it is blank or right.
func npiFault(who, npi string) []string {
	switch {
	case npi == "" || claim.ValidNPI(npi):
		return nil
	case len(npi) != 10 || !isDigits(npi):
		return []string{fmt.Sprintf("the %s NPI %s is not ten digits", who, npi)}
	case npi[0] != '1' && npi[0] != '2':
		return []string{fmt.Sprintf("the %s NPI %s does not begin with 1 or 2", who, npi)}
	}
	return []string{fmt.Sprintf("the %s NPI %s fails its check digit", who, npi)}
}

func unreadableCell() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		for _, fault := range l.Faults {
			if fault.Field != claim.FieldCode && fault.Field != claim.FieldModifiers {
				report(unreadable(l, fault))
			}
		}
	})
}

func unreadable(l *audit.Line, fault claim.Fault) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.NoMoney,
		Message: fmt.Sprintf("%s cannot be read from %q: expected %s", fault.Field, fault.Text, fault.Expected),
		Fix:     audit.Fix{Action: audit.CorrectCell, Text: "correct the cell (expected: " + fault.Expected + ") and audit the line again"},
	}
}

func unitsNotPositive() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		switch {
		case !l.Given.Has(claim.FieldUnits):
		case l.Units <= 0:
			report(notPositive(l))
		case l.Units%claim.One != 0 && wholeUnits(l):
			report(fractional(l))
		}
	})
}

func notPositive(l *audit.Line) audit.Finding {
	f := audit.Finding{Line: l, Money: audit.Reject, Message: fmt.Sprintf("%s is billed with %s units", l.Billed, l.Units)}
	f.Fix = audit.Fix{Action: audit.SetUnits, Text: "enter the units the record documents, or remove the line if the service was not given"}
	if l.Units < 0 {
		f.Message += "; the charge that takes back is not among the lines read"
		f.Fix.Text = "leave the reversal off the claim; to take back what was sent, send a void or replacement claim (frequency 8 or 7)"
	}
	return f
}

func negativeCharge() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Charge < 0 && l.Units > 0 {
			report(audit.Finding{
				Line: l, Money: audit.Reject,
				Message: fmt.Sprintf("%s is billed at %s; the charge that takes back is not among the lines read", l.Billed, l.Charge),
				Fix:     audit.Fix{Action: audit.Document, Text: "leave the reversal off the claim; to take back what was sent, send a void or replacement claim (frequency 8 or 7)"},
			})
		}
	})
}

func fractional(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s is billed with %s units; a procedure is billed in whole units", l.Billed, l.Units),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: "enter the whole number of services the record documents"},
	}
}

// wholeUnits tells whether the line is for a procedure that has no parts: a numbered code that is
// neither a drug nor anesthesia by time.
func wholeUnits(l *audit.Line) bool {
	if !l.Code.Shaped() || l.Code.LevelII() || l.In(catalog.Drugs) {
		return false
	}
	return l.Code < firstAnesthesia || l.Code > lastAnesthesia
}

var firstAnesthesia, lastAnesthesia = claim.MustCode("00100"), claim.MustCode("01999")

func invalidModifier() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		for _, fault := range l.Faults {
			if fault.Field == claim.FieldModifiers {
				report(noModifier(l, fault))
			}
		}
		for _, m := range l.Mods {
			if listed, ok := c.Catalog.Modifier(m); m != 0 && (!ok || !listed.StandsOn(l.Code, l.From)) {
				report(unknownModifier(l, m, listed))
			}
		}
	})
}

func noModifier(l *audit.Line, fault claim.Fault) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%q in a modifier column is no modifier: expected %s", fault.Text, fault.Expected),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "enter one two-character modifier in each modifier column, or none"},
	}
}

// modifiersKnown is the last date of service the list of letter modifiers is known to be whole for.
var modifiersKnown = mustDay("letter-modifiers-known")

func unknownModifier(l *audit.Line, m claim.Modifier, listed catalog.Modifier) audit.Finding {
	f := audit.Finding{Line: l, Money: audit.Reject, Fix: audit.Fix{
		Action: audit.SetModifiers,
		Text:   fmt.Sprintf("replace %s with the modifier the record supports, or remove it", m),
	}}
	switch {
	case listed.Code == 0:
		f.Message = fmt.Sprintf("%s is not in the lists of CPT and HCPCS modifiers", m)
		f.Severity = unlistedSeverity(l, m)
	case l.From < listed.From:
		f.Message = fmt.Sprintf("modifier %s exists from %s, after the date of service %s", m, listed.From, l.From)
	case l.From > listed.To:
		f.Message = fmt.Sprintf("modifier %s ended on %s, before the date of service %s", m, listed.To, l.From)
	default:
		f.Message = fmt.Sprintf("modifier %s (%s) does not stand on %s", m, listed.Label, l.Code)
	}
	return f
}

func unlistedSeverity(l *audit.Line, m claim.Modifier) audit.Severity {
	switch {
	case l.Payer == claim.Medicaid || l.Payer == claim.WorkersComp:
		return audit.Review
	case isLetter(m.String()[0]) && l.From > modifiersKnown:
		return audit.Warning
	}
	return audit.Error
}
