package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"claimaudit/audit"
)

// listed are the heads of what the list shows of a finding, and detailed of what the panel does.
var (
	listed   = []string{"Severity", "Patient", "Date", "Code", "Modifiers", "Units", "Charge", "File", "Row", "Rule", "Finding", "Fix", "At risk", "State"}
	detailed = append(slices.Clip(listed), "Claim", "Provider", "Payer", "Diagnoses", "Proposed line", "Related rows", "Source", "Money", "Sheet", "Stands for lines")
)

// row is a finding, by the heads of what is shown of it.
type row struct {
	texts  map[string]string
	Number int
	Link   string
	Said   audit.Disposition
	Chosen bool
}

// Get is what it has under a head.
func (r row) Get(head string) string { return r.texts[head] }

func (f *found) row(number int, heads []string) row {
	texts := map[string]string{}
	for i, text := range f.Texts(number, heads) {
		texts[heads[i]] = text
	}
	return row{texts: texts, Number: number}
}

// findingsPage is the list of what was found, and the panel beside it.
type findingsPage struct {
	Name, Link string
	Figures    Figures
	Choice     choice
	Facets     []facet
	Filtered   bool
	Window     window
	Rows       []row
	Stateful   bool // a history says of each what it was before
	Prev, Next string
	Hidden     url.Values // what the choice of a page leaves as it is
	Panel      *panel
	Forms      []form
	Keeps      string
	Answered   int
}

func (s *Server) findings(j *job, w http.ResponseWriter, r *http.Request) {
	s.findingsWith(j, w, r, http.StatusOK, "")
}

// findingsWith shows the findings that the link chooses, and the one it names beside them.
func (s *Server) findingsWith(j *job, w http.ResponseWriter, r *http.Request, status int, trouble string) {
	f, back := j.borrow()
	defer back()
	if f == nil {
		s.refuse(w, http.StatusNotFound, "This audit was closed.")
		return
	}
	of := j.chosenBy(r, f)
	c, said, chosen, at, number := of.choice, of.said, of.chosen, of.at, of.number
	if at >= 0 {
		c.Page = at/perPage + 1
	}
	win := windowOf(len(chosen), c.Page)
	c.Page = win.Page
	j.mu.Lock()
	name := j.name()
	j.mu.Unlock()
	p := findingsPage{
		Name: name, Link: j.link(), Figures: f.figures, Choice: c, Facets: of.facets, Window: win, Forms: forms, Keeps: s.desk.Keeps(),
		Filtered: c.values != [numWays]string{} || c.Said != "",
	}
	for _, d := range said {
		if answered(d) {
			p.Answered++
		}
	}
	for place := win.First; place > 0 && place <= win.Last; place++ {
		one := f.row(int(chosen[place-1]), listed)
		one.Link, one.Said, one.Chosen = j.to(c, int(chosen[place-1])), said[one.Number], one.Number == number
		p.Stateful = p.Stateful || one.Get("State") != ""
		p.Rows = append(p.Rows, one)
	}
	p.turn(j, c, win)
	title := win.String()
	if number >= 0 {
		p.Panel = s.panel(j, f, c, chosen, at, number, said)
		p.Panel.Trouble, p.Panel.Done = trouble, savedWords(r, said)
		title = p.Panel.Get("Rule") + ", row " + p.Panel.Get("Row")
	}
	s.render(w, status, "findings", sheet{Title: title + " - " + name + " - claimaudit", Body: p, Open: true})
}

// chosen is what a link chooses of the findings, the one it names, and what was said of them.
type chosen struct {
	choice
	said       map[int]audit.Disposition
	chosen     []int32
	facets     []facet
	at, number int // see chosenFinding
}

func (j *job) chosenBy(r *http.Request, f *found) (c chosen) {
	c.choice = choiceOf(r.URL.Query())
	j.mu.Lock()
	c.said = maps.Clone(f.said)
	j.mu.Unlock()
	c.chosen, c.facets = f.index.choose(c.choice, c.said)
	c.at, c.number = chosenFinding(r, c.chosen, len(f.index.of))
	return c
}

// chosenFinding is the finding that the link names, and where it stands among those that are chosen; -1 for none.
func chosenFinding(r *http.Request, chosen []int32, all int) (at, number int) {
	text := r.URL.Query().Get("finding")
	if r.PathValue("number") != "" {
		text = r.PathValue("number")
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= all {
		return -1, -1
	}
	return slices.Index(chosen, int32(n)), n
}

// turn are the links to the pages before and behind.
func (p *findingsPage) turn(j *job, c choice, win window) {
	page := func(n int) string {
		if n < 1 || n > win.Pages {
			return ""
		}
		c.Page = n
		return j.link() + "?" + c.query().Encode() + "#findings"
	}
	p.Prev, p.Next = page(win.Page-1), page(win.Page+1)
	c.Page = 1
	p.Hidden = c.query()
}

// to is the link to a finding in the list of a choice.
func (j *job) to(c choice, number int) string {
	q := c.query()
	q.Set("finding", strconv.Itoa(number))
	return j.link() + "?" + q.Encode() + "#finding"
}
