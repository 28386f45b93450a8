"""What a segment knows of each article besides its words and vectors.

Keys (archive revisions) ascend with the ordinal, so that a key is found by binary search. Fields
with few values are codes into a sorted table of the values as written; a query compares them case
folded. Authors and subjects are lists of codes, of article d those at `starts[d]:starts[d + 1]`.
`embargo_ends` is from when an article may be shown, in seconds since the epoch.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain import Article, Keys, NewsDate
from index.protocols import IndexedArticle
from index.query import DateInterval, ExactField
from index.segment.term_dictionary import TermDictionary
from index.visibility import embargo_end_s

Mask = NDArray[np.bool_]

_NO_DATE, _INSTANT, _WALL_CLOCK = 0, 1, 2
_NO_EMBARGO = np.iinfo(np.int64).min
_CODED = (
    ExactField.LANGUAGE,
    ExactField.SOURCE,
    ExactField.SECTION,
    ExactField.PLACE,
    ExactField.PROVIDER,
)
_LISTED = (ExactField.AUTHOR, ExactField.SUBJECT)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one segment of n articles and m chunks; see `build` for their shapes."""

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
        """`(n + 1,) int64`: article d has the chunks `chunk_offsets[d]:chunk_offsets[d+1]`."""
        return self.arrays["chunk_offsets"]

    @property
    def chunk_spans(self) -> NDArray[np.int32]:
        """`(m, 2) int32`: each chunk's offsets in its article's text."""
        return self.arrays["chunk_spans"]

    def ordinals(self, keys: Keys) -> NDArray[np.int64]:
        """Each key's ordinal, -1 where this segment does not hold it."""
        if not len(self):
            return np.full(len(keys), -1)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        return np.where(self.keys[found] == keys, found, -1)

    def article_id(self, ordinal: int) -> str:
        """The id of one article."""
        return self._table("ids")[ordinal]

    def article_ids(self, ordinals: NDArray[np.int64]) -> list[str]:
        """The ids of some articles."""
        return self._table("ids").take(ordinals)

    def find_id(self, article_id: str) -> int | None:
        """The ordinal of the article with this id, if the segment holds it."""
        table = self._table("sorted_ids")
        position = table.find(article_id)
        return None if position is None else int(self.arrays["sorted_id_ordinals"][position])

    def find_ids(self, article_ids: Collection[str]) -> list[int]:
        """The ordinals of those articles of `article_ids` that the segment holds."""
        if len(article_ids) * 8 < len(self):
            found = (self.find_id(article_id) for article_id in article_ids)
            return [ordinal for ordinal in found if ordinal is not None]
        # Reading the table once is cheaper than searching it for each of many ids.
        known = enumerate(self._table("ids").strings())
        return [ordinal for ordinal, article_id in known if article_id in article_ids]

    def values(self, field: ExactField) -> list[str]:
        """The distinct values of a coded or listed field, sorted."""
        return list(self._table(field).strings())

    def codes(self, field: ExactField) -> NDArray[np.int32]:
        """`(n,) int32`: each article's position in `values(field)`, -1 for none.

        Of a listed field, the positions of all articles one after the other.
        """
        return self.arrays[f"{field}.codes"]

    def list_starts(self, field: ExactField) -> NDArray[np.int64] | None:
        """`(n + 1,) int64`: where each article's values stand among the codes of a listed field;
        None for a field of which an article has one value at most."""
        return self.arrays[f"{field}.starts"] if field in _LISTED else None

    def equal(self, field: ExactField, value: str) -> Mask:
        """`(n,) bool`: which articles' field equals `value`, case folded."""
        if field is ExactField.ID:
            mask = np.zeros(len(self), bool)
            ordinal = self.find_id(value)
            if ordinal is not None:
                mask[ordinal] = True
            return mask
        codes = self._folded_codes(field).get(value.casefold(), [])
        if field in _LISTED:
            return self._has_one(field, codes)
        if len(codes) == 1:
            is_it: Mask = self.codes(field) == codes[0]
            return is_it
        return np.isin(self.codes(field), codes)

    def _folded_codes(self, field: ExactField) -> dict[str, list[int]]:
        """The codes of the values that are alike but for case; worked out once."""
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
        """`(n,) bool`: which articles' date begins in the interval."""
        starts, kinds = self.arrays["date_starts"], self.arrays["date_kinds"]
        instants = _between(starts, interval.start_s, interval.end_s) & (kinds == _INSTANT)
        walls = _between(starts, interval.wall_start_s, interval.wall_end_s)
        result: Mask = instants | (walls & (kinds == _WALL_CLOCK))
        return result

    def dates(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """When some articles were published, in seconds since the epoch; undated ones long ago."""
        dates: NDArray[np.int64] = np.where(
            self.arrays["date_kinds"][ordinals] == _NO_DATE,
            np.iinfo(np.int64).min,
            self.arrays["date_starts"][ordinals],
        )
        return dates

    @property
    def embargo_ends(self) -> NDArray[np.int64]:
        """`(n,) int64`: from when each article may be shown; long ago without an embargo."""
        return self.arrays["embargo_ends"]

    @property
    def is_embargoed(self) -> Mask:
        """`(n,) bool`: which articles have or had an embargo."""
        result: Mask = self.embargo_ends != _NO_EMBARGO
        return result

    @property
    def date_ranks(self) -> "DateRanks":
        """The articles in the order of their dates; worked out once."""
        if self._ranks is None:
            object.__setattr__(self, "_ranks", _date_ranks(self.arrays))
        assert self._ranks is not None
        return self._ranks

    def chunks_of(self, ordinals: NDArray[np.int64]) -> tuple[NDArray[np.int64], Keys]:
        """The chunks of some articles, and for each the index of its article in `ordinals`."""
        starts = self.chunk_offsets[ordinals]
        sizes = self.chunk_offsets[ordinals + 1] - starts
        owners = np.repeat(np.arange(len(ordinals)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(starts, sizes) + within, owners

    def _table(self, name: str) -> TermDictionary:
        return TermDictionary.from_arrays(self.arrays, name)


@dataclass(frozen=True, slots=True, eq=False)
class DateRanks:
    """`ranks` are `(n,) int64`: first the dates with a zone by time, then those without one by
    wall clock, then no date. The sorted dates stand beside them, in seconds since the epoch."""

    ranks: NDArray[np.int64]
    instants: NDArray[np.int64]
    walls: NDArray[np.int64]


def _date_ranks(arrays: Mapping[str, NDArray[Any]]) -> DateRanks:
    starts, kinds = arrays["date_starts"], arrays["date_kinds"]
    groups = []
    for kind in (_INSTANT, _WALL_CLOCK):
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


def build(
    articles: Sequence[IndexedArticle],
    title_lengths: NDArray[np.uint32],
    body_lengths: NDArray[np.uint32],
) -> Columns:
    """The columns of articles that ascend by key."""
    originals = [indexed.stored.article for indexed in articles]
    spans = [span for indexed in articles for span in indexed.chunks]
    arrays: dict[str, NDArray[Any]] = {
        "keys": np.array([indexed.stored.revision for indexed in articles], np.int64),
        "title_lengths": title_lengths,
        "body_lengths": body_lengths,
        "chunk_offsets": _offsets(len(indexed.chunks) for indexed in articles),
        "chunk_spans": np.array(spans, np.int32).reshape(len(spans), 2),
        "date_starts": np.array([_date_start(a.date) for a in originals], np.int64),
        "date_kinds": np.array([_date_kind(a.date) for a in originals], np.uint8),
        "embargo_ends": np.array([_embargo_end(a) for a in originals], np.int64),
        **_id_arrays([article.id for article in originals]),
    }
    for field in _CODED:
        arrays.update(_coded_arrays(field, [_value(article, field) for article in originals]))
    for field in _LISTED:
        arrays.update(_listed_arrays(field, [_values(article, field) for article in originals]))
    return Columns(arrays)


def _offsets(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes]).astype(np.int64)


def _date_start(date: NewsDate | None) -> int:
    return 0 if date is None else date.start_s


def _date_kind(date: NewsDate | None) -> int:
    if date is None:
        return _NO_DATE
    return _INSTANT if date.is_zoned else _WALL_CLOCK


def _embargo_end(article: Article) -> int:
    end_s = embargo_end_s(article)
    return _NO_EMBARGO if end_s is None else end_s


def _value(article: Article, field: ExactField) -> str | None:
    match field:
        case ExactField.LANGUAGE:
            return article.language
        case ExactField.SOURCE:
            return article.source
        case ExactField.SECTION:
            return article.section
        case ExactField.PROVIDER:
            return article.news.provider
        case _:
            return article.place


def _values(article: Article, field: ExactField) -> Sequence[str]:
    return article.authors if field is ExactField.AUTHOR else subject_names(article)


def subject_names(article: Article) -> list[str]:
    """What an article's subjects are found by: their codes and names, each once."""
    named = [(subject.code, subject.name) for subject in article.news.subjects]
    return list(dict.fromkeys(name for names in named for name in names if name))


def _table_arrays(name: str, strings: Sequence[str]) -> dict[str, NDArray[Any]]:
    return TermDictionary.of(strings).to_arrays(name)


def _coded_arrays(field: ExactField, values: Sequence[str | None]) -> dict[str, NDArray[Any]]:
    table = sorted({value for value in values if value is not None})
    code = {value: number for number, value in enumerate(table)}
    codes = [-1 if value is None else code[value] for value in values]
    return {**_table_arrays(field, table), f"{field}.codes": np.array(codes, np.int32)}


def _listed_arrays(field: ExactField, lists: Sequence[Sequence[str]]) -> dict[str, NDArray[Any]]:
    table = sorted({value for values in lists for value in values})
    code = {value: number for number, value in enumerate(table)}
    codes = [code[value] for values in lists for value in values]
    return {
        **_table_arrays(field, table),
        f"{field}.codes": np.array(codes, np.int32),
        f"{field}.starts": _offsets(map(len, lists)),
    }


def _id_arrays(ids: Sequence[str]) -> dict[str, NDArray[Any]]:
    order = sorted(range(len(ids)), key=ids.__getitem__)
    return {
        **_table_arrays("ids", ids),
        **_table_arrays("sorted_ids", [ids[ordinal] for ordinal in order]),
        "sorted_id_ordinals": np.array(order, np.int32),
    }


def merge(parts: Sequence[tuple[Columns, NDArray[np.int64]]]) -> Columns:
    """The columns of some articles of several segments, in the order of `parts`.

    Each part names the ordinals to keep; keys must ascend over the whole.
    """
    kept = [(columns, ordinals) for columns, ordinals in parts if len(ordinals)]
    arrays: dict[str, NDArray[Any]] = {}
    for name, dtype in (
        ("keys", np.int64),
        ("title_lengths", np.uint32),
        ("body_lengths", np.uint32),
        ("date_starts", np.int64),
        ("date_kinds", np.uint8),
        ("embargo_ends", np.int64),
    ):
        arrays[name] = _concatenate([c.arrays[name][o] for c, o in kept], dtype)
    chunk_rows = [(c, c.chunks_of(o)[0]) for c, o in kept]
    arrays["chunk_spans"] = np.concatenate(
        [np.zeros((0, 2), np.int32), *(c.chunk_spans[rows] for c, rows in chunk_rows)]
    )
    sizes = _concatenate([np.diff(c.chunk_offsets)[o] for c, o in kept], np.int64)
    arrays["chunk_offsets"] = _offsets(sizes.tolist())
    arrays.update(_id_arrays([i for c, ordinals in kept for i in c.article_ids(ordinals)]))
    for field in _CODED:
        arrays.update(_coded_arrays(field, [v for c, o in kept for v in _decoded(c, field, o)]))
    for field in _LISTED:
        arrays.update(_listed_arrays(field, [v for c, o in kept for v in _lists(c, field, o)]))
    return Columns(arrays)


def _concatenate(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *parts])


def _decoded(columns: Columns, field: ExactField, ordinals: NDArray[np.int64]) -> list[str | None]:
    values = [*columns.values(field), None]  # code -1 is the last
    return [values[code] for code in columns.codes(field)[ordinals].tolist()]


def _lists(columns: Columns, field: ExactField, ordinals: NDArray[np.int64]) -> list[list[str]]:
    values, codes = columns.values(field), columns.codes(field)
    bounds = columns.arrays[f"{field}.starts"]
    starts, ends = bounds[ordinals].tolist(), bounds[ordinals + 1].tolist()
    return [
        [values[code] for code in codes[start:end].tolist()]
        for start, end in zip(starts, ends, strict=True)
    ]
