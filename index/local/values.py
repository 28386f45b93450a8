"""The values of one field in a snapshot, numbered, so that counting works on numbers.

Each segment has its own codes for values as written. Here, values that differ only in case are one
value, as in filters, and are shown in their most frequent spelling.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.query import ExactField
from index.segment.columns import Columns
from index.selection import Counts

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NumberedColumn:
    """One segment as distinct pairs of an ordinal and a value's number.

    The last number stands for no value. If every article is in one pair, `owners` is None and
    `numbers` has one entry per article.
    """

    numbers: Numbers
    owners: Numbers | None

    def count(self, docs: Numbers, values: int) -> Counts:
        """Count the articles in `docs` (distinct) by value, then those without: `(values + 1,)`."""
        if self.owners is None:
            return np.bincount(self.numbers[docs], minlength=values + 1)
        chosen = np.zeros(int(self.owners[-1]) + 1 if len(self.owners) else 0, bool)
        chosen[docs] = True
        return np.bincount(self.numbers[chosen[self.owners]], minlength=values + 1)


@dataclass(frozen=True, slots=True, eq=False)
class FieldValues:
    """`folded` values are ascending, `labels` parallel to them; one column per segment."""

    labels: tuple[str, ...]
    folded: tuple[str, ...]
    columns: tuple[NumberedColumn, ...]

    @classmethod
    def of(
        cls, segments: Sequence[tuple[Columns, NDArray[np.bool_]]], field: ExactField
    ) -> "FieldValues":
        """Number the values of all segments, each given with the mask of its live articles.

        Only live articles determine the spelling of a value.
        """
        spellings: dict[str, Counter[str]] = {}
        for columns, live in segments:
            values = columns.values(field)
            codes = _live_codes(columns, live, field)
            counts = np.bincount(codes[codes >= 0], minlength=len(values)).tolist()
            for value, count in zip(values, counts, strict=True):
                spellings.setdefault(value.casefold(), Counter())[value] += count
        folded = tuple(sorted(spellings))
        number = {value: at for at, value in enumerate(folded)}
        labels = tuple(_usual(spellings[value]) for value in folded)
        columns_of = tuple(_numbered(columns, field, number) for columns, _ in segments)
        return cls(labels, folded, columns_of)

    def number(self, value: str) -> int | None:
        """The number of a value, ignoring case, or None if no article has it."""
        wanted = value.casefold()
        at = int(np.searchsorted(np.array(self.folded, object), wanted)) if self.folded else 0
        return at if at < len(self.folded) and self.folded[at] == wanted else None


def _live_codes(columns: Columns, live: NDArray[np.bool_], field: ExactField) -> NDArray[np.int32]:
    """The codes of a field, for live articles only."""
    starts = columns.list_starts(field)
    is_live = live if starts is None else np.repeat(live, np.diff(starts))
    codes: NDArray[np.int32] = columns.codes(field)[is_live]
    return codes


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda value: (-spellings[value], value))


def _numbered(columns: Columns, field: ExactField, number: dict[str, int]) -> NumberedColumn:
    nothing = len(number)
    folded = [number[value.casefold()] for value in columns.values(field)]
    table = np.array([*folded, nothing], np.int64)
    numbers = table[columns.codes(field)]  # code -1 selects the last
    starts = columns.list_starts(field)
    if starts is None:
        return NumberedColumn(numbers, None)
    sizes = np.diff(starts)
    owners = np.repeat(np.arange(len(columns)), sizes)
    anonymous = np.flatnonzero(sizes == 0)
    pairs = np.unique(  # a name may occur twice, in two spellings
        np.concatenate([owners * (nothing + 1) + numbers, anonymous * (nothing + 1) + nothing])
    )
    owners, numbers = np.divmod(pairs, nothing + 1)
    return NumberedColumn(numbers, owners)
