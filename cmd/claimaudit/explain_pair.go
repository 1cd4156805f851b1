package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
)

// audited prints what an audit says of the two codes on one day, of one provider and to Medicare: a rule may say
// more than the pair table, and explain must not say other things than audits do.
func (x *explainer) audited(a, b claim.Code, episodes []catalog.Edit) error {
	day := x.auditDay()
	plain, err := x.judged(day, a, b, 0)
	if err != nil {
		return err
	}
	fmt.Fprintf(x.out, "\nan audit says of the two on one day (%s, one provider, Medicare):\n", day)
	x.tellFound("as they are", plain)
	for _, e := range episodes {
		if !e.InForce(day) || e.Indicator != catalog.Allowed {
			continue
		}
		distinct, err := claim.ParseModifier("59")
		if err != nil {
			return err
		}
		marked, err := x.judged(day, e.Column1, e.Column2, distinct)
		if err != nil {
			return err
		}
		x.tellFound("with 59 on "+e.Column2.String(), marked)
		break
	}
	return nil
}

// auditDay is the day asked about, or the last one that the pair table knows, today at most.
func (x *explainer) auditDay() claim.Date {
	if x.date != 0 {
		return x.date
	}
	today := claim.DateOf(time.Now())
	if last, _ := x.cat.Newest(catalog.PairEdits, catalog.MedicarePractitioner); last != 0 {
		return min(today, last)
	}
	return today
}

// judged is what an audit finds that concerns both codes, the second of which has the modifier.
func (x *explainer) judged(day claim.Date, a, b claim.Code, m claim.Modifier) ([]audit.Finding, error) {
	line := func(code claim.Code, row int32) claim.Line {
		return claim.Line{
			Pos: claim.Pos{Row: row}, Claim: "1", Patient: "1", From: day, Code: code, Billed: code.String(), Units: claim.One,
			Rendering: "1234567893", Payer: claim.Medicare, Type: claim.Professional,
			Given: claim.FieldSet(claim.FieldClaim, claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits, claim.FieldRendering, claim.FieldPayer, claim.FieldType),
		}
	}
	lines := []claim.Line{line(a, 2), line(b, 3)}
	lines[1].Mods[0] = m
	found, err := engine.Judge(lines, engine.Options{Rules: rules.All(), Catalog: x.cat, AsOf: day})
	return slices.DeleteFunc(found, func(f audit.Finding) bool { return len(f.Related) == 0 }), err
}

func (x *explainer) tellFound(how string, found []audit.Finding) {
	if len(found) == 0 {
		fmt.Fprintf(x.out, "  %s: nothing of the two together\n", how)
	}
	for _, f := range found {
		text := fmt.Sprintf("%s: %s, %s: %s", how, f.Rule.ID, f.Severity, f.Message)
		if f.Fix.Text != "" {
			text += ": " + f.Fix.Text
		}
		fmt.Fprintln(x.out, wrapped(strings.TrimSpace(text), widthOf(x.out), "  ", "    "))
	}
}
