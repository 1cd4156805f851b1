package reports

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// with is a line that has a value in one field: a name, where the field may hold one.
func with(t *testing.T, f claim.Field) *audit.Line {
	t.Helper()
	l := &audit.Line{Line: claim.Blank()}
	l.Given = claim.FieldSet(f)
	if s := f.Written(&l.Line); s != nil {
		*s = "Zebedee Quill"
	}
	switch v := f.At(&l.Line).(type) {
	case *string:
		*v = "Zebedee Quill"
	case *[12]claim.Diagnosis:
		d, err := claim.ParseDiagnosis("ZEBEDEE")
		if err != nil {
			t.Fatal(err)
		}
		v[0] = d
	case *claim.Modifiers:
		*v = claim.Mods("59")
	case *byte:
		*v = '7'
	default:
		if value := reflect.ValueOf(v).Elem(); value.CanInt() {
			value.SetInt(20000)
		} else {
			value.SetUint(2)
		}
	}
	return l
}

// Every field stands in the corrected lines, under its own header.
func TestCorrectedLinesHaveEveryField(t *testing.T) {
	v := &view{Report: small()}
	var places [claim.NumFields]int
	for f := range claim.NumFields {
		places[f] = f.Places()
	}
	head := correctedHeader(places)
	if !isCorrectedHeader(head) || isCorrectedHeader(head[1:]) || isCorrectedHeader(append(slices.Clone(head[:len(head)-1]), "Gone")) {
		t.Errorf("not known for what it is: %q", head)
	}
	for f := range claim.NumFields {
		l := with(t, f)
		row := v.correctedRow(l, places, "", false)
		at := slices.Index(head, f.Columns()[0])
		if len(row) != len(head) || at < 0 || row[at] != f.Values(&l.Line)[0] {
			t.Errorf("%s of a corrected line, in column %d: %q below %q", f, at, row, head)
		}
		l.Faults = []claim.Fault{{Field: f, Text: "as it was written"}}
		if row := v.correctedRow(l, places, "", false); !slices.Contains(row[at:at+f.Places()], "as it was written") {
			t.Errorf("%s that could not be read is left out: %q", f, row)
		}
	}
}

// Every field is masked as the list of fields says, in the line and in what is said of it.
func TestMaskOfEveryField(t *testing.T) {
	for f := range claim.NumCarried {
		for _, redact := range []bool{false, true} {
			l := with(t, f)
			values := f.Values(&l.Line)
			m := &mask{key: []byte("a key"), redact: redact, inputs: []input{{"a.csv", "input 1"}}}
			said := m.corrected(l, "it says "+values[0])
			var stays, hides bool // in the line; in what is said of it
			switch f.Privacy() {
			case claim.Open:
				stays = true
			case claim.Business:
				stays, hides = !redact, redact
			case claim.Unsaid:
			default:
				hides = true
			}
			shown := f.Values(&l.Line)
			if slices.Equal(shown, values) != stays || strings.Contains(said, values[0]) == hides {
				t.Errorf("%s, redacted %t: %q is shown as %q, and in what is said as %q", f, redact, values, shown, said)
			}
			if f.Privacy() == claim.Pseudonym && (len(shown) == 0) != redact {
				t.Errorf("%s, redacted %t: %q stands for the id", f, redact, shown)
			}
		}
	}
}
