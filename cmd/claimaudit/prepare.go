package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/rs/zerolog"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/rules/notes"
	"claimaudit/parsers/tables"
)

// prepare reads and checks all settings, which are those given, so that a slip is told before any file is read.
func (a *auditCmd) prepare(given []setting, conf *configuration, io *streams) (*job, error) {
	return a.prepareFor((*job).destinations, given, conf, io)
}

// prepareFor is prepare; to finds out where what is found goes.
func (a *auditCmd) prepareFor(to func(*job) error, given []setting, conf *configuration, io *streams) (j *job, err error) {
	j = &job{cmd: a, given: given, conf: conf, done: io.done, dropped: io.dropped}
	if j.log, err = newLogger(io.err, conf, &a.runSettings); err != nil {
		return nil, err
	}
	if err := errors.Join(j.limits(), j.severities(), j.reading(io), j.knowledge(), to(j)); err != nil {
		return nil, err
	}
	a.AsOf = j.parse.AsOf.String() // as it is recorded, also when nobody set it
	j.progress = newProgress(io.err, a.Quiet)
	j.briefly = isTerminal(io.err) && !a.Quiet && a.LogFormat != "json"
	return j, nil
}

// leastLimit is what tables, rules and readers take, and some room: with less, memory would be freed again and again for
// nothing.
const leastLimit = 128 << 20

func (j *job) limits() error {
	var errs [2]error
	j.memory, errs[0] = memorySize(j.conf, j.cmd.Memory)
	j.workers, errs[1] = workerCount(j.conf, j.cmd.Workers)
	if j.conf.limit != nil && j.cmd.Memory != "" && errs[0] == nil {
		j.conf.limit(max(j.memory, leastLimit))
	}
	return errors.Join(errs[:]...)
}

func (j *job) severities() (err error) {
	if j.cmd.MinSeverity != "" {
		if j.write.MinSeverity, err = severityNamed(j.cmd.MinSeverity); err != nil {
			return fmt.Errorf("%s: %w", j.conf.said("min-severity"), err)
		}
	}
	switch j.cmd.FailOn {
	case "":
		j.failOn = audit.Error
	case "never":
	default:
		if j.failOn, err = severityNamed(j.cmd.FailOn); err != nil {
			return fmt.Errorf("%s: %w (or never)", j.conf.said("fail-on"), err)
		}
	}
	return nil
}

func (j *job) knowledge() error {
	go beginCatalog()
	var errs [6]error
	j.settings = &audit.Settings{}
	j.settings.ClaimTypes, errs[5] = claimTypes(j.conf, j.cmd.ClaimType)
	if j.own, errs[0] = j.cmd.own(j.conf, notes.Options{DayFirst: j.cmd.DateOrder == "dmy", MonthFirst: j.cmd.DateOrder == "mdy", Redact: j.cmd.Redact}, j.done); errs[0] == nil {
		j.rules, errs[1] = j.cmd.choose(j.own.all, j.conf)
		j.off = switchedOff(j.own.all, j.rules)
		for _, left := range j.own.Examples {
			j.log.Warn().Str("rows", left).Msg("examples of the template are no rules")
		}
	}
	j.settings.TimelyFiling, errs[2] = filingDays(j.conf, j.cmd.TimelyFiling)
	j.catalog, errs[3] = j.cmd.knowledge(j.conf, j.table)
	j.waived, errs[4] = j.readWaivers()
	return errors.Join(errs[:]...)
}

func (j *job) reading(io *streams) (err error) {
	j.parse, err = j.cmd.options(j.conf, io.in)
	j.parse.Done = io.done
	return err
}

// beginCatalog has the embedded catalogue read while other things are made ready. Who needs it waits for it, and is told
// what is wrong.
func beginCatalog() { _, _ = catalog.Embedded() }

// knowledge is the catalogue with the CMS tables named laid over the embedded ones; told is called
// with each table file.
func (s *tableSettings) knowledge(conf *configuration, told func(*tables.File)) (*catalog.Catalog, error) {
	names := nonBlank(s.Table)
	own, err := catalog.Embedded()
	if err != nil || len(names) == 0 {
		return own, err
	}
	o := tables.Options{Cache: tables.DefaultCache()}
	if conf.base != "" {
		o = tables.Options{Cache: conf.compiled, Own: true}
	}
	for i, name := range names {
		names[i] = conf.copied(name)
	}
	files, err := tables.Load(names, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", conf.said("table"), err)
	}
	for _, f := range files {
		told(f)
	}
	return own.With(tables.Official(files)...), nil
}

// table takes up a table file that was read.
func (j *job) table(f *tables.File) {
	if f.Compiled != "" {
		j.compiled = append(j.compiled, f.Compiled)
	}
	if n := len(f.Rejects); n > 0 {
		j.log.Warn().Str("file", f.Path).Int("rows", n).Str("first", f.Rejects[0].String()).
			Msg("rows of a table could not be read: claimaudit tables --all lists them")
	}
	for _, note := range f.Notes {
		j.log.Info().Str("file", f.Path).Msg(note)
	}
	switch {
	case f.Differs:
		j.log.Warn().Str("file", f.Path).Str("used", f.Same).Msg("another file of the same table and quarter says other things and is used: give the one that is right")
	case f.Same != "":
		j.log.Info().Str("file", f.Path).Str("same", f.Same).Msg("the same table is held by another file, which is used")
	}
}

// apart sees that no output takes the place of what the run reads beside its inputs: a key that is gone
// takes with it whom earlier outputs name.
func (j *job) apart() error {
	var errs []error
	refuse := func(what, path string) {
		if path != "" && j.isOutput(path) {
			errs = append(errs, fmt.Errorf("%s is %s and an output: write the report elsewhere", path, what))
		}
	}
	refuse("the configuration", j.conf.path)
	for _, s := range j.given {
		what := s.Tag.Get("reads")
		if what == "" {
			continue
		}
		for _, name := range s.named() {
			refuse(what, name)
		}
	}
	for _, name := range nonBlank(j.cmd.Table) {
		files, err := tables.Files(name)
		if err != nil {
			continue // loading it says what is wrong with it
		}
		for _, path := range files {
			if path != name {
				refuse("a table", path)
			}
		}
	}
	return errors.Join(errs...)
}

// disguise reads the key patient ids are replaced with.
func (j *job) disguise() (err error) {
	j.write.Redact, j.write.Title = j.cmd.Redact, j.cmd.Title
	j.write.Deidentify, err = j.cmd.key(j.conf, &j.log, j.done)
	return err
}

// key reads the key patient ids are replaced with; nil where none is named.
func (s *privacySettings) key(conf *configuration, log *zerolog.Logger, done <-chan struct{}) ([]byte, error) {
	if s.Deidentify == "" {
		return nil, nil
	}
	key, err := readSmall(s.Deidentify, maxKey, "key", done)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no %s: claimaudit key %[2]s makes one", conf.said("deidentify"), s.Deidentify)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", conf.said("deidentify"), err)
	}
	if info, err := os.Stat(s.Deidentify); err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode()&0o077 != 0 {
		log.Warn().Str("file", s.Deidentify).Msg("others than its owner can read the key, and find out by it who a patient is: chmod 600 makes it private")
	}
	if len(key) < minKey {
		return nil, fmt.Errorf("%s: %s holds %d bytes: expected a key of at least %d", conf.said("deidentify"), s.Deidentify, len(key), minKey)
	}
	return key, nil
}

// minKey is the shortest key that cannot be found by trying.
const minKey = 16

// maxKey is more than any key is.
const maxKey = 64 << 10
