package parsers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// A row may hold several services: CPT1 Mod1 Units1 CPT2 Mod2 Units2, or Procedure Code 1 to 3. Columns
// whose names differ by a number are the same column of one service after the other: a set. What stands
// in no set belongs to the row, and so to each of its services.

// member is what a header may be in a set.
type member struct {
	base  string // the name less its numbers, as headerKey writes it
	set   int    // which service of the row
	sub   int    // which of several columns of that service, such as its second modifier; 0: the only one
	clear bool   // the name says that it is of a service: Line 2 Units
}

// serviceWords are what a header begins with that counts the services of a row.
var serviceWords = []string{"line", "ln", "svc", "service", "serviceline", "svcline", "claimline", "proc", "procedure", "charge", "chg", "item", "row", "sl", "set", "cpt", "hcpcs", "code"}

// perService are the fields that each service of a row may have of its own. A second payer or diagnosis
// is more often the claim's: see ownColumns.
var perService = claim.FieldSet(claim.FieldFrom, claim.FieldTo, claim.FieldCode, claim.FieldModifiers, claim.FieldUnits, claim.FieldCharge,
	claim.FieldDiagnoses, claim.FieldRendering, claim.FieldBilling, claim.FieldTIN, claim.FieldPOS, claim.FieldAuth, claim.FieldNarrative,
	claim.FieldLineID, claim.FieldAllowed, claim.FieldPaid, claim.FieldDenials)

// setRole tells whether each service of a row may have the role of its own.
func setRole(r role) bool {
	if f, isField := (slot{role: r}).field(); isField {
		return perService.Has(f)
	}
	return r == dxPointer || r == dxPointer0 || r == lineNumber || r == revenueCode || r == paidAmount
}

// maxSets bounds how many services a row may hold: a hospital's claim has 45.
const maxSets = 99

// headerTokens cuts a header into its words and numbers: "CPT1_Mod 2" is cpt, 1, mod, 2.
func headerTokens(header string) (list []string) {
	last := byte(0)
	for i := range len(header) {
		b := lower(header[i])
		kind := byte('a')
		switch {
		case isDigit(b):
			kind = '0'
		case !isLetter(b):
			kind = 0
		}
		if kind == 0 {
			last = 0
			continue
		}
		if kind != last {
			list = append(list, "")
		}
		list[len(list)-1] += string(b)
		last = kind
	}
	return list
}

func setNumber(token string) (n int, ok bool) {
	n, err := strconv.Atoi(token)
	return n, err == nil && len(token) <= 2 && n > 0 && n <= maxSets
}

// members are the ways to read a header as a column of a set, the likeliest first.
func members(header string) (ways []member) {
	ts := headerTokens(header)
	if len(ts) > 2 && ts[0] == "24" && len(ts[1]) == 1 { // the box of the claim form
		ts = ts[2:]
	}
	join := func(parts ...[]string) string { return strings.Join(slices.Concat(parts...), "") }
	last := len(ts) - 1
	if last < 1 {
		return nil
	}
	if n, ok := setNumber(ts[last]); ok {
		ways = append(ways, member{base: join(ts[:last]), set: n})
		if set, ok := setNumber(ts[last-1]); ok && last > 1 {
			ways = append([]member{{base: join(ts[:last-1]), set: set, sub: n}}, ways...)
		}
	}
	if n, ok := setNumber(ts[last-1]); ok && last > 1 && len(ts[last]) == 1 && ts[last] <= "f" && ts[last] >= "a" {
		ways = append(ways, member{base: join(ts[:last-1]), set: n, sub: int(ts[last][0]-'a') + 2})
	}
	for i := range last {
		n, ok := setNumber(ts[i])
		if !ok {
			continue
		}
		rest, sub := ts[i+1:], 0
		if k := len(rest) - 1; k > 0 {
			if m, ok := setNumber(rest[k]); ok {
				rest, sub = rest[:k], m
			}
		}
		if i == 0 {
			ways = append(ways, member{base: strings.TrimPrefix(join(rest), "st"), set: n, sub: sub})
		}
		if i > 0 && slices.Contains(serviceWords, join(ts[:i])) {
			ways = append(ways, member{base: join(rest), set: n, sub: sub, clear: true})
		}
		ways = append(ways, member{base: join(ts[:i], rest), set: n, sub: sub})
	}
	return ways
}

// setMeanings are the meanings of a name that a header has in a set.
func (k *knowledge) setMeanings(m *member, mappings []Mapping, header string) (found []meaning) {
	for _, one := range mappings {
		if one.Header != "" && headerKey(one.Header) == headerKey(header) && setRole(one.slot.role) {
			return []meaning{{slot: one.slot}}
		}
	}
	for _, one := range k.exact(m.base) {
		if one.decoy == "" && (one.slot.nth == 0 || m.set == 0) && setRole(one.slot.role) {
			found = append(found, one)
		}
	}
	if len(found) == 0 { // modifiers are known with their numbers alone
		for _, one := range k.names[m.base+"#"] {
			if one.decoy == "" && setRole(one.slot.role) {
				found = append(found, one)
			}
		}
	}
	return found
}

// numberedMeanings are what a header may mean as one of several columns: CPT1, Line 2 Units.
func (k *knowledge) numberedMeanings(header string) (found []meaning) {
	for _, m := range members(header) {
		found = append(found, k.setMeanings(&m, nil, header)...)
	}
	return found
}

// family are the columns that one name has in the sets.
type family struct {
	base     string
	clear    bool
	meanings []meaning
	columns  []setColumn // in the order of the header
}

type setColumn struct {
	index int
	set   int
	sub   int
}

// families gathers the columns by their names less the numbers.
func (t *Table) families(mappings []Mapping) (list []*family) {
	byName := map[string]*family{}
	for i := range t.Columns {
		header := t.Columns[i].Header
		ways := members(header)
		if header != "" {
			ways = append(ways, member{base: headerKey(header)}) // the first may have no number
		}
		for _, m := range ways {
			meanings := t.know.setMeanings(&m, mappings, header)
			key := fmt.Sprint(m.base, m.clear)
			f := byName[key]
			if f == nil {
				f = &family{base: m.base, clear: m.clear}
				byName[key] = f
				list = append(list, f)
			}
			if len(meanings) > 0 && (len(f.meanings) == 0 || meanings[0].rank == 0) {
				f.meanings = meanings
			}
			if m.set == 0 && len(meanings) > 0 {
				m.sub = meanings[0].slot.nth // the same Mod1 for each service
			}
			f.columns = append(f.columns, setColumn{i, m.set, m.sub})
		}
	}
	return slices.DeleteFunc(list, func(f *family) bool { return len(f.meanings) == 0 || len(f.columns) < 2 })
}

// numberBare gives the column whose name has no number one, where that makes a row of them: CPT, CPT2 or
// CPT, CPT.1. A name that is repeated counts by its turn.
func (f *family) numberBare() {
	bare, least := 0, maxSets
	for _, c := range f.columns {
		if c.set == 0 {
			bare++
		} else {
			least = min(least, c.set)
		}
	}
	if bare == 0 || bare > 1 && bare < len(f.columns) {
		return
	}
	for i := range f.columns {
		c := &f.columns[i]
		switch {
		case bare > 1:
			c.set = i + 1
		case c.set == 0:
			c.set = 1
		case least == 1:
			c.set++
		}
	}
}

// settleBare leaves out the column whose name has no number where the others make the sets: it is the
// row's, such as its whole charge. Elsewhere, and where a program told equal names apart (CPT, CPT.1), it
// is the first.
func (t *Table) settleBare(f *family, sets int) {
	dotted := false
	numbered := &family{columns: slices.DeleteFunc(slices.Clone(f.columns), func(c setColumn) bool {
		header := t.Columns[c.index].Header
		dotted = dotted || c.set == 1 && strings.HasSuffix(header, ".1")
		return c.set == 0
	})}
	if n := numbered.count(); n >= 2 && (sets == 0 || n == sets) && !dotted {
		f.columns = numbered.columns
		return
	}
	f.numberBare()
}

// count is how many sets the family's columns make, numbered from 1 without a gap; 0 where they are no
// such row.
func (f *family) count() int {
	sets, seen := map[int]bool{}, map[setColumn]bool{}
	most := 0
	for _, c := range f.columns {
		at := setColumn{set: c.set, sub: c.sub}
		if c.set == 0 || seen[at] {
			return 0
		}
		sets[c.set], seen[at] = true, true
		most = max(most, c.set)
	}
	if most < 2 || len(sets) != most {
		return 0
	}
	return most
}

// findSets finds the columns in which one service of the row comes after the other: those of the codes
// first, and of the others those that are told apart in the same way. Columns taken into a set have the
// meaning of their name less the number.
func (t *Table) findSets(mappings []Mapping) {
	families := t.families(mappings)
	codes := t.codeFamily(families)
	if codes == nil {
		return
	}
	t.numSets = codes.count()
	t.join(codes, fieldSlot(claim.FieldCode).role)
	for _, f := range families {
		if f == codes || f.has(role(claim.FieldCode)) != nil {
			continue
		}
		t.joinOwn(f, codes)
	}
}

// has is the family's meaning in the role; nil where it has none.
func (f *family) has(r role) *meaning {
	for i := range f.meanings {
		if f.meanings[i].slot.role == r {
			return &f.meanings[i]
		}
	}
	return nil
}

// codeFamily is the family of the procedure codes, one column a service; nil where the row is one
// service. Each column must hold codes, if it holds anything.
func (t *Table) codeFamily(families []*family) (best *family) {
	most := 0
	for _, f := range families {
		m := f.has(role(claim.FieldCode))
		if m == nil || slices.ContainsFunc(f.columns, func(c setColumn) bool { return c.sub > 0 }) {
			continue
		}
		t.settleBare(f, 0)
		n := f.count()
		if n < 2 || n != len(f.columns) || !slices.ContainsFunc(f.columns, func(c setColumn) bool { return len(t.Columns[c.index].values) > 0 }) {
			continue
		}
		if slices.ContainsFunc(f.columns, func(c setColumn) bool { return !t.know.holdsCodes(t.Columns[c.index].values) }) {
			continue
		}
		if n > most {
			best, most = f, n
		}
	}
	return best
}

// holdsCodes tells whether half of the values are procedure codes.
func (k *knowledge) holdsCodes(values []string) bool {
	readable := 0
	for _, v := range values {
		if k.readsAs(role(claim.FieldCode), v) || len(k.codesIn(v)) > 1 {
			readable++
		}
	}
	return 2*readable >= len(values)
}

// joinOwn takes a family into the sets where its columns are told apart as those of the codes are: its
// name says so, a column of codes stands between one and the next, or there are as many. Modifiers and
// diagnoses that are not are the row's, as Dx1 to Dx12 of a claim.
func (t *Table) joinOwn(f, codes *family) {
	t.settleBare(f, t.numSets)
	n := f.count()
	if n == 0 || n > t.numSets {
		n = t.inBlocks(f, codes)
	}
	if n == 0 || n > t.numSets || slices.ContainsFunc(f.columns, func(c setColumn) bool { return t.Columns[c.index].Set > 0 }) {
		return
	}
	numbered := f.columns[0].sub > 0 || f.columns[len(f.columns)-1].sub > 0
	parted := f.parted(codes)
	if !f.clear && !parted && !numbered && (n != t.numSets || f.has(role(claim.FieldDiagnoses)) != nil && !strings.Contains(f.base, "line")) {
		return
	}
	t.join(f, f.meanings[0].slot.role)
}

// inBlocks numbers columns that count on over the sets, as CPT1 Mod1 Mod2 CPT2 Mod3 Mod4 does: by the
// column of codes that they follow. 0 where the sets do not have the same number of them.
func (t *Table) inBlocks(f, codes *family) int {
	each := len(f.columns) / t.numSets
	if each == 0 || each*t.numSets != len(f.columns) || slices.ContainsFunc(f.columns, func(c setColumn) bool { return c.sub > 0 }) {
		return 0
	}
	for i := range f.columns {
		c := &f.columns[i]
		set := 0
		for _, code := range codes.columns {
			if code.index < c.index {
				set = max(set, code.set)
			}
		}
		if set != i/each+1 {
			return 0
		}
	}
	for i := range f.columns {
		f.columns[i].set, f.columns[i].sub = i/each+1, i%each+1
	}
	return t.numSets
}

// parted tells whether a column of codes stands between the family's column of one set and of the next.
func (f *family) parted(codes *family) bool {
	for i := 1; i < len(f.columns); i++ {
		a, b := f.columns[i-1], f.columns[i]
		if a.set != b.set && !slices.ContainsFunc(codes.columns, func(c setColumn) bool { return a.index < c.index && c.index < b.index }) {
			return false
		}
	}
	return true
}

// join gives the family's columns their sets, and the role alone to read them by.
func (t *Table) join(f *family, r role) {
	meaning := *f.has(r)
	for _, column := range f.columns {
		c := &t.Columns[column.index]
		c.Set = column.set
		meaning.slot.nth = 0
		if r.several() && (column.sub > 0 || meaning.slot.role == role(claim.FieldModifiers) || meaning.slot.role == role(claim.FieldDiagnoses)) {
			meaning.slot.nth = max(column.sub, 1)
		}
		c.readings = append(c.readings[:0:0], meaning)
		if meaning.rank == 0 {
			c.Why = mappedWhy
		}
	}
}

// planSets makes a plan for each service of a row from the row's own columns and those of the set.
func (t *Table) planSets(below []grid.Row) error {
	row := t.plan
	t.sets = make([]plan, t.numSets)
	for n := range t.sets {
		p := &t.sets[n]
		*p = row
		p.mods, p.diags, p.points, p.sums = slices.Clip(row.mods), slices.Clip(row.diags), slices.Clip(row.points), slices.Clip(row.sums)
		p.shared = claim.FieldSet(claim.FieldUnits, claim.FieldCharge, claim.FieldModifiers)
		own := map[role]bool{}
		for i := range t.Columns {
			c := &t.Columns[i]
			if c.Set != n+1 || c.Field == "" {
				continue
			}
			if !own[c.slot.role] {
				p.forget(c.slot.role)
				own[c.slot.role] = true
			}
			p.add(c, t.know)
			if f, isField := c.slot.field(); isField {
				p.ownFields |= claim.FieldSet(f)
			}
		}
		p.shared &^= p.ownFields
		p.inOrder(t.Columns)
		p.survey = row.survey.anew()
		t.sampleDays(p)
	}
	for _, p := range t.sets {
		if len(p.points) > 0 && len(row.points) == 0 {
			if err := t.countSetPointers(below); err != nil {
				return err
			}
			break
		}
	}
	t.plan = t.sets[0]
	return nil
}

// forget takes the row's columns of a role out of the plan, since the set has its own.
func (p *plan) forget(r role) {
	switch f, isField := (slot{role: r}).field(); {
	case isField && f == claim.FieldModifiers:
		p.mods = nil
	case isField && f == claim.FieldDiagnoses:
		p.diags = nil
	case r == dxPointer, r == dxPointer0:
		p.points = nil
	case r == paidAmount:
		p.sums = nil
	}
}

// countSetPointers tells from where the pointers of the sets count, by all of them.
func (t *Table) countSetPointers(below []grid.Row) error {
	var plans []*plan
	told, header := false, ""
	for i := range t.sets {
		p := &t.sets[i]
		if len(p.diags) == 0 {
			p.points = nil
		}
		for _, column := range p.points {
			told = told || t.Columns[column].Why == mappedWhy
			header = cmp.Or(header, t.Columns[column].Header)
		}
		plans = append(plans, p)
	}
	zero := slices.ContainsFunc(t.sets, func(p plan) bool { return p.told && p.zero })
	if !told {
		var err error
		if zero, err = t.countFrom(plans, below, header); err != nil {
			return err
		}
	}
	from := 1
	if zero {
		from = 0
	}
	for _, p := range plans {
		p.zero, p.told = zero, told
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("a service has the diagnoses that columns such as %q point at, counted from %d (or A)", header, from))
	return nil
}

// listed are names in a text, of many the first and the last.
func listed(names []string) string {
	const most = 4
	if len(names) > most {
		return names[0] + " to " + names[len(names)-1]
	}
	return strings.Join(names, ", ")
}

// tellSets says what was found, once a table.
func (t *Table) tellSets() {
	var codes []string
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Set > 0 && c.slot == fieldSlot(claim.FieldCode) && c.Field != "" {
			codes = append(codes, t.Source.ColumnOf(claim.Pos{Column: int16(i + 1)}))
		}
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("a row holds up to %d services, with their codes in the columns %s", t.numSets, listed(codes)))
	if p := &t.sets[len(t.sets)-1]; p.shared.Has(claim.FieldCharge) && p.column[claim.FieldCharge] >= 0 {
		t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("column %q has one charge for all services of a row: it is counted once, on the first of them", t.Columns[p.column[claim.FieldCharge]].Header))
	}
}
