package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// trial builds test programs, as the files are and with one of them changed, and runs them.
type trial struct {
	root   string // of the repository, absolute
	folder string // for what is built
}

// try runs the tests of each mutant, first without and then with its change, and tells of those
// that nothing noticed.
func try(root string, rows []mutant, out io.Writer) (count tally, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return count, err
	}
	folder, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return count, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	t := &trial{root: root, folder: folder}
	if err := t.unchanged(rows); err != nil {
		return count, err
	}
	var lock sync.Mutex
	err = together(len(rows), func(i int) error {
		killed, line, err := t.kill(i, rows[i])
		if err != nil {
			return rows[i].At.Wrap(err)
		}
		lock.Lock()
		defer lock.Unlock()
		if killed {
			count.killed++
			return nil
		}
		count.survived++
		fmt.Fprintf(out, "%s:%d survived: %s\n", rows[i].File, line, rows[i])
		return nil
	})
	return count, err
}

// together calls do with each number below n, as many at a time as there are processors.
func together(n int, do func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
	return errors.Join(errs...)
}

// unchanged makes sure that all the tests pass before anything is changed: one that fails anyhow
// would seem to notice everything.
func (t *trial) unchanged(rows []mutant) error {
	patterns := map[string]map[string]bool{}
	var packages []string
	for _, m := range rows {
		pkg, pattern, err := m.tests()
		if err != nil {
			return err
		}
		if patterns[pkg] == nil {
			packages, patterns[pkg] = append(packages, pkg), map[string]bool{}
		}
		patterns[pkg][pattern] = true
	}
	return together(len(packages), func(i int) error {
		program := filepath.Join(t.folder, fmt.Sprintf("unchanged%d", i))
		if err := t.build(packages[i], program); err != nil {
			return err
		}
		for pattern := range patterns[packages[i]] {
			said, passed, err := t.passes(packages[i], pattern, program)
			if err != nil {
				return err
			}
			if !passed || strings.Contains(said, "no tests to run") {
				return fmt.Errorf("%s -run %q does not pass as it is:\n%s", packages[i], pattern, said)
			}
		}
		return os.Remove(program)
	})
}

// kill tells whether the tests notice a mutant, and the line of the change.
func (t *trial) kill(i int, m mutant) (killed bool, line int, err error) {
	text, line, err := m.apply(t.root)
	if err != nil {
		return false, 0, err
	}
	pkg, pattern, err := m.tests()
	if err != nil {
		return false, 0, err
	}
	overlay, err := t.overlay(i, m.File, text)
	if err != nil {
		return false, 0, err
	}
	program := filepath.Join(t.folder, fmt.Sprintf("mutant%d", i))
	if err := t.build(pkg, program, "-overlay", overlay); err != nil {
		return false, 0, err
	}
	at, err := t.copied(i, m.File, text)
	if err != nil {
		return false, 0, err
	}
	_, passed, err := at.passes(pkg, pattern, program)
	return !passed, line, errors.Join(err, os.Remove(program), os.RemoveAll(at.root))
}

// overlay writes what go build reads in place of a file.
func (t *trial) overlay(i int, file, text string) (string, error) {
	changed := filepath.Join(t.folder, fmt.Sprintf("changed%d%s", i, filepath.Ext(file)))
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(t.root, filepath.FromSlash(file)): changed}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(t.folder, fmt.Sprintf("overlay%d.json", i))
	return name, os.WriteFile(name, list, 0o600)
}

// copied is a copy of the repository with a file changed: tests read tables where they lie, and
// those that fail may leave the input beside them.
func (t *trial) copied(i int, file, text string) (*trial, error) {
	root := filepath.Join(t.folder, fmt.Sprintf("copy%d", i))
	entries, err := os.ReadDir(t.root)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := os.CopyFS(filepath.Join(root, e.Name()), os.DirFS(filepath.Join(t.root, e.Name()))); err != nil {
			return nil, err
		}
	}
	return &trial{root: root, folder: t.folder}, os.WriteFile(filepath.Join(root, filepath.FromSlash(file)), []byte(text), 0o600)
}

// build makes the test program of a package.
func (t *trial) build(pkg, program string, more ...string) error {
	args := append([]string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", program}, more...)
	command := exec.Command("go", append(args, pkg)...)
	command.Dir = t.root
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s does not build: %w\n%s", pkg, err, said)
	}
	return nil
}

// passes runs a test program where go test runs it. A test that never ends has failed.
func (t *trial) passes(pkg, pattern, program string) (said string, passed bool, err error) {
	command := exec.Command(program, "-test.failfast", "-test.timeout=3m", "-test.run="+pattern)
	command.Dir = filepath.Join(t.root, filepath.FromSlash(pkg))
	text, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return string(text), false, nil
	}
	return string(text), err == nil, err
}
