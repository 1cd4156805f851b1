// Package data holds the tables of the rules: a table for each shape, and the facts that rules go by.
package data

import "embed"

// Files are the tables.
//
//go:embed *.csv
var Files embed.FS
