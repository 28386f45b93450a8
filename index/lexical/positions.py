"""Words that occur together: phrases and windows over arrays of positions.

All articles are processed at once: an occurrence is one number that combines article and position,
so "the next word is one position further" is set membership.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.query import TextField
from index.segment.postings import BODY_BASE

_SHIFT = 32


@dataclass(frozen=True, slots=True)
class WordPositions:
    """The occurrences of one word: parallel articles and positions, both `(n,)`."""

    docs: NDArray[np.int64]
    positions: NDArray[np.int32]


def in_field(positions: NDArray[np.int32], field: TextField | None) -> NDArray[np.bool_]:
    """Which positions are in the field."""
    if field is None:
        return np.ones(len(positions), bool)
    is_title = positions < BODY_BASE
    return is_title if field is TextField.TITLE else ~is_title


def in_order(words: Sequence[WordPositions]) -> NDArray[np.int64]:
    """The articles with the words at consecutive positions, ascending."""
    starts = _combined(words[0])
    for distance, word in enumerate(words[1:], start=1):
        starts = np.intersect1d(starts, _combined(word) - distance)
    return np.unique(starts >> _SHIFT)


def joined(words: Sequence[WordPositions]) -> NDArray[np.int64]:
    """The articles with each word at the position of the previous one, or at the next.

    Not all may share a position, since their order within one word is unknown.
    """
    staying = _combined(words[0])
    moved = staying[:0]
    for word in words[1:]:
        combined = _combined(word)
        moved = combined[np.isin(combined, np.concatenate([moved, moved + 1, staying + 1]))]
        staying = combined[np.isin(combined, staying)]
    return np.unique(moved >> _SHIFT)


def in_window(words: Sequence[WordPositions], width: int) -> NDArray[np.int64]:
    """The articles with all words, in any order, within `width` positions.

    A word that is searched for twice must occur twice. For every occurrence as the window's first
    position, the others are counted by binary search.
    """
    distinct: dict[bytes, tuple[NDArray[np.int64], int]] = {}
    for word in words:
        combined = np.sort(_combined(word))
        _, count = distinct.get(combined.tobytes(), (combined, 0))
        distinct[combined.tobytes()] = (combined, count + 1)
    starts = np.unique(np.concatenate([combined for combined, _ in distinct.values()]))
    for combined, count in distinct.values():
        first = np.searchsorted(combined, starts)
        behind = np.searchsorted(combined, starts + width)
        starts = starts[behind - first >= count]
    return np.unique(starts >> _SHIFT)


def _combined(word: WordPositions) -> NDArray[np.int64]:
    return (word.docs << _SHIFT) + word.positions
