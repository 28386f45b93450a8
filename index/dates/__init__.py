"""Dates: their values and precision, and how people write them."""
