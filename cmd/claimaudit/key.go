package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"claimaudit/audit/draft"
)

// keyCmd makes the key that ids are replaced with.
type keyCmd struct {
	File string `arg:"" help:"The file to make; one that is there stays as it is."`
}

// Run makes a key of 32 random bytes, its owner's alone.
func (c *keyCmd) Run(io *streams) error {
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, draft.OwnerOnly)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: with another key the same patient has another hash; name a new file", c.File)
	}
	if err != nil {
		return err
	}
	key := make([]byte, 32)
	_, err = rand.Read(key)
	if err == nil {
		_, err = fmt.Fprintln(f, hex.EncodeToString(key))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	fmt.Fprintln(io.out, c.File)
	return nil
}
