package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
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

// asOfDate reads the day the audit looks from; blank is today.
func asOfDate(conf *configuration, text string) (claim.Date, error) {
	if text == "" {
		return claim.DateOf(time.Now()), nil
	}
	d, layout, err := claim.ParseDate(text)
	if err != nil || layout != claim.Plain {
		return 0, fmt.Errorf("%s %q cannot be read: expected a date such as 2025-06-30", conf.said("as-of"), text)
	}
	return d, nil
}

// dateOrder reads how dates are written.
func dateOrder(conf *configuration, text string) (parsers.DateOrder, error) {
	switch order := parsers.DateOrder(text); order {
	case parsers.FileTells, parsers.MonthFirst, parsers.DayFirst:
		return order, nil
	}
	return "", fmt.Errorf("%s %q: expected mdy (month first, 3/14/2025) or dmy (day first, 14/3/2025)", conf.said("date-order"), text)
}

// claimTypes are whose claims they are where the export does not say, as audit.Settings have it.
func claimTypes(conf *configuration, list []string) (map[string]claim.Type, error) {
	types := map[string]claim.Type{}
	var errs []error
	for _, text := range nonBlank(list) {
		number, word, of := strings.Cut(text, "=")
		if !of {
			number, word = "", text
		}
		number = strings.NewReplacer("-", "", " ", "").Replace(number)
		t, known := claim.TypeNamed(strings.TrimSpace(word))
		before, twice := types[number]
		switch {
		case !known:
			errs = append(errs, fmt.Errorf("%s %q: expected professional, asc or facility, or NUMBER= before it", conf.said("claim-type"), text))
		case of && number != audit.Unnumbered && !isBillerNumber(number):
			errs = append(errs, fmt.Errorf("%s %q: expected a TIN of nine digits or an NPI of ten before the =, or none where no number is given", conf.said("claim-type"), text))
		case twice && before != t:
			errs = append(errs, fmt.Errorf("%s %q: something else is said of the same claims", conf.said("claim-type"), text))
		}
		types[number] = t
	}
	return types, errors.Join(errs...)
}

// isBillerNumber tells whether a text may be a TIN or an NPI.
func isBillerNumber(text string) bool {
	return (len(text) == len("123456789") || len(text) == len("1234567893")) && strings.Trim(text, "0123456789") == ""
}

// memorySize reads a size: a number with KiB, MiB, GiB or K, M, G behind it. Blank is half the
// machine's memory, at most 4 GiB.
func memorySize(conf *configuration, text string) (int64, error) {
	if text == "" {
		return min(machineMemory()/2, 4<<30), nil
	}
	return sizeNamed(conf.said("memory"), text)
}

// sizeNamed reads a size; said is what it was given by.
func sizeNamed(said, text string) (int64, error) {
	number := strings.TrimRight(text, "KMGiBkmgb")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(text[len(number):]), "b"), "i")
	shift, ok := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}[unit]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || n <= 0 || n > 1<<50>>shift {
		return 0, fmt.Errorf("%s %q cannot be read: expected a size such as 512MiB or 2GiB", said, text)
	}
	return n << shift, nil
}

// workerCount is the number asked for, or the number of cores.
func workerCount(conf *configuration, n int) (int, error) {
	switch {
	case n < 0:
		return 0, fmt.Errorf("%s %d: expected a positive number", conf.said("workers"), n)
	case n == 0:
		return runtime.GOMAXPROCS(0), nil
	}
	return n, nil
}

// filingDays are the days within which each kind of payer must receive a claim.
func filingDays(conf *configuration, byKind map[string]int) (map[claim.Payer]int, error) {
	limits := map[claim.Payer]int{}
	var errs []error
	for _, name := range sortedKeys(byKind) {
		kind, err := payerNamed(name)
		switch days := byKind[name]; {
		case err != nil:
			errs = append(errs, fmt.Errorf("%stimely_filing: %w", conf.at("timely-filing", name), err))
		case days <= 0:
			errs = append(errs, fmt.Errorf("%stimely_filing: %s: expected a number of days", conf.at("timely-filing", name), name))
		default:
			limits[kind] = days
		}
	}
	return limits, errors.Join(errs...)
}

// payerKinds are the kinds of payers by words of their names.
func payerKinds(conf *configuration, byName map[string]string) (map[string]claim.Payer, error) {
	kinds := map[string]claim.Payer{}
	var errs []error
	for _, name := range sortedKeys(byName) {
		kind, err := payerNamed(byName[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("%spayers: %s: %w", conf.at("payers", name), name, err))
		}
		kinds[name] = kind
	}
	return kinds, errors.Join(errs...)
}

// payerClasses are the names of the classes of payers in words.
func payerClasses() string {
	names := make([]string, claim.NumPayers)
	for p := range claim.NumPayers {
		names[p] = p.String()
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// payerNamed reads a class of payers by its name, as coverage and reports print it.
func payerNamed(name string) (claim.Payer, error) {
	if p, ok := claim.PayerNamed(name); ok {
		return p, nil
	}
	return 0, fmt.Errorf("%q is no kind of payer: expected %s", name, payerClasses())
}

// options are how exports are read.
func (s *readingSettings) options(conf *configuration, stdin io.Reader) (o parsers.Options, err error) {
	var errs [5]error
	o = parsers.Options{Sheet: s.Sheet, Stdin: stdin}
	o.AsOf, errs[0] = asOfDate(conf, s.AsOf)
	o.Order, errs[1] = dateOrder(conf, s.DateOrder)
	o.Saved, errs[2] = s.saved(conf)
	o.Payers, errs[3] = payerKinds(conf, s.Payers)
	o.Map, errs[4] = mapped(nonBlank(s.Map), func(int) string { return conf.said("map") + " " })
	return o, errors.Join(errs[:]...)
}

// saved are the mappings of the configuration.
func (s *readingSettings) saved(conf *configuration) (list []parsers.Saved, err error) {
	var errs []error
	for i, m := range s.Mappings {
		place := strconv.Itoa(i)
		at := conf.at("mappings", place)
		if m.Name == "" || len(m.Header) == 0 || len(m.Map) == 0 {
			errs = append(errs, fmt.Errorf("%smappings: %q: expected a name, a header and a map", at, m.Name))
		}
		columns, err := mapped(m.Map, func(k int) string {
			return fmt.Sprintf("%smappings: %s: ", conf.at("mappings", place, "map", strconv.Itoa(k)), m.Name)
		})
		errs = append(errs, err)
		list = append(list, parsers.Saved{Name: m.Name, Header: m.Header, Map: columns})
	}
	return list, errors.Join(errs...)
}

// mapped reads what columns hold; said goes before what is wrong with one.
func mapped(texts []string, said func(i int) string) (list []parsers.Mapping, err error) {
	var errs []error
	for i, text := range texts {
		m, err := parsers.ParseMapping(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s%w", said(i), err))
		}
		list = append(list, m)
	}
	return list, errors.Join(errs...)
}
