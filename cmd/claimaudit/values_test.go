package main

import (
	"io"
	"strings"
	"testing"
)

// TestMemorySize: sizes are counted in powers of two, and none is nothing or more than a pebibyte.
func TestMemorySize(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "512": 512, "1K": 1 << 10, "1kb": 1 << 10, "512MiB": 512 << 20, "2GiB": 2 << 30, "2g": 2 << 30,
		"0": 0, "0GiB": 0, "-1": 0, "1TiB": 0, "GiB": 0, "1.5GiB": 0,
		"1048576GiB": 1 << 50, "1048577GiB": 0, "1125899906842624": 1 << 50, "1125899906842625": 0,
	} {
		got, err := memorySize(&configuration{}, text)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("%s is %d bytes, error %v; want %d", text, got, err, want)
		}
	}
	if got, err := memorySize(&configuration{}, ""); err != nil || got < 1<<20 || got > 4<<30 {
		t.Errorf("unset it is %d bytes, error %v", got, err)
	}
}

// TestFilingDays: every kind of payer may have a limit, of one day at least.
func TestFilingDays(t *testing.T) {
	for name, days := range map[string]int{
		"medicare": 1, "medicare advantage": 2, "medicaid": 3, "workers comp": 4, "commercial": 5, "blank": 6, "auto": 7, "self-pay": 8, "federal": 9, "named-unknown": 10,
	} {
		limits, err := filingDays(&configuration{}, map[string]int{name: days})
		kind, known := payerNamed(name)
		if err != nil || known != nil || limits[kind] != days || kind.String() != name {
			t.Errorf("%s within %d days: got %v, error %v", name, days, limits, err)
		}
	}
	for name, days := range map[string]int{"medicare": 0, "medicaid": -1, "somebody": 30} {
		if limits, err := filingDays(&configuration{}, map[string]int{name: days}); err == nil || len(limits) > 0 {
			t.Errorf("%s within %d days: got %v, error %v", name, days, limits, err)
		}
	}
}

// The run time keeps to the memory that was asked for, to no less than it needs, and to nothing unasked.
func TestMemoryIsKeptTo(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int64
	}{
		{[]string{"config"}, 0},
		{[]string{"config", "--memory", "256MiB"}, 256 << 20},
		{[]string{"config", "--memory", "1MiB"}, leastLimit},
		{[]string{"config", "--memory", "lots"}, 0},
	} {
		var got int64
		limit := func(bytes int64) int64 { got = bytes; return 0 }
		execute(t.Context(), c.args, &streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, limit: limit})
		if got != c.want {
			t.Errorf("%v keeps to %d bytes, want %d", c.args, got, c.want)
		}
	}
}
