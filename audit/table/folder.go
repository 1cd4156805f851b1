package table

import (
	"io/fs"
	"iter"
	"path"
	"reflect"
	"slices"
	"sync"
)

// Folder is the tables of one folder that are part of the program. Each is read once, when it is
// first asked for, however often and from wherever that is.
type Folder struct {
	fsys fs.FS
	dir  string
	read sync.Map // of what was asked for: func() (any, error)
}

// In is the folder dir of fsys.
func In(fsys fs.FS, dir string) *Folder { return &Folder{fsys: fsys, dir: dir} }

// asked is a table, read as rows of a type.
type asked struct {
	name string
	row  reflect.Type
}

// Must are the rows of a table of the folder; the slice is the caller's own. It panics at a fault,
// which names the file and the line: a slip in a table of the program stops its first use, and
// every test with it.
func Must[T any](f *Folder, name string) []T { return slices.Clone(must[T](f, name)) }

// MustEach are the rows of Must one after the other, where nobody keeps all: without a copy of them.
func MustEach[T any](f *Folder, name string) iter.Seq[T] { return slices.Values(must[T](f, name)) }

// must are the rows that everybody shares.
func must[T any](f *Folder, name string) []T {
	once, _ := f.read.LoadOrStore(asked{name, reflect.TypeFor[T]()}, sync.OnceValues(func() (any, error) {
		return Rows[T](f.fsys, path.Join(f.dir, name))
	}))
	read, _ := once.(func() (any, error)) // nothing else is kept
	rows, err := read()
	if err != nil {
		panic("table: " + err.Error())
	}
	list, _ := rows.([]T) // as asked for
	return list
}
