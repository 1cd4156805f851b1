package grid

// KindError is a file of a kind that is not read.
type KindError struct {
	File   string
	What   string // "a PDF"
	Advice string // what to do about it
	Claims bool   // whether it holds claims or is a spreadsheet, so that lines may be missing without it
}

func (e *KindError) Error() string { return e.File + ": this is " + e.What + ": " + e.Advice }

// Why is the error without the file.
func (e *KindError) Why() string { return e.What + ": " + e.Advice }
