package rules

import (
	"regexp"
	"strings"
	"testing"

	"claimaudit/audit/rules/shapes"
)

// TestHelpFollowsTheRows holds that a limit or a first day of sessions stands once: who changes the
// row changes the help.
func TestHelpFollowsTheRows(t *testing.T) {
	t.Parallel()
	figure := regexp.MustCompile(`[0-9]{2,} days|[0-9]{4}-[0-9]{2}-[0-9]{2}`)
	seen := 0
	for row := range mustRows[ruleRow]("rules.csv") {
		list := shapes.FiguresOf(row.Shape, row.ID)
		if list == nil {
			continue
		}
		if found := figure.FindString(row.Means + row.Right); found != "" {
			t.Errorf("the help of %s repeats %s, which its rows say", row.ID, found)
		}
		if !strings.Contains(row.Means, "{") {
			continue
		}
		seen++
		help := shapes.Told(row.Means, list)
		for i := range list {
			list[i].Limit++
			list[i].Days += 7
			list[i].From++
		}
		if changed := shapes.Told(row.Means, list); changed == help {
			t.Errorf("the help of %s stays as it is when its rows change: %s", row.ID, help)
		}
	}
	if seen < 10 {
		t.Errorf("the help of %d rules takes figures from their rows", seen)
	}
}

// TestLimitInHelp holds the words of one rule, as they are and with another limit.
func TestLimitInHelp(t *testing.T) {
	t.Parallel()
	const text = "Contractors pay {limit 1} sessions in {days 1} days; from {from 1} on. {Limit 1}, {over nth 1}, {years 1}."
	rows := shapes.FiguresOf("sessions", "epidural-over-limit")
	if got, want := shapes.Told(text, rows), "Contractors pay four sessions in 365 days; from 2021-12-05 on. Four, fifth, a year."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rows[0].Limit = 6
	if got := shapes.Told(text, rows); !strings.Contains(got, "pay six sessions") || !strings.Contains(got, "seventh") {
		t.Errorf("the limit of the row is 6, and the help says: %s", got)
	}
}
