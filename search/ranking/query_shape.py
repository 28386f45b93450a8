"""Tell the shape of a query: a question or sentence, or keywords.

Meaning matters more for prose than for keywords: a sentence says what it means, but shares many
words with texts that mean something else. Both weights are learnt from the archive
(`search.ranking.calibration`).
"""

from index.protocols import Snapshot
from search.parse.function_words import FUNCTION_WORDS

FUNCTION_WORDS_OF_PROSE = 2
"""The least number in a question; lists of search words rarely have that many."""

CLAUSE = 8
"""A run of this many words without white space is a clause in a language without spaces."""


def is_prose(text: str, snapshot: Snapshot) -> bool:
    """Return whether a query is a sentence or question, in any language of the index."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]
    if any(len(analyzer.split(run)) >= CLAUSE for analyzer in analyzers for run in text.split()):
        return True
    words = analyzers[0].split(text) if analyzers else text.split()
    function_words = sum(
        word.casefold() in FUNCTION_WORDS or any(one.is_stop_word(word) for one in analyzers)
        for word in words
    )
    return function_words >= FUNCTION_WORDS_OF_PROSE
