package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimaudit/audit"
)

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
	c := j.chosenBy(r, f)
	if c.number < 0 {
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
	if err := f.Say(r.Context(), c.number, d); err != nil {
		return "", "It was not kept: " + err.Error()
	}
	j.mu.Lock()
	f.said[c.number] = d
	j.mu.Unlock()
	to := c.number
	if c.at >= 0 && c.at+1 < len(c.chosen) && r.PostForm.Get("stay") == "" {
		to = int(c.chosen[c.at+1])
	}
	q := c.query()
	q.Set("finding", strconv.Itoa(to))
	q.Set("saved", strconv.Itoa(c.number))
	return j.link() + "?" + q.Encode() + "#finding", ""
}

func dispositionIn(form url.Values) audit.Disposition {
	text := func(key string) string { return strings.TrimSpace(strings.ToValidUTF8(form.Get(key), "")) }
	return audit.Disposition{Value: text("disposition"), Owner: text("owner"), Note: text("note"), Date: time.Now().Format(time.DateOnly)}
}

// savedWords says that a disposition was saved, where the link comes from that.
func savedWords(r *http.Request, said map[int]audit.Disposition) string {
	n, err := strconv.Atoi(r.URL.Query().Get("saved"))
	if d := said[n]; err == nil && d.Value != "" {
		return "Saved for the finding before: " + d.Value + "."
	}
	return ""
}
