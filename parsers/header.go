package parsers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// Column is one column of a table and what it was taken for.
type Column struct {
	Index    int      // 0 is the first
	Header   string   // as written, blanks and line breaks made one blank
	Field    string   // what it was taken for, as --map names it; "" when it is not read
	Why      string   // why it was taken, or why not
	Rank     int      // how near its header is to the field: 1 is nearest, 0 is mapped or not read
	Examples []string // shapes of its first values: letters as A, digits as 9

	Set int // which service of the row it is of, from 1, where a row holds several; else 0

	slot     slot
	readings []meaning
	values   []string // the sampled values that are not blank
}

// heading is a header row, or two rows read as one.
type heading struct {
	rows  []grid.Row
	texts []string
	named map[role]bool // what its names may stand for
	score int           // how many those are; see headed
}

// required are the fields without which no line can be audited, and those without which nobody can tell which line a
// row of a remittance is about; the number of the line tells it too.
var (
	required      = []claim.Field{claim.FieldPatient, claim.FieldFrom, claim.FieldCode}
	remitRequired = []claim.Field{claim.FieldClaim, claim.FieldFrom, claim.FieldCode}
)

// open looks at the first rows of the sheet. The table stays where it is refused, with an error that says why.
func (t *Table) open(o Options) error {
	rows, err := t.pages.preview()
	if err == nil {
		err = t.understand(rows, o)
	}
	if err != nil && !errors.As(err, new(*headerError)) {
		t.pages.stop()
	}
	return err
}

// understand finds the header among the first rows and gives each column its field.
func (t *Table) understand(rows []grid.Row, o Options) (err error) {
	if t.maps, err = t.mappings(rows, o); err != nil {
		return err
	}
	h := t.know.findHeading(rows, t.maps)
	if h == nil {
		return t.offer(rows)
	}
	above, below := rows, rows
	if len(h.rows) > 0 {
		is := func(n int) func(grid.Row) bool { return func(r grid.Row) bool { return r.Number == n } }
		above = rows[:slices.IndexFunc(rows, is(h.rows[0].Number))]
		below = rows[slices.IndexFunc(rows, is(h.rows[len(h.rows)-1].Number))+1:]
	}
	below = t.know.uptoNext(h, below, t.maps)
	if err := t.head(h, below); err != nil {
		return err
	}
	t.plan.above = dataAmong(above, below)
	if len(h.rows) > 0 {
		t.plan.titles = titlesOf(above, t.plan.above)
	}
	return nil
}

// head gives the columns of a header their fields, by their names and by the rows below it.
func (t *Table) head(h *heading, below []grid.Row) error {
	t.plan.none()
	if t.know.remits {
		t.plan.seed = remitSeed
	}
	for _, row := range h.rows {
		t.Headers = append(t.Headers, row.Number)
		t.plan.headers = append(t.plan.headers, headerRowOf(row.Cells))
		t.plan.below = row.Number
	}
	t.Columns, t.sampled = t.know.columns(h.texts, below), len(below)
	for _, text := range h.texts { // which must not keep the text around it in memory
		t.Source.Headers = append(t.Source.Headers, strings.Clone(text))
	}
	missing := t.assign(t.maps)
	if err := t.notBilled(); err != nil { // what it is says more than what it lacks
		return err
	}
	if missing != nil {
		return missing
	}
	t.findGroups(below)
	return t.planRows(h, below)
}

// findHeading is the first header among the rows that names all that is required; where none does, the
// row, or two rows, in which most fields are named; nil when none names two.
func (k *knowledge) findHeading(rows []grid.Row, mappings []Mapping) *heading {
	if !k.mappedByPlace(mappings) {
		for i := range rows {
			if h := k.headingAt(rows[i:], len(k.required), mappings); h != nil {
				return h
			}
		}
	}
	rows = rows[:min(len(rows), headerRows)]
	var best *heading
	most := 1
	for i := range rows {
		if h := k.nearest(rows[i:], mappings); h.score > most {
			best, most = h, h.score
		}
	}
	if best == nil && len(rows) > 0 && k.mappedByPlace(mappings) {
		return &heading{texts: make([]string, widest(rows))}
	}
	return best
}

// headingAt is the header that begins with the first of the rows, if it names so many of the required
// fields, some of which --map may name by their places.
func (k *knowledge) headingAt(rows []grid.Row, least int, mappings []Mapping) *heading {
	h := k.nearest(rows, mappings)
	named, told := 0, 0
	for _, f := range k.required {
		if slices.ContainsFunc(mappings, func(m Mapping) bool { return m.Column > 0 && m.slot == fieldSlot(f) }) {
			told++
		} else if h.named[role(f)] {
			named++
		}
	}
	if named == 0 || named+told < least {
		return nil
	}
	return h
}

// nearest is the header made of the first row, of the one right behind it, or of both: the one that names
// most fields, and of those that name as many the one of a single row.
func (k *knowledge) nearest(rows []grid.Row, mappings []Mapping) *heading {
	best := k.headed(&heading{rows: rows[:1], texts: headerTexts(rows[0].Cells)}, mappings)
	if len(rows) < 2 || rows[1].Number != rows[0].Number+1 {
		return best
	}
	next := k.headed(&heading{rows: rows[1:2], texts: headerTexts(rows[1].Cells)}, mappings)
	if next.score > best.score {
		best = next
	}
	if two := k.doubled(rows[:2]); two != nil {
		if two = k.headed(two, mappings); two.score > best.score {
			best = two
		}
	}
	return best
}

// headed counts the fields a header names, those that are required thrice.
func (k *knowledge) headed(h *heading, mappings []Mapping) *heading {
	h.named = map[role]bool{}
	for i, text := range h.texts {
		if text == "" || i > 0 && text == h.texts[i-1] {
			continue // as most are where a name stands above many columns
		}
		known := k.meanings(text)
		if known == nil {
			known = k.numberedMeanings(text)
		}
		for _, m := range known {
			if m.decoy == "" {
				h.named[m.slot.role] = true
			}
		}
		for _, m := range mappings {
			if m.Header != "" && headerKey(m.Header) == headerKey(text) {
				h.named[m.slot.role] = true
			}
		}
	}
	for r := range h.named {
		h.score++
		if f, ok := (slot{role: r}).field(); ok && slices.Contains(k.required, f) {
			h.score += 2
		}
	}
	return h
}

// doubled reads two rows as one header: "Service" above "From" is "Service From". A name in the
// upper row holds for the blank cells to its right, as merged cells do. Rows with numbers in the
// lower one are no header.
func (k *knowledge) doubled(rows []grid.Row) *heading {
	upper, lower := headerTexts(rows[0].Cells), headerTexts(rows[1].Cells)
	if rows[1].Number != rows[0].Number+1 || slices.ContainsFunc(lower, looksLikeData) {
		return nil
	}
	h := &heading{rows: rows, texts: make([]string, max(len(upper), len(lower)))}
	over := ""
	for i := range h.texts {
		if i < len(upper) && upper[i] != "" {
			over = upper[i]
		}
		under := ""
		if i < len(lower) {
			under = lower[i]
		}
		h.texts[i] = k.joined(over, under)
	}
	return h
}

func (k *knowledge) joined(over, under string) string {
	both := strings.TrimSpace(over + " " + under)
	switch {
	case under == "":
		return over
	case k.meanings(both) != nil || k.meanings(under) == nil:
		return both
	}
	return under
}

// looksLikeData tells whether a cell holds a number or a date longer than the small numbers that
// count modifiers and diagnoses.
func looksLikeData(text string) bool {
	digits := 0
	for i := range len(text) {
		switch b := text[i]; {
		case isDigit(b):
			digits++
		case isLetter(b):
			return false
		}
	}
	return digits > 2
}

func (k *knowledge) mappedByPlace(mappings []Mapping) bool {
	for _, f := range k.required {
		if !slices.ContainsFunc(mappings, func(m Mapping) bool { return m.slot == fieldSlot(f) && m.Column > 0 }) {
			return false
		}
	}
	return true
}

func widest(rows []grid.Row) (width int) {
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	return width
}

// headerRow is what stands in a row of a header, as headerKey writes it.
type headerRow struct {
	keys  []string
	named int             // of them that are not blank
	all   map[string]bool // the same, by name: columns may be many
}

func headerRowOf(cells []string) headerRow {
	h := headerRow{keys: make([]string, len(cells)), all: map[string]bool{}}
	for i, cell := range cells {
		if h.keys[i] = headerKey(cell); h.keys[i] != "" {
			h.named++
			h.all[h.keys[i]] = true
		}
	}
	return h
}

// has tells whether the name stands in the column.
func (h *headerRow) has(column int, key string) bool {
	return column < len(h.keys) && h.keys[column] == key
}

func headerTexts(cells []string) []string {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		if cell != "" {
			texts[i] = strings.Join(strings.FieldsFunc(cell, isBlankRune), " ")
		}
	}
	return texts
}

// columns are the columns of a header with what their names may mean and their sampled values.
func (k *knowledge) columns(texts []string, below []grid.Row) []Column {
	columns := make([]Column, len(texts))
	for i, text := range texts {
		c := &columns[i]
		c.Index, c.Header, c.readings = i, text, k.meanings(text)
		for _, row := range below {
			if i < len(row.Cells) {
				if v := trim(row.Cells[i]); v != "" {
					c.values = append(c.values, v)
				}
			}
		}
		c.Examples = shapes(c.values)
	}
	k.dropLoneNumbers(columns)
	return columns
}

// dropLoneNumbers keeps "ICD10" from being the tenth diagnosis where there is no first or second.
func (k *knowledge) dropLoneNumbers(columns []Column) {
	first := map[role]bool{}
	for _, c := range columns {
		for _, m := range c.readings {
			if m.slot.nth == 1 || m.slot.nth == 2 {
				first[m.slot.role] = true
			}
		}
	}
	for i := range columns {
		c := &columns[i]
		if len(c.readings) > 1 {
			c.readings = slices.DeleteFunc(c.readings, func(m meaning) bool { return m.slot.nth > 2 && !first[m.slot.role] })
		}
	}
}

// shapes are the first three different shapes of values: letters as A, digits as 9.
func shapes(values []string) (found []string) {
	for _, v := range values {
		if shape := mask(v); len(found) < 3 && !slices.Contains(found, shape) {
			found = append(found, shape)
		}
	}
	return found
}

// mask hides a value and shows its shape, at most 24 characters of it.
func mask(value string) string {
	var b strings.Builder
	n := 0
	for _, r := range value {
		if n++; n > 24 {
			b.WriteString("...")
			break
		}
		switch {
		case r >= '0' && r <= '9':
			r = '9'
		case r > 127 || isLetter(byte(r)):
			r = 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// headerError says that a sheet has no header that names what is required. fatal says that it has
// one all the same, and that two of its columns claim one field; half, that it names two of the three.
type headerError struct {
	what  string // in a few words
	help  string // what to do
	fatal bool
	half  bool
}

func (e *headerError) Error() string { return e.what + ": " + e.help }

// brief is what an error says, without what to do.
func brief(err error) string {
	if h, ok := errors.AsType[*headerError](err); ok {
		return h.what
	}
	return err.Error()
}

// withoutHeader shows the shape of the first row, and never its cells: they may be a patient's.
func (k *knowledge) withoutHeader(rows []grid.Row) error {
	if len(rows) == 0 {
		return &headerError{what: "there are no rows", help: fmt.Sprintf("expected a header with %s, %s and %s", k.required[0], k.required[1], k.required[2])}
	}
	if why := unparted(rows); why != nil {
		return why
	}
	row := rows[len(rows)-1]
	var seen []string
	for _, cell := range row.Cells[:min(len(row.Cells), 8)] {
		seen = append(seen, fmt.Sprintf("%q", mask(trim(cell))))
	}
	return &headerError{
		what: fmt.Sprintf("none of the first %d rows is a header", min(len(rows), headerRows)),
		help: fmt.Sprintf("expected one that names the "+k.requiredText()+"; row %d looks like %s: "+
			"add a header, or name the columns by their place: %s", row.Number, strings.Join(seen, ", "), k.byPlace(row.Cells)),
	}
}

// unparted tells why rows have one cell each, where they look like rows of several; nil where they do not.
func unparted(rows []grid.Row) error {
	quoted, fixed := 0, 0
	for i := range rows {
		held := slices.DeleteFunc(slices.Clone(rows[i].Cells), func(cell string) bool { return trim(cell) == "" })
		if len(held) != 1 {
			continue
		}
		if strings.Count(held[0], ",") > 1 || strings.Count(held[0], ";") > 1 || strings.Count(held[0], "\t") > 1 || strings.Count(held[0], "|") > 1 {
			quoted++
		} else if len(strings.Split(squeezed.Replace(trim(held[0])), "\t")) > 2 {
			fixed++
		}
	}
	switch {
	case 2*quoted > len(rows):
		return &headerError{what: "every line stands in one cell, though it is written as several",
			help: "export it again, or part the cells by text to columns in a spreadsheet program"}
	case 2*fixed > len(rows):
		return &headerError{what: "this is text in columns of fixed width: nothing parts its cells",
			help: "export it as .csv or .xlsx, or open it in a spreadsheet program as text of fixed width and save it so"}
	}
	return nil
}

// squeezed makes one tab of the blanks between columns of fixed width.
var squeezed = strings.NewReplacer("                ", "\t", "        ", "\t", "    ", "\t", "   ", "\t", "  ", "\t")

// byPlace guesses from shapes which columns the required fields may be, for the reader to check.
func (k *knowledge) byPlace(cells []string) string {
	places := [3]int{}
	for i, cell := range cells {
		text := trim(cell)
		if _, _, err := claim.ParseDate(text); err == nil && places[1] == 0 {
			places[1] = i + 1
		} else if code, err := claim.ParseCode(text); err == nil && code.Shaped() && places[2] == 0 {
			places[2] = i + 1
		} else if places[0] == 0 && text != "" {
			places[0] = i + 1
		}
	}
	var flags []string
	for i, f := range k.required {
		n := "N"
		if places[i] > 0 {
			n = fmt.Sprint(places[i])
		}
		flags = append(flags, fmt.Sprintf("--map '%s=#%s'", f, n))
	}
	return strings.Join(flags, " ")
}
