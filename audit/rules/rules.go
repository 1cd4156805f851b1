// Package rules holds every rule. A rule is a row of rules.csv: its words, its place among the
// others, and what it needs. What it looks for is rows of its shape's table in data/, or, where no
// shape fits, a check of its own in Go. Its proof is rows of proof/*.csv.
//
// To add a rule of a shape: a row of rules.csv, rows of the shape's table, proof rows. The tests
// fail until all are there.
package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/rules/own"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// All is every rule, in the order in which findings on one line are shown: that of rules.csv. Root
// causes stand first, then the rules about named codes, the tables, and the rules about single cells.
func All() []*audit.Rule {
	var all []*audit.Rule
	for _, topic := range Topics() {
		all = append(all, topic.Rules...)
	}
	return all
}

// Topic is rules that speak of one thing.
type Topic struct {
	Heading string
	Family  string // the family of its rules, which coverage is summed up by; topics may share one
	Rules   []*audit.Rule
}

// Topics are the topics of All, in its order: rows of one topic stand together.
func Topics() []Topic {
	families := mustFamilies()
	var topics []Topic
	for row := range mustRows[ruleRow]("rules.csv") {
		if n := len(topics); n == 0 || topics[n-1].Heading != row.Topic {
			topics = append(topics, Topic{Heading: row.Topic, Family: terms.MustWord(families, row.Topic)})
		}
		last := &topics[len(topics)-1]
		last.Rules = append(last.Rules, row.rule(last.Family))
	}
	return topics
}

// Headings are the topics of all rules, by the rules' ids.
func Headings() map[string]string {
	headings := map[string]string{}
	for row := range mustRows[ruleRow]("rules.csv") {
		headings[row.ID] = row.Topic
	}
	return headings
}

// topicRow says which family of checks the rules of a topic belong to.
type topicRow struct {
	_      table.Source `says:"our own order of the rules"`
	Topic  string       `csv:"topic" table:"key"`
	Family string       `csv:"family"`
}

func mustFamilies() map[string]string {
	families := map[string]string{}
	for row := range mustRows[topicRow]("topics.csv") {
		families[row.Topic] = row.Family
	}
	return families
}

// Patterns are what is counted of each provider over all encounters.
func Patterns() []*audit.Pattern { return own.Patterns() }

// Opening says in words what the modifiers of two lines do to a pair edit, a line a sentence.
func Opening() []string { return terms.Opening() }
