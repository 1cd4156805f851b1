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
		t := Traits{Severity: b.Severity, Rule: f.Rule, Provider: provider.text(f), Payer: payer.text(f), Day: f.Line.From}
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
		if head == "At risk" && (!f.Money.Risk() || f.Severity <= audit.Review) {
			texts[k] = ""
		}
	}
	return texts
}

// Billed is a line of an encounter as it was billed, with what is found of it.
type Billed struct {
	Row, Code, Modifiers, Units, Charge, Diagnoses, Provider string

	Day      claim.Date
	Other    bool   // of another encounter: it stands there because a finding speaks of it
	Proposed string // the line as the fixes have it; blank where they leave it as it is
	Findings []int  // on it
	place    claim.Pos
}

// Encounter are the lines of the i-th finding's encounter, the clean ones too, in order of their rows; behind them those
// of other encounters that its findings speak of.
func (l *Listing) Encounter(i int) []Billed {
	l.mu.Lock()
	defer l.mu.Unlock()
	here := l.view.Findings.Brief(i)
	var lines []Billed
	for _, line := range l.findings.encounter(here.Encounter) {
		b := l.billed(line.Line, here.Pos)
		b.Proposed = proposedLine(line.Fixed)
		lines = append(lines, b)
	}
	own := len(lines)
	for _, n := range l.together[here.Encounter] {
		f := l.findings.finding(int(n))
		if at := indexOf(lines, f.Line.Pos); at >= 0 {
			lines[at].Findings = append(lines[at].Findings, int(n))
		}
		for _, other := range f.Related {
			if f.Count == 0 && indexOf(lines, other.Pos) < 0 { // of one that stands for many lines they are alike, and many
				b := l.billed(other, here.Pos)
				b.Other = true
				lines = append(lines, b)
			}
		}
	}
	slices.SortFunc(lines[own:], func(a, b Billed) int { return a.place.Compare(b.place) })
	return lines
}

func indexOf(lines []Billed, at claim.Pos) int {
	return slices.IndexFunc(lines, func(b Billed) bool { return b.place == at })
}

// billed is a line for who looks at another one.
func (l *Listing) billed(line *audit.Line, here claim.Pos) Billed {
	return Billed{
		Row: l.view.rowText(line.Pos, here), Code: line.Billed, Modifiers: line.Mods.String(), Units: units(line), Charge: charge(line),
		Diagnoses: diagnoses(line), Provider: line.Provider(), Day: line.From, place: line.Pos,
	}
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
