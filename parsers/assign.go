package parsers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/near"
)

// assign gives every column the field it is taken for.
func (t *Table) assign(mappings []Mapping) error {
	t.findSets(mappings)
	for i := range t.Columns {
		t.hold(i)
	}
	if err := t.applyMappings(mappings); err != nil {
		return err
	}
	for r := range numRoles {
		for set := range t.numSets + 1 {
			if err := t.choose(r, set); err != nil {
				return err
			}
		}
	}
	return t.finish()
}

// hold drops the meanings that the column's values speak against: a column called Units that holds
// names is no column of units. Where the name was plain, a note says that the column is not read.
func (t *Table) hold(i int) {
	c := &t.Columns[i]
	c.readings = slices.DeleteFunc(c.readings, func(m meaning) bool {
		f, isField := m.slot.field()
		switch {
		case m.decoy != "":
			c.Why = m.decoy
		case isField && f == claim.FieldDiagnoses && m.slot.nth > len(claim.Line{}.Dx):
			c.Why = "a line has twelve diagnoses"
		case t.know.bearsOut(c.values, m):
			return false
		case m.holds != "":
			c.Why = fmt.Sprintf("named like %s, but its cells do not read as one", m.slot)
		default:
			t.unread(i, fmt.Sprintf("none of its first %d cells reads as %s", len(c.values), m.slot))
		}
		return true
	})
}

// fewToJudge is how many values it takes to refuse a column whose name is plain.
const fewToJudge = 10

// bearsOut tells whether sampled values read as what the meaning asks for: half of them where the
// name alone is not enough, any one of ten where it is. Required fields are never refused by their
// values, so that unreadable cells are told one by one.
func (k *knowledge) bearsOut(values []string, m meaning) bool {
	readable := 0
	for _, v := range values {
		if k.readsAs(m.slot.role, v) {
			readable++
		}
	}
	f, isField := m.slot.field()
	switch {
	case m.holds == "id":
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !isID(v) && !k.isAbsent(v, true) })
	case m.holds != "":
		return 2*readable >= len(values)
	case !isField, slices.Contains(k.required, f), len(values) < fewToJudge:
		return true
	}
	return readable > 0
}

// isID tells whether a value is a number of somebody and no name: one word with a digit in it.
func isID(value string) bool {
	return strings.ContainsAny(value, "0123456789") && !strings.ContainsAny(value, " ,;")
}

// applyMappings gives mapped columns their field, whatever their header says.
func (t *Table) applyMappings(mappings []Mapping) error {
	for _, m := range mappings {
		if m.Header == "" && m.Column == 0 {
			t.release(func(s slot) bool { return s.role == m.slot.role && (m.slot.nth == 0 || s == m.slot) }, "left unread by --map")
			continue
		}
		i, err := t.mapped(m)
		if err != nil {
			return err
		}
		if t.Columns[i].Set > 0 {
			continue // all services of the row are read by it
		}
		t.release(func(s slot) bool {
			return s.role == m.slot.role && (s.nth == 0 || m.slot.nth == 0 || s.nth == m.slot.nth)
		}, "--map names another column for "+m.slot.String())
		t.Columns[i].readings = []meaning{{slot: m.slot}}
		t.Columns[i].Why = mappedWhy
	}
	return nil
}

// mappedWhy is why a mapped column is read.
const mappedWhy = "named by --map"

// release takes the slots from the columns that would fill them, but not from mapped ones.
func (t *Table) release(taken func(slot) bool, why string) {
	for i := range t.Columns {
		c := &t.Columns[i]
		c.readings = slices.DeleteFunc(c.readings, func(m meaning) bool {
			if m.rank == 0 || !taken(m.slot) {
				return false
			}
			c.Why = why
			return true
		})
	}
}

func (t *Table) mapped(m Mapping) (int, error) {
	if m.Column > len(t.Columns) {
		return 0, &headerError{what: fmt.Sprintf("--map %s: there is no column %d", m, m.Column), help: fmt.Sprintf("the header has %d", len(t.Columns))}
	}
	if m.Column > 0 {
		return m.Column - 1, nil
	}
	found := -1
	for i, c := range t.Columns {
		if headerKey(c.Header) != headerKey(m.Header) || c.Header == "" {
			continue
		}
		if found >= 0 {
			return 0, &headerError{what: fmt.Sprintf("--map %s: columns %d and %d have that header", m, found+1, i+1),
				help: fmt.Sprintf("name one by its place, such as --map '%s=#%d'", m.Field, found+1)}
		}
		found = i
	}
	if found < 0 {
		return 0, &headerError{what: fmt.Sprintf("--map %s: no column has that header", m), help: t.headerLike(m.Header)}
	}
	return found, nil
}

// headerLike is what a name that is in no header may have been, or all that the header has.
func (t *Table) headerLike(name string) string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Header)
	}
	if like := near.Word(name, names); like != "" {
		return fmt.Sprintf("did you mean %q?", like)
	}
	return "the header has " + t.headerList()
}

func (t *Table) headerList() string {
	var names []string
	for _, c := range t.Columns {
		if c.Header != "" {
			names = append(names, fmt.Sprintf("%q", c.Header))
		}
	}
	if more := len(names) - mostListed; more > 0 {
		return fmt.Sprintf("%s and %d more, which claimaudit columns lists", strings.Join(names[:mostListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

// mostListed is how many names of a header are shown in a message.
const mostListed = 20

// candidate is a column that may fill a slot.
type candidate struct {
	column int
	meaning
}

func (t *Table) candidates(r role, set int) (found []candidate) {
	for i, c := range t.Columns {
		for _, m := range c.readings {
			if m.slot.role == r && c.Field == "" && c.Set == set {
				found = append(found, candidate{i, m})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	return found
}

// choose gives the role to the column whose header is nearest to it, of those of the row as such (0) or
// of those of one of its services.
func (t *Table) choose(r role, set int) error {
	found := t.candidates(r, set)
	if set == 0 && t.numSets > 0 && r == role(claim.FieldCode) {
		for _, c := range found {
			t.unread(c.column, "the codes of a row stand in several columns with a number")
		}
		return nil
	}
	if r == role(claim.FieldClaim) && !t.know.remits {
		found = t.lessPatient(found, set)
	}
	if len(found) == 0 {
		return nil
	}
	if r.several() {
		t.chooseSeveral(found)
		return nil
	}
	found = t.filled(found)
	best := found[0]
	if len(found) > 1 && found[1].rank == best.rank {
		return t.ambiguous(found)
	}
	t.take(best)
	t.passOver(found[1:], best)
	return nil
}

// lessPatient leaves out the column that alone can be the patient: the number of a claim form's box 26 is
// the claim's where another column has the patient's.
func (t *Table) lessPatient(claims []candidate, set int) []candidate {
	patients := t.candidates(role(claim.FieldPatient), set)
	return slices.DeleteFunc(claims, func(c candidate) bool {
		return c.rank > 0 && len(patients) == 1 && patients[0].column == c.column
	})
}

// filled leaves out columns that are blank on nearly all rows where another of the field has values: a
// record number that one row of fifty has names no patients.
func (t *Table) filled(found []candidate) []candidate {
	rival := slices.IndexFunc(found, func(c candidate) bool { return 5*len(t.Columns[c.column].values) >= t.sampled })
	if rival < 0 || t.sampled < fewRows {
		return found
	}
	taken := t.Columns[found[rival].column].Header
	return slices.DeleteFunc(found, func(c candidate) bool {
		blank := c.rank > 0 && 10*len(t.Columns[c.column].values) < t.sampled
		if blank {
			t.unread(c.column, fmt.Sprintf("it is blank on nearly all rows, and %q is read for %s", taken, c.slot))
		}
		return blank
	})
}

// fewRows is from how many rows on a column may be called blank.
const fewRows = 5

// chooseSeveral takes numbered columns (Mod1, Mod2), for each number the nearest, or else every
// column of the nearest name that may hold several.
func (t *Table) chooseSeveral(found []candidate) {
	list := found[0].slot.nth == 0
	for _, c := range found {
		if c.rank == found[0].rank && c.slot.nth > 0 {
			list = false
		}
	}
	filled := map[int]candidate{}
	for _, c := range found {
		taken, twice := filled[c.slot.nth]
		switch {
		case list && c.slot.nth == 0 && c.rank == found[0].rank, !list && c.slot.nth > 0 && !twice:
			t.take(c)
			filled[c.slot.nth] = c
		case twice && taken.rank == c.rank && !list:
			t.unread(c.column, fmt.Sprintf("%s already comes from column %d", c.slot, taken.column+1))
		default:
			t.passOver([]candidate{c}, found[0])
		}
	}
}

func (t *Table) take(c candidate) {
	column := &t.Columns[c.column]
	column.Field, column.slot, column.Rank = c.slot.String(), c.slot, c.rank
	switch {
	case c.rank == 0:
	case c.rank > loosely:
		column.Why = "its header in part"
	default:
		column.Why = "its header"
	}
}

func (t *Table) passOver(others []candidate, taken candidate) {
	for _, c := range others {
		if c.column != taken.column {
			t.Columns[c.column].Why = fmt.Sprintf("%q is nearer to %s", t.Columns[taken.column].Header, taken.slot)
		}
	}
}

// unread leaves a column out and says so.
func (t *Table) unread(column int, why string) {
	t.Columns[column].Why = why
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("column %q was not read: %s", t.Columns[column].Header, why))
}

// ambiguous is an error where a required field is claimed twice; another field is left unread.
func (t *Table) ambiguous(found []candidate) error {
	best := found[0]
	same := slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return c.rank != best.rank })
	var names, flags []string
	for _, c := range same {
		header := t.Columns[c.column].Header
		names = append(names, fmt.Sprintf("%q (column %d)", header, c.column+1))
		flags = append(flags, t.mapFlag(c.slot, c.column))
	}
	both := strings.Join(names, " and ")
	for _, c := range same {
		t.Columns[c.column].Why = fmt.Sprintf("%s may each be %s", both, best.slot)
	}
	if f, ok := best.slot.field(); ok && slices.Contains(t.know.required, f) {
		return &headerError{fatal: t.isClaims(), half: t.couldHave() > 1,
			what: fmt.Sprintf("%s may each be %s", both, fieldText(f)),
			help: "choose one: " + strings.Join(flags, " or ")}
	}
	t.Source.Notes = append(t.Source.Notes,
		fmt.Sprintf("%s was not read: %s may each be it; choose one: %s", best.slot, both, strings.Join(flags, " or ")))
	return nil
}

// isClaims tells whether some column may be each of the required fields.
func (t *Table) isClaims() bool { return t.couldHave() == len(t.know.required) }

// couldHave is how many of the required fields some column may be.
func (t *Table) couldHave() (n int) {
	for _, f := range t.know.required {
		if slices.ContainsFunc(t.Columns, func(c Column) bool {
			return slices.ContainsFunc(c.readings, func(m meaning) bool { return m.slot.role == role(f) })
		}) {
			n++
		}
	}
	return n
}

// mapFlag is the --map that names the column: by its header, or by its place when another column
// has the same one.
func (t *Table) mapFlag(s slot, column int) string {
	header := t.Columns[column].Header
	for i, c := range t.Columns {
		if i != column && headerKey(c.Header) == headerKey(header) {
			return fmt.Sprintf("--map '%s=#%d'", s, column+1)
		}
	}
	return fmt.Sprintf("--map '%s=%s'", s, header)
}

// finish notes what no column holds; that a required field is among it is an error.
func (t *Table) finish() error {
	var have claim.Fields
	for i := range t.Columns {
		c := &t.Columns[i]
		if f, ok := c.slot.field(); ok && c.Field != "" {
			have |= claim.FieldSet(f)
		}
		if c.Why == "" {
			c.Why = "not needed"
		}
	}
	t.Source.Columns = have
	var lacking []claim.Field
	for f := range claim.NumFields {
		if !have.Has(f) {
			t.Missing = append(t.Missing, f)
			if slices.Contains(t.know.required, f) {
				lacking = append(lacking, f)
			}
		}
	}
	if len(lacking) > 0 && (!t.know.remits || !have.Has(claim.FieldClaim) || !t.numbersLines()) {
		return t.lacks(lacking)
	}
	return nil
}

// lacks says which required fields the header does not name, what the candidates are, and how to
// name one.
func (t *Table) lacks(fields []claim.Field) error {
	var names, help []string
	for _, f := range fields {
		names = append(names, fieldText(f))
		help = append(help, t.suggest(f))
	}
	where := "the columns mapped"
	if len(t.Headers) > 0 {
		where = fmt.Sprintf("the header in row %d", t.Headers[len(t.Headers)-1])
	}
	switch {
	case t.know.remits:
		help = []string{fmt.Sprintf("add a column such as %s to the remittance, or keep how it is read in the configuration: claimaudit columns FILE --remits --map '%s=HEADER' --save FILE writes it; the header has %s",
			exampleHeaders[fields[0]], fields[0], t.headerList())}
	case t.tellsPayments():
		help = append([]string{"this looks like a remittance: what was paid, not what was billed; audit the 837 or an export of charges, with this file as --remits"}, help...)
	}
	if half := t.half(fields); half != "" {
		help = append(help, half)
	}
	return &headerError{
		half: t.couldHave() > 1,
		what: where + " names no " + strings.Join(names, " and no "),
		help: strings.Join(help, "; "),
	}
}

// tellsPayments tells whether columns tell of payments, and none of a charge.
func (t *Table) tellsPayments() bool {
	paid := 0
	for _, c := range t.Columns {
		f, isField := c.slot.field()
		switch {
		case c.Field == "":
		case isField && f == claim.FieldCharge:
			return false
		case c.slot.role == payment, c.slot.role == paidAmount, isField && claim.FieldSet(claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials).Has(f):
			paid++
		}
	}
	return paid > 1
}

// half says so where the table looks like one half of an export that is split into claims and lines.
func (t *Table) half(lacking []claim.Field) string {
	joint := slices.IndexFunc(t.Columns, func(c Column) bool { return c.slot == fieldSlot(claim.FieldClaim) && c.Field != "" })
	if joint < 0 {
		return ""
	}
	has := ""
	switch patient, date := slices.Contains(lacking, claim.FieldPatient), slices.Contains(lacking, claim.FieldFrom); {
	case slices.Contains(lacking, claim.FieldCode) && len(lacking) > 1:
		return ""
	case patient && date:
		has = "codes and the other file their patients and dates"
	case patient:
		has = "codes and the other file their patients"
	case date:
		has = "codes and the other file their dates"
	default:
		has = "patients and dates and the other file their codes"
	}
	return fmt.Sprintf("if the export is split over two files, this one with the %s, join them on column %q and audit the joined file", has, t.Columns[joint].Header)
}

// suggest says what to do about a required field without a column, and which columns may be it.
func (t *Table) suggest(f claim.Field) string {
	var likely []candidate
	for i := range t.Columns {
		if n := t.know.likelihood(&t.Columns[i], f); n > 0 {
			likely = append(likely, candidate{i, meaning{slot: fieldSlot(f), rank: -n}})
		}
	}
	if len(likely) == 0 {
		return fmt.Sprintf("add a column such as %s to the export, or name it: --map '%s=HEADER'; the header has %s", exampleHeaders[f], f, t.headerList())
	}
	slices.SortStableFunc(likely, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	var texts []string
	for _, c := range likely[:min(len(likely), mostOffered)] {
		text := t.mapFlag(c.slot, c.column)
		if why := t.Columns[c.column].Why; why != "not needed" {
			text += " (" + why + ")"
		}
		texts = append(texts, text)
	}
	return fmt.Sprintf("add a column such as %s to the export; if one of these is it: %s", exampleHeaders[f], strings.Join(texts, ", "))
}

// mostOffered is how many columns are offered for a field.
const mostOffered = 3

// likelihood is how likely a column is meant for a required field: 3 by its name and its values, 2 by its
// name, 1 by its values; 0 when it is not. Five digits are no date, and no code where the name is a ZIP code's.
func (k *knowledge) likelihood(c *Column, f claim.Field) int {
	if c.Field != "" || c.Header == "" {
		return 0
	}
	known := k.meanings(c.Header)
	decoy := slices.ContainsFunc(known, func(m meaning) bool { return m.slot.role == role(f) })
	if known != nil && !decoy {
		return 0
	}
	key := headerKey(c.Header)
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(key, w) })
	}
	words := offerWords[f]
	named := decoy || has(words.wanted) && !has(words.against)
	fits := 0
	for _, v := range c.values {
		if looksLike(f, v, named) {
			fits++
		}
	}
	switch valued := 2*fits > len(c.values); {
	case named && valued:
		return 3
	case decoy, named && len(c.values) == 0:
		return 2
	case valued && !has(words.against) && f != claim.FieldPatient:
		return 1
	}
	return 0
}

// looksLike tells whether a value may be one of a required field in a column that is to be offered for it.
func looksLike(f claim.Field, value string, named bool) bool {
	switch f {
	case claim.FieldFrom:
		return isDate(value) && (!isDigits(value) || named && len(value) > codeWidth)
	case claim.FieldCode:
		code, err := claim.ParseCode(value)
		return err == nil && code.Shaped()
	}
	return isID(value)
}

// codeWidth is how long a procedure code is.
const codeWidth = 5

// offerWords are what is in a header that may be meant for a required field, and in one that is not.
var offerWords = map[claim.Field]struct{ wanted, against []string }{
	claim.FieldPatient: {[]string{"patient", "pat", "chart", "mrn", "acct", "account", "member", "client", "person"}, []string{"name", "date", "zip", "phone", "paid", "path", "type", "class", "balance", "pay", "resp", "amount", "amt", "charge", "portion", "share", "liab", "due", "owe"}},
	claim.FieldFrom:    {[]string{"date", "dos", "day", "from", "visit", "service"}, []string{"birth", "dob", "zip", "post", "paid", "code", "update"}},
	claim.FieldClaim:   {[]string{"claim", "control", "encounter", "invoice", "account"}, []string{"date", "status", "amount", "amt", "type", "adj", "paid"}},
	claim.FieldCode:    {[]string{"cpt", "hcpc", "proc", "service", "code"}, []string{"zip", "post", "npi", "diag", "icd", "dx", "tax", "phone", "payer", "ins", "place", "pos", "mod", "rev"}},
}

var exampleHeaders = map[claim.Field]string{
	claim.FieldPatient: `"Patient ID", "MRN" or "Account #"`,
	claim.FieldFrom:    `"DOS", "Date of Service" or "From"`,
	claim.FieldCode:    `"CPT", "HCPCS" or "Procedure Code"`,
	claim.FieldClaim:   `"Claim Number" or "Patient Control Number"`,
}

// fieldText is a required field in a biller's words, with the name --map takes.
func fieldText(f claim.Field) string {
	words := map[claim.Field]string{
		claim.FieldPatient: "patient", claim.FieldFrom: "date of service", claim.FieldCode: "procedure code",
		claim.FieldClaim: "claim number",
	}
	return words[f] + " (" + f.String() + ")"
}
