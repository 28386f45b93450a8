"""The HTTP server: its routes, and what every request passes through before it reaches them."""
