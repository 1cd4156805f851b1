// Package answers knows what payers answered of claim lines: what the codes of a remittance mean, what became of a line
// by them, and which line a row of a remittance is about.
package answers

import (
	"embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

//go:embed data/*.csv
var files embed.FS

// Row is what a code of payers means: an adjustment reason (CARC) or a remark (RARC). Answer is what it does to a line: denied (not
// paid, for what was billed), administrative (not paid, for something else), reduced, share (the patient's),
// agreed (contract or law: no denial) or none. Says is in words of our own.
type Row struct {
	Code   string `csv:"code" table:"key"`
	Answer string `csv:"answer"`
	About  string `csv:"about"`
	Says   string `csv:"says"`
	Source string `csv:"source"`
}

// Group says who bears what was not paid.
type Group struct {
	Group  string `csv:"group" table:"key"`
	Says   string `csv:"says"`
	Source string `csv:"source"`
}

var data = table.In(files, "data")

// Book knows what codes mean, and holds the remittances of a run.
type Book struct {
	codes  map[string]Row
	groups map[string]Group
	cells  sync.Map // what is made of cells of codes met before
	kept   atomic.Int32
	remits
}

// NewBook is a book without remittances.
func NewBook() *Book {
	b := &Book{codes: map[string]Row{}, groups: map[string]Group{}, remits: newRemits()}
	for _, r := range table.Must[Row](data, "reasons.csv") {
		b.codes[r.Code] = r
	}
	for _, g := range table.Must[Group](data, "groups.csv") {
		b.groups[g.Group] = g
	}
	return b
}

// told is what a cell of codes says: the codes, and what they do to their line.
type told struct {
	codes                                  []string
	denied, reduced, administrative, share bool
}

// Of is what payers answered of a line: by what they paid, what they allowed, and their codes.
func (b *Book) Of(l *audit.Line) audit.Answer {
	if l.Given&answer == 0 {
		return audit.Answer{}
	}
	said := b.cell(l.Denials)
	a := audit.Answer{Codes: said.codes, Outcome: audit.Unclear}
	switch {
	case l.Paid > 0 && (said.denied || said.reduced):
		a.Outcome = audit.Reduced
	case l.Paid > 0:
		a.Outcome = audit.PaidAsBilled
	case l.Paid < 0:
	case said.denied:
		a.Outcome = audit.Denied
	case said.administrative:
		a.Outcome = audit.Administrative
	case said.share, l.Allowed > 0:
		a.Outcome = audit.PatientShare
	}
	return a
}

// answer is the fields in which a line has what payers answered.
var answer = claim.FieldSet(claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials)

// mostCells is how many different cells are kept: free text may differ on every line.
const mostCells = 10_000

func (b *Book) cell(text string) *told {
	if kept, ok := b.cells.Load(text); ok {
		said, _ := kept.(*told) // nothing else is kept
		return said
	}
	said := &told{codes: Codes(text)}
	for _, c := range said.codes {
		switch b.codes[bare(c)].Answer {
		case "denied":
			said.denied = true
		case "reduced":
			said.reduced = true
		case "administrative":
			said.administrative = true
		case "share":
			said.share = true
		}
	}
	if b.kept.Add(1) <= mostCells {
		b.cells.Store(strings.Clone(text), said)
	}
	return said
}

// bare is a code without its group.
func bare(code string) string {
	if _, rest, grouped := strings.Cut(code, "-"); grouped {
		return rest
	}
	return code
}

// Explain is what a code says, as Codes writes it; with its code alone where the table does not have it.
func (b *Book) Explain(code string) audit.Reason {
	r := b.codes[bare(code)]
	reason := audit.Reason{Code: code, Means: r.Answer, About: r.About, Says: r.Says, Source: r.Source}
	if group, _, grouped := strings.Cut(code, "-"); grouped && reason.Says != "" {
		reason.Says += "; " + b.groups[group].Says
	}
	return reason
}

// token is one word of a cell of codes: a group, an adjustment reason with or without it, or a remark.
var token = regexp.MustCompile(`^(?:(CO|OA|PI|PR|CR)[-:]?)?([1-9][0-9]{0,2}|0[0-9]{1,2}|[ABDPWY][0-9]{1,2})$|^(CO|OA|PI|PR|CR)$|^((?:MA?|N)[0-9]{1,3})$`)

// Codes are the codes of a cell, each once, in order: CO-97, PR-2, N20. A group stands before its reasons, or behind
// all of them. In a cell with other words only what cannot be a number of something else is a code.
func Codes(cell string) (codes []string) {
	words := strings.FieldsFunc(strings.ToUpper(cell), func(r rune) bool { return strings.ContainsRune(" \t\n,;|/()", r) })
	words = slices.DeleteFunc(words, func(w string) bool { return w == "-" || w == ":" })
	plain := !slices.ContainsFunc(words, func(w string) bool { return !token.MatchString(w) })
	group, behind := "", true
	var alone []int // reasons without a group
	for _, w := range words {
		m := token.FindStringSubmatch(w)
		switch {
		case m == nil:
		case m[3] != "":
			group, behind = m[3], true
		case m[4] != "":
			codes = append(codes, strings.Clone(m[4]))
		case m[1] == "" && group == "" && plain:
			alone = append(alone, len(codes))
			codes = append(codes, reasonOf(m[2]))
		case m[1] != "" || plain:
			if m[1] == "" {
				m[1] = group
			}
			codes, behind = append(codes, m[1]+"-"+reasonOf(m[2])), false
		}
	}
	for _, i := range alone {
		if group != "" && behind {
			codes[i] = group + "-" + codes[i]
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// reasonOf is a reason less the zeros that a report may put before it.
func reasonOf(text string) string { return strings.Clone(strings.TrimLeft(text, "0")) }

// Rows is the table of codes.
func Rows() []Row { return table.Must[Row](data, "reasons.csv") }
