"""The vectors of the articles in segments."""

import numpy as np

from index.domain import Chunk, Keys, Scores, Vector, Vectors
from index.local.segments_reader import SegmentsReader
from index.segment import float16


class LocalVectors(SegmentsReader):
    """`index.protocols.ArticleVectors` over segments."""

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """The exact cosine of each article's best chunk to `vector`."""
        scores = np.zeros(len(keys), np.float32)
        for live, at, ordinals in self._located(keys):
            scores[at] = live.segment.vectors.best_scores(vector, ordinals)
        return scores

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """The offsets (start, end) of each article's chunk closest to `vector`."""
        spans = np.zeros((len(keys), 2), np.int64)
        for live, at, ordinals in self._located(keys):
            best = live.segment.vectors.best_rows(vector, ordinals)
            spans[at] = live.segment.columns.chunk_spans[best]
        return [(start, end) for start, end in spans.tolist()]

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        means = np.zeros((len(keys), self.manifest.encoder.dimension), np.float32)
        for live, at, ordinals in self._located(keys):
            rows, owners = live.segment.columns.chunks_of(ordinals)
            sums = np.zeros((len(ordinals), self.manifest.encoder.dimension), np.float32)
            np.add.at(sums, owners, float16.single(live.segment.vectors.vectors[rows]))
            means[at] = sums
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        means /= np.where(lengths > 0, lengths, 1)
        return means

    def chunk_vectors(self, keys: Keys) -> list[list[tuple[Chunk, Vector]]]:
        """Each article's chunks with their vectors; none for unknown keys."""
        found: list[list[tuple[Chunk, Vector]]] = [[] for _ in keys]
        for live, at, ordinals in self._located(keys):
            rows, owners = live.segment.columns.chunks_of(ordinals)
            vectors = float16.single(live.segment.vectors.vectors[rows])
            spans = live.segment.columns.chunk_spans[rows].tolist()
            for owner, span, vector in zip(owners, spans, vectors, strict=True):
                found[at[owner]].append((Chunk(*span), vector))
        return found
