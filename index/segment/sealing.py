"""How the vectors of a new segment will be searched: by a full scan, or by codes first.

Scanning is exact and, up to `LEAST_CHUNKS`, fast enough. Larger segments get codes; the best
candidates by code are rescored from the rows. How many must be rescored to find the ten best is not
assumed but measured, on rows of the segment itself that the codes were not trained on; a segment
that would need too many stays exact.
"""

import numpy as np
from numpy.typing import NDArray

from index.domain import Approximation, Vectors
from index.segment import float16
from index.segment.faiss_indexes import (
    CodeIndex,
    Rows,
    can_code,
    exact_neighbours,
)
from index.segment.float16 import HalfVectors

LEAST_CHUNKS = 8_000
"""Below this, a scan takes less than a millisecond, about as long as the rest of a search."""

LEAST_RECALL = 0.995
"""Required of the mean over the queries minus its standard error, so that it is not met by chance.
"""

TOP = 10
QUERIES = 200
NEARNESS = 0.4
"""A cautious value for the cosine of a short query and its nearest passage.

Of queries of three to seven words over 200,000 passages, a quarter were nearer than 0.54, a quarter
farther than 0.4. Complete passages as queries are too easy: they find with 100 candidates what
short queries need 1,600 for.
"""

TRAINED_ON = 8_192
"""Rows from which the 16 centroids per four dimensions are learnt; more did not improve recall."""

LEAST_REFINED = 100
MOST_REFINED = 12_800
MOST_REFINED_SHARE = 0.1
"""Rescoring more rows than this takes as long as scanning all of them."""


def seal(vectors: HalfVectors) -> tuple[CodeIndex, Approximation] | None:
    """Make the codes of a segment and measure them.

    None if it stays exact. Equal vectors give equal codes.
    """
    if len(vectors) < LEAST_CHUNKS or not can_code(vectors.shape[1]):
        return None
    order = np.random.default_rng(len(vectors)).permutation(len(vectors))
    held_out, sample = order[:QUERIES], np.sort(order[QUERIES : QUERIES + TRAINED_ON])
    learnt_from = float16.single(vectors[sample])
    codes = CodeIndex.train(learnt_from)
    for block in float16.blocks(vectors):
        codes.add(block)
    queries = _turned_away(float16.single(vectors[held_out]), learnt_from)
    recalls = _recalls(vectors, codes, held_out, queries)
    refined = LEAST_REFINED
    while refined <= recalls.shape[1]:
        found = recalls[:, refined - 1]
        recall = round(float(found.mean()), 6)
        if recall - found.std() / len(found) ** 0.5 >= LEAST_RECALL:
            return codes, Approximation(codes.name, refined, recall, len(held_out))
        refined *= 2
    return None


def _recalls(
    vectors: HalfVectors, codes: CodeIndex, held_out: Rows, queries: Vectors
) -> NDArray[np.float64]:
    """`(n, depth)`: each query's recall of the ten best, by the number of candidates rescored.

    Columns are for 1, 2, 3 and so on. The row that was rotated does not count; a row as near as the
    tenth counts as one of the ten.
    """
    depth = min(MOST_REFINED, int(MOST_REFINED_SHARE * len(vectors)))
    near, rows = exact_neighbours(queries, float16.blocks(vectors), TOP + 1)
    candidates = codes.nearest(queries, depth)
    recalls = np.zeros((len(queries), depth))
    for found, query, own, scores, nearest, seeming in zip(
        recalls, queries, held_out, near, rows, candidates, strict=True
    ):
        tenth = scores[nearest != own][TOP - 1]
        is_near = float16.products(vectors[seeming], query) >= tenth - _ROUNDING
        is_near &= seeming != own
        found[:] = np.minimum(np.cumsum(is_near), TOP) / TOP
    return recalls


def _turned_away(rows: Vectors, sample: Vectors) -> Vectors:
    """Rotate each row in a random direction until its cosine to the original is `NEARNESS`.

    Directions are drawn as the sample is spread: texts differ from each other in some directions
    much more than in others, and so do queries from texts. Rotated uniformly, rows were found with
    half the candidates that real queries needed.
    """
    chance = np.random.default_rng(len(rows))
    shares = chance.normal(size=(len(rows), len(sample))).astype(np.float32)
    sides = shares @ (sample - sample.mean(axis=0))
    sides += _EVEN * chance.normal(size=rows.shape)  # the only case if all rows are equal
    sides -= (sides * rows).sum(axis=1, keepdims=True) * rows
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    turned = NEARNESS * rows + (1 - NEARNESS**2) ** 0.5 * sides
    return np.asarray(turned, np.float32)


_EVEN = 1e-3
_ROUNDING = 1e-6
"""The same inner product summed in another order differs by up to this much."""
