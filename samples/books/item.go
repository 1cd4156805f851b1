package books

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// item is one service of an encounter as the tables write it:
//
//	64483-s-kx*1@M54.16{Units=two}!unreadable-cell=error
//
// the code; behind "-" its modifiers; behind "*" its units; behind "@" its own diagnoses; in braces
// cells written otherwise; behind "!" the findings an audit must make on it. Modifiers in lower case
// depend on the patient: s the side treated, o the other side, b both sides in the payer's form,
// kx and jz those modifiers where Medicare pays. A ~ in a diagnosis is the digit of the side.
type item struct {
	code  string
	mods  []string
	units int
	dx    []string
	set   map[cell]string
	wants []finding
}

// parseItems reads the services of one encounter, separated by semicolons.
func parseItems(text string, dx []string) ([]item, error) {
	var items []item
	for part := range strings.SplitSeq(text, ";") {
		it, err := parseItem(part, dx)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", part, err)
		}
		items = append(items, it)
	}
	return items, nil
}

func parseItem(text string, dx []string) (item, error) {
	it := item{units: 1, dx: dx}
	text, cells, err := cutCells(text)
	if err != nil {
		return it, err
	}
	it.set = cells
	text, wants, _ := strings.Cut(text, "!")
	for want := range strings.FieldsFuncSeq(wants, func(r rune) bool { return r == '!' }) {
		rule, severity, given := strings.Cut(want, "=")
		if !given {
			severity = "error"
		}
		it.wants = append(it.wants, finding{rule, severity})
	}
	text, own, found := strings.Cut(text, "@")
	if found {
		it.dx = strings.Fields(own)
	}
	text, units, found := strings.Cut(text, "*")
	if found {
		if it.units, err = strconv.Atoi(units); err != nil {
			return it, fmt.Errorf("units: %w", err)
		}
	}
	parts := strings.Split(text, "-")
	it.code, it.mods = parts[0], parts[1:]
	return it, nil
}

// cutCells takes the cells in braces out of an item.
func cutCells(text string) (string, map[cell]string, error) {
	before, rest, found := strings.Cut(text, "{")
	if !found {
		return text, nil, nil
	}
	inside, after, closed := strings.Cut(rest, "}")
	if !closed {
		return "", nil, fmt.Errorf("a brace is not closed")
	}
	cells := map[cell]string{}
	for pair := range strings.SplitSeq(inside, "|") {
		name, value, _ := strings.Cut(pair, "=")
		c, ok := cellNamed(name)
		if !ok {
			return "", nil, fmt.Errorf("no column %q", name)
		}
		cells[c] = value
	}
	return before + after, cells, nil
}

// bill makes the lines of the services for one payer and side.
func (p *practice) bill(items []item, who payer, side int) []line {
	var lines []line
	for _, it := range items {
		for _, mods := range it.modifiers(who, side) {
			lines = append(lines, line{
				code: it.code, mods: mods, units: strconv.Itoa(it.units),
				charge: p.charge(it, mods).String(), dx: sided(it.dx, side),
				set: it.set, wants: it.wants,
			})
		}
	}
	return lines
}

// modifiers are the modifiers of the service, once for each line it takes.
func (it item) modifiers(who payer, side int) [][]string {
	sides := [2]string{"RT", "LT"}
	billed := [][]string{nil}
	for _, mod := range it.mods {
		switch mod {
		case "s":
			mod = sides[side]
		case "o":
			mod = sides[1-side]
		case "b":
			if who.twoLines {
				billed = append(billed, append([]string(nil), billed[0]...))
				billed[0] = append(billed[0], sides[0])
				billed[1] = append(billed[1], sides[1])
				continue
			}
			mod = "50"
		case "kx", "jz":
			if !who.medicare() && (mod == "kx" || who.kind != "medicaid" && who.kind != "federal") {
				continue
			}
			mod = strings.ToUpper(mod)
		}
		for i := range billed {
			billed[i] = append(billed[i], mod)
		}
	}
	return billed
}

const unlistedPrice claim.Cents = 10000

// charge is the practice's charge: price times units, half as much again for both sides.
func (p *practice) charge(it item, mods []string) claim.Cents {
	price, ok := p.prices[it.code]
	if !ok {
		price = unlistedPrice
	}
	charge := price * claim.Cents(it.units)
	if slices.Contains(mods, "50") {
		charge += charge.Half()
	}
	return charge
}

// sided puts the digit of the side into the diagnoses: 1 right, 2 left.
func sided(dx []string, side int) []string {
	written := make([]string, len(dx))
	for i, d := range dx {
		written[i] = strings.ReplaceAll(d, "~", strconv.Itoa(side+1))
	}
	return written
}
