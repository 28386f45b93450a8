"""Copies in a ranking: one hit stands for all articles with its text.

Works on the whole ranking before a page is cut from it, on a pinned state of the groups, so that
pages neither repeat nor skip.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.groups.domain import GroupsView
from search.ranking.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Hidden:
    """A copy that another hit stands for: where it would have stood, and its score."""

    key: int
    rank: int
    score: float


@dataclass(frozen=True)
class Collapsed:
    """A ranking without the copies that were found beside a better one.

    `whole` is the ranking with them; `standing` are `(n,)` places in it: for each of its articles,
    that of the hit that stands for it, itself where it is shown.
    """

    whole: Ranking
    standing: NDArray[np.int64]

    @classmethod
    def nothing_of(cls, ranking: Ranking) -> "Collapsed":
        """A ranking that is shown as it is."""
        return cls(ranking, np.arange(len(ranking.keys)))

    @cached_property
    def ranking(self) -> Ranking:
        """What is shown."""
        kept = np.flatnonzero(self._is_shown)
        if len(kept) == len(self.standing):
            return self.whole
        return self.whole.taken(kept)

    @property
    def count(self) -> int:
        """How many articles others stand for."""
        return int(np.count_nonzero(~self._is_shown))

    def hidden(self, key: int) -> Sequence[Hidden]:
        """What the hit with this key stands for, in the order of the whole ranking."""
        (shown,) = np.flatnonzero(self.whole.keys == key)
        places = np.flatnonzero((self.standing == shown) & ~self._is_shown)
        whole = self.whole
        return [Hidden(int(whole.keys[at]), int(at) + 1, float(whole.scores[at])) for at in places]

    @property
    def _is_shown(self) -> NDArray[np.bool_]:
        shown: NDArray[np.bool_] = self.standing == np.arange(len(self.standing))
        return shown


def collapse(ranking: Ranking, view: GroupsView) -> Collapsed:
    """Each text once, where its best article stands; of equally good ones, the original.

    In the order of their dates, where the first of them stands: of the newest first, the newest.
    """
    originals = view.originals(ranking.keys)
    _, first, number = np.unique(originals, return_index=True, return_inverse=True)
    has_scores = ranking.rerank is None and not ranking.is_by_date
    if len(first) < len(originals) and has_scores:
        first = _originals_of_equals(ranking, originals, first, number)
    return Collapsed(ranking, first[number])


def _originals_of_equals(
    ranking: Ranking, originals: Keys, first: NDArray[np.int64], number: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The place for each text: that of its original where it scores as much as the first."""
    is_original = np.flatnonzero(ranking.keys == originals)
    best = first[number[is_original]]
    equal = is_original[ranking.scores[is_original] == ranking.scores[best]]
    places = first.copy()
    places[number[equal]] = equal
    return places
