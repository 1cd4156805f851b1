package audit

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"claimaudit/audit/claim"
)

// Run audits all lines of the body: each patient's lines by every rule. The report is the same
// for any number of workers and whether or not parts were spilled. The body is used up.
func Run(ctx context.Context, body *Body, o Options) (*Report, error) {
	o.since = body.since(o.Sources)
	o.Workers = max(1, o.Workers)
	judges := make([]*judge, o.Workers)
	for i := range judges {
		judges[i] = newJudge(&o, body)
	}
	if err := judgeParts(ctx, body, judges, &o); err != nil {
		return nil, err
	}
	return assemble(body, judges, &o), nil
}

// judgeParts hands the parts to the judges and stops at the first failure.
func judgeParts(ctx context.Context, body *Body, judges []*judge, o *Options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done, findings atomic.Int64
	var workers sync.WaitGroup
	for _, j := range judges {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < numParts; i = next.Add(1) - 1 {
				before := len(j.shelf.briefs)
				if err := j.part(ctx, body, int(i)); err != nil {
					cancel(err)
					return
				}
				n := findings.Add(int64(len(j.shelf.briefs) - before))
				if d := done.Add(1); o.Progress != nil {
					o.Progress(int(d), numParts, int(n))
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// key is what a record is sorted by to bring a patient's lines together.
type key struct {
	patient uint64 // hash of the patient id; see aloneBit
	place   uint64 // the chunk, and where in it
}

// aloneBit is set in the key of a line without a patient, which is a case of its own.
const aloneBit = 1

func (k key) chunk() int { return int(k.place >> 32) }
func (k key) at() int    { return int(uint32(k.place)) }

// part judges one part of the body, patient by patient.
func (j *judge) part(ctx context.Context, body *Body, i int) error {
	chunks, err := body.parts[i].load()
	if err != nil {
		return err
	}
	readers := make([]unpacker, len(chunks))
	for k, c := range chunks {
		readers[k] = unpacker{words: body.words[c.collector], data: asString(c.data)}
	}
	keys := keysOf(body.seed, readers)
	var lines []Line
	for len(keys) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := samePatient(keys)
		lines = j.unpack(lines[:0], readers, keys[:n])
		if err := j.patients(lines); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// keysOf finds every record of the part and sorts them by patient, a patient's in the order read:
// mostly their final order already.
func keysOf(seed maphash.Seed, readers []unpacker) []key {
	var keys []key
	for k := range readers {
		r := &readers[k]
		for r.at < len(r.data) {
			size := int(r.number())
			at, end := r.at, r.at+size
			keys = append(keys, key{r.patient(seed), uint64(k)<<32 | uint64(at)})
			r.at = end
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.patient != b.patient {
			return cmp.Compare(a.patient, b.patient)
		}
		return cmp.Compare(a.place, b.place)
	})
	return keys
}

// samePatient is how many keys from the front are of one patient: one, for a line without.
func samePatient(keys []key) int {
	n := 1
	for n < len(keys) && keys[n].patient == keys[0].patient && keys[0].patient&aloneBit == 0 {
		n++
	}
	return n
}

func (j *judge) unpack(lines []Line, readers []unpacker, keys []key) []Line {
	lines = slices.Grow(lines, len(keys))[:len(keys)]
	for i, k := range keys {
		r := &readers[k.chunk()]
		r.at = k.at()
		lines[i] = Line{}
		r.line(&lines[i].Line, j.o.Sources)
	}
	return lines
}

// patients judges lines whose patient ids have the same hash: nearly always one patient, but two
// whose hashes are equal are told apart by their ids.
func (j *judge) patients(lines []Line) error {
	if allSamePatient(lines) {
		return j.patient(lines)
	}
	slices.SortFunc(lines, func(a, b Line) int { return cmp.Compare(a.Patient, b.Patient) })
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && lines[end].Patient == lines[start].Patient {
			end++
		}
		if err := j.patient(lines[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func allSamePatient(lines []Line) bool {
	for i := range lines {
		if lines[i].Patient != lines[0].Patient {
			return false
		}
	}
	return true
}

// assemble puts what the judges found into one report.
func assemble(body *Body, judges []*judge, o *Options) *Report {
	t := judges[0].tally
	for _, j := range judges[1:] {
		t.add(j.tally)
	}
	sources, left := netted(o.Sources, judges)
	body.unread = append(body.unread, left...)
	slices.SortFunc(body.unread, func(a, b claim.Unread) int {
		return cmp.Or(cmp.Compare(a.Pos.Input, b.Pos.Input), cmp.Compare(a.Pos.Row, b.Pos.Row))
	})
	used := t.tablesUsed(o.Catalog)
	return &Report{
		AsOf: o.AsOf, Sources: sources, Rules: o.Rules, Off: o.Off, Patterns: o.Patterns, Tables: tablesOf(o), Summary: t.summary,
		Findings: gather(judges, o.Catalog), Corrected: correctedOf(judges), Months: t.sortedMonths(), Providers: t.sortedProviders(),
		Coverage: append(t.coverage(o), used.rows()...), Stale: used.stale(), NotRead: body.unread,
	}
}

func tablesOf(o *Options) []Table {
	var tables []Table
	for _, t := range o.Catalog.Tables() {
		tables = append(tables, Table{
			Name: t.Name, SHA256: t.SHA256, Effective: t.Effective, File: t.File, Rows: t.Rows, Rejects: t.Rejects,
		})
	}
	return tables
}

func (t *tally) sortedMonths() []Month {
	months := make([]Month, 0, len(t.months))
	for _, m := range t.months {
		months = append(months, *m)
	}
	slices.SortFunc(months, func(a, b Month) int { return cmp.Compare(a.First, b.First) })
	return months
}

func (t *tally) sortedProviders() []Provider {
	providers := make([]Provider, 0, len(t.providers))
	for _, p := range t.providers {
		providers = append(providers, *p)
	}
	slices.SortFunc(providers, func(a, b Provider) int { return cmp.Compare(a.ID, b.ID) })
	return providers
}

// asString is the text of data without a copy; nothing writes to data from here on.
func asString(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }
