package page

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
)

// state is how far a job has come.
type state string

const (
	waiting   state = "waiting"   // for another job to end
	reading   state = "reading"   // to see how the files are understood
	asked     state = "asked"     // somebody looks at how they are
	auditing  state = "auditing"  // as it says
	done      state = "done"      // audited
	failed    state = "failed"    // they cannot be read, or not be audited
	cancelled state = "cancelled" // by whoever handed them in
)

// works tells whether something goes on.
func (s state) works() bool { return s == waiting || s == reading || s == auditing }

// job is what becomes of files that were handed in together. They lie in a folder of its own until it is closed.
type job struct {
	id     string
	server *Server
	folder string
	remove func() error

	mu      sync.Mutex
	state   state
	request Request
	tables  []Table
	billers []Biller // that were asked of
	trouble error
	text    string // how far the work has come
	part    float64
	stop    context.CancelFunc // ends the work that goes on
	ended   chan struct{}      // closed once it has ended
	closed  bool
	found   *found // nil until it is audited

	use     sync.RWMutex // held by who reads what was found, so that nobody closes it
	writing sync.Mutex   // one download of a job at a time
}

// found is an audit with what is chosen of it and said of it.
type found struct {
	Audit
	figures Figures
	index   *index
	said    map[int]audit.Disposition // by number of the finding; the job's mu holds it
}

// mostJobs is how many may be open at a time.
const mostJobs = 32

// newJob makes a job without files.
func (s *Server) newJob() (*job, error) {
	s.mu.Lock()
	full := s.closed || len(s.jobs) >= mostJobs
	s.mu.Unlock()
	if full {
		return nil, errors.New("too many audits are open: close some of them first")
	}
	folder, remove, err := s.desk.Folder()
	if err != nil {
		return nil, err
	}
	return &job{id: chance()[:16], server: s, folder: folder, remove: remove, state: asked}, nil
}

// open puts a job among those that are open.
func (s *Server) open(j *job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.jobs) >= mostJobs {
		return errors.New("too many audits are open: close some of them first")
	}
	s.jobs = append(s.jobs, j)
	return nil
}

func (s *Server) find(id string) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.jobs, func(j *job) bool { return j.id == id }); i >= 0 {
		return s.jobs[i]
	}
	return nil
}

func (s *Server) openJobs() []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}

// drop takes a job from those that are open, and ends it.
func (s *Server) drop(j *job) error {
	s.mu.Lock()
	s.jobs = slices.DeleteFunc(s.jobs, func(other *job) bool { return other == j })
	s.mu.Unlock()
	return j.close()
}

// close cancels what goes on, waits for its end and removes the files.
func (j *job) close() error {
	j.cancel()
	j.mu.Lock()
	again, ended := j.closed, j.ended
	j.closed = true
	j.mu.Unlock()
	if again {
		return nil
	}
	if ended != nil {
		<-ended
	}
	j.use.Lock()
	defer j.use.Unlock()
	j.mu.Lock()
	found := j.found
	j.found = nil
	j.mu.Unlock()
	var err error
	if found != nil {
		err = found.Close()
	}
	return errors.Join(err, j.remove())
}

// borrow is what was found, until it is given back; nil where nothing was.
func (j *job) borrow() (f *found, back func()) {
	j.use.RLock()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.found, j.use.RUnlock
}

// cancel ends what goes on, if anything does.
func (j *job) cancel() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stop != nil {
		j.stop()
	}
}

// work does something long in the background, when it is its turn. False where the job does something already.
func (j *job) work(doing state, do func(context.Context) (after state, err error)) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed || j.state.works() || j.state == done {
		return false
	}
	ctx, stop := context.WithCancel(j.server.ctx)
	j.state, j.stop, j.ended, j.trouble, j.text, j.part = waiting, stop, make(chan struct{}), nil, "", 0
	go func() {
		defer stop()
		after, err := j.inTurn(ctx, doing, do)
		if err != nil {
			after = failed
		}
		if err != nil && ctx.Err() != nil {
			after, err = cancelled, nil
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		j.state, j.trouble, j.stop = after, err, nil
		close(j.ended)
	}()
	return true
}

// inTurn waits until no other job works.
func (j *job) inTurn(ctx context.Context, doing state, do func(context.Context) (state, error)) (state, error) {
	select {
	case j.server.turn <- struct{}{}:
		defer func() { <-j.server.turn }()
	case <-ctx.Done():
		return cancelled, nil
	}
	j.mu.Lock()
	j.state = doing
	j.mu.Unlock()
	return do(ctx)
}

// understand reads the files to see how they are understood.
func (j *job) understand() {
	j.work(reading, func(ctx context.Context) (state, error) {
		tables, err := j.server.desk.Understand(ctx, j.asks(), j.reached)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.tables, j.billers = tables, j.billersOf(tables)
		return asked, err
	})
}

// audit has the files audited.
func (j *job) audit() bool {
	return j.work(auditing, func(ctx context.Context) (state, error) {
		made, err := j.server.desk.Audit(ctx, j.asks(), j.reached)
		if err != nil {
			return failed, err
		}
		f := &found{Audit: made, figures: made.Figures(), index: newIndex(made.Traits), said: maps.Clone(made.Said())}
		if f.said == nil {
			f.said = map[int]audit.Disposition{}
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		j.found = f
		return done, nil
	})
}

// asks is what is to be read.
func (j *job) asks() Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.request
	r.Mappings, r.Types = slices.Clone(r.Mappings), maps.Clone(r.Types)
	return r
}

// again lets go of what was found, so that the files can be read otherwise and audited anew.
func (j *job) again() error {
	j.use.Lock()
	defer j.use.Unlock()
	j.mu.Lock()
	found := j.found
	if j.found = nil; j.state == done {
		j.state = asked
	}
	j.mu.Unlock()
	if found == nil {
		return nil
	}
	return found.Close()
}

// reached tells how far the work has come.
func (j *job) reached(text string, part float64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text, j.part = text, part
}

// name is the job as its files are called.
func (j *job) name() string {
	var names []string
	for _, f := range j.request.Files {
		names = append(names, f.Name)
	}
	const most = 3
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}
