package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Options are how the page is served.
type Options struct {
	Port   int           // 0 for any that is free
	Idle   time.Duration // after which a page that nobody looks at stops; 0 for an hour
	Upload int64         // how many bytes one upload may have; 0 for what the disk holds
	// Unnamed says that no page shows what files are called: exports are named after patients.
	Unnamed bool
}

// Server serves the page until it is told to stop.
type Server struct {
	desk     Desk
	options  Options
	guard    *guard
	listener net.Listener
	turn     chan struct{} // held by the one job that works
	ctx      context.Context
	cancel   context.CancelFunc
	quit     chan struct{}
	quitting sync.Once
	last     atomic.Int64 // when somebody last asked for something, in Unix seconds

	mu     sync.Mutex
	jobs   []*job
	closed bool
}

// Listen takes a port of this machine alone. A port that is taken is an error.
func Listen(desk Desk, o Options) (*Server, error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port)))
	if err != nil {
		return nil, fmt.Errorf("port %d cannot be had: %w", o.Port, err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%v is no address of this machine", listener.Addr()), listener.Close())
	}
	if o.Idle == 0 {
		o.Idle = time.Hour
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		desk: desk, options: o, guard: newGuard(address.Port), listener: listener, turn: make(chan struct{}, 1),
		ctx: ctx, cancel: cancel, quit: make(chan struct{}),
	}
	s.touch()
	return s, nil
}

// Link is a link that lets one browser in, once.
func (s *Server) Link() string { return s.guard.link() }

// ErrIdle tells that the page has stopped because nobody looked at it.
var ErrIdle = errors.New("nobody has looked at the page for long: it has stopped")

// lastWords is how long an answer, and what it loads, may take once the page is told to stop.
const lastWords = 2 * time.Second

// Serve answers until the context ends, somebody quits, or nobody has asked for anything for long (ErrIdle). What
// runs is then cancelled, and nothing that was handed in is left.
func (s *Server) Serve(ctx context.Context) error {
	server := &http.Server{
		Handler: s.guarded(s.routes()), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it may name what was asked for
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()
	var why error
	select {
	case why = <-served:
	case <-ctx.Done():
	case <-s.quit:
		time.Sleep(lastWords / 4) // for the style of the last page
	case <-s.idle():
		why = ErrIdle
	}
	s.cancel()
	end, stop := context.WithTimeout(context.Background(), lastWords)
	defer stop()
	if server.Shutdown(end) != nil {
		_ = server.Close() // an upload or a download that goes on
	}
	return errors.Join(why, s.closeAll())
}

// stop ends Serve.
func (s *Server) stop() { s.quitting.Do(func() { close(s.quit) }) }

func (s *Server) touch() { s.last.Store(time.Now().Unix()) }

// idle is closed once nobody has asked for anything for long, and nothing runs.
func (s *Server) idle() <-chan struct{} {
	idle := make(chan struct{})
	go func() {
		tick := time.NewTicker(min(s.options.Idle/4+time.Millisecond, time.Minute))
		defer tick.Stop()
		for {
			select {
			case <-s.ctx.Done():
				return
			case <-tick.C:
			}
			if len(s.turn) > 0 {
				s.touch()
			}
			if time.Since(time.Unix(s.last.Load(), 0)) > s.options.Idle {
				close(idle)
				return
			}
		}
	}()
	return idle
}

// closeAll ends every job and removes what was handed in.
func (s *Server) closeAll() error {
	s.mu.Lock()
	jobs := s.jobs
	s.jobs, s.closed = nil, true
	s.mu.Unlock()
	var errs []error
	for _, j := range jobs {
		errs = append(errs, j.close())
	}
	return errors.Join(errs...)
}

// routes are what can be asked for. What is got changes nothing; what changes something is posted.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /alive", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /files/{name}", s.file)
	mux.HandleFunc("GET /explain", s.explain)
	mux.HandleFunc("POST /jobs", s.upload)
	mux.HandleFunc("POST /quit", s.goodbye)
	for pattern, answer := range map[string]func(*job, http.ResponseWriter, *http.Request){
		"GET /jobs/{job}":                    s.show,
		"GET /jobs/{job}/state":              s.tell,
		"GET /jobs/{job}/download/{form}":    s.download,
		"POST /jobs/{job}/read":              s.read,
		"POST /jobs/{job}/again":             s.againJob,
		"POST /jobs/{job}/cancel":            s.cancelJob,
		"POST /jobs/{job}/close":             s.closeJob,
		"POST /jobs/{job}/findings/{number}": s.say,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if j := s.find(r.PathValue("job")); j != nil {
				answer(j, w, r)
				return
			}
			s.refuse(w, http.StatusNotFound, "There is no such audit here: it was closed, or is of a page that was stopped.")
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.refuse(w, http.StatusNotFound, "There is no such page.")
	})
	return mux
}
