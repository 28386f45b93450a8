"""From one record to one article, or the reason why it is not one. Shared by all formats."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from index.domain import Article, RecordNote
from index.errors import NoText, RecordError
from index.feeds.markup import plain_field
from index.readers import ninjs, wordpress_posts
from index.readers.field_names import renamed
from index.readers.no_text import explained
from index.readers.options import ReadOptions, completed
from index.records.normalise import article_from_fields

_WITH_MARKUP = ("title", "text", "byline", "section")
"""Fields in which a CMS may write HTML or its references to characters."""


def parse_json(text: str) -> Any:
    """A JSON value. Raises ValueError with the position and what is wrong."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        what = error.msg.removesuffix(" at")
        raise ValueError(f"not valid JSON: {what} at {line}column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("this JSON cannot be read: it is nested too deeply") from error


def record_or_error(
    record: Any, place: str, options: ReadOptions, notes: Iterable[str] = ()
) -> Article | RecordError:
    """An article from a record whose fields its maker named; without a text, they are named."""
    made = article_or_error(record, place, options, notes, has_markup=True)
    if isinstance(made, NoText) and not ninjs.is_ninjs(record):
        return explained(made, record)
    return made


def article_or_error(
    record: Any,
    place: str,
    options: ReadOptions,
    notes: Iterable[str] = (),
    *,
    has_markup: bool = False,
) -> Article | RecordError:
    """An article from a JSON value: newsearch's own fields, common synonyms, ninjs, or WordPress.

    `notes` are what its reader has to report about the record. With `has_markup` its title and text
    may be HTML, and become text unless the options keep markup.
    """
    if not isinstance(record, dict):
        return RecordError(place, 'expected an object with at least a "text"')
    try:
        fields = renamed(_known_fields(record, place), options.mapping)
        if has_markup and not options.keeps_markup:
            fields = _without_markup(fields)
        fields = completed(fields, options)
        article = article_from_fields(
            fields,
            place,
            options.detect,
            options.zones,
            orders=options.orders,
            headlines=options.headlines,
        )
    except RecordError as error:
        return error
    made = tuple(RecordNote(place, what) for what in notes)
    return replace(article, notes=made + article.notes) if made else article


def _without_markup(fields: dict[str, Any]) -> dict[str, Any]:
    written = {name: fields.get(name) for name in _WITH_MARKUP}
    return fields | {
        name: plain_field(value) for name, value in written.items() if isinstance(value, str)
    }


def _known_fields(record: dict[str, Any], place: str) -> dict[str, Any]:
    """The fields of a record, read as its standard demands if it has one."""
    if ninjs.is_ninjs(record):
        return ninjs.fields_of(record)
    if not wordpress_posts.is_post(record):
        return record
    try:
        return wordpress_posts.fields_of(record)
    except ValueError as error:
        raise RecordError(place, str(error)) from error
