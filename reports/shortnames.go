package reports

import (
	"strings"

	"claimaudit/audit/claim"
)

// shortNames are the files of the tables, by the last parts of their paths that tell them apart: what is dropped on the
// program, or handed over by cron, has folders in front of it that make a row of a narrow column several lines high.
// Run Info has the files as they were given.
func shortNames(sources []claim.Source) []string {
	having := map[string]int{} // how many files have that tail
	counted := map[string]bool{}
	for i := range sources {
		if file := sources[i].File; !counted[file] {
			counted[file] = true
			for tail := range tails(file) {
				having[tail]++
			}
		}
	}
	names := make([]string, len(sources))
	for i := range sources {
		names[i] = sources[i].File
		for tail := range tails(names[i]) {
			if having[tail] == 1 {
				names[i] = tail
				break
			}
		}
	}
	return names
}

// tails yields the last part of a path, the last two, and so on.
func tails(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for at := len(path); at > 0; {
			at = strings.LastIndexAny(path[:at], `/\`)
			if !yield(path[at+1:]) {
				return
			}
		}
	}
}
