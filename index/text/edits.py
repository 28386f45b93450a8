"""How many edits lie between two words, and what two texts share, by rapidfuzz.

It is imported with the first comparison: most requests compare none, and loading it takes longer
than answering many a query.
"""

from collections.abc import Callable, Sequence
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


def shared_runs(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """What two texts, word by word, share in order: their longest common subsequence.

    Each run of it says where it begins in each, and how many words it has; after the last one
    comes an empty run at the ends of both.
    """
    from rapidfuzz.distance import Indel

    steps = (step for step in Indel.opcodes(one, other) if step.tag == "equal")
    runs = [(step.src_start, step.dest_start, step.src_end - step.src_start) for step in steps]
    return [*runs, (len(one), len(other), 0)]
