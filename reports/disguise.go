package reports

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// mask replaces what names a patient: patient and claim ids; birth dates and narratives are left
// out, in lines and in what findings say of them.
type mask struct {
	key    []byte
	redact bool
}

// report is the report with what it says of providers masked as far as need be. Findings are
// masked when they are asked for.
func (m *mask) report(r *audit.Report) *audit.Report {
	if !m.redact {
		return r
	}
	shown := *r
	shown.Providers = make([]audit.Provider, 1)
	for i := range r.Providers {
		shown.Providers[0].Add(&r.Providers[i])
	}
	return &shown
}

// finding masks a finding, whose lines are its own.
func (m *mask) finding(f *audit.Finding) {
	words := m.words(f)
	f.Message, f.Fix.Text = words.Replace(f.Message), words.Replace(f.Fix.Text)
	for _, l := range f.Lines() {
		m.line(l)
	}
}

func (m *mask) line(l *audit.Line) {
	l.Patient, l.Claim = m.patient(l), m.id("claim", l.Claim)
	l.Birth, l.Narrative, l.Auth, l.Faults = 0, "", "", nil
	if m.redact {
		l.Rendering, l.Billing, l.TIN = "", "", ""
	}
}

// patient is what stands for the patient's id; a placeholder names nobody and stays.
func (m *mask) patient(l *audit.Line) string {
	if l.Anonymous {
		return l.Patient
	}
	return m.id("patient", l.Patient)
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

const removed = "[removed]"

// words replaces in a finding's texts what its lines are masked of. Words shorter than four
// characters are left: they would be found in every number.
func (m *mask) words(f *audit.Finding) *strings.Replacer {
	var pairs []string
	add := func(word, by string) {
		if len(word) >= 4 {
			pairs = append(pairs, word, by)
		}
	}
	for _, l := range f.Lines() {
		if !l.Anonymous {
			add(l.Patient, orRemoved(m.patient(l)))
		}
		add(l.Claim, orRemoved(m.id("claim", l.Claim)))
		add(l.Birth.String(), removed)
		add(l.Narrative, removed)
		add(l.Auth, removed)
		for _, fault := range l.Faults {
			if fault.Field != claim.FieldUnits && fault.Field != claim.FieldCharge {
				add(fault.Text, removed)
			}
		}
		if m.redact {
			add(l.Rendering, removed)
			add(l.Billing, removed)
			add(l.TIN, removed)
		}
	}
	return strings.NewReplacer(pairs...)
}

func orRemoved(s string) string {
	if s == "" {
		return removed
	}
	return s
}
