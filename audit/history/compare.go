package history

import (
	"context"
	"errors"
	"iter"
	"slices"

	"claimaudit/audit"
)

// Found is a finding as outputs show it.
type Found struct {
	*audit.Finding
	Fingerprint string
	Twin        bool // another says the same of a line beside it: their fingerprints differ in a number alone
	// Flood is the fingerprint of the finding that stands for this one's line and others with its value, or would, if
	// they were more; "" for none.
	Flood string
	// Lines are what was found of each line that this one stands for; nil for a finding of its own line.
	Lines iter.Seq[Found]
}

// Compare tells the states of what was found in so many lines, in its order, and what became of the rest. What
// is waived keeps the state it had.
func (n *Night) Compare(ctx context.Context, lines int, found, waived iter.Seq[Found]) (*audit.Past, error) {
	p := &audit.Past{Run: n.number, Said: map[string]audit.Disposition{}, Counts: map[audit.State]int{}}
	stood := 0 // of what was open before
	var twins []twin
	for f := range found {
		if n.apart(f) {
			twins = append(twins, twin{len(p.States), copied(f), ownOf(f.Line)})
			p.States = append(p.States, audit.NoState)
			continue
		}
		h, err := n.known(ctx, f)
		if err != nil {
			return nil, n.store.failed(err)
		}
		p.States = append(p.States, n.take(p, h, f, &stood))
	}
	if err := n.reunite(ctx, p, twins, &stood); err != nil {
		return nil, n.store.failed(err)
	}
	left, err := n.waive(ctx, p, waived)
	if err = errors.Join(err, n.close(ctx, p)); err != nil {
		return nil, n.store.failed(err)
	}
	stood += left
	p.Counts[audit.Unseen] = n.base - stood - p.Counts[audit.Fixed] - p.Counts[audit.Withdrawn] - n.elsewhere()
	if n.again != nil {
		p.Counts = n.again.counts
	}
	if n.before != nil {
		p.Changed = changed(n.before.facts, n.run.Facts)
	}
	return p, n.trend(ctx, p, lines)
}

// take notes a finding of the history, or a new one, that this audit makes, and tells its state.
func (n *Night) take(p *audit.Past, h *finding, f Found, stood *int) audit.State {
	if h.state == audit.Open && h.first != n.number {
		*stood++
	}
	state := n.meet(h, f)
	p.Counts[state]++
	if h.said != nil {
		p.Note(f.Fingerprint, h.said.Disposition, state)
	}
	return state
}

// waive counts what is waived, and tells how much of it was open before.
func (n *Night) waive(ctx context.Context, p *audit.Past, waived iter.Seq[Found]) (open int, err error) {
	for f := range waived {
		p.Counts[audit.Waived]++
		all, err := n.waivedBefore(ctx, f)
		if err != nil {
			return 0, err
		}
		for _, h := range all {
			if n.keep(h) {
				open++
			}
			if _, known := p.Said[f.Fingerprint]; h.said != nil && !known {
				p.Said[f.Fingerprint] = h.said.Disposition
			}
		}
	}
	return open, nil
}

// waivedBefore is what the history has of a finding that is waived: under its own fingerprint, as the one that stood
// for its line and others, and as those that stood for the lines that it stands for.
func (n *Night) waivedBefore(ctx context.Context, f Found) (all []*finding, err error) {
	h := n.past[f.Fingerprint]
	if h == nil && f.Count > 0 { // it may have stood on a line of another day
		if h, err = n.readFinding(ctx, f.Fingerprint); err != nil {
			return nil, err
		}
	}
	if h != nil {
		all = append(all, h)
	}
	flood, err := n.floodOf(ctx, f)
	if flood != nil && !flood.parted {
		all = append(all, flood)
	}
	if f.Lines == nil {
		return all, err
	}
	for line := range f.Lines {
		if h := n.past[line.Fingerprint]; h != nil {
			all = append(all, h)
		}
	}
	return all, err
}

// keep leaves a finding that is waived in the state it has, and tells whether that is open.
func (n *Night) keep(h *finding) (open bool) {
	if h.found {
		return false
	}
	h.found = true
	return h.state == audit.Open
}

// settles tells whether it is an answer that ends the asking.
func (s *said) settles() bool { return s.Value == audit.Disagree || s.Value == audit.AcceptedRisk }

// known is what the history has of a finding, or a new one.
func (n *Night) known(ctx context.Context, f Found) (*finding, error) {
	h, err := n.ofItsOwn(ctx, f)
	switch {
	case err != nil:
		return nil, err
	case f.Count > 0:
		return h, n.join(ctx, h, f)
	}
	return h, n.part(ctx, h, f)
}

// ofItsOwn is what the history has under a finding's own fingerprint, or a new one.
func (n *Night) ofItsOwn(ctx context.Context, f Found) (*finding, error) {
	if h := n.past[f.Fingerprint]; h != nil {
		return h, nil
	}
	if f.Count > 0 { // it may have stood on a line of another day
		if h, err := n.readFinding(ctx, f.Fingerprint); h != nil || err != nil {
			return h, err
		}
	}
	h := &finding{fingerprint: f.Fingerprint, rule: f.Rule.ID, first: n.number}
	n.past[f.Fingerprint] = h
	n.news = append(n.news, h)
	return h, nil
}

// meet notes that a finding of the history, or a new one, was made by this audit, and tells its state.
func (n *Night) meet(h *finding, f Found) audit.State {
	says, was := saysOf(f.Finding), h.state
	decided := h.decided(says)
	asksAnew := h.said != nil && h.said.settles() && h.said.says != says && h.says != says
	h.found = true
	h.patient, h.claim, h.code, h.day = f.Line.Patient, f.Line.Claim, f.Line.Billed, f.Line.From
	h.says, h.own, h.encounters, h.last = says, ownOf(f.Line), n.encountersOf(f), n.number
	switch {
	case n.again != nil:
		return n.told(h)
	case was == audit.NoState:
		n.turn(h, audit.Open, "")
		return audit.New
	case was == audit.Open && !asksAnew:
		return audit.Open
	}
	n.turn(h, audit.Open, "")
	if decided || was == elsewhere && !asksAnew {
		return audit.Open
	}
	return audit.Reopened
}

// told is the state that the same audit told before.
func (n *Night) told(h *finding) audit.State {
	switch {
	case h.state == audit.NoState:
		return audit.New
	case h.stateRun != n.again.run || h.decided(h.says) || h.before == elsewhere:
		return audit.Open
	case h.before == audit.NoState:
		return audit.New
	}
	return audit.Reopened
}

// turn gives a finding another state.
func (n *Night) turn(h *finding, to audit.State, why string) {
	h.before, h.state, h.stateRun, h.why, h.changed = h.state, to, n.number, why, true
}

// close tells what became of the findings that this audit does not make.
func (n *Night) close(ctx context.Context, p *audit.Past) error {
	for _, h := range n.past {
		switch {
		case h.found:
			continue
		case n.again != nil:
			if h.stateRun != n.again.run || h.state == audit.Open || h.state == elsewhere {
				continue
			}
		case h.state != audit.Open:
			continue
		case h.parted:
			n.turn(h, elsewhere, "")
			continue
		default:
			state, why, err := n.closes(ctx, h)
			if err != nil {
				return err
			}
			if state == audit.Open {
				continue
			}
			n.turn(h, state, why)
		}
		p.Counts[h.state]++
		p.Closed = append(p.Closed, audit.Closed{
			Fingerprint: h.fingerprint, Rule: h.rule, Patient: h.patient, Claim: h.claim, Date: h.day, Code: h.code,
			State: h.state, Why: h.why, First: h.first,
		})
	}
	slices.SortFunc(p.Closed, compareClosed)
	return nil
}

// closes is the state of a finding that is not made any more; Open where nothing tells.
func (n *Night) closes(ctx context.Context, h *finding) (audit.State, string, error) {
	if n.ran[h.rule] == nil && n.run.Exists(h.rule) || h.kept {
		return audit.Open, "", nil
	}
	same := true
	for i, m := range h.encounters {
		now, seen := n.seen[m.key]
		if !seen || i == 0 && !now.fresh {
			return audit.Open, "", nil
		}
		same = same && now.content == m.content
	}
	facts, err := n.factsOf(ctx, h.last)
	if err != nil {
		return audit.Open, "", err
	}
	what := slices.DeleteFunc(changed(facts, n.run.Facts), func(name string) bool { return name == Waivers })
	switch {
	case slices.Contains(what, sheetFact):
		return audit.Open, "", nil
	case n.ran[h.rule] == nil:
		return audit.Withdrawn, "the rule is gone", nil
	case same && len(what) > 0:
		return audit.Withdrawn, whatChanged(what), nil
	}
	return audit.Fixed, "", nil
}
