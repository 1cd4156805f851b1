package parsers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestAmountsPaid: what was paid tells the copies of a charge from each other where the export repeats
// charges, or tells how or when they were paid; where one charge of many stands twice it was billed twice.
func TestAmountsPaid(t *testing.T) {
	for _, c := range []struct {
		name, header, paid string
		charges, twice     int
		want               bool
	}{
		{"one charge of thirty stands twice", "Paid", "20", 30, 1, false},
		{"every third charge stands twice", "Paid", "20", 30, 10, true},
		{"the number of the check is told", "Check #", "4711", 30, 1, true},
		{"no check and no day", "Check #|Payment Date", "0|00/00/0000", 30, 0, false},
		{"the way of the payment is told", "Payment Type|Paid", "Insurance|20", 30, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := [][]string{append([]string{"PatientID", "DOS", "CPT"}, strings.Split(c.header, "|")...)}
			for i := range c.charges {
				charge := []string{fmt.Sprintf("P%d", i), "2025-03-10", "64483"}
				rows = append(rows, slices.Concat(charge, strings.Split(c.paid, "|")))
				if i < c.twice {
					rows = append(rows, slices.Concat(charge, strings.Split(c.paid+"1", "|")))
				}
			}
			for _, l := range readText(t, table(rows...)).lines {
				if got := l.Payment != 0; got != c.want {
					t.Fatalf("row %d tells of a payment: %v, want %v", l.Pos.Row, got, c.want)
				}
			}
		})
	}
}
