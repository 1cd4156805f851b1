package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed files
var files embed.FS

// pages are the templates, each a whole page of the layout.
var pages = mustPages("home", "message", "columns", "working", "findings", "explain")

// mustPages parses the templates that are part of the program.
func mustPages(names ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range names {
		all[name] = template.Must(template.New("layout.html").Funcs(template.FuncMap{
			"lines": func(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") },
		}).ParseFS(files, "files/layout.html", "files/"+name+".html"))
	}
	return all
}

// sheet is what every page has.
type sheet struct {
	Title  string // says the state first
	Body   any
	Open   bool // somebody is let in: there is a way home and out
	Reload bool // the page is to be had again in a moment
}

// render writes a page.
func (s *Server) render(w http.ResponseWriter, status int, name string, page sheet) {
	var b bytes.Buffer
	if err := pages[name].Execute(&b, page); err != nil { // the connection is not at fault: nothing was sent
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// refuse says in a page of its own why something is not done.
func (s *Server) refuse(w http.ResponseWriter, status int, why string) {
	s.render(w, status, "message", sheet{Title: "Not done - claimaudit", Body: message{"Not done", why}})
}

type message struct{ Head, Text string }

// file is the style and the script.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	media := map[string]string{"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}[r.PathValue("name")]
	data, err := files.ReadFile("files/" + r.PathValue("name"))
	if media == "" || err != nil {
		s.refuse(w, http.StatusNotFound, "There is no such file.")
		return
	}
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(data)
}
