"""Copies in a ranking: one hit stands for all articles with its text.

Works on the whole ranking before a page is cut from it, on a pinned state of the groups, so that
pages neither repeat nor skip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.groups.domain import GroupsView
from search.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Hidden:
    """A copy that another hit stands for: where it would have stood, and its score."""

    key: int
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Collapsed:
    """A ranking without the copies that were found beside a better one, and those, by the key of
    the hit that stands for them."""

    ranking: Ranking
    hidden: Mapping[int, Sequence[Hidden]]

    @property
    def count(self) -> int:
        """How many hits others stand for."""
        return sum(map(len, self.hidden.values()))


def collapse(ranking: Ranking, view: GroupsView) -> Collapsed:
    """Each text once, where its best article stands; of equally good ones, the original."""
    originals = view.originals(ranking.keys)
    if len(np.unique(originals)) == len(originals):
        return Collapsed(ranking, {})
    places = _representatives(ranking, originals.tolist())
    kept = np.array(sorted(places.values()), np.int64)
    hidden: dict[int, list[Hidden]] = {}
    for place, original in enumerate(originals.tolist()):
        if places[original] != place:
            stands_for_it = int(ranking.keys[places[original]])
            hit = Hidden(int(ranking.keys[place]), place + 1, float(ranking.scores[place]))
            hidden.setdefault(stands_for_it, []).append(hit)
    rerank = ranking.rerank
    return Collapsed(
        replace(
            ranking,
            keys=ranking.keys[kept],
            scores=ranking.scores[kept],
            rows=ranking.rows[kept],
            rerank=None if rerank is None else rerank[kept[kept < len(rerank)]],
        ),
        hidden,
    )


def _representatives(ranking: Ranking, originals: Sequence[int]) -> dict[int, int]:
    """For each original, the place of the article that stands for its text."""
    places: dict[int, int] = {}
    for place, original in enumerate(originals):
        best = places.setdefault(original, place)
        is_equal = ranking.rerank is None and ranking.scores[place] == ranking.scores[best]
        if int(ranking.keys[place]) == original and is_equal:
            places[original] = place
    return places
