"""Everything newsearch can do, as objects shared by HTTP, the pages and the command line."""
