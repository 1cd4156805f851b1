package books

import "claimaudit/audit/claim"

// run writes the whole export, day by day as it was entered. Nothing is kept of a patient: who is
// treated on a day follows from the courses and the days they began on.
func (p *plan) run() error {
	total := p.workdays(p.days)
	done := 0.0
	for day := range p.days {
		if err := p.enter(day); err != nil {
			return err
		}
		if _, ok := p.workday(day); ok {
			done++
		}
		if err := p.fillUp(day, int(float64(p.lines)*done/total)); err != nil {
			return err
		}
	}
	return p.out.close()
}

// enter writes the encounters entered on a day.
func (p *plan) enter(day int) error {
	for i := range p.courses {
		c := &p.courses[i]
		for k := range c.steps {
			if err := p.enterStep(c, &c.steps[k], day); err != nil {
				return err
			}
		}
	}
	return nil
}

// enterStep writes one encounter of each patient who began the course as long ago as the step says.
func (p *plan) enterStep(c *planned, s *step, day int) error {
	began := day - s.post
	if c.once >= 0 {
		if began != c.once {
			return nil
		}
		p.reserved -= len(s.lines[c.payers[0]][0])
		return p.encounter(c.course, s, c.index, 0, began)
	}
	workday, ok := p.workday(began)
	if !ok || began > c.last || c.fault && began < 0 {
		return nil
	}
	for i := c.at(workday); i < c.at(workday+1); i++ {
		if err := p.encounter(c.course, s, c.index, int(i-c.first), began); err != nil {
			return err
		}
	}
	return nil
}

// fillUp writes single visits until the export has as many lines as it should by the day.
func (p *plan) fillUp(day, lines int) error {
	for p.written < lines-p.reserved {
		c := p.single[int(mix(p.seed^mix(uint64(p.fill)))%uint64(len(p.single)))]
		if err := p.encounter(c, &c.steps[0], len(p.courses), p.fill, day); err != nil {
			return err
		}
		p.fill++
	}
	return nil
}

// encounter writes the lines of one encounter of the i-th patient of a course, unless they are more
// than the export has room for.
func (p *plan) encounter(c *course, s *step, index, i, began int) error {
	h := mix(p.seed ^ mix(uint64(index)<<40|uint64(i)))
	payer := p.payerFor(c, h)
	lines := s.lines[payer][h>>32&1]
	if p.written+len(lines)+p.reserved > p.lines {
		return nil
	}
	start := p.first + claim.Date(began)
	if c.start != 0 {
		start = c.start
	}
	p.claim++
	r := &p.row
	r.claim, r.patient = p.claim, p.ids+1+i*(len(p.courses)+1)+index
	r.birth, r.from = p.birth(payer, h), start+claim.Date(s.day)
	r.entered = start + claim.Date(s.post)
	r.received = r.entered + 3 + claim.Date(h>>33%12)
	r.provider, r.payer, r.pos = p.providers[h>>40%uint64(len(p.providers))], p.payers[payer].name, s.pos
	return p.write(lines)
}

func (p *plan) write(lines []line) error {
	for k := range lines {
		p.row.line = &lines[k]
		sheet, number, err := p.out.write(&p.row)
		if err != nil {
			return err
		}
		p.written++
		for _, want := range lines[k].wants {
			if err := p.expect(expectation{sheet, number, want}); err != nil {
				return err
			}
		}
	}
	return nil
}

// payerFor draws one of the course's payers by their shares.
func (p *plan) payerFor(c *course, h uint64) int {
	total := 0
	for _, i := range c.payers {
		total += p.payers[i].share
	}
	drawn := int(h % uint64(total))
	for _, i := range c.payers {
		if drawn -= p.payers[i].share; drawn < 0 {
			return i
		}
	}
	return c.payers[0]
}

// birth is the patient's date of birth: 66 to 88 years before the export where the payer insures
// the old, 28 to 60 before otherwise.
func (p *plan) birth(payer int, h uint64) claim.Date {
	const year = 365
	if p.payers[payer].older {
		return p.first - 67*year - claim.Date(h>>16%(21*year))
	}
	return p.first - 28*year - claim.Date(h>>16%(32*year))
}
