"""What a snapshot knows of each article besides its words and vectors."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys


class ArticleColumns(Protocol):
    """Looks up articles by key."""

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some keys are articles of this snapshot.

        What asks for one that is not, whatever it asks, gets what an unknown key gets.
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
        """Up to k keys of articles in a language, drawn without replacement; ascending."""
        ...
