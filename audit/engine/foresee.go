package engine

import (
	"context"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
	"claimaudit/audit/services"
)

// foresee judges ahead what is judged apart though the same may be said of it, lines without a patient and persons
// with one patient id, and shows the waivers what is found: a finding's number among those that say the same is
// known only once all of them are.
func foresee(ctx context.Context, body *hold.Body, o Options, setup *account.Setup, facts *services.Facts) error {
	o.Watch, o.Correct = nil, false
	judges := make([]*judge, max(1, o.Workers))
	for i := range judges {
		j := newJudge(&o, body, setup, facts)
		j.stage = services.NewStage(facts, o.Sources, func(*claim.Unread) error { return nil })
		j.meet = o.Waive.Meet
		judges[i] = j
	}
	return eachPart(ctx, judges, func(ctx context.Context, j *judge, i int) error {
		return body.Patients(i, o.Sources, true, func(lines []audit.Line) error {
			if !lines[0].Anonymous && !services.Persons(lines) {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return j.stage.Persons(lines, j.patient)
		})
	})
}
