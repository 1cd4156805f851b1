package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// builder fills a Catalog row by row; its methods refuse what contradicts the rows before.
type builder struct {
	c        *Catalog
	texts    map[string]string // one copy of each repeated text
	limits   map[Quarter]map[claim.Code]Limit
	addOns   map[claim.Code][]AddOn
	editions []edited
	to       map[string]claim.Date // of each table: its last day
}

// edited is a table of CMS's in the release of one quarter, as tables.csv has it.
type edited struct {
	file    string
	quarter Quarter
	whole   bool
}

func newBuilder() *builder {
	return &builder{
		c: &Catalog{
			entries: make(map[claim.Code]*Entry), lastDays: make(map[claim.Code]claim.Date),
			fees: make(map[claim.Code][]Fee), replacements: make(map[claim.Code][]Replacement),
			drugs: make(map[claim.Code]Drug), diagnoses: make(map[claim.Diagnosis]Diagnosis),
			modifiers: make(map[claim.Modifier]Modifier), diagnosisYears: make(map[int]map[claim.Diagnosis]bool),
		},
		texts:  make(map[string]string),
		limits: make(map[Quarter]map[claim.Code]Limit), addOns: make(map[claim.Code][]AddOn), to: make(map[string]claim.Date),
	}
}

var (
	errTwice    = errors.New("is listed twice")
	errUnlisted = errors.New("is not in codes.csv")
)

// shared is the text as one string, whatever number of rows repeat it.
func (b *builder) shared(s string) string { return shared(b.texts, s) }

func shared(texts map[string]string, s string) string {
	if one, ok := texts[s]; ok {
		return one
	}
	texts[s] = s
	return s
}

func (b *builder) listed(v *values, code claim.Code) *Entry {
	e := b.c.entries[code]
	if e == nil {
		v.fail(fmt.Errorf("%s %w", code, errUnlisted))
	}
	return e
}

type codeRow struct {
	Code       string `csv:"code" table:"key"`
	Label      string `csv:"label"`
	From       string `csv:"from"`
	To         string `csv:"to"`
	Status     string `csv:"status"`
	AddOnSince string `csv:"add_on_since"`
	Section    string `csv:"section"`
	Global     string `csv:"global"`
	Imaging    string `csv:"imaging"`
	Ages       string `csv:"ages"`
	Units      string `csv:"units"`
	Source     string `csv:"source"`
}

func (b *builder) code(r codeRow) error {
	var v values
	e := &Entry{
		Code: v.code(r.Code), Label: v.text("label", r.Label), Section: r.Section, Global: r.Global,
		Imaging: r.Imaging, Ages: r.Ages, Units: r.Units, Source: r.Source,
		AddOnSince: v.from(r.AddOnSince),
	}
	e.From, e.To = v.span(r.From, r.To)
	status := v.word(r.Status, "", "placeholder", "facility")
	e.Placeholder, e.FacilityOnly = status == "placeholder", status == "facility"
	switch {
	case e.Placeholder == e.Code.Shaped():
		v.fail(fmt.Errorf("%s does not have the shape of a code of its status", e.Code))
	case e.Placeholder && r.From+r.To != "":
		v.fail(fmt.Errorf("%s is a placeholder and has dates", e.Code))
	}
	b.c.entries[e.Code] = e
	return v.err
}

type groupRow struct {
	Group  string `csv:"group"`
	From   string `csv:"from"`
	To     string `csv:"to"`
	Codes  string `csv:"codes"`
	Source string `csv:"source"`
}

func (b *builder) group(r groupRow) error {
	var v values
	g := Group(slices.Index(groupNames[:], r.Group))
	if g >= NumGroups {
		return fmt.Errorf("there is no group %q", r.Group)
	}
	v.text("list of codes", r.Codes)
	var life span
	life.from, life.to = v.span(r.From, r.To)
	for _, code := range v.codes(r.Codes) {
		e := b.listed(&v, code)
		if e == nil {
			continue
		}
		if e.member.Has(g) {
			v.fail(fmt.Errorf("%s in group %s %w", code, g, errTwice))
		}
		e.member |= GroupSet(g)
		e.groups[g] = life
	}
	return v.err
}

type replacementRow struct {
	Old    string `csv:"old" table:"key"`
	New    string `csv:"new" table:"key"`
	When   string `csv:"when" table:"key"`
	Payers string `csv:"payers"` // classes, with a hyphen for a blank; none for all
	Edit   string `csv:"edit"`   // no: the row is advice
	Text   string `csv:"text"`
	Source string `csv:"source"`
}

func (b *builder) replacement(r replacementRow) error {
	var v values
	when := Condition(v.word(r.When, conditions...))
	old := b.listed(&v, v.code(r.Old))
	row := Replacement{When: when, Text: r.Text, Source: r.Source, Edit: v.word(r.Edit, "", "no") == "" && when != RecordDecides}
	for class := range strings.FieldsSeq(r.Payers) {
		payer, ok := claim.PayerNamed(class)
		if !ok {
			v.fail(fmt.Errorf("there are no payers %q", class))
		}
		row.Payers = append(row.Payers, payer)
	}
	if r.New != "" {
		row.New = v.code(r.New)
		b.listed(&v, row.New)
	}
	if v.err != nil {
		return v.err
	}
	row.Old = old.Code
	b.c.replacements[row.Old] = append(b.c.replacements[row.Old], row)
	return b.follows(old, row)
}

var conditions = []string{
	string(Always), string(WithImaging), string(WithoutImaging), string(UnderFive), string(FiveOrMore),
	string(CountStudies), string(RecordDecides), string(BeforeSuccessor),
}

// follows refuses a replacement for a code that needs none, and one that was never valid when it was
// needed: after the old code's last day, or before its first.
func (b *builder) follows(old *Entry, row Replacement) error {
	from, to := old.To+1, claim.EndOfTime
	switch {
	case row.When == BeforeSuccessor && old.Placeholder:
		return nil
	case row.When == BeforeSuccessor && old.From == 0:
		return fmt.Errorf("%s has always been valid: no code came before it", old.Code)
	case row.When == BeforeSuccessor:
		from, to = 0, old.From-1
	case old.Placeholder:
		return nil
	case old.To == claim.EndOfTime:
		return fmt.Errorf("%s is in force: nothing replaces it", old.Code)
	}
	if e := b.c.entries[row.New]; e != nil && (e.Placeholder || e.To < from || e.From > to) {
		return fmt.Errorf("%s is valid on no day on which %s needs it", row.New, old.Code)
	}
	return nil
}

type deletedRow struct {
	Last   string `csv:"last"`
	Codes  string `csv:"codes"`
	Source string `csv:"source"`
}

func (b *builder) deletedCodes(r deletedRow) error {
	var v values
	last := v.from(v.text("last day", r.Last))
	for _, code := range v.codes(r.Codes) {
		_, twice := b.c.lastDays[code]
		if twice || b.c.entries[code] != nil {
			v.fail(fmt.Errorf("%s %w", code, errTwice))
		}
		b.c.lastDays[code] = last
	}
	return v.err
}

// limitRow is a limit that codes have in the table of a quarter. Without units the table has none of the
// codes though they could have been in it.
type limitRow struct {
	Quarter   string `csv:"quarter"`
	Units     string `csv:"units"`
	MAI       string `csv:"mai"`
	Rationale string `csv:"rationale"`
	Codes     string `csv:"codes"`
	Source    string `csv:"source"`
}

func (b *builder) limit(r limitRow) error {
	var v values
	q, err := ParseQuarter(r.Quarter)
	if err != nil {
		return err
	}
	l := Limit{Quarter: q}
	if r.Units != "" || r.MAI != "" {
		units, err := strconv.Atoi(r.Units)
		if err != nil || units < 0 {
			v.fail(fmt.Errorf("%q is not a whole number of units", r.Units))
		}
		l.Units, l.By, l.Rationale = claim.Whole(units), Adjudication(v.one(r.MAI, "123")), b.shared(r.Rationale)
	}
	if b.limits[q] == nil {
		b.limits[q] = make(map[claim.Code]Limit)
	}
	v.text("list of codes", r.Codes)
	for _, code := range v.codes(r.Codes) {
		if _, twice := b.limits[q][code]; twice {
			v.fail(fmt.Errorf("%s in %s %w", code, q, errTwice))
		}
		b.limits[q][code] = l
	}
	return v.err
}

type addOnRow struct {
	Code      string `csv:"code"`
	Type      string `csv:"type"`
	From      string `csv:"from"`
	To        string `csv:"to"`
	Primaries string `csv:"primaries"`
	Source    string `csv:"source"`
}

func (b *builder) addOn(r addOnRow) error {
	var v values
	a := AddOn{Code: v.code(r.Code), Type: v.one(r.Type, "123"), Primaries: v.codes(r.Primaries), Source: r.Source}
	a.From, a.To = v.span(r.From, r.To)
	if e := b.c.entries[a.Code]; e != nil && e.AddOnSince != 0 && (a.From < e.AddOnSince || len(b.addOns[a.Code]) == 0 && a.From > e.AddOnSince) {
		v.fail(fmt.Errorf("%s is an add-on since %s in codes.csv", a.Code, e.AddOnSince))
	}
	if a.Type == '1' && len(a.Primaries) == 0 {
		v.fail(fmt.Errorf("%s is of type 1 and has no primaries", a.Code))
	}
	for _, have := range b.addOns[a.Code] {
		if a.From <= have.To && have.From <= a.To {
			v.fail(fmt.Errorf("%s %w for the same days", a.Code, errTwice))
		}
	}
	b.addOns[a.Code] = append(b.addOns[a.Code], a)
	return v.err
}

type feeRow struct {
	Code      string `csv:"code"`
	First     string `csv:"first"`
	Last      string `csv:"last"`
	Status    string `csv:"status"`
	Global    string `csv:"global"`
	Bilateral string `csv:"bilateral"`
	PCTC      string `csv:"pctc"`
	Multiple  string `csv:"multiple"`
	Assistant string `csv:"assistant"` // blank where it is not known
	Office    string `csv:"office"`    // no: not given in an office
	Source    string `csv:"source"`
}

func (b *builder) fee(r feeRow) error {
	var v values
	code := v.code(r.Code)
	b.listed(&v, code)
	f := Fee{
		Status: v.one(r.Status, "ABCDEFGHIJMNPQRTX"), Global: b.shared(v.word(r.Global, "000", "010", "090", "XXX", "YYY", "ZZZ", "MMM")),
		Bilateral: v.one(r.Bilateral, "01239"), PCTC: v.one(r.PCTC, "0123456789"), Multiple: v.one(r.Multiple, "012345679"),
		NoOffice: v.word(r.Office, "", "no") == "no",
	}
	if r.Assistant != "" {
		f.Assistant = v.one(r.Assistant, "01239")
	}
	first, err1 := strconv.Atoi(r.First)
	last, err2 := strconv.Atoi(r.Last)
	if err1 != nil || err2 != nil || first < 1992 || first > last || last > 2100 {
		return fmt.Errorf("%s to %s are not years in order", r.First, r.Last)
	}
	fees := b.c.fees[code]
	for f.Year = first; f.Year <= last; f.Year++ {
		if n := len(fees); n > 0 && fees[n-1].Year >= f.Year {
			v.fail(fmt.Errorf("%s in %d %w", code, f.Year, errTwice))
		}
		fees = append(fees, f)
	}
	b.c.fees[code] = fees
	return v.err
}

type drugRow struct {
	Code       string `csv:"code" table:"key"`
	Label      string `csv:"label"`
	PerUnit    string `csv:"per_unit"`
	Doses      string `csv:"doses"`
	SingleDose string `csv:"single_dose"`
	Source     string `csv:"source"`
}

func (b *builder) drug(r drugRow) error {
	var v values
	d := Drug{
		Code: v.code(r.Code), Label: v.text("label", r.Label), PerUnit: v.text("amount of a unit", r.PerUnit),
		Doses: r.Doses, SingleDose: v.word(r.SingleDose, "", "yes", "no", "mixed"), Source: r.Source,
	}
	e := b.listed(&v, d.Code)
	if v.err == nil && e.member.Has(SingleDose) != (d.SingleDose == "yes") {
		v.fail(fmt.Errorf("%s: single_dose %q contradicts group %s", d.Code, d.SingleDose, SingleDose))
	}
	b.c.drugs[d.Code] = d
	return v.err
}

type studyRow struct {
	From   string `csv:"from"`
	To     string `csv:"to"`
	Code   string `csv:"code"`
	Source string `csv:"source"`
}

func (b *builder) study(r studyRow) error {
	var v values
	row := studyCount{to: int(claim.EndOfTime), code: v.code(r.Code)}
	b.listed(&v, row.code)
	var err1, err2 error
	row.from, err1 = strconv.Atoi(r.From)
	if r.To != "" {
		row.to, err2 = strconv.Atoi(r.To)
	}
	next := 1
	if n := len(b.c.studies); n > 0 {
		next = b.c.studies[n-1].to + 1
	}
	if err1 != nil || err2 != nil || row.from != next || row.to < row.from {
		v.fail(fmt.Errorf("%s to %s does not follow the row before", r.From, r.To))
	}
	b.c.studies = append(b.c.studies, row)
	return v.err
}

type diagnosisRow struct {
	Code     string `csv:"code" table:"key"`
	Label    string `csv:"label"`
	Billable string `csv:"billable"`
	From     string `csv:"from"`
	To       string `csv:"to"`
	Instead  string `csv:"instead"`
	Text     string `csv:"text"`
	Source   string `csv:"source"`
}

func (b *builder) diagnosis(r diagnosisRow) error {
	var v values
	d := Diagnosis{
		Code: v.diagnosis(r.Code), Label: v.text("label", r.Label),
		Billable: v.word(r.Billable, "yes", "no") == "yes", Text: r.Text, Source: b.shared(r.Source),
	}
	d.From, d.To = v.span(r.From, r.To)
	d.Instead = v.diagnoses(r.Instead)
	b.c.diagnoses[d.Code] = d
	return v.err
}

type modifierRow struct {
	Modifier string `csv:"modifier" table:"key"`
	Label    string `csv:"label"`
	From     string `csv:"from"`
	To       string `csv:"to"`
	Only     string `csv:"only"`
	Source   string `csv:"source"`
}

func (b *builder) modifier(r modifierRow) error {
	var v values
	code, err := claim.ParseModifier(v.text("modifier", r.Modifier))
	if err != nil || code.String() != r.Modifier {
		v.fail(fmt.Errorf("%q is not a modifier", r.Modifier))
	}
	m := Modifier{Code: code, Label: b.shared(r.Label), Only: r.Only, Source: b.shared(r.Source)}
	m.From, m.To = v.span(r.From, r.To)
	b.c.modifiers[code] = m
	return v.err
}

type tableRow struct {
	File      string `csv:"file" table:"key"`
	Name      string `csv:"name"`
	Effective string `csv:"effective" table:"key"`
	Whole     string `csv:"whole"` // yes: what this release does not have is not
	From      string `csv:"from"`
	To        string `csv:"to"`
	SHA256    string `csv:"sha256"` // the seal: a test holds the file to it
	Source    string `csv:"source"`
}

// tableOf takes a row of tables.csv, which speaks of a file of data.
func (b *builder) tableOf(data fs.FS) func(tableRow) error {
	return func(r tableRow) error {
		var v values
		t := Table{Name: v.text("name", r.Name), Effective: v.text("effective", r.Effective), SHA256: r.SHA256}
		t.From, t.To = v.span(r.From, r.To)
		b.to[r.File] = max(b.to[r.File], t.To)
		if whole := v.word(r.Whole, "", "yes") == "yes"; isQuarterly(r.File) {
			b.editions = append(b.editions, edited{r.File, QuarterOf(t.From), whole})
			t.Part = !whole
		}
		if t.Part && r.File == limitsFile {
			t.Codes = len(b.limits[QuarterOf(t.From)])
		}
		if _, err := fs.Stat(data, r.File); err != nil && r.File != pairsFile && r.File != diagnosesFile {
			v.fail(fmt.Errorf("cannot read table %s: %w", r.File, err))
		}
		b.c.tables = append(b.c.tables, t)
		return v.err
	}
}

// finish builds the indexes and checks what only all rows together show.
func (b *builder) finish(edits *PairTable) (*Catalog, error) {
	c := b.c
	c.all = slices.SortedFunc(maps.Values(c.entries), func(x, y *Entry) int { return cmp.Compare(x.Code, y.Code) })
	if err := b.hold(edits); err != nil {
		return nil, err
	}
	c.newestFee = b.to["fees.csv"]
	c.relist()
	return c, b.dangling()
}

// pairsFile is compiled into the program and not read at its start.
const pairsFile = "pairs.csv"

// limitsFile holds the unit limits of all quarters.
const limitsFile = "limits.csv"

// quarterly are the embedded tables that are CMS's of a quarter.
var quarterly = []string{pairsFile, limitsFile, "addons.csv"}

func isQuarterly(file string) bool { return slices.Contains(quarterly, file) }

// hold puts the tables of quarters in place.
func (b *builder) hold(edits *PairTable) error {
	c := b.c
	pairs, limits, addOns := &editions[*PairTable]{}, &editions[map[claim.Code]Limit]{}, &editions[map[claim.Code][]AddOn]{}
	slices.SortFunc(b.editions, func(x, y edited) int { return cmp.Compare(x.quarter, y.quarter) })
	for _, e := range b.editions {
		switch e.file {
		case pairsFile:
			edits.Quarter, edits.File = e.quarter, e.file
			pairs.own = append(pairs.own, newEdition(e.quarter, e.whole, edits))
		case limitsFile:
			limits.own = append(limits.own, newEdition(e.quarter, e.whole, b.limits[e.quarter]))
		case "addons.csv":
			addOns.own = append(addOns.own, newEdition(e.quarter, e.whole, b.addOns))
		}
	}
	if len(pairs.own) != 1 || len(addOns.own) != 1 || len(limits.own) != len(b.limits) {
		return errors.New("tables.csv: pairs.csv and addons.csv are each of one quarter, and limits.csv of those its rows name")
	}
	c.pairs, c.limits, c.addOns = scoped[*PairTable]{kind: PairEdits}, scoped[map[claim.Code]Limit]{kind: UnitLimits}, scoped[map[claim.Code][]AddOn]{kind: AddOnCodes}
	c.pairs.put(MedicarePractitioner, pairs)
	c.limits.put(MedicarePractitioner, limits)
	c.addOns.put(MedicarePractitioner, addOns)
	return nil
}

// relist works out what the entries know of the tables.
func (c *Catalog) relist() {
	for _, e := range c.all {
		e.covered = c.coverage(MedicarePractitioner, e.Code, 0)
		if c.lasting(e) {
			e.member |= GroupSet(GlobalPeriod)
			e.groups[GlobalPeriod] = span{0, claim.EndOfTime}
		}
	}
}

// lasting tells whether the code's fee ever covers the days after the service.
func (c *Catalog) lasting(e *Entry) bool {
	for _, fee := range c.fees[e.Code] {
		if fee.Global == "010" || fee.Global == "090" {
			return true
		}
	}
	return strings.HasPrefix(e.Global, "010") || strings.HasPrefix(e.Global, "090")
}

// dangling refuses a diagnosis that names another which is not listed.
func (b *builder) dangling() error {
	var faults []error
	for _, code := range slices.Sorted(maps.Keys(b.c.diagnoses)) {
		for _, instead := range b.c.diagnoses[code].Instead {
			if _, ok := b.c.diagnoses[instead]; !ok {
				faults = append(faults, fmt.Errorf("diagnoses.csv: %s names %s, which is not listed", code, instead))
			}
		}
	}
	return errors.Join(faults...)
}
