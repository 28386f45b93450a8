"""Building the columns of a segment from its articles or from the columns of other segments."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain import Article, NewsDate
from index.protocols import IndexedArticle
from index.query import ExactField
from index.segment.columns import INSTANT, LISTED, NO_DATE, NO_EMBARGO, WALL_CLOCK, Columns
from index.segment.term_dictionary import TermDictionary
from index.visibility import embargo_end_s

_CODED = (
    ExactField.LANGUAGE,
    ExactField.SOURCE,
    ExactField.SECTION,
    ExactField.PLACE,
    ExactField.PROVIDER,
)


def build(
    articles: Sequence[IndexedArticle],
    title_lengths: NDArray[np.uint32],
    body_lengths: NDArray[np.uint32],
) -> Columns:
    """The columns of articles, which are ascending by key."""
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
    for field in LISTED:
        arrays.update(_listed_arrays(field, [_values(article, field) for article in originals]))
    return Columns(arrays)


def _offsets(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes]).astype(np.int64)


def _date_start(date: NewsDate | None) -> int:
    return 0 if date is None else date.start_s


def _date_kind(date: NewsDate | None) -> int:
    if date is None:
        return NO_DATE
    return INSTANT if date.is_zoned else WALL_CLOCK


def _embargo_end(article: Article) -> int:
    end_s = embargo_end_s(article)
    return NO_EMBARGO if end_s is None else end_s


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
    """The values by which an article's subjects are found: their codes and names, each once."""
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
    """The columns of chosen articles of several segments, in the order of `parts`.

    Each part lists the ordinals to keep; keys must ascend over all parts.
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
    for field in LISTED:
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
