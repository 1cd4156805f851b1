package reports

import (
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Listing reads the findings of a report one by one, in any order, for a page that shows some of them at a time.
// Several goroutines may use it.
type Listing struct {
	mu       sync.Mutex
	view     *view
	findings *reader
	together map[int32][]int32 // the findings of each encounter
}

// Listing lists the findings that are shown. A report that is listed is not written.
func (s *Shown) Listing() *Listing {
	s.view.choose()
	l := &Listing{view: s.view, findings: s.view.newReader(), together: map[int32][]int32{}}
	for i := range s.view.Findings.Len() {
		e := s.view.Findings.Brief(i).Encounter
		l.together[e] = append(l.together[e], int32(i))
	}
	return l
}

// Len is the number of findings.
func (l *Listing) Len() int { return l.view.Findings.Len() }

// Err is the first failure to read a finding back.
func (l *Listing) Err() error { return l.view.Findings.Err() }

// Traits are what findings are chosen and ordered by.
type Traits struct {
	Severity        audit.Severity
	Rule            *audit.Rule
	Provider, Payer string
	Day             claim.Date
	AtRisk          claim.Cents // what Flagged Lines has there; 0 where it is blank
}

// Traits yields those of each finding.
func (l *Listing) Traits(yield func(Traits) bool) {
	provider, payer := columnWith("Provider"), columnWith("Payer")
	r := l.view.newReader()
	for i := range l.Len() {
		b, f := l.view.Findings.Brief(i), r.shown(i)
		t := Traits{Severity: b.Severity, Rule: b.Rule, Provider: provider.text(f), Payer: payer.text(f), Day: b.From}
		if b.Money.Risk() && b.Severity > audit.Review {
			t.AtRisk = b.Amount
		}
		if !yield(t) {
			return
		}
	}
}

// Texts are what the i-th finding has under these heads of Flagged Lines.
func (l *Listing) Texts(i int, heads []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, texts := l.findings.shown(i), make([]string, len(heads))
	for k, head := range heads {
		c := columnWith(head)
		texts[k] = c.text(f)
		if head == "At risk" && !(f.Money.Risk() && f.Severity > audit.Review) {
			texts[k] = ""
		}
	}
	return texts
}

// Billed is a line of an encounter as it was billed, with what is found of it.
type Billed struct {
	Row, Code, Modifiers, Units, Charge, Diagnoses, Provider string

	Day      claim.Date
	Other    bool     // of another day, patient or claim: it stands there because a finding speaks of it
	Proposed []string // the line as the fixes have it
	Findings []int    // on it
	place    claim.Pos
}

// Encounter are the lines that the findings of the i-th one's encounter speak of, in order of their rows, those
// of other encounters last.
func (l *Listing) Encounter(i int) []Billed {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &encounterLines{of: l.view}
	e.here = l.view.Findings.Brief(i).Pos
	for _, n := range l.together[l.view.Findings.Brief(i).Encounter] {
		e.add(l.findings.finding(int(n)), int(n))
	}
	slices.SortStableFunc(e.lines, func(a, b Billed) int {
		if a.Other != b.Other {
			if b.Other {
				return -1
			}
			return 1
		}
		return a.place.Compare(b.place)
	})
	return e.lines
}

type encounterLines struct {
	of    *view
	here  claim.Pos
	lines []Billed
}

// add adds the lines that a finding speaks of, and what it proposes of each. Of one that stands for many lines
// its own alone is of the encounter.
func (e *encounterLines) add(f *audit.Finding, number int) {
	own := e.line(f.Line, f.Line)
	e.lines[own].Findings = append(e.lines[own].Findings, number)
	if f.Count == 0 {
		for _, l := range f.Related {
			e.line(l, f.Line)
		}
	}
	changed := map[int]audit.Edit{}
	for _, edit := range f.Fix.Edits {
		at := e.line(edit.Line, f.Line)
		changed[at] = changed[at].And(edit)
	}
	for at, edit := range changed {
		if b, text := &e.lines[at], ownLine(edit); !slices.Contains(b.Proposed, text) {
			b.Proposed = append(b.Proposed, text)
		}
	}
}

// line is where a line stands among those of the encounter; beside is a line that is of it.
func (e *encounterLines) line(l, beside *audit.Line) int {
	if at := slices.IndexFunc(e.lines, func(b Billed) bool { return b.place == l.Pos }); at >= 0 {
		return at
	}
	e.lines = append(e.lines, Billed{
		Row: e.of.rowText(l.Pos, e.here), Code: l.Billed, Modifiers: l.Mods.String(), Units: units(l), Charge: charge(l), Diagnoses: diagnoses(l), Provider: l.Provider(),
		Day: l.From, Other: l.Patient != beside.Patient || l.From != beside.From, place: l.Pos,
	})
	return len(e.lines) - 1
}

// Figures are what an audit says at a glance.
type Figures struct {
	Tiles []Figure
	Read  string   // which files and how many rows
	Dates string   // the first and the last day of service
	Ages  []string // of tables that are older than lines they judged
	Gaps  []string // why checks could not be made
	Left  []string // what was found and is not shown
}

// Figure is one of them.
type Figure struct{ Head, Figure, Note string }

// Figures are those of the findings that are listed.
func (l *Listing) Figures() Figures {
	b := bulletinOf(l.view, 0)
	f := Figures{Read: b.Read, Dates: b.Dates, Ages: b.Ages, Gaps: b.Gaps, Left: b.Hidden}
	for _, t := range b.Tiles {
		f.Tiles = append(f.Tiles, Figure(t))
	}
	return f
}
