package notes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// codeRow is a row of a code list; columns.csv says what its columns mean.
type codeRow struct {
	table.At
	Code     string `csv:"code"`
	Label    string `csv:"label"`
	From     string `csv:"from"`
	To       string `csv:"to"`
	Most     string `csv:"most"`
	Per      string `csv:"per"`
	Allow    string `csv:"allow"`
	Auth     string `csv:"auth"`
	Places   string `csv:"places"`
	Payers   string `csv:"payers"`
	Charge   string `csv:"charge"`
	Replaced string `csv:"replaced"`
	Severity string `csv:"severity"`
	Source   string `csv:"source"`
}

// The ids of the rules that code lists make.
const (
	ownUnits    = prefix + "units"
	ownModifier = prefix + "modifier"
	ownAuth     = prefix + "authorization"
	ownPlace    = prefix + "place"
	ownEnded    = prefix + "ended"
)

var codeRules = []string{ownUnits, ownModifier, ownAuth, ownPlace, ownEnded}

var codeTitles = map[string]string{
	ownUnits: "More units than the practice's list has", ownModifier: "Without the modifier the practice's list asks", ownAuth: "No authorization, and the practice's list asks",
	ownPlace: "Not at a place of the practice's list", ownEnded: "Not in the practice's list on that day",
}

// CodeEntry is a row of a code list as a reader sees it.
type CodeEntry struct {
	has    terms.CodeSet
	Codes  string // as the row has them
	Says   string // what the row says, part by part
	Source string
}

// About tells whether the entry is about the code.
func (e *CodeEntry) About(code claim.Code) bool {
	return e.has.Has(&audit.Line{Line: claim.Line{Code: code}})
}

// codeCells is a row with its cells read.
type codeCells struct {
	*cells
	row         *codeRow
	codes       string
	payers      *terms.PayerWant
	first, last claim.Date
	replaced    claim.Code
	source      string
}

// codeRow takes a row of a code list.
func (m *making) codeRow(row *codeRow) {
	c := codeCells{cells: &cells{m: m, form: "codes", at: row.At}, row: row}
	if c.codes = c.cells.codes("code", row.Code); row.Code == "" {
		c.fault("code", "is blank: %s", mustLike("codes"))
	}
	c.payers = c.cells.payers(row.Payers)
	c.first, c.last = c.span(row.From, row.To)
	c.prose("label", row.Label)
	if row.Replaced != "" {
		c.replaced = c.code("replaced", row.Replaced)
	}
	if row.Per != "" && row.Most == "" {
		c.fault("per", "is filled and Most units is not: fill both, or empty it")
	}
	if charge, err := claim.ParseCents(row.Charge); row.Charge != "" && (err != nil || charge < 0) {
		c.fault("charge", "%s is no amount: expected one such as 310.00", show(row.Charge))
	}
	if !c.bad && c.replaced != 0 && sharedCode(row.Replaced, c.codes) != "" {
		c.fault("replaced", "names the code itself: name the one to bill instead")
	}
	c.source = m.source(row.At, row.Source)
	c.add()
	if !c.bad {
		m.listed = append(m.listed, c)
		m.own.Codes = append(m.own.Codes, CodeEntry{terms.MustCodes(c.codes), row.Code, c.says(), c.source})
	}
}

// base is the row as one of single lines, without what makes it wrong.
func (c *codeCells) base() shapes.LineRow {
	return shapes.LineRow{
		Codes: c.codes, From: dayText(c.first), To: dayText(c.last), Severity: orElse(c.choice("severity", c.row.Severity), audit.Warning.String()),
		Money: "deny", Source: c.source,
	}
}

// add makes the row one of each rule that it has a cell for.
func (c *codeCells) add() {
	if c.row.Most != "" {
		c.addUnits(c.units("most", c.row.Most))
	}
	if c.row.Allow != "" {
		row := c.base()
		row.NoMods = c.modifiers("allow", c.row.Allow)
		row.Say = "{billed} is billed on {date} without " + either(row.NoMods)
		row.Fix = "if the record supports it, add " + either(row.NoMods) + " to {code}; if not, correct the line"
		c.put(ownModifier, row)
	}
	if c.choice("auth", c.row.Auth) != "" {
		row := c.base()
		row.When, row.Say, row.Fix = "not-authorized", "{billed} on {date} needs an authorization and has no number", "enter the authorization number, or ask for one"
		c.put(ownAuth, row)
	}
	if places := c.places(c.row.Places); places != "" {
		row := c.base()
		if others, not := strings.CutPrefix(places, "not "); not {
			row.Places = others
		} else {
			row.Places = "not " + places
		}
		row.Say = "{billed} on {date} is billed with place of service {place}; the list has " + c.row.Places
		row.Fix = "correct the place of service by the record, or the code"
		c.put(ownPlace, row)
	}
}

func (c *codeCells) addUnits(most string) {
	row := c.base()
	row.Units, row.Part = "over "+most, "over "+most
	row.Say = "{billed} is billed with {quantity} on {date}; the most is " + most
	row.Fix = "bill the units that the record shows, " + most + " at most"
	var days []string
	if c.choice("per", c.row.Per) != "line" {
		days = c.eachCode("code", c.codes)
	}
	for _, code := range days {
		day := row
		day.Codes, day.Units, day.Part, day.Day = code, "", "excess", "total "+code+" over "+most
		day.Say = "{billed} on {date} makes {total} units of {code} that day; the most is " + most
		c.put(ownUnits, day)
	}
	c.put(ownUnits, row)
}

// put makes the row one of a rule.
func (c *codeCells) put(id string, row shapes.LineRow) {
	if c.bad {
		return
	}
	r := c.m.ruleNamed(id, codeTitles[id])
	r.rule.Severity = max(r.rule.Severity, terms.Severities[row.Severity])
	needs(r.rule, &row, c.payers)
	r.rows = append(r.rows, shapes.OwnRow{Line: &row, Payers: c.payers, Source: c.source})
	if !slices.Contains(r.where, c.at.File) {
		r.where = append(r.where, c.at.File)
	}
}

// codeRules puts the rules of code lists behind those of notes, in their order, with the days that no row
// of a code holds for.
func (m *making) codeRules() {
	same := map[string][]*codeCells{} // of the same codes and payers
	key := func(c *codeCells) string { return c.codes + "\x00" + c.row.Payers }
	for i := range m.listed {
		c := &m.listed[i]
		same[key(c)] = append(same[key(c)], c)
	}
	for i := range m.listed {
		m.gaps(&m.listed[i], same[key(&m.listed[i])])
	}
	for _, r := range m.named {
		if slices.Contains(codeRules, r.rule.ID) {
			file := map[bool]string{true: "the practice's own code list", false: "the code list " + strings.Join(r.where, ", ")}[m.o.Redact]
			r.says, r.where = []string{"By " + file + ": its row is the source of each finding."}, []string{file}
		}
	}
	order := func(r *ownRule) int { return slices.Index(codeRules, r.rule.ID) }
	slices.SortStableFunc(m.named, func(a, b *ownRule) int { return cmp.Compare(order(a), order(b)) })
}

// gaps finds the days before and behind a row that no other of the same codes and payers holds for.
func (m *making) gaps(c *codeCells, same []*codeCells) {
	before, behind := c.first != 0, c.last != 0
	next := claim.EndOfTime // the first day behind it that a row holds for
	for _, o := range same {
		if o == c {
			continue
		}
		last := o.last
		if last == 0 {
			last = claim.EndOfTime
		}
		before = before && o.first >= c.first
		behind = behind && (o.first > c.last+1 || c.last >= last)
		if o.first > c.last {
			next = min(next, o.first)
		}
	}
	if before {
		row := c.base()
		row.From, row.To = "", dayText(c.first-1)
		row.Say, row.Fix = fmt.Sprintf("{billed} is billed on {date}; the practice's list has it from %s", c.first), "bill the code that was in use that day"
		c.put(ownEnded, row)
	}
	if behind {
		row := c.base()
		row.From, row.To = dayText(c.last+1), ""
		if next != claim.EndOfTime {
			row.To = dayText(next - 1)
		}
		row.Say, row.Fix = fmt.Sprintf("{billed} is billed on {date}; the practice's list has it until %s", c.last), "bill the code that is in use that day"
		if c.replaced != 0 {
			row.Fix, row.Action, row.Do = "bill "+c.replaced.String()+" instead", "replace-code", "code "+c.replaced.String()
		}
		c.put(ownEnded, row)
	}
}

// says is what the row says.
func (c *codeCells) says() string {
	parts := []string{}
	add := func(column, value string) {
		if value != "" {
			parts = append(parts, lowerFirst(headOf(c.form, column))+" "+value)
		}
	}
	if c.row.Label != "" {
		parts = append(parts, c.row.Label)
	}
	for _, p := range []struct{ column, value string }{
		{"from", dayText(c.first)}, {"to", dayText(c.last)}, {"most", c.row.Most}, {"per", c.row.Per}, {"allow", c.row.Allow}, {"auth", c.row.Auth},
		{"places", c.row.Places}, {"payers", c.row.Payers}, {"charge", c.row.Charge}, {"replaced", c.row.Replaced},
	} {
		add(p.column, p.value)
	}
	return strings.Join(parts, "; ")
}
