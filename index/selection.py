"""A set of articles of one snapshot that can be counted in several ways, as facets and timelines
need. A selection is made once from a query or from keys, and narrowed once per facet; every
count is one pass over numbers, or one aggregation if the backend is a database.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.query import ExactField, Node

Counts = NDArray[np.int64]
"""`(n,) int64`: numbers of articles."""


@dataclass(frozen=True, slots=True, eq=False)
class DateBins:
    """Adjacent intervals of time: a date lies in bin i if it begins in [edge i, edge i + 1).

    `instants` bound dates with a zone, `walls` those without (the wall clock read as UTC): both
    `(bins + 1,) int64`, ascending.
    """

    instants: NDArray[np.int64]
    walls: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.walls) - 1


@dataclass(frozen=True, slots=True)
class DateExtent:
    """The earliest and the latest date with a zone, and without one; None if there is none.

    `undated` articles have no date at all.
    """

    instants: tuple[int, int] | None
    walls: tuple[int, int] | None
    undated: int


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Articles by the values of a field, where values that differ only in case count as one.

    `most` are (value in its most frequent spelling, articles), by articles descending, then value.
    `total` sums over all `distinct` values; with several authors an article counts for each.
    `missing` articles have no value.
    """

    most: tuple[tuple[str, int], ...]
    distinct: int
    total: int
    missing: int


class Selection(Protocol):
    """Some articles of a snapshot."""

    def __len__(self) -> int:
        """The number of articles."""
        ...

    def narrowed(self, restriction: Node | None) -> "Selection":
        """The articles that match a node; all of them for None."""
        ...

    def keys(self) -> Keys:
        """Their keys, ascending."""
        ...

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some ascending keys are among them."""
        ...

    def count_values(
        self, field: ExactField, k: int, including: tuple[str, ...] = ()
    ) -> ValueCounts:
        """The k most frequent values of a field, and those of `including` even if they are rarer.

        A value of `including` that none of the articles has is left out.
        """
        ...

    def date_extent(self) -> DateExtent:
        """The span of their publication dates."""
        ...

    def count_dates(self, bins: DateBins) -> Counts:
        """The number published in each bin. Undated articles are in none."""
        ...
