"""Turn a query into a page of results.

This package sees the index only through its domain types, protocols and errors.
"""
