package rules

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/rules/terms"
)

// Record is what the record of a service must show for it to stand when somebody asks to see it, and which
// papers show it.
type Record struct {
	Topic  string `csv:"topic" table:"key"` // what its codes are about
	Codes  string `csv:"codes"`             // blank for every service
	Pull   string `csv:"pull"`              // the papers, parted by semicolons
	Shows  string `csv:"shows"`             // what must stand in them, likewise
	Source string `csv:"source"`
}

// Records tells of lines what their records must show.
type Records struct {
	rows []Record
	sets []terms.CodeSet
}

// NewRecords reads the table; it is part of the program.
func NewRecords() *Records {
	r := &Records{rows: slices.Collect(terms.MustData[Record]("records.csv"))}
	for i := range r.rows {
		r.sets = append(r.sets, terms.MustCodes(r.rows[i].Codes))
	}
	return r
}

// All are the rows of the table, that for every service first.
func (r *Records) All() []Record { return r.rows }

// otherTopic is of codes that no row names.
const otherTopic = "Other services"

// Topic is what the line's code is about, by the first row that names it.
func (r *Records) Topic(l *audit.Line) string {
	for i := range r.rows {
		if r.rows[i].Codes != "" && r.sets[i].Ever(l) {
			return r.rows[i].Topic
		}
	}
	return otherTopic
}

// Of are the rows for a line by their places in All, that for every service last.
func (r *Records) Of(l *audit.Line) (list []int) {
	var every []int
	for i := range r.rows {
		switch {
		case r.rows[i].Codes == "":
			every = append(every, i)
		case r.sets[i].Ever(l):
			list = append(list, i)
		}
	}
	return append(list, every...)
}
