"""How a question becomes a page of results.

Sees the index only through its domain types, protocols and errors.
"""
