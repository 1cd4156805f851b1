package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// manCmd prints the manual page: the commands and settings as help has them, in roff.
type manCmd struct{}

// Run prints it.
func (m *manCmd) Run(parsed *kong.Context, std *streams) error {
	_, err := io.WriteString(std.out, manual(parsed.Model))
	return err
}

// roff is a page on its way.
type roff struct{ strings.Builder }

// manual is the manual page of the program.
func manual(app *kong.Application) string {
	p := &roff{}
	p.line(".TH CLAIMAUDIT 1 \"\" %q \"User Commands\"", "claimaudit "+escaped(version))
	p.head("NAME", "claimaudit - audits billing exports before a payer does")
	p.line(".SH SYNOPSIS")
	p.bold("claimaudit EXPORT ...")
	p.line(".br")
	p.bold("claimaudit COMMAND [arguments] [flags]")
	p.head("DESCRIPTION", app.Help+" It reads CSV, XLSX and 837P files, judges every line by its own date of service, and writes a workbook of what is wrong, what to do about it, and where the rule comes from. Nothing leaves the machine.")
	p.para("Exports without a command are audited; the workbook then stands beside the first of them, as NAME-audit.xlsx.")
	p.line(".SH COMMANDS")
	for _, n := range app.Leaves(true) {
		p.command(n)
	}
	p.settings(app)
	p.line(".SH EXIT STATUS")
	for _, e := range exits {
		p.item(fmt.Sprint(e.status), e.means)
	}
	p.line(".SH ENVIRONMENT")
	for _, v := range environment {
		p.item(v.name, v.does)
	}
	p.line(".SH FILES")
	p.item(configName, "Settings, by the names in brackets above; the nearest from the working folder upwards is read. A flag goes before it.")
	p.line(".SH EXAMPLES")
	p.line(".nf")
	for _, e := range examples {
		if e.command == "" || e.command == "audit" {
			p.line("# %s", escaped(e.does))
			p.line("%s", escaped(e.line))
		}
	}
	p.line(".fi")
	return p.String()
}

func (p *roff) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *roff) head(title, text string) {
	p.line(".SH %s", title)
	p.line("%s", escaped(text))
}

func (p *roff) para(text string) {
	p.line(".PP")
	p.line("%s", escaped(text))
}

func (p *roff) bold(text string) { p.line(`\fB%s\fP`, escaped(text)) }

// item is a word, and what it is.
func (p *roff) item(name, text string) {
	p.line(".TP")
	p.bold(name)
	p.line("%s", escaped(text))
}

// command tells of a command with its own flags; its settings stand with all the others.
func (p *roff) command(n *kong.Node) {
	p.line(".SS %s", escaped(n.Summary()))
	p.line("%s", escaped(n.Help))
	for _, a := range n.Positional {
		p.item(a.Summary(), a.Help)
	}
	var shared []string
	for _, f := range n.Flags {
		switch {
		case f.Hidden || f.Name == "help" || f.Name == "version":
		case f.Tag.Has("findings") || f.Name == "config":
			shared = append(shared, "--"+f.Name)
		default:
			p.item(flagWord(f), f.Help)
		}
	}
	switch {
	case n.Name == "audit":
		p.para("Flags: all of SETTINGS.")
	case len(shared) > 0:
		p.para("Of SETTINGS: " + strings.Join(shared, ", ") + ".")
	}
}

// settings tells of every setting with its name in the file.
func (p *roff) settings(app *kong.Application) {
	p.line(".SH SETTINGS")
	for _, f := range childNamed(app.Node, "audit").Flags {
		if f.Name == "config" {
			p.item(flagWord(f), f.Help)
		}
	}
	for _, s := range allSettings(app) {
		name := flagWord(s.Flag) + " (" + s.key() + ")"
		if s.fileOnly() {
			name = "in " + configName + ": " + s.example()
		}
		p.item(name, s.Help)
	}
}

// flagWord is a flag as it is typed.
func flagWord(f *kong.Flag) string {
	text := "--" + f.Name
	if f.Short != 0 {
		text = "-" + string(f.Short) + ", " + text
	}
	if !f.IsBool() {
		text += " " + cmp.Or(f.PlaceHolder, strings.ToUpper(f.Name))
	}
	return text
}

// escaped is a text that roff prints as it is.
func escaped(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
