package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// icd10 is the first date of service ICD-10-CM applies to; before it the numbers in a diagnosis
// column are ICD-9-CM, which is not judged.
var icd10 = mustDay("icd-10-cm")

func diagnosisAsCode() check {
	return eachReading(diagnosisCode, diagnosisBilled)
}

func diagnosisBilled(c *audit.Case, l *audit.Line) audit.Finding {
	f := audit.Finding{Line: l, Money: audit.Reject}
	d, err := claim.ParseDiagnosis(cellText(l))
	if err != nil {
		f.Message = l.Billed + " is a diagnosis, not a procedure code"
	} else {
		known, _ := c.Catalog.DiagnosisOn(d, l.From)
		f.Message = d.String() + note(known.Label) + " is a diagnosis, not a procedure code"
	}
	f.Fix = audit.Fix{
		Action: audit.MoveToDiagnosis,
		Text:   "move it to the first free diagnosis column and enter here the code of the service the record documents (a visit is 99202-99215)",
	}
	return f
}

func codeAsDiagnosis() check {
	return eachDiagnosis(func(c *audit.Case, l *audit.Line, d claim.Diagnosis) (audit.Finding, bool) {
		code, ok := procedureCode(c.Catalog, d, l.From)
		if !ok {
			return audit.Finding{}, false
		}
		return procedureListed(c.Catalog, code), true
	})
}

// procedureCode is the procedure code that stands as a diagnosis. The diagnoses' list is asked
// first, then shape for codes that begin with a digit, then the procedures' list.
func procedureCode(c *catalog.Catalog, d claim.Diagnosis, on claim.Date) (claim.Code, bool) {
	code := claim.Code(d) // the same characters, packed alike
	if code == 0 || on < icd10 {
		return 0, false
	}
	if _, listed := c.Diagnosis(d); listed {
		return 0, false
	}
	return code, c.Lookup(code) != nil || code.Shaped() && !code.LevelII()
}

func procedureListed(cat *catalog.Catalog, code claim.Code) audit.Finding {
	f := audit.Finding{
		Money:   audit.Reject,
		Message: fmt.Sprintf("%s in a diagnosis column is a procedure code", code),
		Fix:     audit.Fix{Action: audit.CorrectCell, Text: "enter the ICD-10-CM diagnosis the record supports; if the procedure was done as well, bill it on a line of its own"},
	}
	if cat.Lookup(code) == nil {
		f.Message = fmt.Sprintf("%s in a diagnosis column is no ICD-10-CM code: it is a procedure code or an ICD-9-CM code", code)
	}
	return f
}

func invalidDiagnosis() check {
	return eachDiagnosis(func(c *audit.Case, l *audit.Line, d claim.Diagnosis) (audit.Finding, bool) {
		if _, ok := procedureCode(c.Catalog, d, l.From); ok {
			return audit.Finding{}, false
		}
		if l.From < icd10 {
			return earlyDiagnosis(d, l.From)
		}
		return wrongDiagnosis(c.Catalog, d, l.From)
	})
}

// earlyDiagnosis marks an ICD-10-CM code on a service of before its time. Codes that begin with E
// or V were in ICD-9-CM too.
func earlyDiagnosis(d claim.Diagnosis, on claim.Date) (audit.Finding, bool) {
	if first := d.Text()[0]; !d.Shaped() || first == 'E' || first == 'V' {
		return audit.Finding{}, false
	}
	return audit.Finding{
		Severity: audit.Review, Money: audit.Reject,
		Message: fmt.Sprintf("diagnosis %s is an ICD-10-CM code; on %s ICD-9-CM applied", d, on),
		Fix:     audit.Fix{Action: audit.CorrectCell, Text: "check the date of service, or enter the ICD-9-CM code of that time"},
	}, true
}

// outsideList judges a diagnosis the catalogue has no note on by the complete list of its fiscal
// year, where that is loaded.
func outsideList(cat *catalog.Catalog, d claim.Diagnosis, on claim.Date) (audit.Finding, bool) {
	f := audit.Finding{Money: audit.Reject, Fix: audit.Fix{Action: audit.CorrectCell, Text: "enter the code of the record's diagnosis with all its characters"}}
	year, listed, billable := cat.DiagnosisYear(d, on)
	switch {
	case year == 0 || billable:
		return f, false
	case listed:
		f.Message = fmt.Sprintf("diagnosis %s is a category in the ICD-10-CM list of fiscal year %d: more characters are needed", d, year)
	default:
		f.Message = fmt.Sprintf("diagnosis %s is not in the ICD-10-CM list of fiscal year %d", d, year)
	}
	return f, true
}

func wrongDiagnosis(cat *catalog.Catalog, d claim.Diagnosis, on claim.Date) (audit.Finding, bool) {
	f := audit.Finding{Money: audit.Reject, Fix: audit.Fix{Action: audit.CorrectCell}}
	known, listed := cat.DiagnosisOn(d, on)
	switch {
	case !d.Shaped():
		f.Message = fmt.Sprintf("%s is not the form of an ICD-10-CM code", d.Text())
	case !listed:
		return outsideList(cat, d, on)
	case on > known.To:
		f.Message = fmt.Sprintf("diagnosis %s ended on %s, before the date of service %s", d, known.To, on)
	case on < known.From:
		f.Message = fmt.Sprintf("diagnosis %s is valid from %s; the date of service is %s", d, known.From, on)
	case !known.Billable:
		f.Message = fmt.Sprintf("diagnosis %s%s is not a billable ICD-10-CM code", d, note(known.Label))
	default:
		return f, false
	}
	f.Fix.Text = "enter the full ICD-10-CM code the record supports"
	if instead := validDiagnoses(cat, known.Instead, on); len(instead) > 0 {
		f.Fix.Text = "replace it with " + alternatives(instead) + ", as the record supports"
	}
	f.Fix.Text += note(known.Text)
	return f, true
}

// validDiagnoses are those of the codes that may be billed on that day.
func validDiagnoses(cat *catalog.Catalog, codes []claim.Diagnosis, on claim.Date) []claim.Diagnosis {
	var valid []claim.Diagnosis
	for _, d := range codes {
		known, listed := cat.DiagnosisOn(d, on)
		if !listed || known.Billable && known.From <= on && on <= known.To {
			valid = append(valid, d)
		}
	}
	return valid
}

// eachDiagnosis is the shape of a check of every diagnosis: one finding for each claim, date and
// code, on the first line that carries it, with the others as related.
func eachDiagnosis(check func(*audit.Case, *audit.Line, claim.Diagnosis) (audit.Finding, bool)) func(*audit.Case, func(audit.Finding)) {
	return eachOfDay(func(c *audit.Case, l *audit.Line, day []audit.Line, report func(audit.Finding)) {
		for i, d := range l.Diagnoses() {
			f, wrong := check(c, l, d)
			if !wrong || carries(l.Dx[:i], d) {
				continue
			}
			if f.Line, f.Related = carriers(day, l.Claim, d); f.Line == l {
				report(f)
			}
		}
	})
}

// carriers are the first of the day's lines on the claim that carries the diagnosis, and the rest.
func carriers(day []audit.Line, id string, d claim.Diagnosis) (first *audit.Line, rest []*audit.Line) {
	for i := range day {
		switch l := &day[i]; {
		case l.Context || l.Claim != id || !carries(l.Diagnoses(), d):
		case first == nil:
			first = l
		default:
			rest = append(rest, l)
		}
	}
	return first, rest
}

func carries(codes []claim.Diagnosis, d claim.Diagnosis) bool {
	for _, have := range codes {
		if have == d {
			return true
		}
	}
	return false
}
