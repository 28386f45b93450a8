"""The final order: score, then what fusion cut off, then article id."""

from typing import cast

import numpy as np

from index.domain import Candidates, Keys
from index.protocols import Snapshot
from search.ranking.ranking import rank_hybrid
from search.request import FusionMethod
from search.retrieval.candidates import CompleteCandidates

KEYS = np.arange(1, 7)
IDS = {1: "f", 2: "e", 3: "d", 4: "c", 5: "b", 6: "a"}


class Named:
    """Only the names of articles; their ids fall while keys rise."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def article_ids(self, keys: Keys) -> list[str]:
        self.asked += keys.tolist()
        return [IDS[key] for key in keys.tolist()]


def ranked(weight: float, method: FusionMethod = FusionMethod.CONVEX) -> tuple[list[int], Named]:
    """Of six articles, 1 and 2 lie above the floor of meaning, and 3 at it."""
    semantic = np.array([0.9, 0.8, 0.3, 0.1, 0.2, 0.1 + 1e-7], np.float32)
    meaning = Candidates(KEYS[:3], semantic[:3], 3)
    words = Candidates(KEYS[:1], np.array([2.0], np.float32), 1)
    lexical = np.array([2.0, 0, 0, 0, 0, 0], np.float32)
    snapshot = Named()
    candidates = CompleteCandidates(KEYS, lexical, semantic, words, meaning)
    ranking = rank_hybrid(cast(Snapshot, snapshot), candidates, method, weight)
    return ranking.keys.tolist(), snapshot


def test_what_scores_nothing_is_ordered_by_its_cosine() -> None:
    order, snapshot = ranked(0.5)
    assert order == [1, 2, 3, 5, 6, 4]
    assert sorted(snapshot.asked) == [4, 6]


def test_where_meaning_has_no_weight_it_orders_nothing() -> None:
    order, _ = ranked(0.0)
    assert order == [1, 6, 5, 4, 3, 2]


def test_by_ranks_equals_are_ordered_by_id_alone() -> None:
    order, _ = ranked(0.5, FusionMethod.RRF)
    assert order == [1, 2, 3, 6, 5, 4]
