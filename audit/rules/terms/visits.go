package terms

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

var nurseVisit = MustSet("nurse-visit")

// Clash is a visit beside a procedure it needs 25 with.
type Clash struct {
	Procedure *audit.Line
	Global    string // of the procedure, when it is why
	Edit      catalog.Edit
	Severity  audit.Severity
}

// Never tells whether no modifier pays the visit beside the procedure.
func (k Clash) Never() bool { return k.Edit.Indicator == catalog.Never }

// ClashOf tells whether the visit is part of the procedure as billed.
func ClashOf(cat *catalog.Catalog, v, p *audit.Line) (Clash, bool) {
	if p == v || IsVisit(p) {
		return Clash{}, false
	}
	k := Clash{Procedure: p}
	edit, paired := cat.Edit(v.Scope(), p.Code, v.Code, v.From)
	if paired {
		k.Edit = edit
	}
	if !k.Never() && v.Mods.Has(Mod25) && !nurseVisit.Has(v) {
		return Clash{}, false
	}
	switch days := globalDays(cat, p); days {
	case "000", "010":
		k.Global = days
	case "090":
		return Clash{}, false // the visit that decided on it is marked by 57
	}
	if !paired && k.Global == "" {
		return Clash{}, false
	}
	k.Severity = Lower(k.weight(v), Providers(v, p))
	return k, k.Severity != 0
}

// weight is how bad the clash is for one provider, where 25 does not settle it.
func (k Clash) weight(v *audit.Line) audit.Severity {
	switch {
	case k.Never():
		return audit.Error
	case v.Mods.Has(Mod25):
		return audit.Warning
	case v.In(catalog.NewPatient) && k.Edit.Indicator == 0:
		return audit.Warning
	}
	return audit.Error
}
