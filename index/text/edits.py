"""How many edits lie between two words, by rapidfuzz.

It is imported with the first comparison: most requests compare none, and loading it takes longer
than answering many a query.
"""

from collections.abc import Callable
from functools import cache


@cache
def edit_counter() -> Callable[..., int]:
    """From two words to their optimal string alignment distance (a swap of neighbours is one).

    With `score_cutoff=n` it counts no further than n + 1.
    """
    from rapidfuzz.distance import OSA

    return OSA.distance


def is_within(word: str, other: str, max_edits: int) -> bool:
    """Whether two words are at most `max_edits` apart."""
    return edit_counter()(word, other, score_cutoff=max_edits) <= max_edits
