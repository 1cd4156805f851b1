package page

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"claimaudit/audit"
)

// hostile is a text as a stranger's export may have it in a header or a cell.
const hostile = `<script src="//evil.test/x.js"></script>"><img src=x onerror=alert(1)>`

// fakeDesk is a desk without readers and rules.
type fakeDesk struct {
	folders  string
	findings int
	hold     chan struct{} // an audit waits until it is closed, or cancelled
	fault    error

	mu     sync.Mutex
	audits int
	closed int
}

// made is how many audits were made, and how many of them closed.
func (d *fakeDesk) made() (audits, closed int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.audits, d.closed
}

func (d *fakeDesk) Folder() (string, func() error, error) {
	path, err := os.MkdirTemp(d.folders, ".claimaudit-private-*")
	return path, func() error { return os.RemoveAll(path) }, err
}

func (d *fakeDesk) Fields() []string { return []string{"PatientID", "DOS", "CPT", "Mod1"} }
func (d *fakeDesk) Keeps() string    { return "" }

func (d *fakeDesk) Understand(_ context.Context, _ Request, tell func(string, float64)) ([]Table, error) {
	tell("read 1 MB, 10 rows", 0.2)
	return []Table{{File: "export.csv", Header: "The header is in row 1.", Counts: "3 rows", Columns: []Column{
		{Number: 1, Header: "Acct", Field: "PatientID", Examples: []string{"A999"}}, {Number: 2, Header: hostile, Field: ""}, {Number: 3, Header: "Proc", Field: "CPT"},
	}}}, d.fault
}

func (d *fakeDesk) Audit(ctx context.Context, _ Request, tell func(string, float64)) (Audit, error) {
	tell("read 1 MB, 10 rows", 0.4)
	if d.hold != nil {
		select {
		case <-d.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.audits++
	return &fakeAudit{d}, d.fault
}

func (d *fakeDesk) Explain(what, _ string) (string, error) {
	if what == "unknown" {
		return "", errors.New("there is no such rule")
	}
	return "what " + what + " means", nil
}

func (d *fakeDesk) Save(m Mapping) (string, error) { return "claimaudit.yaml", nil }

type fakeAudit struct{ desk *fakeDesk }

func (a *fakeAudit) Figures() Figures {
	return Figures{Outcome: "Audited.", Tiles: []Figure{{"Lines audited", "3", "of 3"}}}
}

func (a *fakeAudit) Traits(yield func(Traits) bool) {
	for i := range a.desk.findings {
		if !yield(Traits{
			Severity: audit.Severities[i%3], Rule: fmt.Sprintf("rule-%d", i%7), Title: "T", Provider: fmt.Sprintf("P%d", i%11), Payer: hostile,
			Date: fmt.Sprintf("2025-%02d-10", i%12+1), AtRisk: int64(i % 100),
		}) {
			return
		}
	}
}

func (a *fakeAudit) Texts(i int, heads []string) []string {
	texts := make([]string, len(heads))
	for k, head := range heads {
		switch head {
		case "Severity":
			texts[k] = audit.Severities[i%3].String()
		case "Row":
			texts[k] = fmt.Sprint(i)
		case "Rule":
			texts[k] = fmt.Sprintf("rule-%d", i%7)
		default:
			texts[k] = hostile
		}
	}
	return texts
}

func (a *fakeAudit) Encounter(i int) []Line {
	return []Line{{Row: "1", Code: hostile, Findings: []int{i}, Proposed: hostile}, {Row: "2", Other: true}}
}

func (a *fakeAudit) Said() map[int]audit.Disposition                   { return nil }
func (a *fakeAudit) Say(context.Context, int, audit.Disposition) error { return nil }
func (a *fakeAudit) Close() error                                      { a.desk.mu.Lock(); a.desk.closed++; a.desk.mu.Unlock(); return nil }
func (a *fakeAudit) Write(_ context.Context, form, path string, said map[int]audit.Disposition) error {
	return os.WriteFile(path, fmt.Append(nil, form, " ", len(said)), 0o600)
}

// leftIn is what a folder holds.
func leftIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
