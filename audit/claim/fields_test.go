package claim_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
)

// apart are what a line holds that is no field, and why.
var apart = map[string]string{
	"Pos":       "where the row stands",
	"Anonymous": "what Patient is taken for",
	"Given":     "which fields were read",
	"Bad":       "which fields could not be read",
	"Faults":    "the cells that could not be read",
	"Ambiguous": "which dates are not settled yet",
	"Alike":     "what other lines have too",
}

// typeOf is the type of a value of each kind.
var typeOf = map[claim.Kind]reflect.Type{
	claim.Text: reflect.TypeFor[string](), claim.Note: reflect.TypeFor[string](), claim.Day: reflect.TypeFor[claim.Date](),
	claim.Procedure: reflect.TypeFor[claim.Code](), claim.ModifierSet: reflect.TypeFor[claim.Modifiers](),
	claim.Quantity: reflect.TypeFor[claim.Units](), claim.Money: reflect.TypeFor[claim.Cents](),
	claim.DiagnosisList: reflect.TypeFor[[12]claim.Diagnosis](),
	claim.NPI:           reflect.TypeFor[string](), claim.TaxNumber: reflect.TypeFor[string](), claim.Place: reflect.TypeFor[string](),
	claim.State: reflect.TypeFor[string](), claim.PayerCell: reflect.TypeFor[claim.Payer](), claim.ClaimType: reflect.TypeFor[claim.Type](),
	claim.Frequency: reflect.TypeFor[byte](), claim.Number: reflect.TypeFor[uint64](),
	claim.Sequence: reflect.TypeFor[byte](),
}

// fill gives the field the n-th of values that a line may have in it.
func fill(l *claim.Line, f claim.Field, n int) {
	l.Given |= claim.FieldSet(f)
	if s := f.Written(l); s != nil {
		*s = strings.Repeat("w", n)
	}
	switch v := f.At(l).(type) {
	case *string:
		*v = strings.Repeat("v", n)
	case *claim.Code:
		*v = []claim.Code{claim.MustCode("20610"), claim.MustCode("64483"), claim.MustCode("J3301")}[n]
	case *claim.Modifiers:
		*v = claim.Mods([]string{"25", "59", "RT"}[:n]...)
	case *[12]claim.Diagnosis:
		v[0] = claim.MustDiagnosis([]string{"M17.11", "M54.16", "M54.17"}[n])
	case *claim.Units:
		*v = claim.Whole(n + 1)
	case *byte:
		*v = '0' + byte(n)
	default:
		v1 := reflect.ValueOf(v).Elem()
		if v1.CanInt() {
			v1.SetInt(int64(20000 + n))
		} else {
			v1.SetUint(uint64(n))
		}
	}
}

// Every field of the struct is in the list, or is named above with the reason why not, and every row
// of the list is whole.
func TestEveryFieldIsListed(t *testing.T) {
	l := &claim.Line{}
	begin := reflect.ValueOf(l).Pointer()
	listed := map[uintptr]claim.Field{}
	names := map[string]bool{}
	for f := range claim.NumCarried {
		if f.Name() == "" {
			t.Fatalf("field %d has no row in the list", f)
		}
		value := reflect.ValueOf(f.At(l))
		if got := value.Type().Elem(); got != typeOf[f.Kind()] {
			t.Errorf("%s is a %s, and of a kind whose values are %s", f, got, typeOf[f.Kind()])
		}
		places := []uintptr{value.Pointer() - begin}
		if s := f.Written(l); s != nil {
			places = append(places, reflect.ValueOf(s).Pointer()-begin)
		}
		for _, at := range places {
			if other, twice := listed[at]; twice {
				t.Errorf("%s and %s are one place of the line", f, other)
			}
			listed[at] = f
		}
		if names[f.String()] {
			t.Errorf("two fields are named %s", f)
		}
		names[f.String()] = true
	}
	for s := range reflect.TypeFor[claim.Line]().Fields() {
		_, isListed := listed[s.Offset]
		if _, isApart := apart[s.Name]; isListed == isApart {
			t.Errorf("Line.%s: in the list of fields: %t; among what is none: %t", s.Name, isListed, isApart)
		}
	}
}

func TestCloneSharesNoText(t *testing.T) {
	const text = "a text of the input"
	buffer := []byte(strings.Repeat(text, 2*int(claim.NumCarried)+1))
	l := claim.Blank()
	n := 0
	next := func() string {
		n++
		return unsafe.String(&buffer[(n-1)*len(text)], len(text))
	}
	for f := range claim.NumCarried {
		fill(&l, f, 1)
		if s, ok := f.At(&l).(*string); ok {
			*s = next()
		}
		if s := f.Written(&l); s != nil {
			*s = next()
		}
	}
	l.Faults = []claim.Fault{{Field: claim.FieldUnits, Text: next()}}
	c, want := l.Clone(), l.Clone()
	clear(buffer)
	l.Faults[0].Field = claim.FieldCharge
	if diff := cmp.Diff(want, c); diff != "" || c.Claim != text || c.Faults[0].Text != text {
		t.Errorf("the clone changed with its input:\n%s", diff)
	}
}

// A line that differs in one field differs in that field alone.
func TestFieldsAreToldApart(t *testing.T) {
	for f := range claim.NumCarried {
		a, b := claim.Blank(), claim.Blank()
		fill(&a, f, 1)
		fill(&b, f, 2)
		for g := range claim.NumCarried {
			if got := g.Compare(&a, &b); (got < 0) != (f == g) || g.Compare(&b, &a) != -got || g.Compare(&a, &a) != 0 {
				t.Errorf("lines that differ in %s compare as %d by %s", f, got, g)
			}
		}
		if f.Values(&a) == nil || slices.Equal(f.Values(&a), f.Values(&b)) || len(f.Values(&b)) > f.Places() {
			t.Errorf("%s is written as %q and %q", f, f.Values(&a), f.Values(&b))
		}
		f.Clear(&a)
		f.Clear(&b)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s is cleared, and there is left:\n%s", f, diff)
		}
	}
}

func TestOrderOfFields(t *testing.T) {
	turns := claim.Order()
	for i, f := range turns {
		if slices.Contains(turns[:i], f) || f == claim.FieldPatient || f == claim.FieldFrom || f == claim.FieldType {
			t.Errorf("%s tells the lines of one patient, day and claim type apart in turn %d", f, i)
		}
	}
	if turns[0] != claim.FieldClaim || turns[1] != claim.FieldCode {
		t.Errorf("lines are told apart by %v first", turns[:2])
	}
}

func TestSwapDays(t *testing.T) {
	day := claim.MustDate("2025-03-04")
	for f := range claim.NumCarried {
		if f.Kind() != claim.Day {
			continue
		}
		l := claim.Blank()
		for g := range claim.NumCarried {
			if date, isDate := g.At(&l).(*claim.Date); isDate {
				*date = day
			}
		}
		l.SwapDays(claim.FieldSet(f))
		for g := range claim.NumCarried {
			if date, isDate := g.At(&l).(*claim.Date); isDate && (*date == claim.MustDate("2025-04-03")) != (f == g) {
				t.Errorf("%s is %s after %s was swapped", g, *date, f)
			}
		}
	}
}

func TestFieldSets(t *testing.T) {
	set := claim.FieldSet(claim.FieldUnits, claim.FieldNarrative)
	for f := range claim.NumFields {
		if want := f == claim.FieldUnits || f == claim.FieldNarrative; set.Has(f) != want {
			t.Errorf("%s: %t, want %t", f, set.Has(f), want)
		}
	}
	if set.First() != claim.FieldUnits {
		t.Errorf("first is %s", set.First())
	}
	if got := claim.FieldsOf(claim.Quantity, claim.Money); got != claim.FieldSet(claim.FieldUnits, claim.FieldCharge, claim.FieldAllowed, claim.FieldPaid) {
		t.Errorf("fields of numbers: %b", got)
	}
}

func TestFieldNames(t *testing.T) {
	for f, want := range map[claim.Field]string{
		claim.FieldClaim: "ClaimID", claim.FieldModifiers: "Mod1-Mod4", claim.FieldDiagnoses: "Dx1-Dx12", claim.FieldNarrative: "Narrative",
	} {
		if f.String() != want {
			t.Errorf("%q, want %q", f, want)
		}
	}
	if got := strings.Join(claim.FieldModifiers.Columns(), " "); got != "Mod1 Mod2 Mod3 Mod4" {
		t.Errorf("columns of the modifiers: %s", got)
	}
}

// TestSetAlike holds that AlikeFields are what SetAlike sets.
func TestSetAlike(t *testing.T) {
	for f := range claim.NumCarried {
		from, to := claim.Blank(), claim.Blank()
		v := reflect.ValueOf(f.At(&from)).Elem()
		before := reflect.ValueOf(f.At(&to)).Elem().Interface()
		switch v.Kind() {
		case reflect.String:
			v.SetString("X")
		case reflect.Array:
			v.Index(0).SetUint(7)
		case reflect.Int32, reflect.Int64, reflect.Int:
			v.SetInt(7)
		default:
			v.SetUint(7)
		}
		if s := f.Written(&from); s != nil {
			*s = "X"
		}
		cells := from.AlikeCells()
		to.SetAlike(&cells)
		after := reflect.ValueOf(f.At(&to)).Elem().Interface()
		written := f.Written(&to)
		if copied := after != before && (written == nil || *written == "X"); copied != claim.AlikeFields.Has(f) {
			t.Errorf("%s: copied %t, in AlikeFields %t", f, copied, claim.AlikeFields.Has(f))
		}
	}
}
