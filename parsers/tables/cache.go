package tables

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"

	"claimaudit/audit/catalog"
)

// A compiled pair table lies in a file of its own, named by the SHA-256 of the file it was made of:
// mark, length of the facts, facts in JSON, the table's form, and a checksum of all that. A file
// that is not exactly so is made again.
const (
	cacheMark   = "claimaudit pair table 2\n"
	cacheSuffix = ".pairs"
)

// cachedFacts is what is known of a table beside its rows.
type cachedFacts struct {
	Title   string // what stands above the rows
	Rows    int
	Rejects []Reject
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

// fromCache is the table compiled of a file with that content; nil when there is none that is sound.
func fromCache(folder, sum, path string) *File {
	if folder == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(folder, sum+cacheSuffix))
	if err != nil {
		return nil
	}
	f, err := uncompiled(data)
	if err != nil {
		return nil
	}
	f.Path, f.Cached = path, true
	if f.place("") != nil {
		return nil // the name has changed; reading the file again says what is wrong with it
	}
	f.describe(sum)
	return f
}

var errCache = errors.New("the compiled table is damaged or of another version")

func uncompiled(data []byte) (*File, error) {
	const head = len(cacheMark) + 4
	if len(data) < head+4 || !bytes.HasPrefix(data, []byte(cacheMark)) {
		return nil, errCache
	}
	body, check := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	size := int(binary.LittleEndian.Uint32(data[len(cacheMark):]))
	if crc32.Checksum(body, sums) != check || head+size > len(body) {
		return nil, errCache
	}
	var facts cachedFacts
	if err := json.Unmarshal(body[head:head+size], &facts); err != nil {
		return nil, errors.Join(errCache, err)
	}
	pairs, err := catalog.OpenPairs(body[head+size:])
	if err != nil {
		return nil, errors.Join(errCache, err)
	}
	return &File{
		title: facts.Title, Rows: facts.Rows, Rejects: facts.Rejects, Apart: map[string]int{},
		Official: &catalog.Official{Kind: catalog.PairEdits, Pairs: pairs},
	}, nil
}

func compiled(f *File) ([]byte, error) {
	form := f.Official.Pairs.Bytes()
	facts, err := json.Marshal(cachedFacts{f.title, f.Rows, f.Rejects})
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, len(cacheMark)+8+len(facts)+len(form))
	data = append(data, cacheMark...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(facts)))
	data = append(append(data, facts...), form...)
	return binary.LittleEndian.AppendUint32(data, crc32.Checksum(data, sums)), nil
}

// toCache keeps the compiled table for the next run, for its owner alone; it appears whole or not
// at all.
func toCache(folder, sum string, f *File) error {
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return cause(err)
	}
	data, err := compiled(f)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, "compiling-*") // mode 0600
	if err != nil {
		return cause(err)
	}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), filepath.Join(folder, sum+cacheSuffix))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
