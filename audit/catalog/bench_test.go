package catalog

import (
	"io/fs"
	"testing"

	"claimaudit/audit/claim"
)

func BenchmarkLoad(b *testing.B) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(data, compiledPairs); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEdit(b *testing.B) {
	cat, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	var codes []claim.Code
	for _, s := range []string{"64635", "64636", "77003", "99213", "20610", "J3301", "27096", "62323", "64483", "95886"} {
		codes = append(codes, claim.MustCode(s))
	}
	d := claim.MustDate("2024-03-05")
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range codes {
			for _, y := range codes {
				cat.Edit(MedicarePractitioner, x, y, d)
			}
		}
	}
}
