"""Searching the chunk vectors of one segment for articles, by their best chunk.

Vectors are unit rows in half precision, so inner products are cosines. Every score returned is
exact for the stored row; codes, if a segment has them, only choose which rows are scored. Filters
apply before the best are chosen. Chunk rows never leave `index.local`.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.domain import Approximation, Scores, Vector
from index.segment import float16
from index.segment.faiss_indexes import CodeIndex, FlatIndex, Rows
from index.segment.float16 import HalfVectors

Mask = NDArray[np.bool_]
Ordinals = NDArray[np.int64]

# Cost of each step for one row, in units of a row read by the flat scan, as measured by
# `tests/bench/vectors.py`. They affect only the choice between exact methods, never a result.
_GATHERED = 5.0
_TESTED = 0.05
_CODED = 0.08

_WIDER = 4
"""The factor by which more is fetched if too few articles were found."""

_PREFIX = 2
"""Rows examined first for each article wanted."""


class ChunkVectors:
    """`vectors` is `(m, dim) float16`; article d has rows `chunk_offsets[d:d+2]`."""

    def __init__(
        self,
        vectors: HalfVectors,
        chunk_offsets: NDArray[np.int64],
        codes: CodeIndex | None = None,
        approximation: Approximation | None = None,
    ) -> None:
        self.vectors = vectors
        self._offsets = chunk_offsets
        self._codes = codes
        self._refined = approximation.refined if approximation else 0

    def scores(self, vector: Vector, rows: Rows) -> Scores:
        """The exact cosines of the given rows."""
        return float16.products(self.vectors[rows], vector)

    def best_scores(self, vector: Vector, ordinals: Ordinals) -> Scores:
        """The cosine of each article's nearest chunk. Every article has at least one."""
        rows, firsts = self._rows_of(ordinals)
        best: Scores = np.maximum.reduceat(self.scores(vector, rows), firsts)
        return best

    def best_rows(self, vector: Vector, ordinals: Ordinals) -> Rows:
        """Each article's nearest chunk; among equals, the first."""
        rows, firsts = self._rows_of(ordinals)
        scores = self.scores(vector, rows)
        bounds = zip(firsts.tolist(), [*firsts[1:].tolist(), len(rows)], strict=True)
        best = [first + int(np.argmax(scores[first:end])) for first, end in bounds]
        return rows[best]

    def nearest(self, vector: Vector, k: int, allowed: Ordinals | None) -> tuple[Ordinals, Scores]:
        """The k articles with the nearest chunks, and those chunks' cosines, best first.

        `allowed` are ascending ordinals; None allows all. If the segment has codes, the result has
        the recall that was measured at sealing; otherwise it is exact.
        """
        passing = len(self.vectors) if allowed is None else int(self._sizes(allowed).sum())
        if not passing:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if allowed is not None and _GATHERED * passing <= self._scan_cost(passing):
            rows, _ = self._rows_of(allowed)
            return self._best_articles(rows, self.scores(vector, rows), k)
        mask = None if allowed is None else self._mask(allowed)
        if self._codes is not None:
            found = self._by_codes(self._codes, vector, k, mask, passing)
            if found is not None:
                return found
        return self._by_scan(vector, k, mask, passing)

    def _scan_cost(self, passing: int) -> float:
        """The cost of the flat scan that scores only the rows that pass."""
        return _TESTED * len(self.vectors) + passing

    def _by_codes(
        self, codes: CodeIndex, vector: Vector, k: int, mask: Mask | None, passing: int
    ) -> tuple[Ordinals, Scores] | None:
        """Score the best articles by code.

        None if a scan is cheaper. More are fetched until k articles have passed, with a filter as
        many as without one. All chunks of the chosen articles are scored, so that the best one
        counts.
        """
        size = len(self.vectors)
        candidates = int(max(self._refined, 2 * k) * size / passing)
        while _CODED * size + _GATHERED * candidates * passing / size < self._scan_cost(passing):
            rows = codes.nearest(vector[None], candidates)[0]
            rows = rows if mask is None else rows[mask[rows]]
            ordinals, best = self._best_articles(rows, self.scores(vector, rows), k)
            if len(ordinals) == k:
                return self._by_all_chunks(vector, ordinals, best)
            candidates *= _WIDER
        return None

    def _by_all_chunks(
        self, vector: Vector, ordinals: Ordinals, best: Scores
    ) -> tuple[Ordinals, Scores]:
        """Rescore articles found by some of their chunks by all of them; best first."""
        if len(self.vectors) == len(self._offsets) - 1:
            return ordinals, best
        ordinals = np.sort(ordinals)
        best = self.best_scores(vector, ordinals)
        # Stable, so that equals stay in key order.
        order = np.argsort(-best, kind="stable")
        return ordinals[order], best[order]

    def _by_scan(
        self, vector: Vector, k: int, mask: Mask | None, passing: int
    ) -> tuple[Ordinals, Scores]:
        """Fetch rows until they contain k articles, or there are no more.

        The rows fetched are a prefix of the ranking, so its first k articles are the best.
        """
        fetched = min(passing, 2 * k)
        while True:
            rows, scores = self._flat.nearest(vector, fetched, mask)
            ordinals, best = self._best_articles(rows, scores, k)
            if len(ordinals) == k or fetched == passing:
                return ordinals, best
            fetched = min(passing, fetched * _WIDER)

    @cached_property
    def _flat(self) -> FlatIndex:
        return FlatIndex(self.vectors)

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        """`(m,) int32`: the article of each row."""
        return np.repeat(np.arange(len(self._offsets) - 1, dtype=np.int32), np.diff(self._offsets))

    def _sizes(self, ordinals: Ordinals) -> NDArray[np.int64]:
        sizes: NDArray[np.int64] = self._offsets[ordinals + 1] - self._offsets[ordinals]
        return sizes

    def _rows_of(self, ordinals: Ordinals) -> tuple[Rows, NDArray[np.int64]]:
        """The rows of the given articles, by article, and where each article's rows begin."""
        starts, sizes = self._offsets[ordinals], self._sizes(ordinals)
        ends = np.cumsum(sizes)
        firsts = ends - sizes
        if not len(ordinals) or ends[-1] == len(ordinals):
            return starts, firsts
        return np.repeat(starts - firsts, sizes) + np.arange(ends[-1]), firsts

    def _mask(self, ordinals: Ordinals) -> Mask:
        articles = np.zeros(len(self._offsets) - 1, bool)
        articles[ordinals] = True
        mask: Mask = articles[self._owners]
        return mask

    def _best_articles(self, rows: Rows, scores: Scores, k: int) -> tuple[Ordinals, Scores]:
        """The k best articles among some rows, by their best row; fewer if there are not enough."""
        if len(rows) > _PREFIX * k:
            # Sorting is most of the work, and the first rows usually cover enough articles.
            first = scores >= np.partition(scores, -_PREFIX * k)[-_PREFIX * k]
            ordinals, best = self._grouped(rows[first], scores[first], k)
            if len(ordinals) == k:
                return ordinals, best
        return self._grouped(rows, scores, k)

    def _grouped(self, rows: Rows, scores: Scores, k: int) -> tuple[Ordinals, Scores]:
        owners = self._owners[rows]
        order = np.lexsort((-scores, owners))
        owners, scores = owners[order], scores[order]
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        # Stable: ties stay ordered by ordinal, which is key order.
        best = first[np.argsort(-scores[first], kind="stable")][:k]
        return owners[best].astype(np.int64), scores[best]
