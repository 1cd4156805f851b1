package reports

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// textStart is how the text begins: by it we know it again.
const textStart = "Claim audit, without patients, as of "

// writeText writes the bulletin for a terminal.
func writeText(ctx context.Context, w io.Writer, v *view) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	_, err := io.WriteString(w, bulletinOf(v, pageRules).text())
	return err
}

func (b *bulletin) text() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s%s (claimaudit %s)\n\n%s\nDates of service %s\n\n", textStart, b.AsOf, b.Version, b.Read, b.Dates)
	for _, t := range b.Tiles {
		fmt.Fprintf(&s, "%-18s %12s  %s\n", t.Head, t.Figure, t.Note)
	}
	fmt.Fprintf(&s, "\n%-32s %8s %8s %14s\n", "Severity", "Findings", "Lines", "At risk")
	for _, f := range b.Severities {
		fmt.Fprintf(&s, "%-32s %8s %8s %14s\n", f.Name, thousands(f.Findings), thousands(f.Lines), exactly(f.AtRisk))
	}
	b.pastText(&s)
	if len(b.Rules) == 0 {
		s.WriteString("\nNo rule found anything.\n")
	} else {
		fmt.Fprintf(&s, "\n%-32s %8s %-8s %14s %13s\n", "Rule", "Findings", "", "At risk", "Missed")
	}
	for _, r := range b.Rules {
		fmt.Fprintf(&s, "%-32s %8s %-8s %14s %13s\n", r.ID, thousands(r.Findings), r.Severity, exactly(r.AtRisk), exactly(r.Missed))
	}
	if b.MoreRules > 0 {
		fmt.Fprintf(&s, "and %s\n", plural(b.MoreRules, "more rule"))
	}
	s.WriteString("\nTables\n")
	for _, age := range b.Ages {
		s.WriteString("  " + age + "\n")
	}
	for _, t := range b.Tables {
		s.WriteString("  " + strings.TrimSpace(t.Name+" "+t.Effective) + "\n")
	}
	b.gapsText(&s)
	return s.String()
}

// pastText says what the history tells, where one is kept.
func (b *bulletin) pastText(s *strings.Builder) {
	if len(b.States) == 0 {
		return
	}
	s.WriteString("\nSince the last audit\n")
	for _, state := range b.States {
		fmt.Fprintf(s, "  %-10s %8s  %s\n", state.Name, thousands(state.Count), state.Means)
	}
	if len(b.Changed) > 0 {
		fmt.Fprintf(s, "  changed since the audit before: %s\n", strings.Join(b.Changed, ", "))
	}
}

func (b *bulletin) gapsText(s *strings.Builder) {
	s.WriteString("\nNot checked\n")
	for _, text := range append(b.Hidden, b.Gaps...) {
		s.WriteString("  " + text + "\n")
	}
	switch {
	case b.MoreGaps > 0:
		fmt.Fprintf(s, "  and for %s\n", plural(b.MoreGaps, "more reason"))
	case len(b.Gaps) == 0:
		s.WriteString("  nothing: every check ran on every line it concerns\n")
	}
}

// briefRules is how many rules are named in brief.
const briefRules = 4

// Brief says in about ten lines what was audited and found, for who sits at the terminal; next is where
// to look. Write must have been called.
func (s *Shown) Brief(next string) string {
	b := bulletinOf(s.view, briefRules)
	sum := &s.view.Summary
	lines := []string{
		b.Read + "; dates of service " + b.Dates,
		fmt.Sprintf("%s flagged (%s): %s, %s, %s; %s at risk, %s in review, %s missed", plural(sum.FlaggedLines, "line"), share(sum.FlaggedLines, sum.Lines),
			plural(b.Severities[0].Findings, b.Severities[0].Name), plural(b.Severities[1].Findings, b.Severities[1].Name), plural(b.Severities[2].Findings, b.Severities[2].Name),
			round(sum.ChargeAtRisk), round(sum.ChargeInReview), round(sum.MissedRevenue)),
	}
	for _, r := range b.Rules {
		lines = append(lines, fmt.Sprintf("  %-28s %7s  %12s at risk  %s", r.ID, thousands(r.Findings), round(r.AtRisk), r.Title))
	}
	if b.MoreRules > 0 {
		lines = append(lines, "  and "+plural(b.MoreRules, "more rule"))
	}
	if b.History != "" {
		lines = append(lines, b.History)
	}
	lines = append(lines, b.Hidden[:min(2, len(b.Hidden))]...)
	for _, age := range b.Ages[:min(1, len(b.Ages))] {
		lines = append(lines, "tables: "+age+"; claimaudit tables tells more")
	}
	return strings.Join(append(lines, next), "\n") + "\n"
}
