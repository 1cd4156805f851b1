package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// The most that a configuration may be: it is looked for and read unasked, and settings go three levels
// deep at most. The library spends memory by the square of the depth, and unfolds an alias wherever it
// stands.
const (
	maxConfig  = 256 << 10
	maxDepth   = 32
	maxAliases = 100
)

// readConfig is the bytes of a configuration. One that was found, and not named, must be a plain file.
func readConfig(path string, named bool, done <-chan struct{}) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !named && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file: name the configuration with --config", path)
	}
	return readSmall(path, maxConfig, "configuration", done)
}

// readSmall is all of a small file, which may be a pipe that a key comes through: the wait for it ends when
// done is closed, and one that never ends is refused.
func readSmall(path string, most int64, what string, done <-chan struct{}) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	got := make(chan result, 1)
	go func() {
		data, err := readUpTo(path, most+1)
		got <- result{data, err}
	}()
	select {
	case r := <-got:
		if r.err == nil && int64(len(r.data)) > most {
			r.err = fmt.Errorf("%s is over %d KiB: no %s is that large", path, most>>10, what)
		}
		return r.data, r.err
	case <-done:
		return nil, fmt.Errorf("%s: interrupted while waiting for the %s", path, what)
	}
}

func readUpTo(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, most))
	return data, errors.Join(err, f.Close())
}

// tooDeep is the line on which the text nests deeper than any setting does; 0 for none. It is told from
// the signs alone, before the library builds anything of them.
func tooDeep(data []byte) (line int) {
	var columns []int // where the lists and mappings around the token begin that no bracket closes
	brackets := 0
	var before *token.Token
	for _, t := range lexer.Tokenize(string(data)) {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType:
			columns = within(columns, t.Position.Column)
		case token.MappingValueType:
			if before != nil && brackets == 0 {
				columns = within(columns, before.Position.Column)
			}
		}
		if brackets+len(columns) > maxDepth {
			return t.Position.Line
		}
		before = t
	}
	return 0
}

// within is what is around a column, and the column itself.
func within(columns []int, column int) []int {
	for len(columns) > 0 && columns[len(columns)-1] >= column {
		columns = columns[:len(columns)-1]
	}
	return append(columns, column)
}

// aliases counts what makes a document grow when it is decoded.
type aliases struct {
	count int
	fault ast.Node // an alias within what an anchor names, or the first of too many
}

// Visit looks at a node and what is below it.
func (a *aliases) Visit(node ast.Node) ast.Visitor {
	switch node := node.(type) {
	case *ast.AnchorNode:
		inside := &aliases{}
		ast.Walk(inside, node.Value)
		if inside.count > 0 && a.fault == nil {
			a.fault = node
		}
	case *ast.AliasNode:
		if a.count++; a.count > maxAliases && a.fault == nil {
			a.fault = node
		}
	}
	return a
}

// growing is the line of an alias by which the document would grow without bound; 0 for none.
func growing(body ast.Node) int {
	if body == nil {
		return 0
	}
	a := &aliases{}
	ast.Walk(a, body)
	if a.fault == nil {
		return 0
	}
	return a.fault.GetToken().Position.Line
}
