"""Combine lexical and semantic scores into one. Pure functions over complete scores.

Convex combination (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
TOIS 2023): both scores are mapped to [0, 1] and weighted. The lexical map is `score / best`, whose
floor is the theoretical minimum 0, so that an article without a match gets 0 and never less. The
semantic map is `(cosine - floor) / (best - floor)`, cut off at 0; the floor is the cosine of a
candidate so far down that it shows no similarity (see `semantic_floor`).

Laws, each tested: scores lie in [0, 1]; a better lexical or semantic score, all else equal, never
ranks lower; with weight 0 or 1 the order is that of one of them; multiplying all lexical scores by
a positive number changes nothing; the shares add up to the score.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import Candidates, Keys, Scores

FLOOR_RANK = 100
"""The rank of the semantic candidate whose cosine counts as no similarity."""

RRF_K = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores of n candidates, in the order given: all `(n,) float64`; `scores` is the sum."""

    lexical_normalised: Shares
    semantic_normalised: Shares
    lexical_share: Shares
    semantic_share: Shares

    @property
    def scores(self) -> Shares:
        """The fused scores."""
        return self.lexical_share + self.semantic_share


def semantic_floor(ranked: Scores) -> float:
    """Return the cosine at `FLOOR_RANK` among the semantic candidates (descending); 0 if none.

    With fewer candidates, return the last one; a negative cosine counts as 0, because unrelated
    texts have cosines around 0.
    """
    if not len(ranked):
        return 0.0
    return max(0.0, float(ranked[min(FLOOR_RANK, len(ranked)) - 1]))


def normalise_lexical(scores: Scores) -> Shares:
    """Return `(n,)` in [0, 1]: each score as a share of the best."""
    best = float(scores.max(initial=0.0))
    if best <= 0:
        return np.zeros(len(scores))
    return scores.astype(np.float64) / best


def normalise_semantic(scores: Scores, floor: float) -> Shares:
    """Return `(n,)` in [0, 1]: the position of each cosine between the floor and the best."""
    best = float(scores.max(initial=-1.0))
    if best <= floor:
        return (scores >= best).astype(np.float64) * (best > 0)
    return np.clip((scores.astype(np.float64) - floor) / (best - floor), 0.0, 1.0)


def convex(lexical: Scores, semantic: Scores, weight: float, floor: float) -> Fused:
    """Combine complete scores; `weight` is that of the semantic scores, in [0, 1]."""
    lexical_normalised = normalise_lexical(lexical)
    semantic_normalised = normalise_semantic(semantic, floor)
    return Fused(
        lexical_normalised,
        semantic_normalised,
        (1 - weight) * lexical_normalised,
        weight * semantic_normalised,
    )


def reciprocal_rank(keys: Keys, lexical: Candidates, semantic: Candidates) -> Fused:
    """Sum 1 / (60 + rank) over both searches, where they found the article; ties share a rank."""
    lexical_share = _reciprocals(keys, lexical)
    semantic_share = _reciprocals(keys, semantic)
    scale = RRF_K + 1
    return Fused(lexical_share * scale, semantic_share * scale, lexical_share, semantic_share)


def _reciprocals(keys: Keys, leg: Candidates) -> Shares:
    shares = np.zeros(len(keys))
    if not len(leg.keys) or not len(keys):
        return shares
    ranks = 1 + np.searchsorted(-leg.scores, -leg.scores, side="left")
    order = np.argsort(leg.keys)
    at = np.minimum(np.searchsorted(leg.keys[order], keys), len(order) - 1)
    found = leg.keys[order][at] == keys
    shares[found] = 1.0 / (RRF_K + ranks[order][at[found]])
    return shares
