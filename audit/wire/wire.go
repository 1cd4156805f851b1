// Package wire turns values into bytes and back, for what goes from one process to another: whole numbers, texts,
// truths, and lists, arrays, maps, pointers and structs of these, with all of their fields, so that none is left
// out. The same value gives the same bytes.
package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// ErrCut is the error of bytes that are not those of a value of the type.
var ErrCut = errors.New("is cut off or damaged")

// Append adds the bytes of what v points to. It panics where v holds something that has no bytes, such as a function.
func Append(to []byte, v any) []byte { return put(to, reflect.ValueOf(v).Elem()) }

// Read fills what v points to, which is a zero value, with the bytes.
func Read(data []byte, v any) error {
	r := &reader{data: data}
	r.get(reflect.ValueOf(v).Elem())
	if r.cut || r.at != len(data) {
		return ErrCut
	}
	return nil
}

func put(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...)
	case reflect.Struct:
		for i := range v.NumField() {
			b = put(b, v.Field(i))
		}
		return b
	case reflect.Array:
		return putEach(b, v)
	case reflect.Slice:
		if v.IsNil() {
			return append(b, 0)
		}
		return putEach(binary.AppendUvarint(b, uint64(v.Len())+1), v)
	case reflect.Map:
		return putMap(b, v)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return put(append(b, 1), v.Elem())
	}
	panic(fmt.Sprintf("wire: a %s has no bytes", v.Type())) // a slip of the program, which any test meets
}

func putEach(b []byte, v reflect.Value) []byte {
	for i := range v.Len() {
		b = put(b, v.Index(i))
	}
	return b
}

// putMap writes the entries in the order of their bytes.
func putMap(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	entries := make([][]byte, 0, v.Len())
	for each := v.MapRange(); each.Next(); {
		entries = append(entries, put(put(nil, each.Key()), each.Value()))
	}
	slices.SortFunc(entries, bytes.Compare)
	b = binary.AppendUvarint(b, uint64(len(entries))+1)
	for _, e := range entries {
		b = append(b, e...)
	}
	return b
}

// reader reads values one after the other. Once cut it reads zero values.
type reader struct {
	data []byte
	at   int
	cut  bool
}

func (r *reader) get(v reflect.Value) {
	if !v.CanSet() { // a field that has no name outside
		v = reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.number() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := r.signed()
		r.cut = r.cut || v.OverflowInt(n)
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n := r.number()
		r.cut = r.cut || v.OverflowUint(n)
		v.SetUint(n)
	case reflect.String:
		n := r.count(r.number())
		v.SetString(string(r.data[r.at : r.at+n]))
		r.at += n
	case reflect.Struct:
		for i := range v.NumField() {
			r.get(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			r.get(v.Index(i))
		}
	case reflect.Slice, reflect.Map, reflect.Pointer:
		if n := r.number(); n > 0 && !r.cut {
			r.fill(v, n-1)
		}
	default:
		panic(fmt.Sprintf("wire: a %s has no bytes", v.Type())) // a slip of the program, which any test meets
	}
}

// fill reads what is there of a list, a map or a pointer.
func (r *reader) fill(v reflect.Value, n uint64) {
	switch t := v.Type(); v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		r.get(v.Elem())
	case reflect.Slice:
		count := r.count(n)
		v.Set(reflect.MakeSlice(t, count, count))
		for i := range count {
			r.get(v.Index(i))
		}
	default:
		count := r.count(n)
		v.Set(reflect.MakeMapWithSize(t, count))
		for range count {
			key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			r.get(key)
			r.get(value)
			v.SetMapIndex(key, value)
		}
	}
}

// count is a number of things that take a byte each at least.
func (r *reader) count(n uint64) int {
	if r.cut = r.cut || n > uint64(len(r.data)-r.at); r.cut {
		return 0
	}
	return int(n)
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.data[r.at:])
	return took(r, v, n)
}

func (r *reader) signed() int64 {
	v, n := binary.Varint(r.data[r.at:])
	return took(r, v, n)
}

func took[T any](r *reader, v T, n int) T {
	if n <= 0 || r.cut {
		var none T
		r.cut = true
		return none
	}
	r.at += n
	return v
}
