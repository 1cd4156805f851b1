package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// flagged is one line found wrong by one check. claimaudit reports a code that is wrong wherever it stands once,
// on the first line, and counts the lines.
type flagged struct {
	row   int
	rule  string
	code  string
	count int // of lines
}

func compareFlagged(a, b flagged) int {
	return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.rule, b.rule))
}

// agree audits the export with claimaudit and each peer and compares which lines they flag.
func (b *bench) agree(ctx context.Context, peers []peer, out io.Writer) error {
	path := b.in("out", "six.csv")
	ours := contender{name: "claimaudit", command: b.claimaudit(b.lines, append(onlyFixed(), "-o", path)...)}
	if _, err := ours.run(ctx); err != nil {
		return err
	}
	want, err := readFlags(path)
	if err != nil {
		return err
	}
	var differ []error
	for _, p := range peers {
		path := b.in("out", "flags.csv")
		c := contender{name: p.name, env: p.env, command: append(slices.Clone(p.program), b.export(b.lines), b.in("tables"), path)}
		if _, err := c.run(ctx); err != nil {
			return err
		}
		got, err := readFlags(path)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if differences := compare(want, fold(want, got)); len(differences) > 0 {
			differ = append(differ, fmt.Errorf("%s flags other lines (%d findings of ours, %d of its own):\n%s",
				p.name, lines(want), len(got), strings.Join(differences, "\n")))
			continue
		}
		fmt.Fprintf(out, "%s flags the same: %d findings %s\n", p.name, len(got), counts(got))
	}
	return errors.Join(differ...)
}

// readFlags reads a report with a row and a rule column; a peer's rule cell may name several rules.
func readFlags(path string) ([]flagged, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	row, rule, count := slices.Index(header, "row"), slices.Index(header, "rule"), slices.Index(header, "count")
	code := max(slices.Index(header, "code"), slices.Index(header, "CPT"))
	if row < 0 || rule < 0 || code < 0 {
		return nil, fmt.Errorf("%s: no row, rule or code column", path)
	}
	var all []flagged
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			slices.SortFunc(all, compareFlagged)
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		n, err := strconv.Atoi(record[row])
		if err != nil {
			return nil, fmt.Errorf("%s: row: %w", path, err)
		}
		of := 1
		if count >= 0 && record[count] != "" {
			if of, err = strconv.Atoi(record[count]); err != nil {
				return nil, fmt.Errorf("%s: count: %w", path, err)
			}
		}
		for id := range strings.FieldsSeq(record[rule]) {
			all = append(all, flagged{n, strings.Clone(id), strings.Clone(record[code]), of})
		}
	}
}

// fold leaves of a peer's findings on a code that we report once the first, where it finds as many.
func fold(ours, theirs []flagged) []flagged {
	type wrong struct{ rule, code string }
	once, found := map[wrong]int{}, map[wrong]int{}
	for _, f := range ours {
		if f.count > 1 {
			once[wrong{f.rule, f.code}] = f.count
		}
	}
	for _, f := range theirs {
		found[wrong{f.rule, f.code}]++
	}
	met := map[wrong]bool{}
	return slices.DeleteFunc(slices.Clone(theirs), func(f flagged) bool {
		w := wrong{f.rule, f.code}
		again := met[w]
		met[w] = true
		return again && once[w] == found[w]
	})
}

// lines is how many lines the findings are on, each counted for each check.
func lines(all []flagged) (n int) {
	for _, f := range all {
		n += f.count
	}
	return n
}

// compare lists what only one of two sorted lists has, at most twenty entries.
func compare(ours, theirs []flagged) []string {
	const most = 20
	var found []string
	only := func(who string, f flagged) {
		found = append(found, fmt.Sprintf("  only %s: row %d %s", who, f.row, f.rule))
	}
	for len(ours)+len(theirs) > 0 && len(found) < most {
		switch {
		case len(theirs) == 0 || len(ours) > 0 && compareFlagged(ours[0], theirs[0]) < 0:
			only("claimaudit", ours[0])
			ours = ours[1:]
		case len(ours) == 0 || compareFlagged(ours[0], theirs[0]) > 0:
			only("the peer", theirs[0])
			theirs = theirs[1:]
		default:
			ours, theirs = ours[1:], theirs[1:]
		}
	}
	return found
}

// counts are the findings of each rule, in the rules' order.
func counts(all []flagged) string {
	n := map[string]int{}
	for _, f := range all {
		n[f.rule]++
	}
	var texts []string
	for _, id := range fixedRules {
		texts = append(texts, fmt.Sprintf("%s %d", id, n[id]))
	}
	return "(" + strings.Join(texts, ", ") + ")"
}
