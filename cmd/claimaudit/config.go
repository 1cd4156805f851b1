package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

const configName = "claimaudit.yaml"

// config is claimaudit.yaml: every flag of audit, and what has no flag. A flag on the command
// line wins over the file. Unknown keys are errors, so that a slip is not a silent default.
type config struct {
	Output      []string `yaml:"output"`
	AsOf        string   `yaml:"as_of"`
	Context     []string `yaml:"context"`
	Table       []string `yaml:"table"`
	Tables      []string `yaml:"tables"`
	Map         []string `yaml:"map"`
	DateOrder   string   `yaml:"date_order"`
	Sheet       string   `yaml:"sheet"`
	Rule        []string `yaml:"rule"`
	SkipRule    []string `yaml:"skip_rule"`
	MinSeverity string   `yaml:"min_severity"`
	FailOn      string   `yaml:"fail_on"`
	Workers     int      `yaml:"workers"`
	Memory      string   `yaml:"memory"`
	Force       bool     `yaml:"force"`
	LogFormat   string   `yaml:"log_format"`
	Quiet       bool     `yaml:"quiet"`

	// Rules switches rules on or off by id.
	Rules map[string]string `yaml:"rules"`
	// Payers says which kind a payer is, by words of its name.
	Payers map[string]string `yaml:"payers"`
	// Mappings are how exports of a system are read, by their header.
	Mappings []savedMapping `yaml:"mappings"`
	// TimelyFiling is the number of days within which a kind of payer must receive a claim.
	TimelyFiling map[string]int `yaml:"timely_filing"`
}

// savedMapping is one of Mappings.
type savedMapping struct {
	Name   string   `yaml:"name"`
	Header []string `yaml:"header"` // names that are all in the header
	Map    []string `yaml:"map"`    // Field=Header, as --map takes it
}

// saved are the mappings of the file.
func (c *config) saved() (list []parsers.Saved, err error) {
	var errs []error
	for _, m := range c.Mappings {
		s := parsers.Saved{Name: m.Name, Header: m.Header}
		if m.Name == "" || len(m.Header) == 0 || len(m.Map) == 0 {
			errs = append(errs, fmt.Errorf("mappings: %q: expected a name, a header and a map", m.Name))
		}
		for _, text := range m.Map {
			one, err := parsers.ParseMapping(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("mappings: %s: %w", m.Name, err))
			}
			s.Map = append(s.Map, one)
		}
		list = append(list, s)
	}
	return list, errors.Join(errs...)
}

// loadConfig reads the file named, or else the nearest claimaudit.yaml from the working folder
// upwards, or else nothing.
func loadConfig(path string) (*config, error) {
	if path == "" {
		found, err := nearestConfig()
		if err != nil || found == "" {
			return &config{}, err
		}
		path = found
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	c := &config{}
	err = yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(c)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", path, yaml.FormatError(err, false, true))
	}
	return c, nil
}

func nearestConfig() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(folder, configName)
		_, err := os.Stat(path)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("look for the configuration: %w", err)
		case filepath.Dir(folder) == folder:
			return "", nil
		}
		folder = filepath.Dir(folder)
	}
}

// switches are the rules the file turns on or off.
func (c *config) switches() (map[string]bool, error) {
	on := map[string]bool{}
	for id, word := range c.Rules {
		switch word {
		case "on":
			on[id] = true
		case "off":
			on[id] = false
		default:
			return nil, fmt.Errorf("rules: %s: expected on or off", id)
		}
	}
	return on, nil
}

// settings are the parts of the file rules read.
func (c *config) settings() (*audit.Settings, error) {
	s := &audit.Settings{TimelyFiling: map[claim.Payer]int{}}
	for name, days := range c.TimelyFiling {
		kind, err := payerNamed(name)
		if err != nil {
			return nil, fmt.Errorf("timely_filing: %w", err)
		}
		if days <= 0 {
			return nil, fmt.Errorf("timely_filing: %s: expected a number of days", name)
		}
		s.TimelyFiling[kind] = days
	}
	return s, nil
}

// payerNamed reads a kind of payer by its name, as coverage and reports print it.
func payerNamed(name string) (claim.Payer, error) {
	for p := claim.UnknownPayer; p <= claim.Commercial; p++ {
		if p.String() == name {
			return p, nil
		}
	}
	return 0, fmt.Errorf("%q is no kind of payer: expected medicare, medicare advantage, medicaid, workers' comp, commercial or unknown", name)
}

// fill gives a command its settings from the file where the command line says nothing.
func (c *config) fill(a *auditCmd) {
	fillList(&a.Output, c.Output)
	fillList(&a.Context, c.Context)
	fillList(&a.Table, append(c.Table, c.Tables...))
	fillList(&a.Map, c.Map)
	fillList(&a.Rule, c.Rule)
	fillList(&a.SkipRule, c.SkipRule)
	fillText(&a.AsOf, c.AsOf)
	fillText(&a.Sheet, c.Sheet)
	fillText(&a.DateOrder, c.DateOrder)
	fillText(&a.MinSeverity, c.MinSeverity)
	fillText(&a.FailOn, c.FailOn)
	fillText(&a.Memory, c.Memory)
	fillText(&a.LogFormat, c.LogFormat)
	if a.Workers == 0 {
		a.Workers = c.Workers
	}
	a.Force = a.Force || c.Force
	a.Quiet = a.Quiet || c.Quiet
}

func fillList(flag *[]string, file []string) {
	if len(*flag) == 0 {
		*flag = file
	}
}

func fillText(flag *string, file string) {
	if *flag == "" {
		*flag = file
	}
}
