"""The shape of a query: a question or sentence, or keywords.

Prose wants more of meaning than keywords do: a sentence says what it means, and shares many words
with what it does not mean. Both weights are learnt from the archive (`search.ranking.calibration`).
"""

from index.protocols import Snapshot
from search.parse.function_words import FUNCTION_WORDS

FUNCTION_WORDS_OF_PROSE = 2
"""So many stand in a question, and hardly in a list of search words."""

CLAUSE = 8
"""A run of so many words between white space is a clause of a language without spaces."""


def is_prose(text: str, snapshot: Snapshot) -> bool:
    """Whether a query is a sentence or a question, in any language that there is."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]
    if any(len(analyzer.split(run)) >= CLAUSE for analyzer in analyzers for run in text.split()):
        return True
    words = analyzers[0].split(text) if analyzers else text.split()
    function_words = sum(
        word.casefold() in FUNCTION_WORDS or any(one.is_stop_word(word) for one in analyzers)
        for word in words
    )
    return function_words >= FUNCTION_WORDS_OF_PROSE
