package tables

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/cespare/xxhash/v2"

	"claimaudit/audit/catalog"
	"claimaudit/audit/draft"
)

// A compiled pair table lies in a file of its own, named after the bytes it was made of:
// mark, length of the facts, facts in JSON, the table's form, and a checksum of all that. A file
// that is not exactly so is made again.
const (
	cacheMark   = "claimaudit pair table 3\n"
	cacheSuffix = ".pairs"
)

// cachedFacts is what is known of a table beside its rows.
type cachedFacts struct {
	Title   string // what stands above the rows
	Rows    int
	Rejects []Reject
	SHA256  string // of the file it was made of, in hex
}

// DefaultCache is the folder of the compiled cache of this user; "" when there is none.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "claimaudit", "tables")
}

var sums = crc32.MakeTable(crc32.Castagnoli)

// compiledPlace is where in the cache the compiled form of the member's content lies, named by its size and a
// hash of all its bytes: of a member of a zip the compressed ones, which are fewer. The hash is quick
// and does not stand up to forgery: compiledAt sees to that.
func (m *member) compiledPlace(cache string) (string, error) {
	in, err := m.raw()
	if err != nil {
		return "", err
	}
	sum := xxhash.New()
	size, err := io.CopyBuffer(struct{ io.Writer }{sum}, struct{ io.Reader }{in}, make([]byte, 1<<20))
	if err = errors.Join(err, in.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", m.path, cause(err))
	}
	return filepath.Join(cache, fmt.Sprintf("%016x-%d%s", sum.Sum64(), size, cacheSuffix)), nil
}

// compiledAt is the table compiled of a file with the member's content; nil when there is none that
// is sound, of the user's own making, and of a file with the same SHA-256, which is not looked at in a cache of the
// program's own.
func (m *member) compiledAt(place string, own bool) *File {
	if info, err := os.Lstat(place); err != nil || !info.Mode().IsRegular() || !isOwn(info) {
		return nil
	}
	data, err := os.ReadFile(place)
	if err != nil {
		return nil
	}
	f, sum, err := uncompiled(data)
	if err != nil {
		return nil
	}
	if !own {
		if now, err := m.sha256(); err != nil || now != sum {
			return nil
		}
	}
	f.Path, f.Cached = m.path, true
	if f.place("") != nil {
		return nil // the name has changed; reading the file again says what is wrong with it
	}
	f.describe(sum)
	return f
}

var errCache = errors.New("the compiled table is damaged or of another version")

// uncompiled is the table and the SHA-256 of the file it was made of.
func uncompiled(data []byte) (*File, string, error) {
	const head = len(cacheMark) + 4
	if len(data) < head+4 || !bytes.HasPrefix(data, []byte(cacheMark)) {
		return nil, "", errCache
	}
	body, check := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	size := int(binary.LittleEndian.Uint32(data[len(cacheMark):]))
	if crc32.Checksum(body, sums) != check || head+size > len(body) {
		return nil, "", errCache
	}
	var facts cachedFacts
	if err := json.Unmarshal(body[head:head+size], &facts); err != nil {
		return nil, "", errors.Join(errCache, err)
	}
	pairs, err := catalog.OpenPairs(body[head+size:])
	if err != nil {
		return nil, "", errors.Join(errCache, err)
	}
	return &File{
		title: facts.Title, Rows: facts.Rows, Rejects: facts.Rejects, Apart: map[string]int{},
		Official: &catalog.Official{Kind: catalog.PairEdits, Pairs: pairs},
	}, facts.SHA256, nil
}

func compiled(f *File) ([]byte, error) {
	form := f.Official.Pairs.Bytes()
	facts, err := json.Marshal(cachedFacts{f.title, f.Rows, f.Rejects, f.Official.Table.SHA256})
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, len(cacheMark)+8+len(facts)+len(form))
	data = append(data, cacheMark...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(facts)))
	data = append(append(data, facts...), form...)
	return binary.LittleEndian.AppendUint32(data, crc32.Checksum(data, sums)), nil
}

var errChanged = errors.New("the file changed while it was read")

// keep keeps the table for the next run, unless the member is no longer what it was when its place
// was found, before it was read.
func (m *member) keep(place string, f *File) error {
	now, err := m.compiledPlace(filepath.Dir(place))
	if err != nil {
		return err
	}
	if now != place {
		return errChanged
	}
	data, err := compiled(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return cause(err)
	}
	return cause(draft.Save(place, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}))
}
