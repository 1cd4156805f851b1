package parsers_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// idle takes lines and keeps nothing.
type idle struct{ lines int }

func (s *idle) Line(*claim.Line)    { s.lines++ }
func (s *idle) Unread(claim.Unread) {}

// export writes n ordinary lines with dates in the layout of format.
func export(n int, date string) string {
	var b strings.Builder
	b.WriteString("ClaimID,PatientID,DOB,DOS,CPT,Mod1,Mod2,Units,Charge,Dx1,Dx2,RenderingNPI,BillingNPI,BillingTIN,POS,Payer,ClaimType,ReceivedDate,State\n")
	for i := range n {
		day := fmt.Sprintf(date, i%12+1, i%28+1)
		fmt.Fprintf(&b, "C%07d,P%06d,%s,%s,%d,RT,,%d,%d.50,M54.16,M47.81%d,1234567893,1999999992,123456789,11,AETNA PPO,professional,%s,PA\n",
			i/2, i/5, day, day, 64400+i%200, i%3+1, 100+i%900, i%8, day)
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	for _, layout := range []struct{ name, date string }{{"iso", "2025-%02d-%02d"}, {"us", "%d/%d/2025"}} {
		b.Run(layout.name, func(b *testing.B) {
			text := export(rows, layout.date)
			b.SetBytes(int64(len(text)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				e, err := parsers.Open("-", parsers.Options{Stdin: strings.NewReader(text)})
				if err != nil {
					b.Fatal(err)
				}
				sink := &idle{}
				if _, err := e.Read(context.Background(), 0, 1, func(int) parsers.Sink { return sink }, nil); err != nil {
					b.Fatal(err)
				}
				if sink.lines != rows {
					b.Fatalf("%d lines", sink.lines)
				}
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
			runtime.ReadMemStats(&after)
			total := float64(b.N) * rows
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/total, "ns/row")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/total, "allocs/row")
		})
	}
}
