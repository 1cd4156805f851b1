package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

//go:embed peers
var peerFiles embed.FS

// in is a path in the bench's folder.
func (b *bench) in(parts ...string) string {
	return filepath.Join(append([]string{b.folder}, parts...)...)
}

// export is the path of the generated export of that many lines.
func (b *bench) export(lines int) string { return b.in(fmt.Sprintf("claims-%d.csv", lines)) }

// denseLines are so many lines of the dense export that, with all rules, a tenth as many are flagged as the big one has.
func (b *bench) denseLines() int { return b.big * 63 / 100 }

func (b *bench) denseExport() string { return b.in(fmt.Sprintf("dense-%d.csv", b.denseLines())) }

// prepare builds the programs, generates the exports and writes the peers' tables.
func (b *bench) prepare(ctx context.Context) error {
	for _, folder := range []string{"bin", "tables", "out"} {
		if err := os.MkdirAll(b.in(folder), 0o755); err != nil {
			return err
		}
	}
	for _, program := range []string{"cmd/claimaudit", "samples/generate"} {
		fmt.Fprintf(b.log, "building %s\n", program)
		if err := b.tool(ctx, "", "go", "build", "-trimpath", "-o", b.in("bin", filepath.Base(program)), "claimaudit/"+program); err != nil {
			return err
		}
	}
	for _, lines := range b.sizes() {
		fmt.Fprintf(b.log, "generating %d lines\n", lines)
		err := b.tool(ctx, "", b.in("bin", "generate"), "-lines", strconv.Itoa(lines), "-seed", strconv.Itoa(b.seed),
			"-layout", "short", "-faults", "rate=0.05", "-o", b.export(lines))
		if err != nil {
			return err
		}
	}
	if b.big > 0 && !b.agreeOnly {
		fmt.Fprintf(b.log, "generating %d lines with many findings\n", b.denseLines())
		err := b.tool(ctx, "", b.in("bin", "generate"), "-lines", strconv.Itoa(b.denseLines()), "-seed", strconv.Itoa(b.seed),
			"-faults", "rate=0.2", "-o", b.denseExport())
		if err != nil {
			return err
		}
	}
	if !b.agreeOnly {
		if err := writeQuarter(b.in("quarter"), quarterRows, uint64(b.seed)); err != nil {
			return err
		}
	}
	return writeTables(b.export(b.lines), b.in("tables"))
}

// sizes are the exports needed: the one everybody audits, a tenth of it, and the big one.
func (b *bench) sizes() []int {
	sizes := []int{b.lines}
	if !b.agreeOnly {
		sizes = append(sizes, max(b.lines/10, 1000))
	}
	if b.big > 0 {
		sizes = append(sizes, b.big)
	}
	return sizes
}

// tool runs a program that must succeed, in a folder, and shows what it says only when it fails.
func (b *bench) tool(ctx context.Context, folder, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", program, args, err, said)
	}
	return nil
}

// peer is a program that does the same checks.
type peer struct {
	name    string
	program []string // the command, to which the export, the tables and the output are added
	env     []string
	output  string // of a timed run
}

// peers are the peers this machine has.
func (b *bench) peers(ctx context.Context) []peer {
	var found []peer
	for _, look := range []func(context.Context) (peer, error){b.duckDB, b.polars, b.pandas} {
		p, err := look(ctx)
		if err != nil {
			fmt.Fprintf(b.log, "LEFT OUT: %s: %v\n", p.name, err)
			continue
		}
		found = append(found, p)
	}
	return found
}

// duckDB installs DuckDB from npm into the folder the first time.
func (b *bench) duckDB(ctx context.Context) (peer, error) {
	p := peer{name: onDuckDB, output: "duckdb.csv"}
	home := b.in("duckdb")
	if err := copyPeer(home, "package.json", "audit.sql", "audit_duckdb.js"); err != nil {
		return p, err
	}
	if _, err := os.Stat(filepath.Join(home, "node_modules", "@duckdb", "node-api")); err != nil {
		fmt.Fprintln(b.log, "installing DuckDB from npm")
		if err := b.tool(ctx, home, "npm", "install", "--no-audit", "--no-fund"); err != nil {
			return p, err
		}
	}
	p.program = []string{"node", filepath.Join(home, "audit_duckdb.js")}
	return p, nil
}

// polarsVersion is the release of polars that is measured.
const polarsVersion = "polars==2.1.0"

// polars installs polars from PyPI into the folder the first time.
func (b *bench) polars(ctx context.Context) (peer, error) {
	p := peer{name: onPolars, output: "polars.csv"}
	home := b.in("polars")
	if err := copyPeer(home, "audit_polars.py"); err != nil {
		return p, err
	}
	python := filepath.Join(home, "venv", "bin", "python")
	if err := b.tool(ctx, "", python, "-c", "import polars"); err != nil {
		fmt.Fprintln(b.log, "installing polars from PyPI")
		if err := b.tool(ctx, "", "python3", "-m", "venv", filepath.Join(home, "venv")); err != nil {
			return p, err
		}
		if err := b.tool(ctx, "", python, "-m", "pip", "install", "--quiet", polarsVersion); err != nil {
			return p, err
		}
	}
	p.program = []string{python, filepath.Join(home, "audit_polars.py")}
	return p, nil
}

// pandas takes the first Python that has the packages.
func (b *bench) pandas(ctx context.Context) (peer, error) {
	p := peer{name: "pandas + xlsxwriter, to a workbook", output: "pandas.xlsx"}
	home := b.in("pandas")
	if err := copyPeer(home, "audit_pandas.py"); err != nil {
		return p, err
	}
	var err error
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if err = b.tool(ctx, "", python, "-c", "import pandas, xlsxwriter"); err == nil {
			p.program = []string{python, filepath.Join(home, "audit_pandas.py")}
			return p, nil
		}
	}
	return p, err
}

func copyPeer(folder string, names ...string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		if err := copyOut("peers/"+name, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

func copyOut(name, to string) error {
	from, err := peerFiles.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}
