"""Copies and stories: which articles carry one text, and which tell of one event.

Derived from the archive and the index, kept in tables beside the articles, rebuilt at will.
"""
