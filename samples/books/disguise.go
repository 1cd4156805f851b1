package books

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// Form is one way in which exports hold more rows, or fewer, than services: a row of data/forms.csv.
type Form struct {
	Name string
	// Step is where it takes its turn: rows (other rows beside those billed), states (older states of
	// them), joins (one row repeated), files (what is exported when), layout (columns) or beside (what an
	// audit of the files wrote stands beside them).
	Step  string
	Needs []string // columns without which it cannot be written, or nothing tells it: A/B is one of two
	Apart []string // forms with which it is never mixed; not_with.csv says why
	Holds bool     // the law holds of it
	Mixed bool     // the law holds of it in any mixture
	Title string
}

type formRow struct {
	_     table.Source `says:"made up"`
	Form  string       `csv:"form" table:"key"`
	Step  string       `csv:"step"`
	Needs string       `csv:"needs"`
	Holds string       `csv:"holds"`
	Title string       `csv:"title"`
}

// apartRow is a row of not_with.csv: two forms that no book has at once, or with * a form that is mixed with
// none.
type apartRow struct {
	_     table.Source `says:"made up"`
	Form  string       `csv:"form" table:"key"`
	Other string       `csv:"other" table:"key"`
	Why   string       `csv:"why"`
}

// Forms are all the forms, in the order in which they are put on a book.
func Forms() ([]Form, error) {
	apart := map[string][]string{}
	err := table.Each(data, "data/not_with.csv", func(r apartRow) error {
		if r.Why == "" {
			return fmt.Errorf("no reason why %s is never mixed with %s", r.Form, r.Other)
		}
		apart[r.Form] = append(apart[r.Form], r.Other)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var forms []Form
	err = table.Each(data, "data/forms.csv", func(r formRow) error {
		if disguises[r.Form] == nil && splits[r.Form] == nil && layouts[r.Form] == nil {
			return fmt.Errorf("nothing writes the form %q", r.Form)
		}
		if r.Holds != "yes" && !slices.Contains(apart[r.Form], "*") {
			return fmt.Errorf("no reason in not_with.csv why %s is mixed with none", r.Form)
		}
		forms = append(forms, Form{r.Form, r.Step, strings.Fields(r.Needs), apart[r.Form], r.Holds != "no", r.Holds == "yes", r.Title})
		return nil
	})
	return forms, err
}

// Shown tells whether there is a sample of the form: not where the file of a book that is written whole
// looks the same.
func (f Form) Shown() bool {
	return f.Name != "one" && f.Name != "lines" && f.Name != "late" && f.Step != "beside"
}

// Fits tells whether the form can be put on the book beside the others.
func (f Form) Fits(b *Book, others []Form) bool {
	for _, other := range others {
		if slices.Contains(f.Apart, other.Name) || slices.Contains(other.Apart, f.Name) {
			return false
		}
		if f.Step == other.Step && (f.Step == "files" || f.Step == "layout") {
			return false
		}
	}
	return !slices.ContainsFunc(f.Needs, func(names string) bool {
		return !slices.ContainsFunc(strings.Split(names, "/"), b.has)
	})
}

// Mixture is how a book is disguised: the forms by name, in any order, each on some of the claims.
type Mixture struct {
	Seed  uint64
	Forms []string
	// Share is of how many claims in a hundred each form changes.
	Share int
	// Shuffle writes the rows of each file in another order where the layout can do without.
	Shuffle bool
}

// Corrects tells that the corrected lines of an audit of the files stand beside them.
func (m Mixture) Corrects() bool { return slices.Contains(m.Forms, "corrected-beside") }

// Disguised is a book as exports hold it.
type Disguised struct {
	*Book
	Files []File
	// Args are what the command needs to read them.
	Args []string
	// Expected are the planted findings where they are reported, by file, row and rule.
	Expected []Expected
	// Stand are the services that the files hold, each counted once, context and all.
	Stand int
	// Nobodies is how often a line that names no patient stands in one more file: nothing tells that it is
	// the same line again.
	Nobodies int

	tonight, untold map[int]bool // by the number of a row in the book
}

// File is one export.
type File struct {
	Name    string
	Data    []byte
	Context bool // earlier history only
	// Charges are those of its rows, the first below the header first.
	Charges []claim.Cents
}

// Expected is a planted finding on the row of the file where it is reported.
type Expected struct {
	File           string
	Row            int
	Rule, Severity string
}

// mixing is a book on its way into exports.
type mixing struct {
	*Book
	Mixture
	forms  map[string]bool
	untold map[int]bool // rows of the book of which the exports no longer tell what is wrong
	args   []string
}

// disguises are the forms that change the rows of a book.
var disguises = map[string]func(*mixing){
	"centres-untyped":    (*mixing).untyped,
	"centres-one-tin":    (*mixing).oneTIN,
	"therapists":         (*mixing).therapists,
	"anesthesia":         (*mixing).anesthesia,
	"assistants":         (*mixing).assistants,
	"persons":            (*mixing).persons,
	"stranger":           (*mixing).stranger,
	"spans":              (*mixing).spans,
	"late":               (*mixing).late,
	"replaced":           (*mixing).replacedSame,
	"replaced-suffix":    (*mixing).replacedSuffix,
	"replaced-reference": (*mixing).replacedReference,
	"replaced-day":       (*mixing).replacedDay,
	"voided":             (*mixing).voided,
	"void-alone":         (*mixing).voidAlone,
	"reversed":           (*mixing).reversed,
	"copies-ordered":     (*mixing).copiesOrdered,
	"copies-named":       (*mixing).copiesNamed,
	"unread":             (*mixing).unread,
	"superseded":         (*mixing).superseded,
	"superseded-places":  (*mixing).superseded,
	"payments":           (*mixing).payments,
	"denials":            (*mixing).denials,
	"diagnoses":          (*mixing).diagnoses,
	"modifiers":          (*mixing).modifierRows,
	"totals":             func(*mixing) {}, // written with the rows of a file
	"corrected-beside":   func(*mixing) {}, // written by an audit of the files
}

// picked tells whether a form changes a claim.
func (m *mixing) picked(form string, c billed) bool {
	return dice(100, m.Seed, form, m.get(c[0], "ClaimID")) < m.Share
}

// numbered tells whether the files number the lines: where a row holds several services nothing does.
func (m *mixing) numbered() bool {
	return m.has("LineID") && !slices.ContainsFunc(rowsOfSeveral[:], func(form string) bool { return m.forms[form] })
}

// rowsOfSeveral are the forms in which a row holds several services.
var rowsOfSeveral = [...]string{"sets", "sets-named", "claim-form"}

// roll draws one of n ways for a claim.
func (m *mixing) roll(n int, form string, r *Row) int {
	return dice(n, m.Seed, "way", form, m.get(r, "ClaimID"))
}

// each calls do with every claim that the form changes.
func (m *mixing) each(form string, do func(c billed)) {
	for _, c := range m.claims() {
		if m.picked(form, c) {
			do(c)
		}
	}
}

// Disguise writes the book as the mixture says. The book itself stays as it is.
func (b *Book) Disguise(mix Mixture) (*Disguised, error) {
	all, err := Forms()
	if err != nil {
		return nil, err
	}
	m := &mixing{Book: b.clone(), Mixture: mix, forms: map[string]bool{}, untold: map[int]bool{}}
	split, layout := splits["one"], layouts["lines"]
	for _, name := range mix.Forms {
		m.forms[name] = true
	}
	for _, f := range all {
		if !m.forms[f.Name] {
			continue
		}
		switch f.Step {
		case "files":
			split = splits[f.Name]
		case "layout":
			layout = layouts[f.Name]
		default:
			disguises[f.Name](m)
		}
	}
	slices.SortStableFunc(m.Rows, func(a, b *Row) int { return cmp.Compare(a.entered, b.entered) })
	return m.write(split, layout)
}

// Tonight tells whether the row of a book that was written whole into one file is of the last month in
// these files: what is new to an audit with context.
func (d *Disguised) Tonight(plain *Disguised, row int) bool {
	return row >= 2 && row-2 < len(plain.Rows) && d.tonight[plain.Rows[row-2].nth]
}

// Tells tells whether the exports still say what is wrong with the row of a book that was written whole.
func (d *Disguised) Tells(plain *Disguised, row int) bool {
	return row < 2 || row-2 >= len(plain.Rows) || !d.untold[plain.Rows[row-2].nth]
}

// tonight is how many days an audit with context reports.
const tonight = 30
