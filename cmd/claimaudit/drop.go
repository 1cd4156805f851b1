package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dropped tells whether the arguments are exports without a command, as a system gives them to a program on
// which files are dropped.
func dropped(args []string, commands []string) bool {
	if len(args) == 0 || args[0] == "" || strings.HasPrefix(args[0], "-") || slices.Contains(commands, args[0]) {
		return false
	}
	_, err := os.Stat(args[0])
	return err == nil || strings.ContainsAny(args[0], `./\`)
}

// besideName is the workbook of an export that was dropped, beside it: NAME-audit.xlsx.
func besideName(export string) string {
	path := filepath.Clean(export)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if abs, err := filepath.Abs(path); err == nil { // also of . and ..
			path = abs
		}
		return path + "-audit.xlsx"
	}
	if strings.EqualFold(filepath.Ext(path), ".gz") {
		path = path[:len(path)-len(".gz")]
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + "-audit.xlsx"
}

// exportsSum tells the exports of one drop from those of another, by their names.
func exportsSum(exports []string) string {
	var names []string
	for _, export := range exports {
		names = append(names, filepath.Base(filepath.Clean(export)))
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// words puts the arguments as people give them into the program's: help, version, and exports alone.
func words(args, commands []string) (parsed []string, drop bool) {
	switch {
	case len(args) > 0 && args[0] == "help":
		return append(slices.Clone(args[1:]), "--help"), false
	case len(args) == 1 && args[0] == "version":
		return []string{"--version"}, false
	case dropped(args, commands):
		return append([]string{"audit"}, args...), true
	}
	return args, false
}

// byFinder tells whether macOS has started the program by a double click: Terminal then runs it by its whole path
// in the home folder, where somebody who types would leave one of the two out.
func byFinder(program, folder, home string) bool {
	return strings.HasPrefix(program, "/") && home != "" && folder == home
}

// farewell opens what a double click or a drop has made, and waits where the window would close.
func farewell(io *streams) {
	if !ownConsole() {
		return
	}
	if len(io.placed) > 0 {
		if err := openFile(workbookLast(io.placed)[len(io.placed)-1]); err != nil {
			fmt.Fprintf(io.err, "claimaudit: the workbook could not be opened by itself: %v\n", err)
		}
	}
	fmt.Fprint(io.err, "Press Enter to close this window.")
	var line [1]byte
	for line[0] != '\n' {
		if n, err := io.in.Read(line[:]); n == 0 || err != nil {
			return
		}
	}
}
