package services

import (
	"embed"

	"claimaudit/audit/table"
)

//go:embed data/*.csv
var files embed.FS

// tables are the tables by which services are told from rows.
var tables = table.In(files, "data")
