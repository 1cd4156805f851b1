package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"claimaudit/audit/draft"
	"claimaudit/reports/page"
)

// serveCmd serves the local page. Its audits are those of audit, with the same settings.
type serveCmd struct {
	Port   int           `placeholder:"N" help:"The port of this machine to serve on. Default: one that is free."`
	NoOpen bool          `help:"Do not open a browser: only print the link."`
	Idle   time.Duration `default:"1h" placeholder:"TIME" help:"Stop when nobody has looked at the page for so long."`
	Upload string        `placeholder:"SIZE" help:"How much may be handed in at once, such as 4GiB. Default: what the disk holds."`

	shownSettings
	findingSettings
	pastSettings
	workSettings
}

// Run serves the page until it is told to stop, there, by a signal, or by nobody's looking at it.
func (c *serveCmd) Run(ctx context.Context, conf *configuration, io *streams) error {
	log, err := newLogger(io.err, conf, &c.runSettings)
	if err != nil {
		return err
	}
	o := page.Options{Port: c.Port, Idle: c.Idle, Unnamed: c.Redact}
	if c.Port < 0 || c.Port > 65535 {
		return fmt.Errorf("--port %d: expected a number up to 65535, or none", c.Port)
	}
	if c.Upload != "" {
		if o.Upload, err = sizeNamed("--upload", c.Upload); err != nil {
			return err
		}
	}
	desk := &desk{cmd: c, conf: conf, log: log, done: io.done, explained: map[[2]string]string{}}
	if _, err := desk.job(page.Request{}); err != nil { // a slip in a setting is told before anybody is asked for files
		return err
	}
	draft.SweepPrivate()
	server, err := page.Listen(desk, o)
	if err != nil {
		return err
	}
	fmt.Fprintln(io.out, server.Link())
	if !c.NoOpen {
		if err := openLink(server.Link()); err != nil {
			log.Info().Msg("no browser could be opened: open the link yourself")
		}
	}
	err = server.Serve(ctx)
	if errors.Is(err, page.ErrIdle) {
		log.Info().Str("after", c.Idle.String()).Msg("nobody has looked at the page: stopped")
		return nil
	}
	return err
}

// errNoDisplay tells that there is no screen to open a browser on.
var errNoDisplay = errors.New("there is no display")

// openLink opens a link in the browser that the system has for it.
func openLink(link string) error {
	switch {
	case runtime.GOOS == "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", link).Start()
	case runtime.GOOS == "darwin":
		return exec.Command("open", link).Start()
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return errNoDisplay
	}
	return exec.Command("xdg-open", link).Start()
}
