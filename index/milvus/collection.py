"""Reading one generation's collection: search by sparse or dense vector, rows, counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from index.domain import Keys, Scores, Vector
from index.milvus.collections import CHUNK_BITS, MOST_ROWS
from index.milvus.connection import CALL_TIMEOUT_S, Connection
from index.milvus.expressions import EVERYTHING, both, one_of

Row = Mapping[str, Any]

_KEYS_OF_A_CALL = 2_000
"""Keys in one condition; with more, parsing the expression is slow."""


class Collection:
    """One collection, for reading. Raises IndexUnreachable, StoreError."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def count(self, where: str) -> int:
        """The number of rows that match."""
        rows = self._query(where, ["count(*)"], None)
        return int(rows[0]["count(*)"])

    def count_articles(self, where: str) -> int:
        """The number of articles whose rows match."""
        return self.count(both("chunk == 0", where))

    def by_words(self, weights: Mapping[int, float], where: str, k: int) -> tuple[Keys, Scores]:
        """The k articles with the largest products of `weights` and impacts, if positive."""
        if not weights:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = self._search("words", dict(weights), both("chunk == 0", where), k, ["key"])
        return (
            np.array([hit["entity"]["key"] for hit in found], np.int64),
            np.array([hit["distance"] for hit in found], np.float32),
        )

    def by_meaning(self, vector: Vector, where: str, limit: int) -> tuple[Keys, Scores]:
        """The article keys and cosines of the `limit` chunks nearest to a vector, nearest first."""
        usable = both("has_vector == 1", where)
        found = self._search("meaning", vector.tolist(), usable, limit, ["key"])
        return (
            np.array([hit["entity"]["key"] for hit in found], np.int64),
            np.array([hit["distance"] for hit in found], np.float32),
        )

    def articles(self, where: str, fields: Sequence[str], limit: int = MOST_ROWS) -> list[Row]:
        """The first rows of articles that match, in no particular order."""
        return self._query(both("chunk == 0", where), ["key", *fields], limit)

    def every_article(self, where: str, fields: Sequence[str]) -> Iterator[Row]:
        """The first rows of all articles that match, however many."""
        last = -1
        while True:
            # Rows are read by ranges of keys, since one answer is limited and unordered.
            window = self._window(where, last)
            rows = self.articles(both(where, window), fields)
            yield from rows
            if window == EVERYTHING or not rows:
                return
            last = max(row["key"] for row in rows)
            if self.count_articles(both(where, f"key > {last}")) == 0:
                return

    def _window(self, where: str, last: int) -> str:
        """A condition on keys beyond `last` whose rows fit in one answer."""
        beyond = f"key > {last}"
        if self.count_articles(both(where, beyond)) <= MOST_ROWS:
            return beyond if last >= 0 else EVERYTHING
        low, high = last, 2**40
        while high - low > 1:
            middle = (low + high) // 2
            held = self.count_articles(both(where, beyond, f"key <= {middle}"))
            if MOST_ROWS // 2 <= held <= MOST_ROWS:
                return both(beyond, f"key <= {middle}")
            low, high = (middle, high) if held < MOST_ROWS else (low, middle)
        return both(beyond, f"key <= {low}")

    def articles_of(
        self, keys: Sequence[int], fields: Sequence[str], where: str = EVERYTHING
    ) -> dict[int, Row]:
        """The first rows, by key, of the given articles that match; others are omitted."""
        found: dict[int, Row] = {}
        for start in range(0, len(keys), _KEYS_OF_A_CALL):
            heads = [key << CHUNK_BITS for key in keys[start : start + _KEYS_OF_A_CALL]]
            rows = self._query(both(one_of("pk", heads), where), ["key", *fields], len(heads))
            found.update((int(row["key"]), row) for row in rows)
        return found

    def chunks_of(self, keys: Sequence[int], fields: Sequence[str], where: str) -> list[Row]:
        """All rows of the given articles that have a vector and match, by key and chunk."""
        rows: list[Row] = []
        for start in range(0, len(keys), _KEYS_OF_A_CALL):
            some = keys[start : start + _KEYS_OF_A_CALL]
            wanted = both("has_vector == 1", one_of("key", some), where)
            rows += self._query(wanted, ["key", "chunk", *fields], MOST_ROWS)
        return sorted(rows, key=lambda row: (row["key"], row["chunk"]))

    def _search(
        self, field: str, vector: Any, where: str, limit: int, fields: Sequence[str]
    ) -> list[Row]:
        (hits,) = self._connection.call(
            lambda client: client.search(
                self.name,
                data=[vector],
                anns_field=field,
                filter=where,
                limit=min(limit, MOST_ROWS),
                output_fields=list(fields),
                search_params={"metric_type": "IP"},
                timeout=CALL_TIMEOUT_S,
            ),
            self.name,
        )
        return list(hits)

    def _query(self, where: str, fields: Sequence[str], limit: int | None) -> list[Row]:
        options: dict[str, Any] = {} if limit is None else {"limit": limit}
        return list(
            self._connection.call(
                lambda client: client.query(
                    self.name,
                    filter=where,
                    output_fields=list(fields),
                    timeout=CALL_TIMEOUT_S,
                    **options,
                ),
                self.name,
            )
        )
