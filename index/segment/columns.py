"""What a segment stores about each article besides its words and vectors.

Keys (archive revisions) ascend with the ordinal, so a key is found by binary search. Fields with
few values are codes into a sorted table of the values as written; queries compare them case-folded.
Authors and subjects are lists of codes; those of article d are at `starts[d]:starts[d + 1]`.
`embargo_ends` is the time from which an article may be shown, in seconds since the epoch.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.query import DateInterval, ExactField
from index.segment.term_dictionary import TermDictionary

Mask = NDArray[np.bool_]

UNDATED_S = np.iinfo(np.int64).min
"""The stored date of an article that has none."""

NO_DATE, INSTANT, WALL_CLOCK = 0, 1, 2
NO_EMBARGO = np.iinfo(np.int64).min
LISTED = (ExactField.AUTHOR, ExactField.SUBJECT)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one segment of n articles and m chunks, built by `columns_build`."""

    arrays: Mapping[str, NDArray[Any]]
    _folded: dict[ExactField, dict[str, list[int]]] = dataclasses.field(
        default_factory=dict, compare=False, repr=False
    )
    _ranks: "DateRanks | None" = dataclasses.field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def keys(self) -> Keys:
        """`(n,) int64`, ascending."""
        return self.arrays["keys"]

    @property
    def title_lengths(self) -> NDArray[np.uint32]:
        """`(n,) uint32`, terms."""
        return self.arrays["title_lengths"]

    @property
    def body_lengths(self) -> NDArray[np.uint32]:
        """`(n,) uint32`, terms."""
        return self.arrays["body_lengths"]

    def weighted_lengths(self, title_weight: float) -> NDArray[np.float32]:
        """`(n,) float32`: body length and weighted title length together, in terms."""
        lengths = self.title_lengths * np.float32(title_weight)
        lengths += self.body_lengths
        return lengths

    @property
    def chunk_offsets(self) -> NDArray[np.int64]:
        """`(n + 1,) int64`: article d has chunks `chunk_offsets[d]:chunk_offsets[d+1]`."""
        return self.arrays["chunk_offsets"]

    @property
    def chunk_spans(self) -> NDArray[np.int32]:
        """`(m, 2) int32`: each chunk's offsets in its article's text."""
        return self.arrays["chunk_spans"]

    def ordinals(self, keys: Keys) -> NDArray[np.int64]:
        """Each key's ordinal, -1 if it is not in this segment."""
        if not len(self):
            return np.full(len(keys), -1)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        return np.where(self.keys[found] == keys, found, -1)

    def article_id(self, ordinal: int) -> str:
        """The id of one article."""
        return self._table("ids")[ordinal]

    def article_ids(self, ordinals: NDArray[np.int64]) -> list[str]:
        """The ids of the given articles."""
        return self._table("ids").take(ordinals)

    def find_id(self, article_id: str) -> int | None:
        """The ordinal of the article with this id, if it is in the segment."""
        table = self._table("sorted_ids")
        position = table.find(article_id)
        return None if position is None else int(self.arrays["sorted_id_ordinals"][position])

    def find_ids(self, article_ids: Collection[str]) -> list[int]:
        """The ordinals of the articles among `article_ids` that are in the segment."""
        if len(article_ids) * 8 < len(self):
            found = (self.find_id(article_id) for article_id in article_ids)
            return [ordinal for ordinal in found if ordinal is not None]
        # Reading the table once is cheaper than searching it for many ids.
        known = enumerate(self._table("ids").strings())
        return [ordinal for ordinal, article_id in known if article_id in article_ids]

    def values(self, field: ExactField) -> list[str]:
        """The distinct values of a coded or listed field, sorted."""
        return list(self._table(field).strings())

    def codes(self, field: ExactField) -> NDArray[np.int32]:
        """`(n,) int32`: each article's position in `values(field)`, -1 for none.

        For a listed field, the positions of all articles, concatenated.
        """
        return self.arrays[f"{field}.codes"]

    def list_starts(self, field: ExactField) -> NDArray[np.int64] | None:
        """`(n + 1,) int64`: where each article's values start among the codes of a listed field.

        None for a field with at most one value per article.
        """
        return self.arrays[f"{field}.starts"] if field in LISTED else None

    def equal(self, field: ExactField, value: str) -> Mask:
        """`(n,) bool`: which articles' field equals `value`, case-folded."""
        if field is ExactField.ID:
            mask = np.zeros(len(self), bool)
            ordinal = self.find_id(value)
            if ordinal is not None:
                mask[ordinal] = True
            return mask
        codes = self._folded_codes(field).get(value.casefold(), [])
        if field in LISTED:
            return self._has_one(field, codes)
        if len(codes) == 1:
            is_it: Mask = self.codes(field) == codes[0]
            return is_it
        return np.isin(self.codes(field), codes)

    def _folded_codes(self, field: ExactField) -> dict[str, list[int]]:
        """The codes of the values that differ only in case; computed once."""
        if field not in self._folded:
            codes: dict[str, list[int]] = {}
            for code, value in enumerate(self.values(field)):
                codes.setdefault(value.casefold(), []).append(code)
            self._folded[field] = codes
        return self._folded[field]

    def _has_one(self, field: ExactField, codes: Sequence[int]) -> Mask:
        hits = np.flatnonzero(np.isin(self.codes(field), codes))
        mask = np.zeros(len(self), bool)
        mask[np.searchsorted(self.arrays[f"{field}.starts"], hits, side="right") - 1] = True
        return mask

    def among(self, keys: Sequence[int]) -> Mask:
        """`(n,) bool`: which articles have one of the keys."""
        ordinals = self.ordinals(np.asarray(keys, np.int64))
        mask = np.zeros(len(self), bool)
        mask[ordinals[ordinals >= 0]] = True
        return mask

    def in_interval(self, interval: DateInterval) -> Mask:
        """`(n,) bool`: which articles' dates begin in the interval."""
        starts, kinds = self.arrays["date_starts"], self.arrays["date_kinds"]
        instants = _between(starts, interval.start_s, interval.end_s) & (kinds == INSTANT)
        walls = _between(starts, interval.wall_start_s, interval.wall_end_s)
        result: Mask = instants | (walls & (kinds == WALL_CLOCK))
        return result

    def dates(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Publication times in seconds since the epoch; far in the past for undated ones."""
        dates: NDArray[np.int64] = np.where(
            self.arrays["date_kinds"][ordinals] == NO_DATE,
            UNDATED_S,
            self.arrays["date_starts"][ordinals],
        )
        return dates

    @property
    def embargo_ends(self) -> NDArray[np.int64]:
        """`(n,) int64`: when each article may be shown; far in the past without an embargo."""
        return self.arrays["embargo_ends"]

    @property
    def is_embargoed(self) -> Mask:
        """`(n,) bool`: which articles have or had an embargo."""
        result: Mask = self.embargo_ends != NO_EMBARGO
        return result

    @property
    def date_ranks(self) -> "DateRanks":
        """The articles in order of date; computed once."""
        if self._ranks is None:
            object.__setattr__(self, "_ranks", _date_ranks(self.arrays))
        assert self._ranks is not None
        return self._ranks

    def chunks_of(self, ordinals: NDArray[np.int64]) -> tuple[NDArray[np.int64], Keys]:
        """The chunks of the given articles, each with the index of its article in `ordinals`."""
        starts = self.chunk_offsets[ordinals]
        sizes = self.chunk_offsets[ordinals + 1] - starts
        owners = np.repeat(np.arange(len(ordinals)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(starts, sizes) + within, owners

    def _table(self, name: str) -> TermDictionary:
        return TermDictionary.from_arrays(self.arrays, name)


@dataclass(frozen=True, slots=True, eq=False)
class DateRanks:
    """Ranks of the articles' dates, `(n,) int64`, and the sorted dates, in seconds since the epoch.

    Dates with a zone come first, by time, then those without one, by wall clock, then undated
    articles.
    """

    ranks: NDArray[np.int64]
    instants: NDArray[np.int64]
    walls: NDArray[np.int64]


def _date_ranks(arrays: Mapping[str, NDArray[Any]]) -> DateRanks:
    starts, kinds = arrays["date_starts"], arrays["date_kinds"]
    groups = []
    for kind in (INSTANT, WALL_CLOCK):
        own = np.flatnonzero(kinds == kind)
        groups.append(own[np.argsort(starts[own], kind="stable")])
    ranks = np.full(len(starts), len(groups[0]) + len(groups[1]))
    ranks[np.concatenate(groups)] = np.arange(len(groups[0]) + len(groups[1]))
    return DateRanks(ranks, starts[groups[0]], starts[groups[1]])


def _between(values: NDArray[np.int64], low: int | None, high: int | None) -> Mask:
    mask = np.ones(len(values), bool)
    if low is not None:
        mask &= values >= low
    if high is not None:
        mask &= values < high
    return mask
