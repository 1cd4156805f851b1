package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"claimaudit/audit/draft"
	"claimaudit/reports/page"
)

// Save adds a mapping to the configuration that this run reads, or begins claimaudit.yaml in the working folder, and
// tells where. One for the same header is replaced. A configuration in which it cannot be done without touching
// anything else is left as it is.
func (d *desk) Save(m page.Mapping) (where string, err error) {
	mapping := savedMapping(m)
	o := readingSettings{Mappings: []savedMapping{mapping}}
	if _, err := o.saved(d.conf); err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	path := d.conf.path
	if path == "" {
		path = configName
	}
	commands, err := parserInto(&cli{})
	if err != nil {
		return "", err
	}
	if err := addMapping(path, mapping, allSettings(commands.Model)); err != nil {
		return "", err
	}
	d.saved = append(d.saved, mapping)
	return path, nil
}

// addMapping writes the configuration with the mapping in it, if nothing else of it is read differently then.
func addMapping(path string, m savedMapping, known []setting) error {
	mode := draft.OwnerOnly
	before, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode().Perm()
		}
	}
	after, err := withMapping(before, m)
	if err != nil {
		return fmt.Errorf("%s: %w: add it by hand:\n%s", path, err, mappingText(m))
	}
	if err := sameButMapping(path, before, after, m, known); err != nil {
		return fmt.Errorf("%s: %w: add it by hand:\n%s", path, err, mappingText(m))
	}
	made, err := draft.New(path, mode, func(w io.Writer) error { _, err := w.Write(after); return err })
	if err != nil {
		return err
	}
	if err := made.Publish(); err != nil {
		return errors.Join(err, made.TakeBack(), made.Done())
	}
	return made.Done()
}

// mappingText is the mapping as an entry of the list of mappings.
func mappingText(m savedMapping) string {
	text, err := yaml.Marshal([]savedMapping{m})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// withMapping is the configuration's text with the mapping in it.
func withMapping(before []byte, m savedMapping) ([]byte, error) {
	file, err := parser.ParseBytes(before, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var list *ast.SequenceNode
	if len(file.Docs) > 0 && file.Docs[0].Body != nil {
		if settings, ok := file.Docs[0].Body.(ast.MapNode); ok {
			for each := settings.MapRange(); each.Next(); {
				if each.Key().String() == "mappings" {
					if list, ok = each.Value().(*ast.SequenceNode); !ok {
						return nil, errors.New("its mappings are no list")
					}
				}
			}
		}
	}
	if list == nil {
		text := strings.TrimRight(string(before), "\n")
		if text != "" {
			text += "\n"
		}
		return []byte(text + "mappings:\n" + mappingText(m)), nil
	}
	added, err := parser.ParseBytes([]byte(mappingText(m)), 0)
	if err != nil {
		return nil, err
	}
	entry, ok := added.Docs[0].Body.(*ast.SequenceNode)
	if !ok {
		return nil, errors.New("the mapping cannot be written")
	}
	list.Values = slices.DeleteFunc(list.Values, func(n ast.Node) bool { return isMappingOf(n, m.Header) })
	list.Merge(entry)
	return []byte(file.String()), nil
}

// isMappingOf tells whether an entry of the mappings is for the header.
func isMappingOf(n ast.Node, header []string) bool {
	var other savedMapping
	return yaml.NodeToValue(n, &other) == nil && sameNames(other.Header, header)
}

// sameButMapping sees that the text after reads as the one before, but for the mapping.
func sameButMapping(path string, before, after []byte, m savedMapping, known []setting) error {
	then, err := configurationIn(path, before, known)
	if err != nil {
		return err
	}
	now, err := configurationIn(path, after, known)
	if err != nil {
		return err
	}
	list := func(c *configuration) []savedMapping {
		v, ok := c.values["mappings"]
		if !ok {
			return nil
		}
		all, _ := v.Interface().([]savedMapping)
		return all
	}
	want := withMappings(list(then), m)
	if !reflect.DeepEqual(list(now), want) {
		return errors.New("the mapping cannot be put into it")
	}
	delete(now.values, "mappings")
	delete(then.values, "mappings")
	if len(now.values) != len(then.values) {
		return errors.New("other settings would change")
	}
	for key, v := range then.values {
		if w, ok := now.values[key]; !ok || !reflect.DeepEqual(v.Interface(), w.Interface()) {
			return errors.New("other settings would change")
		}
	}
	return nil
}

// configurationIn reads a configuration's text.
func configurationIn(path string, text []byte, known []setting) (*configuration, error) {
	c := &configuration{path: path}
	return c, c.parse(known, bytes.Clone(text))
}
