package shapes

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// outcome is what a row says and does about a line.
type outcome struct {
	severity audit.Severity
	// colleague lowers the severity to review where the other line is another provider's.
	colleague bool
	money     audit.Money
	part      func(*SeenLine) claim.Cents // nil: all of the charge
	say, fix  Phrase
	action    audit.Action
	do        []doWord
	bundled   Phrase // nil where that is not asked
	source    string // of the row, where the rule's own does not say it
}

var (
	monies = map[string]audit.Money{
		"deny": audit.Deny, "overpay": audit.Overpay, "reject": audit.Reject, "half": audit.Half, "underpay": audit.Underpay, "none": audit.NoMoney,
	}
	actions = map[string]audit.Action{
		"": audit.Document, "replace-code": audit.ReplaceCode, "remove-line": audit.RemoveLine, "set-modifiers": audit.SetModifiers,
		"set-units": audit.SetUnits, "move-to-diagnosis": audit.MoveToDiagnosis, "add-line": audit.AddLine, "correct-cell": audit.CorrectCell,
	}
)

// mustPart reads half, over 1 for the units that are more, or excess for those by which the line passes a
// total.
func mustPart(text string) func(*SeenLine) claim.Cents {
	switch most, over := strings.CutPrefix(text, "over "); {
	case over:
		units := terms.MustUnits(most)
		return func(s *SeenLine) claim.Cents { return s.L.Charge.Share(s.L.Units-units, s.L.Units) }
	case text == "half":
		return func(s *SeenLine) claim.Cents { return s.L.Charge.Half() }
	case text == "excess":
		return func(s *SeenLine) claim.Cents { return s.L.Charge.Share(min(s.excess, s.L.Units), s.L.Units) }
	case text != "":
		panic("rules: there is no part of a charge " + text) // the table is part of the program
	}
	return nil
}

func (row *lineRow) mustOutcome() outcome {
	o := outcome{
		severity: terms.MustWord(terms.Severities, row.Severity), colleague: asksProvider(mustDayTerms(row.Day)), money: terms.MustWord(monies, row.Money),
		part: mustPart(row.Part), say: mustPhrase(row.Say), fix: mustPhrase(row.Fix), action: terms.MustWord(actions, row.Action), do: mustDo(row.Do),
	}
	if row.Bundled != "" {
		o.bundled = mustPhrase(row.Bundled)
	}
	if o.say == nil || o.fix == nil {
		panic("rules: a row of " + row.Rule + " says nothing, or has no fix") // the table is part of the program
	}
	return o
}

func (o *outcome) of(s *SeenLine) audit.Finding {
	f := audit.Finding{Line: s.L, Severity: o.severity, Money: o.money, Related: s.related, Message: o.say.Of(s), Source: o.source}
	if o.colleague {
		f.Severity = terms.Lower(o.severity, s.between)
	}
	if o.part != nil {
		part := o.part(s)
		f.Part = &part
	}
	f.Fix = audit.Fix{Action: o.action, Text: o.fix.Of(s)}
	made := *s.L
	for _, do := range o.do {
		if !do(s, &f.Fix, &made) {
			f.Fix.Edits = nil
			break
		}
	}
	if o.bundled != nil {
		if s.Other = terms.BundledAs(s.C.Catalog, s.L, made, s.day.Lines); s.Other != nil {
			f.Fix.Text, f.Fix.Edits = o.bundled.Of(s), nil
		}
	}
	return f
}

// doWord adds one edit to a fix and makes it on a copy of the line; false where it cannot be made, so
// that none is.
type doWord func(s *SeenLine, fix *audit.Fix, made *audit.Line) bool

// mustDo reads edits: remove, remove-with-add-ons, code 27096, units 1, -50 +RT. All changes of
// modifiers are one edit.
func mustDo(text string) (list []doWord) {
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case doWords[word] != nil:
			list = append(list, doWords[word])
		case word == "code":
			i++
			list = append(list, doCode(claim.MustCode(words[i])))
		case word == "units":
			i++
			list = append(list, doUnits(terms.MustUnits(words[i])))
		default:
			from := i
			for i+1 < len(words) && strings.ContainsAny(words[i+1][:1], "+-") {
				i++
			}
			list = append(list, mustDoModifiers(words[from:i+1]))
		}
	}
	return list
}

// doWords are the edits that say all by their word.
var doWords = map[string]doWord{
	"remove": doRemove, "remove-with-add-ons": doRemoveAll,
	"remove-for-other": doRemoveForOther,
	"as-read":          doAsRead, // the code that the cell was read as
}

func doRemove(s *SeenLine, fix *audit.Fix, _ *audit.Line) bool {
	fix.Edits = append(fix.Edits, audit.Remove(s.L))
	return true
}

// doRemoveForOther takes the line off, and the guidance that the finding names with it, where the claim alone tells
// that the other line stands for it: their first diagnoses are the same, and their sides no opposites.
func doRemoveForOther(s *SeenLine, fix *audit.Fix, _ *audit.Line) bool {
	if s.L.Dx[0] == 0 || s.L.Dx[0] != s.Other.Dx[0] || s.L.Mods.Side().Opposite(s.Other.Mods.Side()) {
		return false
	}
	fix.Edits = append(fix.Edits, audit.Remove(s.L))
	for _, m := range s.related {
		if m != s.Other && m.In(catalog.Guidance) {
			fix.Edits = append(fix.Edits, audit.Remove(m))
		}
	}
	return true
}

// doRemoveAll takes the line off with the add-ons it would leave without a primary, and says so.
func doRemoveAll(s *SeenLine, fix *audit.Fix, _ *audit.Line) bool {
	terms.RemoveWithAddOns(s.C, s.L, s.day, fix)
	return true
}

func doCode(code claim.Code) doWord {
	return func(s *SeenLine, fix *audit.Fix, made *audit.Line) bool {
		made.Code = code
		fix.Edits = append(fix.Edits, audit.SetCode(s.L, code))
		return true
	}
}

// doUnits leaves a line alone that has the units already.
func doUnits(units claim.Units) doWord {
	return func(s *SeenLine, fix *audit.Fix, made *audit.Line) bool {
		if made.Units != units {
			made.Units = units
			fix.Edits = append(fix.Edits, audit.SetQuantity(s.L, units))
		}
		return true
	}
}

// mustDoModifiers takes modifiers off (-50) and puts others on (+RT), if there is room for them.
func mustDoModifiers(words []string) doWord {
	var off, on []claim.Modifier
	for _, word := range words {
		list := terms.MustModifiers(word[1:])
		if word[0] == '-' {
			off = append(off, list...)
		} else {
			on = append(on, list...)
		}
	}
	return func(s *SeenLine, fix *audit.Fix, made *audit.Line) bool {
		ms := without(made.Mods, off)
		for _, m := range on {
			with, ok := ms.With(m)
			if !ok {
				return false
			}
			ms = with
		}
		if ms != made.Mods {
			made.Mods = ms
			fix.Edits = append(fix.Edits, audit.SetMods(s.L, ms))
		}
		return true
	}
}

func without(ms claim.Modifiers, gone []claim.Modifier) claim.Modifiers {
	for _, m := range gone {
		ms = ms.Without(m)
	}
	return ms
}
