package notes

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// cells reads the cells of one row and gathers what is wrong with them.
type cells struct {
	m    *making
	form string
	at   table.At
	bad  bool
}

func (c *cells) fault(column, format string, args ...any) {
	head := ""
	if column != "" {
		head = headOf(c.form, column)
	}
	c.bad = true
	c.m.errs = append(c.m.errs, &table.Fault{At: c.at, Column: head, What: fmt.Sprintf(format, args...)})
}

// headOf is the head of a column.
func headOf(form, column string) string {
	for _, c := range Columns(form) {
		if c.Name == column {
			return c.Head
		}
	}
	return column
}

// words parts a list by semicolons, commas or blanks between codes.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || unicode.IsSpace(r) })
}

// items parts a list of names by semicolons.
func items(text string) (list []string) {
	for item := range strings.SplitSeq(text, ";") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// expectedRow is what a cell of a kind is like, as messages say it.
type expectedRow struct {
	_    table.Source `says:"examples of our own"`
	Kind string       `csv:"kind" table:"key"`
	Like string       `csv:"like"`
}

// mustLike says what is expected of a cell of a kind.
func mustLike(kind string) string {
	for _, row := range table.Must[expectedRow](tables, "expected.csv") {
		if row.Kind == kind {
			return "expected " + row.Like
		}
	}
	panic("notes: expected.csv has no " + kind) // it is part of the program
}

// codes are the codes of a cell, as tables of rules write them.
func (c *cells) codes(column, text string) string {
	var list []string
	for _, word := range words(strings.ReplaceAll(strings.ReplaceAll(text, " - ", "-"), "–", "-")) {
		first, last, ranged := strings.Cut(strings.ToUpper(word), "-")
		from, to := c.code(column, first), claim.Code(0)
		if list = append(list, first); !ranged || from == 0 {
			continue
		}
		if to = c.code(column, last); to == 0 {
			continue
		}
		if !from.Numbered() || !to.Numbered() || from > to || first[0] != last[0] && (from.LevelII() || to.LevelII()) {
			c.fault(column, "%s is no range: expected two codes of five digits, or of one letter and four digits, the lower first", show(word))
		}
		list[len(list)-1] += "-" + last
	}
	if text != "" && len(list) == 0 {
		c.fault(column, "%s names no code: %s", show(text), mustLike("codes"))
	}
	return strings.Join(list, " ")
}

// code is a code; zero, and a fault, where the text is none.
func (c *cells) code(column, text string) claim.Code {
	code, err := claim.ParseCode(text)
	switch {
	case err == nil && code.Shaped():
		return code
	case len(text) == 4 && strings.Trim(text, "0123456789") == "":
		c.fault(column, "%s has four digits: write 0%s as text if a spreadsheet took its zero away, else the whole code", show(text), text)
	default:
		c.fault(column, "%s is no code: %s", show(text), mustLike("codes"))
	}
	return 0
}

// mostCounted is how many codes a row may name whose units it counts by the day.
const mostCounted = 200

// eachCode are the codes of a list one by one, to count the units of each by the day.
func (c *cells) eachCode(column, list string) (all []string) {
	for word := range strings.FieldsSeq(list) {
		first, last, ranged := strings.Cut(word, "-")
		if !ranged {
			all = append(all, first)
			continue
		}
		letter, n, end := first[:1], 0, 0
		_, _ = fmt.Sscanf(first[1:]+" "+last[1:], "%d %d", &n, &end) // digits, as was seen
		if first[0] != last[0] {
			n, end, letter = n+10_000*int(first[0]-'0'), end+10_000*int(last[0]-'0'), ""
		}
		for ; n <= end && len(all) <= mostCounted; n++ {
			all = append(all, fmt.Sprintf("%s%0*d", letter, 5-len(letter), n))
		}
	}
	if len(all) > mostCounted {
		c.fault(column, "names more than %d codes, whose units are counted by the day: name fewer, or say line below %s", mostCounted, headOf(c.form, "per"))
		return nil
	}
	return all
}

// modifiers are the modifiers of a cell, parted by blanks.
func (c *cells) modifiers(column, text string) string {
	var list []string
	for _, word := range words(strings.ToUpper(text)) {
		if m, err := claim.ParseModifier(word); err != nil || m == 0 {
			c.fault(column, "%s is no modifier: expected two letters or digits such as XS, several parted by ;", show(word))
			continue
		}
		list = append(list, word)
	}
	return strings.Join(list, " ")
}

// diagnoses are the diagnoses of a cell and all of its ranges, parted by blanks.
func (c *cells) diagnoses(column, text string) string {
	var list []string
	for _, word := range words(strings.ReplaceAll(strings.ToUpper(text), " - ", "-")) {
		first, last, ranged := strings.Cut(strings.TrimSuffix(word, "-"), "-")
		from, to := c.diagnosis(column, first), claim.Diagnosis(0)
		if from == 0 {
			continue
		}
		if !ranged {
			list = append(list, from.String())
			continue
		}
		if to = c.diagnosis(column, last); to == 0 {
			continue
		}
		all := between(from.Text(), to.Text())
		if all == nil {
			c.fault(column, "%s is no range: %s", show(word), mustLike("diagnoses"))
		}
		list = append(list, all...)
	}
	return strings.Join(list, " ")
}

func (c *cells) diagnosis(column, text string) claim.Diagnosis {
	d, err := claim.ParseDiagnosis(text)
	if err != nil || !d.Shaped() {
		c.fault(column, "%s is no diagnosis: %s", show(text), mustLike("diagnosis"))
		return 0
	}
	return d
}

// between are the codes from one to another of its length that ends in other digits; nil for none.
func between(first, last string) (all []string) {
	digits := len(first)
	for digits > 1 && first[digits-1] >= '0' && first[digits-1] <= '9' && len(first)-digits < 3 {
		digits--
	}
	if len(first) != len(last) || first[:digits] != last[:digits] || first > last || strings.Trim(last[digits:], "0123456789") != "" || digits == len(first) {
		return nil
	}
	var n, end int
	_, _ = fmt.Sscanf(first[digits:], "%d", &n) // digits, as was seen
	_, _ = fmt.Sscanf(last[digits:], "%d", &end)
	for ; n <= end; n++ {
		all = append(all, claim.MustDiagnosis(fmt.Sprintf("%s%0*d", first[:digits], len(first)-digits, n)).String())
	}
	return all
}

// places are the places of service of a cell, parted by blanks.
func (c *cells) places(text string) string {
	rest, not := withoutNot(text)
	var list []string
	for _, word := range words(rest) {
		if len(word) == 1 {
			word = "0" + word // as a spreadsheet has 02
		}
		if !terms.PlaceKnown(word) {
			c.fault("places", "%s is no place of service: expected two digits such as 11, several parted by ;", show(word))
			continue
		}
		list = append(list, word)
	}
	if not && len(list) == 0 {
		c.fault("places", "not stands there alone: name the places of service that are not meant")
	}
	if not {
		return "not " + strings.Join(list, " ")
	}
	return strings.Join(list, " ")
}

// withoutNot is a list without the word not before it.
func withoutNot(text string) (rest string, not bool) {
	if len(text) >= 3 && strings.EqualFold(text[:3], "not") && (len(text) == 3 || text[3] == ' ' || text[3] == ';' || text[3] == ':') {
		return strings.TrimLeft(text[3:], " ;:"), true
	}
	return text, false
}

// payers are the payers of a cell.
func (c *cells) payers(text string) *terms.PayerWant {
	rest, not := withoutNot(text)
	var classes audit.Payers
	var names []string
	for _, item := range items(rest) {
		if class, ok := claim.PayerNamed(item); ok {
			classes |= audit.PayerSet(class)
			continue
		}
		if !strings.ContainsFunc(item, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			c.fault("payers", "%s is no name of a payer: expected a name or a class, several parted by ;", show(item))
			continue
		}
		if like := claim.PayerLike(item); like != "" {
			c.fault("payers", "%s is no class of payers and looks like %s: write that, or more of the payer's name", show(item), like)
		}
		names = append(names, item)
	}
	if text != "" && classes == 0 && names == nil && !c.bad {
		c.fault("payers", "%s names no payer: expected a name or a class, several parted by ;", show(text))
	}
	return terms.WantPayers(classes, names, not)
}

// choices are words of a cell, all of which its column knows.
func (c *cells) choices(column, text string) []string {
	list := items(strings.ToLower(text))
	for _, item := range list {
		if known := choicesOf(c.form, column); !slices.Contains(known, item) {
			c.fault(column, "%s is unknown: expected %s", show(item), strings.Join(known, ", "))
		}
	}
	return list
}

// choice is the one word of a cell; "" for a blank one.
func (c *cells) choice(column, text string) string {
	switch list := c.choices(column, text); len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	c.fault(column, "holds several words: expected one of %s", strings.Join(choicesOf(c.form, column), ", "))
	return ""
}

func choicesOf(form, column string) []string {
	for _, c := range Columns(form) {
		if c.Name == column {
			return strings.Split(c.Choices, ";")
		}
	}
	return nil
}

// states are two-letter states.
func (c *cells) states(text string) string {
	list := words(strings.ToUpper(text))
	for _, s := range list {
		if len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			c.fault("states", "%s is no state: expected two letters such as TX, several parted by ;", show(s))
		}
	}
	return strings.Join(list, " ")
}

// units are a number of units; "" for a blank cell.
func (c *cells) units(column, text string) string {
	if text == "" {
		return ""
	}
	u, err := claim.ParseUnits(text)
	if err != nil || u < 0 {
		c.fault(column, "%s is no number of units: expected one such as 2", show(text))
		return ""
	}
	return u.String()
}

// count is a whole number above zero; 0 for a blank cell.
func (c *cells) count(column, text string, most int) int {
	if text == "" {
		return 0
	}
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > most {
			n = -1
			break
		}
		n = n*10 + int(r-'0')
	}
	if n < 1 || n > most {
		c.fault(column, "%s is no number from 1 to %d", show(text), most)
		return 0
	}
	return n
}

// prose is a text for readers; braces stand for what is on a line in the tables of the program, and mean
// nothing here.
func (c *cells) prose(column, text string) string {
	if strings.ContainsAny(text, "{}") {
		c.fault(column, "has { or }, which mean nothing here: write it without")
		return ""
	}
	return text
}

// changes are the edits of a cell as tables of rules write them, and their action.
func (c *cells) changes(text string) (do, action string) {
	var list []string
	for _, item := range items(text) {
		word, what := cutChange(strings.ToLower(item))
		edit := c.change(word, what)
		if edit == "" {
			c.fault("change", "%s is no change: %s", show(item), mustLike("change"))
			return "", ""
		}
		list = append(list, edit)
		if action != "" && action != changeActions[word] {
			c.fault("change", "holds changes of two kinds: keep one")
		}
		action = changeActions[word]
	}
	return strings.Join(list, " "), action
}

// changeActions are the words of changes, with the action of a fix.
var changeActions = map[string]string{
	"remove": "remove-line", "units": "set-units", "code": "replace-code", "add": "set-modifiers", "take off": "set-modifiers",
}

// cutChange parts a change in its word and what is behind it.
func cutChange(item string) (word, what string) {
	item = strings.Join(strings.Fields(item), " ")
	if item == "remove the line" || item == "remove line" {
		return "remove", ""
	}
	for _, word := range []string{"take off", "remove", "units", "code", "add"} {
		if what, ok := strings.CutPrefix(item, word); ok && (what == "" || what[0] == ' ') {
			return word, strings.ToUpper(strings.TrimSpace(what))
		}
	}
	return "", ""
}

// change is one edit as tables of rules write it; "" where it is none.
func (c *cells) change(word, what string) string {
	m, notModifier := claim.ParseModifier(what)
	u, notUnits := claim.ParseUnits(what)
	code, notCode := claim.ParseCode(what)
	switch {
	case word == "remove" && what == "":
		return "remove-with-add-ons"
	case word == "units" && notUnits == nil && u > 0:
		return "units " + u.String()
	case word == "code" && notCode == nil && code.Shaped():
		return "code " + code.String()
	case word == "add" && notModifier == nil && m != 0:
		return "+" + m.String()
	case word == "take off" && notModifier == nil && m != 0:
		return "-" + m.String()
	}
	return ""
}

// show is a text as a message shows it.
func show(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:40]) + ".."
	}
	return fmt.Sprintf("%q", text)
}

// dayOrder is how days such as 3/4/2026 are written in a file.
type dayOrder uint8

const (
	unsaid dayOrder = iota
	monthFirst
	dayFirst
	mixed // some cells read one way only, and some the other
)

// dates finds out how the days of a file are written.
func (m *making) dates(r *table.Records) {
	m.dayword = unsaid
	switch {
	case m.o.MonthFirst:
		m.dayword = monthFirst
	case m.o.DayFirst:
		m.dayword = dayFirst
	default:
		for _, column := range []string{"from", "to"} {
			i := slices.Index(r.Header, column)
			for _, row := range r.Rows {
				m.dayword = m.dayword.seeing(row[i])
			}
		}
	}
}

// seeing is the order with what a cell tells of it.
func (o dayOrder) seeing(text string) dayOrder {
	_, layout, err := claim.ParseDate(text)
	if err != nil {
		return o
	}
	tells := map[claim.Layout]dayOrder{claim.MonthFirst: monthFirst, claim.DayFirst: dayFirst}[layout]
	switch {
	case tells == unsaid, tells == o:
		return o
	case o == unsaid:
		return tells
	}
	return mixed
}

// day is a date of service; zero for a blank cell.
func (c *cells) day(column, text string) claim.Date {
	if text == "" {
		return 0
	}
	d, layout, err := claim.ParseDate(text)
	switch {
	case err != nil || d.Year() < 1980 || d.Year() > 2200:
		c.fault(column, "%s is no date: %s", show(text), mustLike("day"))
		return 0
	case layout != claim.Either || d == d.SwapDayMonth():
		return d
	case c.m.dayword == monthFirst:
		return d
	case c.m.dayword == dayFirst:
		return d.SwapDayMonth()
	}
	c.fault(column, "%s can be %s and %s: write it as one of these", show(text), d, d.SwapDayMonth())
	return 0
}

// span is the days of a row, checked.
func (c *cells) span(from, to string) (first, last claim.Date) {
	first, last = c.day("from", from), c.day("to", to)
	if first != 0 && last != 0 && last < first {
		c.fault("to", "%s is before From, %s: the last day it holds for is not before the first", last, first)
	}
	return first, last
}

// texts are days as tables of rules write them.
func dayText(d claim.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// needs are what a practice's rule needs for the cells of one of its rows.
func needs(r *audit.Rule, row *shapes.LineRow, payers *terms.PayerWant) {
	for _, n := range []struct {
		asked         bool
		column, field claim.Field
	}{
		{row.Places != "", claim.FieldPOS, claim.FieldPOS},
		{row.States != "", claim.FieldState, claim.FieldState},
		{row.Units != "" || strings.Contains(row.Day, "total"), claim.FieldUnits, claim.FieldUnits},
		{row.Dx != "", claim.FieldDiagnoses, claim.FieldDiagnoses},
		{payers.Named(), claim.FieldPayer, claim.FieldPayer},
		{row.Mods != "" || row.NoMods != "", claim.FieldModifiers, claim.NumFields},
		{row.When != "", claim.FieldAuth, claim.NumFields},
	} {
		switch {
		case n.asked && n.field == claim.NumFields:
			r.Needs.Columns |= claim.FieldSet(n.column)
		case n.asked:
			r.Needs.Fields |= claim.FieldSet(n.field)
		}
	}
	r.Needs.Patient = r.Needs.Patient || row.Day != ""
}
