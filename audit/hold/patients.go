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
	readers := b.readers(chunks)
	return b.each(readers, byPatient(keysOf(b.seed, readers)), sources, judge)
}

// Surveyed shows survey the lines of every patient of a part who has a line that a census marked; they stay to be read
// again. Of others it shows some too.
func (b *Body) Surveyed(part int, sources []claim.Source, survey func([]audit.Line) error) error {
	chunks, err := b.parts[part].load(true)
	if err != nil {
		return err
	}
	readers := b.readers(chunks)
	return b.each(readers, byPatient(surveyed(keysOf(b.seed, readers), readers)), sources, survey)
}

// surveyed are the keys of patients with marked lines, and of few others.
func surveyed(keys []key, readers []unpacker) []key {
	var marked [1 << 10]uint64 // the patients, by some bits of their hashes
	place := func(k key) (word, bit uint64) { return k.patient >> 54, 1 << (k.patient >> 48 & 63) }
	for _, k := range keys {
		if readers[k.chunk()].data[k.at()]&flagSurvey != 0 {
			word, bit := place(k)
			marked[word] |= bit
		}
	}
	return slices.DeleteFunc(keys, func(k key) bool {
		word, bit := place(k)
		return marked[word]&bit == 0
	})
}

// each shows the lines of the keys, patient by patient.
func (b *Body) each(readers []unpacker, keys []key, sources []claim.Source, judge func([]audit.Line) error) error {
	var lines []audit.Line
	var lost []claim.Line
	marked := func(mine []audit.Line) error {
		b.markGaps(mine, lost)
		return judge(mine)
	}
	for len(keys) > 0 {
		n := samePatient(keys)
		lines, lost = unpackLines(lines[:0], lost[:0], readers, keys[:n], sources)
		if err := eachPatient(lines, marked); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// readers read the chunks.
func (b *Body) readers(chunks []chunk) []unpacker {
	readers := make([]unpacker, len(chunks))
	for k, c := range chunks {
		readers[k] = unpacker{words: b.words[c.collector], data: asString(c.data)}
	}
	return readers
}

// keysOf finds every record of the part, in the order read.
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
	return keys
}

// byPatient sorts keys by patient and leaves those of one in their order, mostly their final one already: first by the
// upper bits of the hash, of which few patients have the same, then the few.
func byPatient(keys []key) []key {
	shift := 64 - bits.Len(uint(len(keys)))
	first := make([]uint32, 1<<(64-shift)+1) // where the keys with these bits begin
	for i := range keys {
		first[keys[i].patient>>shift+1]++
	}
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
	sorted := make([]key, len(keys))
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

// unpackLines adds the lines of the keys, and apart from them the rows that could not be read.
func unpackLines(lines []audit.Line, lost []claim.Line, readers []unpacker, keys []key, sources []claim.Source) ([]audit.Line, []claim.Line) {
	lines = slices.Grow(lines, len(keys))
	for _, k := range keys {
		r := &readers[k.chunk()]
		r.at = k.at()
		if r.isLost() {
			lost = append(lost, claim.Line{})
			r.line(&lost[len(lost)-1], sources)
			continue
		}
		lines = append(lines, audit.Line{})
		r.line(&lines[len(lines)-1].Line, sources)
	}
	return lines, lost
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
