package page

import (
	"slices"
	"strconv"

	"claimaudit/audit"
)

// panel is one finding with its encounter.
type panel struct {
	row
	Link, Close, Prev, Next string
	Lines, Others           []lineOf
	Buttons                 []button
	Explained               explained
	Trouble, Done           string
}

type lineOf struct {
	Line
	Links []lineLink
	Here  bool
}

type lineLink struct {
	Link, Text string
	Chosen     bool
}

// button says a disposition; Key is what a keyboard says it by.
type button struct {
	Value, Key string
	Pressed    bool
}

var keysOf = map[string]string{
	audit.StillOpen: "o", audit.Agree: "a", audit.Disagree: "d", audit.NeedsRecord: "n", audit.AcceptedRisk: "r", audit.SaidFixed: "f",
}

func (s *Server) panel(j *job, f *found, c choice, chosen []int32, at, number int, said map[int]audit.Disposition) *panel {
	p := &panel{row: f.row(number, detailed), Link: j.link() + "/findings/" + strconv.Itoa(number) + "?" + c.query().Encode()}
	p.Said = said[number]
	p.Close = j.link() + "?" + c.query().Encode() + "#findings"
	if at > 0 {
		p.Prev = j.to(c, int(chosen[at-1]))
	}
	if at+1 < len(chosen) {
		p.Next = j.to(c, int(chosen[at+1]))
	}
	for _, l := range f.Encounter(number) {
		line := lineOf{Line: l, Here: slices.Contains(l.Findings, number)}
		for k, n := range l.Findings {
			line.Links = append(line.Links, lineLink{j.to(c, n), strconv.Itoa(k + 1), n == number})
		}
		if l.Other {
			p.Others = append(p.Others, line)
		} else {
			p.Lines = append(p.Lines, line)
		}
	}
	for _, d := range audit.Dispositions {
		p.Buttons = append(p.Buttons, button{d, keysOf[d], p.Said.Value == d})
	}
	p.Explained = s.explained(p.Get("Rule"), "")
	return p
}
