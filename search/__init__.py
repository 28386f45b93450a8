"""How a question becomes a page of results.

Sees the index only through `index.domain`, `index.query`, `index.protocols` and `index.errors`.
"""
