"""What a snapshot knows about each article besides its words and vectors."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys


class ArticleColumns(Protocol):
    """Looks up articles by key."""

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of the keys are articles of this snapshot.

        All other methods treat any other key as unknown.
        """
        ...

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""
        ...

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        ...

    def published_s(self, keys: Keys) -> NDArray[np.float64]:
        """`(n,)`: when each was published, in seconds since 1970; NaN for undated ones.

        Dates without a zone count as UTC.
        """
        ...

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, sampled without replacement; ascending."""
        ...
