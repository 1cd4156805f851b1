package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/rules"
)

// slips are what no text of a finding holds: what is left of a template, and what Coverage says once.
var slips = regexp.MustCompile(`[{}]|  |: ,|: ;|;;|; ,|, ;|\.\.|[^-0-9.]1 units\b|(nearest|newest) in use|the record decides between [^;]*$`)

// doubt is a word of guessing, which an error does not use: it knows, or is a warning.
var doubt = regexp.MustCompile(`\b(may|might|perhaps|probably|possibly)\b`)

// TestTexts reads every message and fix of the proof as it is printed.
func TestTexts(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	o := everyRule(t)
	for _, pc := range readProof(t) {
		for _, f := range judged(t, pc.lines(t), o) {
			for _, slip := range slipsOf(&f) {
				t.Errorf("%s/%s: %s [%s]: %s: %q, fix %q", pc.rule, pc.name, f.Rule.ID, f.Severity, slip, f.Message, f.Fix.Text)
			}
		}
	}
}

func slipsOf(f *audit.Finding) (list []string) {
	text := f.Message + "\n" + f.Fix.Text
	if m := slips.FindString(text); m != "" && !decidesBetween(f.Fix.Text) {
		list = append(list, "holds "+m)
	}
	if m := doubt.FindString(text); m != "" && f.Severity == audit.Error {
		list = append(list, "an error guesses: "+m)
	}
	if k := f.Line.Known; k != nil && len(k.Units) > len("1 unit") && strings.Contains(f.Fix.Text, k.Units) {
		list = append(list, "a note of the catalogue stands in the fix")
	}
	for _, part := range strings.Split(f.Message, "; ") {
		if slices.Contains(strings.Split(f.Fix.Text, "; "), part) {
			list = append(list, "says twice: "+part)
		}
	}
	return list
}

// decidesBetween tells whether a choice has more than one side.
func decidesBetween(fix string) bool {
	_, choice, found := strings.Cut(fix, "the record decides between ")
	return found && strings.Contains(choice, "; ")
}
