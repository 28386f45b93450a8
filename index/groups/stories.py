"""Which articles report on the same event: a similarity, and clusters by it.

Pure functions on arrays.

The similarity of two articles is `NAMES * names + (1 - NAMES) * meaning`, and decreases with the
time between them:

- `names`: cosine of their names and numbers, each weighted by its idf. Names are the same word in
  most languages, so they connect articles that a monolingual encoder would keep apart.
- `meaning`: cosine of their mean chunk vectors, each minus the mean of its language. An encoder
  that knows one language well puts all articles in another close together; the mean is what they
  have in common, and subtracting it leaves the subject matter.

If one of the two has no date, the time between them is unknown: they count as two months apart, and
need several common names to be similar at all.

Clusters are formed by average linkage, cut at a threshold: no chain of pairs can make a story of
articles that on average are unrelated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import Vectors
from index.groups.fingerprints import Names

Matrix = NDArray[np.float64]
"""`(n, n) float64`, symmetric, or the first rows of one."""

NAMES = 0.7
THRESHOLD = 0.1
LOYALTY = 0.01
"""The bonus for two articles already in one story, which keeps stories stable in case of doubt."""

HALF_LIFE_DAYS = 120.0
"""The number of days between two articles that halves their similarity."""

UNDATED_SHARE = 0.7
UNDATED_NAMES = 3
"""If one of two articles has no date: the factor of their similarity, and the names required."""

_DAY_S = 86_400


def centred(vectors: Vectors, means: Vectors) -> Vectors:
    """`(n, dim)` unit rows: each vector without the mean of its language; zeros stay zeros."""
    moved = vectors - means
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    moved /= np.where(lengths > 0, lengths, 1)
    return np.asarray(moved, np.float32)


def idf(counts: NDArray[np.int64], articles: int) -> NDArray[np.float64]:
    """The weight of names that occur in `counts` of `articles` articles, never negative."""
    weights: NDArray[np.float64] = np.log((articles + 1) / np.minimum(counts + 0.5, articles + 1))
    return weights


@dataclass(frozen=True, slots=True)
class Compared:
    """n articles for comparison: centred vectors, `(n, dim)`, names with their idf, times.

    `when_s` is NaN for an article without a date.
    """

    vectors: Vectors
    names: Sequence[Names]
    when_s: NDArray[np.float64]
    weights: Sequence[NDArray[np.float64]]


def similarities(of: Compared, first: int | None = None) -> Matrix:
    """`(first or n, n)`: the similarity of all articles, or the first ones, to all."""
    known, places = np.unique(
        np.concatenate([np.zeros(0, np.uint32), *of.names]), return_inverse=True
    )
    weights = np.zeros((len(of.names), len(known)))
    rows = np.repeat(np.arange(len(of.names)), np.array([len(own) for own in of.names], np.intp))
    weights[rows, places] = np.concatenate([np.zeros(0), *of.weights])
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    weights /= np.where(lengths > 0, lengths, 1)
    meaning = (of.vectors[:first] @ of.vectors.T).astype(np.float64)
    mixed = NAMES * (weights[:first] @ weights.T) + (1 - NAMES) * np.maximum(meaning, 0)
    days = of.when_s / _DAY_S
    apart = np.abs(days[:first, None] - days[None])
    result: Matrix = mixed * 0.5 ** (apart / HALF_LIFE_DAYS)
    if np.isnan(apart).any():
        has_name = np.zeros_like(weights)
        has_name[rows, places] = 1
        shares_names = has_name[:first] @ has_name.T >= UNDATED_NAMES
        undated = np.where(shares_names, UNDATED_SHARE * mixed, 0)
        result = np.where(np.isnan(apart), undated, result)
    return result


def clusters(similarity: Matrix, stories: Sequence[str | None]) -> list[list[int]]:
    """The rows that belong together, each group ascending; `stories` are their current ones."""
    if len(similarity) < 2:
        return [[row] for row in range(len(similarity))]
    # Imported here: it takes half a second, and most processes never make stories.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    own = np.array([name or "" for name in stories])
    together = (own[:, None] == own[None]) & (own[:, None] != "")
    distance = np.clip(1 - similarity - LOYALTY * together, 0, None)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    labels = fcluster(tree, 1 - THRESHOLD, "distance")
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]


_LIKENESS_DIGITS = 5


def medoid(similarity: Matrix, rows: Sequence[int]) -> int:
    """The row that is most similar to all others of `rows`; among equals, the first.

    Two rows are always equally similar to each other: this must not be decided by rounding, nor by
    a row's similarity to itself, which is 1 only up to the precision of stored vectors.
    """
    inside = similarity[np.ix_(rows, rows)]
    likeness = inside.sum(axis=1) - inside.diagonal()
    return rows[int(np.argmax(likeness.round(_LIKENESS_DIGITS)))]
