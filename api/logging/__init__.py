"""Log lines, and the id of the request they belong to."""
