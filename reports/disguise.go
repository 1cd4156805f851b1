package reports

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// mask replaces what names a patient, as the list of a line's fields says (claim.Privacy): ids by
// hashes; dates of birth, narratives and what else could name somebody is left out, in lines and in what
// findings say of them, and so are cells that could hold anything.
type mask struct {
	key    []byte
	redact bool
	// Of a redacted copy: the inputs, and what stands for each provider.
	inputs    []input
	providers map[string]string
}

// input is an input's name and what stands for it.
type input struct{ name, number string }

// report is the report with what it says of providers and inputs masked as far as need be. Findings
// are masked when they are asked for.
func (m *mask) report(r *audit.Report) *audit.Report {
	shown := *r
	shown.Waivers = m.waivers(r.Waivers)
	shown.UnknownPayers = slices.Clone(r.UnknownPayers)
	for i := range shown.UnknownPayers { // what is no known payer may be anybody
		shown.UnknownPayers[i].Name = fmt.Sprintf("payer %d", i+1)
	}
	if !m.redact {
		return &shown
	}
	shown.Providers = slices.Clone(r.Providers)
	m.providers = map[string]string{}
	for i := range shown.Providers {
		if p := &shown.Providers[i]; p.ID != "" {
			m.providers[p.ID] = fmt.Sprintf("provider %d", len(m.providers)+1)
			p.ID = m.providers[p.ID]
		}
	}
	shown.Sources = m.sources(r.Sources)
	shown.Answers = m.answers(r.Answers)
	shown.PassedOver = slices.Clone(r.PassedOver)
	for i := range shown.PassedOver {
		shown.PassedOver[i].File = fmt.Sprintf("file %d", i+1)
	}
	return &shown
}

// provider is what stands for the provider of a line in figures: in a redacted copy a number, by which they
// can be told apart.
func (m *mask) provider(l *audit.Line) string {
	if m == nil || !m.redact {
		return l.Provider()
	}
	return m.providers[l.Provider()]
}

// sources numbers the inputs instead of naming them: exports are named after doctors, and sheets
// after patients.
func (m *mask) sources(named []claim.Source) []claim.Source {
	list := slices.Clone(named)
	numbers := map[string]string{}
	for i := range list {
		s := &list[i]
		if numbers[s.File] == "" {
			numbers[s.File] = fmt.Sprintf("input %d", len(numbers)+1)
		}
		m.inputs = append(m.inputs, input{s.File, numbers[s.File]})
		s.File = numbers[s.File]
		if s.Sheet != "" {
			s.Sheet = fmt.Sprintf("sheet %d", i+1)
		}
		s.Notes = slices.Clone(s.Notes)
		for k, note := range s.Notes {
			s.Notes[k] = withoutName(note)
		}
	}
	return list
}

// answers are payers' answers without the names of the files that told them.
func (m *mask) answers(a *audit.Answers) *audit.Answers {
	if a == nil {
		return nil
	}
	shown := *a
	shown.Remittances = slices.Clone(a.Remittances)
	for i := range shown.Remittances {
		s := &shown.Remittances[i].Source
		s.File = fmt.Sprintf("remittance %d", i+1)
		s.Sheet, s.Headers = "", nil
		s.Notes = slices.Clone(s.Notes)
		for k, note := range s.Notes {
			s.Notes[k] = withoutName(note)
		}
	}
	return &shown
}

// withoutName leaves out of a note the name of a sheet that was not read, or of a saved mapping, which
// is called after an export.
func withoutName(note string) string {
	const mapping, unread = "read by the saved mapping ", " was not read: "
	if strings.HasPrefix(note, mapping) {
		return "read by a saved mapping"
	}
	if at := strings.LastIndex(note, unread); at >= 0 && strings.HasPrefix(note, "sheet ") {
		return "a sheet" + note[at:]
	}
	return note
}

// finding masks a finding, whose lines are its own.
func (m *mask) finding(f *audit.Finding) {
	var words words
	for _, l := range f.Lines() {
		m.line(l, &words)
	}
	f.Message, f.Fix.Text = words.replace(f.Message), words.replace(audit.UnnamedCopies(f.Fix.Text))
	if f.Value != nil {
		f.Value = &audit.Value{Field: f.Value.Field, Text: m.id("value", f.Value.Text)}
	}
}

// copied is a copy of a finding, masked.
func (m *mask) copied(f *audit.Finding) *audit.Finding {
	lines := map[*audit.Line]*audit.Line{}
	for _, l := range f.Lines() {
		own := *l
		lines[l] = &own
	}
	c := *f
	c.Line, c.Related, c.Fix.Edits = lines[f.Line], slices.Clone(f.Related), slices.Clone(f.Fix.Edits)
	for i, l := range c.Related {
		c.Related[i] = lines[l]
	}
	for i := range c.Fix.Edits {
		c.Fix.Edits[i].Line = lines[c.Fix.Edits[i].Line]
	}
	m.finding(&c)
	return &c
}

// waivers are waivers without what somebody wrote in them, which may name anybody.
func (m *mask) waivers(list []audit.Waiver) []audit.Waiver {
	list = slices.Clone(list)
	for i := range list {
		w := &list[i]
		w.Reason = removed
		if m.redact {
			w.File, w.Owner = "", removed
		}
	}
	return list
}

// corrected masks a corrected line and what is said of its change.
func (m *mask) corrected(l *audit.Line, change string) string {
	var words words
	m.line(l, &words)
	return words.replace(change)
}

// line masks a line, and adds to the words what stands for what in the texts about it.
func (m *mask) line(l *audit.Line, w *words) {
	own, provider := []string{l.Patient, l.Claim, l.LineID}, m.provider(l)
	m.ids(l, w)
	for f := range claim.NumCarried {
		m.field(l, f, own, w)
	}
	for _, fault := range l.Faults {
		if fault.Field.Privacy() == claim.Hidden || !harmless(fault.Text, own) {
			w.text(fault.Text)
		}
	}
	l.Faults = nil
	if m.redact {
		l.Rendering = provider
		in := m.inputs[l.Pos.Input]
		w.add(" in "+in.name, " in "+in.number)
	}
}

// field masks what is no id of a patient or claim, as the list of the fields says.
func (m *mask) field(l *audit.Line, f claim.Field, own []string, w *words) {
	switch f.Privacy() {
	case claim.Hidden:
		for _, text := range f.Values(&l.Line) {
			w.text(text)
		}
		f.Clear(&l.Line)
	case claim.Unsaid:
		f.Clear(&l.Line)
	case claim.Shaped:
		shaped(l, f, own, w)
	case claim.Business:
		if m.redact {
			for _, text := range f.Values(&l.Line) {
				w.id(text, "", "NPI ")
			}
			f.Clear(&l.Line)
		}
	}
}

func (m *mask) ids(l *audit.Line, w *words) {
	if shown := m.patient(l); shown != l.Patient {
		w.id(l.Patient, shown, "patient ", "patient id ")
		l.Patient = shown
	}
	for f := range claim.NumCarried {
		if id, ok := f.At(&l.Line).(*string); ok && f.Privacy() == claim.Pseudonym && f != claim.FieldPatient {
			what := strings.ToLower(strings.TrimSuffix(f.Name(), "ID"))
			shown := m.id(what, *id)
			w.id(*id, shown, what+" ")
			*id = shown
		}
	}
}

// shaped shows the code's or the diagnoses' shape where they can be none; own are the line's ids.
func shaped(l *audit.Line, f claim.Field, own []string, w *words) {
	if cell := f.Written(&l.Line); cell != nil {
		if shown := billed(*cell, own); shown != *cell {
			w.add(*cell, shown)
			*cell = shown
		}
	}
	list, ok := f.At(&l.Line).(*[12]claim.Diagnosis)
	if !ok {
		return
	}
	for i, d := range list {
		if shown := diagnosis(d, own); shown != d {
			w.add(d.Text(), shown.Text())
			w.add(d.String(), shown.String())
			list[i] = shown
		}
	}
}

// patient is what stands for the patient's id; a placeholder names nobody and stays, but of a
// number that was rounded there are digits left.
func (m *mask) patient(l *audit.Line) string {
	if l.Anonymous && !l.Bad.Has(claim.FieldPatient) {
		return l.Patient
	}
	return m.id("patient", l.Patient)
}

// shownIDs are the patient and the claim of a line as outputs show them.
func (m *mask) shownIDs(l *audit.Line) (patient, claimID string) {
	if m == nil {
		return l.Patient, l.Claim
	}
	return m.patient(l), m.id("claim", l.Claim)
}

// id is what stands for an id: a hash that only the key's holder can make again, or nothing.
func (m *mask) id(what, id string) string {
	if id == "" || m.redact {
		return ""
	}
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(what + "\x00" + id))
	return strings.ToUpper(what[:1]) + hex.EncodeToString(h.Sum(nil)[:8])
}

// billed is the code cell, or its shape where it holds no code: in an export whose columns have
// slipped that is a name or a date of birth.
func billed(cell string, own []string) string {
	if code, err := claim.ParseCode(cell); err == nil && code.Shaped() || harmless(cell, own) {
		return cell
	}
	return shape(cell)
}

// diagnosis is the diagnosis, or its shape where it can be none.
func diagnosis(d claim.Diagnosis, own []string) claim.Diagnosis {
	if d == 0 || d.Shaped() || harmless(d.Text(), own) {
		return d
	}
	masked, err := claim.ParseDiagnosis(shape(d.Text()))
	if err != nil {
		return 0
	}
	return masked
}

// shape is a text with all digits and letters made alike.
func shape(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsDigit(c):
			return '9'
		case unicode.IsLetter(c):
			return 'A'
		}
		return c
	}, s)
}

// harmless tells whether a text is too short to name anybody, as a code that lost a digit is, or a
// quantity with a letter in it; own are the ids of its line, which it may not be.
func harmless(s string, own []string) bool {
	const most = 5
	digits := 0
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z' && c < 'a' || c > 'z':
			return false
		}
	}
	return digits > 0 && len(s) <= most && !slices.Contains(own, s)
}

const removed = "[removed]"

// words are what is replaced in texts, each with what stands for it.
type words []struct{ word, by string }

func (w *words) add(word, by string) {
	if word != "" {
		*w = append(*w, struct{ word, by string }{word, by})
	}
}

// id adds an id. A number that could as well be a code, a year or a quantity is replaced only where
// a text says what it is.
func (w *words) id(id, by string, labels ...string) {
	if by == "" {
		by = removed
	}
	if len(id) > 3 && (len(id) > 5 || strings.Trim(id, "0123456789") != "") {
		w.add(id, by)
		return
	}
	for _, label := range labels {
		if id != "" {
			w.add(label+id, label+by)
		}
	}
}

// text adds a text that is left out: wherever it stands in quotes, and by itself when it is long
// enough to be told from other words.
func (w *words) text(s string) {
	if s == "" {
		return
	}
	w.add(strconv.Quote(s), strconv.Quote(removed))
	if len(s) > 3 {
		w.add(s, removed)
	}
}

// replace replaces the words where they stand by themselves, the longest first: one may be part of
// another.
func (w words) replace(s string) string {
	slices.SortStableFunc(w, func(a, b struct{ word, by string }) int { return len(b.word) - len(a.word) })
	for _, pair := range w {
		s = replaceWord(s, pair.word, pair.by)
	}
	return s
}

func replaceWord(s, word, by string) string {
	for from := 0; ; {
		at := strings.Index(s[from:], word)
		if at < 0 {
			return s
		}
		at += from
		end := at + len(word)
		if joined(s, at) || joined(s, end) {
			from = at + 1
			continue
		}
		s, from = s[:at]+by+s[end:], at+len(by)
	}
}

// joined tells whether a letter or digit stands on both sides of a place in the text.
func joined(s string, at int) bool {
	return at > 0 && at < len(s) && alphanumeric(s[at-1]) && alphanumeric(s[at])
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
