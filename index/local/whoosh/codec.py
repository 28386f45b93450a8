"""One segment as a Whoosh reader, by the codec that reads our arrays."""

import numpy as np
from numpy.typing import NDArray
from whoosh import reading
from whoosh.codec import base
from whoosh.fields import Schema

from index.lexical.plan import Spelling
from index.local.live_segment import LiveSegment
from index.local.whoosh.documents import ArrayDocumentReader, language_articles
from index.local.whoosh.occurrences import Occurrences
from index.local.whoosh.terms import ArrayTermsReader
from index.protocols import AnalyzerFor, Articles
from index.segment.columns import Columns


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads one segment's arrays. Writing is `index.segment.postings`' business."""

    def __init__(
        self,
        live: LiveSegment,
        schema: Schema,
        analyzer_for: AnalyzerFor,
        articles: Articles | None,
    ) -> None:
        self.live = live
        self._schema = schema
        self._analyzer_for = analyzer_for
        self._articles = articles

    def terms_reader(self, storage: object, segment: object) -> ArrayTermsReader:
        """Terms and postings."""
        return ArrayTermsReader(self.live, self._schema, self._analyzer_for)

    def per_document_reader(self, storage: object, segment: object) -> ArrayDocumentReader:
        """Lengths, deletions, columns, stored fields."""
        return ArrayDocumentReader(self.live, self._schema, self._articles)

    def articles(self, fieldname: str) -> int:
        """Live articles of a field's language."""
        return language_articles(self.live, fieldname)


class _LiveSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh needs to know about a segment."""

    def __init__(self, live: LiveSegment) -> None:
        super().__init__("MAIN")
        self.segid = live.segment.name
        self._doccount = len(live.segment.columns)
        self._deleted = set(live.deleted.tolist()) or None


class SegmentReader(reading.SegmentReader):  # type: ignore[misc]
    """Whoosh's reader of a segment, with the forms of a word and the segment's columns."""

    @property
    def columns(self) -> Columns:
        """The columns of all articles, including deleted ones."""
        return self.codec().live.segment.columns  # type: ignore[no-any-return]

    @property
    def live(self) -> NDArray[np.bool_]:
        """`(n,) bool`: which articles are not deleted."""
        return self.codec().live.live  # type: ignore[no-any-return]

    def places(self, fieldname: str, term: str, spelling: Spelling | None) -> Occurrences | None:
        """The positions of a term of one language, or of those of its words that are written so."""
        return self._terms.places(fieldname, term, spelling)  # type: ignore[no-any-return]

    def forms(self, fieldname: str, text: bytes) -> set[str]:
        """The words that a word of a text field stands for in this segment."""
        return self._terms.forms(fieldname, text)  # type: ignore[no-any-return]


def segment_reader(
    live: LiveSegment,
    schema: Schema,
    analyzer_for: AnalyzerFor,
    articles: Articles | None = None,
    *,
    generation: int | None = None,
) -> SegmentReader:
    """The segment as a Whoosh reader; its stored fields come from `articles`."""
    codec = ArrayCodec(live, schema, analyzer_for, articles)
    return SegmentReader(None, schema, _LiveSegment(live), generation=generation, codec=codec)
