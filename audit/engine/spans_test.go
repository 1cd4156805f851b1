package engine

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

// spanLine is a line from a day of March 2025 to another.
func spanLine(code string, from, to int, units claim.Units, mods ...string) claim.Line {
	l := bill(2, "P", code, 1)
	l.From, l.To = claim.MustDate(fmt.Sprintf("2025-03-%02d", from)), 0
	if to > 0 {
		l.To = claim.MustDate("2025-03-01") + claim.Date(to-1)
	}
	l.Units, l.Charge, l.Mods = units, 10000, claim.Mods(mods...)
	return l
}

// TestSpans holds which days a line for several stands for, and with how many units and cents on each.
func TestSpans(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	facility := spanLine("J1885", 10, 12, 3*claim.One)
	facility.Type = claim.Facility
	for name, c := range map[string]struct {
		line claim.Line
		want string // day, units and charge of each, or none where the line stays
	}{
		"one day":                        {spanLine("99232", 10, 0, 3*claim.One), "none"},
		"to the same day":                {spanLine("99232", 10, 10, 3*claim.One), "none"},
		"backwards":                      {spanLine("99232", 10, 8, 3*claim.One), "none"},
		"one a day":                      {spanLine("99232", 10, 12, 3*claim.One), "10 1 33.33, 11 1 33.34, 12 1 33.33"},
		"two a day":                      {spanLine("J1885", 10, 11, 4*claim.One), "10 2 50.00, 11 2 50.00"},
		"no equal number":                {spanLine("J1885", 10, 12, 4*claim.One), "10 2 100.00"},
		"fewer than days":                {spanLine("J1885", 10, 12, 2*claim.One), "10 1 100.00"},
		"half a unit a day":              {spanLine("J1885", 10, 12, 1500), "10 1 100.00"},
		"a session on each day":          {spanLine("20553", 10, 12, 3*claim.One), "10 1 100.00"},
		"a month":                        {spanLine("G3002", 1, 31, claim.One), "none"},
		"a rental":                       {spanLine("E0720", 1, 31, claim.One, "RR"), "none"},
		"minutes":                        {spanLine("01992", 10, 11, 60*claim.One, "QZ"), "none"},
		"a facility's":                   {facility, "10 1 100.00"},
		"longer than any day is told in": {spanLine("J1885", 1, 32, 32*claim.One), "1 1 100.00"},
		"the longest":                    {spanLine("J1885", 1, 31, 31*claim.One), "31 days"},
		"taken back":                     {spanLine("J1885", 10, 12, -3*claim.One), "none"},
	} {
		j := judge{o: &Options{Catalog: cat}}
		lines := []audit.Line{{Line: c.line}}
		var days []string
		charge := claim.Cents(0)
		for _, d := range j.partSpans(lines) {
			if d.Span == nil {
				days = append(days, "none")
				charge = c.line.Charge
				continue
			}
			charge += d.Charge
			days = append(days, fmt.Sprintf("%d %s %s", int(d.From-claim.MustDate("2025-03-01"))+1, d.Units, d.Charge))
		}
		got := strings.Join(days, ", ")
		if len(days) > 3 {
			got = fmt.Sprintf("%d days", len(days))
		}
		if got != c.want || charge != c.line.Charge {
			t.Errorf("%s: %s of %s, want %s of %s", name, got, charge, c.want, c.line.Charge)
		}
	}
}

// TestSpanFindings holds that what rules say of the days of a span is one finding on its line, with the
// money of those days, without units to set, and that the line is counted once.
func TestSpanFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		units     claim.Units
		on        string // days of March with a finding
		setsUnits bool
		want      string // severity, amount, edits
	}{
		"a day":             {3 * claim.One, "11", false, "error 33.34 1"},
		"two days":          {3 * claim.One, "10 12", false, "error 66.66 1"},
		"all days":          {3 * claim.One, "10 11 12", false, "error 100.00 1"},
		"units set":         {3 * claim.One, "10", true, "error 33.33 0"},
		"uneven":            {4 * claim.One, "10", false, "error 100.00 1"},
		"uneven, units set": {4 * claim.One, "10", true, "warning 100.00 0"},
	} {
		rule := &audit.Rule{ID: "told", Severity: audit.Error, Rank: audit.Policy, Check: func(k *audit.Case, report func(audit.Finding)) {
			for i := range k.Lines {
				l := &k.Lines[i]
				if l.Mods != (claim.Modifiers{}) || !strings.Contains(" "+c.on+" ", fmt.Sprintf(" %d ", int(l.From-claim.MustDate("2025-03-01"))+1)) {
					continue
				}
				edit := audit.SetMods(l, claim.Mods("KX"))
				if c.setsUnits {
					edit = audit.SetQuantity(l, claim.One)
				}
				report(audit.Finding{Line: l, Money: audit.Deny, Message: "told", Fix: audit.Fix{Text: "do", Edits: []audit.Edit{edit}}})
			}
		}}
		line := spanLine("99232", 10, 12, c.units)
		o := testOptions(t)
		o.Rules, o.Sources = []*audit.Rule{rule}, []claim.Source{{Columns: 1<<claim.NumFields - 1}}
		body := hold.NewBody(0)
		k := body.Collector()
		k.Line(&line)
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := Run(t.Context(), body, o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range report.Findings.All() {
			amount, _ := f.AtRisk()
			got = append(got, fmt.Sprintf("%s %s %d", f.Severity, amount, len(f.Fix.Edits)))
			if f.Line.Units != c.units || f.Line.Charge != line.Charge || f.Line.From != line.From || c.units == 3*claim.One && !strings.Contains(f.Message, "3 days") {
				t.Errorf("%s: on %+v: %s", name, f.Line.Line, f.Message)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, ", "), c.want)
		}
		if s := report.Summary; s.Lines != 1 || s.Charge != line.Charge || s.Encounters != 1 || s.FlaggedLines != 1 {
			t.Errorf("%s: %d lines of %s in %d encounters", name, s.Lines, s.Charge, s.Encounters)
		}
	}
}
