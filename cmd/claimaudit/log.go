package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"
	"golang.org/x/term"
)

// newLogger logs to stderr: for people on a terminal, one JSON object a line elsewhere. Events
// hold counts, names of files and rules, never a cell of the input, which may be patient data.
func newLogger(w io.Writer, conf *configuration, s *runSettings) (zerolog.Logger, error) {
	level := zerolog.InfoLevel
	if s.Quiet {
		level = zerolog.ErrorLevel
	}
	switch s.LogFormat {
	case "", "auto":
		if isTerminal(w) {
			return console(w).Level(level), nil
		}
		return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
	case "console":
		return console(w).Level(level), nil
	case "json":
		return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
	}
	return zerolog.Nop(), fmt.Errorf("%s %q: expected auto, console or json", conf.said("log-format"), s.LogFormat)
}

func console(w io.Writer) zerolog.Logger {
	return zerolog.New(zerolog.ConsoleWriter{
		Out: w, NoColor: !isTerminal(w) || isPlain(), TimeFormat: "15:04:05",
	}).With().Timestamp().Logger()
}

// isPlain tells that whoever sits at the terminal has it, or wants it, without colours.
func isPlain() bool { return os.Getenv("NO_COLOR") != "" || isDumb() }

// isDumb tells that the terminal can neither colour nor clear a line.
func isDumb() bool { return os.Getenv("TERM") == "dumb" }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// widthOf is how many letters fit a line of the terminal; 80 where there is none.
func widthOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
