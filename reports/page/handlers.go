package page

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// home is the page that takes files.
func (s *Server) home(w http.ResponseWriter, _ *http.Request) { s.homeWith(w, http.StatusOK, "") }

type homePage struct {
	Trouble string
	Jobs    []jobLine
	Keeps   string
}

type jobLine struct{ Name, Link, State string }

func (s *Server) homeWith(w http.ResponseWriter, status int, trouble string) {
	body := homePage{Trouble: trouble, Keeps: s.desk.Keeps()}
	for _, j := range s.openJobs() {
		j.mu.Lock()
		body.Jobs = append(body.Jobs, jobLine{j.name(), j.link(), stateWords[j.state]})
		j.mu.Unlock()
	}
	title := "Audit billing exports - claimaudit"
	if trouble != "" {
		title = "Not taken - claimaudit"
	}
	s.render(w, status, "home", sheet{Title: title, Body: body, Open: true})
}

var stateWords = map[state]string{
	waiting: "waits for another audit to end", reading: "is being read", asked: "read, not audited yet", auditing: "is being audited",
	done: "audited", failed: "could not be read or audited", cancelled: "cancelled",
}

func (j *job) link() string { return "/jobs/" + j.id }

// show shows a job as far as it has come.
func (s *Server) show(j *job, w http.ResponseWriter, r *http.Request) {
	j.mu.Lock()
	state := j.state
	j.mu.Unlock()
	switch {
	case state.works():
		t := j.told()
		s.render(w, http.StatusOK, "working", sheet{Title: t.Title, Body: t, Open: true, Reload: true})
	case state == done:
		s.findings(j, w, r)
	default:
		s.columns(j, w, http.StatusOK, notice{})
	}
}

// told is how far the work has come.
type told struct {
	State   state  `json:"state"`
	Title   string `json:"title"`
	Text    string `json:"text"`
	Percent int    `json:"percent"`
	Working bool   `json:"working"`
	Name    string `json:"-"`
	Link    string `json:"-"`
}

func (j *job) told() told {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := told{State: j.state, Text: j.text, Percent: int(100 * j.part), Working: j.state.works(), Name: j.name(), Link: j.link()}
	head := map[state]string{waiting: "Waiting", reading: fmt.Sprintf("Reading %d %%", t.Percent), asked: "Read", auditing: fmt.Sprintf("Auditing %d %%", t.Percent), done: "Audited", failed: "Not audited", cancelled: "Cancelled"}[j.state]
	if t.Text == "" {
		t.Text = t.Name + " " + stateWords[j.state]
	}
	t.Title = head + " - " + t.Name + " - claimaudit"
	return t
}

// tell is told for the script.
func (s *Server) tell(j *job, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(j.told())
}

func (s *Server) cancelJob(j *job, w http.ResponseWriter, r *http.Request) {
	j.cancel()
	j.mu.Lock()
	ended := j.ended
	j.mu.Unlock()
	if ended != nil {
		<-ended
	}
	http.Redirect(w, r, j.link(), http.StatusSeeOther)
}

func (s *Server) againJob(j *job, w http.ResponseWriter, r *http.Request) {
	if err := j.again(); err != nil {
		s.refuse(w, http.StatusInternalServerError, "What was found could not be let go: "+err.Error())
		return
	}
	http.Redirect(w, r, j.link(), http.StatusSeeOther)
}

func (s *Server) closeJob(j *job, w http.ResponseWriter, r *http.Request) {
	if err := s.drop(j); err != nil {
		s.refuse(w, http.StatusInternalServerError, "The audit is closed, and some of its files could not be removed; they are when claimaudit is started again.")
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) goodbye(w http.ResponseWriter, _ *http.Request) {
	s.render(w, http.StatusOK, "message", sheet{Title: "Stopped - claimaudit", Body: message{"Stopped", "claimaudit has stopped, and nothing of your files is left. You may close this tab."}})
	s.stop()
}

// explain is a page that explains a rule or a code.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) {
	what, with := strings.TrimSpace(r.URL.Query().Get("what")), strings.TrimSpace(r.URL.Query().Get("with"))
	body := explained{What: what, With: with}
	if what != "" {
		body = s.explained(what, with)
	}
	s.render(w, http.StatusOK, "explain", sheet{Title: "Explain - claimaudit", Body: body, Open: true})
}

type explained struct{ What, With, Text, Trouble string }

func (s *Server) explained(what, with string) explained {
	x := explained{What: what, With: with}
	text, err := s.desk.Explain(what, with)
	if x.Text = text; err != nil {
		x.Trouble = err.Error()
	}
	return x
}

// download writes the report in a form and hands it out.
func (s *Server) download(j *job, w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(forms, func(f form) bool { return f.Name == r.PathValue("form") })
	f, back := j.borrow()
	defer back()
	if i < 0 || f == nil {
		s.refuse(w, http.StatusNotFound, "There is nothing to download here: the audit has not been made.")
		return
	}
	file, err := j.written(r, f, forms[i])
	if err != nil {
		s.refuse(w, http.StatusInternalServerError, "The file could not be made: "+err.Error())
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", forms[i].media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": j.outputName() + forms[i].ending}))
	_, _ = io.Copy(w, file)
}

// written is the report in a form, in a file that has no name any more, or loses it with the job's folder.
func (j *job) written(r *http.Request, f *found, as form) (*os.File, error) {
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	said := maps.Clone(f.said)
	j.mu.Unlock()
	ending := "." + as.Name
	if as.Name == "corrected" {
		ending = ".csv"
	}
	path := filepath.Join(j.folder, "copy-output-"+chance()[:16]+ending)
	if err := f.Write(r.Context(), as.Name, path, said); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	_ = os.Remove(path) // where an open file cannot be, it goes with the folder
	return file, err
}

// outputName is what downloads are called, after the first of the files.
func (j *job) outputName() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	name := j.request.Files[0].Name
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), filepath.Ext(strings.TrimSuffix(name, ".gz")))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_. ", r) {
			return r
		}
		return '_'
	}, name)
}
