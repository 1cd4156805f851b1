package main

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"claimaudit/audit/rules"
	"claimaudit/reports"
)

// Completion: the scripts of the shells ask the program itself, by a command that help does not name:
//
//	claimaudit __complete :CURRENT BEFORE..
//
// Each line of the answer is a word that may stand for the current one, a tab, and what it is. No answer is
// the name of a file, which the shell knows better.

//go:embed shells
var shells embed.FS

// completeCommand asks for the words that may follow.
const completeCommand = "__complete"

// completionCmd prints the script of a shell.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell."`
}

// Run prints the script.
func (c *completionCmd) Run(std *streams) error {
	ending := strings.Replace(c.Shell, "powershell", "ps1", 1)
	script, err := shells.ReadFile("shells/claimaudit." + ending)
	if err != nil {
		return err
	}
	_, err = std.out.Write(script)
	return err
}

// word is one that may be typed, and what it is.
type word struct{ text, about string }

// complete prints what may stand where the current word is.
func complete(out io.Writer, app *kong.Application, args []string) {
	if len(args) == 0 {
		return
	}
	args = joined(append(slices.Clone(args[1:]), strings.TrimPrefix(args[0], ":")))
	last := len(args) - 1
	for _, w := range following(app, args[:last], args[last]) {
		fmt.Fprintf(out, "%s\t%s\n", w.text, w.about)
	}
}

// joined puts words together that bash has parted at an equals sign.
func joined(args []string) (whole []string) {
	for i, arg := range args {
		n := len(whole)
		switch {
		case n > 0 && arg == "=" && strings.HasPrefix(whole[n-1], "--"):
			whole[n-1] += "="
		case i > 0 && args[i-1] == "=" && strings.HasSuffix(whole[n-1], "="):
			whole[n-1] += arg
		default:
			whole = append(whole, arg)
		}
	}
	return whole
}

// following are the words that may follow those before and begin as the current one does.
func following(app *kong.Application, before []string, current string) []word {
	node, waits, placed := app.Node, (*kong.Value)(nil), 0
	for _, arg := range before {
		switch {
		case waits != nil:
			waits = nil
		case strings.HasPrefix(arg, "-") && arg != "-":
			waits = flagWaiting(node, arg)
		default:
			if next := childNamed(node, arg); next != nil {
				node = next
				continue
			}
			placed++
		}
	}
	var list []word
	flag, value, valued := strings.Cut(current, "=")
	switch {
	case waits != nil:
		list = valuesOf(waits)
	case valued && strings.HasPrefix(flag, "--"):
		if f := flagNamed(node, flag); f != nil {
			for _, w := range valuesOf(f.Value) {
				list = append(list, word{flag + "=" + w.text, w.about})
			}
		}
		current = flag + "=" + value
	case strings.HasPrefix(current, "-"):
		list = flagWords(node)
	default:
		list = append(childWords(node), argWords(node, placed)...)
	}
	return slices.DeleteFunc(list, func(w word) bool { return !strings.HasPrefix(w.text, current) })
}

// flagsOf are the flags that may stand behind a command: its own, its parents' and its default command's.
func flagsOf(node *kong.Node) (list []*kong.Flag) {
	for _, group := range node.AllFlags(true) {
		list = append(list, group...)
	}
	if node.DefaultCmd != nil {
		list = append(list, node.DefaultCmd.Flags...)
	}
	return list
}

func flagNamed(node *kong.Node, name string) *kong.Flag {
	for _, f := range flagsOf(node) {
		if name == "--"+f.Name || slices.Contains(f.Aliases, strings.TrimPrefix(name, "--")) || f.Short != 0 && name == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// flagWaiting is what the flag waits for behind it; nil for nothing.
func flagWaiting(node *kong.Node, arg string) *kong.Value {
	if f := flagNamed(node, arg); f != nil && !f.IsBool() {
		return f.Value
	}
	return nil
}

func childNamed(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

func childWords(node *kong.Node) (list []word) {
	for _, child := range node.Children {
		if !child.Hidden {
			list = append(list, word{child.Name, brief(child.Help)})
		}
	}
	return list
}

func flagWords(node *kong.Node) (list []word) {
	for _, f := range flagsOf(node) {
		list = append(list, word{"--" + f.Name, brief(f.Help)})
	}
	return list
}

// argWords are the words that an argument may be, behind those that stand already.
func argWords(node *kong.Node, placed int) []word {
	if node.DefaultCmd != nil {
		node = node.DefaultCmd
	}
	if placed < len(node.Positional) {
		return valuesOf(node.Positional[placed])
	}
	return nil
}

// valuesOf are the words that a value may be, where they are known.
func valuesOf(v *kong.Value) (list []word) {
	known := strings.Split(cmp.Or(v.Enum, v.Tag.Get("words")), ",")
	switch v.Tag.Get("of") {
	case "rules":
		return ruleWords()
	case "standards":
		known = reports.StandardForms()
	}
	for _, text := range known {
		if text != "" {
			list = append(list, word{text, ""})
		}
	}
	return list
}

// ruleWords are all rules, and the topics and families they may be named by.
func ruleWords() (list []word) {
	all := rules.All()
	for _, r := range all {
		list = append(list, word{r.ID, r.Title})
	}
	for _, kind := range newRuleNames(all).headed {
		list = append(list, word{kind, "all rules of it"})
	}
	return list
}

// brief is the first sentence of a help.
func brief(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	return strings.TrimSuffix(first, ".")
}
