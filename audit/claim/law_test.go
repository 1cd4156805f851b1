package claim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"claimaudit/audit/claim"
)

func anyDate() *rapid.Generator[claim.Date] {
	first, last := claim.MustDate("1850-01-01"), claim.MustDate("2150-12-31")
	return rapid.Map(rapid.Int32Range(int32(first), int32(last)), func(d int32) claim.Date { return claim.Date(d) })
}

func anyModifiers() *rapid.Generator[claim.Modifiers] {
	listed := []string{"RT", "LT", "50", "59", "XS", "25", "KX", "F1", "F5", "TA", "E3", "JZ"}
	return rapid.Custom(func(t *rapid.T) claim.Modifiers {
		return claim.Mods(rapid.SliceOfNDistinct(rapid.SampledFrom(listed), 0, 4, rapid.ID[string]).Draw(t, "mods")...)
	})
}

func TestDateLaws(t *testing.T) {
	zero := claim.Date(0)
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		if d == zero {
			t.Skip("prints blank")
		}
		for _, form := range []string{"2006-01-02", "20060102", "2-Jan-2006", "January 2, 2006", "2006/1/2 15:04"} {
			if got, layout, err := claim.ParseDate(d.Time().Format(form)); err != nil || layout != claim.Plain || got != d {
				t.Fatalf("%s as %s read back as %s (%v)", d, form, got, err)
			}
		}
		year, month, day := d.Civil()
		if again, ok := claim.NewDate(year, month, day); !ok || again != d || claim.DateOf(d.Time()) != d {
			t.Fatalf("%s does not survive its parts", d)
		}
		if want := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC); !d.Time().Equal(want) {
			t.Fatalf("%s is %s in the standard calendar", d, want)
		}
		if first, _ := claim.NewDate(year, month, 1); d.FirstOfMonth() != first {
			t.Fatalf("the month of %s begins on %s", d, d.FirstOfMonth())
		}
	})
}

// A date written with month or day first is one of the two readings, and swapping leads from one to
// the other and back.
func TestSlashedDateLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		for _, form := range []struct {
			text  string
			right claim.Layout
		}{{"1/2/2006", claim.MonthFirst}, {"2/1/2006", claim.DayFirst}} {
			got, layout, err := claim.ParseDate(d.Time().Format(form.text))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case layout == form.right && got == d:
			case layout == claim.Either && (got == d || got.SwapDayMonth() == d) && got.SwapDayMonth().SwapDayMonth() == got:
			default:
				t.Fatalf("%s as %s read as %s, layout %d", d, form.text, got, layout)
			}
		}
	})
}

func TestSerialLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(61, 100000).Draw(t, "serial")
		text := rapid.Just(claim.Whole(n).String()).Draw(t, "text")
		early, err1 := claim.ParseSerial(text, claim.Epoch1900)
		late, err2 := claim.ParseSerial(text+".75", claim.Epoch1904)
		if err1 != nil || err2 != nil || late-early != 1462 {
			t.Fatalf("serial %d: %s and %s (%v, %v)", n, early, late, err1, err2)
		}
	})
}

func TestAgeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := anyDate().Draw(t, "birth")
		years := rapid.IntRange(0, 100).Draw(t, "years")
		year, month, day := birth.Civil()
		birthday, ok := claim.NewDate(year+years, month, day)
		if !ok {
			birthday, _ = claim.NewDate(year+years, 3, 1) // born on a leap day
		}
		if got := birth.YearsUntil(birthday); got != years {
			t.Fatalf("born %s, %s is a birthday: %d years, want %d", birth, birthday, got, years)
		}
		if got := birth.YearsUntil(birthday - 1); got != years-1 {
			t.Fatalf("born %s, day before birthday %s: %d years, want %d", birth, birthday, got, years-1)
		}
	})
}

func TestMoneyLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := claim.Cents(rapid.Int64Range(-1e12, 1e12).Draw(t, "cents"))
		u := claim.Units(rapid.Int64Range(-1e12, 1e12).Draw(t, "units"))
		if again, err := claim.ParseCents(c.String()); err != nil || again != c {
			t.Fatalf("%d cents print as %s and read as %d (%v)", c, c, again, err)
		}
		if again, err := claim.ParseUnits(u.String()); err != nil || again != u {
			t.Fatalf("%d thousandths print as %s and read as %d (%v)", u, u, again, err)
		}
		if twice := 2 * c.Half(); twice < c || twice > c+1 {
			t.Fatalf("half of %s is %s", c, c.Half())
		}
	})
}

// Spreadsheet dust below the cent never changes an amount.
func TestDustLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := claim.Cents(rapid.Int64Range(1, 1e9).Draw(t, "cents"))
		last := rapid.StringMatching("[0-9]{1,3}").Draw(t, "dust")
		above := c.String() + "0000000000" + last
		below := (c - 1).String() + "9999999999" + last
		for _, text := range []string{above, below} {
			if got, err := claim.ParseCents(text); err != nil || got != c {
				t.Fatalf("%s read as %s (%v), want %s", text, got, err, c)
			}
		}
		part := rapid.StringMatching("[1-8][0-9]{0,4}").Draw(t, "part of a cent")
		if _, err := claim.ParseCents(c.String() + part); err == nil {
			t.Fatalf("%s%s has a part of a cent and was read", c, part)
		}
	})
}

// The parts of a charge over and within a limit make up the charge, to the cent.
func TestShareLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := claim.Cents(rapid.Int64Range(0, 1e13).Draw(t, "charge"))
		whole := claim.Units(rapid.Int64Range(1, 1e12).Draw(t, "units"))
		part := claim.Units(rapid.Int64Range(0, int64(whole)).Draw(t, "excess"))
		over, within := c.Share(part, whole), c.Share(whole-part, whole)
		if sum := over + within; sum < c || sum > c+1 {
			t.Fatalf("%s of %s units over: %s + %s is not %s", part, whole, over, within, c)
		}
		if less := c.Share(part/2, whole); less > over {
			t.Fatalf("half the excess costs %s, all of it %s", less, over)
		}
	})
}

func TestModifierLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := anyModifiers().Draw(t, "mods")
		shuffled := claim.Mods(rapid.Permutation(ms.Texts()).Draw(t, "shuffled")...)
		if ms.Sorted() != shuffled.Sorted() || !slices.IsSorted(ms.Sorted().Texts()) || ms.Sorted().Count() != ms.Count() {
			t.Fatalf("%s and %s sort to %s and %s", ms, shuffled, ms.Sorted(), shuffled.Sorted())
		}
		if ms.Side() != shuffled.Side() {
			t.Fatalf("the side depends on the order of %s", ms)
		}
		m := claim.Mod("76")
		with, ok := ms.With(m)
		if ok != (ms.Count() < len(ms)) || ok && (!with.Has(m) || with.Without(m) != ms) || !ok && with != ms {
			t.Fatalf("%s with 76 is %s", ms, with)
		}
		if again, ok := with.With(m); ok || again != with {
			t.Fatalf("76 was added twice: %s", again)
		}
	})
}

func TestSideLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := claim.Side(rapid.IntRange(0, 3).Draw(t, "side"))
		u := claim.Side(rapid.IntRange(0, 3).Draw(t, "other"))
		if s.Opposite(u) == s.Meets(u) || s.Meets(u) != u.Meets(s) {
			t.Fatalf("%s and %s", s, u)
		}
	})
}

func TestCodeLaws(t *testing.T) {
	text := rapid.StringMatching("[0-9A-Z]{1,8}")
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		c, d := claim.MustCode(strings.ToLower(a)), claim.MustCode(b)
		if c.String() != a || (c < d) != (a < b) || (c == d) != (a == b) {
			t.Fatalf("%s and %s pack to %s and %s", a, b, c, d)
		}
		if c.LevelII() && !c.Shaped() {
			t.Fatalf("%s", c)
		}
	})
}

func TestDiagnosisLaws(t *testing.T) {
	text := rapid.StringMatching("[A-Z][0-9][0-9AB][0-9A-Z]{0,4}")
	rapid.Check(t, func(t *rapid.T) {
		a := text.Draw(t, "diagnosis")
		d := claim.MustDiagnosis(a)
		if !d.Shaped() || d.Text() != a || claim.MustDiagnosis(d.String()) != d {
			t.Fatalf("%s packs to %s", a, d)
		}
		prefix := a[:rapid.IntRange(1, len(a)).Draw(t, "length")]
		if !d.Under(claim.MustDiagnosis(prefix)) || !d.Under(0) {
			t.Fatalf("%s is not under %s", d, prefix)
		}
		if b := text.Draw(t, "other"); d.Under(claim.MustDiagnosis(b)) != strings.HasPrefix(a, b) {
			t.Fatalf("%s under %s", a, b)
		}
	})
}

func TestNPILaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nine := rapid.StringMatching("[12][0-9]{8}").Draw(t, "nine digits")
		valid := ""
		for check := '0'; check <= '9'; check++ {
			if s := nine + string(check); claim.ValidNPI(s) {
				valid += s
			}
		}
		if len(valid) != 10 {
			t.Fatalf("%s has the check digits %q, want exactly one", nine, valid)
		}
		at := rapid.IntRange(0, 9).Draw(t, "place")
		wrong := []byte(valid)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "slip")))%10
		if claim.ValidNPI(string(wrong)) {
			t.Fatalf("%s with one wrong digit, %s, passes", valid, wrong)
		}
	})
}
