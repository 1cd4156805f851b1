package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// fixedRules are the checks the peers do too.
var fixedRules = []string{
	"unknown-code", "deleted-code", "not-yet-valid-code", "bundled-pair", "units-over-limit",
	"duplicate-line", "add-on-without-primary", "visit-needs-25",
}

// The contenders that goals are set for, or measured against.
const (
	sixChecks = "claimaudit, six checks, to a workbook"
	allRules  = "claimaudit, all rules, to a workbook"
	checksum  = "sha256sum of the export"
	onDuckDB  = "DuckDB, to CSV"
	onPolars  = "polars, to CSV"
	spilled   = "claimaudit, six checks, big, --memory 512MiB"
	dense     = "claimaudit, all rules, dense, --memory 256MiB"
)

// goal is how many times as long as another a contender may take at most, for each of its lines.
type goal struct {
	of, than string
	most     float64
}

var goals = []goal{
	{sixChecks, onDuckDB, 0.45}, {sixChecks, onPolars, 0.45}, {sixChecks, checksum, 3.5}, {allRules, sixChecks, 1.5}, {spilled, sixChecks, 1.05},
}

// memoryGoal is how much memory a contender may take at most.
type memoryGoal struct {
	of      string
	mib     float64
	perLine float64 // bytes of each line on top
}

var memoryGoals = []memoryGoal{{sixChecks, 150, 64}, {spilled, 400, 0}, {dense, 300, 0}}

// contender is a program to time.
type contender struct {
	name    string
	command []string
	env     []string
	lines   int
	before  func() error // is done before each run and not timed; nil for nothing
}

// figure is what one run took.
type figure struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

// result is what the runs of a contender took, in turns with the others.
type result struct {
	contender
	runs []figure
}

// claimaudit is the command of an audit to a workbook with the checks the peers do too.
func (b *bench) claimaudit(lines int, more ...string) []string {
	return b.audit(b.export(lines), more...)
}

func (b *bench) audit(export string, more ...string) []string {
	command := []string{b.in("bin", "claimaudit"), "audit", export, "--as-of", "2025-06-30", "--fail-on", "never", "-q"}
	return append(command, more...)
}

func onlyFixed() (flags []string) {
	for _, id := range fixedRules {
		flags = append(flags, "--rule", id)
	}
	return flags
}

// contenders are the programs to time; the first is what the others are compared with.
func (b *bench) contenders(peers []peer) []contender {
	six := func(lines int, name string, more ...string) []string {
		return b.claimaudit(lines, append(append(onlyFixed(), "-o", b.in("out", name+".xlsx")), more...)...)
	}
	tenth := max(b.lines/10, 1000)
	list := []contender{
		{sixChecks, six(b.lines, "six"), nil, b.lines, nil},
		{checksum, []string{"sha256sum", b.export(b.lines)}, nil, b.lines, nil},
	}
	for _, p := range peers {
		list = append(list, contender{p.name, append(slices.Clone(p.program), b.export(b.lines), b.in("tables"), b.in("out", p.output)), p.env, b.lines, nil})
	}
	list = append(list,
		contender{allRules, b.claimaudit(b.lines, "-o", b.in("out", "all.xlsx")), nil, b.lines, nil},
		contender{"claimaudit, six checks, one core", six(b.lines, "one", "--workers", "1"), []string{"GOMAXPROCS=1"}, b.lines, nil},
		contender{"claimaudit, six checks, a tenth", six(tenth, "tenth"), nil, tenth, nil},
	)
	list = append(list, b.quarter()...)
	if b.big > 0 {
		list = append(list,
			contender{"claimaudit, six checks, big", six(b.big, "big"), nil, b.big, nil},
			contender{spilled, six(b.big, "spilled", "--memory", "512MiB"), nil, b.big, nil},
			contender{dense, b.audit(b.denseExport(), "-o", b.in("out", "dense.xlsx"), "--memory", "256MiB"), nil, b.denseLines(), nil},
		)
	}
	return list
}

// measure runs the contenders in turns, after one turn that warms the file cache.
func (b *bench) measure(ctx context.Context, list []contender) ([]result, error) {
	var results []result
	for _, c := range list {
		fmt.Fprintf(b.log, "warming up: %s\n", c.name)
		if _, err := c.run(ctx); errors.Is(err, exec.ErrNotFound) {
			fmt.Fprintf(b.log, "LEFT OUT: %s: %v\n", c.name, err)
			continue
		} else if err != nil {
			return nil, err
		}
		results = append(results, result{contender: c})
	}
	for turn := range b.runs {
		fmt.Fprintf(b.log, "turn %d of %d\n", turn+1, b.runs)
		for i := range results {
			f, err := results[i].run(ctx)
			if err != nil {
				return nil, err
			}
			results[i].runs = append(results[i].runs, f)
		}
	}
	return results, nil
}

// run times the program once.
func (c contender) run(ctx context.Context) (figure, error) {
	if c.before != nil {
		if err := c.before(); err != nil {
			return figure{}, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	cmd := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	cmd.Env = append(os.Environ(), c.env...)
	start := time.Now()
	said, err := cmd.CombinedOutput()
	if err != nil {
		return figure{}, fmt.Errorf("%s: %w\n%s", c.name, err, said)
	}
	state := cmd.ProcessState
	return figure{wall: time.Since(start), cpu: state.UserTime() + state.SystemTime(), peak: peakMemory(state)}, nil
}

// median is the middle of what is told of each run, the upper one of two.
func (r result) median(of func(turn int) float64) float64 {
	values := make([]float64, len(r.runs))
	for turn := range r.runs {
		values[turn] = of(turn)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// printResults prints a row for each contender. The ratio is the median of the turns' ratios, so
// that a slow moment of the machine weighs on both alike.
func printResults(w io.Writer, results []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintln(t, "| program\t| lines\t| seconds\t| of the first\t| core seconds\t| peak MiB\t|")
	fmt.Fprintln(t, "|---\t|---:\t|---:\t|---:\t|---:\t|---:\t|")
	first := results[0]
	for _, r := range results {
		fmt.Fprintf(t, "| %s\t| %s\t| %.2f\t| %.2f\t| %.2f\t| %.0f\t|\n", r.name, strconv.Itoa(r.lines),
			r.median(func(turn int) float64 { return r.runs[turn].wall.Seconds() }),
			r.median(func(turn int) float64 { return r.runs[turn].wall.Seconds() / first.runs[turn].wall.Seconds() }),
			r.median(func(turn int) float64 { return r.runs[turn].cpu.Seconds() }),
			r.median(func(turn int) float64 { return float64(r.runs[turn].peak) / (1 << 20) }))
	}
	return t.Flush()
}

// printGoals prints a line for each goal whose contenders ran: the median of the turns' ratios, and of their peaks.
func printGoals(w io.Writer, results []result) error {
	named := func(name string) *result {
		if i := slices.IndexFunc(results, func(r result) bool { return r.name == name }); i >= 0 {
			return &results[i]
		}
		return nil
	}
	var errs []error
	for _, g := range goals {
		of, than := named(g.of), named(g.than)
		if of == nil || than == nil {
			continue
		}
		ratio := of.median(func(turn int) float64 {
			return of.runs[turn].wall.Seconds() / than.runs[turn].wall.Seconds() * float64(than.lines) / float64(of.lines)
		})
		_, err := fmt.Fprintf(w, "%s: %.2f times %s; at most %.2f: %s\n", g.of, ratio, g.than, g.most, reached(ratio, g.most))
		errs = append(errs, err)
	}
	for _, g := range memoryGoals {
		of := named(g.of)
		if of == nil {
			continue
		}
		peak := of.median(func(turn int) float64 { return float64(of.runs[turn].peak) / (1 << 20) })
		most := g.mib + g.perLine*float64(of.lines)/(1<<20)
		_, err := fmt.Fprintf(w, "%s: %.0f MiB; at most %.0f: %s\n", g.of, peak, most, reached(peak, most))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func reached(figure, most float64) string {
	if figure > most {
		return "missed"
	}
	return "reached"
}
