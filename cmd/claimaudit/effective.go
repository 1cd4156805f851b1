package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// environment are the variables that change what the program does, as manual and config tell them.
var environment = []struct {
	name, does string
	secret     bool
}{
	{"NO_COLOR", "Set to anything, it takes colours from the log.", false},
	{"TERM", "dumb takes colours and the line of progress from the log.", false},
	{"COLUMNS", "How wide help is printed.", false},
	{"TMPDIR", "Where private files go that do not fit in memory; on Windows TMP.", false},
	{"TMP", "Where private files go on Windows.", false},
	{"GOMEMLIMIT", "How much memory to free early for, in place of what --memory says; as Go has it.", false},
	{"XDG_CACHE_HOME", "Where tables of CMS that were read once are kept.", false},
	{"PGHOST", "Of a history in PostgreSQL, what its address does not say; so all that begin with PG.", false},
	{"PGUSER", "The user of the database.", false},
	{"PGPASSWORD", "The password of the database.", true},
	{"PGPASSFILE", "The file the password stands in.", false},
}

// configCmd shows the settings in force.
type configCmd struct {
	auditSettings
}

// Run prints every setting and who set it, and fails where one is wrong.
func (c *configCmd) Run(parsed *kong.Context, conf *configuration, std *streams) error {
	if err := c.list(settingsOf(parsed.Selected().Flags), conf, std.out); err != nil {
		return err
	}
	j := &job{cmd: &auditCmd{auditSettings: c.auditSettings}, conf: conf, done: std.done}
	_, logs := newLogger(io.Discard, conf, &c.runSettings)
	_, mode := j.mode()
	j.outputs = nonBlank(c.Output)
	return errors.Join(logs, j.limits(), j.severities(), j.reading(std), j.knowledge(), j.standard(), mode)
}

func (c *configCmd) list(settings []setting, conf *configuration, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tVALUE\tFROM")
	for _, s := range settings {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.key(), cmp.Or(s.shown(), s.unset(), "-"), conf.origin(s))
	}
	for _, v := range environment {
		if value, set := os.LookupEnv(v.name); set {
			if v.secret {
				value = hidden
			}
			fmt.Fprintf(w, "%s\t%s\tenvironment\n", v.name, cmp.Or(value, "-"))
		}
	}
	fmt.Fprintf(w, "%s\t%s\n", configName, conf.place())
	return w.Flush()
}

// hidden stands for a secret.
const hidden = "xxxxx"

// shown is what the setting was set to, without a secret; blank when it was not set.
func (s setting) shown() string {
	texts := s.texts()
	for i, text := range texts {
		texts[i] = withoutPassword(text)
	}
	return strings.Join(texts, ", ")
}

// withoutPassword is the address of a database without what only its user knows; any other text as it is.
func withoutPassword(text string) string {
	if !strings.HasPrefix(strings.ToLower(text), "postgres") || !strings.Contains(text, "://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return "postgres://" + hidden
	}
	if query := u.Query(); query.Has("password") {
		query.Set("password", hidden)
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}

// unset is what a setting is that nobody has set, as its help says; blank when that is nothing.
func (s setting) unset() string {
	_, words, _ := strings.Cut(s.Help, "Default: ")
	return strings.TrimSuffix(words, ".")
}

// origin says who set the setting.
func (c *configuration) origin(s setting) string {
	switch {
	case c.used[s.Name]:
		return strings.TrimSuffix(c.at(s.Name), ": ")
	case s.Set:
		return "--" + s.Name
	}
	return "default"
}

// place is where the file of settings lies.
func (c *configuration) place() string {
	if c.path == "" {
		return "there is none, from this folder upwards"
	}
	if whole, err := filepath.Abs(c.path); err == nil {
		return whole
	}
	return c.path
}
