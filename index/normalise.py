"""From the fields of a record to an `Article`: checked, cleaned, completed.

The one way in for every format and for HTTP. Every string that leaves here is clean
(`index.clean_text`). A record that cannot become an article gives a RecordError that names the
field.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from index.clean_text import clean, clean_line, clean_value
from index.dateline import Dateline, split_dateline
from index.dates import parse_date
from index.domain import Article, NewsDate
from index.errors import RecordError
from index.language_tags import primary_subtag
from index.sentences import sentence_spans

MAX_TEXT_CHARS = 10_000_000
MAX_TITLE_CHARS = 2_000
MAX_ID_CHARS = 512
MAX_URL_CHARS = 4_000
MAX_NAME_CHARS = 500
"""Of a source, a section, an author, a place or an agency."""

MAX_AUTHORS = 200
MAX_METADATA_CHARS = 1_000_000
"""Of all unknown fields together, as JSON."""

DERIVED_TITLE_CHARS = 120

Detect = Callable[[str], str]
"""From a text to its language, as `index.language.detect`."""

_KNOWN = frozenset(
    {"id", "title", "text", "lang", "date", "source", "section", "authors", "url", "place"}
    | {"agency"}
)
_TITLE_WINDOW_CHARS = 1_000
_ID_HEX_DIGITS = 16


def article_from_fields(fields: Mapping[str, Any], place: str, detect: Detect) -> Article:
    """Make an article of a record's fields; `place` (`file:line`) goes into errors.

    `text` is required, unless there is a title. A field that is null or blank counts as absent.
    Fields without a meaning here are kept as metadata; those of an object `metadata` too. Raises
    RecordError.
    """
    return _Record(fields, place).article(detect)


class _Record:
    """One record on its way; every method raises RecordError at its place."""

    def __init__(self, fields: Mapping[str, Any], place: str) -> None:
        self._fields = fields
        self._place = place

    def article(self, detect: Detect) -> Article:
        title = self._line("title", MAX_TITLE_CHARS)
        text = self._text()
        if not text and not title:
            raise self._error('there is no text; give "text", a string that is not blank')
        dateline = split_dateline(text)
        language = self._language() or detect(f"{title or ''}\n{text[dateline.body_start :]}")
        date = self._date()
        source = self._line("source", MAX_NAME_CHARS)
        url = self._line("url", MAX_URL_CHARS)
        return Article(
            id=self._line("id", MAX_ID_CHARS) or _derived_id(url, title, text, date, source),
            title=title or _derived_title(text, language, dateline),
            text=text,
            language=language,
            date=date,
            source=source,
            section=self._line("section", MAX_NAME_CHARS),
            authors=self._authors(),
            url=url,
            place=self._line("place", MAX_NAME_CHARS) or dateline.place,
            agency=self._line("agency", MAX_NAME_CHARS) or dateline.agency,
            body_start=dateline.body_start,
            is_title_derived=title is None,
            metadata=self._metadata(),
        )

    def _error(self, why: str) -> RecordError:
        return RecordError(self._place, why)

    def _string(self, name: str, limit: int) -> str | None:
        value = self._fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._error(f'"{name}" must be a string, not {_type_name(value)}')
        if len(value) > limit:
            raise self._error(f'"{name}" has {len(value):,} characters; at most {limit:,} fit')
        return value

    def _line(self, name: str, limit: int) -> str | None:
        value = self._string(name, limit)
        return clean_line(value) or None if value is not None else None

    def _text(self) -> str:
        return clean(self._string("text", MAX_TEXT_CHARS) or "").strip()

    def _language(self) -> str | None:
        value = self._line("lang", MAX_NAME_CHARS)
        if value is None:
            return None
        try:
            return primary_subtag(value)
        except ValueError as error:
            raise self._error(f'"lang": {error}') from error

    def _date(self) -> NewsDate | None:
        value = self._line("date", MAX_NAME_CHARS)
        if value is None:
            return None
        try:
            return parse_date(value)
        except ValueError as error:
            raise self._error(f'"date": {error}') from error

    def _authors(self) -> tuple[str, ...]:
        value = self._fields.get("authors")
        if value is None or isinstance(value, str):
            author = self._line("authors", MAX_NAME_CHARS)
            return (author,) if author else ()
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise self._error('"authors" must be a string or a list of strings')
        if len(value) > MAX_AUTHORS:
            raise self._error(f'"authors" has {len(value):,} names; at most {MAX_AUTHORS} fit')
        if any(len(name) > MAX_NAME_CHARS for name in value):
            raise self._error(f'a name in "authors" has more than {MAX_NAME_CHARS} characters')
        # A dict keeps the order and drops repetitions.
        return tuple(dict.fromkeys(name for name in map(clean_line, value) if name))

    def _metadata(self) -> dict[str, Any]:
        unknown = {name: value for name, value in self._fields.items() if name not in _KNOWN}
        nested = unknown.get("metadata")
        if isinstance(nested, Mapping):
            del unknown["metadata"]
            unknown = {**nested, **unknown}
        try:
            metadata: dict[str, Any] = clean_value(unknown)
        except ValueError as error:
            raise self._error(f"an unknown field cannot be kept: {error}") from error
        if metadata and len(json.dumps(metadata, ensure_ascii=False)) > MAX_METADATA_CHARS:
            raise self._error(
                f"the unknown fields have more than {MAX_METADATA_CHARS:,} characters together"
            )
        return metadata


def _type_name(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object" if isinstance(value, Mapping) else "this")


def _derived_id(
    url: str | None, title: str | None, text: str, date: NewsDate | None, source: str | None
) -> str:
    """An id that the same record gets again: of its URL, else of its content.

    An agency's report under two sources is two articles.
    """
    content = [url] if url else [title, text, date.value if date else None, source]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
    return digest[:_ID_HEX_DIGITS]


def _derived_title(text: str, language: str, dateline: Dateline) -> str:
    """The first sentence of the body, cut at a word."""
    start = dateline.body_start
    window = text[start : start + _TITLE_WINDOW_CHARS].lstrip().partition("\n")[0]
    spans = sentence_spans(window, language)
    sentence = window[slice(*spans[0])].strip() if spans else window.strip()
    if len(sentence) <= DERIVED_TITLE_CHARS:
        return sentence
    cut = sentence[:DERIVED_TITLE_CHARS]
    at_word = cut if sentence[DERIVED_TITLE_CHARS].isspace() else cut.rpartition(" ")[0]
    return (at_word or cut).rstrip(" ,;:–—-") + "…"
