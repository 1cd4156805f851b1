package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimaudit/audit"
)

func copied(said map[int]audit.Disposition) map[int]audit.Disposition { return maps.Clone(said) }

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

// panel is one finding with its encounter.
type panel struct {
	row
	Link, Close, Prev, Next string
	Lines, Others           []lineOf
	Buttons                 []button
	Explained               explained
	Trouble, Done           string
}

type lineOf struct {
	Line
	Links []lineLink
	Here  bool
}

type lineLink struct {
	Link, Text string
	Chosen     bool
}

// button says a disposition; Key is what a keyboard says it by.
type button struct {
	Value, Key string
	Pressed    bool
}

var keysOf = map[string]string{
	audit.StillOpen: "o", audit.Agree: "a", audit.Disagree: "d", audit.NeedsRecord: "n", audit.AcceptedRisk: "r", audit.SaidFixed: "f",
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
	c := choiceOf(r.URL.Query())
	j.mu.Lock()
	said := copied(f.said)
	j.mu.Unlock()
	chosen, facets := f.index.choose(c, said)
	at, number := chosenFinding(r, chosen, len(f.index.of))
	if at >= 0 {
		c.Page = at/perPage + 1
	}
	win := windowOf(len(chosen), c.Page)
	c.Page = win.Page
	j.mu.Lock()
	name := j.name()
	j.mu.Unlock()
	p := findingsPage{
		Name: name, Link: j.link(), Figures: f.figures, Choice: c, Facets: facets, Window: win, Forms: forms, Keeps: s.desk.Keeps(),
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

// savedWords says that a disposition was saved, where the link comes from that.
func savedWords(r *http.Request, said map[int]audit.Disposition) string {
	n, err := strconv.Atoi(r.URL.Query().Get("saved"))
	if d := said[n]; err == nil && d.Value != "" {
		return "Saved for the finding before: " + d.Value + "."
	}
	return ""
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

func (s *Server) panel(j *job, f *found, c choice, chosen []int32, at, number int, said map[int]audit.Disposition) *panel {
	p := &panel{row: f.row(number, detailed), Link: j.link() + "/findings/" + strconv.Itoa(number) + "?" + c.query().Encode()}
	p.Said = said[number]
	p.Close = j.link() + "?" + c.query().Encode() + "#findings"
	if at > 0 {
		p.Prev = j.to(c, int(chosen[at-1]))
	}
	if at+1 < len(chosen) {
		p.Next = j.to(c, int(chosen[at+1]))
	}
	for _, l := range f.Encounter(number) {
		line := lineOf{Line: l, Here: slices.Contains(l.Findings, number)}
		for k, n := range l.Findings {
			line.Links = append(line.Links, lineLink{j.to(c, n), strconv.Itoa(k + 1), n == number})
		}
		if l.Other {
			p.Others = append(p.Others, line)
		} else {
			p.Lines = append(p.Lines, line)
		}
	}
	for _, d := range audit.Dispositions {
		p.Buttons = append(p.Buttons, button{d, keysOf[d], p.Said.Value == d})
	}
	p.Explained = s.explained(p.Get("Rule"), "")
	return p
}

// mostSaid is how long a note may be.
const mostSaid = 4000

// say keeps what a reviewer says of a finding, and goes on to the next.
func (s *Server) say(j *job, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	f, back := j.borrow()
	if f == nil || r.ParseForm() != nil {
		back()
		s.refuse(w, http.StatusBadRequest, "What was said could not be read, or the audit is closed.")
		return
	}
	next, trouble := s.keep(j, f, r)
	back()
	switch {
	case trouble != "":
		s.findingsWith(j, w, r, http.StatusUnprocessableEntity, trouble)
	default:
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

// keep keeps it, and tells where to go then.
func (s *Server) keep(j *job, f *found, r *http.Request) (next, trouble string) {
	c := choiceOf(r.URL.Query())
	j.mu.Lock()
	said := copied(f.said)
	j.mu.Unlock()
	chosen, _ := f.index.choose(c, said)
	at, number := chosenFinding(r, chosen, len(f.index.of))
	if number < 0 {
		return "", "There is no such finding."
	}
	d := dispositionIn(r.PostForm)
	switch {
	case d.Value != "" && !slices.Contains(audit.Dispositions, d.Value):
		return "", "Choose one of " + strings.Join(audit.Dispositions, ", ") + "."
	case d.Value == audit.Disagree && d.Note == "":
		return "", "Say in the note why you disagree."
	case d.Value == "":
		return "", "Choose what you say of the finding."
	case len(d.Note)+len(d.Owner) > mostSaid:
		return "", "The note is too long: " + strconv.Itoa(mostSaid) + " letters at most."
	}
	if err := f.Say(r.Context(), number, d); err != nil {
		return "", "It was not kept: " + err.Error()
	}
	j.mu.Lock()
	f.said[number] = d
	j.mu.Unlock()
	to := number
	if at >= 0 && at+1 < len(chosen) && r.PostForm.Get("stay") == "" {
		to = int(chosen[at+1])
	}
	q := c.query()
	q.Set("finding", strconv.Itoa(to))
	q.Set("saved", strconv.Itoa(number))
	return j.link() + "?" + q.Encode() + "#finding", ""
}

func dispositionIn(form url.Values) audit.Disposition {
	text := func(key string) string { return strings.TrimSpace(strings.ToValidUTF8(form.Get(key), "")) }
	return audit.Disposition{Value: text("disposition"), Owner: text("owner"), Note: text("note"), Date: time.Now().Format(time.DateOnly)}
}
