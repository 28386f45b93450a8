"""The HTTP server: its routes, and what every request passes on its way to them."""
