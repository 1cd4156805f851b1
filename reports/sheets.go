package reports

// tables are the sheets between Summary and Run Info.
func (b *book) tables() []table {
	return []table{
		b.flaggedLines(), b.byEncounter(), b.byProvider(), b.providerPatterns(), b.byRule(), b.byMonth(), b.missedRevenue(),
		b.coverage(), b.notRead(), b.repairs(), b.rules(),
	}
}
