"""Bringing an index up to date with its archive, by one process or several."""
