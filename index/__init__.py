"""What is stored, and how: the archive, analysis, encoding, and the index itself.

Nothing here knows of questions as people type them, of ranking across legs, or of HTTP.
"""
