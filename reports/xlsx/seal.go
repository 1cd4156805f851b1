package xlsx

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The seal is a document property: a hash of all other parts. It tells a workbook of ours by what
// it is rather than by its name, and whether anybody has saved it since. A defined name says the
// first as well: some programs drop the properties when they save.
const (
	sealName = "claimaudit"
	sealPart = "docProps/custom.xml"
	bookPart = "xl/workbook.xml"
	corePart = "docProps/core.xml"
)

// noSeal is as long as a seal and stands where it will be.
var noSeal = strings.Repeat("0", sha256.Size*2)

type seal struct{ hash hash.Hash }

func newSeal() *seal { return &seal{sha256.New()} }

// mark gives the workbook its defined name and the place for its seal.
func mark(f *excelize.File) error {
	if err := f.SetCustomProps(excelize.CustomProperty{Name: sealName, Value: noSeal}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: sealName, RefersTo: fmt.Sprintf("'%s'!$A$1", f.GetSheetName(0)), Comment: "written by claimaudit",
	})
}

func (s *seal) add(h *zip.FileHeader) {
	fmt.Fprintf(s.hash, "%s %08x %d\n", h.Name, h.CRC32, h.UncompressedSize64)
}

func (s *seal) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// sealSize is more than the parts that are searched ever need.
const sealSize = 1 << 20

// Sealed tells whether the workbook is one Write has written, and whether it is still as it was
// written then. A file that is no workbook is neither.
func Sealed(path string) (ours, untouched bool) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return false, false
	}
	defer z.Close()
	s := newSeal()
	var properties []byte
	for _, f := range z.File {
		if f.Name == sealPart || f.Name == bookPart {
			properties = append(properties, readPart(f)...)
		}
		if f.Name != sealPart {
			s.add(&f.FileHeader)
		}
	}
	ours = bytes.Contains(properties, []byte(`name="`+sealName+`"`))
	return ours, ours && bytes.Contains(properties, []byte(s.sum()))
}

// Identifier is the document property of that name; blank where the workbook has none or cannot be read.
func Identifier(path string) string {
	z, err := zip.OpenReader(path)
	if err != nil {
		return ""
	}
	defer z.Close()
	var core struct {
		Identifier string `xml:"identifier"`
	}
	for _, f := range z.File {
		if f.Name == corePart && xml.Unmarshal(readPart(f), &core) != nil {
			return ""
		}
	}
	return core.Identifier
}

// readPart is a small part's bytes; nil when they cannot be read.
func readPart(f *zip.File) []byte {
	r, err := f.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, sealSize))
	if err != nil {
		return nil
	}
	return data
}
