"""What is stored, and how: the archive, analysis, encoding, and the index itself.

Nothing here knows about queries as people type them, about combined ranking, or about HTTP.
"""
