package books

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// writeForms writes a small export of each form of which the law holds into a folder of its own, and what
// an audit of each must find. Earlier history is in a folder below.
func writeForms(folder, expected string) error {
	forms, err := Forms()
	if err != nil {
		return err
	}
	readme := bytes.NewBufferString("# samples/forms: the forms in which exports hold services\n\n" +
		"Each folder is one audit: a small export of one form, made by `samples/books` as `samples/books/data/forms.csv`\n" +
		"says, and what must be found in it stands in `samples/expected/forms`. What is in `earlier` is given with\n" +
		"`--context`.\n\n| | |\n|---|---|\n")
	for i, f := range forms {
		if !f.Shown() || !f.Holds {
			continue
		}
		d, err := f.sample(i)
		if err != nil {
			return fmt.Errorf("sample of the form %s: %w", f.Name, err)
		}
		fmt.Fprintf(readme, "| `%s` | %s |\n", f.Name, f.Title)
		if err := errors.Join(d.save(filepath.Join(folder, f.Name)), d.list(filepath.Join(expected, f.Name+".csv"))); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "README.md"), readme.Bytes(), 0o644)
}

// sample is a small book of some weeks, with faults, in the form alone: some patients that the form shows
// in, and some others.
func (f Form) sample(nth int) (*Disguised, error) {
	b, err := Draw(Plan{
		Seed: uint64(nth + 1), Lines: 800, Days: 40, IDs: 50000 + 2000*nth,
		Faults: "visit-with-joint,units-knee,addon-epidural", LineIDs: []string{"", "id"}[nth%2],
	})
	if err != nil {
		return nil, err
	}
	if !f.Fits(b, nil) {
		b.number("id")
	}
	mix := Mixture{Seed: 1, Forms: []string{f.Name}, Share: 60}
	few, err := b.few(f, mix)
	if err != nil {
		return nil, err
	}
	return few.Disguise(mix)
}

// few is the book of the patients with planted faults, of four that the form shows in and of four others.
func (b *Book) few(f Form, mix Mixture) (*Book, error) {
	taken := map[string]bool{}
	for _, p := range b.Planted {
		taken[p.Patient] = true
	}
	room := map[bool]int{true: 4, false: 4}
	seen := map[string]bool{}
	for _, r := range b.Rows {
		id := b.get(r, "PatientID")
		if seen[id] || room[true]+room[false] == 0 {
			continue
		}
		seen[id] = true
		shows, err := b.Of(func(p string) bool { return p == id }).shows(f, mix)
		if err != nil {
			return nil, err
		}
		if room[shows] > 0 {
			room[shows]--
			taken[id] = true
		}
	}
	return b.Of(func(p string) bool { return taken[p] }), nil
}

// shows tells whether the form changes the book's rows.
func (b *Book) shows(f Form, mix Mixture) (bool, error) {
	plain, err := b.Disguise(Mixture{Seed: mix.Seed})
	if err != nil {
		return false, err
	}
	d, err := b.Disguise(mix)
	if err != nil {
		return false, err
	}
	return f.Step == "files" || f.Step == "layout" || len(d.Rows) != len(plain.Rows) ||
		slices.ContainsFunc(d.Rows, func(r *Row) bool { return r.Unread || b.get(r, "BillingTIN") == centreTIN }) ||
		f.Name == "centres-one-tin" && slices.ContainsFunc(plain.Rows, func(r *Row) bool { return b.get(r, "BillingTIN") == centreTIN }), nil
}

// save writes the files into the folder.
func (d *Disguised) save(folder string) error {
	for _, f := range d.Files {
		path := filepath.Join(folder, f.Name)
		if f.Context {
			path = filepath.Join(folder, "earlier", f.Name)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// list writes the findings expected.
func (d *Disguised) list(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	found := newFindings(file, "")
	for _, e := range d.Expected {
		found.row(e.File, "", strconv.Itoa(e.Row), e.Rule, e.Severity)
	}
	return errors.Join(found.close(), file.Close())
}
