"""The articles' vectors on Milvus."""

from collections.abc import Sequence

import numpy as np

from index.domain import Chunk, Keys, Scores, Vector, Vectors
from index.milvus.collection import Row
from index.milvus.view_reader import ViewReader, aligned


class MilvusVectors(ViewReader):
    """`index.protocols.ArticleVectors` on Milvus."""

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """The exact cosine of each article's best chunk to `vector`."""
        best: dict[int, float] = {}
        for row in self._chunks(keys, ["meaning"]):
            cosine = float(np.asarray(row["meaning"], np.float32) @ vector)
            best[row["key"]] = max(cosine, best.get(row["key"], -1.0))
        return aligned(keys, best)

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """The offsets (start, end) of each article's chunk closest to `vector`."""
        best: dict[int, tuple[float, tuple[int, int]]] = {}
        fields = ["meaning", "chunk_start", "chunk_end"]
        for row in self._chunks(keys, fields):
            cosine = float(np.asarray(row["meaning"], np.float32) @ vector)
            if row["key"] not in best or cosine > best[row["key"]][0]:
                best[row["key"]] = (cosine, (row["chunk_start"], row["chunk_end"]))
        return [best[key][1] if key in best else (0, 0) for key in keys.tolist()]

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        sums: dict[int, Vector] = {}
        for row in self._chunks(keys, ["meaning"]):
            vector = np.asarray(row["meaning"], np.float32)
            sums[row["key"]] = sums.get(row["key"], np.zeros_like(vector)) + vector
        means = np.zeros((len(keys), self.manifest.encoder.dimension), np.float32)
        for at, key in enumerate(keys.tolist()):
            if key in sums:
                means[at] = sums[key] / max(float(np.linalg.norm(sums[key])), 1e-12)
        return means

    def chunk_vectors(self, keys: Keys) -> list[list[tuple[Chunk, Vector]]]:
        """Each article's chunks with their vectors; none for unknown keys."""
        found: dict[int, list[tuple[Chunk, Vector]]] = {key: [] for key in keys.tolist()}
        for row in self._chunks(keys, ["meaning", "chunk_start", "chunk_end"]):
            chunk = Chunk(row["chunk_start"], row["chunk_end"])
            found[row["key"]].append((chunk, np.asarray(row["meaning"], np.float32)))
        return [found[key] for key in keys.tolist()]

    def _chunks(self, keys: Keys, fields: Sequence[str]) -> list[Row]:
        return self._collection.chunks_of(keys.tolist(), fields, self._view.where)
