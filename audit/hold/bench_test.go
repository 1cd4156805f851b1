package hold

import (
	"fmt"
	"testing"

	"claimaudit/audit/claim"
)

// usualLines are lines as most exports have them.
func usualLines() []claim.Line {
	lines := make([]claim.Line, 512)
	for i := range lines {
		from := claim.MustDate("2025-03-10") + claim.Date(i%90)
		lines[i] = claim.Line{
			Pos: claim.Pos{Row: int32(i + 2)}, Claim: fmt.Sprintf("C%d", 100000+i), Patient: fmt.Sprintf("P%d", 10000+i/4),
			Birth: claim.MustDate("1958-04-10") + claim.Date(i*31%9000), From: from, To: from, Received: from + 9,
			Code: claim.MustCode("64483"), Billed: "64483", Mods: claim.Mods("RT"), Units: claim.Whole(1 + i%2), Charge: claim.Cents(50000 + i),
			Dx:        [12]claim.Diagnosis{claim.MustDiagnosis("M54.16"), claim.MustDiagnosis("M47.816")},
			Rendering: "1234567893", Billing: "1982736459", TIN: "123456789", POS: "11", Payer: claim.Medicare, PayerName: "Medicare Part B",
			Frequency: '1', Auth: fmt.Sprintf("A%d", 100000+i), State: "PA", Given: 1<<claim.NumFields - 1,
		}
	}
	return lines
}

func BenchmarkPack(b *testing.B) {
	lines := usualLines()
	p := packer{words: newWords()}
	bytes, n := 0, 0
	for b.Loop() {
		p.pack(&lines[n%len(lines)])
		bytes += len(p.buf)
		n++
	}
	b.ReportMetric(float64(bytes)/float64(n), "B/line")
}

func BenchmarkUnpack(b *testing.B) {
	lines := usualLines()
	p := packer{words: newWords()}
	records := make([]string, len(lines))
	for i := range lines {
		p.pack(&lines[i])
		records[i] = string(p.buf)
	}
	sources := []claim.Source{{}}
	var l claim.Line
	for i := 0; b.Loop(); i++ {
		u := unpacker{words: p.words, data: records[i%len(records)]}
		u.line(&l, sources)
	}
}

// BenchmarkByPatient brings the lines of a part's patients together: some 4,000 patients of four lines.
func BenchmarkByPatient(b *testing.B) {
	keys, sum := make([]key, 16000), uint64(0)
	for i := range keys {
		keys[i] = key{uint64(i%4001) * 0x9e3779b97f4a7c15, uint64(i)}
	}
	r := &room{keys: keys}
	for b.Loop() {
		for _, k := range r.byPatient() {
			sum += k.patient
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(keys)), "ns/line")
}
