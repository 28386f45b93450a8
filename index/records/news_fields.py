"""`NewsFields` from a record: the news fields, under the names listed in docs/formats.md."""

import re
from typing import Any

from index.domain import NewsFields, Subject, Usage
from index.errors import RecordError
from index.records.record_fields import MAX_NAME_CHARS, RecordFields, type_name
from index.text.clean_text import clean_line

NAMES = (
    "slugline", "byline", "dateline", "provider", "urgency", "subjects", "created", "updated",
    "version", "embargo", "usage",
)  # fmt: skip

MAX_SUBJECTS = 200
_EMBARGOED = "embargoed"
_CODES = ("code", "qcode", "uri", "id")
_USAGES = {
    **{usage.value: usage for usage in Usage},
    **dict.fromkeys(("canceled", "killed", "kill", "retracted", "withdrawn"), Usage.CANCELLED),
    **dict.fromkeys(("embargoed", "draft", "pending", "private"), Usage.WITHHELD),
}
_BEFORE_TERM = re.compile(r".*[:/#]")
"""What a QCode (`stat:canceled`) or a URI has before its last part."""


def news_fields(record: RecordFields) -> NewsFields:
    """Read them. What cannot be read is left out and noted. Raises RecordError for `usage`.

    An article whose embargo cannot be read is withheld: it may not be shown too early.
    """
    usage = _usage(record)
    try:
        embargo = record.date("embargo")
    except RecordError as error:
        embargo = None
        usage = usage if usage is Usage.CANCELLED else Usage.WITHHELD
        record.note(f"{error.why}; the article is withheld")
    return NewsFields(
        slugline=record.optional_line("slugline"),
        byline=record.optional_line("byline"),
        dateline=record.optional_line("dateline"),
        provider=record.optional_line("provider"),
        urgency=record.optional(lambda: _urgency(record), None),
        subjects=record.optional(lambda: _subjects(record), ()),
        created=record.optional_date("created"),
        updated=record.optional_date("updated"),
        version=record.optional(lambda: record.number("version"), None),
        embargo=embargo,
        usage=usage,
    )


def _urgency(record: RecordFields) -> int | None:
    urgency = record.number("urgency")
    if urgency is not None and not 1 <= urgency <= 9:
        raise record.error(f'"urgency" must be from 1 to 9, not {urgency}')
    return urgency


def _usage(record: RecordFields) -> Usage:
    """From the IPTC's terms, as words, QCodes or URIs (`canceled`, `stat:canceled`,
    `http://cv.iptc.org/newscodes/pubstatusg2/canceled`), in any case, and from those of newsrooms.

    What is embargoed until a given time is usable then. An unknown term is an error, because what
    may not be shown must never be shown.
    """
    given = record.line("usage")
    if given is None:
        return Usage.USABLE
    term = _BEFORE_TERM.sub("", given.casefold().rstrip("/"))
    if term == _EMBARGOED and record.optional_date("embargo") is not None:
        return Usage.USABLE
    usage = _USAGES.get(term)
    if usage is None:
        raise record.error(f'"usage" must be {", ".join(Usage)}, not {given[:40]!r}')
    return usage


def _subjects(record: RecordFields) -> tuple[Subject, ...]:
    value = record.fields.get("subjects")
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    if len(items) > MAX_SUBJECTS:
        raise record.error(f'"subjects" has {len(items):,} entries; at most {MAX_SUBJECTS} fit')
    found = (_subject(record, item) for item in items)
    return tuple(dict.fromkeys(subject for subject in found if subject is not None))


def _subject(record: RecordFields, item: Any) -> Subject | None:
    if isinstance(item, str):
        item = {"code": item}
    if not isinstance(item, dict):
        raise record.error(
            f'"subjects" holds {type_name(item)}; use strings, or objects with code and name'
        )
    name = _text(item.get("name"))
    code = next((text for key in _CODES if (text := _text(item.get(key)))), name)
    return Subject(code, name) if code else None


def _text(value: Any) -> str | None:
    return clean_line(value)[:MAX_NAME_CHARS] or None if isinstance(value, str) else None
