package parsers

import (
	"fmt"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// trim drops blanks around a cell, non-breaking and zero-width ones too.
func trim(s string) string {
	if s == "" {
		return s
	}
	if first, last := s[0], s[len(s)-1]; first > ' ' && first < 0x80 && last > ' ' && last < 0x80 {
		return s
	}
	return strings.TrimFunc(s, isBlankRune)
}

func isBlankRune(r rune) bool {
	switch {
	case r <= ' ', r == 0x7f, r == 0xa0, r >= 0x2000 && r <= 0x200f, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x2060, r == 0x3000, r == 0xfeff:
		return true
	}
	return false
}

// unwrap takes a value out of what keeps a spreadsheet from changing it: ="64483" and '64483.
func unwrap(s string) (text string, wrapped bool) {
	text = trim(s)
	switch n := len(text); {
	case n > 3 && text[0] == '=' && text[1] == '"' && text[n-1] == '"':
		return trim(text[2 : n-1]), true
	case n > 1 && text[0] == '\'':
		return trim(strings.TrimSuffix(text[1:], "'")), true
	case n > 2 && text[0] == '"' && text[n-1] == '"':
		return trim(text[1 : n-1]), true
	}
	return text, false
}

// reading is what became of a number that a spreadsheet may have rewritten.
type reading uint8

const (
	asWritten reading = iota
	rewritten         // 64483.0 or 6.4483E+04: nothing is lost
	rounded           // 1.00309E+09: digits are lost
)

// wholeNumber undoes what a spreadsheet does to a number of digits: 64483.0, 6.4483E+04.
func wholeNumber(s string) (string, reading) {
	mantissa, exponent, scientific := cutExponent(s)
	whole, frac, dotted := strings.Cut(mantissa, ".")
	if !isDigits(whole) || dotted && !isDigits(frac) || !dotted && !scientific {
		return s, asWritten
	}
	frac = strings.TrimRight(frac, "0")
	switch {
	case !scientific && frac == "":
		return whole, rewritten
	case !scientific:
		return s, asWritten
	case len(whole) != 1 || len(frac) > exponent || len(frac) < exponent && len(frac) <= shownDecimals || exponent > 14:
		return s, rounded
	}
	return whole + frac + strings.Repeat("0", exponent-len(frac)), rewritten
}

// shownDecimals is how many decimals a spreadsheet leaves of a long number it shows as 1.00309E+09.
const shownDecimals = 5

// cutExponent cuts 6.4483E+04 before its E.
func cutExponent(s string) (mantissa string, exponent int, ok bool) {
	at := strings.IndexAny(s, "Ee")
	if at < 1 || at+2 > len(s) || len(s)-at > 5 {
		return s, 0, false
	}
	digits := strings.TrimPrefix(s[at+1:], "+")
	if !isDigits(digits) || len(digits) == len(s)-at-1 && !strings.Contains(s, ".") {
		return s, 0, false // 64E1 is no number of a spreadsheet's
	}
	for i := range len(digits) {
		exponent = exponent*10 + int(digits[i]-'0')
	}
	return s[:at], exponent, true
}

// codeCell is what a code cell holds.
type codeCell struct {
	code   claim.Code // zero when the cell cannot be one code
	text   string     // the code in letters; of a cell that holds none, what was wrapped in it
	mods   claim.Modifiers
	units  claim.Units // told behind the code: 64493 x2
	repair repair
	kind   claim.UnreadKind // pseudo-code or payment: what stands for a code and is no service
}

// readCode reads the cell of a procedure code, with what a spreadsheet or an export may have done
// to it undone.
func (k *knowledge) readCode(cell string) codeCell {
	text, wrapped := unwrap(cell)
	number, how := wholeNumber(text)
	c, none := codeCell{}, codeCell{}
	if wrapped {
		none.text = strings.Clone(text)
	}
	switch {
	case how == rewritten:
		text, c.repair = number, codeAsNumber
	case how == rounded:
		return none
	case wrapped:
		c.repair = codeWrapped
	}
	if lostZeros(text) {
		text, c.repair = "00000"[len(text):]+text, codeZeros
	}
	if kind := k.noService(text); kind != "" {
		return codeCell{kind: kind}
	}
	if clear := visible(text); clear != text {
		text, c.repair = clear, cellMarked
	}
	text = k.withoutSystem(claim.FieldCode, text)
	if code, mods, ok := k.glued(text); ok {
		return codeCell{code: code, text: code.String(), mods: mods, repair: codeGlued}
	}
	if code, err := claim.ParseCode(text); err == nil && strings.ContainsAny(text, "0123456789") {
		c.code, c.text = code, code.String()
		return c
	}
	if described, ok := k.describedCode(text); ok {
		return described
	}
	return none
}

// noService is what kind of row a code cell makes that holds words for what is no service, such as NO
// SHOW. Words without a number may go on: MEDICAL RECORDS REQUEST.
func (k *knowledge) noService(text string) claim.UnreadKind {
	if kind := k.pseudo[wordKey(text)]; kind != "" || len(text) > longestPseudo || strings.ContainsAny(text, "0123456789") {
		return kind
	}
	for end := len(text) - 1; end > 1; end-- {
		if isSeparator(rune(text[end])) {
			if kind := k.pseudo[wordKey(text[:end])]; kind != "" {
				return kind
			}
		}
	}
	return ""
}

// longestPseudo is the longest text that is looked into for words of no service.
const longestPseudo = 60

// lostZeros tells whether the text is an anesthesia code (00100 to 01999) without its zeros. No
// other code is written with three digits, or with four of which the first is 1.
func lostZeros(text string) bool {
	return isDigits(text) && (len(text) == 3 && text[0] != '0' || len(text) == 4 && text[0] == '1')
}

// glued takes apart a code with modifiers behind it: 64483-50, 90371/26, 64483-RT-59, 64483RT.
func (k *knowledge) glued(text string) (code claim.Code, mods claim.Modifiers, ok bool) {
	if len(text) < 7 {
		return 0, mods, false
	}
	code, err := claim.ParseCode(text[:5])
	if err != nil || !code.Shaped() {
		return 0, mods, false
	}
	rest := text[5:]
	twoLetters := len(rest) == 2 && isLetter(rest[0]) && isLetter(rest[1])
	if isAlnum(rest[0]) && (!twoLetters || !isDigit(text[0]) && upper(rest[0]) == 'X') {
		return 0, mods, false // M8008XA is a diagnosis
	}
	n := 0
	for part := range strings.FieldsFuncSeq(rest, isSeparator) {
		m, err := claim.ParseModifier(part)
		if err != nil || len(part) != 2 || n == len(mods) || part[0] == 'X' && isDigit(part[1]) || !k.isModifier(text[:5], part) {
			return 0, mods, false
		}
		mods[n] = m
		n++
	}
	return code, mods, n > 0
}

func isSeparator(r rune) bool {
	return strings.ContainsRune("-/,;:.|+&^~[]{}\" \t\r\n\u00a0\u2013\u2014", r)
}

// isModifier tells whether two characters behind a code are a modifier and not the end of a range:
// 64490-95 ends in one that exists, and yet means 64490 to 64495.
func (k *knowledge) isModifier(code, text string) bool {
	if !isDigits(text) {
		return len(text) == 2 && (text[0] != 'x' || isLetter(text[1])) // x2 is twice
	}
	listed := k.words[role(claim.FieldModifiers)][text] != ""
	return listed && (text[0] != '9' || code[3] != '9' || text[1] <= code[4])
}

// listed tells whether the text is one of the modifiers that practices run together or put behind codes.
func (k *knowledge) listed(text string) bool {
	word := k.modifierWord(text)
	return len(text) == 2 && len(word) == 2 && word[0] == upper(text[0]) && word[1] == upper(text[1])
}

// modifierWord is the modifier that a word stands for: LEFT, BILATERAL; noModifier says that there is none.
func (k *knowledge) modifierWord(text string) string {
	for i := range len(text) {
		if !isAlnum(text[i]) && strings.IndexByte(" .-", text[i]) < 0 {
			return ""
		}
	}
	return k.wordOf(claim.FieldModifiers, text)
}

// noModifier is what the words table says of NO and NO MODIFIER.
const noModifier = "none"

// readModifiers reads a cell of one modifier or more into mods behind those there: 59,RT or 59RT
// or 50:RT, a side in words, or one with its description. A word is no modifiers run together.
func (k *knowledge) readModifiers(cell string, mods *claim.Modifiers, n int) (int, repair, bool) {
	text, wrapped := unwrap(cell)
	mended := noRepair
	if wrapped {
		mended = modifierWrapped
	}
	if number, how := wholeNumber(text); how == rewritten {
		text, mended = number, modifierAsNumber
	}
	if clear := visible(text); clear != text {
		text, mended = clear, cellMarked
	}
	if after, worded, ok := k.listOfModifiers(text, mods, n); ok {
		if worded {
			mended = modifierInWords
		}
		return after, mended, true
	}
	clear(mods[n:])
	for _, way := range described(text) {
		if after, ok := k.describedModifier(way.code, way.words, mods, n); ok {
			return after, modifierDescribed, true
		}
	}
	return n, mended, false
}

// listOfModifiers reads modifiers, and sides in words, between marks.
func (k *knowledge) listOfModifiers(text string, mods *claim.Modifiers, n int) (after int, worded, ok bool) {
	switch word := k.modifierWord(text); {
	case word == noModifier:
		return n, len(text) > 2, true
	case word != "":
		after, ok = addModifiers(word, mods, n)
		return after, len(wordKey(text)) != 2, ok
	}
	for part := range strings.FieldsFuncSeq(text, isSeparator) {
		word := k.modifierWord(part)
		switch {
		case word == noModifier, word == "" && len(part) != 2 && !k.runTogether(part):
			return n, false, false
		case word != "" && len(part) != 2:
			worded, part = true, word
			if m, _ := claim.ParseModifier(word); mods.Has(m) {
				continue
			}
		}
		if n, ok = addModifiers(part, mods, n); !ok {
			return n, false, false
		}
	}
	return n, worded, !worded || sides(*mods) == 1
}

// sides is how many of left, right and both the modifiers say.
func sides(mods claim.Modifiers) (n int) {
	for _, side := range claim.Mods("LT", "RT", "50") {
		if mods.Has(side) {
			n++
		}
	}
	return n
}

// runTogether tells whether a part is made of modifiers that are listed: 59RT, and not LEFT or SAGE.
func (k *knowledge) runTogether(part string) bool {
	if len(part)%2 != 0 {
		return false
	}
	for ; part != ""; part = part[2:] {
		if !k.listed(part[:2]) {
			return false
		}
	}
	return true
}

// addModifiers puts modifiers, of two characters each, behind those there.
func addModifiers(part string, mods *claim.Modifiers, n int) (int, bool) {
	for ; part != ""; part = part[2:] {
		m, err := claim.ParseModifier(part[:2])
		if err != nil || n == len(mods) {
			return n, false
		}
		mods[n] = m
		n++
	}
	return n, true
}

// describedModifier reads a modifier with words beside it that say no other.
func (k *knowledge) describedModifier(code, words string, mods *claim.Modifiers, n int) (int, bool) {
	if len(code) != 2 || !hasWord(words) {
		return n, false
	}
	for i, token := range tokens(words) {
		word := k.modifierWord(token)
		if word != "" && !strings.EqualFold(word, code) && (len(token) > 2 || i == 0 || isDigit(token[0])) {
			return n, false
		}
	}
	return addModifiers(code, mods, n)
}

// readDiagnoses reads a cell of one diagnosis, or of a list, each with its description or not, and hands
// each on; false when it holds anything else.
func (k *knowledge) readDiagnoses(cell string, add func(claim.Diagnosis) bool) (repair, bool) {
	text, _ := unwrap(cell)
	if d, err := claim.ParseDiagnosis(strings.TrimSuffix(text, ".")); err == nil {
		return noRepair, add(d)
	}
	how := noRepair
	if clear := visible(text); clear != text {
		text, how = clear, cellMarked
	}
	if len(text) > 5 && (text[0] == 'I' || text[0] == 'i') {
		text = codeSystems.Replace(text)
	}
	text = k.withoutSystem(claim.FieldDiagnoses, text)
	var found [len(claim.Line{}.Dx)]claim.Diagnosis
	n := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '.' && isSeparator(r) }) {
		d, err := claim.ParseDiagnosis(strings.TrimSuffix(part, "."))
		if err != nil || !d.Shaped() && !isDigit(part[0]) {
			return diagnosisDescribed, readDescribed(text, add)
		}
		if n == len(found) {
			return noRepair, false
		}
		found[n] = d
		n++
	}
	for _, d := range found[:n] {
		if !add(d) {
			return noRepair, false
		}
	}
	return how, n > 0
}

// codeSystems takes away what an export writes before its diagnoses: ICD10|M54.16:ICD10|G89.4.
var codeSystems = strings.NewReplacer("ICD10:", " ", "ICD10|", " ", "ICD-10:", " ", "ICD-10-CM:", " ", "ICD10CM:", " ")

// dateCell is what a date cell holds.
type dateCell struct {
	date   claim.Date
	layout claim.Layout
	ok     bool
	repair repair
	form   dateForm
	clock  clock
	digits bareDigits // of a day that is no more
}

// bareDigits are five to seven digits, without a pointer into the input.
type bareDigits struct {
	value uint32
	width uint8
}

func digitsOf(text string) (d bareDigits) {
	for i := range len(text) {
		d.value = d.value*10 + uint32(text[i]-'0')
	}
	d.width = uint8(len(text))
	return d
}

func (d bareDigits) String() string { return fmt.Sprintf("%0*d", d.width, d.value) }

// dateForm is how the cell of a day is written, as far as the column has to say how it is read.
type dateForm uint8

const (
	writtenDay dateForm = iota // the cell says it
	serialDay                  // five digits, which may be a spreadsheet's number
	digitsDay                  // six or seven digits
)

// clock is the time of day in a date cell: none or midnight, any, or just before midnight.
type clock uint8

const (
	noTime clock = iota
	timeOfDay
	justBefore
)

// dateWay is how the cells of a date column are read.
type dateWay struct {
	epoch  claim.Epoch
	number bool // a numeric cell of a workbook
	birth  bool // dates before May 1927, serials of four digits, are likely
}

func readDate(cell string, way dateWay) dateCell {
	if clear := visible(cell); clear != cell {
		c := readDate(clear, way)
		c.repair = cellMarked
		return c
	}
	text, wrapped := unwrap(cell)
	if d, layout, err := claim.ParseDate(text); err == nil && d != 0 {
		c := dateCell{date: d, layout: layout, ok: true, clock: clockOf(text)}
		if wrapped {
			c.repair = dateWrapped
		}
		return c
	}
	if number, how := wholeNumber(text); how == rewritten {
		text = number
	}
	days, fraction, _ := strings.Cut(text, ".")
	early := way.number && way.birth && len(days) == 4
	switch {
	case !isDigits(days), len(days) < 5 && !early, len(days) > 7:
		return dateCell{}
	case len(days) > 5:
		return dateCell{form: digitsDay, digits: digitsOf(days)}
	}
	d, err := claim.ParseSerial(text, way.epoch)
	c := dateCell{date: d, ok: err == nil && d != 0, form: serialDay, digits: digitsOf(days)}
	if early {
		c.form = writtenDay
	}
	var next bool
	if c.clock, next = clockOfSerial(fraction); next {
		c.date++
	}
	if c.ok && !way.number {
		c.repair = dateAsSerial
	}
	return c
}

// isZeros tells whether a cell of a date or a pointer holds zeros alone: 00/00/0000, 0000-00-00, 0.
func isZeros(text string) bool {
	for i := range len(text) {
		if isLetter(text[i]) || isDigit(text[i]) && text[i] != '0' {
			return false
		}
	}
	return strings.Contains(text, "0")
}

// span cuts "3/10/2025 - 3/12/2025" in two.
func span(text string) (from, to string, ok bool) {
	for _, between := range []string{" - ", " – ", " to ", " thru ", " through ", "–", "\n", "; ", ";"} {
		if from, to, ok = strings.Cut(text, between); ok {
			return from, to, true
		}
	}
	// 03/10/2025-03/12/2025, 3/9/2025 3/12/2025
	for i := range len(text) {
		if strings.IndexByte("-/ ,", text[i]) >= 0 && isDate(text[:i]) && isDate(text[i+1:]) {
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

func isDate(text string) bool {
	_, _, err := claim.ParseDate(text)
	return err == nil
}

// textCell is a short text read from a cell, such as a number of ten digits.
type textCell struct {
	text   string
	repair repair
	fault  string // what was expected, when the cell does not read
}

const (
	expectedNPI       = "an NPI of ten digits"
	expectedWholeNPI  = "an NPI of ten digits; a spreadsheet has rounded this one and its digits are lost: export the column again as text"
	expectedTIN       = "a tax number of nine digits"
	expectedWholeTIN  = "a tax number of nine digits; a spreadsheet has rounded this one and its digits are lost: export the column again as text"
	expectedPOS       = "a place of service of two digits, such as 11"
	expectedState     = "a state of two letters, such as PA"
	expectedType      = "professional, facility or asc"
	expectedFrequency = "a claim frequency of one digit, such as 1 or 7"
	expectedSequence  = "whose turn the payer is: P, S or T, or 1, 2 or 3"
	expectedDOS       = "a date such as 2025-03-10 or 3/10/2025"
	expectedMods      = "at most four modifiers of two letters or digits, such as 59 or RT"
	expectedDx        = "ICD-10-CM codes such as M54.16, at most twelve on a line"
)

// readNPI reads a provider's number. One of another length is handed on as it is: that it cannot
// exist is a finding of its own.
func readNPI(cell string) textCell {
	text, wrapped := unwrap(cell)
	number, how := wholeNumber(text)
	switch {
	case how == rounded:
		return textCell{fault: expectedWholeNPI}
	case numberAmong(text, len("1234567893")) != "":
		return textCell{text: numberAmong(text, len("1234567893")), repair: providerDescribed}
	case how == rewritten:
		return textCell{text: number, repair: npiAsNumber}
	case wrapped:
		return textCell{text: text, repair: npiAsNumber}
	case len(text) == 0 || !isDigit(text[0]) || hasWord(text) && strings.Contains(text, " "):
		return textCell{fault: expectedNPI}
	}
	return textCell{text: text}
}

func readTIN(cell string) textCell {
	text, _ := unwrap(cell)
	number, how := wholeNumber(text)
	digits := strings.NewReplacer("-", "", " ", "").Replace(number)
	switch {
	case how == rounded:
		return textCell{fault: expectedWholeTIN}
	case !isDigits(digits) && tinAmong(text) != "":
		return textCell{text: tinAmong(text), repair: providerDescribed}
	case !isDigits(digits):
		return textCell{fault: expectedTIN}
	case len(digits) == 8:
		return textCell{text: "0" + digits, repair: tinZero}
	case len(digits) != 9:
		return textCell{fault: expectedTIN}
	}
	return textCell{text: digits}
}

// tinAmong is the tax number that stands among words: 12-3456789 (Group), EIN 123456789.
func tinAmong(text string) string {
	if at := strings.IndexByte(text, '-'); at >= 2 && len(text) >= at+8 && isDigits(text[at-2:at]) && isDigits(text[at+1:at+8]) {
		text = text[:at] + text[at+1:]
	}
	return numberAmong(text, len("123456789"))
}

func (k *knowledge) readPOS(cell string) textCell {
	text, _ := unwrap(cell)
	number, how := wholeNumber(text)
	if place := k.words[role(claim.FieldPOS)][wordKey(text)]; place != "" {
		return textCell{text: place, repair: posInWords}
	}
	if how == asWritten {
		if number = leadingNumber(text); number == "" {
			number = describedDigits(text, 2)
		}
	}
	switch {
	case !isDigits(number) || len(number) > 2 || number == "00" || number == "0":
		return textCell{fault: expectedPOS}
	case len(number) == 1:
		return textCell{text: "0" + number, repair: posAsNumber}
	case number != text:
		return textCell{text: number, repair: posAsNumber}
	}
	return textCell{text: number}
}

// leadingNumber is the 11 of "11 - Office", "POS 11", "Office (11)" and "11".
func leadingNumber(text string) string {
	if open := strings.IndexByte(text, '('); open > 0 && strings.HasSuffix(text, ")") {
		return text[open+1 : len(text)-1]
	}
	text = strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(text), "POS"), " #:-")
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	if n < len(text) && (!isSeparator(rune(text[n])) || text[n] == '.' || strings.ContainsAny(text[n:], "0123456789")) {
		return ""
	}
	return text[:n]
}

// describedDigits are the digits, so many at most, that have words without a digit beside them.
func describedDigits(text string, most int) string {
	for _, way := range described(text) {
		if isDigits(way.code) && len(way.code) <= most && hasWord(way.words) && !strings.ContainsAny(way.words, "0123456789") {
			return way.code
		}
	}
	return ""
}

// describedWord is what the words table says of a cell's code or of the words beside it, where they agree.
func (k *knowledge) describedWord(f claim.Field, text string) string {
	words := k.words[role(f)]
	for _, way := range described(text) {
		code, word := words[wordKey(way.code)], words[wordKey(way.words)]
		switch {
		case way.words == "" || way.code == "" || code != "" && word != "" && code != word:
		case code != "":
			return code
		case word != "":
			return word
		}
	}
	return ""
}

func (k *knowledge) readState(cell string) textCell {
	text, _ := unwrap(cell)
	if len(text) == 2 && isLetter(text[0]) && isLetter(text[1]) {
		return textCell{text: strings.ToUpper(text)}
	}
	if state := k.words[role(claim.FieldState)][wordKey(text)]; state != "" {
		return textCell{text: state}
	}
	for _, way := range described(text) { // PA - Pennsylvania
		if state := k.words[role(claim.FieldState)][wordKey(way.words)]; state != "" && strings.EqualFold(state, way.code) {
			return textCell{text: state, repair: cellDescribed}
		}
	}
	return textCell{fault: expectedState}
}

func (k *knowledge) readFrequency(cell string) textCell {
	text, _ := unwrap(cell)
	if number, how := wholeNumber(text); how == rewritten {
		text = number
	}
	if word := k.words[role(claim.FieldFrequency)][wordKey(text)]; word != "" {
		text = word
	} else if digit := describedDigits(text, 1); digit != "" {
		return textCell{text: digit, repair: cellDescribed}
	}
	if n := len(text); (n == 3 || n == 4) && isDigits(text) {
		text = text[n-1:] // a type of bill ends in the frequency
	}
	if len(text) != 1 || text[0] < '1' || text[0] > '9' {
		return textCell{fault: expectedFrequency}
	}
	return textCell{text: text}
}

func (k *knowledge) readSequence(cell string) textCell {
	text, _ := unwrap(cell)
	if number, how := wholeNumber(text); how == rewritten {
		text = number
	}
	if word := k.words[role(claim.FieldSequence)][wordKey(text)]; word != "" {
		return textCell{text: word}
	}
	return textCell{fault: expectedSequence}
}

func (k *knowledge) readType(cell string) textCell {
	if word := k.words[role(claim.FieldType)][wordKey(cell)]; word != "" {
		return textCell{text: word}
	}
	if word := k.describedWord(claim.FieldType, cell); word != "" {
		return textCell{text: word, repair: cellDescribed}
	}
	return textCell{fault: expectedType}
}

// claimType is the type a word of the table stands for.
func claimType(word string) claim.Type {
	t, _ := claim.TypeNamed(word)
	return t
}

// isAbsent tells whether a cell says that there is nothing: NULL, N/A, "-". Spreadsheet errors
// count only where any text would do.
func (k *knowledge) isAbsent(text string, errorsToo bool) bool {
	switch {
	case text == "":
		return true
	case len(text) > longestAbsent || !k.absentFirst[text[0]]:
		return false
	}
	var buf [longestAbsent]byte
	n, marks := 0, true
	for i := range len(text) {
		if text[i] != ' ' {
			buf[n] = upper(text[i])
			n++
		}
		marks = marks && strings.IndexByte(emptyMarks, text[i]) >= 0
	}
	blank, listed := k.absent[string(buf[:n])]
	return marks || blank || listed && errorsToo
}

// longestAbsent is the longest cell that says that there is nothing. A cell of any number of the marks does.
const (
	longestAbsent = 24
	emptyMarks    = "-._/ "
)

// isPlaceholder tells whether a patient id is no patient: blank, 0, 999999999, UNKNOWN, TEST.
func (k *knowledge) isPlaceholder(id string) bool {
	if k.isAbsent(id, true) {
		return true
	}
	if len(id) > 24 || k.unlikePlaceholders(upper(id[0]), upper(id[len(id)-1])) {
		return false
	}
	var buf [24]byte
	n, same := 0, true
	for i := range len(id) {
		if b := upper(id[i]); isAlnum(b) {
			same = same && (n == 0 || b == buf[0])
			buf[n] = b
			n++
		}
	}
	if least := k.repeats[buf[0]]; n == 0 || same && least > 0 && n >= least {
		return true
	}
	return k.placeholders[string(buf[:n])]
}

// unlikePlaceholders tells whether letters or digits that a patient id begins and ends with make it none of the
// placeholders, and none in which one is repeated.
func (k *knowledge) unlikePlaceholders(first, last byte) bool {
	return first != last && !k.placeholderEnds[last] && isAlnum(first) && isAlnum(last)
}

// readsAs tells whether a value reads as what a role's column holds.
func (k *knowledge) readsAs(r role, value string) bool {
	if k.isAbsent(value, false) {
		return true
	}
	switch f, isField := (slot{role: r}).field(); {
	case isField:
		return k.readsAsKind(f.Kind(), value)
	case r == rowType, r == rowStatus, r == voidFlag, r == activeFlag, r == removedFlag:
		return k.words[r][wordKey(value)] != ""
	}
	return true
}

// readsAsKind tells whether a value reads as what fields of the kind hold.
func (k *knowledge) readsAsKind(kind claim.Kind, value string) bool {
	ok := func(c textCell) bool { return c.fault == "" }
	switch kind {
	case claim.Day:
		_, _, spans := span(value)
		c := readDate(value, dateWay{number: true})
		if c.form == digitsDay {
			_, c.ok = readDigits(c.digits.String(), yearLast, claim.Epoch1900)
		}
		return c.ok || spans
	case claim.Procedure:
		c := k.readCode(value)
		return c.code.Shaped() || c.kind != ""
	case claim.ModifierSet:
		_, _, ok := k.readModifiers(value, &claim.Modifiers{}, 0)
		return ok
	case claim.DiagnosisList:
		_, ok := k.readDiagnoses(value, func(claim.Diagnosis) bool { return true })
		return ok
	case claim.Quantity:
		_, _, err := readAmount(value, isCommaDecimal(value), claim.ParseUnits)
		return err == nil
	case claim.Money:
		_, _, err := readAmount(value, isCommaDecimal(value), claim.ParseCents)
		return err == nil
	case claim.NPI:
		return len(readNPI(value).text) == 10 && isDigits(readNPI(value).text) || readNPI(value).fault == expectedWholeNPI
	case claim.TaxNumber:
		return readTIN(value).fault != expectedTIN
	case claim.Place:
		return ok(k.readPOS(value))
	case claim.State:
		return ok(k.readState(value))
	case claim.Frequency:
		return ok(k.readFrequency(value))
	case claim.Sequence:
		return ok(k.readSequence(value))
	case claim.ClaimType:
		return ok(k.readType(value))
	}
	return true
}

// isNumber tells whether a workbook's cell was a number.
func isNumber(row *grid.Row, column int) bool {
	return column < len(row.Kinds) && row.Kinds[column] == grid.Number
}
