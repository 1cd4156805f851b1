package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"claimaudit/audit"
)

// The settings. Each stands once, here, as a field with its tags: the flag, the key in
// claimaudit.yaml (the flag's name with underscores), the help, the table of cmd/SETTINGS.md and what Run Info
// and run.options record follow from it. A command embeds the groups it reads, so that all commands
// understand a setting alike.
//
// Beside the tags of kong a setting has
//
//	findings  yes when it changes what is found or which findings are shown: it is recorded. no for
//	          all others, of which outputs say nothing
//	names     files when its value names files, yes when it names sheets, payers or columns: a
//	          redacted copy says how many there are instead
//	reads     what the file it names is to the audit, when it names one that is read: no output may take
//	          its place
//	words     the words it may be; of, what they are names of: for completion
//	example   a value as it stands in claimaudit.yaml
//
// and one without a flag is hidden:"" type:"yaml".

// outputSettings say what is written where.
type outputSettings struct {
	Output    []string `findings:"no" example:"[tonight.xlsx, tonight.json]" short:"o" placeholder:"FILE" help:"Write here; ${endings}, with {date} for the day the audit looks from; - is standard output. .html is one page without patients. Repeatable. Default: claim-audit.xlsx."`
	Format    string   `findings:"no" example:"json" of:"standards" placeholder:"FORM" help:"What -o - writes to standard output, and no paths then: ${standards}. Default: text, which names no patient."`
	Mode      string   `findings:"no" example:"0640" placeholder:"MODE" help:"Who may read the outputs, as for chmod. Default: 0600, their owner alone."`
	Corrected string   `findings:"no" example:"corrected.csv" placeholder:"FILE" help:"Also write the claim lines with the mechanical fixes made, as .csv; findings that need the record are left as they are."`
}

// titleSettings say whom the outputs for people are for.
type titleSettings struct {
	Title string `findings:"no" example:"Spine Center, second quarter" placeholder:"TEXT" help:"Who or what the audit is for: it stands on the first page of the workbook and of .html. A redacted copy leaves it out."`
}

// readingSettings say how exports are read.
type readingSettings struct {
	AsOf      string            `findings:"yes" example:"2025-06-30" placeholder:"DATE" help:"The day the audit looks from. Default: today."`
	Map       []string          `findings:"yes" names:"yes" example:"[CPT=Proc Code]" sep:"none" placeholder:"FIELD=HEADER" help:"Read a field from this column; FIELD=#4 by position. Repeatable."`
	Mappings  []savedMapping    `findings:"yes" names:"yes" example:"[{name: our system, header: [Acct No, Thing], map: [CPT=Thing]}]" hidden:"" type:"yaml" help:"How the exports of a system are read, each chosen by names that are all in its header; claimaudit columns --save writes one. A --map goes before."`
	DateOrder string            `findings:"yes" example:"mdy" words:"mdy,dmy" placeholder:"ORDER" help:"How dates such as 3/4/2025 are written: mdy (month first) or dmy. Default: as the file tells."`
	ClaimType []string          `findings:"yes" names:"yes" example:"[1234567893=asc]" words:"professional,asc,facility" placeholder:"TYPE" help:"Whose claims they are where the export does not say: professional (a doctor's), asc (a surgery centre's own) or facility (a hospital's own); NUMBER=TYPE for those of one biller, by TIN or NPI, none=TYPE for lines without either. Repeatable. Default: as the lines tell."`
	Sheet     string            `findings:"yes" names:"yes" example:"Charges" placeholder:"NAME" help:"Read this sheet only."`
	Payers    map[string]string `findings:"yes" names:"yes" example:"{blue shield of somewhere: commercial}" hidden:"" type:"yaml" help:"The class of a payer, by words of its name, before what is built in: medicare, medicare advantage, medicaid, commercial, workers comp, auto, self-pay, federal, named-unknown or blank."`
}

// historySettings say what is looked at beside the exports.
type historySettings struct {
	Context []string `findings:"yes" reads:"an input" names:"files" example:"[exports/2025-Q1]" placeholder:"FILE" help:"Earlier exports: seen by windows and duplicates, reported on only where a new line makes one of them wrong. Repeatable."`
}

// answerSettings say what payers answered.
type answerSettings struct {
	Remits []string `findings:"no" reads:"a remittance" names:"files" example:"[remits/2025-06.csv]" placeholder:"FILE" help:"What payers paid and denied, CSV or XLSX, a row a payment or a reason, by claim and line, or claim, day and code: the workbook sets the findings beside it. No finding changes. Repeatable."`
}

// pastSettings say where it is kept what earlier audits found.
type pastSettings struct {
	History string `findings:"no" reads:"the history" example:"claimaudit.history" placeholder:"FILE" help:"Keep in this file, or database (postgres://..), what audits find and what people decide; tell which findings are new, open, reopened, fixed or withdrawn."`
}

// reviewedSettings say what reviewers said, where no history is kept.
type reviewedSettings struct {
	Reviewed []string `findings:"no" reads:"a reviewed workbook" names:"files" example:"[last-night.xlsx]" placeholder:"FILE" help:"Without a history: fill in what reviewers wrote into this workbook of an earlier audit, and tell which findings it has not. Repeatable: the word of the latest day counts, and without days that of the last."`
}

// newSettings say which findings are spoken of.
type newSettings struct {
	NewOnly bool `findings:"yes" example:"true" help:"Outputs and exit status speak of new and reopened findings only; needs a history, or reviewed workbooks."`
}

// tableSettings say by which tables of knowledge lines are judged.
type tableSettings struct {
	Table []string `findings:"yes" reads:"a table" names:"files" example:"[cms/2026Q3]" aliases:"tables" placeholder:"FILE" help:"CMS tables to judge by, as CMS publishes them, beside the built-in ones: pair edits, unit limits, add-on codes, fee schedule, HCPCS and ICD-10-CM codes. A file or a folder. Repeatable."`
}

// ownSettings name the files in which the practice keeps what it knows itself.
type ownSettings struct {
	Notes []string `findings:"yes" reads:"the practice's own knowledge" names:"files" example:"[practice-notes.xlsx]" placeholder:"FILE" help:"The practice's own rules, CSV or XLSX: codes, payers and dates with what is asked of them; claimaudit notes --template writes a file to fill in. Repeatable."`
	Codes []string `findings:"yes" reads:"the practice's own knowledge" names:"files" example:"[practice-codes.csv]" placeholder:"FILE" help:"The practice's own list of codes, CSV or XLSX: most units, modifiers, authorizations, places, last days. Repeatable."`
}

// waiverSettings say which findings somebody answers for.
type waiverSettings struct {
	Waivers []string `findings:"yes" names:"files" reads:"a file of waivers" example:"[waivers.xlsx]" placeholder:"FILE" help:"Findings that somebody answers for up to a day, CSV or XLSX: a fingerprint or a rule, with reason, owner and expiry; they count only as waived. Repeatable."`
}

// ruleSettings say which rules run.
type ruleSettings struct {
	Rule     []string          `findings:"yes" example:"[bundled-pair]" placeholder:"ID" of:"rules" help:"Run only this rule, those that a pattern such as 'sedation-*' fits, or those of a topic or family, such as pair-edits. Repeatable."`
	SkipRule []string          `findings:"yes" example:"[invalid-npi]" placeholder:"ID" of:"rules" help:"Do not run this rule, or these, as for --rule. Repeatable."`
	Rules    map[string]string `findings:"yes" example:"{duplicate-line: on, invalid-npi: off}" hidden:"" type:"yaml" help:"Switches rules on or off, by id, pattern, topic or family; an id goes before the others, --rule and --skip-rule before all."`
}

// limitSettings are what a practice tells the rules.
type limitSettings struct {
	TimelyFiling map[string]int `findings:"yes" example:"{medicare: 365, commercial: 180}" hidden:"" type:"yaml" help:"Within how many days after the service a kind of payer must receive a claim; nothing is said to workers' comp, auto and self-pay."`
}

// severitySettings say what is shown and what a script is told.
type severitySettings struct {
	MinSeverity string `findings:"yes" example:"warning" words:"error,warning,review" placeholder:"SEVERITY" help:"Leave lesser findings out of the outputs: error, warning or review."`
	FailOn      string `findings:"no" example:"warning" words:"error,warning,review,never" placeholder:"SEVERITY" help:"Exit with 1 from this severity on: error, warning, review or never. Default: error."`
}

// machineSettings say how much of the machine is used.
type machineSettings struct {
	Workers int    `findings:"no" example:"2" placeholder:"N" help:"How many patients to judge at a time. Default: one a core."`
	Memory  string `findings:"no" example:"2GiB" placeholder:"SIZE" help:"How much memory to keep to: lines and findings that do not fit go to private files. Default: lines and findings fill half the machine's, at most 4GiB."`
}

// privacySettings say whom outputs may name.
type privacySettings struct {
	Deidentify string `findings:"no" reads:"the key" example:"/etc/claimaudit/key" placeholder:"KEYFILE" help:"Replace patient and claim ids in every output by hashes only this key makes; leaves out birth dates and narratives."`
	Redact     bool   `findings:"no" example:"true" help:"Leave ids, providers and the names of files and sheets out of every output: for a copy to share."`
}

// emptySettings say what a run without lines is.
type emptySettings struct {
	AllowEmpty bool `findings:"no" example:"true" help:"Accept a run in which not one line was audited, which is an error else: a night without exports may be one on which an export failed."`
}

// forceSettings say what outputs may replace.
type forceSettings struct {
	Force bool `findings:"no" example:"true" help:"Replace also a workbook that somebody has worked in, and a file that is no report of claimaudit."`
}

// runSettings say how a run behaves.
type runSettings struct {
	LogFormat string `findings:"no" example:"json" words:"auto,console,json" placeholder:"FORMAT" help:"auto, console or json."`
	Quiet     bool   `findings:"no" example:"true" short:"q" help:"Log errors only."`
}

// configSetting names the file the others may stand in; it is none of them.
type configSetting struct {
	Config string `placeholder:"FILE" help:"Read settings from this file instead of the nearest claimaudit.yaml."`
}

// judgingSettings say which lines are read and what they are judged by.
type judgingSettings struct {
	readingSettings
	historySettings
	tableSettings
	ownSettings
	ruleSettings
	limitSettings
}

// findingSettings are those that what is found depends on.
type findingSettings struct {
	judgingSettings
	waiverSettings
}

// shownSettings say how what was found is told, wherever it is.
type shownSettings struct {
	titleSettings
	severitySettings
}

// earlierSettings say what becomes of earlier outputs.
type earlierSettings struct {
	reviewedSettings
	newSettings
	forceSettings
}

// workSettings say how a command goes about its work, and for whom.
type workSettings struct {
	machineSettings
	privacySettings
	emptySettings
	runSettings
	configSetting
}

// auditSettings are all of them.
type auditSettings struct {
	outputSettings
	shownSettings
	findingSettings
	answerSettings
	pastSettings
	earlierSettings
	workSettings
}

// savedMapping is one of Mappings.
type savedMapping struct {
	Name   string   `yaml:"name"`
	Header []string `yaml:"header"` // names that are all in the header
	Map    []string `yaml:"map"`    // Field=Header, as --map takes it
}

// String is the mapping as Run Info records it.
func (m savedMapping) String() string {
	return fmt.Sprintf("%s (header %s): %s", m.Name, strings.Join(m.Header, ", "), strings.Join(m.Map, ", "))
}

// setting is one of the settings, as a command has it.
type setting struct{ *kong.Flag }

// settingsOf are those of a command's flags that are settings, in the order they are written above.
func settingsOf(flags []*kong.Flag) (list []setting) {
	for _, f := range flags {
		if f.Tag.Has("findings") {
			list = append(list, setting{f})
		}
	}
	return list
}

// key is the setting's name in claimaudit.yaml and in what is recorded.
func (s setting) key() string { return keyOf(s.Name) }

func keyOf(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// keys are the names the setting may stand under in claimaudit.yaml.
func (s setting) keys() []string {
	keys := []string{s.key()}
	for _, alias := range s.Aliases {
		keys = append(keys, keyOf(alias))
	}
	return keys
}

// recorded tells whether outputs say what the setting was.
func (s setting) recorded() bool { return s.Tag.Get("findings") == "yes" }

// fileOnly tells whether the setting has no flag.
func (s setting) fileOnly() bool { return s.Tag.Type == fileOnly }

// example is the setting as a line of claimaudit.yaml.
func (s setting) example() string { return s.key() + ": " + s.Tag.Get("example") }

// record is every setting that changes findings and was set, in the order of the list.
func record(settings []setting, redacted bool) (list []audit.Option) {
	for _, s := range settings {
		if !s.recorded() {
			continue
		}
		value := s.value()
		if len(value) == 0 {
			continue
		}
		if redacted && s.Tag.Has("names") {
			value = []string{strconv.Itoa(len(value)) + " named"}
		}
		list = append(list, audit.Option{Name: s.key(), Value: strings.Join(value, ", ")})
	}
	return list
}

// named are the texts the setting was set to, as they were given; none when it is of another type.
func (s setting) named() []string {
	switch v := s.Target.Interface().(type) {
	case string:
		return nonBlank([]string{v})
	case []string:
		return nonBlank(v)
	}
	return nil
}

// value is what the setting was set to as outputs may show it, one text for each of a list; empty when it was
// not set.
func (s setting) value() []string {
	texts := s.texts()
	if s.Tag.Get("names") == "files" {
		for i := range texts {
			texts[i] = relative(texts[i])
		}
	}
	return texts
}

// texts are what the setting was set to, whole.
func (s setting) texts() (texts []string) {
	switch v := s.Target.Interface().(type) {
	case string, []string:
		texts = s.named()
	case map[string]string:
		texts = pairs(v)
	case map[string]int:
		texts = pairs(v)
	case []savedMapping:
		for _, m := range v {
			texts = append(texts, m.String())
		}
	default:
		if !s.Target.IsZero() {
			texts = []string{fmt.Sprint(v)}
		}
	}
	return texts
}

func pairs[V any](m map[string]V) (texts []string) {
	for _, key := range sortedKeys(m) {
		texts = append(texts, fmt.Sprintf("%s: %v", key, m[key]))
	}
	return texts
}

// relative is a path as outputs may show it: they say nothing of where on a machine things lie.
func relative(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Base(path)
	}
	return path
}

// nonBlank is the list without blank texts: --map= sets nothing, over what the configuration says.
func nonBlank(list []string) (kept []string) {
	for _, text := range list {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// fileOnly is the type, to kong, of a setting without a flag.
const fileOnly = "yaml"

// fileMapper takes the value of a setting without a flag from the configuration, and from nowhere
// else.
func fileMapper(ctx *kong.DecodeContext, target reflect.Value) error {
	value := reflect.ValueOf(ctx.Scan.Pop().Value)
	if !value.IsValid() || value.Type() != target.Type() {
		return fmt.Errorf("is no flag: set %s in %s", keyOf(ctx.Value.Name), configName)
	}
	target.Set(value)
	return nil
}
