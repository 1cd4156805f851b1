package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var whole = flag.Bool("dist", false, "build an archive twice, from two folders, and compare the bytes: minutes")

// two are files as an archive has them, in no order.
var two = []file{{name: "b/c.txt", text: []byte("c")}, {name: "a", text: []byte("a"), program: true}}

// TestArchives: an archive holds its files below its folder, programs to be run, all of one time, and the same bytes
// in whatever order they came.
func TestArchives(t *testing.T) {
	when := time.Unix(1700000000, 0).UTC()
	turned := slices.Clone(two)
	slices.Reverse(turned)
	for name, pack := range map[string]func(string, []file, time.Time) ([]byte, error){"tar.gz": tarred, "zip": zipped} {
		first, err := pack("x", two, when)
		again, err2 := pack("x", turned, when)
		if err != nil || err2 != nil || !bytes.Equal(first, again) {
			t.Fatalf("%s: other bytes in another order (%v, %v)", name, err, err2)
		}
	}
	data, err := tarred("x", two, when)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(packed)
	for _, want := range []struct {
		name string
		mode int64
	}{{"x/a", 0o755}, {"x/b/c.txt", 0o644}} {
		head, err := r.Next()
		if err != nil || head.Name != want.name || head.Mode != want.mode || !head.ModTime.Equal(when) || head.Uname != "" || head.Uid != 0 {
			t.Errorf("%v (%v), want %v", head, err, want)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Error("there is more in it")
	}
}

// TestZip: a zip holds the same.
func TestZip(t *testing.T) {
	when := time.Unix(1700000000, 0).UTC()
	data, err := zipped("x", two, when)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) != 2 || z.File[0].Name != "x/a" || z.File[0].Mode() != 0o755 || !z.File[1].Modified.Equal(when) {
		t.Errorf("the zip holds %v (%v)", z, err)
	}
}

// TestLicences: every module has its licence texts, those of folders below it too; one without, or with one that
// nobody has looked at, is an error.
func TestLicences(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const mit = "Permission is hereby granted, free of charge, to any\n   person obtaining a copy"
	put("good/LICENSE.txt", mit)
	put("good/license.go", "package good")
	put("good/below/deep/COPYING", "Apache License\n  Version 2.0, January 2004")
	put("none/README", "hello")
	put("odd/LICENSE", "All rights reserved")
	at := func(name string) string { return filepath.Join(dir, name) }
	parts, err := withLicences(map[module][]string{{"m/good", "v1"}: upTo(at("good"), at("good/below/deep"))})
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	var names []string
	for _, f := range parts[0].licences {
		names = append(names, f.name)
	}
	if got := strings.Join(names, " "); got != "licenses/m/good/LICENSE.txt licenses/m/good/below/deep/COPYING" {
		t.Errorf("its licences are %s", got)
	}
	if got := strings.Join(parts[0].kinds, " "); got != "Apache-2.0 MIT" {
		t.Errorf("its licences are of the kinds %s", got)
	}
	_, err = withLicences(map[module][]string{{"m/none", "v1"}: {at("none")}, {"m/odd", "v1"}: {at("odd")}})
	if err == nil || !strings.Contains(err.Error(), "m/none has no licence") || !strings.Contains(err.Error(), "m/odd: the licence in "+at("odd")+" is none that we know") {
		t.Errorf("error %v", err)
	}
}

// TestBill: the bill lists all parts, is the same for the same parts and another for others.
func TestBill(t *testing.T) {
	r := &release{version: "v1.2.3"}
	parts := []part{{module: module{"example.org/a", "v1.0.0"}, kinds: []string{"MIT"}}, {module: module{standard, "1.26.8"}, kinds: []string{"BSD-3-Clause"}}}
	first, err := r.bill(parts)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := r.bill(parts)
	fewer, _ := r.bill(parts[:1])
	var b, other bill
	if err := errors.Join(json.Unmarshal(first, &b), json.Unmarshal(fewer, &other)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) || b.Serial == other.Serial {
		t.Error("the bill's number does not tell what it lists")
	}
	if b.Metadata.Component.Version != "v1.2.3" || len(b.Components) != 2 || b.Components[0].Purl != "pkg:golang/example.org/a@v1.0.0" || b.Components[0].Licences[0].Licence.ID != "MIT" || len(b.Dependencies[0].On) != 2 {
		t.Errorf("%s", first)
	}
}

// TestNameless: a program that says where it was built is refused.
func TestNameless(t *testing.T) {
	r := &release{sources: t.TempDir()}
	if err := r.nameless([]byte("claimaudit/cmd/claimaudit/main.go")); err != nil {
		t.Error(err)
	}
	if err := r.nameless([]byte("x" + r.sources + "/cmd/main.go")); err == nil {
		t.Error("a place on this machine is passed on")
	}
}

// TestStartHere: the page fits a page, in letters every editor has.
func TestStartHere(t *testing.T) {
	text, err := os.ReadFile("../START HERE.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) > 80 {
		t.Errorf("%d lines", len(lines))
	}
	for i, line := range lines {
		if len(line) > 80 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' || r == '\t' }) {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	if windows, mac := strings.Index(string(text), "\nWINDOWS\n"), strings.Index(string(text), "\nMACOS\n"); windows < 0 || mac < windows {
		t.Error("Windows does not come first")
	}
}

// TestDistTwice: two builds from two folders are the same bytes, and hold what a stranger needs.
func TestDistTwice(t *testing.T) {
	if !*whole {
		t.Skip("only with -dist")
	}
	const root = "../../../.."
	elsewhere := filepath.Join(t.TempDir(), "another folder")
	if err := os.CopyFS(elsewhere, os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	var built [2][]byte
	for i, sources := range []string{root, elsewhere} {
		r := &release{sources: sources, out: t.TempDir(), version: "v0.0.0-test", ldflags: "-s -w", when: time.Unix(1700000000, 0).UTC()}
		if err := r.make([]string{runtime.GOOS + "/" + runtime.GOARCH}); err != nil {
			t.Fatal(err)
		}
		archives, err := filepath.Glob(filepath.Join(r.out, "claimaudit-*"))
		if err != nil || len(archives) != 1 {
			t.Fatal(archives, err)
		}
		data, err := os.ReadFile(archives[0])
		sums, err2 := os.ReadFile(filepath.Join(r.out, "SHA256SUMS"))
		if err != nil || err2 != nil || !strings.HasSuffix(string(sums), "  "+filepath.Base(archives[0])+"\n") {
			t.Fatal(err, err2, string(sums))
		}
		built[i] = append(data, sums...)
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("two builds are not the same bytes")
	}
	held := map[string]string{}
	for name, text := range read(t, built[0]) {
		_, name, _ = strings.Cut(name, "/")
		held[name] = text
	}
	for _, name := range []string{"claimaudit", "START HERE.txt", "LICENSE", "licenses/std/LICENSE", "licenses/modernc.org/sqlite/LICENSE", "sbom.cdx.json", "for the command line/claimaudit.1"} {
		if held[name] == "" {
			t.Errorf("the archive has no %s", name)
		}
	}
	if !strings.Contains(held["claimaudit"], "v0.0.0-test") || !strings.Contains(held["for the command line/claimaudit.1"], "v0.0.0") {
		t.Error("the version is not stamped")
	}
}

// read is what an archive holds.
func read(t *testing.T, data []byte) map[string]string {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	packed.Multistream(false)
	held := map[string]string{}
	for r := tar.NewReader(packed); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return held
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		held[head.Name] = string(text)
	}
}
