package claim

// Side is the side of the body a line was billed for, as a set: both sides are Left|Right.
type Side uint8

// The sides a modifier can state.
const (
	Left Side = 1 << iota
	Right
	NoSide Side = 0 // not stated
	Both        = Left | Right
)

func (s Side) String() string {
	return [...]string{"no side", "left", "right", "both sides"}[s&Both]
}

// Opposite tells whether each side is stated and they do not meet.
func (s Side) Opposite(t Side) bool { return s != NoSide && t != NoSide && s&t == 0 }

// Meets tells whether the two may be the same side: either is not stated, or they share one.
func (s Side) Meets(t Side) bool { return s == NoSide || t == NoSide || s&t != 0 }

// Side is the side the modifiers state: RT, LT, both by 50 or RT with LT, or by the finger,
// toe and eyelid modifiers (FA F1-F4 TA T1-T4 E1 E2 left, F5-F9 T5-T9 E3 E4 right).
func (ms Modifiers) Side() Side {
	var s Side
	for _, m := range ms {
		s |= m.side()
	}
	return s
}

func (m Modifier) side() Side {
	first, second := byte(m>>8), byte(m)
	switch {
	case m == 0:
		return NoSide
	case first == 'R' && second == 'T':
		return Right
	case first == 'L' && second == 'T':
		return Left
	case first == '5' && second == '0':
		return Both
	case first == 'F' || first == 'T':
		return digitSide(second, '4', '9')
	case first == 'E' && second != 'A': // EA is no eyelid
		return digitSide(second, '2', '4')
	}
	return NoSide
}

func digitSide(second, lastLeft, lastRight byte) Side {
	switch {
	case second == 'A', second >= '1' && second <= lastLeft:
		return Left
	case second > lastLeft && second <= lastRight:
		return Right
	}
	return NoSide
}

// Site is the anatomic modifier itself (RT, LT, a finger, toe, eyelid or coronary artery), or
// zero: two lines name different sites when both carry one and they differ.
func (ms Modifiers) Site() Modifier {
	for _, m := range ms {
		if m.anatomic() {
			return m
		}
	}
	return 0
}

func (m Modifier) anatomic() bool {
	switch m.String() {
	case "RT", "LT", "LC", "LD", "LM", "RC", "RI":
		return true
	}
	return m.side() != NoSide && m.String() != "50"
}
