"""From the fields of a record to an `Article`: checked, cleaned, completed.

The only entry point for every format and for HTTP. Every resulting string is clean
(`index.text.clean_text`). A record that cannot become an article results in a RecordError that
names the field.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from index.domain import UNKNOWN_LANGUAGE, Article, Locator, NewsDate, Usage
from index.errors import NoText
from index.records.dateline import Dateline, split_dateline
from index.records.news_fields import NAMES, news_fields
from index.records.record_fields import MAX_NAME_CHARS, RecordFields, named
from index.records.source_zones import NO_ORDERS, NO_ZONES, SourceOrders, SourceZones
from index.text.clean_text import clean_line, clean_value
from index.text.language_tags import primary_subtag
from index.text.locators import located_text
from index.text.sentences import sentence_spans

MAX_TEXT_CHARS = 10_000_000
MAX_TITLE_CHARS = 2_000
MAX_ID_CHARS = 512
MAX_URL_CHARS = 4_000
MAX_AUTHORS = 200
MAX_METADATA_CHARS = 1_000_000
"""The size limit for all unknown fields together, as JSON."""

DERIVED_TITLE_CHARS = 120

Detect = Callable[[str], str]
"""From a text to its language, as `index.text.language.detect`."""

_KNOWN = frozenset(
    {"id", "title", "text", "lang", "date", "source", "section", "authors", "url", "place"}
    | {"agency", "assumed_zones", "is_headline", "locators", *NAMES}
    | {f"{name}_origin" for name in ("date", "created", "updated", "embargo")}
)
_TITLE_WINDOW_CHARS = 1_000
_ID_HEX_DIGITS = 16


def article_from_fields(
    fields: Mapping[str, Any],
    place: str,
    detect: Detect,
    zones: SourceZones = NO_ZONES,
    *,
    orders: SourceOrders = NO_ORDERS,
    headlines: bool = False,
) -> Article:
    """Make an article from a record's fields; `place` (`file:line`) is used in errors.

    `text` is required, unless `headlines`, or `is_headline` of the record, accepts a title alone,
    or the record is a notice: it has an id and says that the article of that id is cancelled or
    withheld. A null or blank field counts as absent. An optional field that cannot be used is left
    out and noted. Unknown fields are kept as metadata, as are those of an object called `metadata`.
    A date may be a `NewsDate`, and `date_origin` say where it was found. Raises RecordError.
    """
    return _Record(fields, place, zones, orders).article(detect, headlines)


class _Record(RecordFields):
    """One record being converted; every method raises RecordError with its place."""

    def article(self, detect: Detect, headlines: bool) -> Article:
        title = self._title()
        text, locators = self._text()
        is_headline = headlines or self.fields.get("is_headline") is True
        if not text and not (title and is_headline):
            return self._notice(title)
        dateline = split_dateline(text)
        tag = self.optional(self._tag, None)
        language = (self._language() if tag else None) or detect(
            f"{title or ''}\n{text[dateline.body_start :]}"
        )
        self.written_in = tag or language
        date = self.optional_date("date")
        source = self.optional_line("source")
        url = self.optional_line("url", MAX_URL_CHARS)
        return Article(
            id=self.line("id", MAX_ID_CHARS) or _derived_id(url, title, text, date, source),
            title=title or _derived_title(text, language, dateline),
            text=text,
            language=language,
            date=date,
            source=source,
            section=self.optional_line("section"),
            authors=self.optional(self._authors, ()),
            url=url,
            place=self.optional_line("place") or dateline.place,
            agency=self.optional_line("agency") or dateline.agency,
            body_start=dateline.body_start,
            is_title_derived=title is None,
            news=news_fields(self),
            locators=locators,
            metadata=self.optional(self._metadata, {}),
            read_from=self.place,
            notes=tuple(self.notes),
        )

    def _notice(self, title: str | None) -> Article:
        """A notice that removes another article from all results and has no text of its own."""
        news = news_fields(self)
        article_id = self.line("id", MAX_ID_CHARS)
        url = self.optional_line("url", MAX_URL_CHARS)
        if news.usage is Usage.USABLE or not (article_id or url):
            advice = "--headlines accepts a headline alone" if title else ""
            raise NoText(self.place, advice, title is not None)
        named = article_id or _derived_id(url, None, "", None, None)
        return Article(
            id=named,
            title=title or named,
            text="",
            language=self.optional(self._language, None) or UNKNOWN_LANGUAGE,
            date=self.optional_date("date"),
            source=self.optional_line("source"),
            url=url,
            is_title_derived=title is None,
            news=news,
            metadata=self.optional(self._metadata, {}),
            read_from=self.place,
            notes=tuple(self.notes),
        )

    def _text(self) -> tuple[str, tuple[Locator, ...]]:
        try:
            return located_text(
                self.string("text", MAX_TEXT_CHARS) or "", self.fields.get("locators")
            )
        except ValueError as error:
            raise self.error(f'"locators": {error}') from error

    def _title(self) -> str | None:
        """The title; one that is too long is cut, since a text may be all in it."""
        value = self.fields.get("title")
        if not isinstance(value, str) or len(value) <= MAX_TITLE_CHARS:
            return self.optional_line("title", MAX_TITLE_CHARS)
        self.note(f'"title" has {len(value):,} characters; it is cut after {MAX_TITLE_CHARS:,}')
        return clean_line(value)[:MAX_TITLE_CHARS]

    def _tag(self) -> str | None:
        """The language with its region, which decides the order in numeric dates."""
        return self.line("lang") if self._language() else None

    def _language(self) -> str | None:
        value = self.line("lang")
        if value is None:
            return None
        try:
            return primary_subtag(value)
        except ValueError as error:
            raise self.error(f'"lang": {error}') from error

    def _authors(self) -> tuple[str, ...]:
        value = self.fields.get("authors")
        if value is None or isinstance(value, str):
            author = self.line("authors")
            return (author,) if author else ()
        value = [value] if isinstance(value, Mapping) else value
        if isinstance(value, list | tuple):
            value = [named(one) for one in value]
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise self.error('"authors" must be a string or a list of strings')
        if len(value) > MAX_AUTHORS:
            raise self.error(f'"authors" has {len(value):,} names; at most {MAX_AUTHORS} fit')
        if any(len(name) > MAX_NAME_CHARS for name in value):
            raise self.error(f'a name in "authors" has more than {MAX_NAME_CHARS} characters')
        # A dict keeps the order and drops duplicates.
        return tuple(dict.fromkeys(name for name in map(clean_line, value) if name))

    def _metadata(self) -> dict[str, Any]:
        unknown = {name: value for name, value in self.fields.items() if name not in _KNOWN}
        nested = unknown.get("metadata")
        if isinstance(nested, Mapping):
            del unknown["metadata"]
            unknown = {**nested, **unknown}
        try:
            metadata: dict[str, Any] = clean_value(unknown)
            size_chars = len(json.dumps(metadata, ensure_ascii=False)) if metadata else 0
        except ValueError as error:
            raise self.error(f"an unknown field cannot be kept: {error}") from error
        if size_chars > MAX_METADATA_CHARS:
            raise self.error(
                f"the unknown fields have more than {MAX_METADATA_CHARS:,} characters together"
            )
        return metadata


def _derived_id(
    url: str | None, title: str | None, text: str, date: NewsDate | None, source: str | None
) -> str:
    """An id that the same record would get again: derived from its URL, or else from its content.

    An agency report under two sources is two articles.
    """
    content = [url] if url else [title, text, date.value if date else None, source]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
    return digest[:_ID_HEX_DIGITS]


def _derived_title(text: str, language: str, dateline: Dateline) -> str:
    """The first sentence of the body, cut at a word boundary."""
    start = dateline.body_start
    window = text[start : start + _TITLE_WINDOW_CHARS].lstrip().partition("\n")[0]
    spans = sentence_spans(window, language)
    sentence = window[slice(*spans[0])].strip() if spans else window.strip()
    if len(sentence) <= DERIVED_TITLE_CHARS:
        return sentence
    cut = sentence[:DERIVED_TITLE_CHARS]
    at_word = cut if sentence[DERIVED_TITLE_CHARS].isspace() else cut.rpartition(" ")[0]
    return (at_word or cut).rstrip(" ,;:–—-") + "…"
