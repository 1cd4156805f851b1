package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// postgresVariable names a PostgreSQL database that tests may make schemas in.
const postgresVariable = "CLAIMAUDIT_POSTGRES"

// histories are the kinds of history there are, each empty.
func histories(t *testing.T) map[string]string {
	t.Helper()
	kinds := map[string]string{"file": filepath.Join(t.TempDir(), "h.history")}
	server := os.Getenv(postgresVariable)
	if server == "" {
		t.Logf("NOT TESTED: histories in PostgreSQL, because %s names no database", postgresVariable)
		return kinds
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	schema := fmt.Sprintf("nights_%d", os.Getpid())
	for _, statement := range []string{"DROP SCHEMA IF EXISTS " + schema + " CASCADE", "CREATE SCHEMA " + schema} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	kinds["database"] = server + "?search_path=" + schema
	return kinds
}

// billedBook is a book that is exported night after night, and corrected between.
type billedBook struct {
	header []string
	rows   [][]string
	at     map[string]int // of the columns
}

func samplePractice(t *testing.T) *billedBook {
	t.Helper()
	return billedIn(t, "../../samples/faults.csv")
}

// billedIn is the book of an export.
func billedIn(t *testing.T, path string) *billedBook {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p := &billedBook{header: rows[0], rows: rows[1:], at: map[string]int{}}
	for i, name := range p.header {
		p.at[name] = i
	}
	return p
}

func (p *billedBook) cell(row []string, column string) string { return row[p.at[column]] }

// export writes the rows of a span of days, and tells the encounters and the rows in it.
func (p *billedBook) export(t *testing.T, path, first, last string) (encounters map[string]bool, written [][]string) {
	t.Helper()
	encounters = map[string]bool{}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{p.header}
	for _, row := range p.rows {
		if dos := p.cell(row, "DOS"); first <= dos && dos <= last {
			rows = append(rows, row)
			encounters[p.cell(row, "PatientID")+" "+dos] = true
		}
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return encounters, rows[1:]
}

// drop takes a row out of the book, as a biller who deletes a charge.
func (p *billedBook) drop(row []string) {
	p.rows = slices.DeleteFunc(p.rows, func(r []string) bool { return slices.Equal(r, row) })
}

// toldNight is what a document says of the history.
type toldNight struct {
	History  map[string]int
	Closed   []struct{ Fingerprint, State string }
	Findings []struct {
		Fingerprint, State, Severity, Message string
		Row, Count                            int
		Fix                                   struct{ Text string }
		Related                               []struct{ Row int }
		Disposition                           struct{ Value, Owner, Note string }
	}
}

func nightIn(t *testing.T, path string) (n toldNight) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ledger is what a history must know, worked out from the documents and the exports alone.
type ledger struct {
	encounters map[string][]string // of each finding, when last seen
	state      map[string]string   // open, fixed
}

// night counts a night again.
func (l *ledger) night(n toldNight, in map[string]bool, encountersOf func(i int) []string) (counts map[string]int, states []string) {
	counts = map[string]int{}
	seen := map[string]bool{}
	for i, f := range n.Findings {
		seen[f.Fingerprint] = true
		state := map[string]string{"": "new", "open": "open", "fixed": "reopened"}[l.state[f.Fingerprint]]
		states = append(states, state)
		counts[state]++
		l.state[f.Fingerprint], l.encounters[f.Fingerprint] = "open", encountersOf(i)
	}
	for mark, state := range l.state {
		switch {
		case state != "open" || seen[mark]:
		case slices.ContainsFunc(l.encounters[mark], func(e string) bool { return !in[e] }):
			counts["unseen"]++
		default:
			counts["fixed"]++
			l.state[mark] = "fixed"
		}
	}
	return counts, states
}

// TestNights audits rolling exports of five nights beside a history. Of what is shown a third is deleted each
// day, and comes back in the last. Each night's numbers are counted again.
func TestNights(t *testing.T) {
	nights := [][2]string{
		{"2024-07-01", "2024-11-15"}, {"2024-08-01", "2024-12-15"}, {"2024-09-01", "2025-01-15"},
		{"2024-10-01", "2025-02-15"}, {"2024-08-01", "2025-03-15"},
	}
	for kind, history := range histories(t) {
		t.Run(kind, func(t *testing.T) {
			p, l := samplePractice(t), &ledger{map[string][]string{}, map[string]string{}}
			dir := t.TempDir()
			var gone [][]string
			total := map[string]int{}
			for n, span := range nights {
				in, out := filepath.Join(dir, fmt.Sprint(n, ".csv")), filepath.Join(dir, fmt.Sprint(n, ".json"))
				if n == len(nights)-1 {
					p.rows = append(p.rows, gone...) // it was right to bill them
				}
				encounters, rows := p.export(t, in, span[0], span[1])
				for _, again := range []bool{false, true} { // the same night once more changes nothing
					status, _, stderr := command(t, "audit", in, "-q", "--as-of", span[1], "--history", history, "-o", out, "--fail-on", "never")
					if status != exitClean {
						t.Fatalf("exit status %d: %s", status, stderr)
					}
					if again {
						continue
					}
					if err := os.Rename(out, out+".first"); err != nil {
						t.Fatal(err)
					}
				}
				sameDocuments(t, out, out+".first")
				told := nightIn(t, out)
				encounterOf := func(row int) string { r := rows[row-2]; return p.cell(r, "PatientID") + " " + p.cell(r, "DOS") }
				counts, states := l.night(told, encounters, func(i int) (list []string) {
					list = append(list, encounterOf(told.Findings[i].Row))
					for _, r := range told.Findings[i].Related {
						list = append(list, encounterOf(r.Row))
					}
					return list
				})
				for i, f := range told.Findings {
					if f.State != states[i] {
						t.Errorf("night %d: %s is %q, want %q", n+1, f.Fingerprint, f.State, states[i])
					}
					if f.State != "open" && i%3 == 0 {
						gone = append(gone, rows[f.Row-2])
						p.drop(rows[f.Row-2])
					}
				}
				for _, state := range []string{"new", "open", "reopened", "fixed", "withdrawn", "unseen"} {
					total[state] += counts[state]
					if told.History[state] != counts[state] {
						t.Errorf("night %d: %d are %s, counted again %d", n+1, told.History[state], state, counts[state])
					}
				}
				if told.History["run"] != n+1 || len(told.Closed) != counts["fixed"] {
					t.Errorf("night %d: run %d with %d closed, want %d", n+1, told.History["run"], len(told.Closed), counts["fixed"])
				}
			}
			for _, state := range []string{"new", "open", "reopened", "fixed", "unseen"} {
				if total[state] == 0 {
					t.Errorf("no finding was ever %s: the nights prove little", state)
				}
			}
		})
	}
}

func sameDocuments(t *testing.T, a, b string) {
	t.Helper()
	one, err := os.ReadFile(a)
	other, missing := os.ReadFile(b)
	if err != nil || missing != nil {
		t.Fatal(err, missing)
	}
	if diff := cmp.Diff(string(one), string(other)); diff != "" {
		t.Errorf("the same night once more differs: %s", diff)
	}
}
