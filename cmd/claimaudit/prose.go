package main

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// prose is text in paragraphs and items, no line of which is wider than width where its words allow.
type prose struct {
	strings.Builder
	width int
}

// paragraph writes a text after a blank line; nothing when it is blank.
func (p *prose) paragraph(text string) {
	if text != "" {
		p.WriteString("\n" + wrapped(text, p.width, "", "") + "\n")
	}
}

// item writes a text as an item of a list at this depth; nothing when it is blank.
func (p *prose) item(depth int, text string) {
	if text != "" {
		indent := strings.Repeat("  ", depth)
		p.WriteString(wrapped(text, p.width, indent+"- ", indent+"  ") + "\n")
	}
}

// list writes a heading and an item for each text.
func (p *prose) list(heading string, texts []string) {
	if len(texts) == 0 {
		return
	}
	p.WriteString("\n" + wrapped(heading, p.width, "", "") + "\n")
	for _, text := range texts {
		p.item(1, text)
	}
}

// wrapped breaks a text between words into lines of at most width letters where it can. The first
// line begins with first, the others with rest.
func wrapped(text string, width int, first, rest string) string {
	var b strings.Builder
	b.WriteString(first)
	line := utf8.RuneCountInString(first)
	for i, word := range unbroken(text) {
		letters := utf8.RuneCountInString(word)
		switch {
		case i > 0 && line+1+letters > width:
			b.WriteString("\n" + rest)
			line = utf8.RuneCountInString(rest)
		case i > 0:
			b.WriteByte(' ')
			line++
		}
		b.WriteString(word)
		line += letters
	}
	return b.String()
}

// listMark is a word that Markdown takes for the mark of a list or a heading where it begins a line.
var listMark = regexp.MustCompile(`^([-+*>]|#+|[0-9]+[.)])$`)

// unbroken are the words of a text, each with the marks after it that no line may begin with.
func unbroken(text string) []string {
	var words []string
	for word := range strings.FieldsSeq(text) {
		if n := len(words); n > 0 && listMark.MatchString(word) {
			words[n-1] += " " + word
			continue
		}
		words = append(words, word)
	}
	return words
}
