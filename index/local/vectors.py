"""Chunk vectors of one segment and the search in them: the only module that imports faiss.

Vectors are unit rows, so that inner products are cosines. Search here is exact: FAISS scans the
mapped array where it lies. FAISS positions (chunk rows) never leave this package.
"""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from index.domain import Scores, Vector, Vectors

Rows = NDArray[np.int64]

_GATHERED_SHARE = 0.1
"""Up to this share of the chunks, scoring just the wanted rows is cheaper than scanning all."""


@dataclass(frozen=True, slots=True)
class ChunkVectors:
    """`vectors` is `(m, dim) float32`; article d has rows `chunk_offsets[d:d+2]`."""

    vectors: Vectors
    chunk_offsets: NDArray[np.int64]

    def scores(self, vector: Vector, rows: Rows) -> Scores:
        """The exact cosines of some rows."""
        products: Scores = self.vectors[rows] @ vector
        return products

    def nearest(
        self, vector: Vector, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], Scores]:
        """The k articles with the nearest best chunk, and that chunk's cosine, best first.

        `allowed` is `(n,) bool` over articles; None allows all.
        """
        if not len(self.vectors):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if allowed is not None:
            rows = np.flatnonzero(np.repeat(allowed, np.diff(self.chunk_offsets)))
            if len(rows) <= _GATHERED_SHARE * len(self.vectors):
                return self._best_articles(rows, self.scores(vector, rows), k)
        return self._scan(vector, k, allowed)

    def _scan(
        self, vector: Vector, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], Scores]:
        """Fetch chunks until k allowed articles are among them, or there are no more.

        The chunks fetched are a prefix of the ranking, so the first k articles in it are the best.
        """
        size = len(self.vectors)
        fetched = min(size, 2 * k)
        while True:
            found, chunk_rows = faiss.knn(
                vector[None], self.vectors, fetched, metric=faiss.METRIC_INNER_PRODUCT
            )
            rows, scores = chunk_rows[0], found[0]
            if allowed is not None:
                passing = allowed[self._owners(rows)]
                rows, scores = rows[passing], scores[passing]
            ordinals, best = self._best_articles(rows, scores, k)
            if len(ordinals) == k or fetched == size:
                return ordinals, best
            fetched = min(size, fetched * 4)

    def _owners(self, rows: Rows) -> NDArray[np.int64]:
        owners: NDArray[np.int64] = np.searchsorted(self.chunk_offsets, rows, side="right") - 1
        return owners

    def _best_articles(
        self, rows: Rows, scores: Scores, k: int
    ) -> tuple[NDArray[np.int64], Scores]:
        order = np.argsort(-scores, kind="stable")
        owners, scores = self._owners(rows[order]), scores[order]
        _, first = np.unique(owners, return_index=True)
        # Ties are ordered by ordinal, which is the order of keys.
        first = first[np.lexsort((owners[first], -scores[first]))][:k]
        return owners[first], scores[first]
