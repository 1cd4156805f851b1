package x12

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// reader follows the loops of claims: what was said of the biller holds until the next biller, of the
// subscriber and the payer until the next subscriber, of the claim until the next claim.
type reader struct {
	file *grid.File
	out  *rows
	at   int // the segment being read

	guide        string // of the group
	any          bool
	acknowledged bool // there is a TA1 segment
	professional int  // transactions that are read
	refused      kind // of the first that is not
	others       []other
	set          transaction

	who     *party // whom the segments behind the last NM1 tell of
	biller  biller
	insured insured
	patient *person // when it is another than the subscriber
	claim   *service
	line    *service
	sum     claim.Cents // of the claim's lines so far
	lines   int
	other   bool // the claim's segments tell of another payer
}

// party is someone a NM1 segment names.
type party struct {
	id, name, state string
	isPerson        bool
	person          *person // for a birth date and the like
}

// person is a subscriber or a patient. A first name only tells a family's members apart.
type person struct{ id, birth, sex, first string }

type biller struct {
	party
	tin string
}

// insured is the subscriber's loop.
type insured struct {
	person
	payer                                party
	sequence, relation, plan, filingCode string
}

// service is what a claim or a service line says; a line's blanks are the claim's.
type service struct {
	id, frequency, place, charge string
	original, auth, lineID       string
	from, to                     string
	days                         int // dates of service it has
	rendering, facility          *party
	notes                        []string
	diagnoses                    []string
	code                         string
	mods                         []string
	units, pointers              string
	allowed                      string
	paid                         claim.Cents
	isPaid                       bool
	denials                      []string
	billed                       bool // there was a segment SV1
	fault                        string
	at                           int // its first segment
}

// restart forgets all loops: a transaction begins.
func (r *reader) restart() {
	r.claim, r.line, r.other, r.out.open = nil, nil, false, -1
	r.level20()
}

func (r *reader) level20() {
	r.biller = biller{}
	r.level22()
}

func (r *reader) level22() {
	r.insured, r.patient = insured{}, nil
}

// loops are what the segments of claims say.
var loops = map[string]func(*reader, segment){
	"HL": (*reader).hl, "SBR": (*reader).sbr, "NM1": (*reader).nm1, "N4": (*reader).n4, "DMG": (*reader).dmg,
	"REF": (*reader).ref, "CLM": (*reader).clm, "HI": (*reader).hi, "DTP": (*reader).dtp, "NTE": (*reader).nte,
	"LX": (*reader).lx, "SV1": (*reader).sv1, "SV2": (*reader).otherService, "SV3": (*reader).otherService,
	"SVD": (*reader).svd, "CAS": (*reader).cas, "AMT": (*reader).amt, "HCP": (*reader).hcp, "BHT": (*reader).bht,
}

// The levels of the hierarchy.
const (
	billerLevel     = "20"
	subscriberLevel = "22"
	patientLevel    = "23"
)

// parents are the levels above.
var parents = map[string]string{subscriberLevel: billerLevel, patientLevel: subscriberLevel}

// hl begins a biller, a subscriber or a patient, by the order of the segments: numbers and parents are
// often wrong.
func (r *reader) hl(s segment) {
	r.endClaim()
	r.who = nil
	level := s.el(3)
	if above := parents[level]; above != "" && s.el(2) != r.set.heads[above] {
		r.note("HL segments that name another parent than the one before them: read by their order", r.at)
	}
	r.set.heads[level] = s.el(1)
	switch level {
	case billerLevel:
		r.level20()
	case subscriberLevel:
		r.level22()
	case patientLevel:
		r.patient = &person{}
	}
}

// sbr begins a subscriber; behind a claim it is that of another payer.
func (r *reader) sbr(s segment) {
	if r.claim != nil {
		r.endLine()
		r.other, r.who = true, nil
		return
	}
	i := &r.insured
	i.sequence, i.relation, i.plan, i.filingCode = s.el(1), s.el(2), s.el(4), s.el(9)
}

// nm1 names a party of the loop that it stands in.
func (r *reader) nm1(s segment) {
	p := &party{id: s.el(9), name: s.el(3), isPerson: s.el(2) == "1"}
	r.who = p
	switch part := s.el(1); {
	case r.claim != nil && r.other && r.line == nil: // the other payer's
		r.who = nil
	case r.claim != nil:
		r.provider(part, p)
	case part == "85":
		r.biller = biller{party: *p}
		r.biller.tin = ""
		r.who = &r.biller.party
	case part == "IL":
		r.insured.id, r.insured.first = s.el(9), s.el(4)
		p.person = &r.insured.person
	case part == "QC":
		if r.patient == nil {
			r.patient = &person{}
		}
		r.patient.id, r.patient.first = s.el(9), s.el(4)
		p.person = r.patient
	case part == "PR":
		r.insured.payer = *p
	}
}

// provider is one who took part in the claim, or in the line when one is open.
func (r *reader) provider(part string, p *party) {
	to := r.claim
	if r.line != nil {
		to = r.line
	}
	switch part {
	case "82":
		to.rendering = p
	case "77":
		to.facility = p
	}
}

func (r *reader) n4(s segment) {
	if r.who != nil {
		r.who.state = s.el(2)
	}
}

func (r *reader) dmg(s segment) {
	if r.who != nil && r.who.person != nil {
		r.who.person.birth, r.who.person.sex = day(s.el(2)), s.el(3)
	}
}

// ref is a number: which one depends on where it stands.
func (r *reader) ref(s segment) {
	kind, value := s.el(1), s.el(2)
	switch {
	case r.claim == nil:
		if r.who == &r.biller.party && (kind == "EI" || kind == "SY" && r.biller.tin == "") {
			r.biller.tin = value
		}
	case r.line != nil && kind == "6R":
		r.line.lineID = value
	case r.line != nil && kind == "G1":
		r.line.auth = value
	case r.line != nil || r.other:
	case kind == "G1":
		r.claim.auth = value
	case kind == "F8":
		r.claim.original = value
	}
}

// clm begins a claim.
func (r *reader) clm(s segment) {
	r.endClaim()
	r.set.claims++
	place, frequency := component(s.el(5), 0), component(s.el(5), 2)
	if of := component(s.el(5), 1); of != "B" && of != "" {
		r.note("claims whose place of service is of another kind (CLM05-2 is not B): read without it", r.at)
		place = ""
	}
	r.claim = &service{id: s.el(1), charge: s.el(2), place: place, frequency: frequency, at: r.at}
	r.other, r.who, r.sum, r.lines = false, nil, 0, 0
	r.out.open = len(r.out.list)
	if r.patient == nil && r.insured.relation != self {
		r.note("claims of a subscriber who is not said to be the patient (SBR02), and of no other patient: taken for the subscriber's", r.at)
	}
}

// self is how a subscriber who is the patient is told.
const self = "18"

// diagnosisLists are the qualifiers of diagnoses: of ICD-10 and of ICD-9.
var diagnosisLists = map[string]bool{"ABK": true, "ABF": true, "BK": true, "BF": true}

func (r *reader) hi(s segment) {
	if r.claim == nil || r.line != nil {
		return
	}
	for n := 1; n < len(s); n++ {
		qualifier, code := component(s[n], 0), component(s[n], 1)
		switch {
		case strings.TrimSpace(s[n]) == "":
		case diagnosisLists[qualifier] && code != "":
			r.claim.diagnoses = append(r.claim.diagnoses, code)
		case diagnosisLists[qualifier], code == "":
			r.note("diagnoses that are not written as a qualifier and a code (HI): not read", r.at)
		}
	}
}

func (r *reader) dtp(s segment) {
	to := r.claim
	if r.line != nil {
		to = r.line
	}
	if to == nil || s.el(1) != "472" || r.line == nil && r.other {
		return
	}
	to.days++
	from, until, spans := strings.Cut(s.el(3), "-")
	if to.from, to.to = day(from), ""; spans {
		to.to = day(until)
	}
}

func (r *reader) nte(s segment) {
	switch text := plainText(s, 2); {
	case s.el(1) != "ADD" || text == "" || r.claim == nil:
	case r.line != nil:
		r.line.notes = append(r.line.notes, text)
	case !r.other:
		r.claim.notes = append(r.claim.notes, text)
	}
}

func (r *reader) bht(s segment) {
	if s.el(2) == "18" {
		r.note("the transmission was sent before (BHT02 is 18)", r.at)
	}
	switch s.el(6) {
	case "RP":
		r.note("encounters that were reported, for which no payment is expected (BHT06 is RP)", r.at)
	case "31":
		r.note("claims of another payer's subrogation (BHT06 is 31)", r.at)
	}
}

// patientID is the subscriber's number; a family's members share it, and are told apart by what is made
// of their birth date, sex and first name.
func (r *reader) patientID() (id, birth string) {
	p := r.patient
	switch {
	case p == nil:
		return r.insured.id, r.insured.birth
	case p.id != "" || r.insured.id == "":
		return p.id, p.birth
	}
	const size = 4 // bytes: members of one family are few
	sum := sha256.Sum256([]byte(p.birth + "\x00" + p.sex + "\x00" + strings.ToUpper(strings.TrimSpace(p.first))))
	return r.insured.id + "-" + hex.EncodeToString(sum[:size]), p.birth
}
