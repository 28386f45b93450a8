"""Everything that newsearch can do, as objects that HTTP, the page and the command line share."""
