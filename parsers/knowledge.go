package parsers

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

//go:embed data/*.csv
var embedded embed.FS

// knowledge is what is known of how exports are written: the tables in data.
type knowledge struct {
	names           map[string][]meaning        // header names, as headerKey writes them
	inFull          map[string][]string         // these by their words in full, see spelled
	short           map[string]string           // what a word of a header is short for
	canonical       map[string]slot             // names --map takes, as headerKey writes them
	words           map[role]map[string]string  // what a word in a column of a role means
	payers          []payerWord                 // by rank
	classes         map[string]claim.Payer      // by claim filing code
	placeholders    map[string]bool             // patient ids that are no patient, as wordKey writes them
	placeholderEnds [256]bool                   // the last bytes of those
	repeats         map[byte]int                // a digit or letter that repeated so often is no patient
	absent          map[string]bool             // cells that say "nothing"; false: a spreadsheet's error
	absentFirst     [256]bool                   // the first bytes of those cells
	noModifiers     []claim.Modifier            // two letters that say that there is no modifier
	pseudo          map[string]claim.UnreadKind // what stands for a code and is no service
	rowWords        map[string]claim.UnreadKind // how a total or a note begins
	remittance      map[string]string           // headers of remittances, as headerKey writes them, by what they tell
	required        []claim.Field               // without which a row tells nothing
	remits          bool                        // what is read is what payers answered, and no charges
}

// meaning is one thing a header name may stand for.
type meaning struct {
	slot  slot
	rank  int
	holds string // what the column's cells must read as for this meaning; "" asks nothing
	decoy string // why the column is not to be taken for the slot's field; "" when it is
}

type (
	synonymRow struct {
		Field  string `csv:"field"`
		Name   string `csv:"name"`
		Rank   string `csv:"rank"`
		Holds  string `csv:"holds"`
		Note   string `csv:"note"`
		Source string `csv:"source"` // the systems that write it, or canonical
	}
	shortRow struct {
		Word   string `csv:"word" table:"key"`
		Means  string `csv:"means"`
		Source string `csv:"source"`
	}
	wordRow struct {
		Field  string `csv:"field"`
		Word   string `csv:"word"`
		Value  string `csv:"value"`
		Source string `csv:"source"`
	}
	payerRow struct {
		Word   string `csv:"word" table:"key"`
		Payer  string `csv:"payer"`
		Rank   string `csv:"rank"`
		Source string `csv:"source"`
	}
	placeholderRow struct {
		Word    string `csv:"word"`
		Repeats string `csv:"repeats"`
		Use     string `csv:"use"`
		Source  string `csv:"source"`
	}
	kindRow struct {
		Word   string `csv:"word"`
		Kind   string `csv:"kind"`
		Source string `csv:"source"`
	}
)

// known is the knowledge built into the program; an error means that it was built with a faulty
// table, and names the row.
var known = sync.OnceValues(func() (*knowledge, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, fmt.Errorf("open the tables of column names: %w", err)
	}
	return load(data)
})

func load(data fs.FS) (*knowledge, error) {
	k := &knowledge{
		names: map[string][]meaning{}, inFull: map[string][]string{}, short: map[string]string{}, canonical: canonicalNames(), words: map[role]map[string]string{}, classes: map[string]claim.Payer{},
		placeholders: map[string]bool{}, repeats: map[byte]int{}, absent: map[string]bool{},
		pseudo: map[string]claim.UnreadKind{}, rowWords: map[string]claim.UnreadKind{}, remittance: map[string]string{}, required: required,
	}
	err := errors.Join(
		table.Each(data, "abbreviations.csv", k.addShort), // names of headers are spelled by it
		table.Each(data, "synonyms.csv", k.addSynonym),
		table.Each(data, "words.csv", k.addWord),
		table.Each(data, "payers.csv", k.addPayer),
		table.Each(data, "placeholders.csv", k.addPlaceholder),
		table.Each(data, "pseudocodes.csv", func(r kindRow) error { return addKind(k.pseudo, r) }),
		table.Each(data, "remittance.csv", k.addRemittance),
		table.Each(data, "rowwords.csv", func(r kindRow) error { return addKind(k.rowWords, r) }),
	)
	k.nameFields()
	slices.SortStableFunc(k.payers, func(a, b payerWord) int { return a.rank - b.rank })
	return k, err
}

// nameFields lets the canonical header stand for itself, but where the table ranks a name otherwise.
func (k *knowledge) nameFields() {
	for f := range claim.NumFields {
		for i, header := range f.Columns() {
			s, key := fieldSlot(f), headerKey(header)
			if f.Places() > 1 {
				s.nth = i + 1
			}
			if !slices.ContainsFunc(k.exact(key), func(m meaning) bool { return m.slot == s }) {
				k.name(key, k.spelled(header), meaning{slot: s, rank: 1})
			}
		}
	}
}

// repeats tells whether another meaning of the name leaves no room for this one.
func (m *meaning) repeats(other meaning) bool {
	if other.slot == m.slot && (other.decoy == "" || m.holds == "") && (m.decoy == "" || other.holds == "") {
		return true
	}
	return (other.decoy == "") == (m.decoy == "") && (other.holds == "" || m.holds == "")
}

func (k *knowledge) addSynonym(r synonymRow) error {
	m := meaning{holds: r.Holds, decoy: r.Note}
	field, decoy := strings.CutPrefix(r.Field, "-")
	base, wildcard := field, ""
	if n := len(field); n > 0 && (field[n-1] == '#' || field[n-1] == '@') {
		base, wildcard = field[:n-1], field[n-1:]
	}
	var ok bool
	if m.slot, ok = slotNamed(base); !ok {
		return fmt.Errorf("no field %s", r.Field)
	}
	if decoy != (r.Note != "") {
		return fmt.Errorf("%s: a decoy, and nothing else, has a note", r.Name)
	}
	if !decoy {
		rank, err := strconv.Atoi(r.Rank)
		if err != nil {
			return fmt.Errorf("rank of %s: %w", r.Name, err)
		}
		m.rank = rank
	}
	name := strings.TrimSuffix(r.Name, wildcard)
	key := headerKey(name) + wildcard
	if own, taken := k.canonical[key]; taken && own.role < rowType && own.role != m.slot.role && !decoy && m.holds == "" {
		return fmt.Errorf("%s is the name of another field", r.Name)
	}
	if slices.ContainsFunc(k.names[key], m.repeats) {
		return fmt.Errorf("%s is listed twice", r.Name)
	}
	k.name(key, k.spelled(name)+wildcard, m)
	return nil
}

func (k *knowledge) addWord(r wordRow) error {
	s, ok := slotNamed(r.Field)
	if !ok || r.Value == "" {
		return fmt.Errorf("no field %s, or no value", r.Field)
	}
	if k.words[s.role] == nil {
		k.words[s.role] = map[string]string{}
	}
	word := wordKey(r.Word)
	if _, twice := k.words[s.role][word]; twice || word == "" {
		return fmt.Errorf("%s is listed twice, or blank", r.Word)
	}
	k.words[s.role][word] = r.Value
	if s.role == payerClass {
		if k.classes[word], ok = claim.PayerNamed(r.Value); !ok {
			return fmt.Errorf("no class of payers %s", r.Value)
		}
	}
	if m, err := claim.ParseModifier(r.Word); err == nil && s == (fieldSlot(claim.FieldModifiers)) && r.Value == noModifier {
		k.noModifiers = append(k.noModifiers, m)
	}
	return nil
}

func (k *knowledge) addPlaceholder(r placeholderRow) error {
	switch {
	case r.Use == "blank" || r.Use == "damage":
		return k.addAbsent(r)
	case r.Use != "patient":
		return fmt.Errorf("no use %s", r.Use)
	case r.Repeats != "":
		least, err := strconv.Atoi(r.Repeats)
		if err != nil || len(r.Word) != 1 {
			return fmt.Errorf("%s repeated %s times", r.Word, r.Repeats)
		}
		k.repeats[r.Word[0]] = least
	case wordKey(r.Word) == "":
		return fmt.Errorf("%q has no letter and no digit", r.Word)
	default:
		key := wordKey(r.Word)
		k.placeholders[key], k.placeholderEnds[key[len(key)-1]] = true, true
	}
	return nil
}

// addAbsent takes a word for nothing, as isAbsent compares it.
func (k *knowledge) addAbsent(r placeholderRow) error {
	word := strings.ReplaceAll(strings.ToUpper(r.Word), " ", "")
	if _, twice := k.absent[word]; twice || word == "" || len(word) > longestAbsent {
		return fmt.Errorf("%s is listed twice, blank or too long", r.Word)
	}
	k.absent[word] = r.Use == "blank"
	k.absentFirst[upper(word[0])], k.absentFirst[lower(word[0])] = true, true
	return nil
}

func addKind(kinds map[string]claim.UnreadKind, r kindRow) error {
	word := wordKey(r.Word)
	if word == "" || r.Kind == "" || kinds[word] != "" {
		return fmt.Errorf("%q is listed twice, or blank", r.Word)
	}
	kinds[word] = claim.UnreadKind(r.Kind)
	return nil
}

// headerKey is what is compared of a header: its letters and digits in lower case, with "#" read
// as "no" unless a number follows it.
func headerKey(header string) string {
	key := make([]byte, 0, len(header))
	for i := range len(header) {
		b := lower(header[i])
		switch {
		case isAlnum(b):
			key = append(key, b)
		case b == '#' && (i+1 == len(header) || !isDigit(header[i+1])):
			key = append(key, "no"...)
		}
	}
	return string(key)
}

// wordKey is what is compared of a word: its letters and digits in upper case.
func wordKey(word string) string {
	key := make([]byte, 0, len(word))
	for i := range len(word) {
		if b := upper(word[i]); isAlnum(b) {
			key = append(key, b)
		}
	}
	return string(key)
}

// meanings is what a header may stand for: by its whole name, its name with a number behind it,
// else by its name without what is in parentheses or without its "#", and else by its words in full.
func (k *knowledge) meanings(header string) []meaning {
	if found := k.exact(headerKey(header)); found != nil {
		return found
	}
	for _, loose := range []string{withoutParentheses(header), strings.ReplaceAll(header, "#", "")} {
		found := slices.Clone(k.exact(headerKey(loose)))
		for i := range found {
			found[i].rank += loosely
		}
		if strings.Contains(header, "#") { // Charge # is the number of a charge, not its amount
			found = slices.DeleteFunc(found, func(m meaning) bool { return m.slot == fieldSlot(claim.FieldCharge) })
		}
		if len(found) > 0 {
			return found
		}
	}
	return k.spelledOut(header)
}

// loosely is added to the rank of a name that matched only in part.
const loosely = 10

func (k *knowledge) exact(key string) []meaning {
	return numberings(key, func(key string) []meaning { return k.names[key] })
}

// numberings are the meanings of a name among those that are known, with a number and without.
func numberings(key string, named func(key string) []meaning) []meaning {
	found := slices.Clone(named(key))
	for digits := 1; digits <= 2 && digits < len(key); digits++ {
		base, number := key[:len(key)-digits], key[len(key)-digits:]
		if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= maxNth {
			found = append(found, numbered(named(base+"#"), n)...)
		}
	}
	found = append(found, numberedInside(key, named)...)
	if n := len(key) - 1; n > 0 && key[n] >= 'a' && key[n] <= 'l' {
		found = append(found, numbered(named(key[:n]+"@"), int(key[n]-'a')+1)...)
	}
	return found
}

// numberedInside are the meanings of a name with its number in it: "ICD1 Code" is "ICD Code 1".
func numberedInside(key string, named func(key string) []meaning) (found []meaning) {
	for i := 1; i < len(key); i++ {
		if !isDigit(key[i]) || isDigit(key[i-1]) {
			continue
		}
		end := i
		for end < len(key) && isDigit(key[end]) {
			end++
		}
		if n, err := strconv.Atoi(key[i:end]); err == nil && end < len(key) && n > 0 && n <= maxNth {
			found = append(found, numbered(named(key[:i]+key[end:]+"#"), n)...)
		}
	}
	return found
}

// maxNth is the highest number a diagnosis column has in the exports known.
const maxNth = 25

func numbered(meanings []meaning, n int) []meaning {
	meanings = slices.Clone(meanings)
	for i := range meanings {
		meanings[i].slot.nth = n
	}
	return meanings
}

func withoutParentheses(s string) string {
	open, end := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if open < 0 || end < open {
		return s
	}
	return s[:open] + s[end+1:]
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetter(b byte) bool { return upper(b) >= 'A' && upper(b) <= 'Z' }

func isAlnum(b byte) bool { return isDigit(b) || isLetter(b) }

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}
