"""`index.selection.Selection` over the columns of a local snapshot.

Articles are ordinals per segment and language, since restrictions are planned per language.
Counting is done per segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.lexical.evaluate import LanguagePart, Ordinals, members
from index.lexical.plan import Plan
from index.local.values import FieldValues
from index.query import ExactField, Node
from index.runtime import deadline
from index.segment.columns import Columns, DateRanks
from index.selection import Counts, DateBins, DateExtent, ValueCounts


class Counted(Protocol):
    """What a selection needs from its snapshot."""

    def plans(self, node: Node) -> Mapping[str, Plan]:
        """The query's plan for each language."""
        ...

    def field_values(self, field: ExactField) -> FieldValues:
        """The numbered values of a field."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SelectedPart:
    """`docs` are ascending ordinals of one language in one segment."""

    segment: int
    language: str
    part: LanguagePart
    docs: Ordinals


class LocalSelection:
    """Articles of a local snapshot."""

    def __init__(self, snapshot: Counted, parts: Sequence[SelectedPart]) -> None:
        self._snapshot = snapshot
        self._parts = tuple(part for part in parts if len(part.docs))

    def __len__(self) -> int:
        return sum(len(part.docs) for part in self._parts)

    def narrowed(self, restriction: Node | None) -> "LocalSelection":
        """The ones that match; all of them for None."""
        if restriction is None:
            return self
        plans = self._snapshot.plans(restriction)
        kept = [
            replace(part, docs=part.part.evaluate(plans[part.language], part.docs).docs)
            for part in self._parts
        ]
        return LocalSelection(self._snapshot, kept)

    @cached_property
    def _by_segment(self) -> Sequence[tuple[int, Columns, Ordinals]]:
        """The number, columns and selected ordinals of each segment."""
        docs: dict[int, list[Ordinals]] = {}
        columns: dict[int, Columns] = {}
        for part in self._parts:
            docs.setdefault(part.segment, []).append(part.docs)
            columns[part.segment] = part.part.columns
        return [(at, columns[at], np.concatenate(found)) for at, found in docs.items()]

    def keys(self) -> Keys:
        """Their keys, ascending."""
        found = [columns.keys[docs] for _, columns, docs in self._by_segment]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *found]))

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some ascending keys are among them."""
        held = np.zeros(len(keys), bool)
        for part in self._parts:
            ordinals = part.part.columns.ordinals(keys)
            known = np.flatnonzero(ordinals >= 0)
            held[known[members(ordinals[known], part.docs)]] = True
        return held

    def count_values(
        self, field: ExactField, k: int, including: tuple[str, ...] = ()
    ) -> ValueCounts:
        """The k most frequent values of a field, and those in `including` even if rarer."""
        values = self._snapshot.field_values(field)
        tally = np.zeros(len(values.labels) + 1, np.int64)
        for segment, _, docs in self._by_segment:
            deadline.check()
            tally += values.columns[segment].count(docs, len(values.labels))
        counts, missing = tally[:-1], int(tally[-1])
        order = np.lexsort((np.arange(len(counts)), -counts)).tolist()
        chosen = [number for number in order[:k] if counts[number]]
        wanted = {number for value in including if (number := values.number(value)) is not None}
        chosen += [number for number in order[k:] if number in wanted and counts[number]]
        return ValueCounts(
            most=tuple((values.labels[number], int(counts[number])) for number in chosen),
            distinct=int(np.count_nonzero(counts)),
            total=int(counts.sum()),
            missing=missing,
        )

    def date_extent(self) -> DateExtent:
        """The range of their publication dates."""
        instants, walls, undated = [], [], 0
        for dates, ranks in self._dates:
            zoned, dated = len(dates.instants), len(dates.instants) + len(dates.walls)
            is_held = np.zeros(dated + 1, bool)
            is_held[ranks] = True
            instants += _ends(dates.instants, is_held[:zoned])
            walls += _ends(dates.walls, is_held[zoned:dated])
            undated += int(np.count_nonzero(ranks == dated))
        return DateExtent(_extent(instants), _extent(walls), undated)

    @cached_property
    def _dates(self) -> Sequence[tuple[DateRanks, NDArray[np.int64]]]:
        """Each segment's dates, and the ranks of the selected articles among them."""
        return [
            (columns.date_ranks, columns.date_ranks.ranks[docs])
            for _, columns, docs in self._by_segment
        ]

    def count_dates(self, bins: DateBins) -> Counts:
        """The number published in each bin."""
        counts = np.zeros(len(bins) + 2, np.int64)
        for dates, ranks in self._dates:
            deadline.check()
            outside = np.zeros(1, np.int64)
            bin_of_rank = np.concatenate(
                [_binned(dates.instants, bins.instants), _binned(dates.walls, bins.walls), outside]
            )
            counts += np.bincount(bin_of_rank[ranks], minlength=len(counts))
        return counts[1:-1]


def _ends(moments: NDArray[np.int64], is_held: NDArray[np.bool_]) -> list[int]:
    """The first and the last of the ascending moments that are marked."""
    if not is_held.any():
        return []
    return [int(moments[is_held.argmax()]), int(moments[len(moments) - 1 - is_held[::-1].argmax()])]


def _extent(moments: Sequence[int]) -> tuple[int, int] | None:
    return (min(moments), max(moments)) if moments else None


def _binned(moments: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each ascending moment's bin, from 1; 0 is before the first, n + 1 after the last."""
    begins = np.searchsorted(moments, edges, side="left")
    sizes = np.diff(np.concatenate([[0], begins, [len(moments)]]))
    return np.repeat(np.arange(len(edges) + 1), sizes)
