package audit

import (
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Stale says how many lines a CMS table judged that is older than their dates of service, because no
// newer one is in use.
type Stale struct {
	Table    string // its name
	Newest   claim.Date
	Lines    int
	From, To claim.Date // the first and the last date of service concerned
}

// datedKinds are the tables that come anew every quarter or year.
var datedKinds = [...]catalog.Kind{catalog.PairEdits, catalog.UnitLimits, catalog.AddOnCodes, catalog.FeeSchedule}

// stales counts the line under each table that is older than it.
func (t *tally) stales(c *Case, l *Line) {
	for i, kind := range datedKinds {
		if newest, scope := c.Catalog.Newest(kind, l.Scope()); newest != 0 && l.From > newest {
			t.stale[i][scope].add(&Stale{Newest: newest, Lines: 1, From: l.From, To: l.From})
		}
	}
}

func (s *Stale) add(u *Stale) {
	if u.Lines == 0 {
		return
	}
	if s.Lines == 0 || u.From < s.From {
		s.From = u.From
	}
	s.Newest, s.To = u.Newest, max(s.To, u.To)
	s.Lines += u.Lines
}

// staleTables are the tables that are older than lines they judged.
func (t *tally) staleTables() (list []Stale) {
	for i, kind := range datedKinds {
		for scope := range catalog.NumScopes {
			if s := t.stale[i][scope]; s.Lines > 0 {
				s.Table = catalog.Official{Kind: kind, Scope: scope}.Name()
				list = append(list, s)
			}
		}
	}
	return list
}

// tablesFamily is what Coverage puts the rows of tables under.
const tablesFamily = "tables in use"

// staleRows are the rows of Coverage about lines that were checked by an older table.
func staleRows(list []Stale) (rows []Coverage) {
	for _, s := range list {
		rows = append(rows, Coverage{
			Check: s.Table, Family: tablesFamily, Lines: s.Lines, From: s.From, To: s.To, Codes: []string{},
			Reason: "judged by the table that ends on " + s.Newest.String() + ", the newest in use",
		})
	}
	return rows
}
