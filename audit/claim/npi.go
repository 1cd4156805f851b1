package claim

// ValidNPI tells whether s is a National Provider Identifier: ten digits, the first 1 or 2, and a
// right check digit (Luhn over the digits behind the prefix 80840, which adds 24).
func ValidNPI(s string) bool {
	if len(s) != 10 || s[0] != '1' && s[0] != '2' {
		return false
	}
	sum := 24
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
		d := int(s[i] - '0')
		if i%2 == 0 {
			d *= 2
			d = d/10 + d%10
		}
		sum += d
	}
	return sum%10 == 0
}
