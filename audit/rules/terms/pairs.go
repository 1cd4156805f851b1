package terms

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

// Conflict is a line and a column 1 line it bundles into.
type Conflict struct {
	Column1  *audit.Line
	Edit     catalog.Edit
	Severity audit.Severity
	Opening  gate
}

// Worse tells whether k is the stricter of two conflicts.
func (k Conflict) Worse(than Conflict) bool {
	if k.Severity != than.Severity {
		return k.Severity > than.Severity
	}
	return k.Edit.Indicator == catalog.Never && than.Edit.Indicator != catalog.Never
}

// ConflictOf is the conflict of a line with a column 1 line, if there is one that no modifier
// opens.
func ConflictOf(cat *catalog.Catalog, column1, column2 *audit.Line) (Conflict, bool) {
	edit, ok := cat.Edit(column2.Scope(), column1.Code, column2.Code, column2.From)
	if !ok || column1 == column2 || turned(cat, edit, column2) {
		return Conflict{}, false
	}
	k := Conflict{Column1: column1, Edit: edit}
	if edit.Indicator == catalog.Allowed {
		k.Opening = Bypass(column1, column2)
	}
	if k.Opening == Open {
		return Conflict{}, false
	}
	k.Severity = Lower(audit.Error, Providers(column1, column2))
	if k.Severity == audit.Review && column2.In(catalog.SedationOther) {
		return Conflict{}, false // that a colleague gave it is what the code says
	}
	return k, k.Severity != 0
}

// turned tells whether the edit had not begun because the two codes stood in the other order then:
// the table gives no start dates, and an edit begins when the one it turns round ends.
func turned(cat *catalog.Catalog, e catalog.Edit, l *audit.Line) bool {
	if e.Dated() {
		return false
	}
	other, ok := cat.Edit(l.Scope(), e.Column2, e.Column1, l.From)
	return ok && !other.Dated() && other.To < e.To
}

// Because says what the modifiers of the pair do and why they do not open it.
func Because(k Conflict) string {
	if k.Edit.Indicator == catalog.Never {
		return "indicator 0, which no modifier opens"
	}
	text := "indicator 1, opened only by a modifier the record supports"
	switch {
	case k.Edit.Indicator == catalog.Allowed && apart(k.Column1):
		text += fmt.Sprintf(" and, before %s, only on the column 2 line", eitherLineFrom)
	case k.Opening == oneSided:
		text += "; only one of the lines names a side: what a payer's system pays for that, an audit takes back"
	}
	return text
}

// ByTable says what the table leaves open about the day: when the edit began, where it does not tell and the
// day lies before its quarter, and which of two edits was taken. That a table of another quarter judged the line
// is said once, on Coverage.
func ByTable(e catalog.Edit, l *audit.Line) (text string) {
	if e.Table == nil {
		return ""
	}
	if q := e.Table.Quarter; !e.Dated() && l.From < q.First() {
		text = fmt.Sprintf("; in force on that day as far as known, because the table of %s does not say when the edit began", q)
	}
	if e.Conflict {
		text += "; the table has edits of both indicators for the day, and the stricter is taken"
	}
	return text
}

// Remedy asks for the fact in the record and names the modifier that it supports.
func (k Conflict) Remedy(l *audit.Line) string {
	code, other := l.Code, k.Column1.Code
	remove := fmt.Sprintf("; otherwise remove %s", code)
	switch {
	case k.Edit.Indicator == catalog.Never:
		return fmt.Sprintf("remove %s, because no modifier opens it with %s", code, other)
	case IsVisit(l):
		return fmt.Sprintf("append 25 to %s only if the note shows a significant visit apart from %s and its usual work before and after", code, other) + remove
	case l.From < xModifiersFrom:
		return fmt.Sprintf("append 59 to %s only if the record shows that it was apart from %s: another site, encounter or injury", code, other) + remove
	}
	return fmt.Sprintf("find in the record how %s was apart from %s and append the modifier of that fact to %s: XS for another site (or RT on one line and LT on the other for opposite sides), "+
		"XE for another encounter that day, XP for another practitioner, XU for a service that does not overlap; 59 only where the payer takes none of these", code, other, code) + remove
}

// Removal is the fix that takes a line off the claim, with the add-ons it would leave without a
// primary.
func Removal(c *audit.Case, l *audit.Line, day *Company, why string) audit.Fix {
	fix := audit.Fix{
		Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: %s", l.Code, why),
	}
	RemoveWithAddOns(c, l, day, &fix)
	return fix
}

// RemoveWithAddOns makes the fix take the line off, with the add-ons it would leave without a primary.
func RemoveWithAddOns(c *audit.Case, l *audit.Line, day *Company, fix *audit.Fix) {
	fix.Edits = append(fix.Edits, audit.Remove(l))
	if left := orphans(c.Catalog, l, day); len(left) > 0 {
		fix.Text += "; with it remove " + codesOf(left) + ", which would have no primary"
		for _, a := range left {
			fix.Edits = append(fix.Edits, audit.Remove(a))
		}
	}
}

// BundledAs is a line of the day that the line would bundle with, need 25 beside or repeat if it
// were billed so; nil when there is none.
func BundledAs(cat *catalog.Catalog, l *audit.Line, as audit.Line, day []audit.Line) *audit.Line {
	as.Known = cat.Lookup(as.Code)
	for i := range day {
		m := &day[i]
		if m == l {
			continue
		}
		_, under := ConflictOf(cat, m, &as)
		_, over := ConflictOf(cat, &as, m)
		if _, clashes := ClashOf(cat, &as, m); under || over || clashes && IsVisit(&as) || m.Code == as.Code {
			return m
		}
	}
	return nil
}

// codesOf are the codes of the lines, each once.
func codesOf(lines []*audit.Line) string {
	var codes []string
	for _, l := range lines {
		if code := l.Code.String(); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ", ")
}
