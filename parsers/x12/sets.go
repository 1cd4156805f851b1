package x12

import (
	"fmt"
	"strings"

	"claimaudit/parsers/grid"
)

// kind is a kind of transaction, told by its code and the guide it follows; the first that fits counts.
type kind struct {
	code, guide string // what ST01 is, and what ST03 or GS08 holds
	name        string
	read        bool
	advice      string
}

const billed = "audit the professional claims (837P), or export the claim lines as .xlsx or .csv"

var kinds = []kind{
	{"837", "005010X222", "professional claims (837P)", true, ""},
	{"837", "005010X298", "professional claims after adjudication (837P, X298)", true, ""},
	{"837", "004010X098", "professional claims of the version before 2012 (837P, 4010)", true, ""},
	{"837", "X223", "institutional claims (837I)", false, billed},
	{"837", "X299", "institutional claims after adjudication (837I, X299)", false, billed},
	{"837", "X096", "institutional claims (837I)", false, billed},
	{"837", "X224", "dental claims (837D)", false, billed},
	{"837", "X097", "dental claims (837D)", false, billed},
	{"837", "X", "claims (837) of a guide or version that is not read", false, billed},
	{"835", "", "a remittance (835): what was paid, not what was billed", false, "audit the 837 or an export of charges"},
	{"999", "", "an acknowledgement of syntax (999)", false, billed},
	{"997", "", "an acknowledgement of syntax (997)", false, billed},
	{"824", "", "an application advice (824)", false, billed},
	{"277", "X214", "an acknowledgement of claims (277CA)", false, billed},
	{"277", "X364", "an acknowledgement of claims (277CA)", false, billed},
	{"277", "", "an answer about the status of claims (277)", false, billed},
	{"276", "", "questions about the status of claims (276)", false, billed},
	{"270", "", "questions about eligibility (270)", false, billed},
	{"271", "", "answers about eligibility (271)", false, billed},
	{"274", "", "a list of providers (274)", false, billed},
	{"275", "", "attachments to claims (275)", false, billed},
	{"278", "", "requests for authorization (278)", false, billed},
	{"820", "", "payments of premiums (820)", false, billed},
	{"834", "", "enrolments (834)", false, billed},
}

// unnamed are claims that do not say which guide they follow: their first service tells.
var unnamed = kind{"837", "", "professional claims (837P)", true, ""}

// services are the segments that are a service of claims of one kind, and a guide of that kind.
var services = map[string]string{"SV1": "005010X222", "SV2": "X223", "SV3": "X224"}

func kindOf(code, guide string) kind {
	if code == "837" && guide == "" {
		return unnamed
	}
	for _, k := range kinds {
		if k.code == code && strings.Contains(guide, k.guide) {
			return k
		}
	}
	return kind{code: code, name: fmt.Sprintf("an X12 transaction %.12q", code), advice: billed}
}

// transaction is the transaction set being read.
type transaction struct {
	kind
	number string            // its control number
	claims int               // so far
	heads  map[string]string // by level, the number of the last segment HL
}

// envelopes are what the segments around the loops of claims say.
var envelopes = map[string]func(*reader, segment){
	"ISA": func(r *reader, s segment) {
		r.any = true
		if s.el(15) == "T" {
			r.note("a test file (ISA15 is T): audited all the same", 0)
		}
	},
	"TA1": func(r *reader, s segment) { r.acknowledged = true },
	"GS":  func(r *reader, s segment) { r.guide = s.el(8) },
	"ST": func(r *reader, s segment) {
		guide := s.el(3)
		if guide == "" {
			guide = r.guide
		}
		r.set = transaction{kind: kindOf(s.el(1), guide), number: s.el(2), heads: map[string]string{}}
		r.restart()
		r.tellKind()
	},
	"SE": func(r *reader, s segment) {
		r.endClaim()
		r.set = transaction{}
	},
}

// tellKind keeps what transactions there are, and says so of those that are not plain claims.
func (r *reader) tellKind() {
	switch k := r.set.kind; {
	case !k.read:
		if r.refused.name == "" {
			r.refused = k
		}
		r.pass(k)
	case k.guide == "005010X298", k.guide == "004010X098":
		r.note(k.name, r.at)
		fallthrough
	default:
		r.professional++
	}
}

// other is a kind of transaction beside professional claims.
type other struct {
	kind
	times int
	first string // its control number
}

// pass counts the transaction begun among those that are not read.
func (r *reader) pass(k kind) {
	for i := range r.others {
		if r.others[i].name == k.name {
			r.others[i].times++
			return
		}
	}
	r.others = append(r.others, other{k, 1, r.set.number})
}

func (o other) unread(file string) *grid.KindError {
	what := fmt.Sprintf("%s beside professional claims, in transaction %s", o.name, o.first)
	if o.times > 1 {
		what += fmt.Sprintf(" and %d others", o.times-1)
	}
	return &grid.KindError{File: file, What: what, Advice: o.advice, Claims: o.code == "837"}
}

// tell tells what claims are that name no guide by their first service.
func (r *reader) tell(name string) {
	guide, isService := services[name]
	if !isService || r.set.guide != "" {
		return
	}
	r.set.kind = kindOf("837", guide)
	if !r.set.read {
		r.professional--
		r.tellKind()
		r.restart()
	}
}

// end ends the transmission: one without professional claims is refused by what it is.
func (r *reader) end() error {
	r.endClaim()
	if r.professional > 0 {
		for _, o := range r.others {
			r.file.Unread = append(r.file.Unread, o.unread(r.file.Name))
		}
		return nil
	}
	k := r.refused
	switch {
	case k.name != "":
	case r.acknowledged:
		k = kind{name: "an acknowledgement of a transmission (TA1)", advice: billed}
	default:
		k = kind{name: "an X12 transmission without a transaction in it", advice: billed}
	}
	return &grid.KindError{File: r.file.Name, What: k.name, Advice: k.advice, Claims: k.code == "837"}
}

func (r *reader) note(what string, segment int) { r.file.Notes.Add(what, segment) }
