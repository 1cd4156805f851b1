// Package drawn reads samples of ours back, filled in or not, however the workbook was sorted, filtered or
// saved since: its sheets are known by their heads, and its rows by unit and line.
package drawn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
	"claimaudit/parsers/grid"
)

// File is a sample as its workbook has it.
type File struct {
	*sampling.Review
	AsOf claim.Date
	// Facts are the labels and values of how it was drawn, in their order, and SHA256 is the file's own.
	Facts  [][2]string
	SHA256 string
}

// Read reads a sample. It is an error when anything that was written when it was drawn is no more as it was:
// a row added or gone, another seed, another number.
func Read(ctx context.Context, path string) (*File, error) {
	g, err := grid.Open(path, grid.Options{})
	if err != nil {
		return nil, err
	}
	r := &reader{path: path, epoch: claim.Epoch(g.Date1904), labels: map[string]string{}, lines: map[lineKey]reviewed{}}
	err = r.sheets(ctx, g)
	file := &File{SHA256: g.SHA256()}
	if err := errors.Join(err, g.Close()); err != nil {
		return nil, err
	}
	if !r.isSample() {
		return nil, fmt.Errorf("%s: it is no sample: expected a workbook that claimaudit sample has written, with all its sheets", path)
	}
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	if err := r.assemble(file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// part is what a table of the workbook is.
type part uint8

const (
	nothing part = iota
	facts        // labels and values
	strata
	units
	review
)

// tables are the tables by heads that each has and no other.
var tables = []struct {
	part  part
	heads []string
}{
	{strata, []string{sampling.StratumHead, sampling.NameHead, sampling.FrameHead, sampling.TakeHead, sampling.SparesHead, sampling.SeedHead, sampling.AmountHead}},
	{units, []string{
		sampling.UnitHead, sampling.StratumHead, sampling.NumberHead, sampling.OrderHead, sampling.UseHead, sampling.ClaimHead, sampling.PatientHead,
		sampling.FirstHead, sampling.LastHead, sampling.LinesHead, sampling.AmountHead,
	}},
	{review, []string{
		sampling.UnitHead, sampling.LineHead, sampling.DateHead, sampling.CodeHead, sampling.ModsHead, sampling.UnitsHead, sampling.ChargeHead, sampling.SupportedHead,
		sampling.RightCodeHead, sampling.RightUnitHead, sampling.PaidHead, sampling.CorrectHead, sampling.NoteHead, sampling.ReviewerHead, sampling.OnHead,
	}},
}

type lineKey struct {
	unit string
	line int
}

// reviewed is a row of the sheet that was filled in.
type reviewed struct {
	line   sampling.Line
	answer sampling.Answer
}

type reader struct {
	path    string
	epoch   claim.Epoch
	sheet   string
	row     int
	part    part
	columns map[string]int
	cells   []string

	facts  [][2]string // of the sheet being read; in the end of the one that says how it was drawn
	labels map[string]string
	strata []sampling.Stratum
	units  []sampling.Drawn
	counts []int // of the lines of each unit
	ids    []string
	lines  map[lineKey]reviewed
	found  [review + 1]bool
	errs   []error
}

func (r *reader) sheets(ctx context.Context, g *grid.File) error {
	for _, s := range g.Sheets {
		if r.sheet, r.part = s.Name, facts; r.labels[sampling.SealLabel] != "" {
			r.part = nothing // how it was drawn has been read
		}
		for block, err := range s.Blocks(ctx) {
			if err != nil {
				return err
			}
			for row := range block.Rows() {
				r.take(row)
			}
		}
	}
	return nil
}

func (r *reader) isSample() bool {
	return r.found[strata] && r.found[units] && r.found[review] && r.labels[sampling.SealLabel] != ""
}

// mostWrong is after how many faults no more are named.
const mostWrong = 20

// wrong notes what cannot be taken, with its place and without the cell.
func (r *reader) wrong(format string, args ...any) {
	if len(r.errs) == mostWrong {
		r.errs = append(r.errs, fmt.Errorf("%s: more rows are wrong, and not named here", r.path))
	}
	if len(r.errs) > mostWrong {
		return
	}
	r.errs = append(r.errs, fmt.Errorf("%s sheet %s row %d: %s", r.path, r.sheet, r.row, fmt.Sprintf(format, args...)))
}

// take takes a row: a header, or one of the table that it stands in.
func (r *reader) take(row *grid.Row) {
	r.row, r.cells = row.Number, r.cells[:0]
	for _, cell := range row.Cells {
		r.cells = append(r.cells, strings.TrimSpace(cell))
	}
	if r.header() {
		return
	}
	switch r.part {
	case facts:
		r.fact()
	case strata:
		r.stratum()
	case units:
		r.unit()
	case review:
		r.reviewedLine()
	}
}

// header takes a row that has all heads of a table.
func (r *reader) header() bool {
	columns := map[string]int{}
	for i, cell := range r.cells {
		head := plain(cell)
		if _, twice := columns[head]; head != "" && !twice {
			columns[head] = i
		}
	}
	for _, t := range tables {
		all := !slices.ContainsFunc(t.heads, func(head string) bool { _, has := columns[plain(head)]; return !has })
		if all {
			r.part, r.columns, r.found[t.part] = t.part, columns, true
			return true
		}
	}
	return false
}

func plain(head string) string { return strings.ToLower(strings.Join(strings.Fields(head), " ")) }

func (r *reader) blank() bool {
	return !slices.ContainsFunc(r.cells, func(c string) bool { return c != "" })
}

// fact takes a label and its value, or values. Those of how it was drawn begin with the kind of unit.
func (r *reader) fact() {
	if len(r.cells) < 2 || r.cells[0] == "" || r.cells[1] == "" {
		return
	}
	if r.cells[0] == sampling.KindLabel {
		r.facts = nil
	}
	values := slices.DeleteFunc(slices.Clone(r.cells[1:]), func(c string) bool { return c == "" })
	r.facts = append(r.facts, [2]string{r.cells[0], strings.Join(values, ", ")})
	if r.labels[r.cells[0]] == "" {
		r.labels[r.cells[0]] = r.cells[1]
	}
}

func (r *reader) cell(head string) string {
	i, has := r.columns[plain(head)]
	if !has || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

func (r *reader) number(head string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.ReplaceAll(r.cell(head), ",", ""), ".0"))
	if err != nil || n < 0 {
		r.wrong("%s cannot be read: expected a whole number, as it was written", head)
	}
	return n
}

func (r *reader) money(head string) claim.Cents {
	c, err := claim.ParseCents(r.cell(head))
	if err != nil {
		r.wrong("%s cannot be read: expected an amount such as 1234.50", head)
	}
	return c
}

// given is an amount that may be blank.
func (r *reader) given(head string) *claim.Cents {
	if r.cell(head) == "" {
		return nil
	}
	c := r.money(head)
	return &c
}

func (r *reader) day(head string) claim.Date {
	text := r.cell(head)
	if text == "" {
		return 0
	}
	if d, _, err := claim.ParseDate(text); err == nil {
		return d
	}
	d, err := claim.ParseSerial(text, r.epoch)
	if err != nil {
		r.wrong("%s is no day, such as 2025-06-30", head)
	}
	return d
}

// stratum takes a stratum; the first row that is not the next one ends the table.
func (r *reader) stratum() {
	if n, err := strconv.Atoi(r.cell(sampling.StratumHead)); err != nil || n != len(r.strata)+1 {
		r.part = facts
		r.fact()
		return
	}
	s := sampling.Stratum{
		Name: r.cell(sampling.NameHead), Units: r.number(sampling.FrameHead), Amount: r.money(sampling.AmountHead),
		Take: r.number(sampling.TakeHead), Spares: r.number(sampling.SparesHead),
	}
	if s.Take < s.Units {
		s.Seed = r.seed(r.cell(sampling.SeedHead))
	}
	r.strata = append(r.strata, s)
}

func (r *reader) seed(text string) sampling.Seed {
	s, err := sampling.ParseSeed(text)
	if err != nil {
		r.wrong("the seed cannot be read: %v", err)
	}
	return s
}

func (r *reader) unit() {
	if r.blank() {
		return
	}
	d := sampling.Drawn{
		Stratum: r.number(sampling.StratumHead) - 1, Number: r.number(sampling.NumberHead), Order: r.number(sampling.OrderHead),
		Spare: strings.HasPrefix(r.cell(sampling.UseHead), sampling.AsSpare), Claim: r.cell(sampling.ClaimHead), Patient: r.cell(sampling.PatientHead),
		Provider: r.cell(sampling.ProviderHead), Payer: r.cell(sampling.PayerHead), First: r.day(sampling.FirstHead), Last: r.day(sampling.LastHead), Amount: r.money(sampling.AmountHead),
	}
	if slices.Contains(r.ids, r.cell(sampling.UnitHead)) {
		r.wrong("unit %s stands there twice", r.cell(sampling.UnitHead))
	}
	r.units, r.counts, r.ids = append(r.units, d), append(r.counts, r.number(sampling.LinesHead)), append(r.ids, r.cell(sampling.UnitHead))
}

func (r *reader) reviewedLine() {
	if r.blank() {
		return
	}
	if r.cell(sampling.UnitHead) == "" {
		r.wrong("a row without a unit: rows may be sorted, and none may be added")
		return
	}
	key := lineKey{r.cell(sampling.UnitHead), r.number(sampling.LineHead)}
	if _, twice := r.lines[key]; twice {
		r.wrong("line %d of unit %s stands there twice", key.line, key.unit)
	}
	r.lines[key] = reviewed{line: r.billed(), answer: r.answer()}
}

// billed is what was billed, as it was written.
func (r *reader) billed() sampling.Line {
	l := sampling.Line{
		Date: r.day(sampling.DateHead), Code: r.cell(sampling.CodeHead), Mods: r.cell(sampling.ModsHead), Provider: r.cell(sampling.ProviderHead), Claim: r.cell(sampling.ClaimHead),
	}
	if text := r.cell(sampling.UnitsHead); text != "" {
		u, err := claim.ParseUnits(text)
		if err != nil {
			r.wrong("Units cannot be read: expected a number, as it was written")
		}
		l.Units = u.String()
	}
	if c := r.given(sampling.ChargeHead); c != nil {
		l.Charge = c.String()
	}
	return l
}

// answer is what the reviewer wrote.
func (r *reader) answer() sampling.Answer {
	a := sampling.Answer{
		Code: r.cell(sampling.RightCodeHead), Units: r.cell(sampling.RightUnitHead), Paid: r.given(sampling.PaidHead), Correct: r.given(sampling.CorrectHead),
		Note: r.cell(sampling.NoteHead), Reviewer: r.cell(sampling.ReviewerHead), On: r.cell(sampling.OnHead), Row: r.row,
	}
	if a.Units != "" {
		u, err := claim.ParseUnits(a.Units)
		if err != nil {
			r.wrong("%s cannot be read: expected a number, such as 1 or 2.5", sampling.RightUnitHead)
		}
		a.Units = u.String()
	}
	if a.On != "" {
		a.On = r.day(sampling.OnHead).String()
	}
	said := plain(r.cell(sampling.SupportedHead))
	for _, known := range sampling.Answers {
		if said == plain(known) {
			a.Supported = known
		}
	}
	if said != "" && a.Supported == "" {
		r.wrong("%s is none of: %s", sampling.SupportedHead, strings.Join(sampling.Answers, ", "))
	}
	return a
}

// assemble puts the parts together, and holds them against what was drawn.
func (r *reader) assemble(f *File) error {
	s := &sampling.Sample{
		Kind: sampling.Kind(r.labels[sampling.KindLabel]), By: sampling.By(r.labels[sampling.ByLabel]), FrameHash: r.labels[sampling.HashLabel], Strata: r.strata,
	}
	s.Names = r.labels[sampling.NamesLabel]
	if names, _, masked := strings.Cut(s.Names, ":"); masked {
		s.Names = names
	} else {
		s.Names = "" // as the export has them
	}
	basis, _, _ := strings.Cut(r.labels[sampling.BasisLabel], ":")
	s.Basis = sampling.Basis(basis)
	if s.By == "none" {
		s.By = sampling.Simple
	}
	var errs [2]error
	s.Seed, errs[0] = sampling.ParseSeed(r.labels[sampling.SeedLabel])
	f.AsOf, _, errs[1] = claim.ParseDate(r.labels[sampling.AsOfLabel])
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("how it was drawn cannot be read: %w", err)
	}
	f.Review, f.Facts = &sampling.Review{Sample: s}, r.facts
	if err := r.fill(f.Review); err != nil {
		return err
	}
	if err := s.CheckDrawn(); err != nil {
		return fmt.Errorf("it is not the sample that was drawn: %w", err)
	}
	if s.Seal() != r.labels[sampling.SealLabel] {
		return errors.New("it is not the sample that was drawn: what was billed, the units or how they were drawn have been changed since (Sample SHA-256 is another); fill in the yellow columns only, of the workbook as it was drawn")
	}
	return nil
}

// fill gives each unit its lines and answers.
func (r *reader) fill(review *sampling.Review) error {
	order := make([]int, len(r.units))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &r.units[a], &r.units[b]
		return cmp.Or(cmp.Compare(x.Stratum, y.Stratum), cmp.Compare(x.Order, y.Order))
	})
	var errs []error
	for _, i := range order {
		d, id := r.units[i], r.ids[i]
		if d.Stratum < 0 || d.Stratum >= len(r.strata) || review.ID(&d) != id {
			errs = append(errs, fmt.Errorf("unit %s is not numbered as it was drawn", id))
			continue
		}
		var answers []sampling.Answer
		for n := 1; n <= r.counts[i]; n++ {
			key := lineKey{id, n}
			l, has := r.lines[key]
			if !has {
				errs = append(errs, fmt.Errorf("line %d of unit %s is missing: rows may be sorted, and none may be taken out", n, id))
				continue
			}
			delete(r.lines, key)
			d.Lines, answers = append(d.Lines, l.line), append(answers, l.answer)
		}
		review.Units, review.Answers = append(review.Units, d), append(review.Answers, answers)
	}
	for key := range r.lines {
		errs = append(errs, fmt.Errorf("line %d of unit %s was not drawn", key.line, key.unit))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
