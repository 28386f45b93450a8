"""One immutable segment: postings, columns, vectors and their files."""
