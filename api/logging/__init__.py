"""Log lines, and the id of the request that they belong to."""
