package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"claimaudit/audit/near"
)

// misused is what is wrong with the command line, with the next step.
func misused(err error, model *kong.Application, args []string) error {
	text := err.Error()
	var command *kong.Node
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		command = parse.Context.Selected()
	}
	flag, _, valueless := strings.Cut(text, `: expected string value but got "EOL"`)
	switch {
	case valueless:
		text = flag + ": expected a value behind it" + exampleOf(model, flag)
	case command == nil && strings.HasPrefix(text, "unexpected argument ") && !strings.Contains(text, "did you mean"):
		text = args[0] + " is neither a command nor a file here" + likeFile(args[0], nil)
	}
	next := "claimaudit --help"
	if path := pathOf(command); path != "" {
		next = "claimaudit " + path + " --help"
		if list := examplesOf(path); len(list) > 0 && !valueless {
			next = "such as " + list[0].line + "; " + next
		}
	}
	return fmt.Errorf("%s (%s)", text, next)
}

// exampleOf is a value of a setting as its flag takes it.
func exampleOf(model *kong.Application, flag string) string {
	for _, s := range allSettings(model) {
		if example := s.Tag.Get("example"); "--"+s.Name == flag && !strings.ContainsAny(example, "[{") {
			return ", such as " + flag + " " + example
		}
	}
	return ""
}

// nextSteps adds to the errors of files that are not there what may have been meant; known are words that the
// command understands where it understands files.
func nextSteps(err error, known []string) error {
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range flatten(err) {
		if path := missingPath(e); path != "" {
			e = fmt.Errorf("%w%s", e, likeFile(path, known))
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// missingPath is the file that the error says is not there; blank where it says something else.
func missingPath(err error) string {
	if !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Path
	}
	cause, ok := errors.AsType[syscall.Errno](err)
	path, found := strings.CutSuffix(err.Error(), ": "+cause.Error())
	if !ok || !found {
		return ""
	}
	return path[strings.LastIndex(path, ": ")+1:]
}

// likeFile says what a file that is not there may be called.
func likeFile(path string, known []string) string {
	path = strings.TrimSpace(path)
	dir, name := filepath.Dir(path), filepath.Base(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ": there is no folder " + dir
	}
	var names, stems []string
	for _, e := range entries {
		if n := e.Name(); !strings.HasPrefix(n, ".") {
			names, stems = append(names, n), append(stems, strings.TrimSuffix(n, filepath.Ext(n)))
		}
		if strings.HasPrefix(e.Name(), name+" ") {
			return fmt.Sprintf(": did you mean %q? A name with blanks stands in quotes", filepath.Join(dir, e.Name()))
		}
	}
	if word := near.Word(name, known); word != "" {
		return ": did you mean " + word + "?"
	}
	for _, list := range [][]string{names, stems} {
		if i := slices.Index(list, near.Word(name, list)); i >= 0 {
			return ": did you mean " + filepath.Join(dir, names[i]) + "?"
		}
	}
	return inFolder(dir, filepath.Ext(name), names)
}

// inFolder names some files of a folder that have the ending.
func inFolder(dir, ending string, names []string) string {
	const most = 3
	names = slices.DeleteFunc(names, func(n string) bool { return !strings.EqualFold(filepath.Ext(n), ending) })
	if whole, err := filepath.Abs(dir); err == nil && dir == "." {
		dir = whole
	}
	switch more := len(names) - most; {
	case ending == "":
		return ": look at its name, or give the whole path"
	case len(names) == 0:
		return fmt.Sprintf(": the folder %s has no file ending in %s: give the whole path", dir, ending)
	case more > 0:
		return fmt.Sprintf(": the folder %s has %s and %d more", dir, strings.Join(names[:most], ", "), more)
	}
	return fmt.Sprintf(": the folder %s has %s", dir, strings.Join(names, ", "))
}
