package parsers

import (
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// described are the ways in which a cell may be a code with words beside it: the code in front (11 - Office,
// M54.16: Radiculopathy, (RT) right) and the code behind (Office (11)).
func described(text string) (ways [2]struct{ code, words string }) {
	front, open := &ways[0], strings.IndexAny(text, "([{")
	if text == "" {
		return ways
	}
	if open == 0 {
		if end := strings.IndexAny(text, ")]}"); end > 0 {
			front.code, front.words = trim(text[1:end]), trimMarks(text[end+1:])
		}
		return ways
	}
	n := 0
	for n < len(text) && (isAlnum(text[n]) || text[n] == '.') {
		n++
	}
	front.code, front.words = strings.TrimSuffix(text[:n], "."), trimMarks(text[n:])
	if last := text[len(text)-1]; last == ')' || last == ']' || last == '}' {
		open = strings.LastIndexAny(text, "([{")
		ways[1].code, ways[1].words = trim(text[open+1:len(text)-1]), trimMarks(text[:max(open, 0)])
	}
	return ways
}

// trimMarks is a text less the marks and blanks around it.
func trimMarks(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return isSeparator(r) || isBlankRune(r) || strings.ContainsRune("()=*#", r) })
}

// hasWord tells whether two letters stand beside each other in the text.
func hasWord(text string) bool {
	for i := 1; i < len(text); i++ {
		if isLetter(text[i]) && isLetter(text[i-1]) {
			return true
		}
	}
	return false
}

// tokens are the parts of a text between marks and blanks; a point within one is part of it.
func tokens(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return r != '.' && (isSeparator(r) || isBlankRune(r) || strings.ContainsRune("()=#", r))
	})
	for i := range parts {
		parts[i] = strings.Trim(parts[i], ".")
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// withoutSystem is a code less the name of its system in front: CPT 64483, HC:64483:RT, ICD10: M54.16.
func (k *knowledge) withoutSystem(f claim.Field, text string) string {
	for n := 2; n < len(text) && n <= longestSystem; n++ {
		if text[n] != '.' && (isSeparator(rune(text[n])) || text[n] == '=') && k.wordOf(f, text[:n]) == codeSystem {
			if rest := trimMarks(text[n:]); rest != "" {
				return rest
			}
		}
	}
	return text
}

// wordOf is what the words table says of a text in a column of the field.
func (k *knowledge) wordOf(f claim.Field, text string) string {
	if len(text) > longestWord {
		return ""
	}
	c := rowColumn{words: k.words[role(f)]}
	return c.word(text)
}

// The words table calls a code's system so; its name is not longer than that.
const (
	codeSystem    = "system"
	longestSystem = 10
)

// describedCode reads a code with units or its description beside it.
func (k *knowledge) describedCode(text string) (c codeCell, ok bool) {
	if base, units := k.unitsBehind(text); units > 0 {
		if code, mods, ok := k.glued(base); ok {
			return codeCell{code: code, text: code.String(), mods: mods, units: units, repair: codeUnits}, true
		}
		if code, ok := shapedCode(base); ok {
			return codeCell{code: code, text: code.String(), units: units, repair: codeUnits}, true
		}
		return c, false
	}
	for _, way := range described(text) {
		code, ok := shapedCode(way.code)
		if !ok || !k.describes(way.words) {
			continue
		}
		return codeCell{code: code, text: code.String(), repair: codeDescribed}, true
	}
	return k.gluedAndDescribed(text)
}

// gluedAndDescribed reads 64493-50 with a description behind the modifiers.
func (k *knowledge) gluedAndDescribed(text string) (codeCell, bool) {
	at := strings.IndexAny(text, " \t:|")
	if at < len("64493-50") {
		return codeCell{}, false
	}
	code, mods, ok := k.glued(text[:at])
	if !ok || !k.describes(trimMarks(text[at:])) {
		return codeCell{}, false
	}
	return codeCell{code: code, text: code.String(), mods: mods, repair: codeDescribed}, true
}

func shapedCode(text string) (claim.Code, bool) {
	code, err := claim.ParseCode(text)
	return code, err == nil && code.Shaped()
}

// describes tells whether the words beside a code are nothing but words: not another code, the end of a
// range, a modifier or units, which could be meant.
func (k *knowledge) describes(words string) bool {
	if !hasWord(words) {
		return false
	}
	for i, token := range tokens(words) {
		_, coded := shapedCode(token)
		units := len(token) > 1 && lower(token[0]) == 'x' && isDigits(token[1:])
		if coded || units || i == 0 && k.listed(token) && strings.ToUpper(token) == token {
			return false
		}
	}
	return true
}

// unitsBehind cuts units of service from behind a code: 64493 x2, 64493 (2 units), J3301 *4, 64493 qty 2.
func (k *knowledge) unitsBehind(text string) (base string, units claim.Units) {
	at := strings.IndexAny(text, " \t(*,:;|")
	if at < codeWidth || slices.ContainsFunc(tokens(text[at:]), isRelation) {
		return text, 0
	}
	parts := unitTokens(text[at:])
	if len(parts) > 1 && len(parts[0]) == 2 && isLetter(parts[0][0]) && k.isModifier(text, strings.ToUpper(parts[0])) {
		inner, units := k.unitsBehind(text[:at] + " " + strings.Join(parts[1:], " "))
		return inner + "-" + strings.ToUpper(parts[0]), units
	}
	if n, ok := k.worded(parts); ok {
		return text[:at], n
	}
	return text, 0
}

// isRelation tells whether a word is a modifier of who the doctor is to the patient, X1 to X5, which may as
// well be units: x2.
func isRelation(token string) bool {
	return len(token) == 2 && token[0] == 'X' && token[1] >= '1' && token[1] <= '5'
}

// hasUnitMark tells whether a cell of units may hold a word or an x beside its number.
func hasUnitMark(text string) bool {
	return strings.ContainsAny(text, "0123456789") && strings.ContainsAny(text, "uUnNxXqQtT*")
}

// wordedUnits reads a cell of units with words beside the number: 2 units, x2, qty 2.
func (k *knowledge) wordedUnits(text string) (claim.Units, bool) { return k.worded(unitTokens(text)) }

// unitTokens are the parts of what tells units, with a star for an x.
func unitTokens(text string) []string {
	return tokens(strings.ToLower(strings.NewReplacer("*", " x ", "\u00d7", " x ", "(", " ", ")", " ").Replace(text)))
}

// worded reads one number beside an x or a word for units.
func (k *knowledge) worded(parts []string) (claim.Units, bool) {
	number, told := "", false
	for _, part := range parts {
		switch digits := strings.Trim(part, "x"); {
		case digits != "" && isDigits(digits) && len(digits) <= 3 && number == "":
			number, told = digits, told || len(digits) < len(part)
		case digits == "" && len(part) == 1, k.wordOf(claim.FieldUnits, part) != "":
			told = true
		default:
			return 0, false
		}
	}
	n, err := claim.ParseUnits(number)
	return n, told && err == nil && n > 0
}

// readDescribed reads diagnoses of which some have their description beside them. Only what stands at the
// beginning, behind a mark between diagnoses or in brackets is one: S1 and T12 are vertebrae elsewhere.
func readDescribed(text string, add func(claim.Diagnosis) bool) bool {
	found := 0
	for _, segment := range segments(text) {
		code, rest := claim.Diagnosis(0), segment
		for _, way := range described(segment) {
			if d, err := claim.ParseDiagnosis(way.code); err == nil && d.Shaped() && code == 0 {
				code, rest = d, way.words
			}
		}
		switch {
		case slices.ContainsFunc(tokens(rest), isCoded), rest != "" && !strings.ContainsFunc(rest, letterRune):
			return false
		case code != 0:
			if !add(code) {
				return false
			}
			found++
		case found == 0, !hasWord(rest), strings.ContainsAny(rest, "0123456789"): // M5O.16 is no description
			return false
		}
	}
	return found > 0
}

// isCoded tells whether a word among a description's is a diagnosis, or may have been meant for one.
func isCoded(token string) bool {
	return isLongDiagnosis(token) || isLetter(token[0]) && strings.Contains(token, ".") && strings.ContainsAny(token, "0123456789")
}

func letterRune(r rune) bool { return r > 0x7f || isLetter(byte(r)) }

// segments are the parts of a list of diagnoses with descriptions. A comma parts them where a diagnosis
// stands behind it, else it is the description's.
func segments(text string) (list []string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(";|\n^~", r) }) {
		start := 0
		for i := range len(part) {
			if part[i] != ',' {
				continue
			}
			if next := tokens(part[i:]); len(next) > 0 && isLongDiagnosis(next[0]) {
				list, start = append(list, trimBlanks(part[start:i])), i+1
			}
		}
		list = append(list, trimBlanks(part[start:]))
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// trimBlanks is a text less blanks and list marks around it.
func trimBlanks(text string) string { return strings.Trim(trim(text), ", \t\r") }

// isLongDiagnosis tells whether a word can be nothing but a diagnosis: with a dot, or five characters long.
func isLongDiagnosis(token string) bool {
	d, err := claim.ParseDiagnosis(token)
	return err == nil && d.Shaped() && (strings.Contains(token, ".") || len(token) > 4)
}

// numberAmong is the one number of so many digits that stands among words: 1234567893 - Smith.
func numberAmong(text string, size int) string {
	found := ""
	for _, token := range tokens(text) {
		if len(token) == size && isDigits(token) {
			if found != "" {
				return ""
			}
			found = token
		}
	}
	if !hasWord(text) {
		return ""
	}
	return found
}

// visible is a text less the marks nobody sees: zero-width ones, those of the direction of writing, soft
// hyphens.
func visible(text string) string {
	all := byte(0)
	for i := range len(text) {
		all |= text[i]
	}
	if all < 0x80 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return r
	}, text)
}

func isInvisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f:
		return true
	}
	return false
}
