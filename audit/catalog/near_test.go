package catalog_test

import (
	"fmt"
	"testing"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func TestNearMisses(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, on, want string }{
		{"J33O1", "", "J3301"},
		{"2O610", "", "20610"},
		{"64943", "", "64493"},
		{"64483A", "", "64483"},
		{"6448", "", "64480"},
		{"623233", "2016-12-31", ""}, // 62323 began the day after
		{"ZZZZZ", "", ""},
		{"", "", ""},
	} {
		var on claim.Date
		if c.on != "" {
			on = claim.MustDate(c.on)
		}
		got := ""
		if near := known.NearMisses(c.text, on); len(near) > 0 {
			got = near[0].String()
		}
		if got != c.want {
			t.Errorf("%q on %q looks like %q, want %q", c.text, c.on, got, c.want)
		}
	}
}

func ExampleDigits() {
	fmt.Println(catalog.Digits("J33O1"))
	// Output: J3301
}
