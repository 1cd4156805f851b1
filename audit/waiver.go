package audit

import "claimaudit/audit/claim"

// Waiver is one of a practice's waivers: findings that somebody answers for, up to a day. They are still
// found, and count only as waived.
type Waiver struct {
	File string // and its sheet; blank where nothing may be named
	Row  int
	// Reason and Owner are why, and who answers for it.
	Reason, Owner string
	Expires       claim.Date // the last day it holds
	State         WaiverState
	// Findings are those that it waives; of an expired one those that are back.
	Findings int
}

// WaiverState is what an audit made of a waiver.
type WaiverState uint8

// The states of a waiver.
const (
	UnusedWaiver   WaiverState = iota // no finding is as it says
	UsedWaiver                        // it waives findings
	RepeatedWaiver                    // other rows waive all that it is about
	ExpiredWaiver                     // its day is past
)

func (s WaiverState) String() string {
	return [...]string{"unused", "in use", "repeated", "expired"}[s]
}
