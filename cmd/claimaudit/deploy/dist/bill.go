package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// The bill of materials, as CycloneDX 1.5 has it. It has no time, and its number is made of what it lists, so that
// the same program has the same bill.

type bill struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref      string    `json:"bom-ref"`
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	Licences []licence `json:"licenses,omitempty"`
	Purl     string    `json:"purl"`
}

type licence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// purl is a module as every ecosystem names it.
func purl(m module) string { return fmt.Sprintf("pkg:golang/%s@%s", m.path, m.version) }

func componentOf(kind string, m module, licences []string) component {
	c := component{Ref: purl(m), Type: kind, Name: m.path, Version: m.version, Purl: purl(m)}
	for _, id := range licences {
		var l licence
		l.Licence.ID = id
		c.Licences = append(c.Licences, l)
	}
	return c
}

// bill is the bill of the program that is linked from these parts.
func (r *release) bill(parts []part) ([]byte, error) {
	self := module{"claimaudit", r.version}
	b := bill{
		Schema: "http://cyclonedx.org/schema/bom-1.5.schema.json", Format: "CycloneDX", Spec: "1.5", Version: 1,
		Metadata: metadata{componentOf("application", self, nil)},
	}
	all := dependency{Ref: purl(self)}
	for _, p := range parts {
		b.Components = append(b.Components, componentOf("library", p.module, p.kinds))
		all.On = append(all.On, purl(p.module))
	}
	b.Dependencies = []dependency{all}
	listed, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(listed)
	b.Serial = uuid(sum)
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// uuid is a number of version 8, whose bits are our own choice (RFC 9562).
func uuid(sum [sha256.Size]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
