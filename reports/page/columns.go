package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// notice is what a page says first: what went wrong, or what was done.
type notice struct{ Trouble, Done string }

// columnsPage shows how the files are understood, and asks what is not clear.
type columnsPage struct {
	notice
	Name, Link string
	Order      string
	Tables     []tableForm
	Fields     []string
	Asks       bool // the reader could not decide how dates are written
	Billers    []billerForm
	Choosable  bool // some columns are known
	Ready      bool // nothing stands in the way of an audit
}

type tableForm struct {
	Table
	Number int
	Name   string // the mapping's
}

// columns shows how the files are understood.
func (s *Server) columns(j *job, w http.ResponseWriter, status int, n notice) {
	j.mu.Lock()
	p := columnsPage{notice: n, Name: j.name(), Link: j.link(), Order: j.request.Order, Fields: s.desk.Fields(), Ready: j.trouble == nil && len(j.tables) > 0}
	if j.trouble != nil && p.Trouble == "" {
		p.Trouble = j.trouble.Error()
	}
	if j.state == cancelled && p.Trouble == "" {
		p.Done, p.Ready = "Cancelled. Nothing was audited.", true
	}
	for i, t := range j.tables {
		p.Tables = append(p.Tables, tableForm{t, i, j.mappingName(t)})
		p.Choosable = p.Choosable || len(t.Columns) > 0
	}
	p.Billers = j.billerForms()
	j.mu.Unlock()
	p.Asks = strings.Contains(p.Trouble, "--date-order")
	title := "Columns of " + p.Name + " - claimaudit"
	if p.Trouble != "" {
		title = "Not read - " + title
	}
	s.render(w, status, "columns", sheet{Title: title, Body: p, Open: true})
}

// mappingName is the name of the mapping that somebody chose for the table, or one for it.
func (j *job) mappingName(t Table) string {
	header := headerOf(t)
	for _, m := range j.request.Mappings {
		if slices.Equal(m.Header, header) {
			return m.Name
		}
	}
	return strings.TrimSpace(t.File + " " + t.Sheet)
}

// headerOf are the names in the header of a table, each once.
func headerOf(t Table) (names []string) {
	for _, c := range t.Columns {
		if c.Header != "" && !slices.Contains(names, c.Header) {
			names = append(names, c.Header)
		}
	}
	return names
}

// mostForm is more than the choices for the columns of any export come to.
const mostForm = 8 << 20

// read takes the choices of the page of columns and does what its button says.
func (s *Server) read(j *job, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if r.ParseForm() != nil {
		s.refuse(w, http.StatusBadRequest, "The choices could not be read.")
		return
	}
	if err := j.choose(r); err != nil {
		s.refuse(w, http.StatusConflict, err.Error())
		return
	}
	var number int
	switch do := r.PostForm.Get("do"); {
	case do == "audit":
		j.audit()
	case do == "read":
		j.understand()
	case wanted(do, &number):
		s.save(j, w, r, number)
		return
	default:
		s.refuse(w, http.StatusBadRequest, "There is no such button.")
		return
	}
	http.Redirect(w, r, j.link(), http.StatusSeeOther)
}

// wanted is the table whose mapping is to be saved.
func wanted(do string, number *int) bool {
	_, err := fmt.Sscanf(do, "save.%d", number)
	return err == nil
}

// choose takes the order of dates and the columns that somebody chose.
func (j *job) choose(r *http.Request) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state.works() || j.state == done || j.closed {
		return fmt.Errorf("this is done already: the files of this page are being read, or were audited")
	}
	if order := r.PostForm.Get("order"); r.PostForm.Has("order") && slices.Contains([]string{"", "mdy", "dmy"}, order) {
		j.request.Order = order
	}
	j.chooseTypes(r)
	for i, t := range j.tables {
		m, changed := chosenMapping(t, i, r)
		if !changed {
			continue
		}
		j.request.Mappings = slices.DeleteFunc(j.request.Mappings, func(other Mapping) bool { return slices.Equal(other.Header, m.Header) })
		j.request.Mappings = append(j.request.Mappings, m)
	}
	return nil
}

// chosenMapping is the mapping that the form has for a table, and whether it is another than the table was read by.
func chosenMapping(t Table, number int, r *http.Request) (m Mapping, changed bool) {
	m = Mapping{Name: strings.TrimSpace(r.PostForm.Get(fmt.Sprintf("name.%d", number))), Header: headerOf(t)}
	if m.Name == "" {
		m.Name = strings.TrimSpace(t.File + " " + t.Sheet)
	}
	var taken, left []string
	several := slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Service > 0 })
	for _, c := range t.Columns {
		key := fmt.Sprintf("field.%d.%d", number, c.Number)
		if !r.PostForm.Has(key) {
			continue
		}
		field := r.PostForm.Get(key)
		other := field != c.Field
		changed = changed || other
		if other && c.Field != "" {
			left = append(left, c.Field)
		}
		if field != "" && (other || !several) {
			m.Map = append(m.Map, field+"="+t.nameOf(c))
			taken = append(taken, field)
		}
	}
	for _, field := range left {
		if !slices.Contains(taken, field) {
			m.Map = append(m.Map, field+"=")
			taken = append(taken, field)
		}
	}
	return m, changed && len(m.Header) > 0
}

// nameOf is a column as a mapping names it: by its header, or by its place where others have the same.
func (t *Table) nameOf(c Column) string {
	same := 0
	for _, other := range t.Columns {
		if strings.EqualFold(other.Header, c.Header) {
			same++
		}
	}
	if c.Header == "" || same > 1 || strings.HasPrefix(c.Header, "#") {
		return fmt.Sprintf("#%d", c.Number)
	}
	return c.Header
}

// save keeps how a table is read for later audits, under the name in the form.
func (s *Server) save(j *job, w http.ResponseWriter, r *http.Request, number int) {
	j.mu.Lock()
	var m Mapping
	known := number >= 0 && number < len(j.tables)
	if known {
		t := j.tables[number]
		m, _ = chosenMapping(t, number, r)
	}
	j.mu.Unlock()
	if !known || len(m.Map) == 0 || len(m.Header) == 0 {
		s.columns(j, w, http.StatusBadRequest, notice{Trouble: "There is nothing to save: no column is read as anything."})
		return
	}
	where, err := s.desk.Save(m)
	if err != nil {
		s.columns(j, w, http.StatusOK, notice{Trouble: "The mapping was not saved: " + err.Error()})
		return
	}
	s.columns(j, w, http.StatusOK, notice{Done: fmt.Sprintf("Saved as %q in %s. Later audits read exports with this header so.", m.Name, where)})
}
