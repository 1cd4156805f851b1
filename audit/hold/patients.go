package hold

import (
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
	"unsafe"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// key is what a record is sorted by to bring a patient's lines together.
type key struct {
	patient uint64 // hash of the patient id; see aloneBit
	place   uint64 // the chunk, and where in it
}

// aloneBit is set in the key of a line without a patient and a claim, which is a case of its own.
const aloneBit = 1

func (k key) chunk() int { return int(k.place >> 32) }
func (k key) at() int    { return int(uint32(k.place)) }

// Patients reads the lines of a part back, 0 to NumParts-1, and shows judge those of one patient
// after another; of lines without a patient those of one claim, which are not thereby one patient's. Sources tell which dates are to be swapped. The
// lines hold until judge returns; an error of judge ends it. With again the part can be read once more.
func (b *Body) Patients(part int, sources []claim.Source, again bool, judge func([]audit.Line) error) error {
	chunks, err := b.parts[part].load(again)
	if err != nil {
		return err
	}
	r := b.room(chunks)
	defer r.leave()
	r.findKeys(b.seed)
	return r.each(sources, judge)
}

// Surveyed shows survey the lines of every patient of a part who has a line that a census marked; they stay to be read
// again. Of others it shows some too.
func (b *Body) Surveyed(part int, sources []claim.Source, survey func([]audit.Line) error) error {
	chunks, err := b.parts[part].load(true)
	if err != nil {
		return err
	}
	r := b.room(chunks)
	defer r.leave()
	r.findKeys(b.seed)
	r.dropUnmarked()
	return r.each(sources, survey)
}

// room is where a part is read back, one after another in the same memory.
type room struct {
	body    *Body
	readers []unpacker // of the chunks
	keys    []key      // of the records, in the order read
	sorted  []key      // by patient
	first   []uint32   // scratch of sort
	lines   []audit.Line
	lost    []claim.Line // rows that could not be read
}

// room is one for the chunks of a part.
func (b *Body) room(chunks []chunk) *room {
	r, ok := b.rooms.Get().(*room)
	if !ok {
		r = &room{body: b}
	}
	for _, c := range chunks {
		r.readers = append(r.readers, unpacker{words: b.words[c.collector], data: asString(c.data)})
	}
	return r
}

// leave lets go of the part.
func (r *room) leave() {
	clear(r.readers)
	clear(r.lines[:cap(r.lines)])
	clear(r.lost[:cap(r.lost)])
	r.readers, r.keys = r.readers[:0], r.keys[:0]
	r.body.rooms.Put(r)
}

// dropUnmarked leaves the keys of patients with marked lines, and of few others.
func (r *room) dropUnmarked() {
	var marked [1 << 10]uint64 // the patients, by some bits of their hashes
	place := func(k key) (word, bit uint64) { return k.patient >> 54, 1 << (k.patient >> 48 & 63) }
	for _, k := range r.keys {
		if r.readers[k.chunk()].data[k.at()]&flagSurvey != 0 {
			word, bit := place(k)
			marked[word] |= bit
		}
	}
	r.keys = slices.DeleteFunc(r.keys, func(k key) bool {
		word, bit := place(k)
		return marked[word]&bit == 0
	})
}

// each shows the lines of the keys, patient by patient.
func (r *room) each(sources []claim.Source, judge func([]audit.Line) error) error {
	marked := func(mine []audit.Line) error {
		r.body.markGaps(mine, r.lost)
		return judge(mine)
	}
	known, lost := 0, false // of how many keys in front it is known whether a row is lost, and whether one is
	for keys := r.byPatient(); len(keys) > 0; {
		n := samePatient(keys)
		if known < n {
			known = min(len(keys), max(n, ahead))
			lost = r.anyLost(keys[:known])
		}
		r.unpack(keys[:n], lost, sources)
		if err := eachPatient(r.lines, marked); err != nil {
			return err
		}
		keys, known = keys[n:], known-n
	}
	return nil
}

// ahead is of how many records it is looked at together whether one is lost: the processor fetches them all at once,
// and for each would wait by itself.
const ahead = 64

// anyLost tells whether one of the records is of a row that could not be read.
func (r *room) anyLost(keys []key) bool {
	flags := byte(0)
	for _, k := range keys {
		flags |= r.readers[k.chunk()].data[k.at()]
	}
	return flags&flagLost != 0
}

// findKeys finds every record of the part, in the order read.
func (r *room) findKeys(seed maphash.Seed) {
	for k := range r.readers {
		u := &r.readers[k]
		for u.at < len(u.data) {
			size := int(u.number())
			at, end := u.at, u.at+size
			r.keys = append(r.keys, key{u.patient(seed), uint64(k)<<32 | uint64(at)})
			u.at = end
		}
	}
}

// byPatient sorts the keys by patient and leaves those of one in their order, mostly their final one already: first by
// the upper bits of the hash, of which few patients have the same, then the few.
func (r *room) byPatient() []key {
	keys := r.keys
	shift := 64 - bits.Len(uint(len(keys)))
	first := slices.Grow(r.first[:0], 1<<(64-shift)+1)[:1<<(64-shift)+1] // where the keys with these bits begin
	clear(first)
	for i := range keys {
		first[keys[i].patient>>shift+1]++
	}
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
	sorted := slices.Grow(r.sorted[:0], len(keys))[:len(keys)]
	for _, k := range keys {
		at := &first[k.patient>>shift]
		sorted[*at] = k
		*at++
	}
	begin := uint32(0)
	for _, end := range first[:len(first)-1] { // by now where they end
		slices.SortStableFunc(sorted[begin:end], func(a, b key) int { return cmp.Compare(a.patient, b.patient) })
		begin = end
	}
	r.first, r.sorted = first, sorted
	return sorted
}

// samePatient is how many keys from the front are of one patient: one, for a line without.
func samePatient(keys []key) int {
	n := 1
	for n < len(keys) && keys[n].patient == keys[0].patient && keys[0].patient&aloneBit == 0 {
		n++
	}
	return n
}

// unpack reads the lines of the keys, and apart from them the rows that could not be read.
func (r *room) unpack(keys []key, anyLost bool, sources []claim.Source) {
	r.lines, r.lost = slices.Grow(r.lines[:0], len(keys)), r.lost[:0]
	for _, k := range keys {
		u := &r.readers[k.chunk()]
		u.at = k.at()
		if anyLost && u.isLost() {
			r.lost = append(r.lost, claim.Line{})
			u.line(&r.lost[len(r.lost)-1], sources)
			continue
		}
		r.lines = r.lines[:len(r.lines)+1]
		l := &r.lines[len(r.lines)-1]
		u.line(&l.Line, sources)
		l.Unjudged()
	}
}

// eachPatient shows judge lines whose patient ids have the same hash: nearly always one patient, but
// two whose hashes are equal are told apart by their ids.
func eachPatient(lines []audit.Line, judge func([]audit.Line) error) error {
	if len(lines) == 0 {
		return nil
	}
	if allSamePatient(lines) {
		return judge(lines)
	}
	slices.SortFunc(lines, func(a, b audit.Line) int { return cmp.Compare(a.Patient, b.Patient) })
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && lines[end].Patient == lines[start].Patient {
			end++
		}
		if err := judge(lines[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func allSamePatient(lines []audit.Line) bool {
	for i := range lines {
		if lines[i].Patient != lines[0].Patient {
			return false
		}
	}
	return true
}

// asString is the text of data without a copy; nothing writes to data from here on.
func asString(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }
