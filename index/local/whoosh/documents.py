"""The articles of one segment as Whoosh's reader of lengths, columns and stored fields.

Lengths and columns come from the segment; stored fields are read from the archive.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.fields import Schema

from index.domain import Article
from index.local.live_segment import LiveSegment
from index.local.whoosh.columns import CodedColumn, DateColumn, IdColumn
from index.local.whoosh.schema import (
    DATE,
    EXACT_FIELDS,
    ID,
    LISTED,
    TEXT_FIELDS,
    URL,
    FieldName,
    whoosh_date,
)
from index.protocols import Articles
from index.query import ExactField
from index.segment.columns import UNDATED_S

_READ_AT_ONCE = 500


class ArrayDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths are in terms, weighted as in the postings of the fields.

    Without `articles`, only ids are stored.
    """

    def __init__(self, live: LiveSegment, schema: Schema, articles: Articles | None) -> None:
        self._live = live
        self._schema = schema
        self._articles = articles

    def doc_count(self) -> int:
        """Live articles."""
        return len(self._live.live_ordinals)

    def doc_count_all(self) -> int:
        """All articles, including deleted ones."""
        return len(self._live.segment.columns)

    def has_deletions(self) -> bool:
        """Whether any article is deleted."""
        return bool(len(self._live.deleted))

    def is_deleted(self, docnum: int) -> bool:
        """Whether this article is deleted; Whoosh may ask for one beyond the last."""
        return docnum < len(self._live.live) and not self._live.live[docnum]

    def deleted_docs(self) -> list[int]:
        """The deleted articles' ordinals."""
        ordinals: list[int] = self._live.deleted.tolist()
        return ordinals

    @cached_property
    def _lengths(self) -> dict[str, NDArray[np.float64]]:
        """Each article's length by text field; 0 where it is deleted or in another language."""
        columns = self._live.segment.columns
        title, body = columns.title_lengths.astype(float), columns.body_lengths.astype(float)
        weighted = title * self._live.parameters.title_weight + body
        whole = {"title": title, "body": body, "text": weighted}
        found = {name: whole[name] * self._live.live for name in TEXT_FIELDS}
        for language, part in self._live.parts.items():
            for name in TEXT_FIELDS:
                own = np.zeros(len(columns))
                own[part.universe] = whole[name][part.universe]
                found[f"{name}_{language}"] = own
        return found

    def doc_field_length(self, docnum: int, fieldname: str, default: float = 0) -> float:
        """An article's length in a text field."""
        lengths = self._lengths.get(fieldname)
        return default if lengths is None else float(lengths[docnum])

    def field_length(self, fieldname: str) -> float:
        """The sum of lengths over the live articles of the field's language."""
        lengths = self._lengths.get(fieldname)
        return 0.0 if lengths is None else float(lengths.sum())

    def min_field_length(self, fieldname: str) -> float:
        """The length of the shortest live article that has the field."""
        lengths = self._lengths.get(fieldname)
        positive = np.zeros(0) if lengths is None else lengths[lengths > 0]
        return float(positive.min()) if len(positive) else 0.0

    def max_field_length(self, fieldname: str) -> float:
        """The length of the longest live article."""
        lengths = self._lengths.get(fieldname)
        return 0.0 if lengths is None or not len(lengths) else float(lengths.max())

    def supports_columns(self) -> bool:
        """Always True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a field can be sorted and grouped by without reading its terms."""
        return fieldname in (ID, DATE) or EXACT_FIELDS.get(fieldname, LISTED[0]) not in LISTED

    def list_columns(self) -> list[str]:
        """The fields with a column."""
        return [name for name in self._schema.names() if self.has_column(name)]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        """The values of a field, by ordinal."""
        columns = self._live.segment.columns
        if fieldname == ID:
            return IdColumn(columns)
        if fieldname == DATE:
            return DateColumn(columns, column, self._schema[DATE])
        return CodedColumn(columns, EXACT_FIELDS[fieldname])

    def iter_docs(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """All live articles with their stored fields."""
        for start in range(0, len(self._live.live_ordinals), _READ_AT_ONCE):
            ordinals = self._live.live_ordinals[start : start + _READ_AT_ONCE].tolist()
            yield from zip(ordinals, self._stored(ordinals), strict=True)

    def all_stored_fields(self) -> Iterator[dict[str, Any]]:
        """The stored fields of all live articles."""
        return (stored for _, stored in self.iter_docs())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """An article's stored fields; only its id if it has left the archive since."""
        return self._stored([docnum])[0]

    def _stored(self, ordinals: list[int]) -> list[dict[str, Any]]:
        columns = self._live.segment.columns
        keys = columns.keys[ordinals].tolist()
        found = {} if self._articles is None else self._articles.revisions(keys)
        ids = columns.article_ids(np.asarray(ordinals, np.int64))
        dates = columns.dates(np.asarray(ordinals, np.int64)).tolist()
        return [
            {ID: article_id} | (_fields(found[key].article, date) if key in found else {})
            for key, article_id, date in zip(keys, ids, dates, strict=True)
        ]


def _fields(article: Article, start_s: int) -> dict[str, Any]:
    """What is stored of an article: the fields that it has."""
    given = {
        "title": article.title,
        "text": article.text,
        str(ExactField.LANGUAGE): article.language,
        str(ExactField.SOURCE): article.source,
        str(ExactField.SECTION): article.section,
        str(ExactField.AUTHOR): ", ".join(article.authors) or None,
        str(ExactField.PLACE): article.place,
        str(ExactField.PROVIDER): article.news.provider,
        str(ExactField.SUBJECT): ", ".join(s.name or s.code for s in article.news.subjects) or None,
        DATE: None if start_s == UNDATED_S else whoosh_date(start_s),
        URL: article.url,
    }
    return {name: value for name, value in given.items() if value is not None}


def language_articles(live: LiveSegment, fieldname: str) -> int:
    """The live articles of a text field's language, or all of them."""
    name = FieldName.of(fieldname)
    if name is None or name.language is None:
        return len(live.live_ordinals)
    part = live.parts.get(name.language)
    return 0 if part is None else len(part.universe)
