package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// part is a module that is linked into the program, or Go's own library.
type part struct {
	module
	licences []file
	kinds    []string // of licences, by their SPDX ids
}

// module is what go.mod calls it.
type module struct{ path, version string }

// standard is the path under which Go's own library is known.
const standard = "std"

// listed is a package as go list tells of it.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// parts are all that the program of a platform is linked from, each with its licences.
func (r *release) parts(system, arch string) ([]part, error) {
	out, err := r.run(system, arch, "go", "list", "-deps", "-json=Dir,Standard,Module", "./cmd/claimaudit")
	if err != nil {
		return nil, err
	}
	root, err := r.run(system, arch, "go", "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	goroot, goversion, _ := strings.Cut(strings.TrimSpace(string(root)), "\n")
	folders := map[module][]string{{standard, strings.TrimPrefix(goversion, "go")}: {goroot}}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		switch err := decoder.Decode(&l); {
		case errors.Is(err, io.EOF):
			return withLicences(folders)
		case err != nil:
			return nil, fmt.Errorf("go list: %w", err)
		case !l.Standard && l.Module != nil && !l.Module.Main:
			m := module{l.Module.Path, l.Module.Version}
			folders[m] = append(folders[m], upTo(l.Module.Dir, l.Dir)...)
		}
	}
}

// upTo are the folders from the root to one below it, the root first.
func upTo(root, dir string) (folders []string) {
	for ; len(dir) > len(root); dir = filepath.Dir(dir) {
		folders = append(folders, dir)
	}
	return append([]string{root}, folders...)
}

// withLicences reads the licences of modules from their folders, of which the first of each is its root. One
// without is an error, and so is one whose licence we do not know.
func withLicences(folders map[module][]string) (parts []part, err error) {
	var errs []error
	for m, dirs := range folders {
		root := dirs[0]
		slices.Sort(dirs)
		p := part{module: m}
		for _, dir := range slices.Compact(dirs) {
			errs = append(errs, p.read(root, dir))
		}
		slices.Sort(p.kinds)
		p.kinds = slices.Compact(p.kinds)
		if len(p.licences) == 0 {
			errs = append(errs, fmt.Errorf("%s has no licence in %s", m.path, root))
		} else if len(p.kinds) == 0 {
			errs = append(errs, fmt.Errorf("%s: the licence in %s is none that we know: look whether it lets us pass it on, and add it to known", m.path, root))
		}
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.path, b.path) })
	return parts, errors.Join(errs...)
}

// read takes the licences of a folder of the part.
func (p *part) read(root, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	below, err := filepath.Rel(root, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !isLicence(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		p.licences = append(p.licences, file{name: path.Join("licenses", p.path, filepath.ToSlash(below), e.Name()), text: text})
		p.kinds = append(p.kinds, kindsOf(string(text))...)
	}
	return nil
}

// isLicence tells by its name whether a file says under what terms others may be handed on.
func isLicence(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".png") {
		return false
	}
	for _, word := range []string{"license", "licence", "copying", "notice", "patents"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// known are licences that let us hand the program on, by words that each of them alone has.
var known = []struct{ kind, words string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"BSD-3-Clause", "may be used to endorse or promote products"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice"},
	{"blessing", "may you do good and not evil"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
}

// kindsOf are the SPDX ids of the licences in a text; none for one that is not known.
func kindsOf(text string) (kinds []string) {
	text = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, "*", " ")), " "))
	text = strings.ReplaceAll(text, "license, version", "license version")
	for _, k := range known {
		longer := k.kind == "BSD-2-Clause" && slices.Contains(kinds, "BSD-3-Clause") // which has its words too
		if strings.Contains(text, k.words) && !longer {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}
