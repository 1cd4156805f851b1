package claim

import "strings"

// PayerLike is the class of payers that a name differs from by a slip; "" for none.
func PayerLike(name string) string {
	name = strings.ToLower(name)
	for p := range NumPayers {
		if class := p.String(); len(class) > 5 && name != class && slip(name, class) {
			return class
		}
	}
	return ""
}

// slip tells whether one letter more, less or other, or two that changed places, make one text the other.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b) == len(a)+1:
		return a[i:] == b[i+1:]
	case len(a) != len(b):
		return false
	case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
		return true
	}
	return i < len(a) && a[i+1:] == b[i+1:]
}
