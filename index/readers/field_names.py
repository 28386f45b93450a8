"""The names of fields in records that were not made for newsearch.

Names are compared without case, spaces, `-` and `_`. A field's own name comes first; a synonym is
used only if the field is still empty and the value has the right type.
"""

import re
from collections.abc import Mapping
from typing import Any

from index.records.record_fields import is_number, named

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("guid", "article_id", "doc_id", "uuid"),
    "title": ("headline", "article_title"),
    "text": ("body", "content", "article", "article_text", "full_text", "body_text", "maintext"),
    "lang": ("language", "language_code"),
    "date": (
        "published", "date_published", "published_at", "published_date", "publication_date",
        "publish_date", "date_publish", "pub_date", "datetime",
    ),
    "created": ("first_created", "date_created", "created_at"),
    "updated": ("version_created", "modified", "date_modified", "updated_at", "last_modified"),
    "source": ("publisher", "outlet", "newspaper", "publication", "source_name"),
    "section": ("category", "ressort", "rubric"),
    "authors": ("author",),
    "url": ("link", "article_url", "web_url", "canonical_url"),
    "place": ("located",),
    "subjects": ("subject",),
    "embargo": ("embargoed", "embargo_until"),
    "usage": ("pubstatus", "pub_status"),
}  # fmt: skip

_IGNORED = re.compile(r"[\s_-]+")


def renamed(record: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The record under newsearch's names.

    `mapping` (field → its name in the record) takes precedence. If the record lacks a mapped name,
    the field is absent.
    """
    fields = {name: value for name, value in record.items() if name not in mapping.values()}
    for field, name in mapping.items():
        fields[field] = record.get(name)
    by_name = {_key(name): name for name in reversed(fields) if isinstance(name, str)}
    for field, others in OTHER_NAMES.items():
        if fields.get(field) is not None or field in mapping:
            continue
        for other in (field, *others):
            found = by_name.get(_key(other))
            if found is not None and found not in mapping and _fits(field, fields.get(found)):
                fields[field] = fields.pop(found)
                break
    return fields


def knows(name: str) -> bool:
    """Whether a column of this name is one of ours or a known synonym."""
    return _key(name) in _KNOWN


def _key(name: str) -> str:
    return _IGNORED.sub("", name).casefold()


_KNOWN = frozenset(_key(name) for field in OTHER_NAMES for name in (field, *OTHER_NAMES[field]))


def _fits(field: str, value: Any) -> bool:
    """Whether the value has a plausible type: an object or a number is something else with the same
    name.
    """
    if field in ("date", "created", "updated"):
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    if field == "authors":
        items = value if isinstance(value, list) else [value]
        return bool(items) and all(isinstance(named(item), str) for item in items)
    if field == "subjects":
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return is_list or isinstance(value, str)
    value = named(value)
    if field in ("id", "title"):
        return isinstance(value, str) or is_number(value)
    return isinstance(value, str)
