"""Finding the articles of a snapshot that match a query or are close to a vector."""

from typing import Protocol

from index.domain import Candidates, Keys, Vector
from index.query import Node
from index.selection import Selection


class ArticleSearch(Protocol):
    """Finds articles, by key.

    Filters (`restriction`) apply before top-k, never after. Candidates: at most k, no padding, no
    duplicates, by score descending, then key ascending.
    """

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        ...

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last.

        All scores are 0: this is for queries that only filter.
        """
        ...

    def oldest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k oldest articles that match, by date, then key; undated ones last, scores 0."""
        ...

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`; scores are cosines."""
        ...

    def select(self, what: Node | Keys) -> Selection:
        """The articles that match a query, or those with given keys, for counting."""
        ...
