package reports

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"claimaudit/reports/xlsx"
)

// oneOf is an output and what fills it.
type oneOf struct {
	path string
	fill func(context.Context, io.Writer) error
}

// writeAll writes all outputs, or none.
func writeAll(ctx context.Context, outputs []oneOf) (err error) {
	var d drafts
	defer func() { err = errors.Join(err, d.discard()) }()
	for _, o := range outputs {
		if err := d.write(o.path, 0, func(w io.Writer) error { return o.fill(ctx, w) }); err != nil {
			return fmt.Errorf("output %s: %w", o.path, err)
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return d.publish()
}

// writeSheets writes a workbook of other sheets than an audit's; the first is the page to begin with.
func writeSheets(ctx context.Context, w io.Writer, v *view, title string, make func(*book)) error {
	b := &book{digest: digest{view: v}, f: excelize.NewFile(), most: xlsx.MaxRows - 1}
	defer b.f.Close()
	var err error
	if b.styles, err = newStyles(b.f); err != nil {
		return err
	}
	make(b)
	b.do(b.f.DeleteSheet(defaultSheet))
	b.finish()
	b.named(title)
	if b.err != nil {
		return b.err
	}
	return xlsx.Write(ctx, w, b.f, b.rows)
}

// named gives the workbook its own title.
func (b *book) named(title string) {
	props, err := b.f.GetDocProps()
	b.do(err)
	if err == nil {
		props.Title = title
		b.do(b.f.SetDocProps(props))
	}
}

// leaf is a page of labels, values and tables, written from the top.
type leaf struct {
	b     *book
	sheet string
	row   int
	last  string // its last column
}

func (b *book) leaf(sheet string, widths ...float64) *leaf {
	_, err := b.f.NewSheet(sheet)
	b.do(err)
	for i, width := range widths {
		b.do(b.f.SetColWidth(sheet, xlsx.Letter(i), xlsx.Letter(i), width))
	}
	return &leaf{b: b, sheet: sheet, last: xlsx.Letter(len(widths) - 1)}
}

// title writes the first row.
func (l *leaf) title(text, below string) {
	l.row = 2
	l.b.put(l.sheet, "A1", l.b.styles.title, text)
	l.b.do(l.b.f.SetRowHeight(l.sheet, 1, 30))
	l.b.across(l.sheet, "A2", l.last+"2", l.b.styles.factHead, below)
}

func (l *leaf) heading(text string) {
	l.row += 2
	l.b.put(l.sheet, at("A", l.row), l.b.styles.heading, text)
	l.b.do(l.b.f.SetRowHeight(l.sheet, l.row, 22))
}

// line writes a label, and its value over the rest of the row; wide is about how many characters go in there.
func (l *leaf) line(label, value string, wide int) {
	l.row++
	l.b.put(l.sheet, at("A", l.row), l.b.styles.label, label)
	l.b.across(l.sheet, at("B", l.row), at(l.last, l.row), l.b.styles.value, value)
	l.b.do(l.b.f.SetRowHeight(l.sheet, l.row, float64(5+15*xlsx.Lines(value, wide))))
}

// note writes a sentence over the whole row.
func (l *leaf) note(text string, wide int) {
	l.row++
	l.b.across(l.sheet, at("A", l.row), at(l.last, l.row), l.b.styles.fact, text)
	l.b.do(l.b.f.SetRowHeight(l.sheet, l.row, float64(4+14*xlsx.Lines(text, wide))))
}

// heads writes a header row; kinds say what stands below each.
func (l *leaf) heads(kinds []kind, heads ...string) {
	l.row++
	for i, head := range heads {
		l.b.put(l.sheet, at(xlsx.Letter(i), l.row), l.b.styles.head[kinds[i]], head)
	}
	l.b.do(l.b.f.SetRowHeight(l.sheet, l.row, headHeight))
}

// cells writes a row of values of those kinds.
func (l *leaf) cells(kinds []kind, values ...any) {
	l.row++
	for i, v := range values {
		l.b.put(l.sheet, at(xlsx.Letter(i), l.row), l.b.styles.cell[kinds[i]], v)
	}
}

// signOff leaves room to sign.
func (l *leaf) signOff() {
	l.heading("Sign-off")
	for _, label := range signOffLabels {
		l.row++
		l.b.put(l.sheet, at("A", l.row), l.b.styles.label, label)
		l.b.do(l.b.f.SetCellStyle(l.sheet, at("B", l.row), at("C", l.row), l.b.styles.signLine))
		l.b.do(l.b.f.SetRowHeight(l.sheet, l.row, 24))
	}
}
