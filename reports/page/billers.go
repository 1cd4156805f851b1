package page

import (
	"fmt"
	"net/http"
	"slices"
)

// billerForm asks whose claims a biller's are.
type billerForm struct {
	Biller
	Index int
	Said  string // by whoever handed the files in; blank for nothing
	Types []billerType
}

// billerType is a word for whose claims they are, in a Request and as it is asked.
type billerType struct{ Word, Words string }

var billerTypes = []billerType{
	{"", "as the lines tell"}, {"professional", "all the doctor's or the practice's"}, {"asc", "all the surgery centre's own"}, {"facility", "all a hospital's own"},
}

func (j *job) billerForms() (list []billerForm) {
	for i, b := range j.billers {
		f := billerForm{b, i, j.request.Types[b.Number], billerTypes}
		f.Asks = b.Asks && f.Said == ""
		list = append(list, f)
	}
	return list
}

// billersOf are those of the tables, and those that somebody has answered, of whom nothing is asked any more.
func (j *job) billersOf(tables []Table) (list []Biller) {
	for _, b := range j.billers {
		if j.request.Types[b.Number] != "" {
			list = append(list, b)
		}
	}
	for _, t := range tables {
		for _, b := range t.Billers {
			if i := slices.IndexFunc(list, func(other Biller) bool { return other.Number == b.Number }); i < 0 {
				list = append(list, b)
			} else if j.request.Types[b.Number] == "" && list[i].Text != b.Text {
				list[i].Text, list[i].Asks = list[i].Text+" "+b.Text, list[i].Asks || b.Asks
			}
		}
	}
	return list
}

// chooseTypes takes whose claims billers' are.
func (j *job) chooseTypes(r *http.Request) {
	for i, b := range j.billers {
		key := fmt.Sprintf("biller.%d", i)
		word := r.PostForm.Get(key)
		if !r.PostForm.Has(key) || !slices.ContainsFunc(billerTypes, func(t billerType) bool { return t.Word == word }) {
			continue
		}
		if j.request.Types == nil {
			j.request.Types = map[string]string{}
		}
		if delete(j.request.Types, b.Number); word != "" {
			j.request.Types[b.Number] = word
		}
	}
}
