package parsers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/table"
)

// TestSpelledOut reads headers whose words are cut short as no name of the table is.
func TestSpelledOut(t *testing.T) {
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Acct Nbr":       "PatientID",
		"PtAcctNbr":      "PatientID",
		"Med Rec Nbr":    "PatientID",
		"Clm Nbr":        "ClaimID",
		"Svc Dt From":    "DOS",
		"SVC_DT_FROM":    "DOS",
		"SrvcDtTo":       "DOSTo",
		"Svc Dt Thru":    "DOSTo",
		"Dt of Srvc":     "DOS",
		"Pt Birth Dt":    "DOB",
		"Srvc Code":      "CPT",
		"Proc Cd (CPT)":  "CPT",
		"Srvc Qty":       "Units",
		"Chrg Amt":       "Charge",
		"Tot Chrgs":      "", // chrgs is short for nothing
		"Tot Chrg Amt":   "Charge",
		"Diag Cd 3":      "Dx3",
		"DxCd2":          "Dx2",
		"Mdfr Cd 2":      "Mod2",
		"Rend Prov NPI#": "RenderingNPI",
		"Plc of Srvc Cd": "POS",
		"Prim Ins Nm":    "Payer",
		"Proc Dt":        "", // two names with these words mean two things
		"Chg Nbr":        "LineID",
		"Frm":            "DOS",
	} {
		found := slices.DeleteFunc(k.meanings(header), func(m meaning) bool { return m.decoy != "" })
		got := ""
		if len(found) > 0 {
			got = found[0].slot.String()
		}
		if got != want || got != "" && found[0].rank <= loosely {
			t.Errorf("%s is read as %q %v, want %q", header, got, found, want)
		}
	}
}

// TestShortNames cuts the words of every name short in every way: it is never read as another field, or as one that it
// is told not to be taken for.
func TestShortNames(t *testing.T) {
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	shorts := map[string][]string{}
	for short, full := range k.short {
		shorts[full] = append(shorts[full], short)
	}
	read, torn := 0, map[string]bool{}
	err = table.Each(embeddedData(t), "synonyms.csv", func(r synonymRow) error {
		name := strings.TrimRight(r.Name, "#@ ")
		for _, full := range strings.Fields(strings.ToLower(name)) {
			for _, short := range append(shorts[full], shorts[k.short[full]]...) {
				cut := strings.Replace(strings.ToLower(name), full, short, 1)
				was, is := k.meanings(name), k.meanings(cut)
				if len(is) == 0 {
					torn[cut] = true
					continue
				}
				for _, m := range is {
					if !slices.ContainsFunc(was, func(w meaning) bool { return w.slot.role == m.slot.role && (w.decoy == "") == (m.decoy == "") }) {
						return fmt.Errorf("%s is %v, and %s %v", name, was, cut, is)
					}
				}
				read++
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if read < 1000 {
		t.Errorf("only %d names cut short are read, and not %v", read, torn)
	}
}
