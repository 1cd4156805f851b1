package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// toldWaiver is what the JSON output says of a waiver.
type toldWaiver struct {
	Row, Findings  int
	Expires, State string
}

// waivedBook is a book of which some findings are waived: all of a rule, those of a rule on a code, all of a
// value that is wrong on many lines, and some of such.
func waivedBook(t *testing.T) book {
	t.Helper()
	b := book{name: "waived", inputs: []string{"../../samples/faults.csv", bookOf(t, 30,
		flooding{"invalid-npi", map[string]string{"RenderingNPI": "1234567890"}, "100.00"},
		flooding{"unknown-place-of-service", map[string]string{"POS": "98"}, "100.00"},
		flooding{"invalid-diagnosis", map[string]string{"Dx1": "M54.5"}, "100.00"},
	)}}
	b.waivers = [][]string{
		{"Rule", "Code", "Claim", "Reason", "Owner", "Expires"},
		{"bundled-pair", "", "", "agreed", "coder", "2025-06-30"},
		{"deleted-code", "62311; 64475", "", "agreed", "coder", "2026-01-01"},
		{"invalid-npi", "", "", "typed so", "front desk", "2026-01-01"},
		{"unknown-place-of-service", "", "C1031; C1032; C1033", "known", "front desk", "2026-01-01"},
		{"bundled-pair", "", "", "said twice", "coder", "2026-01-01"},
		{"invalid-diagnosis", "", "", "last year", "coder", "2025-06-29"},
		{"drug-without-procedure", "99999", "", "never", "coder", "2026-01-01"},
	}
	return b
}

// about tells which waiver of the book a finding falls under, by its row; 0 for none.
func (b *book) about(f *toldFinding) int {
	for i, w := range b.waivers[min(1, len(b.waivers)):] {
		named := func(cell, value string) bool {
			return cell == "" || slices.Contains(strings.Split(strings.ReplaceAll(cell, " ", ""), ";"), value)
		}
		if w[0] == f.Rule && named(w[1], f.Code) && named(w[2], f.Claim) && w[5] >= "2025-06-30" {
			return i + 2
		}
	}
	return 0
}

// checkWaived holds that all that is found without waivers is found with them, and that those findings are
// waived that a waiver is about; of those the ones are shown that are as severe as the least.
func (a *account) checkWaived(t *testing.T, b *book, least string) {
	t.Helper()
	if b.waivers == nil {
		return
	}
	type on struct {
		place
		rule   string
		waived bool
	}
	waived := b.told(t).Waived
	shown := among(waived, func(f *toldFinding) bool { return shows(f, least) })
	if a.unsaid = len(waived) - len(shown); !slices.EqualFunc(shown, a.Waived, func(x, y toldFinding) bool { return x.Fingerprint == y.Fingerprint && x.place == y.place }) {
		t.Errorf("%d waived findings are shown, %d are of that severity; or they are others", len(a.Waived), len(shown))
	}
	got, want := map[on]int{}, map[on]int{}
	for i := range a.all {
		got[on{a.all[i].place, a.all[i].Rule, false}]++
	}
	for _, f := range a.apart(t, waived) {
		got[on{f.place, f.Rule, true}]++
	}
	plain := *b
	plain.waivers = nil
	findings := plain.findings(t)
	for _, f := range a.apart(t, findings) {
		line := f
		line.Claim, line.Code = a.rows[f.place].claim, f.Code
		want[on{f.place, f.Rule, b.about(&line) > 0}]++
	}
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%+v: %d findings, want %d", key, got[key], want[key])
		}
	}
	if len(got) != len(want) || len(waived) < 10 {
		t.Errorf("findings on %d places, want %d; %d are waived", len(got), len(want), len(waived))
	}
	a.keepNames(t, findings)
	a.checkWaivers(t, b, least)
}

// keepNames holds that waivers change no finding's fingerprint, but for those that stand for many lines.
func (a *account) keepNames(t *testing.T, plain []toldFinding) {
	t.Helper()
	names := map[string]bool{}
	for i := range plain {
		names[plain[i].Fingerprint] = true
	}
	for _, f := range slices.Concat(a.Findings, a.Waived) {
		if !names[f.Fingerprint] && f.Rule != "unknown-place-of-service" {
			t.Errorf("%s on %v is %s, which was no fingerprint without waivers", f.Rule, f.place, f.Fingerprint)
		}
	}
}

// checkWaivers counts again what became of each waiver.
func (a *account) checkWaivers(t *testing.T, b *book, least string) {
	t.Helper()
	states := []string{"in use", "in use", "in use", "in use", "repeated", "expired", "unused"}
	for i, w := range a.Waivers {
		found := len(among(a.Waived, func(f *toldFinding) bool { return b.about(f) == w.Row }))
		if w.State == "expired" {
			found = len(among(a.all, func(f *toldFinding) bool { return f.Rule == b.waivers[w.Row-1][0] && !f.under && shows(f, least) }))
		}
		if w.Row != i+2 || w.Findings != found || w.State != states[i] || w.Expires != b.waivers[i+1][5] {
			t.Errorf("waiver %+v, want %d findings, %s", w, found, states[i])
		}
	}
}

func (a *account) waivedLines() [][]string {
	table := [][]string{{"Row", "Code", "Severity", "Rule", "Finding", "Date", "Patient", "Claim", "Provider", "Charge", "File", "Reason", "Waiver owner", "Expires", "Fingerprint"}}
	for _, f := range a.Waived {
		table = append(table, []string{
			strconv.Itoa(f.Row), f.Code, f.Severity, f.Rule, f.Message, serialOf(f.Date), f.Patient, f.Claim, f.Provider, f.Charge, a.calledShort(f.File),
			f.Waiver.Reason, f.Waiver.Owner, serialOf(f.Waiver.Expires), f.Fingerprint,
		})
	}
	return table
}

func (a *account) waiverRows() [][]string {
	table := [][]string{{"Row", "State", "Findings", "Expires"}}
	for _, w := range a.Waivers {
		table = append(table, []string{strconv.Itoa(w.Row), w.State, strconv.Itoa(w.Findings), serialOf(w.Expires)})
	}
	return table
}

// waiversText is what Summary says of the waivers.
func (a *account) waiversText() string {
	expired, back, unused, unsaid := 0, 0, 0, ""
	if a.unsaid > 0 {
		unsaid = fmt.Sprintf("; %d more of lower severity not shown", a.unsaid)
	}
	for _, w := range a.Waivers {
		switch w.State {
		case "expired":
			expired, back = expired+1, back+w.Findings
		case "unused":
			unused++
		}
	}
	return fmt.Sprintf("%s waived, in no figure here%s; %s expired, so that %s back; %s about no finding",
		counted(len(a.Waived), "finding"), unsaid, counted(expired, "waiver"), counted(back, "finding"), counted(unused, "waiver"))
}
