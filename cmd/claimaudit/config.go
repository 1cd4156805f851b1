package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"claimaudit/audit"
	"claimaudit/audit/near"
)

const configName = "claimaudit.yaml"

// configuration is claimaudit.yaml, a resolver of kong: it gives a command the settings that the
// command line does not. Unknown keys are errors, so that a slip is not a silent default.
type configuration struct {
	path   string                   // blank: there is none
	name   string                   // as outputs may show it
	sum    string                   // SHA-256 of its bytes
	values map[string]reflect.Value // by key, each of its setting's type
	lines  map[string]int           // by key, and by the path of keys and places below it
	used   map[string]bool          // flags that were not on the command line
	err    error                    // why it could not be read
	done   <-chan struct{}          // closed by a signal
	limit  func(int64) int64        // see streams
	base   string                   // the folder with copies of the files that settings name; blank: the files themselves are read

	compiled string // the folder with compiled forms of tables among these copies; blank: there is none
}

// copied is where a file that a setting names is read.
func (c *configuration) copied(path string) string {
	if c.base == "" {
		return path
	}
	return filepath.Join(c.base, filepath.FromSlash(insideName(path)))
}

// BeforeResolve reads the configuration, if the command has one.
func (c *cli) BeforeResolve(ctx *kong.Context, conf *configuration) error {
	for _, f := range ctx.Flags() {
		if f.Name == "config" {
			path, _ := ctx.FlagValue(f).(string)
			conf.err = conf.load(allSettings(ctx.Model), path)
			ctx.AddResolver(conf)
		}
	}
	return conf.err
}

// allSettings are those of audit, which has them all.
func allSettings(app *kong.Application) (list []setting) {
	for _, command := range app.Children {
		if command.Name == "audit" {
			list = settingsOf(command.Flags)
		}
	}
	return list
}

// Validate has nothing to say: load did.
func (c *configuration) Validate(*kong.Application) error { return nil }

// Resolve is the flag's value in the file; nil where it has none.
func (c *configuration) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	s := setting{flag}
	v, ok := c.values[s.key()]
	if !ok || !flag.Tag.Has("findings") {
		return nil, nil
	}
	c.used[flag.Name] = true
	list, ok := v.Interface().([]string)
	if !ok {
		return v.Interface(), nil
	}
	whole := []any{} // a text kong would split at commas
	for _, text := range list {
		whole = append(whole, text)
	}
	return whole, nil
}

// load reads the file named, or else the nearest claimaudit.yaml from the working folder upwards, or
// else nothing.
func (c *configuration) load(known []setting, path string) (err error) {
	c.clear()
	c.path, c.name = path, relative(path)
	if path == "" {
		if c.path, err = nearestConfig(); err != nil || c.path == "" {
			return err
		}
		c.name = configName
	}
	data, err := readConfig(c.path, path != "", c.done)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	sum := sha256.Sum256(data)
	c.sum = hex.EncodeToString(sum[:])
	return c.parse(known, data)
}

func (c *configuration) clear() {
	c.values, c.lines, c.used = map[string]reflect.Value{}, map[string]int{}, map[string]bool{}
}

// parse takes the settings of the file's text.
func (c *configuration) parse(known []setting, data []byte) error {
	c.clear()
	if line := tooDeep(data); line > 0 {
		return fmt.Errorf("%s:%d: nested more than %d deep, as no setting is", c.path, line, maxDepth)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return c.fault(err)
	}
	switch len(file.Docs) {
	case 0:
		return nil
	case 1:
		return c.read(known, file.Docs[0].Body)
	}
	return fmt.Errorf("%s: holds %d documents: expected one", c.path, len(file.Docs))
}

// fault is an error of the YAML itself, with its line.
func (c *configuration) fault(err error) error {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return fmt.Errorf("%s: %w", c.path, err)
	}
	return fmt.Errorf("%s:%d: %s", c.path, at.GetToken().Position.Line, at.GetMessage())
}

// read takes the settings of the document and names every key that is wrong.
func (c *configuration) read(known []setting, body ast.Node) error {
	if body == nil || body.Type() == ast.NullType {
		return nil
	}
	settings, ok := body.(ast.MapNode)
	if !ok {
		return fmt.Errorf("%s:%d: expected settings, such as %s", c.path, body.GetToken().Position.Line, known[0].example())
	}
	if line := growing(body); line > 0 {
		return fmt.Errorf("%s:%d: aliases within anchors, or more than %d: write the settings out", c.path, line, maxAliases)
	}
	decoder := yaml.NewDecoder(strings.NewReader(""), yaml.Strict())
	var all any
	if err := decoder.DecodeFromNode(body, &all); err != nil { // so that it knows the anchors of the whole
		return c.fault(err)
	}
	var errs []error
	for each := settings.MapRange(); each.Next(); {
		errs = append(errs, c.take(known, decoder, each.Key().String(), each.KeyValue()))
	}
	return errors.Join(errs...)
}

// take takes one setting of the document.
func (c *configuration) take(known []setting, decoder *yaml.Decoder, key string, at *ast.MappingValueNode) error {
	line := at.Key.GetToken().Position.Line
	var names []string
	for _, s := range known {
		names = append(names, s.keys()...)
		if !slices.Contains(s.keys(), key) {
			continue
		}
		if before, twice := c.lines[s.key()]; twice {
			return fmt.Errorf("%s:%d: %s: set on line %d already", c.path, line, key, before)
		}
		c.mark(s.key(), at.Value, line)
		if at.Value.Type() == ast.NullType {
			return nil
		}
		value, err := decoded(s, decoder, at.Value)
		c.values[s.key()] = value
		return c.misread(s, key, line, err)
	}
	return fmt.Errorf("%s:%d: %s is no setting%s", c.path, line, key, near.Question(key, names))
}

// decoded is the node as the setting's type; a list of one may be written without brackets.
func decoded(s setting, decoder *yaml.Decoder, node ast.Node) (reflect.Value, error) {
	value := reflect.New(s.Target.Type())
	if text, ok := value.Interface().(*string); ok && (node.Type() == ast.IntegerType || node.Type() == ast.FloatType) {
		*text = node.GetToken().Value // as it is written: 0640 is no number
		return value.Elem(), nil
	}
	err := decoder.DecodeFromNode(node, value.Interface())
	if list, ok := value.Interface().(*[]string); ok && err != nil {
		var one string
		if decoder.DecodeFromNode(node, &one) == nil {
			*list, err = []string{one}, nil
		}
	}
	return value.Elem(), err
}

// misread says of a value that is not of its setting's type what was expected.
func (c *configuration) misread(s setting, key string, line int, err error) error {
	if err == nil {
		return nil
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		line = at.GetToken().Position.Line
	}
	what := ""
	if unknown, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		what = unknown.Message + ": "
	}
	return fmt.Errorf("%s:%d: %s: %sexpected a value such as %s", c.path, line, key, what, s.Tag.Get("example"))
}

// mark notes the line of a setting and of everything below it.
func (c *configuration) mark(path string, node ast.Node, line int) {
	c.lines[path] = line
	switch node := node.(type) {
	case ast.MapNode:
		for each := node.MapRange(); each.Next(); {
			c.mark(path+": "+unquoted(each.Key()), each.Value(), each.Key().GetToken().Position.Line)
		}
	case *ast.SequenceNode:
		for i, item := range node.Values {
			c.mark(path+": "+strconv.Itoa(i), item, item.GetToken().Position.Line)
		}
	}
}

func unquoted(key ast.MapKeyNode) string {
	if scalar, ok := key.(ast.ScalarNode); ok {
		return fmt.Sprint(scalar.GetValue())
	}
	return key.String()
}

// at is where in the file a setting stands, or a part of it, to go before what is wrong with it.
func (c *configuration) at(flag string, below ...string) string {
	key := keyOf(flag)
	line := c.lines[key]
	if part, ok := c.lines[strings.Join(append([]string{key}, below...), ": ")]; ok {
		line = part
	}
	return fmt.Sprintf("%s:%d: ", c.path, line)
}

// said names a flag's setting as whoever set it did: the flag, or the key with its place in the file.
func (c *configuration) said(flag string) string {
	if c.used[flag] {
		return c.at(flag) + keyOf(flag)
	}
	return "--" + flag
}

// recorded is the configuration as outputs name it; a redacted copy has its hash only.
func (c *configuration) recorded(redacted bool) audit.Config {
	if c.path == "" {
		return audit.Config{}
	}
	if redacted {
		return audit.Config{SHA256: c.sum}
	}
	return audit.Config{Name: c.name, SHA256: c.sum}
}

func nearestConfig() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(folder, configName)
		_, err := os.Stat(path)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("look for the configuration: %w", err)
		case filepath.Dir(folder) == folder:
			return "", nil
		}
		folder = filepath.Dir(folder)
	}
}
