package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"

	"claimaudit/audit"
	"claimaudit/audit/answers"
	"claimaudit/audit/claim"
	"claimaudit/audit/draft"
	"claimaudit/audit/engine"
	"claimaudit/audit/wire"
	"claimaudit/parsers/tables"
)

// The members of the file that travels to every judge of a run.
const (
	runVersion = "version" // of the program
	runSaid    = "said"    // what was set
	runWhole   = "whole"   // what only all lines tell, and the tables they came from
	runKey     = "key"     // of --deidentify, where waivers or a history go by it
	runOpen    = "open"    // what the history's open findings are about, where one is kept
	runRemits  = "remits"  // what payers answered
	runFiles   = "files/"  // before the names of what the practice knows itself, and of its tables
	runTables  = "tables/" // before those of compiled forms of these tables
)

// runSet is what was set for a run.
type runSet struct {
	Settings  findingSettings
	Answers   answerSettings
	Redact    bool
	Corrected bool // lines as corrected are asked for
	History   bool // one is kept
	Config    audit.Config
}

// wholeRun is what only all lines of a run tell, and the tables they came from.
type wholeRun struct {
	Whole   *engine.Whole
	Sources []claim.Source
}

// stepRun is a run whose lines are judged apart.
type stepRun struct {
	runSet
	wholeRun
	id      string // the SHA-256 of its file
	version string // of the program
	key     []byte
	open    []byte // see history.Watch
	payers  *answers.Book
	// compiled is where the program has compiled forms of its tables. base and cache are the private folders that its
	// files and these forms were put into, blank where there are none; remove removes both.
	compiled    []string
	base, cache string
	remove      func() error
}

// insideName is the name of a file within a folder, wherever the file lies: in the same order as before.
func insideName(path string) string {
	parts := strings.Split(filepath.ToSlash(filepath.Clean(path)), "/")
	for i, part := range parts {
		if part == ".." || part == "" {
			parts[i] = "_up"
		}
		parts[i] = strings.ReplaceAll(parts[i], ":", "_")
	}
	return strings.Join(parts, "/")
}

// knowledgeFiles are the files that what is found depends on beside the exports.
func (s *findingSettings) knowledgeFiles() ([]string, error) {
	files := slices.Concat(s.ownFiles(), nonBlank(s.Waivers))
	for _, name := range nonBlank(s.Table) {
		found, err := tables.Files(name)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// write writes the run's file, and finds out its id.
func (r *stepRun) write(w *os.File) error {
	sum := sha256.New()
	z := zip.NewWriter(io.MultiWriter(w, sum))
	z.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) })
	put := func(name string, data []byte) error {
		member, err := z.Create(name)
		if err == nil {
			_, err = member.Write(data)
		}
		return err
	}
	errs := []error{
		put(runVersion, []byte(r.version)), put(runSaid, wire.Append(nil, &r.runSet)), put(runWhole, wire.Append(nil, &r.wholeRun)), put(runKey, r.key),
		put(runOpen, r.open), put(runRemits, r.payers.Bytes()),
	}
	files, err := r.Settings.knowledgeFiles()
	errs = append(errs, err)
	for _, path := range files {
		errs = append(errs, copyInto(z, runFiles+insideName(path), path))
	}
	slices.Sort(r.compiled)
	for _, path := range slices.Compact(r.compiled) {
		errs = append(errs, copyInto(z, runTables+filepath.Base(path), path))
	}
	err = errors.Join(append(errs, z.Close())...)
	r.id = hex.EncodeToString(sum.Sum(nil))
	return err
}

func copyInto(z *zip.Writer, name, path string) error {
	member, err := z.Create(name)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(member, f)
	return errors.Join(err, f.Close())
}

// errNoRun is the error of a file that is no run's.
var errNoRun = errors.New("is not the file that claimaudit lines writes as run, or is damaged")

// openRun reads a run's file, with what the practice knows itself in a private folder until it is closed.
func openRun(path string) (r *stepRun, err error) {
	r = &stepRun{}
	if r.id, err = fileSum(path); err != nil {
		return nil, err
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errNoRun)
	}
	defer z.Close()
	if err := r.read(&z.Reader); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), r.close())
	}
	return r, nil
}

func (r *stepRun) read(z *zip.Reader) error {
	members := map[string][]byte{}
	for _, name := range []string{runVersion, runSaid, runWhole, runKey, runOpen, runRemits} {
		data, err := fs.ReadFile(z, name)
		if err != nil {
			return errNoRun
		}
		members[name] = data
	}
	if r.version = string(members[runVersion]); r.version != version {
		return fmt.Errorf("is of claimaudit %s, and this is %s: use one version for all steps of a run", r.version, version)
	}
	r.key, r.open, r.payers = members[runKey], members[runOpen], answers.NewBook()
	if wire.Read(members[runSaid], &r.runSet) != nil || wire.Read(members[runWhole], &r.wholeRun) != nil || r.payers.Know(members[runRemits]) != nil {
		return errNoRun
	}
	return r.unpack(z)
}

// unpack puts the files and compiled forms of tables into private folders, where there are any. What a killed process
// leaves of them the next one removes.
func (r *stepRun) unpack(z *zip.Reader) error {
	private := ""
	for _, m := range z.File {
		ours, compiled := strings.HasPrefix(m.Name, runFiles), strings.HasPrefix(m.Name, runTables)
		switch {
		case !ours && !compiled:
			continue
		case !filepath.IsLocal(m.Name):
			return errors.New("holds a file of a name that it may not have")
		case private == "":
			folder, remove, err := draft.PrivateFolder()
			if err != nil {
				return err
			}
			private, r.remove = filepath.Join(folder, "copy"), remove
			r.base = filepath.Join(private, runFiles)
		}
		if compiled {
			r.cache = filepath.Join(private, runTables)
		}
		if err := unpackFile(m, filepath.Join(private, filepath.FromSlash(m.Name))); err != nil {
			return err
		}
	}
	return nil
}

func unpackFile(m *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	from, err := m.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, draft.OwnerOnly)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// close removes the private folder.
func (r *stepRun) close() error {
	if r.base == "" {
		return nil
	}
	return r.remove()
}

// settings puts what was set into those of an audit.
func (r *stepRun) settings(a *auditCmd) {
	a.findingSettings, a.answerSettings = r.Settings, r.Answers
}
