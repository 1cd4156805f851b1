package page

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync"
)

// guard lets in who was given a link by this program, from its own pages alone. A loopback address is no access
// control: every page that the user visits, and every program of the machine, can reach it.
type guard struct {
	port   int
	secret [sha256.Size]byte // of the cookie's value
	value  string            // the cookie's
	cross  *http.CrossOriginProtection

	mu     sync.Mutex
	tokens [][sha256.Size]byte // that nobody has used
}

func newGuard(port int) *guard {
	g := &guard{port: port, value: chance(), cross: http.NewCrossOriginProtection()}
	g.secret = sha256.Sum256([]byte(g.value))
	return g
}

// chance is a text that nobody can guess.
func chance() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// origin is how a browser names the server in links.
func (g *guard) origin() string { return "http://127.0.0.1:" + strconv.Itoa(g.port) }

// link is a link that lets one browser in, once.
func (g *guard) link() string {
	token := chance()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens = append(g.tokens, sha256.Sum256([]byte(token)))
	return g.origin() + "/start?token=" + token
}

// use tells whether the token is one of ours that nobody has used. Hashes are compared, in constant time.
func (g *guard) use(token string) bool {
	sum := sha256.Sum256([]byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	found := -1
	for i := range g.tokens {
		if subtle.ConstantTimeCompare(g.tokens[i][:], sum[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	g.tokens = append(g.tokens[:found], g.tokens[found+1:]...)
	return true
}

// cookieName has the port: pages of two programs do not take each other's.
func (g *guard) cookieName() string { return fmt.Sprintf("claimaudit-%d", g.port) }

// known tells whether the request has our cookie.
func (g *guard) known(r *http.Request) bool {
	cookie, err := r.Cookie(g.cookieName())
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(cookie.Value))
	return subtle.ConstantTimeCompare(sum[:], g.secret[:]) == 1
}

// hosts are the names a request may call the server by: with another, it comes by a name that somebody else has
// made lead here.
func (g *guard) hosts(host string) bool {
	port := strconv.Itoa(g.port)
	return host == "127.0.0.1:"+port || host == "localhost:"+port || host == "[::1]:"+port
}

// foreign tells whether a request comes from a page that is not ours. What changes something must say where it
// comes from.
func (g *guard) foreign(r *http.Request) bool {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if site != "" && site != "same-origin" && site != "none" {
		return true
	}
	if origin != "" && origin != "null" && origin != "http://"+r.Host {
		return true
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	return site == "" && origin == "" || g.cross.Check(r) != nil
}

// headers are sent with every answer.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cache-Control":                "no-store",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
}

// guarded lets through what may come in, before anything else looks at it.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		switch {
		case !s.guard.hosts(r.Host):
			s.refuse(w, http.StatusMisdirectedRequest, "This address is not the one that the page is at.")
		case s.guard.foreign(r):
			s.refuse(w, http.StatusForbidden, "This request does not come from the page itself.")
		case r.URL.Path == "/start" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			s.start(w, r)
		case !s.guard.known(r):
			s.refuse(w, http.StatusForbidden, "Use the link in the window in which claimaudit was started.")
		default:
			s.touch()
			next.ServeHTTP(w, r)
		}
	})
}

// start takes the token of a link for a cookie. Whoever has the cookie needs no token.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	if !s.guard.known(r) {
		if r.Method == http.MethodHead || !s.guard.use(r.URL.Query().Get("token")) {
			s.refuse(w, http.StatusForbidden, "This link is not one of this page, or was used before: each lets one browser in. Quit claimaudit in its window and start it again for a new one.")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: s.guard.cookieName(), Value: s.guard.value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
