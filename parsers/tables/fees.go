package tables

import (
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// stacked is how many rows above the last one the header of the fee schedule is spread over.
const stacked = 4

// beginFees finds the stacked header of the fee schedule: its last row begins HCPCS, MOD; the names
// of the columns are what stands in them and above.
func beginFees(rows [][]string) *body {
	for i, row := range rows {
		if normal(cell(row, 0)) != "hcpcs" || normal(cell(row, 1)) != "mod" {
			continue
		}
		c := columns{}
		for at := range row {
			name := ""
			for above := max(0, i-stacked); above <= i; above++ {
				name += normal(cell(rows[above], at))
			}
			if _, twice := c[name]; !twice {
				c[name] = at
			}
		}
		f := &fees{
			status: c.named("statuscode"), pctc: c.named("pctcind"), global: c.find(globalName),
			multiple: c.named("multproc"), bilateral: c.named("bilatsurg"),
			assistant: c.named("asstsurg"), office: c.find(officeName), rows: map[claim.Code]feeRow{},
		}
		if f.status >= 0 && f.pctc >= 0 && f.global >= 0 && f.multiple >= 0 && f.bilateral >= 0 {
			return &body{below: i + 1, row: f.row, finish: f.finish}
		}
	}
	return nil
}

func globalName(name string) bool {
	return strings.HasPrefix(name, "glob") && strings.HasSuffix(name, "days")
}

// officeName is the first of two columns of that name: whether the code is not given in an office.
func officeName(name string) bool { return strings.HasSuffix(name, "naindicator") }

// fees are the columns of the fee schedule, and what was read.
type fees struct {
	status, pctc, global, multiple, bilateral int
	assistant, office                         int // -1 in a table without them

	rows map[claim.Code]feeRow
}

// feeRow is the fee schedule's row of a code, and the modifier it is for.
type feeRow struct {
	catalog.Fee
	mod string
}

// A code has a row of its own and may have rows for its components.
const componentRow = "rows of the professional or technical component"

func (f *fees) row(cells []string, _ int) (string, error) {
	return f.add([...]string{
		cell(cells, 0), cell(cells, 1), cell(cells, f.status), cell(cells, f.global),
		cell(cells, f.pctc), cell(cells, f.multiple), cell(cells, f.bilateral), cell(cells, f.assistant), cell(cells, f.office),
	})
}

// add takes over code, modifier, status, global days, and the indicators of components, multiple
// procedures, both sides, assistants and offices.
func (f *fees) add(text [9]string) (string, error) {
	code, err := codeOf(text[0])
	if err != nil {
		return "", err
	}
	r := feeRow{mod: text[1]}
	if r.Global, err = globalOf(text[3]); err != nil {
		return "", err
	}
	for _, one := range [...]struct {
		text, allowed, what string
		to                  *byte
	}{
		{text[2], "ABCDEFGHIJMNPQRTX", "status", &r.Status}, {text[4], "0123456789", "PC/TC indicator", &r.PCTC},
		{text[5], "012345679", "multiple procedure indicator", &r.Multiple}, {text[6], "01239", "bilateral indicator", &r.Bilateral},
	} {
		if *one.to, err = oneOf(one.text, one.allowed, one.what); err != nil {
			return "", err
		}
	}
	if assistant, err := oneOf(text[7], "01239", "assistant indicator"); err == nil {
		r.Assistant = assistant
	}
	r.NoOffice = text[8] == "NA"
	have, twice := f.rows[code]
	switch {
	case twice && have.mod == r.mod:
		return "", errTwice
	case twice && have.mod == "":
		return componentRow, nil
	}
	r.mod = strings.Clone(r.mod)
	f.rows[code] = r
	if twice || r.mod != "" {
		return componentRow, nil
	}
	return "", nil
}

// globalOf is the global period; a workbook may hold its days as a number.
func globalOf(text string) (string, error) {
	switch text = strings.TrimSuffix(text, ".0"); text {
	case "0", "000":
		return "000", nil
	case "10", "010":
		return "010", nil
	case "90", "090":
		return "090", nil
	case "XXX", "YYY", "ZZZ", "MMM":
		return strings.Clone(text), nil
	}
	return "", errGlobal
}

func (f *fees) finish(o *catalog.Official) error {
	o.Fees = map[claim.Code]catalog.Fee{}
	for code, r := range f.rows {
		r.Year, r.Since = o.Quarter.Year(), o.Quarter.First()
		o.Fees[code] = r.Fee
	}
	return nil
}
