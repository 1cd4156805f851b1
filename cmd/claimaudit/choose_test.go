package main

import (
	"strings"
	"testing"

	"claimaudit/audit/rules"
)

// TestRuleNames: rules are chosen by id, pattern, topic and family, as they are written and as they are typed.
func TestRuleNames(t *testing.T) {
	all := rules.All()
	names := newRuleNames(all)
	for _, r := range all {
		if n := len(names.chosen(r.ID)); n != 1 {
			t.Errorf("%s stands for %d rules", r.ID, n)
		}
	}
	for _, test := range []struct{ name, has, not string }{
		{"sedation-*", "sedation-age", "bundled-pair"},
		{"*-code", "deleted-code", "sedation-age"},
		{"delete?-code", "deleted-code", "unknown-code"},
		{"Pair edits", "bundled-pair", "deleted-code"},
		{"pair-edits", "bundled-pair", "deleted-code"},
		{"The pair table", "bundled-pair", "deleted-code"},
		{"drugs-shots-and-drug-tests", "waste-over-vial", "deleted-code"},
		{"Drugs, shots and drug tests", "waste-over-vial", "deleted-code"},
	} {
		got := " " + strings.Join(names.chosen(test.name), " ") + " "
		if !strings.Contains(got, " "+test.has+" ") || strings.Contains(got, " "+test.not+" ") {
			t.Errorf("%s stands for%s", test.name, got)
		}
	}
	for name, want := range map[string]string{
		"zz-*": `"zz-*" fits no rule`, "delted-code": "did you mean deleted-code?", "pair edit": "did you mean pair-edits?",
		"[": "fits no rule", "nothing like it at all": "claimaudit rules lists them",
	} {
		if err := names.check(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// chosen are the ids a name stands for.
func (n *ruleNames) chosen(name string) (ids []string) {
	for _, r := range n.all {
		if n.match(name, r) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// TestRulesSwitchedByPattern: in the configuration an id goes before a pattern, and two patterns that say
// different things of a rule are an error.
func TestRulesSwitchedByPattern(t *testing.T) {
	for _, test := range []struct{ yaml, on, off, wrong string }{
		{"rules: {'sedation-*': off, sedation-age: on}", "sedation-age", "sedation-by-operator", ""},
		{"rules: {Pair edits: off}", "deleted-code", "bundled-pair", ""},
		{"rules: {'sedation-*': off, '*-age': on}", "", "", "settings.yaml:1: rules: sedation-age is on by *-age and off by sedation-*: name the rule itself as well"},
		{"rules: {sedaton: off}", "", "", `settings.yaml:1: rules: "sedaton" is no rule, and no topic or family of rules: did you mean sedation?`},
	} {
		path := write(t, "settings.yaml", []byte(test.yaml))
		status, out, stderr := command(t, "rules", "--config", path)
		switch {
		case test.wrong != "":
			if status != exitFailed || !strings.Contains(stderr, test.wrong) {
				t.Errorf("%s: exit status %d: %s", test.yaml, status, stderr)
			}
		case status != exitClean || isOff(out, test.on) || !isOff(out, test.off):
			t.Errorf("%s: %d: %s", test.yaml, status, stderr)
		}
	}
}

func isOff(list, id string) bool {
	_, row, _ := strings.Cut("\n"+list, "\n"+id+" ")
	row, _, _ = strings.Cut(row, "\n")
	return strings.Contains(row, "(off)")
}
