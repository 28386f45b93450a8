"""How large a query may be. Past a limit there is an error, never a query cut short in silence."""

MAX_LENGTH = 4096
"""Code points of one query: some 600 words, more than an encoder reads."""

MAX_CLAUSES = 256
"""Phrases, patterns and field values of one query. Its bare words are bounded by its length."""

MAX_DEPTH = 32
"""Parentheses inside parentheses."""

MAX_SLOP = 1000
"""The widest window of `"near words"~n`."""

MAX_BOOST = 1000.0

MIN_LITERALS_BEHIND_WILDCARD = 3
"""Letters or digits that must follow a leading `*`: fewer would match most of the vocabulary."""
