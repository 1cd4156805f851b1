package tables

import (
	"cmp"
	"slices"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// beginAddOns finds the header of the add-on table, whose names differ from release to release.
func beginAddOns(rows [][]string) *body {
	for i, row := range rows {
		c := columns{}
		for name, at := range columnsOf(row) {
			c[strings.TrimSuffix(name, "julian")] = at
		}
		a := &addOns{
			kind: c.named("aocedittype", "edittype", "type"), code: c.named("addoncode"), primary: c.named("primarycode"),
			codeEnd: c.named("aocdeldt"), primaryEnd: c.named("primarycodedeldt"), from: c.named("aocediteffdt"), to: c.named("aoceditdeldt"),
			rows: map[claim.Code][]primaryRow{},
		}
		if a.kind >= 0 && a.code >= 0 && a.primary >= 0 {
			return &body{below: i + 1, row: a.row, finish: a.finish}
		}
	}
	return nil
}

// addOns are the columns of the add-on table, and what was read.
type addOns struct {
	kind, code, codeEnd, primary, primaryEnd, from, to int

	rows map[claim.Code][]primaryRow
}

// primaryRow is one primary of an add-on; zero for "the payer decides" (CCCCC).
type primaryRow struct {
	kind     byte
	primary  claim.Code
	from, to claim.Date
}

// byContractor stands where the payer decides which codes are primaries.
const byContractor = "CCCCC"

func (a *addOns) row(cells []string, _ int) (string, error) {
	code, err := codeOf(cell(cells, a.code))
	if err != nil {
		return "", err
	}
	r := primaryRow{to: claim.EndOfTime}
	if text := cell(cells, a.primary); text != byContractor {
		if r.primary, err = codeOf(text); err != nil {
			return "", err
		}
	}
	if r.kind, err = oneOf(cell(cells, a.kind), "123", "type of add-on"); err != nil {
		return "", err
	}
	if r.from, err = beginOf(cell(cells, a.from)); err != nil {
		return "", err
	}
	for _, column := range []int{a.to, a.codeEnd, a.primaryEnd} {
		end, err := endOf(cell(cells, column))
		if err != nil {
			return "", err
		}
		r.to = min(r.to, end)
	}
	a.rows[code] = append(a.rows[code], r)
	return "", nil
}

func (a *addOns) finish(o *catalog.Official) error {
	o.AddOns = map[claim.Code][]catalog.AddOn{}
	for code, rows := range a.rows {
		o.AddOns[code] = relations(code, rows, "NCCI add-on code table of "+o.Quarter.String())
	}
	return nil
}

// contractorDecides is the type of an add-on whose primaries the payer decides; one with a list of its
// own beside that is of a higher type, and one of two types that of the higher.
const contractorDecides = '2'

// relations cuts the rows of one add-on into spans of days in which its primaries are the same.
func relations(code claim.Code, rows []primaryRow, source string) (list []catalog.AddOn) {
	var cuts []claim.Date
	for _, r := range rows {
		if r.from <= r.to {
			cuts = append(cuts, r.from, min(r.to, claim.EndOfTime-1)+1)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := 0; i+1 < len(cuts); i++ {
		relation := catalog.AddOn{Code: code, From: cuts[i], To: cuts[i+1] - 1, Source: source}
		if cuts[i+1] == claim.EndOfTime {
			relation.To = claim.EndOfTime
		}
		for _, r := range rows {
			if r.from <= relation.From && relation.To <= r.to {
				relation.Type = max(relation.Type, r.kind)
				if r.primary == 0 {
					relation.Type = max(relation.Type, contractorDecides)
					continue
				}
				relation.Primaries = append(relation.Primaries, r.primary)
			}
		}
		if relation.Type != 0 {
			slices.SortFunc(relation.Primaries, func(x, y claim.Code) int { return cmp.Compare(x, y) })
			relation.Primaries = slices.Compact(relation.Primaries)
			list = append(list, relation)
		}
	}
	return list
}
