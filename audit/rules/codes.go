package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// reading is what a line's code cell holds. A cell has one reading, so that of the rules in this
// file at most one speaks of a line.
type reading uint8

const (
	oneCode       reading = iota // a listed code, or one of the right shape
	noCode                       // blank, or nothing a code can look like
	severalCodes                 // a range or a list
	referralWord                 // "REFERRAL"
	draftCode                    // 9590AX: a placeholder that was never valid
	diagnosisCode                // an ICD-10-CM code
)

// readCode decides by what is listed before it decides by shape, procedures before diagnoses:
// M5481 has the shape of a HCPCS code and is a diagnosis, G0438 has both shapes and is a visit.
func readCode(c *catalog.Catalog, l *audit.Line) reading {
	switch {
	case l.Known != nil && !l.Known.Placeholder:
		return oneCode
	case l.Code.Shaped() && !l.Code.LevelII():
		return oneCode
	}
	text := cellText(l)
	switch {
	case draftIn(c, text) != nil:
		return draftCode
	case isReferral(l, text):
		return referralWord
	case isRange(c, text):
		return severalCodes
	case isDiagnosis(c, text):
		return diagnosisCode
	case l.Code.Shaped():
		return oneCode
	}
	return noCode
}

// cellText is the code cell in upper case, less blanks and dashes around it.
func cellText(l *audit.Line) string {
	return strings.ToUpper(strings.Trim(l.Billed, " \t\u00a0-–—"))
}

// eachReading is the shape of a check of lines whose code cell reads as want.
func eachReading(want reading, finding func(c *audit.Case, l *audit.Line) audit.Finding) func(*audit.Case, func(audit.Finding)) {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if readCode(c.Catalog, l) == want {
			report(finding(c, l))
		}
	})
}

func unknownCode() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		switch readCode(c.Catalog, l) {
		case noCode:
			report(unreadableCode(c, l))
		case oneCode:
			if list, missing := c.Catalog.Missing(l.Code, l.From); missing {
				report(missingCode(c, l, list))
			}
		}
	})
}

// missingCode is about a code of the right shape that a complete list does not have.
func missingCode(c *audit.Case, l *audit.Line, list string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s does not exist: %s, which is complete for %s, does not have it", l.Billed, list, l.From),
		Fix:     audit.Fix{Action: audit.ReplaceCode, Text: "enter the code of the service the record documents"},
	}
	suggestNear(c.Catalog, l, l.Code.String(), &f)
	f.Fix.Edits = nil
	return f
}

func unreadableCode(c *audit.Case, l *audit.Line) audit.Finding {
	f := audit.Finding{Line: l, Money: audit.Reject}
	text := cellText(l)
	if text == "" {
		f.Message = "the line has no procedure code"
		f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: "enter the code of the service the record documents, or remove the line if no service was given"}
		return f
	}
	f.Message = l.Billed + " cannot be a CPT or HCPCS code"
	f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: "enter the five-character code of the service the record documents"}
	if code, mods, ok := withModifiers(text); ok {
		f.Message += fmt.Sprintf(": it is %s with %s behind it", code, strings.Join(mods, " "))
		f.Fix.Text = fmt.Sprintf("put %s here and %s into the modifier columns", code, strings.Join(mods, " "))
		return f
	}
	suggestNear(c.Catalog, l, text, &f)
	return f
}

// suggestNear names the listed codes one slip away. Only a letter typed for a digit it looks like
// leaves no doubt about what was meant.
func suggestNear(cat *catalog.Catalog, l *audit.Line, text string, f *audit.Finding) {
	near := cat.NearMisses(text, l.From)
	if len(near) == 0 {
		return
	}
	f.Message += "; it looks like " + alternatives(near)
	f.Fix.Text = fmt.Sprintf("replace it with %s if that is the service the record documents", alternatives(near))
	if code, err := claim.ParseCode(catalog.Digits(text)); err == nil && code == near[0] {
		f.Fix.Text = fmt.Sprintf("replace %s with %s: a letter stands where a digit belongs", l.Billed, code)
		f.Fix.Edits = []audit.Edit{audit.SetCode(l, code)}
	}
}

func codeRange() check {
	return eachReading(severalCodes, rangeBilled)
}

func rangeBilled(c *audit.Case, l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: l.Billed + " names more than one code; a line bills exactly one",
		Fix:     audit.Fix{Action: audit.ReplaceCode, Text: "bill the one code the record documents, one line for each service"},
	}
	if ends := pieces(cellText(l)); isDiagnosis(c.Catalog, ends[0]) {
		f.Message += ", and these are diagnoses"
		f.Fix.Text = "move the one diagnosis the record supports to a diagnosis column and enter the code of the service here"
	}
	return f
}

func referralCode() check {
	return eachReading(referralWord, referralBilled)
}

func referralBilled(_ *audit.Case, l *audit.Line) audit.Finding {
	message := "a referral is billed in the code column as " + l.Billed
	if l.Billed == "" {
		message = "the line has no code, a charge, and a narrative that speaks of a referral"
	}
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: message + "; a referral has no code",
		Fix: audit.Fix{
			Action: audit.RemoveLine,
			Text:   "remove the line: the referral is part of the visit",
			Edits:  []audit.Edit{audit.Remove(l)},
		},
	}
}

func placeholderCode() check {
	return eachReading(draftCode, draftBilled)
}

func draftBilled(c *audit.Case, l *audit.Line) audit.Finding {
	draft := draftIn(c.Catalog, cellText(l))
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s is a draft placeholder that was never a valid code", draft.Code),
	}
	if row, ok := pick(later(c.Catalog, draft.Code, l.From), fact{line: l}); ok && row.New != 0 {
		f.Fix = audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("replace %s with %s", draft.Code, row.New) + note(row.Text),
			Edits:  []audit.Edit{audit.SetCode(l, row.New)},
		}
		return f
	}
	f.Message += "; the codes it stands for began on 2013-01-01, after the date of service " + l.From.String()
	f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: "bill the codes of that time: " + choices(earlier(c.Catalog, draft.Code, l.From))}
	return f
}

// draftIn is the placeholder the cell holds, or nil.
func draftIn(c *catalog.Catalog, text string) *catalog.Entry {
	code, err := claim.ParseCode(text)
	if err != nil {
		return nil
	}
	if e := c.Lookup(code); e != nil && e.Placeholder {
		return e
	}
	return nil
}
