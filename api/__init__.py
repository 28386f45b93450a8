"""The edges: HTTP, the page, the command line, settings."""
