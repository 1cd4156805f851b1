package services

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// version is one sending of a claim: its number, whom it is for and its frequency. Of a claim that
// corrects another and numbers no lines, the day of receipt tells two of them apart.
type version struct {
	claim, payer string
	frequency    byte
	received     claim.Date
}

// versionOf is the version of the claim that the line belongs to: of corrections whose lines have no numbers
// in some export, also by their day of receipt.
func (s *Stage) versionOf(l *audit.Line) version {
	v := version{claim: l.Claim, payer: payerKey(l), frequency: frequency(l)}
	if v.frequency != '1' && !s.facts.numbersAll {
		v.received = l.Received
	}
	return v
}

// payerKey is whom the claim is for: the payer's turn, or without it the payer.
func payerKey(l *audit.Line) string {
	if l.Sequence != 0 {
		return string(rune(l.Sequence))
	}
	return fold(l.PayerName)
}

// frequency is '1' for an original, '7' for a replacement and '8' for a void: 5 and 6, late charges and
// adjustments of old, are replacements, and interim bills are originals.
func frequency(l *audit.Line) byte {
	switch l.Frequency {
	case '5', '6', '7':
		return '7'
	case '8':
		return '8'
	}
	return '1'
}

// biller is who bills: by tax number, else by NPI; blank where neither is given.
func biller(l *claim.Line) string {
	if l.TIN != "" {
		return l.TIN
	}
	return l.Billing
}

// sameBiller tells whether one biller may have billed both lines: two tax numbers, or where one is
// missing two billing NPIs, are two billers.
func sameBiller(a, b *audit.Line) bool {
	if a.TIN != "" && b.TIN != "" {
		return a.TIN == b.TIN
	}
	return a.Billing == "" || b.Billing == "" || a.Billing == b.Billing
}

// samePayer tells whether both lines may have gone to one payer: two known names are two payers.
func samePayer(a, b *audit.Line) bool {
	if a.Sequence != 0 && b.Sequence != 0 && a.Sequence != b.Sequence {
		return false
	}
	if a.PayerName == b.PayerName {
		return true
	}
	x, y := fold(a.PayerName), fold(b.PayerName)
	return x == "" || y == "" || x == y
}

// numbered tells whether the line has a number that is its own in its claim.
func (s *Stage) numbered(l *audit.Line) bool {
	return l.LineID != "" && s.facts.numbers(l.Pos.Input)
}

// isReversal tells whether the line takes something back: it has less than no units, or less than no
// charge.
func isReversal(l *audit.Line) bool { return l.Units < 0 || l.Charge < 0 }

func isVoid(l *audit.Line) bool { return frequency(l) == '8' }

// fold is a name in capitals without what stands between its letters and digits.
func fold(name string) string {
	if name == "" {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return -1
	}, name)
}

// stemOf is a claim number less its suffix: one to three letters with at most one digit behind them, or
// a mark and one or two letters or digits. Digits alone are no suffix: 5001 and 50019 are two claims.
func stemOf(number string) string {
	n := len(number)
	if i := strings.LastIndexAny(number, "-./ "); i > 0 && n-i-1 >= 1 && n-i-1 <= 2 && isAlnum(number[i+1:]) {
		return number[:i]
	}
	end := n
	if end > 0 && isDigit(number[end-1]) {
		end--
	}
	begin := end
	for begin > 0 && isLetter(number[begin-1]) {
		begin--
	}
	if letters := end - begin; begin > 0 && letters >= 1 && letters <= 3 && isDigit(number[begin-1]) {
		return number[:begin]
	}
	return number
}

func isAlnum(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) && !isLetter(text[i]) {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
