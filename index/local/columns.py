"""What the columns of segments say about articles besides words and vectors."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.local.segments_reader import SegmentsReader
from index.query import ExactField
from index.segment.columns import UNDATED_S, Columns


class LocalColumns(SegmentsReader):
    """`index.protocols.ArticleColumns` over segments."""

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of the keys are live articles."""
        held = np.zeros(len(keys), bool)
        for _, at, _ in self._located(keys):
            held[at] = True
        return held

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""

        def languages_of(columns: Columns, ordinals: NDArray[np.int64]) -> list[str]:
            values = columns.values(ExactField.LANGUAGE)
            return [values[code] for code in columns.codes(ExactField.LANGUAGE)[ordinals].tolist()]

        return self._value_of_each(keys, languages_of)

    def published_s(self, keys: Keys) -> NDArray[np.float64]:
        """`(n,)`: when each was published, in seconds since 1970; NaN for undated ones."""
        found = np.full(len(keys), np.nan)
        for live, at, ordinals in self._located(keys):
            dates = live.segment.columns.dates(ordinals)
            found[at] = np.where(dates == UNDATED_S, np.nan, dates)
        return found

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        return self._value_of_each(keys, Columns.article_ids)

    def _value_of_each(
        self,
        keys: Keys,
        values_of: Callable[[Columns, NDArray[np.int64]], list[str]],
    ) -> list[str]:
        """Apply `values_of` to live articles by ordinal; the empty string for unknown keys."""
        values = [""] * len(keys)
        for live, at, ordinals in self._located(keys):
            found = values_of(live.segment.columns, ordinals)
            for index, value in zip(at.tolist(), found, strict=True):
                values[index] = value
        return values

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, sampled without replacement; ascending."""
        keys = [
            live.segment.columns.keys[live.parts[language].universe]
            for live in self._segments
            if language in live.parts
        ]
        known = np.concatenate([np.zeros(0, np.int64), *keys])
        chance = np.random.default_rng(seed)
        return np.sort(chance.choice(known, min(k, len(known)), replace=False))
