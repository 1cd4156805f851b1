package tables

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

var (
	errCode  = errors.New("the code is not one of five letters and digits")
	errDate  = errors.New("the date cannot be read")
	errValue = errors.New("a value is none of those CMS uses")
)

// codeOf reads a code. A workbook may hold it as a number, without its leading zeros.
func codeOf(text string) (claim.Code, error) {
	if len(text) != 5 {
		text = strings.TrimSuffix(text, ".0")
		if n := len(text); n > 0 && n < 5 && strings.Trim(text, "0123456789") == "" {
			text = strings.Repeat("0", 5-n) + text
		}
	}
	code, err := claim.ParseCode(text)
	if err != nil || !code.Shaped() {
		return 0, errCode
	}
	return code, nil
}

// dateOf reads a day: 20250310, 2025069 (the day of the year, as add-on tables have it), or any date
// a spreadsheet writes.
func dateOf(text string) (claim.Date, error) {
	text = strings.TrimSuffix(text, ".0")
	n, err := strconv.Atoi(text)
	var d claim.Date
	var ok bool
	switch {
	case err == nil && len(text) == 8:
		d, ok = claim.NewDate(n/10000, n/100%100, n%100)
	case err == nil && len(text) == 7:
		d, ok = claim.NewDate(n/1000, 1, 1)
		d += claim.Date(n%1000 - 1)
		ok = ok && d.Year() == n/1000
	default:
		d, _, err = claim.ParseDate(text)
		ok = err == nil
	}
	if !ok {
		return 0, errDate
	}
	return d, nil
}

// endOf reads a last day: blank or * while open.
func endOf(text string) (claim.Date, error) {
	if text == "" || text == "*" || text == "0" {
		return claim.EndOfTime, nil
	}
	return dateOf(text)
}

// beginOf reads a first day: zero when it is not given.
func beginOf(text string) (claim.Date, error) {
	if text == "" || text == "*" || text == "0" {
		return 0, nil
	}
	return dateOf(text)
}

// quarterNames are the ways in which names and titles tell a quarter, the surest first.
var quarterNames = []struct {
	words *regexp.Regexp
	read  func(m []string) catalog.Quarter
}{
	// ccipra-v322r0-f1: the version of the pair edits counts years from 1994 and quarters from 0.
	{regexp.MustCompile(`v(\d\d)(\d)r\d`), func(m []string) catalog.Quarter { return quarter(1994+number(m[1]), number(m[2])+1) }},
	// icd10cm_order_2026: a fiscal year, which this quarter stands for.
	{regexp.MustCompile(`icd10cm[a-z_-]*(20\d\d)`), func(m []string) catalog.Quarter { return quarter(number(m[1]), 1) }},
	{regexp.MustCompile(`(20\d\d)[-_ ]?q([1-4])`), func(m []string) catalog.Quarter { return quarter(number(m[1]), number(m[2])) }},
	{regexp.MustCompile(`eff[a-z_-]*(\d\d)-(\d\d)-(20\d\d)`), func(m []string) catalog.Quarter { return ofMonth(number(m[3]), number(m[1])) }},
	{regexp.MustCompile(`(20\d\d)[-_ ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`), func(m []string) catalog.Quarter { return ofMonth(number(m[1]), month(m[2])) }},
	{regexp.MustCompile(`(20\d\d) national physician fee schedule relative value file (jan|apr|jul|oct)`), func(m []string) catalog.Quarter { return ofMonth(number(m[1]), month(m[2])) }},
	{regexp.MustCompile(`rvu(\d\d)[-_ ]?(jan|apr|jul|oct)`), func(m []string) catalog.Quarter { return ofMonth(2000+number(m[1]), month(m[2])) }},
	{regexp.MustCompile(`rvu(\d\d)([a-d])`), func(m []string) catalog.Quarter { return quarter(2000+number(m[1]), int(m[2][0]-'a')+1) }},
	{regexp.MustCompile(`(jan|apr|jul|oct)[a-z]*[-_ ]*(?:1, *)?(20\d\d)`), func(m []string) catalog.Quarter { return ofMonth(number(m[2]), month(m[1])) }},
	{regexp.MustCompile(`(20\d\d)-(0[1-9]|1[0-2])`), func(m []string) catalog.Quarter { return ofMonth(number(m[1]), number(m[2])) }},
}

// quarterIn is the quarter a text tells; zero when it tells none.
func quarterIn(text string) catalog.Quarter {
	text = strings.ToLower(text)
	for _, n := range quarterNames {
		if m := n.words.FindStringSubmatch(text); m != nil {
			if q := n.read(m); q != 0 {
				return q
			}
		}
	}
	return 0
}

// quarterOfName is the quarter a file's name tells, or the name of the zip it is in.
func quarterOfName(path string) catalog.Quarter {
	parts := strings.Split(filepath.ToSlash(path), "/")
	name := parts[len(parts)-1]
	if q := quarterIn(name); q != 0 {
		return q
	}
	for _, part := range parts[:len(parts)-1] {
		if strings.HasSuffix(strings.ToLower(part), ".zip") {
			return quarterIn(part)
		}
	}
	return 0
}

func quarter(year, n int) catalog.Quarter {
	if year < 1996 || year > 2078 || n < 1 || n > 4 {
		return 0
	}
	return catalog.NewQuarter(year, n)
}

func ofMonth(year, month int) catalog.Quarter { return quarter(year, (month-1)/3+1) }

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func month(name string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", name)/3 + 1
}

// oneOf is the cell's only character, out of those allowed.
func oneOf(text, allowed, what string) (byte, error) {
	text = strings.TrimSuffix(text, ".0")
	if len(text) != 1 || !strings.Contains(allowed, text) {
		return 0, fmt.Errorf("%s: %w", what, errValue)
	}
	return text[0], nil
}
