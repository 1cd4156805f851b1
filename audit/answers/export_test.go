package answers

// Collide makes all texts of remittances hash alike, so that the texts alone tell them apart.
func (b *Book) Collide() {
	alike := func(string) uint64 { return 1<<32 | 7 }
	b.claims.hash, b.names.hash = alike, alike
}
