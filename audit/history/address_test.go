package history

import (
	"strings"
	"testing"
)

// TestAddressOf: the database is told of the very file, also of one on a share.
func TestAddressOf(t *testing.T) {
	for path, want := range map[string]string{
		"/srv/billing/claimaudit.history":         "file:/srv/billing/claimaudit.history",
		"/srv/a b/50%.history":                    "file:/srv/a%20b/50%25.history",
		"/srv/what?/no#1.history":                 "file:/srv/what%3F/no%231.history",
		"C:/Billing/claimaudit.history":           "file:C:/Billing/claimaudit.history",
		"//server/share/claimaudit.history":       "file:////server/share/claimaudit.history",
		"//server/share/Open Claims/book.history": "file:////server/share/Open%20Claims/book.history",
	} {
		if got, _, _ := strings.Cut(addressOf(path), "?"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
