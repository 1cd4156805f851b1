package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
)

// What a copy of a sample that is not as the export has it says it names people by: the first word of
// sampling.NamesLabel, behind which it is said what that means.
const (
	namesRedacted = "nobody"
	namesKeyed    = "hashes"
)

// newMask is the mask that the options ask for; nil for none.
func newMask(o Options) *mask {
	if len(o.Deidentify) == 0 && !o.Redact {
		return nil
	}
	return &mask{key: o.Deidentify, redact: o.Redact}
}

// names is what a sample of this mask names people by.
func (m *mask) names() string {
	if m.redact {
		return namesRedacted
	}
	sum := sha256.Sum256(append([]byte("claimaudit sample "), m.key...))
	return namesKeyed + " " + hex.EncodeToString(sum[:4])
}

// namesMean says on How Drawn what stands for names.
func namesMean(names string) string {
	switch names {
	case "":
		return "as the export has them"
	case namesRedacted:
		return names + ": patients and claims are left out, providers and files are numbered. The same seed and exports draw the same units, under the same numbers, with their names"
	}
	return names + ": only the key that this number is of makes the same hashes of patients and claims; providers are named"
}

// sample is a copy of a sample that was just drawn, masked, with the list of all units as the copy has them.
func (m *mask) sample(s *Sample) *Sample {
	if m == nil {
		return s
	}
	drawn := *s.Sample
	drawn.Units, drawn.Strata, drawn.Names = slices.Clone(drawn.Units), slices.Clone(drawn.Strata), m.names()
	m.number(&drawn)
	for i := range drawn.Units {
		d := &drawn.Units[i]
		d.Lines = slices.Clone(d.Lines)
		for k := range d.Lines {
			m.billedLine(&d.Lines[k], drawn.Basis)
		}
		m.unit(d)
	}
	m.strata(&drawn)
	shown := *s
	shown.Sample = &drawn
	shown.Frame = s.Frame.Named(func(u *sampling.Unit) (claimID, patient string) {
		return m.id("claim", u.Claim), m.id("patient", u.Patient)
	})
	drawn.FrameHash = shown.Frame.Hash
	return &shown
}

// billedLine masks a line as it was billed.
func (m *mask) billedLine(l *sampling.Line, basis sampling.Basis) {
	whole := audit.Line{Line: *l.Whole}
	m.line(&whole, new(words))
	*l = sampling.LineOf(&whole.Line, basis)
	if !whole.Payer.Known() { // what is no known payer may be anybody
		l.Payer = whole.Payer.String()
	}
}

// number numbers the providers of a sample, in the order of their own numbers, where they are not to be named.
func (m *mask) number(s *sampling.Sample) {
	if !m.redact {
		return
	}
	var all []string
	add := func(text string) {
		if text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for i := range s.Units {
		add(s.Units[i].Provider)
		for k := range s.Units[i].Lines {
			add(s.Units[i].Lines[k].Provider)
		}
	}
	if s.By == sampling.ByProvider {
		for i := range s.Strata {
			if s.Strata[i].Name != sampling.NoProvider {
				add(s.Strata[i].Name)
			}
		}
	}
	slices.Sort(all)
	m.providers = map[string]string{}
	for i, provider := range all {
		m.providers[provider] = fmt.Sprintf("provider %d", i+1)
	}
}

// unit masks what a drawn unit says of itself.
func (m *mask) unit(d *sampling.Drawn) {
	d.Claim, d.Patient = m.id("claim", d.Claim), m.id("patient", d.Patient)
	if m.redact {
		d.Provider = m.providers[d.Provider]
	}
}

func (m *mask) strata(s *sampling.Sample) {
	for i := range s.Strata {
		if name := m.providers[s.Strata[i].Name]; name != "" && s.By == sampling.ByProvider {
			s.Strata[i].Name = name
		}
	}
}

// Disguise masks a sample that was read back, in place, with what reviewers wrote in it where answers are given and
// what it says of how it was drawn. One that was drawn masked is masked no further than it is not.
func Disguise(s *sampling.Sample, answers [][]sampling.Answer, facts [][2]string, o Options) ([][2]string, error) {
	m := newMask(o)
	if m == nil {
		return facts, nil
	}
	kept := m.asDrawn(s)
	if keyed := strings.HasPrefix(s.Names, namesKeyed); keyed && !m.redact && s.Names != m.names() {
		return nil, errors.New("its ids are hashes that another key has made: give that key")
	}
	if !kept {
		m.number(s)
	}
	for i := range s.Units {
		var said []sampling.Answer
		if answers != nil {
			said = answers[i]
		}
		m.reviewed(&s.Units[i], said, kept)
	}
	m.reviewers(answers)
	if !kept {
		m.strata(s)
		s.Names = m.names()
	}
	return m.facts(facts), nil
}

// asDrawn tells whether the ids and providers of a sample are masked already, as far as this mask does.
func (m *mask) asDrawn(s *sampling.Sample) bool {
	return s.Names == namesRedacted || s.Names != "" && !m.redact
}

// reviewed masks a unit that was read back, and what was written about its lines.
func (m *mask) reviewed(d *sampling.Drawn, answers []sampling.Answer, kept bool) {
	for k := range d.Lines {
		l := &d.Lines[k]
		own := []string{d.Patient, d.Claim, l.Claim}
		l.Code = billed(l.Code, own)
		if !kept {
			l.Claim = m.id("claim", l.Claim)
			if m.redact {
				l.Provider = m.providers[l.Provider]
			}
		}
		if answers == nil {
			continue
		}
		a := &answers[k]
		a.Code = billed(a.Code, own)
		if a.Note != "" {
			a.Note = removed
		}
	}
	if !kept {
		m.unit(d)
	}
}

// reviewers numbers those who reviewed, in a redacted copy.
func (m *mask) reviewers(answers [][]sampling.Answer) {
	if !m.redact {
		return
	}
	numbers := map[string]string{"": ""}
	for i := range answers {
		for k := range answers[i] {
			a := &answers[i][k]
			if _, met := numbers[a.Reviewer]; !met {
				numbers[a.Reviewer] = fmt.Sprintf("reviewer %d", len(numbers))
			}
			a.Reviewer = numbers[a.Reviewer]
		}
	}
}

// ofInput is what How Drawn says of an input, behind its name.
var ofInput = regexp.MustCompile(`^[0-9,]+ rows?, SHA-256 [0-9a-f]{64}$`)

// facts are those of how a sample was drawn that name nobody: settings, files and tables may be called after anybody.
func (m *mask) facts(facts [][2]string) (list [][2]string) {
	inputs, left := 0, 0
	for _, fact := range facts {
		switch {
		case !m.redact || slices.Contains(designLabels, fact[0]):
			list = append(list, fact)
		case ofInput.MatchString(fact[1]):
			inputs++
			list = append(list, [2]string{fmt.Sprintf("input %d", inputs), fact[1]})
		default:
			left++
		}
	}
	if left > 0 {
		list = append(list, [2]string{leftLabel, fmt.Sprintf("%d more facts, which may name somebody: the sample has them", left)})
	}
	return list
}

// mask masks the estimate's own words; its sample is masked when it was read.
func (e *Estimate) mask() *Estimate {
	m := newMask(e.Options)
	if m == nil {
		return e
	}
	shown, judged := *e, *e.Judged
	if m.redact {
		shown.File = "the sample"
	}
	judged.Out = slices.Clone(judged.Out)
	for i := range judged.Out {
		if judged.Out[i].Why != "" {
			judged.Out[i].Why = removed
		}
	}
	shown.Judged = &judged
	return &shown
}

// maskedView is a view of what no audit is reported of, whose pages say whom they name.
func maskedView(version string, asOf claim.Date, o Options) *view {
	return &view{Report: &audit.Report{Version: version, AsOf: asOf}, mask: newMask(o), options: o}
}
