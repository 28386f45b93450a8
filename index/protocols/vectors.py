"""The vectors of the articles in a snapshot."""

from typing import Protocol

from index.domain import Keys, Scores, Vector, Vectors


class ArticleVectors(Protocol):
    """Compares articles, by key, with a vector, or hands their vectors out."""

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """Each article's best chunk's exact cosine to `vector`."""
        ...

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """Each article's chunk nearest to `vector`: its offsets (start, end) in the text."""
        ...

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        ...
