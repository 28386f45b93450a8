"""How large a query may be. Beyond a limit there is an error, never a silently truncated query."""

MAX_LENGTH = 4096
"""Code points of one query: some 600 words, more than an encoder reads."""

MAX_CLAUSES = 256
"""Phrases, patterns and field values of one query. Bare words are limited by its length."""

MAX_DEPTH = 32
"""The nesting depth of parentheses."""

MAX_SLOP = 1000
"""The widest window of `"near words"~n`."""

MAX_BOOST = 1000.0

MIN_LITERALS_BEHIND_WILDCARD = 3
"""Letters or digits that must follow a leading `*`: fewer would match most of the vocabulary."""
