package wire

import (
	"errors"
	"reflect"
	"testing"
)

type inner struct {
	list  []uint8
	Array [3]int16
}

type sample struct {
	Text   string
	hidden int64
	Truth  bool
	small  uint8
	none   []string
	empty  []string
	of     map[inner2]*inner
	at     *inner
	gone   *inner
}

type inner2 struct {
	a uint64
	b string
}

func full() *sample {
	return &sample{
		Text: "caf\xe9\x00\n", hidden: -1 << 62, Truth: true, small: 255, empty: []string{},
		of: map[inner2]*inner{{1 << 63, "x"}: {list: []uint8{1, 2}}, {2, ""}: nil, {3, "y"}: {Array: [3]int16{-1, 0, 1}}},
		at: &inner{list: []uint8{}}, none: nil, gone: nil,
	}
}

// TestRoundTrip holds that a value comes back with all of its fields, from the same bytes each time.
func TestRoundTrip(t *testing.T) {
	data := Append(nil, full())
	for range 20 {
		if again := Append(nil, full()); !reflect.DeepEqual(data, again) {
			t.Fatal("the same value gives other bytes")
		}
	}
	var got sample
	if err := Read(data, &got); err != nil || !reflect.DeepEqual(&got, full()) {
		t.Errorf("%v: got %+v, want %+v", err, got, full())
	}
}

// TestDamaged holds that no damage is more than an error.
func TestDamaged(t *testing.T) {
	data := Append(nil, full())
	for n := range data {
		if err := Read(data[:n], &sample{}); !errors.Is(err, ErrCut) {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
		for _, to := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			edited := append([]byte(nil), data...)
			edited[n] = to
			_ = Read(edited, &sample{}) // must return
		}
	}
	if err := Read(append(data, 0), &sample{}); !errors.Is(err, ErrCut) {
		t.Errorf("with a byte too many: %v", err)
	}
}

// TestNoBytes holds that what has no bytes is told at once.
func TestNoBytes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a function was written")
		}
	}()
	Append(nil, &struct{ f func() }{})
}
