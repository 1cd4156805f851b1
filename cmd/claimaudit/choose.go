package main

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/near"
	"claimaudit/audit/rules"
)

// choose picks the rules that run: all but those off by default and those skipped, or exactly those
// asked for.
func (s *ruleSettings) choose(all []*audit.Rule, conf *configuration) ([]*audit.Rule, error) {
	names := newRuleNames(all)
	only, skipped := nonBlank(s.Rule), nonBlank(s.SkipRule)
	if err := errors.Join(s.known(names, conf), s.switched(names, conf)); err != nil {
		return nil, err
	}
	var chosen []*audit.Rule
	for _, r := range all {
		on := !r.Off
		if key, word := s.switchOf(names, r); key != "" {
			on = word == "on"
		}
		if len(only) > 0 {
			on = names.any(only, r)
		}
		if on && !names.any(skipped, r) {
			chosen = append(chosen, r)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no rule is left to run: check --rule, --skip-rule and the configuration")
	}
	return chosen, nil
}

// switchOf is what the configuration says of the rule, and under which name: its id goes before patterns and
// families.
func (s *ruleSettings) switchOf(names *ruleNames, r *audit.Rule) (key, word string) {
	if word, ok := s.Rules[r.ID]; ok {
		return r.ID, word
	}
	for _, name := range sortedKeys(s.Rules) {
		if names.match(name, r) {
			return name, s.Rules[name]
		}
	}
	return "", ""
}

// known names every word that stands for no rule.
func (s *ruleSettings) known(names *ruleNames, conf *configuration) error {
	var errs []error
	check := func(name, from string) {
		if err := names.check(name); err != nil {
			errs = append(errs, fmt.Errorf("%s%w", from, err))
		}
	}
	for _, name := range sortedKeys(s.Rules) {
		check(name, conf.at("rules", name)+"rules: ")
	}
	for _, list := range []struct {
		flag  string
		names []string
	}{{"rule", s.Rule}, {"skip-rule", s.SkipRule}} {
		for i, name := range list.names {
			from := ""
			if conf.used[list.flag] {
				from = conf.at(list.flag, strconv.Itoa(i)) + keyOf(list.flag) + ": "
			}
			if name != "" {
				check(name, from)
			}
		}
	}
	return errors.Join(errs...)
}

// switched names every word that is neither on nor off, and every rule that is both.
func (s *ruleSettings) switched(names *ruleNames, conf *configuration) error {
	var errs []error
	keys := sortedKeys(s.Rules)
	for _, name := range keys {
		if word := s.Rules[name]; word != "on" && word != "off" {
			errs = append(errs, fmt.Errorf("%srules: %s: expected on or off", conf.at("rules", name), name))
		}
	}
	for _, r := range names.all {
		first, word := s.switchOf(names, r)
		if first == r.ID || first == "" {
			continue
		}
		i := slices.IndexFunc(keys, func(name string) bool { return names.match(name, r) && s.Rules[name] != word })
		if i >= 0 {
			return errors.Join(append(errs, fmt.Errorf("%srules: %s is %s by %s and %s by %s: name the rule itself as well", conf.at("rules", keys[i]), r.ID, word, first, s.Rules[keys[i]], keys[i]))...)
		}
	}
	return errors.Join(errs...)
}

// ruleNames are the words that rules are chosen by: the id of one, a pattern of ids with * and ?, or the
// topic or family that several are of.
type ruleNames struct {
	all     []*audit.Rule
	kinds   map[string][]string // of a rule by its id, as slug writes them
	headed  []string            // all kinds
	ruleIDs []string
}

func newRuleNames(all []*audit.Rule) *ruleNames {
	n := &ruleNames{all: all, kinds: map[string][]string{}}
	for id, heading := range rules.Headings() {
		n.kinds[id] = []string{slug(heading)}
	}
	for _, r := range all {
		n.ruleIDs = append(n.ruleIDs, r.ID)
		n.kinds[r.ID] = append(n.kinds[r.ID], slug(r.Family))
		n.headed = append(n.headed, n.kinds[r.ID]...)
	}
	slices.Sort(n.headed)
	n.headed = slices.Compact(n.headed)
	return n
}

// slug is the heading of a topic or family as it is easily typed: in lower case, with hyphens for all but
// letters and digits.
func slug(heading string) string {
	words := strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "-")
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// match tells whether a name stands for the rule, alone or among others.
func (n *ruleNames) match(name string, r *audit.Rule) bool {
	if isPattern(name) {
		hit, err := path.Match(name, r.ID)
		return err == nil && hit
	}
	return name == r.ID || slices.Contains(n.kinds[r.ID], slug(name))
}

func (n *ruleNames) any(names []string, r *audit.Rule) bool {
	return slices.ContainsFunc(names, func(name string) bool { return n.match(name, r) })
}

// check says what a name that stands for no rule may have been.
func (n *ruleNames) check(name string) error {
	if slices.ContainsFunc(n.all, func(r *audit.Rule) bool { return n.match(name, r) }) {
		return nil
	}
	const next = ": claimaudit rules lists them"
	if isPattern(name) {
		return fmt.Errorf("%q fits no rule%s", name, next)
	}
	like := cmp.Or(near.Question(name, n.ruleIDs), near.Question(slug(name), n.headed))
	return fmt.Errorf("%q is no rule, and no topic or family of rules%s", name, cmp.Or(like, next))
}

// switchedOff are the rules that would run if nobody had chosen.
func switchedOff(all, chosen []*audit.Rule) (off []*audit.Rule) {
	for _, r := range all {
		if !r.Off && !slices.Contains(chosen, r) {
			off = append(off, r)
		}
	}
	return off
}
