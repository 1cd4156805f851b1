package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/draft"
	"claimaudit/reports"
)

// destinations finds out where the outputs go, and that they can go there.
func (j *job) destinations() (err error) {
	j.outputs = nonBlank(j.cmd.Output)
	named := len(j.outputs) > 0
	if err := errors.Join(j.standard(), j.dated()); err != nil {
		return err
	}
	switch {
	case named:
	case j.dropped:
		if err := j.besideExports(); err != nil {
			return err
		}
	default:
		j.outputs = []string{defaultOutput}
	}
	j.write.Corrected, j.write.NewOnly = j.corrected, j.cmd.NewOnly
	if j.corrected != "" && !strings.EqualFold(filepath.Ext(j.corrected), ".csv") {
		return fmt.Errorf("%s %s: expected a name ending in .csv", j.conf.said("corrected"), j.corrected)
	}
	if j.write.Mode, err = j.mode(); err != nil {
		return err
	}
	if err := j.beside(); err != nil {
		return err
	}
	j.sweep()
	return errors.Join(reports.Check(j.files(), j.cmd.Force), j.apart(), j.disguise())
}

// besideExports finds the workbook's place beside the first export, and leaves one of other exports alone.
func (j *job) besideExports() error {
	path := besideName(j.cmd.Inputs[0])
	if !j.cmd.Redact && j.cmd.Deidentify == "" && !j.cmd.Force {
		j.write.Of = exportsSum(j.cmd.Inputs)
	}
	place, err := reports.FreeFor(path, j.write.Of)
	if place != path {
		j.log.Warn().Str("file", path).Str("written", place).Msg("the workbook is of other exports: it is left alone, and the new one is written beside it")
	}
	j.outputs = []string{place}
	return err
}

// standardOutput is the name under which standard output is an output.
const standardOutput = "-"

// standard takes standard output out of the outputs, and finds out in which form it is written.
func (j *job) standard() error {
	named := len(j.outputs)
	j.outputs = slices.DeleteFunc(j.outputs, func(path string) bool { return path == standardOutput })
	named -= len(j.outputs)
	forms := reports.StandardForms()
	form := cmp.Or(j.cmd.Format, forms[0])
	switch {
	case named > 1:
		return fmt.Errorf("%s %s: named twice: name each output once", j.conf.said("output"), standardOutput)
	case !slices.Contains(forms, form):
		return fmt.Errorf("%s %q: expected %s", j.conf.said("format"), form, strings.Join(forms, ", "))
	case named == 1:
		j.write.Standard = form
	case j.cmd.Format != "":
		return fmt.Errorf("%s: is the form of standard output: name it as an output with -o -; files have the form that their names end in", j.conf.said("format"))
	}
	return nil
}

// aWord is what stands in braces in the name of an output.
var aWord = regexp.MustCompile(`\{[^{}]*\}`)

// dated puts the day the audit looks from into the names of outputs.
func (j *job) dated() error {
	var errs []error
	dated := func(flag, path string) string {
		return aWord.ReplaceAllStringFunc(path, func(word string) string {
			if word != "{date}" {
				errs = append(errs, fmt.Errorf("%s %s: %s is no word for the name of an output: expected {date}", j.conf.said(flag), path, word))
			}
			return j.parse.AsOf.String()
		})
	}
	for i, path := range j.outputs {
		j.outputs[i] = dated("output", path)
	}
	j.corrected = dated("corrected", j.cmd.Corrected)
	return errors.Join(errs...)
}

// mode is the mode of the outputs; zero when nobody set it.
func (j *job) mode() (fs.FileMode, error) {
	if j.cmd.Mode == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(j.cmd.Mode, 8, 32)
	mode := fs.FileMode(n)
	switch {
	case err != nil || mode&^0o777 != 0:
		return 0, fmt.Errorf("%s %q cannot be read: expected a mode such as 0640", j.conf.said("mode"), j.cmd.Mode)
	case mode&draft.OwnerOnly != draft.OwnerOnly:
		return 0, fmt.Errorf("%s %s: the owner could not read or replace the outputs: expected a mode such as 0640", j.conf.said("mode"), j.cmd.Mode)
	case mode&0o113 != 0:
		return 0, fmt.Errorf("%s %s: it lets run the outputs as programs, or anybody change them: expected a mode such as 0640", j.conf.said("mode"), j.cmd.Mode)
	}
	return mode, nil
}

// sweep removes what killed runs have left where this one writes.
func (j *job) sweep() {
	swept := draft.SweepPrivate()
	done := map[string]bool{}
	for _, path := range j.files() {
		if place, err := draft.Place(path); err == nil {
			path = place
		}
		if dir := filepath.Dir(path); !done[dir] {
			done[dir] = true
			swept += draft.Sweep(dir)
		}
	}
	if swept > 0 {
		j.log.Info().Int("files", swept).Msg("unfinished files of runs that were killed are removed")
	}
}

// beside gives a workbook that somebody has worked in to nobody but them: the new one is written beside it.
func (j *job) beside() error {
	if j.cmd.Force {
		return nil
	}
	places, err := reports.Beside(j.outputs)
	if err != nil {
		return err
	}
	for i, path := range places {
		if path != j.outputs[i] {
			j.log.Warn().Str("file", j.outputs[i]).Str("written", path).Msg("somebody has worked in the workbook: it is left alone, and the new one is written beside it")
		}
	}
	j.outputs = places
	return nil
}

// files are all the files to be written.
func (j *job) files() []string {
	if j.corrected == "" {
		return j.outputs
	}
	return append(slices.Clip(j.outputs), j.corrected)
}
