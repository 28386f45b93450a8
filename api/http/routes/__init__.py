"""The addresses of the HTTP API, one module per kind of thing."""
