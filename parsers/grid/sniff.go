package grid

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// saveAs is what to do about a file of another kind.
const saveAs = "save it as .xlsx or .csv and try again"

// signature is how files of another kind begin.
type signature struct{ magic, what, advice string }

var signatures = []signature{
	{"%PDF", "a PDF", "export the table itself as .xlsx or .csv"},
	{`{\rtf`, "an RTF document", saveAs},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and audit what is in it"},
	{"Rar!\x1a\x07", "a RAR archive", "unpack it and audit what is in it"},
	{"SQLite format 3\x00", "an SQLite database", "export the table as .xlsx or .csv"},
	{"\x00\x01\x00\x00Standard Jet DB", "an Access database", "export the table as .xlsx or .csv"},
	{"\x00\x01\x00\x00Standard ACE DB", "an Access database", "export the table as .xlsx or .csv"},
	{"\x89PNG", "a picture", "export the table itself as .xlsx or .csv"},
	{"\xff\xd8\xff", "a picture", "export the table itself as .xlsx or .csv"},
	{"GIF8", "a picture", "export the table itself as .xlsx or .csv"},
	{"II*\x00", "a picture", "export the table itself as .xlsx or .csv"},
	{"MM\x00*", "a picture", "export the table itself as .xlsx or .csv"},
	{"\xfd7zXZ\x00", "packed with xz", "unpack it and audit what is in it"},
	{"BZh9", "packed with bzip2", "unpack it and audit what is in it"},
	{"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it and audit what is in it"},
	{"PAR1", "a Parquet file", "export the table as .xlsx or .csv"},
	{"\x09\x00\x04\x00", "a very old .xls sheet", "open it in a spreadsheet program and " + saveAs},
	{"\x09\x02\x06\x00", "a very old .xls sheet", "open it in a spreadsheet program and " + saveAs},
	{"\x09\x04\x06\x00", "a very old .xls sheet", "open it in a spreadsheet program and " + saveAs},
	{"ID;PWXL", "a SYLK spreadsheet", "open it in a spreadsheet program and " + saveAs},
	{"ID;PCALC", "a SYLK spreadsheet", "open it in a spreadsheet program and " + saveAs},
	{"TABLE\r\n0,1\r\n", "a DIF spreadsheet", "open it in a spreadsheet program and " + saveAs},
	{"TABLE\n0,1\n", "a DIF spreadsheet", "open it in a spreadsheet program and " + saveAs},
	{"\xff\xfe\x00\x00", "text in UTF-32", "save it as UTF-8 and try again"},
	{"\x00\x00\xfe\xff", "text in UTF-32", "save it as UTF-8 and try again"},
}

// webPage is a page named like a spreadsheet, as many systems write for "export to Excel".
// markup is text in tags, told by what it holds.
type markup struct {
	signature
	open func(*source, *text) (*File, error) // nil: not read
}

// markups are the kinds of text in tags, by a word they hold in lower case; the first that fits counts.
var markups = []markup{
	{signature{magic: "urn:schemas-microsoft-com:office:spreadsheet"}, openOffice},
	{signature{"urn:oasis:names:tc:opendocument", "an OpenDocument spreadsheet in one XML file", saveAs}, nil},
	{signature{magic: "<html"}, openPage},
	{signature{magic: "<!doctype html"}, openPage},
	{signature{magic: "<table"}, openPage},
	{signature{magic: "<tr"}, openPage},
	{signature{magic: "<head"}, openPage},
	{signature{magic: "<body"}, openPage},
	{signature{magic: "<meta"}, openPage},
	{signature{magic: "<style"}, openPage},
	{signature{"<?xml", "XML", saveAs}, nil},
	{signature{"<!doctype", "XML", saveAs}, nil},
}

// markupOf is the kind of text in tags that text begins as; nil for text without.
func markupOf(sample []byte) *markup {
	lower := bytes.ToLower(bytes.TrimLeft(sample, " \t\r\n"))
	if !bytes.HasPrefix(lower, []byte("<")) {
		return nil
	}
	for i := range markups {
		if bytes.Contains(lower, []byte(markups[i].magic)) {
			return &markups[i]
		}
	}
	return nil
}

// grammars are how text begins that is no table, in lower case.
var grammars = []signature{
	{"mime-version:", "a web archive (MHTML), whatever its name says", "open it in a spreadsheet program and " + saveAs},
	{`{"`, "JSON", "export it as .xlsx or .csv"},
	{"[{", "JSON", "export it as .xlsx or .csv"},
	{"una:+", "an EDIFACT message", "export the claim lines as .xlsx or .csv"},
	{"unb+", "an EDIFACT message", "export the claim lines as .xlsx or .csv"},
	{"msh|^", "an HL7 message", "export the claim lines as .xlsx or .csv"},
}

func (s signature) refuse(name string) error {
	return &KindError{File: name, What: s.what, Advice: s.advice}
}

// isLock tells the files that Excel and LibreOffice keep beside an open workbook.
func isLock(base string) bool {
	return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~lock.") && strings.HasSuffix(base, "#")
}

// notText refuses what is neither a workbook that we read nor text.
func notText(name string, head []byte, in io.Reader) error {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return s.refuse(name)
		}
	}
	if bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return oldOffice(name, in)
	}
	return nil
}

// notTable refuses text that is no table; sample is its beginning as UTF-8.
func notTable(name string, sample []byte) error {
	lower := bytes.ToLower(bytes.TrimLeft(sample, " \t\r\n"))
	for _, s := range grammars {
		if bytes.HasPrefix(lower, []byte(s.magic)) {
			return s.refuse(name)
		}
	}
	controls := 0
	for _, b := range sample {
		if b < ' ' && !bytes.ContainsRune([]byte("\t\n\v\f\r\x1a"), rune(b)) {
			controls++
		}
	}
	if controls > 8 && controls*50 > len(sample) {
		return signature{what: "neither text nor a workbook", advice: saveAs}.refuse(name)
	}
	return nil
}

// mostlyNuls refuses what is left where a copy did not finish.
func mostlyNuls(name string, head []byte) error {
	if bytes.Count(head, []byte{0})*4 > len(head) {
		return fmt.Errorf("%s: the file is mostly NUL bytes: it was not copied or synced to its end, or is no text: copy it again", name)
	}
	return nil
}

// oldOfficeSize is how far a file of old Office is searched for the names of its streams.
const oldOfficeSize = 64 << 20

// oldOffice tells the files with the signature of old Office apart by the streams they hold.
func oldOffice(name string, in io.Reader) error {
	all, err := io.ReadAll(io.LimitReader(in, oldOfficeSize))
	if err != nil {
		return fmt.Errorf("%s: %w", name, cause(err))
	}
	for _, kind := range []struct{ stream, what, advice string }{
		{"EncryptedPackage", "a workbook protected with a password", "open it, take the password away"},
		{"Workbook", "an old .xls workbook", "open it"},
		{"Book", "a very old .xls workbook", "open it"},
		{"WordDocument", "an old Word document", "open it"},
	} {
		if bytes.Contains(all, wide(kind.stream)) {
			return &KindError{File: name, What: kind.what, Advice: kind.advice + " and " + saveAs, Claims: kind.stream != "WordDocument"}
		}
	}
	return signature{what: "a file of an old Office program", advice: "open it and " + saveAs}.refuse(name)
}

// wide is a stream's name as its directory writes it, with the zero behind it.
func wide(name string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(name + "\x00")) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
