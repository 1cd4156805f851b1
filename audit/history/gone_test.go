package history

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestDatabaseGone: where the database goes away in the night, nothing of the audit is in it, a person is told,
// and the next audit is as if it had never been.
func TestDatabaseGone(t *testing.T) {
	server := os.Getenv("CLAIMAUDIT_POSTGRES")
	if server == "" {
		t.Skip("NOT TESTED: CLAIMAUDIT_POSTGRES names no database")
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	schema := fmt.Sprintf("gone_%d", os.Getpid())
	for _, statement := range []string{"DROP SCHEMA IF EXISTS " + schema + " CASCADE", "CREATE SCHEMA " + schema} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		if _, err := db.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Error(err)
		}
	}()
	night := func() (*Store, *Night) {
		s, err := Open(server + "?search_path=" + schema + "&application_name=" + schema)
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.Night(t.Context(), someRun(), Options{Wait: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		return s, n
	}
	first, n := night()
	past, err := n.Compare(t.Context(), 0, func(func(Found) bool) {}, func(func(Found) bool) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", schema); err != nil {
		t.Fatal(err)
	}
	if err := n.Record(t.Context(), past); err == nil || !strings.Contains(err.Error(), "the database") {
		t.Errorf("recorded in a database that is gone: %v", err)
	}
	_ = first.Close() // of which nothing is left
	second, n := night()
	defer second.Close()
	if n.number != 1 {
		t.Errorf("the audit after it is number %d", n.number)
	}
}
