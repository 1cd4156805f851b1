package books

// untyped takes the column of claim types away: the centre is told by its TIN.
func (m *mixing) untyped() {
	for _, r := range m.Rows {
		code := m.get(r, "CPT")
		if kind := m.get(r, "ClaimType"); (kind != "professional" || code == "G0260" || code == "27096") && m.get(r, "BillingNPI") != npi(centreNPI) {
			m.untold[r.nth] = true
		}
	}
	m.blank("ClaimType")
}

// oneTIN bills the centre's claims under the practice's number, without a column of claim types.
func (m *mixing) oneTIN() {
	m.untyped()
	for _, r := range m.Rows {
		if m.get(r, "BillingTIN") == centreTIN || m.get(r, "BillingNPI") == npi(centreNPI) {
			m.setIf(r, "BillingTIN", taxNumber)
			m.setIf(r, "BillingNPI", npi(billingNPI))
		}
	}
}

// setIf sets a cell of a column that the export has.
func (b *Book) setIf(r *Row, name, text string) {
	if b.has(name) {
		b.set(r, name, text)
	}
}
