package reports

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
	"claimaudit/reports/xlsx"
)

// request is the records of one patient's day to pull from one provider.
type request struct {
	provider, patient string
	day               claim.Date
	units, claims     []string
	codes, topics     []string
	pull, every       []string // papers, and those of every service
}

// requests are the records to pull for the sample, by provider and day; those of spares where asked.
func (s *Sample) requests(spares bool) []*request {
	type key struct {
		provider, patient, unit string
		day                     claim.Date
	}
	byKey := map[key]*request{}
	var list []*request
	for i := range s.Units {
		d := &s.Units[i]
		if d.Spare && !spares {
			continue
		}
		for k := range d.Lines {
			l := &d.Lines[k]
			at := key{provider: l.Provider, patient: d.Patient, day: l.Date}
			if d.Patient == "" {
				at.unit = s.ID(d)
			}
			r := byKey[at]
			if r == nil {
				r = &request{provider: l.Provider, patient: d.Patient, day: l.Date}
				byKey[at] = r
				list = append(list, r)
			}
			r.add(s, d, l)
		}
	}
	slices.SortFunc(list, func(a, b *request) int {
		return cmp.Or(strings.Compare(a.provider, b.provider), cmp.Compare(a.day, b.day), strings.Compare(a.patient, b.patient), slices.Compare(a.units, b.units))
	})
	return list
}

func (r *request) add(s *Sample, d *sampling.Drawn, l *sampling.Line) {
	once := func(list *[]string, text string) {
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	once(&r.units, s.ID(d))
	once(&r.claims, l.Claim)
	once(&r.codes, l.Code)
	for _, n := range s.Of(l) {
		to := &r.pull
		if s.Needs[n].Every {
			to = &r.every
		} else {
			once(&r.topics, s.Needs[n].Topic)
		}
		for _, paper := range strings.Split(s.Needs[n].Pull, ";") {
			once(to, strings.TrimSpace(paper))
		}
	}
}

// papers are those to pull: of a service that no row names the one that every service has.
func (r *request) papers() []string {
	if len(r.pull) == 0 {
		return r.every
	}
	return r.pull
}

// recordsTable has a row for each patient's day of each provider; a provider's rows are a page in print.
func (b *book) recordsTable(s *Sample) table {
	list := s.requests(false)
	return table{
		columns: []column{
			{head: sampling.ProviderHead, width: 13, kind: code}, {head: sampling.DateHead, width: 11, kind: day}, {head: sampling.PatientHead, width: 13, kind: name},
			{head: sampling.ClaimHead, width: 13, kind: name}, {head: sampling.UnitHead, width: 9, kind: code}, {head: "Codes", width: 15, kind: code},
			{head: "Papers to pull", width: 30, kind: prose}, {head: "Must show what is said of", width: 26, kind: prose},
		},
		count: len(list), frozen: 3, colour: blue,
		fill: func(i int, r *xlsx.Row) {
			q := list[i]
			r.Text(provider(q))
			r.Date(q.day.Unix(), q.day)
			r.Text(q.patient)
			r.Text(strings.Join(q.claims, " "))
			r.Text(strings.Join(q.units, " "))
			r.Text(strings.Join(q.codes, " "))
			r.Text(strings.Join(q.papers(), "\n"))
			r.Text(strings.Join(q.topics, "; "))
		},
		extras: func(sheet string, _ []column, _ int) { b.pagesOfProviders(sheet, list) },
	}
}

func provider(q *request) string { return cmp.Or(q.provider, "no provider") }

// pagesOfProviders begins a page with each provider. Programs heed such breaks only where the sheet is not
// made to fit its pages.
func (b *book) pagesOfProviders(sheet string, list []*request) {
	fit, scale := false, uint(95)
	b.do(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.do(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{AdjustTo: &scale}))
	for i := 1; i < len(list); i++ {
		if list[i].provider != list[i-1].provider {
			b.do(b.f.InsertPageBreak(sheet, at("A", i+2)))
		}
	}
}

// requestHeads are the columns of a request for records: no more than whoever pulls them needs.
var requestHeads = []string{"Provider", "Date of service", "Patient", "Papers to pull", "Reference"}

// WriteRequests writes the records to pull, as a table for programs or a sheet to print, by each path's
// ending. The options say whom they name, as the sample was disguised.
func WriteRequests(ctx context.Context, s *Sample, version string, asOf claim.Date, spares bool, o Options, paths []string) error {
	list := s.requests(spares)
	var outputs []oneOf
	for _, path := range paths {
		switch strings.ToLower(filepath.Ext(path)) {
		case ".csv":
			outputs = append(outputs, oneOf{path, func(_ context.Context, w io.Writer) error { return writeRequests(w, list) }})
		case ".xlsx":
			outputs = append(outputs, oneOf{path, func(ctx context.Context, w io.Writer) error {
				return writeSheets(ctx, w, maskedView(version, asOf, o), "Records to pull", func(b *book) {
					t := b.requestTable(list)
					b.addSheet(&t, recordsSheet, 0, t.count)
				})
			}})
		default:
			return fmt.Errorf("output %s: expected a name ending in .csv or .xlsx", path)
		}
	}
	return writeAll(ctx, outputs)
}

func writeRequests(w io.Writer, list []*request) error {
	out := csv.NewWriter(w)
	if err := out.Write(requestHeads); err != nil {
		return err
	}
	for _, q := range list {
		if err := out.Write([]string{safe(q.provider), q.day.String(), safe(q.patient), strings.Join(q.papers(), "; "), strings.Join(q.units, " ")}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// requestTable is the sheet to print.
func (b *book) requestTable(list []*request) table {
	kinds := []kind{code, day, name, prose, code}
	widths := []float64{16, 14, 20, 60, 12}
	t := table{count: len(list), colour: blue}
	for i, head := range requestHeads {
		t.columns = append(t.columns, column{head: head, width: widths[i], kind: kinds[i]})
	}
	t.fill = func(i int, r *xlsx.Row) {
		q := list[i]
		r.Text(provider(q))
		r.Date(q.day.Unix(), q.day)
		r.Text(q.patient)
		r.Text(strings.Join(q.papers(), "\n"))
		r.Text(strings.Join(q.units, " "))
	}
	t.extras = func(sheet string, _ []column, _ int) { b.pagesOfProviders(sheet, list) }
	return t
}
