package main

// room is memory that is never touched. The garbage collector lets as much more be used before it looks for what nobody
// needs: nearly all that is made while the program begins stays, and looking through it a dozen times took a third of the
// beginning. What is looked through later grows, and the room is less and less of it.
type room struct{ untouched []byte }

const roomSize = 32 << 20

func newRoom() *room { return &room{make([]byte, roomSize)} }

// give gives it back, where memory is limited: it would be counted.
func (r *room) give() { r.untouched = nil }
