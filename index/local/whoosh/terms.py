"""The terms of one segment as Whoosh's terms reader."""

from collections.abc import Iterator
from functools import cached_property
from heapq import merge
from itertools import chain, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import reading
from whoosh.codec import base
from whoosh.fields import FieldType, Schema

from index.lexical.evaluate import LanguagePart
from index.lexical.plan import Spelling
from index.local.live_segment import LiveSegment
from index.local.whoosh.occurrences import (
    ArrayMatcher,
    Occurrences,
    merged,
    no_positions,
    occurrences_of,
)
from index.local.whoosh.schema import DATE, EXACT_FIELDS, ID, FieldName, whoosh_date
from index.protocols import AnalyzerFor
from index.query import ExactField, TextField
from index.runtime.lru import LruCache
from index.segment.columns import UNDATED_S

KEPT_TERMS = 512
"""Terms whose occurrences are cached: Whoosh asks for the same term several times per query."""


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms of all fields in Whoosh's order: by field name, then by the term's bytes."""

    def __init__(self, live: LiveSegment, schema: Schema, analyzer_for: AnalyzerFor) -> None:
        self._live = live
        self._schema = schema
        self._analyzer_for = analyzer_for
        self._found: LruCache[tuple[str, bytes], Occurrences | None] = LruCache(KEPT_TERMS)

    def articles(self, fieldname: str) -> int:
        """Live articles of the field's language."""
        return sum(len(part.universe) for _, part in self._parts(fieldname))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._occurrences(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms of all fields."""
        for fieldname in sorted(self.indexed_field_names()):
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from `prefix` on, then those of the fields after it."""
        for at, name in enumerate(sorted(n for n in self.indexed_field_names() if n >= fieldname)):
            for text in self.texts(name, b"" if at else prefix):
                yield name, text

    def texts(self, fieldname: str, start: bytes) -> Iterator[bytes]:
        """The texts of a field's terms from `start` on, in order of their bytes."""
        name = FieldName.of(fieldname)
        if name is None:
            return (text for text in self._values(fieldname) if text >= start)
        field = name.text_field
        if name.language is None:
            forms = [_live_forms(part, field, start) for _, part in self._parts(fieldname)]
            return (form for form, _ in groupby(merge(*forms)))
        terms = [_live_terms(part, field, start) for _, part in self._parts(fieldname)]
        return chain(*terms)

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """All terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """The terms of a field from `prefix` on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: FieldType) -> "TermsCursor":
        """A cursor over the terms of a field."""
        return TermsCursor(self, fieldname, fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> reading.TermInfo:
        """A term's statistics. Raises KeyError."""
        found = self._required(fieldname, text)
        return reading.TermInfo(
            weight=float(found.weights.sum()),
            df=len(found),
            minlength=1,
            maxweight=float(found.weights.max()),
            minid=int(found.docs[0]),
            maxid=int(found.docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The weighted number of occurrences."""
        found = self._occurrences(fieldname, text)
        return 0.0 if found is None else float(found.weights.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """The number of live articles."""
        found = self._occurrences(fieldname, text)
        return 0 if found is None else len(found)

    def matcher(
        self, fieldname: str, text: bytes, format_: object, scorer: object = None
    ) -> ArrayMatcher:
        """The postings as a Whoosh matcher. Raises TermNotFound."""
        if (found := self._occurrences(fieldname, text)) is None:
            raise reading.TermNotFound(f"no term {fieldname}:{text!r}")
        return ArrayMatcher((fieldname, text), found, format_, scorer)

    def indexed_field_names(self) -> list[str]:
        """All fields with terms."""
        return list(self._schema.names())

    def forms(self, fieldname: str, text: bytes) -> set[str]:
        """The words that a word of a text field stands for in this segment, in lower case."""
        name = FieldName.of(fieldname)
        if name is None or name.language is not None:
            return {text.decode()}
        found = set()
        for language, part in self._parts(fieldname):
            for term in self._terms_of(language, part, text.decode()):
                number = part.postings.terms.find(term)
                if number is not None:
                    forms = np.flatnonzero(part.postings.surface_terms == number)
                    found.update(part.postings.surfaces.take(forms))
                    found.update(word.lower() for word in part.postings.written.take(forms))
        return found

    def places(self, fieldname: str, term: str, spelling: Spelling | None) -> Occurrences | None:
        """The positions of a term of one language, or of those of its words that are written so."""
        name = FieldName.of(fieldname)
        assert name is not None, fieldname
        for _, part in self._parts(fieldname):
            return occurrences_of(part, term, name.text_field, spelling)
        return None

    def _parts(self, fieldname: str) -> list[tuple[str, LanguagePart]]:
        name = FieldName.of(fieldname)
        language = None if name is None else name.language
        parts = self._live.parts
        return [one for one in parts.items() if language is None or one[0] == language]

    def _required(self, fieldname: str, text: bytes) -> Occurrences:
        found = self._occurrences(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        return found

    def _occurrences(self, fieldname: str, text: bytes) -> Occurrences | None:
        return self._found.get((fieldname, text), lambda: self._look_up(fieldname, text))

    def _look_up(self, fieldname: str, text: bytes) -> Occurrences | None:
        name = FieldName.of(fieldname)
        if name is None:
            return self._whole_values(fieldname, text)
        found = []
        for language, part in self._parts(fieldname):
            word = text.decode()
            terms = {word} if name.language else self._terms_of(language, part, word)
            found += [occurrences_of(part, term, name.text_field) for term in terms]
        return merged([one for one in found if one is not None])

    def _terms_of(self, language: str, part: LanguagePart, word: str) -> set[str]:
        """The terms of a word: as the language analyses it, and as a surface form of the index."""
        terms = {self._analyzer_for(language).query_terms(word)[0].term}
        surface = part.postings.surfaces.find(word)
        if surface is not None:
            terms.add(part.postings.terms[int(part.postings.surface_terms[surface])])
        return terms

    @cached_property
    def _dates(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The dates of live, dated articles in ascending order, and their ordinals."""
        starts = self._live.segment.columns.dates(self._live.live_ordinals)
        order = np.argsort(starts, kind="stable")[np.count_nonzero(starts == UNDATED_S) :]
        return starts[order], self._live.live_ordinals[order]

    def _values(self, fieldname: str) -> list[bytes]:
        """The terms of a field that is matched as a whole, in order."""
        columns = self._live.segment.columns
        if fieldname == ID:
            return [one.encode() for one in sorted(columns.article_ids(self._live.live_ordinals))]
        if fieldname == DATE:
            field = self._schema[DATE]
            starts = np.unique(self._dates[0]).tolist()
            return [field.to_bytes(whoosh_date(start)) for start in starts]
        if fieldname in EXACT_FIELDS:
            folded = {
                value.casefold().encode() for value in columns.values(EXACT_FIELDS[fieldname])
            }
            return [text for text in sorted(folded) if self._occurrences(fieldname, text)]
        return []

    def _whole_values(self, fieldname: str, text: bytes) -> Occurrences | None:
        columns = self._live.segment.columns
        if fieldname == ID:
            docs = np.flatnonzero(columns.equal(ExactField.ID, text.decode()) & self._live.live)
        elif fieldname == DATE:
            starts, dated = self._dates
            date = self._schema[DATE].from_bytes(text)
            start_s = round((date - whoosh_date(0)).total_seconds())
            low, high = np.searchsorted(starts, [start_s, start_s + 1])
            docs = np.sort(dated[low:high])
        elif fieldname in EXACT_FIELDS:
            mask = columns.equal(EXACT_FIELDS[fieldname], text.decode())
            docs = np.flatnonzero(mask & self._live.live)
        else:
            return None
        return Occurrences(docs, np.ones(len(docs)), no_positions) if len(docs) else None


def _live_terms(part: LanguagePart, field: TextField | None, start: bytes) -> Iterator[bytes]:
    """The terms of live articles in a field, from `start` on."""
    for _, term in part.postings.terms.strings_from(start):
        if part.document_frequency(term, field):
            yield term.encode()


def _live_forms(part: LanguagePart, field: TextField | None, start: bytes) -> Iterator[bytes]:
    """The surface forms, from `start` on, whose terms live articles have in a field."""
    terms, term_of = part.postings.terms, part.postings.surface_terms
    is_certain = field is None and part.live is None
    for position, form in part.postings.surfaces.strings_from(start):
        if is_certain or part.document_frequency(terms[int(term_of[position])], field):
            yield form.encode()


class TermsCursor(base.FieldCursor):  # type: ignore[misc]
    """Steps through the terms of one field."""

    def __init__(self, terms: ArrayTermsReader, fieldname: str, fieldobj: FieldType) -> None:
        self._terms = terms
        self._fieldname = fieldname
        self._field = fieldobj
        self._text: str | None = None
        self.first()

    def first(self) -> str | None:
        """Go to the first term."""
        return self.find(b"")

    def find(self, string: str | bytes) -> str | None:
        """Go to the first term not before `string`."""
        start = string if isinstance(string, bytes) else self._field.to_bytes(string)
        self._left = self._terms.texts(self._fieldname, start)
        return self.next()

    def next(self) -> str | None:
        """Go to the next term."""
        text = next(self._left, None)
        self._text = None if text is None else self._field.from_bytes(text)
        return self._text

    def text(self) -> str | None:
        """The current term; None after the last."""
        return self._text

    term = text
    """What Whoosh's cursor over several segments calls it."""

    def term_info(self) -> reading.TermInfo:
        """The current term's statistics."""
        return self._terms.term_info(self._fieldname, self._field.to_bytes(self._text))

    def is_valid(self) -> bool:
        """Whether there is a current term."""
        return self._text is not None
