package parsers

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// Every synonym means its own field.
func TestSynonyms(t *testing.T) {
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	err = table.Each(embeddedData(t), "synonyms.csv", func(r synonymRow) error {
		field := strings.TrimPrefix(strings.TrimRight(r.Field, "#@"), "-")
		name := r.Name
		switch {
		case strings.HasSuffix(r.Field, "#"):
			name, field = strings.TrimSuffix(name, "#")+"2", field+"2"
		case strings.HasSuffix(r.Field, "@"):
			name, field = strings.TrimSuffix(name, "@")+"B", field+"2"
		}
		want, _ := slotNamed(field)
		if !slices.ContainsFunc(k.meanings(name), func(m meaning) bool { return m.slot == want && m.decoy == r.Note && m.rank < loosely }) {
			return fmt.Errorf("%s is not %s", name, field)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// The canonical header is read whether or not the table has a row for it, and --map takes its names.
func TestCanonicalHeader(t *testing.T) {
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	for f := range claim.NumFields {
		for _, header := range f.Columns() {
			m, err := ParseMapping(header + "=Thing")
			if err != nil {
				t.Error(err)
			}
			found := slices.DeleteFunc(k.meanings(header), func(m meaning) bool { return m.decoy != "" || m.holds != "" })
			if len(found) == 0 || found[0].slot != m.slot || m.slot.role != role(f) {
				t.Errorf("%s is read as %v, want %v", header, found, m.slot)
			}
		}
	}
}

func embeddedData(t *testing.T) fs.FS {
	t.Helper()
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A fault in a table is refused by its file and line.
func TestFaultyTables(t *testing.T) {
	for _, c := range []struct{ table, row, want string }{
		{"synonyms.csv", "Colour,Hue,1,,,x", "no field Colour"},
		{"synonyms.csv", "CPT,Hue,one,,,x", "rank of Hue"},
		{"synonyms.csv", "CPT,DOS,1,,,x", "DOS is the name of another field"},
		{"synonyms.csv", "-CPT,Hue,,,,x", "a decoy, and nothing else, has a note"},
		{"synonyms.csv", "CPT,Hue,1,,not a code,x", "a decoy, and nothing else, has a note"},
		{"words.csv", "Colour,red,1,x", "no field Colour"},
		{"words.csv", "State,PENNSYLVANIA,PA,x", "listed twice"},
		{"payers.csv", "acme,barter,1,x", "no kind of payer barter"},
		{"payers.csv", "acme,medicare,first,x", "rank of acme"},
		{"payers.csv", "=medicare,medicaid,1,x", "=medicare stands in line 2 already"},
		{"payers.csv", "acme,medicare,1,", "column source is blank"},
		{"placeholders.csv", "0,many,patient,x", "repeated many times"},
		{"placeholders.csv", "0,,number,x", "no use number"},
		{"pseudocodes.csv", "no-show,pseudo-code,x", "listed twice"},
		{"rowwords.csv", "--,total,x", "listed twice, or blank"},
	} {
		files := fstest.MapFS{}
		last := 0
		for _, name := range []string{"synonyms.csv", "words.csv", "payers.csv", "placeholders.csv", "pseudocodes.csv", "rowwords.csv", "abbreviations.csv"} {
			text, err := fs.ReadFile(embedded, "data/"+name)
			if err != nil {
				t.Fatal(err)
			}
			if name == c.table {
				text = append(text, c.row...)
				last = strings.Count(string(text), "\n") + 1
			}
			files[name] = &fstest.MapFile{Data: text}
		}
		_, err := load(files)
		if want := fmt.Sprintf("%s line %d: ", c.table, last); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s%s", c.row, err, want, c.want)
		}
	}
}

// What a cell reads as does not change when it is read again from what is kept.
func TestCacheKeys(t *testing.T) {
	seen := map[cacheKey]string{}
	for _, s := range []string{"1", "01", "001", "12345678", "123456789", "1234567890123456", "12345678901234567", "123456789012345678901234", "a", "A"} {
		key, ok := keyOf(s, 0)
		if other, twice := seen[key]; !ok || twice {
			t.Errorf("%q and %q have one key", s, other)
		}
		seen[key] = s
		if way, _ := keyOf(s, 1); way == key {
			t.Errorf("%q has one key for two ways", s)
		}
	}
	if _, ok := keyOf(strings.Repeat("x", keySize+1), 0); ok {
		t.Error("a long cell has a key")
	}
}

func TestMask(t *testing.T) {
	for value, want := range map[string]string{
		"64483": "99999", "Doe, Jane": "AAA, AAAA", "é1": "A9", "2025-03-10": "9999-99-99",
		"a very long text with 3 numbers": "A AAAA AAAA AAAA AAAA 9 ...",
	} {
		if got := mask(value); got != want {
			t.Errorf("%q is shown as %q, want %q", value, got, want)
		}
	}
}
