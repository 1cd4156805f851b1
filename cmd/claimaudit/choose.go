package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit"
)

// choose picks the rules that run: all but those off by default and those skipped, or exactly those
// asked for.
func (s *ruleSettings) choose(all []*audit.Rule, conf *configuration) ([]*audit.Rule, error) {
	only, skipped := nonBlank(s.Rule), nonBlank(s.SkipRule)
	if err := errors.Join(s.known(all, conf), s.switched(conf)); err != nil {
		return nil, err
	}
	var chosen []*audit.Rule
	for _, r := range all {
		on := !r.Off
		if word, configured := s.Rules[r.ID]; configured {
			on = word == "on"
		}
		if len(only) > 0 {
			on = slices.Contains(only, r.ID)
		}
		if on && !slices.Contains(skipped, r.ID) {
			chosen = append(chosen, r)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no rule is left to run: check --rule, --skip-rule and the configuration")
	}
	return chosen, nil
}

// known names every id that is no rule's.
func (s *ruleSettings) known(all []*audit.Rule, conf *configuration) error {
	var errs []error
	check := func(id, from string) {
		if !slices.ContainsFunc(all, func(r *audit.Rule) bool { return r.ID == id }) {
			errs = append(errs, fmt.Errorf("%s%q is no rule: claimaudit rules lists them", from, id))
		}
	}
	for _, id := range sortedKeys(s.Rules) {
		check(id, conf.at("rules", id)+"rules: ")
	}
	for _, list := range []struct {
		flag string
		ids  []string
	}{{"rule", s.Rule}, {"skip-rule", s.SkipRule}} {
		for i, id := range list.ids {
			from := ""
			if conf.used[list.flag] {
				from = conf.at(list.flag, strconv.Itoa(i)) + keyOf(list.flag) + ": "
			}
			if id != "" {
				check(id, from)
			}
		}
	}
	return errors.Join(errs...)
}

// switched names every rule that is neither on nor off.
func (s *ruleSettings) switched(conf *configuration) error {
	var errs []error
	for _, id := range sortedKeys(s.Rules) {
		if word := s.Rules[id]; word != "on" && word != "off" {
			errs = append(errs, fmt.Errorf("%srules: %s: expected on or off", conf.at("rules", id), id))
		}
	}
	return errors.Join(errs...)
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
