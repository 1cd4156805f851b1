// Command dist makes the archives that a release of claimaudit is: for each platform the program with what to do
// first, the licence texts of all that is linked into it, a bill of materials, completion and manual; and the
// SHA-256 sums of all. The same sources give the same bytes, wherever and whenever they are built.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// release is what is asked for.
type release struct {
	sources string // the folder of the repository
	out     string // where archives go
	version string
	ldflags string
	when    time.Time // the time that archives say their files are of
	pages   []file    // completion and manual
}

// file is one of an archive.
type file struct {
	name    string // below the archive's folder
	text    []byte
	program bool
}

func main() {
	r := &release{}
	flag.StringVar(&r.sources, "sources", ".", "the folder of the repository")
	flag.StringVar(&r.out, "out", "dist", "the folder to write to")
	flag.StringVar(&r.version, "version", "dev", "the version to stamp")
	flag.StringVar(&r.ldflags, "ldflags", "-s -w", "what the linker is told beside the version")
	at := flag.Int64("time", 0, "the time of all files, in seconds since 1970; SOURCE_DATE_EPOCH by custom")
	flag.Parse()
	r.when = time.Unix(*at, 0).UTC()
	if err := r.make(flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "dist: %v\n", err)
		os.Exit(1)
	}
}

// make makes an archive for each platform, such as windows/amd64, and their sums.
func (r *release) make(platforms []string) error {
	if len(platforms) == 0 {
		return errors.New("name platforms, such as windows/amd64")
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	if err := r.writePages(); err != nil {
		return err
	}
	var sums strings.Builder
	for _, platform := range platforms {
		system, arch, _ := strings.Cut(platform, "/")
		name, data, err := r.archive(system, arch)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		path := filepath.Join(r.out, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
		fmt.Fprintln(os.Stdout, path)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// archive is the archive of a platform, by its name.
func (r *release) archive(system, arch string) (name string, data []byte, err error) {
	files, err := r.files(system, arch)
	if err != nil {
		return "", nil, err
	}
	folder := fmt.Sprintf("claimaudit-%s-%s-%s", r.version, system, arch)
	if system == "windows" {
		data, err = zipped(folder, files, r.when)
		return folder + ".zip", data, err
	}
	data, err = tarred(folder, files, r.when)
	return folder + ".tar.gz", data, err
}

// files are what the archive of a platform holds.
func (r *release) files(system, arch string) ([]file, error) {
	program, err := r.build(system, arch)
	if err != nil {
		return nil, err
	}
	if err := r.nameless(program.text); err != nil {
		return nil, err
	}
	start, err := os.ReadFile(filepath.Join(r.sources, "cmd/claimaudit/deploy/START HERE.txt"))
	if err != nil {
		return nil, err
	}
	if system == "windows" {
		start = []byte(strings.ReplaceAll(string(start), "\n", "\r\n"))
	}
	licence, err := os.ReadFile(filepath.Join(r.sources, "LICENSE"))
	if err != nil {
		return nil, err
	}
	parts, err := r.parts(system, arch)
	if err != nil {
		return nil, err
	}
	bill, err := r.bill(parts)
	if err != nil {
		return nil, err
	}
	files := []file{program, {name: "START HERE.txt", text: start}, {name: "LICENSE", text: licence}, {name: "sbom.cdx.json", text: bill}}
	for _, p := range parts {
		files = append(files, p.licences...)
	}
	return append(files, r.pages...), nil
}

// build builds the program for a platform.
func (r *release) build(system, arch string) (program file, err error) {
	dir, err := os.MkdirTemp("", "claimaudit-dist-")
	if err != nil {
		return file{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program = file{name: "claimaudit", program: true}
	if system == "windows" {
		program.name += ".exe"
	}
	path := filepath.Join(dir, program.name)
	_, err = r.run(system, arch, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", r.ldflags+" -X main.version="+r.version, "-o", path, "./cmd/claimaudit")
	if err == nil {
		program.text, err = os.ReadFile(path)
	}
	return program, err
}

// run runs a program in the folder of the sources, for a platform, with nothing of who runs it that would change
// what is built.
func (r *release) run(system, arch, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Dir = r.sources
	c.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOWORK=off")
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, complaint.String())
	}
	return out, nil
}

// writePages asks the program itself for its completion and manual.
func (r *release) writePages() (err error) {
	program, err := r.build(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "claimaudit-dist-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, program.name)
	if err := os.WriteFile(path, program.text, 0o755); err != nil {
		return err
	}
	for _, page := range []struct{ name, command string }{
		{"claimaudit.1", "man"}, {"claimaudit.bash", "completion bash"}, {"_claimaudit", "completion zsh"},
		{"claimaudit.fish", "completion fish"}, {"claimaudit.ps1", "completion powershell"},
	} {
		text, err := r.run(runtime.GOOS, runtime.GOARCH, path, strings.Fields(page.command)...)
		if err != nil {
			return err
		}
		r.pages = append(r.pages, file{name: "for the command line/" + page.name, text: text})
	}
	return nil
}

// nameless sees that the program does not say where on this machine it was built.
func (r *release) nameless(program []byte) error {
	whole, err := filepath.Abs(r.sources)
	if err != nil {
		return err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return err
	}
	for _, place := range []string{whole, filepath.Join(home, "go")} {
		if n := strings.Count(string(program), place+string(filepath.Separator)); n > 0 {
			return errors.New("the program names " + place + " " + strconv.Itoa(n) + " times")
		}
	}
	return nil
}
