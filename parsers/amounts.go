package parsers

import (
	"fmt"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// readAmount reads units or money, with what a spreadsheet or an export may have done to it undone.
// comma says that the column's numbers have a decimal comma.
func readAmount[N claim.Units | claim.Cents](cell string, comma bool, parse func(string) (N, error)) (N, repair, error) {
	if !comma {
		if n, err := parse(cell); err == nil {
			if len(cell) > dustWidth && strings.LastIndexByte(cell, '.') >= 0 {
				return n, dust(cell), nil
			}
			return n, noRepair, nil
		}
	}
	text, wrapped := unwrap(cell)
	how := noRepair
	if wrapped {
		how = amountWrapped
	}
	if number, was := wholeNumber(text); was == rewritten && strings.ContainsAny(text, "Ee") {
		text, how = number, amountScientific
	}
	if comma {
		if swapped := commaSwap.Replace(text); swapped != text {
			if strings.Contains(swapped, ".") || strings.Contains(text, ".") {
				how = amountComma
			}
			text = swapped
		}
	} else {
		text = pointBlanks.Replace(text)
	}
	n, err := parse(text)
	if err == nil {
		return n, how, nil
	}
	if clear := visible(text); clear != text {
		n, err = parse(clear)
		return n, cellMarked, err
	}
	if written, exact := writtenOut(text); exact {
		n, err = parse(written)
		return n, amountScientific, err
	}
	return n, how, err
}

// writtenOut writes out an amount in scientific notation, 8.1763E+02, that has all its cents; exact is false
// for one that has not: a spreadsheet may have rounded what it shows.
func writtenOut(text string) (written string, exact bool) {
	sign, digits := "", strings.TrimPrefix(text, "-")
	if digits != text {
		sign = "-"
	}
	mantissa, power, scientific := strings.Cut(strings.ToUpper(digits), "E")
	whole, frac, _ := strings.Cut(mantissa, ".")
	exponent, err := strconv.Atoi(power)
	if !scientific || err != nil || !isDigits(whole) || frac != "" && !isDigits(frac) || exponent < -maxExponent || exponent > maxExponent {
		return text, false
	}
	exact = len(frac) >= exponent+2
	point := len(whole) + exponent
	all := whole + frac
	if point < 0 {
		all, point = strings.Repeat("0", -point)+all, 0
	}
	if point > len(all) {
		all += strings.Repeat("0", point-len(all))
	}
	return sign + all[:point] + "." + all[point:], exact
}

// maxExponent is the largest exponent an amount can have.
const maxExponent = 14

// readCharge reads money as readAmount does. Beside amounts with a decimal comma 1,500 may be either.
func readCharge(cell string, comma bool) (claim.Cents, repair, error) {
	if comma {
		_, frac, _ := strings.Cut(cell, ",")
		if _, err := claim.ParseCents(cell); err == nil && len(strings.TrimRight(frac, " )-")) == 3 {
			return 0, noRepair, errEitherComma
		}
	}
	amount, how, err := readAmount(cell, comma, claim.ParseCents)
	if how == amountScientific && err == nil {
		if text, _ := unwrap(cell); !scientificCents(text) {
			return 0, noRepair, errScientific
		}
	}
	return amount, how, err
}

// plainCents reads an amount in its commonest form, 1234.50, of up to seven digits before the point.
func plainCents(text string) (cents claim.Cents, ok bool) {
	point := len(text) - len(".50")
	if point < 1 || point > 7 || text[point] != '.' {
		return 0, false
	}
	for i := range len(text) {
		switch {
		case i == point:
		case isDigit(text[i]):
			cents = cents*10 + claim.Cents(text[i]-'0')
		default:
			return 0, false
		}
	}
	return cents, true
}

// scientificCents tells whether an amount in scientific notation has all its cents.
func scientificCents(text string) bool {
	_, exact := writtenOut(text)
	return exact
}

var errScientific = &claim.FormatError{What: "money", Expected: "an amount such as 1234.50; a spreadsheet has rounded this one and its cents are lost: export the column again as text"}

var errEitherComma = &claim.FormatError{What: "money", Expected: "an amount that reads in one way, such as 1.500,00 or 1500,00: the column has decimal commas, and this may be 1.50 or 1500"}

var errEitherPoint = &claim.FormatError{What: "number", Expected: "a number that reads in one way, such as 1,500.00 or 1500: this may be 1.5 or 1500, and no other of its column tells"}

// decimalComma tells whether the number has a decimal comma; either, that it may have a point or not, and the
// column does not say. Where the sampled numbers do not tell the whole column is asked, if it matters.
func (r *reader) decimalComma(f claim.Field, text string) (comma, either bool) {
	if !r.open.Has(f) || strings.IndexByte(text, ',') < 0 && decimals(text) != 3 {
		return r.commas.Has(f), false
	}
	all := r.surveyed()
	return all.commas.Has(f), all.either.Has(f) && decimals(text) == 3
}

// dustWidth is how long a number is at least that a spreadsheet left dust on.
const dustWidth = 10

// dust is the repair of a number whose digits behind the point go far beyond a cent.
func dust(cell string) repair {
	frac := cell[strings.LastIndexByte(cell, '.')+1:]
	if len(strings.TrimRight(frac, "0) -")) > 4 {
		return amountDust
	}
	return noRepair
}

var (
	commaSwap   = strings.NewReplacer(",", ".", ".", ",", " ", "", "\u00a0", "", "\u202f", "", "$", "")
	pointBlanks = strings.NewReplacer("\u00a0", "", "\u202f", "", "$(", "(", "$ (", "(")
)

// isCommaDecimal tells whether a number reads only with a decimal comma: 150,00 or 1.234,50.
func isCommaDecimal(cell string) bool {
	text, _ := unwrap(cell)
	if _, err := claim.ParseCents(text); err == nil || !strings.Contains(text, ",") {
		return false
	}
	_, err := claim.ParseCents(commaSwap.Replace(text))
	return err == nil
}

// findCommas tells from the sampled values which columns of numbers have a decimal comma: those in which
// more numbers read only so than only with a point, and those that do not tell beside one that does.
func (t *Table) findCommas() {
	var commas, points claim.Fields
	numbers := claim.FieldsOf(claim.Quantity, claim.Money)
	for f, column := range t.plan.column {
		f := claim.Field(f)
		if column < 0 || !numbers.Has(f) {
			continue
		}
		more := 0
		for _, v := range t.Columns[column].values {
			_, _, err := readAmount(v, true, claim.ParseCents)
			if f.Kind() == claim.Money {
				_, _, err = readCharge(v, true)
			}
			switch {
			case isCommaDecimal(v):
				more++
			case err != nil && !t.know.isAbsent(v, false):
				more--
			}
		}
		told := &numberColumn{}
		for _, v := range t.Columns[column].values {
			told.see(v)
		}
		if more == 0 && told.comma == 0 && told.point == 0 {
			t.plan.open |= claim.FieldSet(f)
		}
		switch {
		case more > 0:
			commas |= claim.FieldSet(f)
			t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("the numbers of column %q have a decimal comma", t.Columns[column].Header))
		case more < 0:
			points |= claim.FieldSet(f)
		}
	}
	if commas != 0 {
		t.plan.commas = numbers &^ points
		t.plan.open = 0
	}
}
