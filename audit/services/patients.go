package services

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// owner is whose a claim is, and the first table that says so: a claim by its number, its first day and the least of the codes on
// that day, because numbers begin anew in many systems.
type owner struct {
	claim   uint64
	patient uint64
	input   int32
}

// mostOwners bounds what is kept of claims: beyond it, it is not told which have two patients.
const mostOwners = 4 << 20

// seeOwners notes whose each of the patient's claims is, where there are several tables.
func (v *Survey) seeOwners(lines []audit.Line) {
	if len(v.sources) < 2 || len(lines) == 0 || lines[0].Anonymous || len(v.owners) >= mostOwners {
		return
	}
	first := map[string]*audit.Line{}
	for i := range lines {
		l := &lines[i]
		if f := first[l.Claim]; l.Claim != "" && (f == nil || cmp.Or(cmp.Compare(l.From, f.From), cmp.Compare(l.Billed, f.Billed), cmp.Compare(l.Pos.Input, f.Pos.Input)) < 0) {
			first[l.Claim] = l
		}
	}
	patient := hashOf(lines[0].Patient)
	for number, l := range first {
		v.owners = append(v.owners, owner{hashOf(number, l.From.String(), l.Billed), patient, l.Pos.Input})
	}
}

func hashOf(texts ...string) uint64 {
	h := fnv.New64a()
	for _, t := range texts {
		_, _ = h.Write([]byte(t)) // never fails
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// twoPatients counts the claims that are of one patient in one table and of another in the next.
func (v *Survey) twoPatients() (n int) {
	if len(v.owners) >= mostOwners {
		return 0
	}
	slices.SortFunc(v.owners, func(a, b owner) int {
		return cmp.Or(cmp.Compare(a.claim, b.claim), cmp.Compare(a.patient, b.patient), cmp.Compare(a.input, b.input))
	})
	for start := 0; start < len(v.owners); {
		end := start + 1
		for end < len(v.owners) && v.owners[end].claim == v.owners[start].claim {
			end++
		}
		if moved(v.owners[start:end]) {
			n++
		}
		start = end
	}
	return n
}

// moved tells whether some table has another patient for the claim than another table.
func moved(of []owner) bool {
	return slices.ContainsFunc(of, func(o owner) bool { return o.patient != of[0].patient && o.input != of[0].input })
}

// seeNobody notes a line without a patient and a claim, where there are several tables: nothing tells
// whether it is one again that another table has.
func (v *Survey) seeNobody(lines []audit.Line) {
	if len(v.sources) < 2 || len(v.nobodies) >= mostOwners || len(lines) == 0 || !lines[0].Anonymous || lines[0].Claim != "" {
		return
	}
	for i := range lines {
		var cells []string
		for f := range claim.NumFields {
			cells = append(cells, strings.Join(f.Values(&lines[i].Line), " "))
		}
		v.nobodies = append(v.nobodies, hashOf(cells...))
	}
}

// nobodiesAgain counts the lines without a patient and a claim that hold what another one holds.
func (v *Survey) nobodiesAgain() (n int) {
	slices.Sort(v.nobodies)
	for i := 1; i < len(v.nobodies); i++ {
		if v.nobodies[i] == v.nobodies[i-1] {
			n++
		}
	}
	return n
}
