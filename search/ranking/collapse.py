"""Collapse copies in a ranking: one hit represents all articles with its text.

This works on the complete ranking before a page is cut from it, with a fixed state of the groups,
so that pages neither repeat nor skip articles.
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
    """A copy represented by another hit: the rank it would have had, and its score."""

    key: int
    rank: int
    score: float


@dataclass(frozen=True)
class Collapsed:
    """A ranking without copies of articles that rank higher.

    `whole` is the ranking with them; `standing` are `(n,)` positions in it: for each article, that
    of the hit that represents it, or its own if it is shown.
    """

    whole: Ranking
    standing: NDArray[np.int64]

    @classmethod
    def nothing_of(cls, ranking: Ranking) -> "Collapsed":
        """Return a ranking with nothing collapsed."""
        return cls(ranking, np.arange(len(ranking.keys)))

    @cached_property
    def ranking(self) -> Ranking:
        """The ranking that is shown."""
        kept = np.flatnonzero(self._is_shown)
        if len(kept) == len(self.standing):
            return self.whole
        return self.whole.taken(kept)

    @property
    def count(self) -> int:
        """The number of articles represented by others."""
        return int(np.count_nonzero(~self._is_shown))

    def hidden(self, key: int) -> Sequence[Hidden]:
        """Return the copies that the hit with this key represents, in ranking order."""
        (shown,) = np.flatnonzero(self.whole.keys == key)
        places = np.flatnonzero((self.standing == shown) & ~self._is_shown)
        whole = self.whole
        return [Hidden(int(whole.keys[at]), int(at) + 1, float(whole.scores[at])) for at in places]

    @property
    def _is_shown(self) -> NDArray[np.bool_]:
        shown: NDArray[np.bool_] = self.standing == np.arange(len(self.standing))
        return shown


def collapse(ranking: Ranking, view: GroupsView) -> Collapsed:
    """Keep each text once, at the rank of its best article; of equally good ones, the original.

    In order of date, keep the first: with the newest first, the newest version.
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
    """Return the position for each text: that of the original if it scores as high as the first."""
    is_original = np.flatnonzero(ranking.keys == originals)
    best = first[number[is_original]]
    equal = is_original[ranking.scores[is_original] == ranking.scores[best]]
    places = first.copy()
    places[number[equal]] = equal
    return places
