package shapes

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// narrativeRow is one row of narratives.csv: words that say that something else was done than the code says.
type narrativeRow struct {
	Rule   string `csv:"rule"`
	Words  string `csv:"words"` // parted by semicolons; fluoroscop* is all words that begin so
	Codes  string `csv:"codes"`
	Dx     string `csv:"dx"`     // clauses as in the tables of single lines
	Unless string `csv:"unless"` // words that make the code right after all
	From   string `csv:"from"`
	To     string `csv:"to"`
	Is     string `csv:"is"`  // the code of what the words say
	Say    string `csv:"say"` // why; {code} is the line's
	Source string `csv:"source"`
}

// narrated is a row in use.
type narrated struct {
	words, unless []phraseWords
	codes         terms.CodeSet
	dx            []diagnosisClause
	from, to      claim.Date
	is, say       string
}

// phraseWords is a phrase as words in small letters.
type phraseWords []string

// kindRow names words of one kind.
type kindRow struct {
	Kind   string      `csv:"kind" table:"key"`
	Words  terms.Words `csv:"words"`
	Source string      `csv:"source"`
}

// wordsOfKind are the words of narrative-words.csv that, up to three words before a phrase, say the opposite
// (negation), those beside which the name of a level of the spine is one (spine), since C5 alone can be anything, and
// those by which a device replaces another (exchange).
var wordsOfKind = sync.OnceValue(func() map[string][]string {
	kinds := map[string][]string{"negation": nil, "spine": nil, "exchange": nil}
	for row := range terms.MustData[kindRow]("narrative-words.csv") {
		terms.MustWord(kinds, row.Kind)
		kinds[row.Kind] = row.Words
	}
	return kinds
})

// SaysWord tells whether the line's narrative has a word of the kind.
func SaysWord(l *audit.Line, kind string) bool {
	return l.Narrative != "" && slices.ContainsFunc(wordsOf(l.Narrative), func(w string) bool { return slices.Contains(wordsOfKind()[kind], w) })
}

// wordsOf are the words of a text in small letters: what stands between letters and digits parts them.
func wordsOf(text string) phraseWords {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '*' })
}

func mustPhrases(text string) (list []phraseWords) {
	for part := range strings.SplitSeq(text, ";") {
		if words := wordsOf(part); len(words) > 0 {
			list = append(list, words)
		}
	}
	return list
}

// NarrativeWords completes a rule with its rows of narratives.csv: one review for a line, by the first row that
// it meets. A text that stands on several lines of a claim is the claim's, and tells nothing of a line where
// the claim has another procedure.
func NarrativeWords(r *audit.Rule) {
	var rows []narrated
	var codes terms.CodeSet
	for row := range terms.MustData[narrativeRow]("narratives.csv") {
		if row.Rule == r.ID {
			k := narrated{
				words: mustPhrases(row.Words), unless: mustPhrases(row.Unless), codes: terms.MustCodes(row.Codes), dx: mustDiagnosisClauses(row.Dx),
				to: mustLastDate(row.To), is: row.Is, say: row.Say,
			}
			if row.From != "" {
				k.from = claim.MustDate(row.From)
			}
			rows, codes = append(rows, k), codes.Or(k.codes)
		}
	}
	r.Needs.On = codes.Reported()
	r.Check = terms.EachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Narrative == "" || l.Root || !codes.Has(l) || ofClaim(c, l) {
			return
		}
		text := wordsOf(l.Narrative)
		for i := range rows {
			if said := rows[i].met(l, text); said != nil {
				report(rows[i].finding(l, said))
				return
			}
		}
	})
}

// ofClaim tells whether the narrative stands on another procedure of the claim too.
func ofClaim(c *audit.Case, l *audit.Line) bool {
	for i := range c.Lines {
		m := &c.Lines[i]
		if m.From == l.From && m.Claim == l.Claim && m.Code != l.Code && m.Narrative == l.Narrative && terms.IsProcedure(m) {
			return true
		}
	}
	return false
}

// met is the phrase of the row that the text has, nil if it has none or one that makes the code right.
func (k *narrated) met(l *audit.Line, text phraseWords) phraseWords {
	if l.From < k.from || l.From > k.to || !k.codes.Has(l) || slices.ContainsFunc(k.dx, func(c diagnosisClause) bool { return !c.holds(l) }) {
		return nil
	}
	if slices.ContainsFunc(k.unless, func(p phraseWords) bool { return p.in(text) }) {
		return nil
	}
	for _, p := range k.words {
		if p.in(text) && (!p.level() || slices.ContainsFunc(wordsOfKind()["spine"], func(w string) bool { return slices.Contains(text, w) })) {
			return p
		}
	}
	return nil
}

// in tells whether the text says the phrase, and not the opposite.
func (p phraseWords) in(text phraseWords) bool {
	for at := 0; at+len(p) <= len(text); at++ {
		if p.at(text[at:]) && !slices.ContainsFunc(text[max(0, at-3):at], func(w string) bool { return slices.Contains(wordsOfKind()["negation"], w) }) {
			return true
		}
	}
	return false
}

func (p phraseWords) at(text phraseWords) bool {
	for i, word := range p {
		if stem, begins := strings.CutSuffix(word, "*"); word != text[i] && (!begins || !strings.HasPrefix(text[i], stem)) {
			return false
		}
	}
	return true
}

// level tells whether the phrase is the name of a level of the spine, such as L4.
func (p phraseWords) level() bool {
	return len(p[0]) == 2 && strings.ContainsRune("clst", rune(p[0][0])) && unicode.IsDigit(rune(p[0][1]))
}

// finding names the words of the table, never the text: narratives are not shown.
func (k *narrated) finding(l *audit.Line, said phraseWords) audit.Finding {
	words := strings.ReplaceAll(strings.Join(said, " "), "*", "..")
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s: the narrative says %q, and %s", terms.BilledAs(l), l.From, words, strings.ReplaceAll(k.say, "{code}", l.Code.String())),
		Fix:     audit.Fix{Action: audit.Document, Text: fmt.Sprintf("look up in the record what was done; %q is %s", words, k.is)},
	}
}
