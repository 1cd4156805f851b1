package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// knownSettings are the settings as audit has them.
func knownSettings(t *testing.T) []setting {
	t.Helper()
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	return allSettings(parser.Model)
}

// TestSettingsAreWhole holds that every flag of audit is a setting with all that follows from the list.
func TestSettingsAreWhole(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Children {
		for _, f := range command.Flags {
			mark := f.Tag.Get("findings")
			switch {
			case command.Name == "audit" && f.Name != "help" && f.Name != "config" && mark != "yes" && mark != "no":
				t.Errorf("--%s does not say whether it changes findings", f.Name)
			case mark != "" && (f.Help == "" || f.Tag.Get("example") == ""):
				t.Errorf("--%s has no help or no example", f.Name)
			case f.Hidden && f.Tag.Type != fileOnly:
				t.Errorf("--%s is hidden and a flag", f.Name)
			}
		}
	}
}

// parsedWith is audit's settings after parsing the arguments with a configuration.
func parsedWith(t *testing.T, config string, args ...string) map[string]setting {
	t.Helper()
	parser, err := newParser(kong.Bind(&configuration{}, &streams{}), kong.BindTo(t.Context(), (*context.Context)(nil)), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "settings.yaml", []byte(config))
	if _, err := parser.Parse(append([]string{"audit", "a.csv", "--config", path}, args...)); err != nil {
		t.Fatalf("%s with %v: %v", config, args, err)
	}
	byKey := map[string]setting{}
	for _, s := range allSettings(parser.Model) {
		byKey[s.key()] = s
	}
	return byKey
}

// TestFlagWins holds for every setting that its example in the configuration reaches the command under
// each of its names, that a flag that says nothing wins over it, and that no other setting changes.
func TestFlagWins(t *testing.T) {
	unset := parsedWith(t, "")
	for _, s := range knownSettings(t) {
		for _, key := range s.keys() {
			line := key + ": " + s.Tag.Get("example")
			set := parsedWith(t, line)
			if set[s.key()].Target.IsZero() {
				t.Errorf("%s does not reach the command", line)
			}
			for other, v := range unset {
				if other != s.key() && !cmp.Equal(v.Target.Interface(), set[other].Target.Interface()) {
					t.Errorf("%s sets %s", line, other)
				}
			}
			if s.fileOnly() {
				continue
			}
			nothing := map[bool]string{true: "=false"}[s.IsBool()]
			switch {
			case s.Name == "workers":
				nothing = "=0"
			case nothing == "":
				nothing = "="
			}
			if got := parsedWith(t, line, "--"+s.Name+nothing)[s.key()].value(); len(got) > 0 {
				t.Errorf("--%s%s does not win over %s: %q", s.Name, nothing, line, got)
			}
		}
	}
}

// trial is a way to set a setting so that something changes.
type trial struct {
	input string   // claims.csv
	flags []string // the setting on the command line: its example
	yaml  string   // the setting in the configuration: its example
	value string   // what is recorded of it: its example
	with  []string // what it needs beside it
	night string   // the day of an audit before
}

// trials are the settings whose example changes nothing in the audit of claims.csv.
var trials = map[string]trial{
	"output":        {flags: []string{"--output=out.json", "--output=b.json"}, yaml: "output: [out.json, b.json]"},
	"as_of":         {flags: []string{"--as-of=2025-03-01"}, yaml: "as_of: 2025-03-01", value: "2025-03-01"},
	"map":           {flags: []string{"--map=POS=Thing"}, yaml: "map: [POS=Thing]", value: "POS=Thing"},
	"mappings":      {yaml: "mappings:\n  - {name: ours, header: [Thing], map: [POS=Thing]}", value: "ours (header Thing): POS=Thing"},
	"date_order":    {input: "order.csv", flags: []string{"--date-order=dmy"}, yaml: "date_order: dmy", value: "dmy"},
	"claim_type":    {input: "centre.csv", flags: []string{"--claim-type=professional"}, yaml: "claim_type: professional", value: "professional"},
	"sheet":         {input: "book.xlsx", value: "Charges"},
	"payers":        {yaml: "payers: {aetna of zanzibar: medicare}", value: "aetna of zanzibar: medicare"},
	"context":       {flags: []string{"--context=earlier.csv"}, yaml: "context: earlier.csv", value: "earlier.csv"},
	"table":         {flags: []string{"--table=cms"}, yaml: "tables: [cms]", value: "cms"},
	"notes":         {flags: []string{"--notes=notes.csv"}, yaml: "notes: notes.csv", value: "notes.csv"},
	"codes":         {flags: []string{"--codes=codes.csv"}, yaml: "codes: [codes.csv]", value: "codes.csv"},
	"reviewed":      {flags: []string{"--reviewed=reviewed.csv"}, yaml: "reviewed: reviewed.csv"},
	"waivers":       {flags: []string{"--waivers=waivers.csv"}, yaml: "waivers: [waivers.csv]", value: "waivers.csv"},
	"remits":        {flags: []string{"--remits=remits.csv"}, yaml: "remits: [remits.csv]"},
	"rule":          {flags: []string{"--rule=duplicate-line"}, yaml: "rule: [duplicate-line]", value: "duplicate-line"},
	"skip_rule":     {flags: []string{"--skip-rule=deleted-code"}, yaml: "skip_rule: deleted-code", value: "deleted-code"},
	"rules":         {yaml: "rules:\n  deleted-code: off\n  duplicate-line: on", value: "deleted-code: off, duplicate-line: on"},
	"timely_filing": {yaml: "timely_filing: {commercial: 30}", value: "commercial: 30"},
	"min_severity":  {flags: []string{"--min-severity=error"}, yaml: "min_severity: error", value: "error"},
	"format":        {with: []string{"--output=-"}},
	"deidentify":    {flags: []string{"--deidentify=key"}, yaml: "deidentify: key"},
	"new_only":      {value: "true", with: []string{"--history=known.history"}, night: "2025-06-29"},
}

// trialFiles are what the trials read.
var trialFiles = map[string]string{
	"claims.csv": `ClaimID,PatientID,DOS,CPT,Mod1,Units,Charge,RenderingNPI,Payer,ReceivedDate,Thing
C1,P1,2025-03-10,62311,,1,100.00,1234567893,Aetna of Zanzibar,2025-04-30,
C2,P2,2025-03-10,64483,RT,1,500.00,1234567893,Aetna of Zanzibar,2025-04-30,77
C3,P3,2025-03-10,11042,,1,100.00,1234567893,MEDICARE,2025-04-30,
C3,P3,2025-03-10,11721,,1,50.00,1234567893,MEDICARE,2025-04-30,
C4,P4,2024-01-10,64483,,1,500.00,1234567893,Aetna of Zanzibar,2025-04-30,
`,
	"earlier.csv":              "ClaimID,PatientID,DOS,CPT,Mod1,Units,Charge,RenderingNPI,Payer\nC0,P2,2025-03-10,64483,RT,1,500.00,1234567893,Aetna of Zanzibar\n",
	"order.csv":                "PatientID,DOS,CPT,Mod1,Units,Charge\nP1,03/04/2025,62311,RT,1,100.00\n",
	"centre.csv":               centres,
	"notes.csv":                "Rule,Code 2,Source\nno wound care,11042,a letter\n",
	"codes.csv":                "Code,Most units\n64483,0\n",
	"reviewed.csv":             "Fingerprint,Disposition\n075e765bbd2039c03236ea5c,Agree\n",
	"waivers.csv":              "Rule,Reason,Owner,Expires\ndeleted-code,agreed,a coder,2026-01-01\n",
	"remits.csv":               "ClaimID,DOS,CPT,Paid,DenialCodes\nC1,2025-03-10,62311,0.00,CO-181\n",
	"key":                      "a key of more than sixteen bytes",
	"cms/ccipra-v322r0-f1.csv": "Column 1,Column 2,*=in existence prior to 1996,Effective Date,Deletion Date *=no data,Modifier 0=not allowed 1=allowed 9=not applicable,PTP Edit Rationale\n11042,11721,,20200101,*,0,made up\n",
}

// centres are claims of which it cannot be told whether they are the doctor's or the surgery centre's: codes stand on
// two claims of a day under one number.
const centres = `ClaimID,PatientID,DOS,CPT,Mod1,Units,Charge,RenderingNPI,BillingTIN,Payer,POS,Dx1
C1,P1,2025-03-10,64483,RT,1,500.00,1234567893,998877665,Aetna of Zanzibar,24,M54.16
F1,P1,2025-03-10,64483,RT,1,1500.00,1234567893,998877665,Aetna of Zanzibar,24,M54.16
C2,P2,2025-03-11,64493,RT,1,500.00,1234567893,998877665,Aetna of Zanzibar,24,M47.816
F2,P2,2025-03-11,64493,RT,1,1500.00,1234567893,998877665,Aetna of Zanzibar,24,M47.816
C3,P3,2025-03-12,62323,,1,500.00,1234567893,998877665,Aetna of Zanzibar,24,M54.16
`

// trialFolder makes the files of the trials and goes to them.
func trialFolder(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range trialFiles {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	book := excelize.NewFile()
	defer book.Close()
	for _, sheet := range []string{"Charges", "Others"} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for cell, row := range map[string][]any{"A1": {"PatientID", "DOS", "CPT"}, "A2": {"P1", "2025-03-10", "62311"}} {
			if err := book.SetSheetRow(sheet, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.SaveAs(filepath.Join(dir, "book.xlsx")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", dir)
}

// effect is what a setting may change.
type effect struct {
	Status int
	Run    struct {
		Options []struct{ Name, Value string }
		Config  struct{ Name, SHA256 string }
	}
	Findings []struct {
		Rule, Sheet, Date, Code, Severity string
		Row                               int
	}
}

// option is what is recorded of a setting; blank when nothing is.
func (o *effect) option(key string) string {
	for _, option := range o.Run.Options {
		if option.Name == key {
			return option.Value
		}
	}
	return ""
}

// changed tells whether other findings were shown.
func (o *effect) changed(from *effect) bool {
	return o.Status != from.Status || !cmp.Equal(o.Findings, from.Findings)
}

// effectOf audits with the flags and a configuration.
func effectOf(t *testing.T, config string, args ...string) (o effect) {
	t.Helper()
	for _, path := range []string{configName, "out.json"} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	if config != "" {
		if err := os.WriteFile(configName, []byte(config+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stderr string
	o.Status, _, stderr = command(t, append([]string{"audit"}, args...)...)
	text, err := os.ReadFile("out.json")
	if o.Status == exitFailed && strings.Contains(stderr, "--date-order") {
		return o // refused, for want of the setting
	}
	if err != nil {
		t.Fatalf("%s with %v: exit status %d: %s", config, args, o.Status, stderr)
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSettingsAreRecorded sets every setting on the command line and in the configuration. Both ways come
// to the same; one that changes findings does so and is recorded, of the others nothing is told.
func TestSettingsAreRecorded(t *testing.T) {
	trialFolder(t)
	for _, s := range knownSettings(t) {
		t.Run(s.key(), func(t *testing.T) {
			try := trials[s.key()]
			if try.input == "" {
				try.input = "claims.csv"
			}
			if try.yaml == "" {
				try.yaml = s.example()
			}
			if try.value == "" && s.recorded() {
				try.value = s.Tag.Get("example")
			}
			if try.flags == nil && !s.fileOnly() {
				try.flags = []string{fmt.Sprintf("--%s=%s", s.Name, s.Tag.Get("example"))}
			}
			args := append([]string{try.input, "--fail-on=never"}, try.with...)
			if try.night != "" {
				effectOf(t, "", append(slices.Clone(args), "--as-of="+try.night, "--output=out.json")...)
			}
			if s.Name != "as-of" {
				args = append(args, "--as-of=2025-06-30")
			}
			if s.Name == "fail-on" {
				args = args[:1]
			}
			plain := effectOf(t, "", append(args, "--output=out.json")...)
			if s.Name != "output" {
				args = append(args, "--output=out.json")
			}
			check := func(how string, got *effect) {
				t.Helper()
				if got.option(s.key()) != try.value {
					t.Errorf("%s: recorded as %q, want %q", how, got.option(s.key()), try.value)
				}
				if got.changed(&plain) != s.recorded() {
					t.Errorf("%s: findings changed: %v", how, !s.recorded())
				}
			}
			configured := effectOf(t, try.yaml, args...)
			check("configuration", &configured)
			if (configured.Run.Config.Name == configName) != (s.Name != "redact") || len(configured.Run.Config.SHA256) != 64 {
				t.Errorf("the configuration is recorded as %v", configured.Run.Config)
			}
			if s.fileOnly() {
				return
			}
			given := effectOf(t, "", append(args, try.flags...)...)
			check("flag", &given)
			given.Run.Config = configured.Run.Config
			if diff := cmp.Diff(configured, given); diff != "" {
				t.Errorf("configuration and flag differ (-configuration +flag):\n%s", diff)
			}
		})
	}
}

// TestYAMLSlips: a value that is not of its setting's kind is told by file, line and key, and what was expected.
func TestYAMLSlips(t *testing.T) {
	for _, s := range knownSettings(t) {
		for _, wrong := range []string{"{a: {b: [c]}}", "[[1], {a: b}]"} {
			path := write(t, "slips.yaml", []byte("# a comment\n"+s.key()+": "+wrong+"\n"))
			status, _, stderr := command(t, "rules", "--config", path)
			want := fmt.Sprintf("slips.yaml:2: %s: ", s.key())
			if status != exitFailed || !strings.Contains(stderr, want) || !strings.Contains(stderr, "expected a value such as "+s.Tag.Get("example")) {
				t.Errorf("%s: %s: exit status %d: %s", s.key(), wrong, status, stderr)
			}
			if strings.Contains(stderr, "Go ") || strings.Contains(stderr, "--") || strings.Contains(stderr, "unmarshal") {
				t.Errorf("%s: %s is not told in words of YAML: %s", s.key(), wrong, stderr)
			}
		}
	}
}
