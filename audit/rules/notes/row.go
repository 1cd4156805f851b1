package notes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// noteRow is a row of notes; columns.csv says what its columns mean.
type noteRow struct {
	table.At
	Rule     string `csv:"rule"`
	Code1    string `csv:"code1"`
	Code2    string `csv:"code2"`
	From     string `csv:"from"`
	To       string `csv:"to"`
	Payers   string `csv:"payers"`
	Places   string `csv:"places"`
	Types    string `csv:"types"`
	States   string `csv:"states"`
	Allow    string `csv:"allow"`
	Refuse   string `csv:"refuse"`
	Dx       string `csv:"dx"`
	RefuseDx string `csv:"refuse_dx"`
	Most     string `csv:"most"`
	Per      string `csv:"per"`
	Times    string `csv:"times"`
	Days     string `csv:"days"`
	Auth     string `csv:"auth"`
	Severity string `csv:"severity"`
	Say      string `csv:"say"`
	Fix      string `csv:"fix"`
	Change   string `csv:"change"`
	Source   string `csv:"source"`
}

// asks are the columns of which a row fills one at most: what makes a line right or wrong.
func (row *noteRow) asks() (columns []string) {
	for _, c := range []struct{ column, cell string }{
		{"allow", row.Allow}, {"refuse", row.Refuse}, {"dx", row.Dx}, {"refuse_dx", row.RefuseDx}, {"most", row.Most}, {"times", row.Times}, {"auth", row.Auth},
	} {
		if c.cell != "" {
			columns = append(columns, c.column)
		}
	}
	return columns
}

// read is a row with its cells read.
type read struct {
	*cells
	row              *noteRow
	asks             string // the column that says what makes a line wrong; "" for none
	beside, codes    string
	payers           *terms.PayerWant
	first, last      claim.Date
	severity         string
	say, fix, source string
	do, action       string
	days             []string // the codes of which a day's lines are added up
}

// note takes a row of notes.
func (m *making) note(row *noteRow) {
	c := &read{cells: &cells{m: m, form: "notes", at: row.At}, row: row}
	c.what()
	c.codesOfRow()
	c.payers = c.cells.payers(row.Payers)
	c.first, c.last = c.span(row.From, row.To)
	c.severity = c.choice("severity", row.Severity)
	c.say, c.fix = c.prose("say", row.Say), c.prose("fix", row.Fix)
	if row.Source == "" {
		c.fault("source", "is blank: say where it is written, so that somebody can look it up")
	}
	c.source = m.source(row.At, row.Source)
	if c.severity == "off" {
		m.off(c)
		return
	}
	m.keep(c)
}

// what finds out what the row asks of a line.
func (c *read) what() {
	asks := c.row.asks()
	if len(asks) > 1 {
		c.fault(asks[1], "is filled beside %s: a row asks one thing; give the other a row of its own below the same rule", headOf(c.form, asks[0]))
	}
	if len(asks) > 0 {
		c.asks = asks[0]
	}
	if c.row.Per != "" && c.asks != "most" {
		c.fault("per", "is filled and Most units is not: fill both, or empty it")
	}
	if c.row.Days != "" && c.asks != "times" {
		c.fault("days", "is filled and Most times is not: fill both, or empty it")
	}
}

// codesOfRow reads the codes: one column alone is what the row is about.
func (c *read) codesOfRow() {
	c.beside, c.codes = c.cells.codes("code1", c.row.Code1), c.cells.codes("code2", c.row.Code2)
	if c.row.Code2 == "" {
		c.beside, c.codes = "", c.beside
	}
	if c.bad || c.beside == "" {
		return
	}
	if shared := sharedCode(c.beside, c.codes); shared != "" {
		c.fault("code2", "names %s as Code 1 does: to allow a code once a day fill Most units", shared)
	}
	if c.asks == "most" || c.asks == "times" {
		c.fault("code1", "is filled beside %s, which counts Code 2 alone: empty one of them", headOf(c.form, c.asks))
	}
}

// sharedCode is a code of both lists; "" where none is.
func sharedCode(a, b string) string {
	for x := range strings.FieldsSeq(a) {
		for y := range strings.FieldsSeq(b) {
			first, last := ends(x)
			from, to := ends(y)
			if first <= to && from <= last {
				return max(first, from).String()
			}
		}
	}
	return ""
}

func ends(word string) (first, last claim.Code) {
	from, to, ranged := strings.Cut(word, "-")
	if !ranged {
		to = from
	}
	return claim.MustCode(from), claim.MustCode(to)
}

// keep makes the row one of a rule of the practice.
func (m *making) keep(c *read) {
	title := c.row.Rule
	id := slug(strings.TrimPrefix(strings.ToLower(title), prefix))
	switch {
	case id == "":
		c.fault("rule", "is blank or has no letter: give the rule a name such as XS for Payer Y")
	case slices.Contains(codeRules, prefix+id):
		c.fault("rule", "%s is what findings of a code list are called: take another name", prefix+id)
	case m.builtIn(c.row.Rule) != nil:
		c.fault("rule", "%s is a built-in rule: off below Severity switches it off; a rule of your own has another name", c.row.Rule)
	}
	if c.codes == "" && c.asks == "" {
		c.fault("code2", "is blank, and nothing else says what is wrong with a line: name the code, or fill one of the columns from Modifiers that allow it to Needs authorization")
	}
	if c.asks == "most" && c.choice("per", c.row.Per) != "line" {
		c.days = c.eachCode("code2", c.codes)
	}
	var own shapes.OwnRow
	if c.asks == "times" {
		own = c.limit()
	} else {
		own = c.line()
	}
	if c.bad {
		return
	}
	r := m.ruleNamed(prefix+id, cut(strings.TrimSpace(title), 48))
	if r.rule.Severity = max(r.rule.Severity, terms.Severities[c.severity]); own.Line != nil {
		needs(r.rule, own.Line, own.Payers)
	} else if r.rule.Needs.Patient = true; own.Payers.Named() {
		r.rule.Needs.Fields |= claim.FieldSet(claim.FieldPayer)
	}
	r.rows = append(r.rows, own)
	if daily := c.daily(own); len(daily) > 0 {
		r.rows = slices.Insert(r.rows, len(r.rows)-1, daily...)
		r.rule.Needs.Patient = true
	}
	r.says, r.where = append(r.says, c.sentence()), append(r.where, c.source)
}

// builtIn is the rule of the program with that id; nil for none.
func (m *making) builtIn(id string) *audit.Rule {
	for _, r := range m.all {
		if r.ID == strings.ToLower(id) {
			return r
		}
	}
	return nil
}

// slug is a name as an id has it: letters and digits joined by hyphens.
func slug(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(parts, "-")
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-2]) + ".."
	}
	return text
}

// line is the row as one of single lines, without what makes it wrong.
func (c *read) base() *shapes.LineRow {
	if c.severity == "" {
		c.severity = audit.Warning.String()
	}
	row := &shapes.LineRow{
		Rule: c.row.Rule, Codes: c.codes, Places: c.places(c.row.Places), States: c.states(c.row.States), Types: strings.Join(c.choices("types", c.row.Types), " "),
		From: dayText(c.first), To: dayText(c.last), Severity: c.severity, Money: "deny", Source: c.source,
	}
	if c.beside != "" {
		row.Day = "beside " + c.beside + " by provider"
	}
	c.do, c.action = c.changes(c.row.Change)
	row.Do, row.Action = c.do, c.action
	return row
}

// line is the row as one of single lines.
func (c *read) line() shapes.OwnRow {
	row := c.base()
	says, fix := "{billed} is billed on {date}", "see whether the line is right; if not, correct or remove it"
	if c.beside != "" {
		says, fix = "{billed} is billed beside {other} on {date}", "if the record shows that both are to be paid, say so to the payer; if not, remove {code}"
	}
	switch c.asks {
	case "allow":
		row.NoMods = c.modifiers("allow", c.row.Allow)
		add := either(row.NoMods)
		says, fix = says+" without "+add, "if the record supports it, add "+add+" to {code}; if not, correct or remove the line"
		if c.beside != "" {
			row.Day += " no " + row.NoMods
			fix = "if the record supports it, add " + add + " to {code}; if not, remove {code}"
		}
	case "refuse":
		row.Mods = c.modifiers("refuse", c.row.Refuse)
		says, fix = "{billed} is billed on {date} with "+either(row.Mods), "take "+either(row.Mods)+" off, or correct the line"
	case "dx":
		row.Dx = "none " + c.diagnoses("dx", c.row.Dx)
		says, fix = says+" without a diagnosis that allows it", "see whether the record has one of "+c.row.Dx+"; if not, correct or remove the line"
	case "refuse_dx":
		row.Dx = "any " + c.diagnoses("refuse_dx", c.row.RefuseDx)
		says, fix = says+" for a diagnosis that does not allow it", "correct the diagnosis or the code by the record"
	case "most":
		row.Units = "over " + c.units("most", c.row.Most)
		row.Part = row.Units
		says, fix = "{billed} is billed with {quantity} on {date}; the most is "+c.row.Most, "bill the units that the record shows, "+c.row.Most+" at most"
	case "auth":
		c.choice("auth", c.row.Auth)
		row.When = "not-authorized"
		says, fix = "{billed} on {date} needs an authorization and has no number", "enter the authorization number, or ask for one"
	}
	row.Say, row.Fix = says+behind(c.say), orElse(c.fix, fix)
	c.settles(row)
	return shapes.OwnRow{Line: row, Payers: c.payers, Source: c.source}
}

// daily are the rows for what several lines of a day make of each code, which come before the row about
// one line.
func (c *read) daily(one shapes.OwnRow) (rows []shapes.OwnRow) {
	for _, code := range c.days {
		row := *one.Line
		row.Codes, row.Units, row.Part, row.Do, row.Action = code, "", "excess", "", ""
		row.Day = "total " + code + " over " + strings.TrimPrefix(one.Line.Units, "over ")
		row.Say = "{billed} on {date} makes {total} units of {code} that day; the most is " + c.row.Most + behind(c.say)
		rows = append(rows, shapes.OwnRow{Line: &row, Payers: one.Payers, Source: one.Source})
	}
	return rows
}

// settles sees that the row's change makes a line right.
func (c *read) settles(row *shapes.LineRow) {
	for i, words := 0, strings.Fields(c.do); i < len(words); i++ {
		what := words[i][1:]
		switch sign := words[i][0]; {
		case sign == '+' && (c.asks != "allow" || !slices.Contains(strings.Fields(row.NoMods), what)):
			c.fault("change", "adds %s, which does not make the line right: name it below Modifiers that allow it", what)
		case sign == '-' && (c.asks != "refuse" || !slices.Equal(slices.Sorted(strings.FieldsSeq(row.Mods)), taken(words))):
			c.fault("change", "takes off %s, which does not make the line right: take off all that Modifiers not allowed names, and nothing else", what)
			return
		case words[i] == "units":
			i++
			c.unitsSettle(words[i])
		case words[i] == "code":
			i++
			if c.codes == "" || sharedCode(words[i], c.codes) != "" {
				c.fault("change", "bills %s, which the row itself is about: name another code", words[i])
			}
		}
	}
}

func (c *read) unitsSettle(text string) {
	units, most := terms.MustUnits(text), claim.Units(0)
	if c.asks == "most" {
		most, _ = claim.ParseUnits(c.row.Most) // 0 where it cannot be read, which is told
	}
	if units > most {
		c.fault("change", "sets units to %s, which does not make the line right: fill Most units, and set no more than that", text)
	}
}

// taken are the modifiers that changes take off, in order.
func taken(words []string) (list []string) {
	for _, w := range words {
		if w[0] == '-' {
			list = append(list, w[1:])
		}
	}
	slices.Sort(list)
	return list
}

// limit is the row as one of sessions.
func (c *read) limit() shapes.OwnRow {
	for _, f := range []struct{ column, cell string }{{"places", c.row.Places}, {"types", c.row.Types}, {"states", c.row.States}, {"change", c.row.Change}} {
		if f.cell != "" {
			c.fault(f.column, "means nothing beside Most times, which counts all days with the code: empty it")
		}
	}
	if c.codes == "" {
		c.fault("code2", "is blank: name the codes that Most times counts")
	}
	if c.severity == "" {
		c.severity = audit.Warning.String()
	}
	const century = 36_525
	times, days := c.count("times", c.row.Times, 10_000), c.count("days", c.row.Days, century)
	row := &shapes.LimitRow{
		Rule: c.row.Rule, Codes: c.codes, Limit: strconv.Itoa(times), From: dayText(c.first), To: dayText(c.last),
		Severity: c.severity, Money: "deny", Say: either(c.codes), Source: c.source,
		Fix: orElse(c.fix, "see whether the payer pays it all the same; within the limit it is from {until} on"),
	}
	if days > 0 {
		row.Days = strconv.Itoa(days)
	} else {
		row.Fix = orElse(c.fix, "see whether the payer pays it all the same")
	}
	if times == 1 && days > 0 {
		row.Say = fmt.Sprintf("one in %d days is allowed", days)
	}
	return shapes.OwnRow{Limit: row, Payers: c.payers, Say: behind(c.say), Source: c.source}
}

// off makes the row a withdrawal of a built-in rule.
func (m *making) off(c *read) {
	r := m.builtIn(c.row.Rule)
	if r == nil {
		c.fault("rule", "%s is no built-in rule: off switches off one of those that claimaudit rules lists; a rule of your own goes with its row", show(c.row.Rule))
	}
	if c.say == "" {
		c.fault("say", "is blank: say why the rule is switched off, which Coverage shows")
	}
	for _, f := range []struct{ column, cell string }{{"allow", c.row.Allow}, {"dx", c.row.Dx}, {"most", c.row.Most}, {"times", c.row.Times}, {"auth", c.row.Auth}, {"fix", c.row.Fix}, {"change", c.row.Change}} {
		if f.cell != "" {
			c.fault(f.column, "means nothing in a row that switches a rule off: empty it")
		}
	}
	if m.offs++; m.offs > audit.MostWithdrawals {
		c.fault("severity", "is off in more than %d rows: put codes and payers of one rule into one row", audit.MostWithdrawals)
	}
	c.severity = audit.Review.String()
	row := c.base()
	row.Mods, row.Say, row.Fix = c.modifiers("refuse", c.row.Refuse), "off", "off"
	if c.row.RefuseDx != "" {
		row.Dx = "any " + c.diagnoses("refuse_dx", c.row.RefuseDx)
	}
	row.Day = strings.Replace(row.Day, " by provider", " by anyone", 1)
	if c.bad {
		return
	}
	r.Withdrawn = append(r.Withdrawn, &audit.Withdrawal{
		Reason: fmt.Sprintf("switched off by the practice: %s (%s)", c.say, c.source),
		Holds:  shapes.Where(shapes.OwnRow{Line: row, Payers: c.payers}),
	})
}

// sentence says what the row says, for who asks about the rule.
func (c *read) sentence() string {
	text := "Row " + strconv.Itoa(c.at.Line) + ":"
	add := func(before, what string) {
		if what != "" {
			text += before + what
		}
	}
	add(" ", either(c.codes))
	add(" beside ", either(c.beside))
	add(" at place of service ", c.row.Places)
	add(" on claims of type ", c.row.Types)
	add(" in ", c.row.States)
	add(" for ", c.row.Payers)
	add(" from ", dayText(c.first))
	add(" to ", dayText(c.last))
	if c.asks != "" {
		value := c.row.value(c.asks)
		add(", ", lowerFirst(headOf(c.form, c.asks))+" "+value)
	}
	add(" within days ", c.row.Days)
	return strings.TrimSuffix(text+behind(c.say), ".") + "."
}

func (row *noteRow) value(column string) string {
	return map[string]string{
		"allow": row.Allow, "refuse": row.Refuse, "dx": row.Dx, "refuse_dx": row.RefuseDx, "most": row.Most, "times": row.Times, "auth": row.Auth,
	}[column]
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// either is words as a list in a sentence.
func either(list string) string {
	all := strings.Fields(list)
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " or " + all[n-1]
	}
	return list
}

// behind is the practice's own words behind what is on the line.
func behind(say string) string {
	if say == "" {
		return ""
	}
	return ": " + say
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
