// Package draft writes files that appear whole or not at all: each is written beside its place,
// seen on the disk, and moved there when it is done. It knows no billing.
package draft

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

const buffer = 1 << 18

// Write fills a new file beside path, sees it on the disk and gives its name. The file is hidden and
// for its owner alone, and no input to an audit of its folder. Nothing of it is left after an error.
func Write(path string, fill func(io.Writer) error) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return "", err
	}
	whole := false
	defer func() {
		if err = errors.Join(err, f.Close()); !whole || err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, buffer)
	if err = fill(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	whole = err == nil
	return f.Name(), err
}

// Save writes the file at path; what was there before stays until the new one is whole.
func Save(path string, fill func(io.Writer) error) error {
	name, err := Write(path, fill)
	if err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
