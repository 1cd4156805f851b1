package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// runRow is one audit as the history has it.
type runRow struct {
	run       int
	asOf      claim.Date
	inputs    string
	facts     []Fact
	lines     int
	counts    map[audit.State]int
	stillOpen int
}

const runColumns = `SELECT run, as_of, inputs, facts, lines, counts, still_open FROM claimaudit_runs`

func scanRun(row interface{ Scan(...any) error }) (*runRow, error) {
	var r runRow
	var facts, counts string
	if err := row.Scan(&r.run, &r.asOf, &r.inputs, &facts, &r.lines, &counts, &r.stillOpen); err != nil {
		return nil, err
	}
	return &r, errors.Join(json.Unmarshal([]byte(facts), &r.facts), json.Unmarshal([]byte(counts), &r.counts))
}

// lastRuns are the last audits, the newest first.
func (n *Night) lastRuns(ctx context.Context, count int) (list []*runRow, err error) {
	rows, err := n.tx.QueryContext(ctx, n.store.dialect.query(runColumns+` ORDER BY run DESC LIMIT ?`), count)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// readRuns finds out which audit this is: the next, or the last one once more.
func (n *Night) readRuns(ctx context.Context) error {
	last, err := n.lastRuns(ctx, 2)
	if err != nil {
		return err
	}
	if len(last) > 0 && n.same(last[0]) {
		n.again, last = last[0], last[1:]
	}
	n.number = 1
	if len(last) > 0 {
		n.before, n.base, n.number = last[0], last[0].stillOpen, last[0].run+1
	}
	return nil
}

// same tells whether an audit was of the same inputs, by the same knowledge, for the same day.
func (n *Night) same(r *runRow) bool {
	return r.asOf == n.run.AsOf && r.inputs == n.inputs() && len(changed(r.facts, n.run.Facts)) == 0
}

func (n *Night) inputs() string {
	return strings.Join(slices.Sorted(slices.Values(n.run.Inputs)), " ")
}

func (n *Night) factsOf(ctx context.Context, run int) ([]Fact, error) {
	if facts, known := n.facts[run]; known {
		return facts, nil
	}
	r, err := scanRun(n.tx.QueryRowContext(ctx, n.store.dialect.query(runColumns+` WHERE run = ?`), run))
	if err != nil {
		return nil, err
	}
	n.facts[run] = r.facts
	return r.facts, nil
}

const findingColumns = `SELECT fingerprint, rule, patient, claim, day, code, says, encounters, first_run, last_run, state, state_run, before, why, own FROM claimaudit_findings`

func scanFinding(row interface{ Scan(...any) error }) (*finding, error) {
	var f finding
	var says, own int64
	var encounters []byte
	err := row.Scan(&f.fingerprint, &f.rule, &f.patient, &f.claim, &f.day, &f.code, &says, &encounters,
		&f.first, &f.last, &f.state, &f.stateRun, &f.before, &f.why, &own)
	f.says, f.own, f.encounters, f.stored = uint64(says), uint64(own), unpackEncounters(encounters), true
	return &f, err
}

// readFindings reads what the history has of days from the first of this audit on.
func (n *Night) readFindings(ctx context.Context) error {
	rows, err := n.tx.QueryContext(ctx, n.store.dialect.query(findingColumns+` WHERE day >= ?`), int64(n.run.First))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f, err := scanFinding(rows)
		if err != nil {
			return err
		}
		n.past[f.fingerprint] = f
		if f.state == audit.Open {
			n.watch(f)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return errors.Join(n.readSaid(ctx), n.readFloods(ctx))
}

// readSaid reads what reviewers said of them.
func (n *Night) readSaid(ctx context.Context) error {
	rows, err := n.tx.QueryContext(ctx, n.store.dialect.query(`SELECT d.fingerprint, d.disposition, d.owner, d.note, d.reviewed, d.says, d.own
		FROM claimaudit_dispositions d JOIN claimaudit_findings f ON f.fingerprint = d.fingerprint
		WHERE f.day >= ? ORDER BY d.fingerprint, d.number`), int64(n.run.First))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var fingerprint string
		s, err := scanSaid(rows, &fingerprint)
		if err != nil {
			return err
		}
		f := n.past[fingerprint]
		if f == nil {
			continue
		}
		base := baseOf(fingerprint)
		n.answers[base] = slices.DeleteFunc(n.answers[base], func(a answered) bool { return a.fingerprint == fingerprint && a.own == s.own })
		f.said = s // the last word
		n.answers[base] = append(n.answers[base], answered{fingerprint, s})
	}
	return rows.Err()
}

func scanSaid(rows *sql.Rows, fingerprint *string) (*said, error) {
	var s said
	var says, own int64
	err := rows.Scan(fingerprint, &s.Value, &s.Owner, &s.Note, &s.Date, &says, &own)
	s.says, s.own = uint64(says), uint64(own)
	return &s, err
}

// readFinding reads one finding; nil for none.
func (n *Night) readFinding(ctx context.Context, fingerprint string) (*finding, error) {
	f, err := scanFinding(n.tx.QueryRowContext(ctx, n.store.dialect.query(findingColumns+` WHERE fingerprint = ?`), fingerprint))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n.past[fingerprint] = f
	rows, err := n.tx.QueryContext(ctx, n.store.dialect.query(`SELECT fingerprint, disposition, owner, note, reviewed, says, own
		FROM claimaudit_dispositions WHERE fingerprint = ? ORDER BY number`), fingerprint)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if f.said, err = scanSaid(rows, &f.fingerprint); err != nil {
			return nil, err
		}
	}
	return f, rows.Err()
}

// lastNights is how many audits before this one the trend shows.
const lastNights = 10

// trend tells the last audits and this one.
func (n *Night) trend(ctx context.Context, p *audit.Past, lines int) error {
	last, err := n.lastRuns(ctx, lastNights)
	if err != nil {
		return n.store.failed(err)
	}
	slices.Reverse(last)
	for _, r := range last {
		if r.run < n.number {
			p.Trend = append(p.Trend, audit.Night{Run: r.run, AsOf: r.asOf, Lines: r.lines, Counts: r.counts})
		}
	}
	p.Trend = append(p.Trend, audit.Night{Run: n.number, AsOf: n.run.AsOf, Lines: lines, Counts: p.Counts})
	return nil
}

// Record keeps what the audit found, all of it or nothing, and ends the night. The same audit once more
// changes nothing.
func (n *Night) Record(ctx context.Context, p *audit.Past) error {
	if n.again != nil {
		return n.tx.Rollback()
	}
	err := n.writeRun(ctx, p)
	if err == nil {
		err = errors.Join(n.writeFindings(ctx), n.writeFloods(ctx))
	}
	if err != nil {
		return errors.Join(n.store.failed(err), n.tx.Rollback())
	}
	if err := n.tx.Commit(); err != nil {
		return n.store.failed(err)
	}
	return nil
}

func (n *Night) writeRun(ctx context.Context, p *audit.Past) error {
	facts, err := json.Marshal(n.run.Facts)
	if err != nil {
		return err
	}
	counts, err := json.Marshal(p.Counts)
	if err != nil {
		return err
	}
	open := 0
	for _, h := range n.past {
		if h.changed && h.state == audit.Open && h.before != audit.Open {
			open++
		}
	}
	stillOpen := n.base + open - p.Counts[audit.Fixed] - p.Counts[audit.Withdrawn] - n.elsewhere()
	_, err = n.tx.ExecContext(ctx, n.store.dialect.query(`INSERT INTO claimaudit_runs (run, as_of, inputs, facts, lines, counts, still_open) VALUES (?, ?, ?, ?, ?, ?, ?)`),
		n.number, int64(n.run.AsOf), n.inputs(), string(facts), p.Trend[len(p.Trend)-1].Lines, string(counts), stillOpen)
	return err
}

func (n *Night) writeFindings(ctx context.Context) error {
	insert, err := n.tx.PrepareContext(ctx, n.store.dialect.query(`INSERT INTO claimaudit_findings
		(rule, patient, claim, day, code, says, encounters, first_run, last_run, state, state_run, before, why, own, fingerprint)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`))
	if err != nil {
		return err
	}
	defer insert.Close()
	update, err := n.tx.PrepareContext(ctx, n.store.dialect.query(`UPDATE claimaudit_findings SET
		rule = ?, patient = ?, claim = ?, day = ?, code = ?, says = ?, encounters = ?, first_run = ?, last_run = ?, state = ?, state_run = ?, before = ?, why = ?, own = ?
		WHERE fingerprint = ?`))
	if err != nil {
		return err
	}
	defer update.Close()
	for _, h := range n.news {
		if err := h.write(ctx, insert); err != nil {
			return err
		}
	}
	for _, h := range n.past {
		if (h.found || h.changed) && h.stored {
			if err := h.write(ctx, update); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finding) write(ctx context.Context, to *sql.Stmt) error {
	_, err := to.ExecContext(ctx, f.rule, f.patient, f.claim, int64(f.day), f.code, int64(f.says), packEncounters(f.encounters),
		f.first, f.last, int(f.state), f.stateRun, int(f.before), f.why, int64(f.own), f.fingerprint)
	return err
}
