//go:build unix

package tables

import (
	"io/fs"
	"os"
	"syscall"
)

// isOwn tells whether a file is the user's own and nobody else can write it.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}
