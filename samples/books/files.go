package books

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"

	"claimaudit/audit/claim"
)

// dump is one file before it is written.
type dump struct {
	name    string
	rows    []*Row
	context bool
	crlf    bool
	gzipped bool
}

// splits are what an office exports when.
var splits = map[string]func(*mixing) []dump{
	"one":         (*mixing).oneFile,
	"months":      (*mixing).months,
	"month-twice": (*mixing).monthTwice,
	"gzipped-too": (*mixing).gzippedToo,
	"nights-14":   func(m *mixing) []dump { return m.rolling(1, 14) },
	"nights-30":   func(m *mixing) []dump { return m.rolling(1, 30) },
	"weeks-14":    func(m *mixing) []dump { return m.rolling(7, 14) },
	"context":     (*mixing).contextAndTonight,
}

// asOf are the rows entered in the days given, in their state of the last day.
func (m *mixing) asOf(first, last claim.Date) []*Row {
	var rows []*Row
	for _, r := range m.Rows {
		if r.entered >= first && r.entered <= last && (r.gone == 0 || r.gone > last) {
			rows = append(rows, r)
		}
	}
	return rows
}

func (b *Book) bounds() (first, last claim.Date) {
	first, last = b.first, b.last
	for _, r := range b.Rows {
		first, last = min(first, r.entered), max(last, r.entered)
	}
	return first, last
}

// oneFile is all rows in one file, beside an older one where some changed in between.
func (m *mixing) oneFile() []dump {
	first, last := m.bounds()
	files := []dump{{name: "charges-" + last.String() + ".csv", rows: m.asOf(first, last)}}
	if slices.ContainsFunc(m.Rows, func(r *Row) bool { return r.gone != 0 }) {
		middle := m.first + (m.last-m.first)/2
		files = append([]dump{{name: "charges-" + middle.String() + ".csv", rows: m.asOf(first, middle)}}, files...)
	}
	return files
}

// months is a file a calendar month of entry, each written at its end.
func (m *mixing) months() []dump {
	var files []dump
	first, last := m.bounds()
	for from := first; from <= last; {
		to := from
		for to < last && (to+1).Time().Month() == from.Time().Month() {
			to++
		}
		if rows := m.asOf(from, to); len(rows) > 0 {
			files = append(files, dump{name: "charges-" + from.Time().Format("2006-01") + ".csv", rows: rows})
		}
		from = to + 1
	}
	return files
}

// monthTwice is a file a month and one of them saved again.
func (m *mixing) monthTwice() []dump {
	files := m.months()
	again := files[dice(len(files), m.Seed, "month twice")]
	again.name = again.name[:len(again.name)-len(".csv")] + " (2).csv"
	again.crlf = true
	return append(files, again)
}

func (m *mixing) gzippedToo() []dump {
	files := m.oneFile()
	again := files[len(files)-1]
	again.name, again.gzipped = again.name+".gz", true
	return append(files, again)
}

// rolling is a file every so many nights with what was entered in the days before; nobody exports at
// weekends.
func (m *mixing) rolling(every, days claim.Date) []dump {
	var files []dump
	first, last := m.bounds()
	for night := first; night < last+every+2; night += every {
		if rows := m.asOf(night-days+1, night); len(rows) > 0 && weekday(night) < 5 {
			files = append(files, dump{name: "charges-" + night.String() + ".csv", rows: rows})
		}
	}
	return files
}

// contextAndTonight is what was entered in the last month, and what was before as context.
func (m *mixing) contextAndTonight() []dump {
	m.late()
	first, last := m.bounds()
	return []dump{
		{name: "charges-" + (last - tonight - 1).String() + ".csv", rows: m.asOf(first, last-tonight-1), context: true},
		{name: "charges-" + last.String() + ".csv", rows: m.asOf(last-tonight, last)},
	}
}

// page is a file as it is written: cells under a header.
type page struct {
	header  []string
	rows    [][]string
	charges []claim.Cents
	number  map[*Row]int // of the record that a row stands in, as a spreadsheet counts
}

// write writes the files of a split in a layout and counts what is in them.
func (m *mixing) write(split func(*mixing) []dump, lay func(*mixing, []*Row) page) (*Disguised, error) {
	d := &Disguised{Book: m.Book, Args: m.args, untold: m.untold}
	stand, nobodies := map[*Row]place{}, 0
	dumps := split(m)
	slices.SortStableFunc(dumps, func(a, b dump) int { return cmp.Compare(a.name, b.name) })
	written := map[string]bool{}
	for i, e := range dumps {
		rows := m.shuffled(e.rows, uint64(i))
		laid := lay(m, rows)
		data, err := m.encoded(e, laid)
		if err != nil {
			return nil, err
		}
		d.Files = append(d.Files, File{e.name, data, e.context, laid.charges})
		if written[string(data)] {
			continue // the same bytes as another file, which is read
		}
		written[string(data)] = true
		for _, r := range rows {
			if _, again := stand[r]; again && m.nobody(r) {
				nobodies++
			}
			stand[r] = place{e.name, laid.number[r], e.context}
		}
	}
	d.Nobodies = nobodies
	_, last := m.bounds()
	d.tonight = map[int]bool{}
	for r, at := range stand {
		if !r.Left && !r.Unread {
			for _, want := range r.wants {
				if at.context {
					break
				}
				d.Expected = append(d.Expected, Expected{at.file, at.row, want.rule, want.severity})
			}
			d.Stand++
			d.tonight[r.nth] = d.tonight[r.nth] || r.entered >= last-tonight
		}
	}
	slices.SortFunc(d.Expected, func(a, b Expected) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Rule, b.Rule))
	})
	return d, nil
}

// place is where a row stands: in the last file that has it.
type place struct {
	file    string
	row     int
	context bool
}

// shuffled are the rows in another order, if the mixture asks for it; in a grouped report the claims are.
func (m *mixing) shuffled(rows []*Row, n uint64) []*Row {
	rows = slices.Clone(rows)
	if !m.Shuffle || m.forms["grouped"] {
		return rows
	}
	rand.New(rand.NewPCG(m.Seed, n)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	return rows
}

func (m *mixing) encoded(e dump, s page) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = e.crlf
	err := w.WriteAll(append([][]string{s.header}, s.rows...))
	if err != nil || !e.gzipped {
		return b.Bytes(), err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(b.Bytes()); err != nil {
		return nil, fmt.Errorf("packing %s: %w", e.name, err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing %s: %w", e.name, err)
	}
	return packed.Bytes(), nil
}
