package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/draft"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/parsers"
	"claimaudit/parsers/grid"
	"claimaudit/reports"
)

// open opens every input, context first so that earlier history comes before what is audited, and
// names every bad one.
func (j *job) open() error {
	audited, errs := j.findAll(j.cmd.Inputs)
	earlier, more := j.findAll(nonBlank(j.cmd.Context))
	errs = append(errs, more...)
	j.called.found(audited)
	if !j.cmd.Force && errors.Join(errs...) == nil { // an input that is an output is told as that
		errs = append(errs, reports.CheckOurs(j.files()))
	}
	j.leaveTwins(&audited, &earlier)
	context, more := j.openAll(earlier, 0)
	errs = append(errs, more...)
	inputs, more := j.openAll(audited, len(context))
	j.inputs, j.numContext = append(context, inputs...), len(context)
	if err := errors.Join(append(errs, more...)...); err != nil {
		j.close()
		return err
	}
	return nil
}

// findAll is the exports that names on the command line stand for.
func (j *job) findAll(names []string) (found []string, errs []error) {
	for _, name := range names {
		paths, err := j.find(name)
		errs = append(errs, err)
		for _, path := range paths {
			if j.isOutput(path) {
				errs = append(errs, fmt.Errorf("%s is an input and an output: write the report elsewhere", path))
				continue
			}
			found = append(found, path)
		}
	}
	return found, errs
}

// leaveTwins takes files out that hold the same bytes as one before them, such as an upload made
// twice: each of their lines would be a duplicate. They stay among the sources, without rows.
func (j *job) leaveTwins(audited, earlier *[]string) {
	twins := findTwins(slices.Concat(*audited, *earlier))
	numAudited := len(*audited)
	seen := 0
	for _, paths := range []*[]string{audited, earlier} {
		kept := (*paths)[:0]
		for _, path := range *paths {
			if sum := twins[seen]; sum != "" {
				j.again = append(j.again, claim.Source{
					File: j.called.of(path), SHA256: sum, Context: seen >= numAudited, Notes: []string{"the same bytes as another input, with which they are read once"},
				})
				j.log.Warn().Str("file", path).Msg("the file holds the same bytes as another input: they are read once")
			} else {
				kept = append(kept, path)
			}
			seen++
		}
		*paths = kept
	}
}

// findTwins is, by place among the paths, the SHA-256 of each file that holds the same bytes as an
// earlier one. Only files of one size are read for it; what cannot be read is told by opening it.
func findTwins(paths []string) map[int]string {
	ofSize := map[int64][]int{}
	for i, path := range paths {
		if size := sizeOf(path); size > 0 {
			ofSize[size] = append(ofSize[size], i)
		}
	}
	twins := map[int]string{}
	for _, same := range ofSize {
		if len(same) > 1 {
			twinsAmong(paths, same, twins)
		}
	}
	return twins
}

func twinsAmong(paths []string, same []int, twins map[int]string) {
	first := map[string]bool{}
	for _, i := range same {
		sum, err := fileSum(paths[i])
		if err == nil && first[sum] {
			twins[i] = sum
		}
		first[sum] = true
	}
}

// sizeOf is how many bytes an input has, unpacked if it lies in a zip; 0 where that cannot be told.
func sizeOf(path string) int64 {
	raw, size, err := grid.Raw(path)
	if err != nil || raw.Close() != nil {
		return 0
	}
	return size
}

func fileSum(path string) (string, error) {
	f, _, err := grid.Raw(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// find is the exports a name on the command line stands for. Of a folder, our own reports are passed over
// like what is no export, and the outputs of this run are no part of it.
func (j *job) find(name string) ([]string, error) {
	found, err := parsers.Find(name)
	if j.cmd.AllowEmpty && errors.Is(err, parsers.ErrNoExport) {
		j.log.Warn().Str("file", name).Msg("there is no export in it")
		err = nil
	}
	if len(found.Files) == 1 && found.Files[0] == name {
		if reports.IsOurs(name) && !j.isOutput(name) {
			return nil, notAnExport(name)
		}
		return found.Files, err
	}
	files := slices.DeleteFunc(found.Files, func(path string) bool {
		if j.isOutput(path) || slices.ContainsFunc(slices.Concat(j.cmd.ownFiles(), nonBlank(j.cmd.Waivers), nonBlank(j.cmd.Remits)), func(own string) bool { return reports.SameFile(own, path) }) {
			return true
		}
		why := ours(path)
		if why == "" {
			return false
		}
		found.Passed = append(found.Passed, claim.Passed{File: path, Why: why})
		return true
	})
	for _, p := range found.Passed {
		p.Why = cmp.Or(ours(p.File), p.Why)
		if !j.isOutput(p.File) {
			j.passed = append(j.passed, p)
			j.log.Warn().Str("file", p.File).Str("why", p.Why).Msg("a file of the folder was passed over")
		}
	}
	j.lost = j.lost || found.Lost
	return files, err
}

// notAnExport is the error of a report of ours where an export belongs.
func notAnExport(name string) error {
	return fmt.Errorf("%s: this is a report of claimaudit: audit the export that it is of", name)
}

// ours tells what of ours a file is, if it is; one in a zip is looked at in a private copy.
func ours(path string) (why string) {
	ending := strings.ToLower(filepath.Ext(path))
	if _, err := os.Stat(path); err != nil && reports.MayBeOurs(ending) {
		copied, remove, err := copyOut(path)
		if err != nil {
			return "" // opening it says why
		}
		defer remove()
		path = copied
	}
	switch {
	case reports.IsOurs(path):
		return "a report of claimaudit"
	case reports.IsCorrected(path):
		return "corrected lines, written by claimaudit"
	}
	return ""
}

// copyOut copies a file of a zip, if it can be one of ours, into one that only its owner can read.
func copyOut(path string) (copied string, remove func(), err error) {
	dir, removeAll, err := draft.PrivateFolder()
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = removeAll() } // else a later run does
	raw, _, err := grid.Raw(path)
	if err == nil {
		copied = filepath.Join(dir, "copy"+filepath.Ext(path))
		var f *os.File
		if f, err = os.OpenFile(copied, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			_, err = io.Copy(f, raw)
			err = errors.Join(err, f.Close())
		}
		err = errors.Join(err, raw.Close())
	}
	if err != nil {
		remove()
	}
	return copied, remove, err
}

// isOutput tells whether a report of this run would take the file's place, whatever both are called.
func (j *job) isOutput(path string) bool {
	return slices.ContainsFunc(j.files(), func(o string) bool { return reports.SameFile(o, path) })
}

func (j *job) close() {
	for _, in := range j.inputs {
		j.shut(in)
	}
}

func (j *job) shut(in *input) {
	if err := in.close(); err != nil {
		j.log.Error().Err(err).Msg("an input could not be closed")
	}
}

func (j *job) read(ctx context.Context, body *hold.Body) (sources []claim.Source, repairs []claim.Repair, err error) {
	collectors := make([]*hold.Collector, j.workers)
	for i := range collectors {
		collectors[i] = engine.Collect(body)
	}
	var errs []error
	var paths []string // of each source
	for i, in := range j.inputs {
		tables, mended, err := j.readInput(ctx, in, len(sources), collectors)
		if err != nil {
			errs = append(errs, err)
			if ctx.Err() != nil {
				break
			}
		}
		for _, t := range tables {
			t.Source.Context = i < j.numContext
			sources, paths = append(sources, t.Source), append(paths, in.path)
		}
		repairs = append(repairs, mended...)
	}
	for _, c := range collectors {
		errs = append(errs, c.Close())
	}
	errs = append(errs, findMended(sources, paths))
	return append(sources, j.again...), repairs, errors.Join(errs...)
}

// readInput reads one of the inputs and lets it go.
func (j *job) readInput(ctx context.Context, in *input, firstSource int, to []*hold.Collector) ([]*parsers.Table, []claim.Repair, error) {
	if in.export == nil {
		if err := in.open(j.parse); err != nil {
			return nil, nil, err
		}
	}
	defer j.shut(in)
	export := in.export
	repairs, err := export.Read(ctx, firstSource, j.workers, func(worker int) parsers.Sink { return to[worker] }, j.progress.read)
	passed, lost := export.Passed()
	j.called.tables(export.Tables, passed)
	j.passed, j.lost = append(j.passed, passed...), j.lost || lost
	return export.Tables, repairs, err
}
