package audit

import "claimaudit/audit/claim"

// Coverage says how far one check could be made, and why not further. For one check there is a
// row with Reason "" for the lines it looked at, then one for each reason it could not. Families of
// checks come first, then the catalogue, then the rules.
//
// A family checked a line when none of its rules was hindered on it; where several were, the line
// counts under each of their reasons. The family's first row says how many lines were hindered at
// all, so that its Lines and NotChecked are all lines audited.
type Coverage struct {
	Check      string // a family, a rule id, or "catalogue" for codes that are not listed
	Family     string // of a rule; blank for a family itself and for the catalogue; TablesInUse for a table
	Lines      int    // lines checked: of the row without a reason, and of a table that is not of their day and scope
	NotChecked int
	Reason     string
	Codes      []string   // the codes concerned, most frequent first, with their near miss; of reasons that lie in the code
	From, To   claim.Date // the first and last date of service of the row's lines; zero where it has none
}

// TablesInUse is the family under which Coverage has the tables.
const TablesInUse = "tables in use"

// Stale says how many lines a CMS table judged that is older than their dates of service, because no
// newer one is in use.
type Stale struct {
	Table    string // its name
	Newest   claim.Date
	Lines    int
	From, To claim.Date // the first and the last date of service concerned
}
