package page

import (
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// mostFiles is how many files one upload may have.
const mostFiles = 1000

// patience is how long an upload may send nothing.
const patience = time.Minute

// endings are those that a file keeps where it lies: readers go by some of them. Nothing else of a name that
// somebody sends is part of a path.
var endings = []string{".csv", ".tsv", ".txt", ".psv", ".xlsx", ".xlsm", ".xls", ".zip", ".837", ".edi", ".x12", ".xml", ".html", ".htm", ".gz"}

// upload takes files into a job of their own.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	j, err := s.newJob()
	if err != nil {
		s.refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	err = s.take(j, w, r)
	if err == nil {
		err = s.open(j)
	}
	if err != nil {
		_ = j.close()
		s.homeWith(w, http.StatusBadRequest, err.Error())
		return
	}
	j.understand()
	http.Redirect(w, r, j.link(), http.StatusSeeOther)
}

// take streams the files of a form into the job's folder.
func (s *Server) take(j *job, w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errors.New("this is no upload of files")
	}
	most := s.options.Upload
	if most == 0 {
		most = math.MaxInt64 - 1
	}
	body := &patient{http.NewResponseController(w)}
	for {
		_ = body.SetReadDeadline(time.Now().Add(patience))
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && len(j.request.Files) == 0:
			return errors.New("choose a file first: an export as CSV or XLSX, a zip of them, or 837 claims")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errors.New("the upload broke off: nothing of it is kept")
		case part.FormName() != "files" || part.FileName() == "":
			continue
		}
		if len(j.request.Files) == mostFiles {
			return fmt.Errorf("more than %d files: put them into a zip", mostFiles)
		}
		size, err := j.keep(part, most, body)
		if most -= size; err != nil {
			return err
		}
	}
}

// patient gives whoever sends something more time.
type patient struct{ *http.ResponseController }

// keep writes one file into the folder, under a name of ours.
func (j *job) keep(part *multipart.Part, most int64, wait *patient) (size int64, err error) {
	name := cleanName(part.FileName())
	shown := j.unlike(name)
	if j.server.options.Unnamed {
		shown = fmt.Sprintf("input %d", len(j.request.Files)+1)
	}
	path := filepath.Join(j.folder, fmt.Sprintf("copy-%04d", len(j.request.Files)+1)+keptEnding(name))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, errors.New("the file cannot be kept in the folder for temporary files")
	}
	size, err = copyWaiting(f, io.LimitReader(part, most+1), wait)
	switch err := errors.Join(err, f.Close()); {
	case size > most:
		return size, fmt.Errorf("%s is larger than uploads may be: claimaudit audit reads files of any size", shown)
	case err != nil && errors.As(err, new(*os.PathError)):
		return size, errors.New("the file cannot be kept: the disk with the folder for temporary files may be full")
	case err != nil:
		return size, errors.New("the upload broke off: nothing of it is kept")
	}
	j.request.Files = append(j.request.Files, File{Name: shown, Path: path})
	return size, nil
}

func copyWaiting(to io.Writer, from io.Reader, wait *patient) (size int64, err error) {
	buffer := make([]byte, 1<<20)
	for {
		_ = wait.SetReadDeadline(time.Now().Add(patience))
		n, err := from.Read(buffer)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return size, err
			}
			size += int64(n)
		}
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}

// cleanName is a file's name as it may be shown: without folders, and without what cannot be seen.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name[strings.LastIndexAny(name, `/\`)+1:], "")
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name))
	const most = 120
	if runes := []rune(name); len(runes) > most {
		name = string(runes[len(runes)-most:])
	}
	if strings.Trim(name, ".") == "" {
		return "export"
	}
	return name
}

// keptEnding is what of the name's ending a path of ours may have.
func keptEnding(name string) string {
	name = strings.ToLower(name)
	ending := filepath.Ext(name)
	if !slices.Contains(endings, ending) {
		return ""
	}
	if before := filepath.Ext(strings.TrimSuffix(name, ending)); ending == ".gz" && slices.Contains(endings, before) {
		return before + ending
	}
	return ending
}

// unlike is the name, with a number where a file before has it too.
func (j *job) unlike(name string) string {
	own, ending := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name)
	for n := 2; slices.ContainsFunc(j.request.Files, func(f File) bool { return f.Name == name }); n++ {
		name = fmt.Sprintf("%s (%d)%s", own, n, ending)
	}
	return name
}
