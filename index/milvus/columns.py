"""What the rows on Milvus say about articles besides words and vectors."""

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.milvus import expressions
from index.milvus.collections import MOST_ROWS, UNDATED
from index.milvus.expressions import both
from index.milvus.view_reader import ViewReader


class MilvusColumns(ViewReader):
    """`index.protocols.ArticleColumns` on Milvus."""

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of the keys are articles of this snapshot."""
        return np.isin(keys, self._shown(keys))

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""
        return self._values(keys, "lang")

    def published_s(self, keys: Keys) -> NDArray[np.float64]:
        """`(n,)`: when each was published, in seconds since 1970; NaN for undated ones."""
        fields = ["date_kind", "date_start"]
        rows = self._collection.articles_of(keys.tolist(), fields, self._view.where)
        dates = {key: row["date_start"] for key, row in rows.items() if row["date_kind"] != UNDATED}
        return np.array([dates.get(key, np.nan) for key in keys.tolist()], np.float64)

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        return self._values(keys, "article_id")

    def _values(self, keys: Keys, field: str) -> list[str]:
        rows = self._collection.articles_of(keys.tolist(), [field], self._view.where)
        return [str(rows[key][field]) if key in rows else "" for key in keys.tolist()]

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, sampled without replacement; ascending.

        In large archives, they are sampled from a random range of keys.
        """
        chance = np.random.default_rng(seed)
        where = both(self._view.where, f"lang == {expressions.quoted(language)}")
        known = self.manifest.totals.get(language)
        if known is not None and known.articles > MOST_ROWS:
            newest = self._view.archive_revision
            width = max(1, int(newest * MOST_ROWS / known.articles / 2))
            start = int(chance.integers(0, max(1, newest - width)))
            where = both(where, f"key > {start}", f"key <= {start + width}")
        keys = np.sort([row["key"] for row in self._collection.articles(where, [])]).astype(
            np.int64
        )
        return np.sort(chance.choice(keys, min(k, len(keys)), replace=False))
