package reports

import (
	"context"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"claimaudit/audit"
)

// pageStart is how the page begins: by it we know it again.
const pageStart = "<!doctype html>\n<!-- written by claimaudit: an audit without patients -->\n"

// pageText is the rest of it. It fetches nothing, and runs nothing.
//
//go:embed page.html
var pageText string

// pageRules is how many rules go on the page.
const pageRules = 20

// writePage writes the bulletin as one page to mail or to print, that needs nothing beside it.
func writePage(ctx context.Context, w io.Writer, v *view) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"thousands": thousands, "dollars": exactly, "state": stateOf, "join": strings.Join,
	}).Parse(pageText)
	if err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if _, err := io.WriteString(w, pageStart); err != nil {
		return err
	}
	return page.Execute(w, bulletinOf(v, pageRules))
}

// stateOf is how many findings of an audit had the state.
func stateOf(n audit.Night, name string) int {
	for _, s := range pastStates {
		if s.String() == name {
			return n.Counts[s]
		}
	}
	return 0
}
