"""`index.selection.Selection` over the rows of a collection.

Milvus counts rows but does not group them: to count by value or date, the rows are read and counted
here. The cost grows with the number of articles selected.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.milvus.collection import Collection, Row
from index.milvus.collections import INSTANT, UNDATED, WALL_CLOCK, written_field
from index.milvus.expressions import both, one_of
from index.query import Among, ExactField, Node
from index.selection import Counts, DateBins, DateExtent, ValueCounts

Narrow = Callable[[str, Node], str]
"""From a condition and a query to the condition for both."""


class MilvusSelection:
    """Articles of a snapshot that match a condition on rows."""

    def __init__(self, collection: Collection, where: str, narrow: Narrow) -> None:
        self._collection = collection
        self._where = where
        self._narrow = narrow

    @cached_property
    def _count(self) -> int:
        return self._collection.count_articles(self._where)

    def __len__(self) -> int:
        return self._count

    def narrowed(self, restriction: Node | None) -> "MilvusSelection":
        """The ones that match; all of them for None."""
        if restriction is None:
            return self
        where = self._narrow(self._where, restriction)
        return MilvusSelection(self._collection, where, self._narrow)

    def keys(self) -> Keys:
        """Their keys, ascending."""
        return np.sort(np.array([row["key"] for row in self._rows([])], np.int64))

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some ascending keys are among them."""
        return np.isin(keys, self.narrowed(Among(tuple(keys.tolist()))).keys())

    def count_values(
        self, field: ExactField, k: int, including: tuple[str, ...] = ()
    ) -> ValueCounts:
        """The k most frequent values of a field, and those in `including` even if rarer."""
        spellings: dict[str, Counter[str]] = {}
        missing = 0
        name = written_field(field)
        for row in self._rows([name]):
            value = row[name]
            values = [value] if isinstance(value, str) else list(value)
            found = {value.casefold(): value for value in values if value}
            missing += not found
            for folded, written in found.items():
                spellings.setdefault(folded, Counter())[written] += 1
        counted = sorted(
            (
                (_label(spelling), spelling.total(), folded)
                for folded, spelling in spellings.items()
            ),
            key=lambda each: (-each[1], each[0]),
        )
        wanted = {value.casefold() for value in including}
        chosen = counted[:k] + [each for each in counted[k:] if each[2] in wanted]
        return ValueCounts(
            most=tuple((label, count) for label, count, _ in chosen),
            distinct=len(counted),
            total=sum(count for _, count, _ in counted),
            missing=missing,
        )

    def date_extent(self) -> DateExtent:
        """The range of their publication dates."""
        kinds, starts = self._dates
        return DateExtent(
            _extent(starts[kinds == INSTANT]),
            _extent(starts[kinds == WALL_CLOCK]),
            int(np.count_nonzero(kinds == UNDATED)),
        )

    def count_dates(self, bins: DateBins) -> Counts:
        """The number published in each bin."""
        kinds, starts = self._dates
        instants = _binned(starts[kinds == INSTANT], bins.instants)
        return instants + _binned(starts[kinds == WALL_CLOCK], bins.walls)

    @cached_property
    def _dates(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows = self._rows(["date_kind", "date_start"])
        pairs = [(row["date_kind"], row["date_start"]) for row in rows]
        together = np.array(pairs, np.int64).reshape(len(pairs), 2)
        return together[:, 0], together[:, 1]

    def _rows(self, fields: list[str]) -> Iterator[Row]:
        return self._collection.every_article(self._where, fields)


def of_keys(visible: str, keys: Keys) -> str:
    """The condition for given articles of a snapshot."""
    return both(visible, one_of("key", keys.tolist()))


def _label(spelling: Counter[str]) -> str:
    """The most frequent spelling; among equals, the first in sort order."""
    return min(spelling, key=lambda written: (-spelling[written], written))


def _extent(moments: NDArray[np.int64]) -> tuple[int, int] | None:
    return (int(moments.min()), int(moments.max())) if len(moments) else None


def _binned(moments: NDArray[np.int64], edges: NDArray[np.int64]) -> Counts:
    at = np.searchsorted(edges, moments, side="right") - 1
    inside = at[(at >= 0) & (at < len(edges) - 1)]
    return np.bincount(inside, minlength=len(edges) - 1).astype(np.int64)
