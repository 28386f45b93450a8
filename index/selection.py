"""A set of articles of one snapshot, to be counted from several sides.

What it takes to show facets and timelines. A selection is made once from a query or from keys, and
narrowed once per facet; every question to it is one pass over numbers, or one aggregation where the
backend is a database.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.query import ExactField, Node

Counts = NDArray[np.int64]
"""`(n,) int64`: how many articles."""


@dataclass(frozen=True, slots=True, eq=False)
class DateBins:
    """Neighbouring stretches of time: a date lies in bin i if it begins in [edge i, edge i + 1).

    `instants` bound dates with a zone, `walls` those without (the wall clock read as UTC): both
    `(bins + 1,) int64`, ascending.
    """

    instants: NDArray[np.int64]
    walls: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.walls) - 1


@dataclass(frozen=True, slots=True)
class DateExtent:
    """The earliest and the latest date with a zone, and without one; None where there is none.

    `undated` articles have no date at all.
    """

    instants: tuple[int, int] | None
    walls: tuple[int, int] | None
    undated: int


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Articles by the values of a field, values that differ in case only taken as one.

    `most` are (value as mostly written, articles), by articles descending, then value. `total` sums
    over all `distinct` values; with several authors an article counts for each. `missing` articles
    have no value.
    """

    most: tuple[tuple[str, int], ...]
    distinct: int
    total: int
    missing: int


class Selection(Protocol):
    """Some articles of a snapshot."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def narrowed(self, restriction: Node | None) -> "Selection":
        """Those of them that match; all of them for None."""
        ...

    def keys(self) -> Keys:
        """Their keys, ascending."""
        ...

    def count_values(
        self, field: ExactField, k: int, including: tuple[str, ...] = ()
    ) -> ValueCounts:
        """The k most frequent values of a field; those of `including` also where they are rarer.

        A value of `including` that none of the articles has is left out.
        """
        ...

    def date_extent(self) -> DateExtent:
        """From when to when they were published."""
        ...

    def count_dates(self, bins: DateBins) -> Counts:
        """How many were published in each bin. Undated articles are in none."""
        ...
