package reports

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// fingerprint is what a finding says, not where it stands or how it is worded: the same finding of
// another night's export has the same one.
type fingerprint struct {
	sum [12]byte
	// nth is its number among findings that say the same, from 1; 0 where it is the only one.
	nth int32
}

// twin tells that there are others that say the same.
func (p fingerprint) twin() bool { return p.nth > 0 }

func (p fingerprint) String() string {
	text := make([]byte, 0, 2*len(p.sum))
	text = hex.AppendEncode(text, p.sum[:])
	if p.nth > 1 {
		text = strconv.AppendInt(append(text, '-'), int64(p.nth), 10)
	}
	return string(text)
}

// Fingerprint is the fingerprint of the nth finding that says the same.
func Fingerprint(f *audit.Finding, nth int) string {
	return fingerprint{sum: sumOf(f, nil), nth: int32(nth)}.String()
}

// sumOf hashes rule, patient, claim, date of service, code, modifiers and the related codes.
func sumOf(f *audit.Finding, scratch []byte) (sum [12]byte) {
	b := scratch[:0]
	if f.Count > 0 {
		return sumOfFlood(f, b)
	}
	for _, s := range [...]string{f.Rule.ID, f.Line.Patient, f.Line.Claim} {
		b = append(append(b, s...), 0)
	}
	b = strconv.AppendInt(b, int64(f.Line.From.Unix()), 10)
	b = append(append(b, 0), f.Line.Billed...)
	b = append(append(b, 0), f.Line.Mods.Sorted().String()...)
	for _, code := range relatedCodes(f) {
		b = append(append(b, 0), code...)
	}
	whole := sha256.Sum256(b)
	copy(sum[:], whole[:])
	return sum
}

// sumOfFlood hashes rule, field and value of a finding that stands for many lines, whose they are not.
func sumOfFlood(f *audit.Finding, b []byte) (sum [12]byte) {
	for _, s := range [...]string{f.Rule.ID, f.Value.Field.String(), f.Value.Text} {
		b = append(append(b, s...), 0)
	}
	whole := sha256.Sum256(b)
	copy(sum[:], whole[:])
	return sum
}

// relatedCodes are the codes of the related lines as billed, in order.
func relatedCodes(f *audit.Finding) []string {
	if len(f.Related) == 0 {
		return nil
	}
	codes := make([]string, len(f.Related))
	for i, l := range f.Related {
		codes[i] = l.Billed
	}
	slices.Sort(codes)
	return codes
}

// fingerprints are the fingerprints of all findings. Findings that say the same are numbered in
// order of the rest of what their lines say, as they were given, so that shuffled rows keep theirs.
func (w *whole) fingerprints() []fingerprint {
	prints := make([]fingerprint, w.all.Len())
	var workers sync.WaitGroup
	share := len(prints)/runtime.GOMAXPROCS(0) + 1
	for from := 0; from < len(prints); from += share {
		workers.Go(func() { w.sums(prints, from, min(from+share, len(prints))) })
	}
	workers.Wait()
	w.tellApart(prints)
	return prints
}

func (w *whole) sums(prints []fingerprint, from, to int) {
	r := w.newReader()
	scratch := make([]byte, 0, 256)
	for i := from; i < to; i++ {
		prints[i] = fingerprint{sum: sumOf(r.of(w.all.Brief(i)), scratch)}
	}
}

// tellApart numbers findings that say the same, with those of lines that others stand for. One that stands for many
// lines is another finding where these are waived: it has the name of the other.
func (w *whole) tellApart(prints []fingerprint) {
	one, other := w.all.Reader(), w.all.Reader()
	w.alike(prints, func(group []int32) {
		slices.SortFunc(group, func(a, b int32) int { return compareContent(one.At(int(a)), other.At(int(b))) })
		for n, i := range group {
			prints[i].nth = int32(n + 1)
		}
	})
}

// alike shows together those that have the same sum, where there are several.
func (w *whole) alike(prints []fingerprint, show func(group []int32)) {
	waived := func(i int32) bool {
		b := w.all.Brief(int(i))
		return b.Flood != 0 && b.Waiver > 0 && int(i) < w.standing
	}
	compare := func(a, b int32) int {
		return cmp.Or(bytes.Compare(prints[a].sum[:], prints[b].sum[:]), audit.CompareBools(waived(a), waived(b)))
	}
	for _, list := range bySum(prints) {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Or(compare(a, b), cmp.Compare(a, b)) })
		for len(list) > 0 {
			n := 1
			for n < len(list) && compare(list[0], list[n]) == 0 {
				n++
			}
			if n > 1 {
				show(list[:n])
			}
			list = list[n:]
		}
	}
}

// bySum are the places of prints, those together whose sums begin alike.
func bySum(prints []fingerprint) [][]int32 {
	begin := func(p *fingerprint) int { return int(p.sum[0])<<8 | int(p.sum[1]) }
	sizes := make([]int32, 1<<16)
	for i := range prints {
		sizes[begin(&prints[i])]++
	}
	all, lists := make([]int32, len(prints)), make([][]int32, len(sizes))
	for n, size := range sizes {
		lists[n], all = all[:0:size], all[size:]
	}
	for i := range prints {
		list := &lists[begin(&prints[i])]
		*list = append(*list, int32(i))
	}
	return lists
}

// compareContent orders findings of equal fingerprints by what else their lines say, and those
// that are equal in everything by their rows.
func compareContent(f, g *audit.Finding) int {
	a, b := f.Line, g.Line
	if c := cmp.Or(
		cmp.Compare(a.Units, b.Units),
		cmp.Compare(a.Charge, b.Charge),
		slices.Compare(a.Mods[:], b.Mods[:]),
		slices.Compare(a.Dx[:], b.Dx[:]),
		cmp.Compare(a.To, b.To),
		strings.Compare(a.Rendering, b.Rendering),
		strings.Compare(a.Billing, b.Billing),
		strings.Compare(a.TIN, b.TIN),
		strings.Compare(a.POS, b.POS),
		strings.Compare(a.PayerName, b.PayerName),
		strings.Compare(a.LineID, b.LineID),
	); c != 0 {
		return c
	}
	for field := range claim.NumFields {
		if field == claim.FieldCode || field.Answer() { // a rule may have put another in its place; payers answer later
			continue
		}
		if c := field.Compare(&a.Line, &b.Line); c != 0 {
			return c
		}
	}
	return cmp.Or(strings.Compare(f.Message, g.Message), a.Pos.Compare(b.Pos))
}
