package reports

// Sheet is one sheet of the workbook, and what a reader finds there.
type Sheet struct{ Name, About string }

// sheet is a sheet and what makes it: a table of records, or a page laid out cell by cell.
type sheet struct {
	Sheet
	rare  bool // it is left out where it has no record
	table func(*book) table
	page  func(*book)
	made  *table // once it is known whether it has records
}

// sheets are the sheets in their order. The first leads to all others.
var sheets = []sheet{
	{
		Sheet: Sheet{summarySheet, "the page to print: what was audited, the figures, the worst days, and what was not checked"},
		page:  (*book).summary,
	},
	{
		Sheet: Sheet{flaggedSheet, "a row for each finding, a patient's day together, with the reviewer's columns"},
		table: (*book).flaggedLines,
	},
	{
		Sheet: Sheet{sinceSheet, "with a history: the findings of earlier audits that this one closes, fixed or withdrawn"},
		rare:  true, table: (*book).sinceLastTime,
	},
	{
		Sheet: Sheet{"Audits", "with a history: what each of the last audits counted, this one last"},
		rare:  true, table: (*book).audits,
	},
	{
		Sheet: Sheet{waivedSheet, "with waivers: the findings that they are about, which are in no figure, by whose word and up to when"},
		rare:  true, table: (*book).waivedFindings,
	},
	{
		Sheet: Sheet{"Waivers", "with waivers: what became of each, those that expired or are about nothing too"},
		rare:  true, table: (*book).waivers,
	},
	{
		Sheet: Sheet{"By Encounter", "each patient's day with findings, most at risk first: all its lines, the clean ones too, as billed and as proposed; past 10,000 lines a row a day"},
		table: (*book).byEncounter,
	},
	{
		Sheet: Sheet{"By Provider", "a row for each provider, most at risk first, with what the rates are of"},
		table: (*book).byProvider,
	},
	{
		Sheet: Sheet{providerSheet, "a page to hand over to each provider with findings: the figures of By Provider, and what was found of his lines, up to 200 of them"},
		rare:  true, table: (*book).pagesToHandOver,
	},
	{
		Sheet: Sheet{ruleSheet, "a row for each rule that found something, most findings first"},
		table: (*book).byRule,
	},
	{
		Sheet: Sheet{monthSheet, "a row for each month of dates of service"},
		table: (*book).byMonth,
	},
	{
		Sheet: Sheet{"Provider Patterns", "each provider's rates of what reviewers look at, those that stand out first"},
		rare:  true, table: (*book).providerPatterns,
	},
	{
		Sheet: Sheet{"To Refund", "the lines that ask for a refund, by payer, each once, with what was paid where the export says it; what was not paid is left out"},
		rare:  true, table: (*book).refundSheet,
	},
	{
		Sheet: Sheet{"Against Denials", "where an input says what payers answered: for each rule what became of the lines it flagged, for each of their codes the lines that no rule foresaw, and what that cannot tell"},
		rare:  true, table: (*book).againstDenials,
	},
	{
		Sheet: Sheet{"Remits Not Joined", "with --remits: the rows that are about no line audited, and why"},
		rare:  true, table: (*book).notJoined,
	},
	{
		Sheet: Sheet{"Missed Revenue", "the findings about money left unbilled, which is never part of what is at risk"},
		rare:  true, table: (*book).missedRevenue,
	},
	{
		Sheet: Sheet{coverageSheet, "how many lines each check looked at, and which it could not and why"},
		table: (*book).coverage,
	},
	{
		Sheet: Sheet{notReadSheet, "every row that was not audited, with its reason, and the cells mended while reading, counted"},
		rare:  true, table: (*book).notRead,
	},
	{
		Sheet: Sheet{rulesSheet, "what each rule that found something means, and its source"},
		rare:  true, table: (*book).rules,
	},
	{
		Sheet: Sheet{runSheet, "version, options, tables, inputs with their hashes, control totals, limits and the sign-off"},
		page:  (*book).runInfo,
	},
}

// kept tells whether a history is kept.
func (v *view) kept() bool { return v.Past != nil && v.Past.Run > 0 }

// waives tells whether waivers were given.
func (v *view) waives() bool { return v.Waivers != nil }

// Sheets are the sheets of the workbook in their order.
func Sheets() []Sheet {
	list := make([]Sheet, len(sheets))
	for i := range sheets {
		list[i] = sheets[i].Sheet
	}
	return list
}

func (b *book) tableOf(s *sheet) table {
	if s.made != nil {
		return *s.made
	}
	return s.table(b)
}

// make makes one sheet, and its further ones when its records do not go on one.
func (b *book) make(s *sheet) {
	if s.page != nil {
		_, err := b.f.NewSheet(s.Name) // leaves the first one as it is
		b.do(err)
		s.page(b)
		return
	}
	t := b.tableOf(s)
	for n, from := 0, 0; n == 0 || from < t.count; n, from = n+1, from+b.most {
		b.addSheet(&t, sheetName(s.Name, n), from, min(t.count-from, b.most))
	}
}
