package main

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// severityNamed reads a severity by its name.
func severityNamed(name string) (audit.Severity, error) {
	for _, s := range audit.Severities {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%q is no severity: expected error, warning or review", name)
}

// asOfDate reads --as-of; blank is today.
func asOfDate(text string) (claim.Date, error) {
	if text == "" {
		return claim.DateOf(time.Now()), nil
	}
	d, layout, err := claim.ParseDate(text)
	if err != nil || layout != claim.Plain {
		return 0, fmt.Errorf("--as-of %q cannot be read: expected a date such as 2025-06-30", text)
	}
	return d, nil
}

// dateOrder reads --date-order.
func dateOrder(text string) (parsers.DateOrder, error) {
	switch order := parsers.DateOrder(text); order {
	case parsers.FileTells, parsers.MonthFirst, parsers.DayFirst:
		return order, nil
	}
	return "", fmt.Errorf("--date-order %q: expected mdy (month first, 3/14/2025) or dmy (day first, 14/3/2025)", text)
}

// memorySize reads --memory: a number with KiB, MiB, GiB or K, M, G behind it. Blank is half the
// machine's memory, at most 4 GiB.
func memorySize(text string) (int64, error) {
	if text == "" {
		return min(machineMemory()/2, 4<<30), nil
	}
	number := strings.TrimRight(text, "KMGiBkmgb")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(text[len(number):]), "b"), "i")
	shift, ok := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}[unit]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || n <= 0 || n > 1<<50>>shift {
		return 0, fmt.Errorf("--memory %q cannot be read: expected a size such as 512MiB or 2GiB", text)
	}
	return n << shift, nil
}

// workerCount is --workers, or the number of cores.
func workerCount(n int) (int, error) {
	switch {
	case n < 0:
		return 0, fmt.Errorf("--workers %d: expected a positive number", n)
	case n == 0:
		return runtime.GOMAXPROCS(0), nil
	}
	return n, nil
}

// chooseRules picks the rules that run: all but those off by default and those skipped, or exactly
// those asked for.
func chooseRules(all []*audit.Rule, only, skip []string, switches map[string]bool) ([]*audit.Rule, error) {
	known := map[string]bool{}
	for _, r := range all {
		known[r.ID] = true
	}
	for _, id := range append(append(keysOf(switches), only...), skip...) {
		if !known[id] {
			return nil, fmt.Errorf("%q is no rule: claimaudit rules lists them", id)
		}
	}
	wanted, unwanted := setOf(only), setOf(skip)
	var chosen []*audit.Rule
	for _, r := range all {
		on, configured := switches[r.ID]
		if !configured {
			on = !r.Off
		}
		if len(only) > 0 {
			on = wanted[r.ID]
		}
		if on && !unwanted[r.ID] {
			chosen = append(chosen, r)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no rule is left to run: check --rule, --skip-rule and the configuration")
	}
	return chosen, nil
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

func setOf(ids []string) map[string]bool {
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set
}

func keysOf(m map[string]bool) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}
