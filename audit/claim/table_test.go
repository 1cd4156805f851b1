package claim_test

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// eachCase runs one subtest for each row of a table in testdata, with its cells by column name.
func eachCase(t *testing.T, table string, check func(t *testing.T, row map[string]string)) {
	t.Helper()
	file, err := os.Open("testdata/" + table)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) < 2 {
		t.Fatalf("%s has no cases", table)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, text := range record {
			row[records[0][i]] = text
		}
		t.Run(record[0], func(t *testing.T) { check(t, row) })
	}
}

// shown is the value as text, or "-" when it was refused.
func shown(text string, err error) string {
	if err != nil {
		return "-"
	}
	return text
}

// refusal tells whether err says what was expected and keeps the cell to itself.
func refusal(t *testing.T, text string, err error) {
	t.Helper()
	var format *claim.FormatError
	if err == nil {
		return
	}
	if !errors.As(err, &format) || format.What == "" || format.Expected == "" {
		t.Errorf("error %q does not say what was expected", err)
	}
	if len(strings.TrimSpace(text)) > 12 && strings.Contains(err.Error(), text) {
		t.Errorf("error %q repeats the cell", err)
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func TestCodes(t *testing.T) {
	eachCase(t, "codes.csv", func(t *testing.T, row map[string]string) {
		code, err := claim.ParseCode(row["text"])
		refusal(t, row["text"], err)
		if got := shown(code.String(), err); got != row["code"] {
			t.Errorf("code %q, want %q", got, row["code"])
		}
		if got := yes(code.Shaped()); got != row["shaped"] {
			t.Errorf("shaped %q, want %q", got, row["shaped"])
		}
		if got := yes(code.LevelII()); got != row["level2"] {
			t.Errorf("level II %q, want %q", got, row["level2"])
		}
	})
}

func TestDiagnoses(t *testing.T) {
	eachCase(t, "diagnoses.csv", func(t *testing.T, row map[string]string) {
		d, err := claim.ParseDiagnosis(row["text"])
		refusal(t, row["text"], err)
		if got := shown(d.String(), err); got != row["diagnosis"] {
			t.Errorf("diagnosis %q, want %q", got, row["diagnosis"])
		}
		if got := yes(d.Shaped()); got != row["shaped"] {
			t.Errorf("shaped %q, want %q", got, row["shaped"])
		}
		if got := yes(d.Unfinished()); got != row["unfinished"] {
			t.Errorf("unfinished %q, want %q", got, row["unfinished"])
		}
	})
}

func TestDates(t *testing.T) {
	layouts := map[claim.Layout]string{claim.Plain: "plain", claim.MonthFirst: "month", claim.DayFirst: "day", claim.Either: "either"}
	eachCase(t, "dates.csv", func(t *testing.T, row map[string]string) {
		d, layout, err := claim.ParseDate(row["text"])
		refusal(t, row["text"], err)
		if got := shown(d.String(), err); got != row["date"] {
			t.Errorf("date %q, want %q", got, row["date"])
		}
		if err == nil && layouts[layout] != row["layout"] {
			t.Errorf("layout %q, want %q", layouts[layout], row["layout"])
		}
	})
}

func TestSerials(t *testing.T) {
	eachCase(t, "serials.csv", func(t *testing.T, row map[string]string) {
		d, err := claim.ParseSerial(row["text"], claim.Epoch(row["epoch"] == "1904"))
		refusal(t, row["text"], err)
		if got := shown(d.String(), err); got != row["date"] {
			t.Errorf("date %q, want %q", got, row["date"])
		}
	})
}

func TestAmounts(t *testing.T) {
	eachCase(t, "amounts.csv", func(t *testing.T, row map[string]string) {
		cents, err := claim.ParseCents(row["text"])
		refusal(t, row["text"], err)
		if got := shown(cents.String(), err); got != row["cents"] {
			t.Errorf("cents %q, want %q", got, row["cents"])
		}
		units, err := claim.ParseUnits(row["text"])
		refusal(t, row["text"], err)
		if got := shown(units.String(), err); got != row["units"] {
			t.Errorf("units %q, want %q", got, row["units"])
		}
	})
}

func TestModifiers(t *testing.T) {
	eachCase(t, "modifiers.csv", func(t *testing.T, row map[string]string) {
		var ms claim.Modifiers
		for i, text := range strings.Fields(row["mods"]) {
			m, err := claim.ParseModifier(text)
			refusal(t, text, err)
			if err != nil {
				if row["side"] != "-" {
					t.Errorf("%q: %v", text, err)
				}
				return
			}
			ms[i] = m
		}
		if got := ms.Side().String(); got != row["side"] {
			t.Errorf("side %q, want %q", got, row["side"])
		}
		if got := ms.Site().String(); got != row["site"] {
			t.Errorf("site %q, want %q", got, row["site"])
		}
		if got := string(rune('0' + ms.Count())); got != row["count"] {
			t.Errorf("count %q, want %q", got, row["count"])
		}
	})
}

func TestNPIs(t *testing.T) {
	eachCase(t, "npis.csv", func(t *testing.T, row map[string]string) {
		if got := yes(claim.ValidNPI(row["npi"])); got != row["valid"] {
			t.Errorf("valid %q, want %q", got, row["valid"])
		}
	})
}
