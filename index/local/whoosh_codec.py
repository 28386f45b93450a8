"""A segment as a Whoosh index: the only module that imports Whoosh's index machinery.

Codecs are Whoosh's extension point for storage. This one reads our arrays instead of the pickled,
compressed blocks of Whoosh's own codec, so Whoosh can open a segment as it is on disk, with its
searcher, query objects and matchers. Queries are answered from the same arrays by `evaluate`, about
a hundred times faster; Whoosh's searcher over this codec is the test oracle for it. Nothing is
unpickled: there is no Whoosh table of contents.

For each language `xx` the Whoosh fields are `text_xx` (title and body, the title's occurrences
weighted), `title_xx` and `body_xx`; `id` is stored.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from whoosh import fields, formats, reading, scoring
from whoosh.codec import base
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span

from index.lexical import bm25
from index.lexical.bm25 import Bm25Parameters
from index.lexical.evaluate import LanguagePart
from index.local.live_segment import LiveSegment
from index.query import TextField

_FIELDS: dict[str, TextField | None] = {
    "text": None,
    "title": TextField.TITLE,
    "body": TextField.BODY,
}


def open_in_whoosh(live: LiveSegment) -> reading.SegmentReader:
    """The segment as a Whoosh reader; `whoosh.searching.Searcher(reader)` searches it."""
    schema = fields.Schema(id=fields.STORED)
    for language in live.parts:
        for name in _FIELDS:
            schema.add(f"{name}_{language}", _positional_field())
    return reading.SegmentReader(None, schema, _LiveSegment(live), codec=ArrayCodec(live))


def _positional_field() -> fields.FieldType:
    """Terms arrive analysed; the field takes them unchanged."""
    field = fields.KEYWORD(scorable=True)
    field.format = formats.Positions()
    return field


class Bm25F(scoring.WeightingModel):  # type: ignore[misc]
    """Our BM25F as a Whoosh weighting model: the same formula per term, in plain Python."""

    def __init__(self, parameters: Bm25Parameters) -> None:
        self._parameters = parameters

    def idf(self, searcher: Any, fieldname: str, text: str | bytes) -> float:
        """Lucene's inverse document frequency over the articles of the field's language."""
        reader = searcher.get_parent().reader()
        frequency = reader.doc_frequency(fieldname, text)
        return bm25.inverse_document_frequency(frequency, _articles(reader, fieldname))

    def scorer(self, searcher: Any, fieldname: str, text: str | bytes, qf: int = 1) -> "_Scorer":
        """A scorer for one term."""
        return _Scorer(searcher, fieldname, text, self.idf(searcher, fieldname, text), self)

    def score(self, frequency: float, length: float, mean_length: float, idf: float) -> float:
        """The formula of `index.lexical.bm25`."""
        k1, b = self._parameters.k1, self._parameters.b
        saturation = frequency + k1 * (1 - b + b * length / mean_length)
        return idf * frequency * (k1 + 1) / saturation


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]
    def __init__(
        self, searcher: Any, fieldname: str, text: str | bytes, idf: float, model: Bm25F
    ) -> None:
        reader = searcher.get_parent().reader()
        self._idf = idf
        self._mean = reader.field_length(fieldname) / max(1, _articles(reader, fieldname))
        self._length: Callable[[int], float] = lambda doc: searcher.doc_field_length(
            doc, fieldname, 0
        )
        self._model = model

    def supports_block_quality(self) -> bool:
        return False

    def score(self, matcher: Any) -> float:
        length: float = self._length(matcher.id())
        return self._model.score(float(matcher.weight()), length, self._mean, self._idf)


def _articles(reader: Any, fieldname: str) -> int:
    """Live articles of the field's language."""
    terms: ArrayTermsReader = reader._terms
    return len(terms.part(fieldname).universe)


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads one segment's arrays. Writing is `index.segment.postings`' business."""

    def __init__(self, live: LiveSegment) -> None:
        self._live = live

    def terms_reader(self, storage: object, segment: object) -> "ArrayTermsReader":
        """Terms and postings."""
        return ArrayTermsReader(self._live)

    def per_document_reader(self, storage: object, segment: object) -> "ArrayDocumentReader":
        """Lengths, deletions, stored ids."""
        return ArrayDocumentReader(self._live)


class _LiveSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh needs to know about a segment."""

    def __init__(self, live: LiveSegment) -> None:
        super().__init__("MAIN")
        self.segid = live.segment.name
        self._doccount = len(live.segment.columns)
        self._deleted = set(live.deleted.tolist()) or None


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms of all fields in Whoosh's order: by field name, then by the term's bytes."""

    def __init__(self, live: LiveSegment) -> None:
        self._live = live

    def part(self, fieldname: str) -> LanguagePart:
        """The part for a field's language. Raises KeyError for other fields."""
        return self._live.parts[fieldname.partition("_")[2]]

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return self._postings(fieldname, text) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms of all fields."""
        for fieldname in sorted(self.indexed_field_names()):
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from `prefix` on."""
        for term in self.part(fieldname).postings.terms.strings():
            encoded = term.encode()
            if encoded >= prefix and self._postings(fieldname, encoded) is not None:
                yield fieldname, encoded

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """All terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """The terms of a field from `prefix` on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> reading.TermInfo:
        """A term's statistics. Raises KeyError."""
        found = self._postings(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        docs, weights, _ = found
        return reading.TermInfo(
            weight=sum(weights),
            df=len(docs),
            minlength=0,
            maxweight=max(weights),
            minid=docs[0],
            maxid=docs[-1],
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The weighted number of occurrences."""
        weight: float = self.term_info(fieldname, text).weight()
        return weight

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """The number of live articles."""
        found = self._postings(fieldname, text)
        return 0 if found is None else len(found[0])

    def matcher(
        self, fieldname: str, text: bytes, format_: object, scorer: object = None
    ) -> "ArrayMatcher":
        """The postings as a Whoosh matcher. Raises KeyError."""
        found = self._postings(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        return ArrayMatcher((fieldname, text), *found, format_, scorer)

    def indexed_field_names(self) -> list[str]:
        """`text_xx`, `title_xx` and `body_xx` for each language."""
        return [f"{name}_{language}" for language in self._live.parts for name in _FIELDS]

    def _postings(
        self, fieldname: str, text: bytes
    ) -> tuple[list[int], list[float], list[list[int]]] | None:
        """Live articles of a term in a field, with parallel weights and positions."""
        part, field = self.part(fieldname), _FIELDS[fieldname.partition("_")[0]]
        number = part.postings.terms.find(text.decode())
        if number is None:
            return None
        postings = part.postings.posting_range(number)
        title = part.postings.title_counts[postings].tolist()
        body = part.postings.body_counts[postings].tolist()
        counts = np.array(title) + np.array(body)
        positions = np.split(part.postings.positions_of(number)[0], np.cumsum(counts)[:-1])
        docs, weights, spans = [], [], []
        for at, doc in enumerate(part.postings.docs[postings].tolist()):
            own = positions[at].tolist()
            weight, own = {
                None: (title[at] * part.parameters.title_weight + body[at], own),
                TextField.TITLE: (title[at], own[: title[at]]),
                TextField.BODY: (body[at], own[title[at] :]),
            }[field]
            if weight and doc in part.universe:
                docs.append(doc)
                weights.append(float(weight))
                spans.append(own)
        return (docs, weights, spans) if docs else None


class ArrayDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths in terms, weighted as in the postings of the fields."""

    def __init__(self, live: LiveSegment) -> None:
        self._live = live

    def doc_count(self) -> int:
        """Live articles."""
        return int(self._live.live.sum())

    def doc_count_all(self) -> int:
        """All articles, including deleted ones."""
        return len(self._live.segment.columns)

    def has_deletions(self) -> bool:
        """Whether any article is deleted."""
        return bool(len(self._live.deleted))

    def is_deleted(self, docnum: int) -> bool:
        """Whether this article is deleted."""
        return not self._live.live[docnum]

    def deleted_docs(self) -> list[int]:
        """The deleted articles' ordinals."""
        ordinals: list[int] = self._live.deleted.tolist()
        return ordinals

    def supports_columns(self) -> bool:
        """Always False: columns are not stored with Whoosh."""
        return False

    @cached_property
    def _lengths(self) -> dict[str, list[float]]:
        columns = self._live.segment.columns
        title, body = columns.title_lengths.astype(float), columns.body_lengths.astype(float)
        weighted = title * self._live.parameters.title_weight + body
        return {"title": title.tolist(), "body": body.tolist(), "text": weighted.tolist()}

    def doc_field_length(self, docnum: int, fieldname: str, default: float = 0) -> float:
        """An article's length in a field."""
        length: float = self._lengths[fieldname.partition("_")[0]][docnum]
        return length

    def field_length(self, fieldname: str) -> float:
        """The sum of lengths over the live articles of the field's language."""
        return sum(self._field_lengths(fieldname))

    def min_field_length(self, fieldname: str) -> float:
        """The length of the shortest live article."""
        return min(self._field_lengths(fieldname))

    def max_field_length(self, fieldname: str) -> float:
        """The length of the longest live article."""
        return max(self._field_lengths(fieldname))

    def _field_lengths(self, fieldname: str) -> list[float]:
        name, _, language = fieldname.partition("_")
        return [self._lengths[name][doc] for doc in self._live.parts[language].universe.tolist()]

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """The article's id."""
        return {"id": self._live.segment.columns.article_id(docnum)}


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Iterates over one term's postings."""

    def __init__(
        self,
        term: tuple[str, bytes],
        docs: Sequence[int],
        weights: Sequence[float],
        positions: Sequence[Sequence[int]],
        format_: object,
        scorer: Any,
    ) -> None:
        self._term = term
        self._docs, self._weights, self._positions = docs, weights, positions
        self.format, self.scorer = format_, scorer
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a current posting."""
        return self._at < len(self._docs)

    def reset(self) -> None:
        """Return to the first posting."""
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        """An independent matcher at the same posting."""
        twin = ArrayMatcher(
            self._term, self._docs, self._weights, self._positions, self.format, self.scorer
        )
        twin._at = self._at
        return twin

    def id(self) -> int:
        """The current article's ordinal."""
        return self._docs[self._at]

    def all_ids(self) -> Iterator[int]:
        """All articles' ordinals."""
        return iter(self._docs)

    def next(self) -> bool:
        """Advance to the next posting."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id: int) -> None:
        """Advance to the first posting not before `id`."""
        while self.is_active() and self._docs[self._at] < id:
            self._at += 1

    def weight(self) -> float:
        """The weighted number of occurrences."""
        return self._weights[self._at]

    def score(self) -> float:
        """The scorer's score, or the weight without one."""
        return self.weight() if self.scorer is None else float(self.scorer.score(self))

    def supports_block_quality(self) -> bool:
        """Postings are not in blocks."""
        return False

    def spans(self) -> list[Span]:
        """The current posting's positions."""
        return [Span(position) for position in self._positions[self._at]]

    def value_as(self, astype: str) -> Any:
        """Positions, or frequency."""
        positions = list(self._positions[self._at])
        return positions if astype == "positions" else len(positions)
