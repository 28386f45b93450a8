"""Copies and stories: which articles have the same text, and which report on the same event.

They are derived from the archive and the index, stored in tables next to the articles, and can be
rebuilt at any time.
"""
