"""The vectors of the articles in a snapshot."""

from typing import Protocol

from index.domain import Chunk, Keys, Scores, Vector, Vectors


class ArticleVectors(Protocol):
    """Compares articles, by key, with a vector, or returns their vectors."""

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """The exact cosine of each article's best chunk to `vector`."""
        ...

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """The offsets (start, end) of each article's chunk closest to `vector`."""
        ...

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        ...

    def chunk_vectors(self, keys: Keys) -> list[list[tuple[Chunk, Vector]]]:
        """Each article's chunks with their vectors; none for unknown keys."""
        ...
