"""Contact sheets of everything that can be seen, drawn with the program's own pieces: `make gallery`."""
