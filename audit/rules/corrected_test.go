package rules_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
)

var denseBooks = flag.Int("dense-books", 25, "how many dense books TestCorrectedDrawsNothingNew corrects and audits again")

// TestCorrectedDrawsNothingNew audits dense random books with all rules, and audits the corrected lines
// again. Each error and warning then had a ground in the book as billed: see ground. make laws has 10,000 books.
func TestCorrectedDrawsNothingNew(t *testing.T) {
	t.Parallel()
	options := everyRule(t)
	made := newEncounters(options.Catalog)
	changed, edits := 0, 0
	for n := range *denseBooks {
		lines := made.dense(n)
		found, corrected, left := corrected(t, lines, options)
		for _, f := range found {
			edits += len(f.Fix.Edits)
		}
		changed += left
		for _, g := range judged(t, corrected, options) {
			if g.Severity != audit.Review && !names(found, &g) && !ground(t, lines, &g, options) {
				t.Errorf("book %d: nothing in the book as billed is a ground for%s%s", n, describe([]audit.Finding{g}), bookText(lines, corrected))
			}
		}
	}
	t.Logf("%d books, %d lines changed or removed, %d edits", *denseBooks, changed, edits)
	if changed < *denseBooks {
		t.Errorf("%d lines changed in %d books prove little", changed, *denseBooks)
	}
}

// ground tells whether the rule of a finding names a line of the same day and code, or the same
// line, in a book as it was billed. Each rule is asked alone, so that no other speaks for it: on the lines
// as billed, and on the lines with the codes that root causes give them, by which the lines beside them are
// judged too.
func ground(t *testing.T, lines []claim.Line, g *audit.Finding, o engine.Options) bool {
	t.Helper()
	billed := o
	billed.Rules = []*audit.Rule{g.Rule}
	roots := o
	roots.Rules = slices.DeleteFunc(slices.Clone(o.Rules), func(r *audit.Rule) bool { return r.Rank != audit.RootCause })
	renamed := lines
	for _, f := range judged(t, lines, roots) {
		for _, e := range f.Fix.Edits {
			if e.Code != 0 && e.Line.Pos == f.Line.Pos {
				renamed = engine.Apply(renamed, audit.Fix{Edits: []audit.Edit{e}})
			}
		}
	}
	for _, book := range [...][]claim.Line{lines, renamed} {
		if names(judged(t, book, billed), g) {
			return true
		}
	}
	return false
}

// names tells whether the rule of g is among some findings that name its line, or one of its day and code.
func names(found []audit.Finding, g *audit.Finding) bool {
	return slices.ContainsFunc(found, func(f audit.Finding) bool {
		return f.Rule == g.Rule && slices.ContainsFunc(f.Lines(), func(l *audit.Line) bool {
			return l.Pos == g.Line.Pos || l.From == g.Line.From && l.Code == g.Line.Code
		})
	})
}

// corrected audits lines and gives what is found, the lines as corrected, and how many were changed or
// removed.
func corrected(t *testing.T, lines []claim.Line, o engine.Options) (found []audit.Finding, left []claim.Line, changed int) {
	t.Helper()
	o.Correct = true
	o.Sources = []claim.Source{{Columns: 1<<claim.NumFields - 1}}
	body := hold.NewBody(0)
	c := body.Collector()
	for i := range lines {
		c.Line(&lines[i])
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := engine.Run(context.Background(), body, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings.All() {
		found = append(found, *f)
	}
	for i := range report.Corrected.Len() {
		l, change, removed := report.Corrected.At(i)
		if change != "" {
			changed++
		}
		if !removed {
			left = append(left, *l)
		}
	}
	return found, left, changed
}

func bookText(lines, corrected []claim.Line) string {
	var b strings.Builder
	for _, book := range [...][]claim.Line{lines, corrected} {
		b.WriteString("\n--")
		for i := range book {
			l := &book[i]
			fmt.Fprintf(&b, "\n  row %d: %s %s-%s, %s units, %s, %s, POS %s, claim %s, NPI %q, TIN %q, %s",
				l.Pos.Row, l.From, l.Code, l.Mods, l.Units, l.Type, l.Payer, l.POS, l.Claim, l.Rendering, l.TIN, l.Dx[0])
		}
	}
	return b.String()
}
