package reports

import (
	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
)

// The colours of the workbook. The three of the severities differ in lightness as well as in hue,
// and none is used without its word.
const (
	ink        = "1F2937"
	quiet      = "5B6472"
	navy       = "1F3A5F"
	blue       = "2F6DB5"
	ruleGrey   = "DDE1E7"
	tileGrey   = "F5F7FA"
	white      = "FFFFFF"
	errorInk   = "9B1C1C"
	errorFill  = "FBE0DD"
	warnInk    = "7A4B00"
	warnFill   = "FFEDC2"
	reviewInk  = "1D4F7C"
	reviewFill = "DCEBF8"
	penHead    = "8A6100"
	penFill    = "FFF9E3"
	linkInk    = "1F5FA8"
)

// kind is what a column holds, which decides how it looks.
type kind uint8

const (
	text    kind = iota
	prose        // text that wraps
	name         // of a patient, claim, payer or file, which wraps as well
	code         // codes and numbers that are names: text, centred
	number       // whole numbers
	figure       // whole numbers on a page
	ordinal      // row numbers
	decimal      // units
	cents        // money
	day          // dates
	percent
	link
	pen     // the reviewer types here
	penDate // and a date here
	numKinds
)

// styles are the workbook's styles by number.
type styles struct {
	cell     [numKinds]int
	head     [numKinds]int // of a column of the kind
	severity map[audit.Severity]int

	title, fact, factHead, heading, label, value, strong, note, tile, tileHead, tileNote, tileAlert int
	plainLink, signLine                                                                             int
}

var (
	left    = &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1}
	wrapped = &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1, WrapText: true}
	centred = &excelize.Alignment{Vertical: "center", Horizontal: "center"}
	coded   = &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}
	right   = &excelize.Alignment{Vertical: "center", Horizontal: "right", Indent: 1}
	// What is too big for its column is shrunk: a number cannot wrap, and would show as ###.
	padded = &excelize.Alignment{Vertical: "center", Horizontal: "right", ShrinkToFit: true}
	fitted = &excelize.Alignment{Vertical: "center", Horizontal: "right", Indent: 1, ShrinkToFit: true}
)

// The formats of numbers. Money, rates and what stands on a page end in the room of a digit, which keeps them off the column
// behind: LibreOffice does not heed an indent at the right. Numbers in tables have
// none, so that a program that takes their text gets digits alone.
const (
	wholeFormat   = "#,##0"
	figureFormat  = "#,##0_0"
	ordinalFormat = "0"
	moneyFormat   = `$#,##0.00_0;[Red]-$#,##0.00_0`
	dayFormat     = "yyyy-mm-dd"
	percentFormat = "0.0%_0"
	textFormat    = "@"
)

// look is how the cells of each kind are set.
var look = [numKinds]struct {
	align  *excelize.Alignment
	format string
}{
	text: {left, textFormat}, prose: {wrapped, textFormat}, name: {wrapped, textFormat}, code: {coded, textFormat},
	number: {right, wholeFormat}, figure: {padded, figureFormat}, ordinal: {fitted, ordinalFormat}, decimal: {right, ""}, cents: {padded, moneyFormat},
	day: {centred, dayFormat}, percent: {padded, percentFormat}, link: {wrapped, ""},
	pen: {wrapped, ""}, penDate: {centred, dayFormat},
}

// styler makes styles and keeps the first error.
type styler struct {
	f   *excelize.File
	err error
}

func (s *styler) style(style excelize.Style) int {
	style.Font.Family = "Calibri"
	if style.Font.Size == 0 {
		style.Font.Size = 11
	}
	id, err := s.f.NewStyle(&style)
	if s.err == nil {
		s.err = err
	}
	return id
}

func newStyles(f *excelize.File) (*styles, error) {
	s := &styler{f: f}
	made := &styles{severity: map[audit.Severity]int{}}
	for k := range numKinds {
		made.cell[k] = s.style(cellStyle(k))
		made.head[k] = s.style(headStyle(k))
	}
	for _, severity := range audit.Severities {
		c := severityColours[severity]
		made.severity[severity] = s.style(excelize.Style{
			Font: &excelize.Font{Color: c.ink, Bold: true}, Fill: filled(c.fill), Alignment: left, Border: underline,
		})
	}
	s.pages(made)
	return made, s.err
}

var severityColours = map[audit.Severity]struct{ ink, fill string }{
	audit.Error: {errorInk, errorFill}, audit.Warning: {warnInk, warnFill}, audit.Review: {reviewInk, reviewFill},
}

var underline = []excelize.Border{{Type: "bottom", Color: ruleGrey, Style: 1}}

func filled(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func cellStyle(k kind) excelize.Style {
	style := excelize.Style{Font: &excelize.Font{Color: ink}, Alignment: look[k].align, Border: underline}
	if format := look[k].format; format != "" {
		style.CustomNumFmt = &format
	}
	switch k {
	case link:
		style.Font = &excelize.Font{Color: linkInk, Underline: "single"}
	case pen, penDate:
		style.Fill = filled(penFill)
		style.Border = []excelize.Border{
			{Type: "bottom", Color: ruleGrey, Style: 1}, {Type: "left", Color: ruleGrey, Style: 1},
		}
	}
	return style
}

func headStyle(k kind) excelize.Style {
	align := *look[k].align
	align.WrapText, align.ShrinkToFit = true, false
	if align.Horizontal == "right" {
		align.Indent = 1
	}
	fill := navy
	if k == pen || k == penDate {
		fill = penHead
	}
	return excelize.Style{
		Font: &excelize.Font{Color: white, Bold: true}, Fill: filled(fill), Alignment: &align,
	}
}

// pages makes the styles of Summary and Run Info.
func (s *styler) pages(made *styles) {
	font := func(size float64, colour string, bold bool) *excelize.Font {
		return &excelize.Font{Size: size, Color: colour, Bold: bold}
	}
	plain := &excelize.Alignment{Vertical: "center"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	gap := excelize.Border{Type: "left", Color: white, Style: 5}
	tile := []excelize.Border{gap}
	rule := []excelize.Border{{Type: "top", Color: blue, Style: 5}, gap}
	made.title = s.style(excelize.Style{Font: font(20, navy, true), Alignment: plain})
	made.factHead = s.style(excelize.Style{Font: font(10, quiet, false), Alignment: &excelize.Alignment{Vertical: "top"}})
	made.fact = s.style(excelize.Style{Font: font(10, ink, false), Alignment: wrap})
	made.heading = s.style(excelize.Style{Font: font(13, navy, true), Alignment: plain})
	made.label = s.style(excelize.Style{Font: font(11, quiet, false), Alignment: left, Border: underline})
	made.value = s.style(excelize.Style{Font: font(11, ink, false), Alignment: wrapped, Border: underline})
	made.strong = s.style(excelize.Style{Font: font(11, ink, true), Alignment: left, Border: underline})
	made.note = s.style(excelize.Style{Font: font(10, quiet, false), Alignment: wrap})
	made.tileHead = s.style(excelize.Style{Font: font(10, quiet, false), Fill: filled(tileGrey), Alignment: left, Border: rule})
	made.tile = s.style(excelize.Style{Font: font(18, ink, true), Fill: filled(tileGrey), Alignment: left, Border: tile})
	made.tileAlert = s.style(excelize.Style{Font: font(18, errorInk, true), Fill: filled(tileGrey), Alignment: left, Border: tile})
	made.tileNote = s.style(excelize.Style{Font: font(9, quiet, false), Fill: filled(tileGrey), Alignment: left, Border: tile})
	made.plainLink = s.style(excelize.Style{
		Font: &excelize.Font{Size: 9, Color: linkInk, Underline: "single"}, Alignment: plain,
	})
	made.signLine = s.style(excelize.Style{
		Font: font(11, ink, false), Fill: filled(penFill), Alignment: left,
		Border: []excelize.Border{{Type: "bottom", Color: quiet, Style: 1}},
	})
}
