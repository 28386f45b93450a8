"""Bringing an index up to its archive, by one process or by several."""
