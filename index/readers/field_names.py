"""The names of fields in records that were not made for newsearch.

Names are compared without case, spaces, `-` and `_`. A field's own name comes first; a synonym is
used only if the field is still empty and the value has the right type.
"""

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from index.errors import RecordError
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

    `mapping` (field → its name in the record, or several joined by `+`) takes precedence. If the
    record lacks a mapped name, the field is absent.
    """
    parts = {field: parts_of(name, record) for field, name in mapping.items()}
    mapped = {name for names in parts.values() for name in names}
    fields = {name: value for name, value in record.items() if name not in mapped}
    for field, names in parts.items():
        fields[field] = _joined(field, [record.get(name) for name in names])
    by_name = {_key(name): name for name in reversed(fields) if isinstance(name, str)}
    for field, keys in _KEYS.items():
        if fields.get(field) is not None or field in mapping:
            continue
        for key in keys:
            found = by_name.get(key)
            if found is not None and found not in mapping and _fits(field, fields.get(found)):
                fields[field] = fields.pop(found)
                break
    return fields


def parts_of(name: str, record: Collection[str]) -> tuple[str, ...]:
    """The names that a mapped name stands for: itself if the record has it, or its parts at `+`."""
    return (name,) if name in record or "+" not in name else tuple(name.split("+"))


def _joined(field: str, values: Sequence[Any]) -> Any:
    """Several values as one: paragraphs of a text, a list of authors, else a line."""
    if len(values) == 1:
        return values[0]
    found = [value for value in values if value is not None and str(value).strip()]
    if field in ("authors", "subjects"):
        return [one for value in found for one in (value if isinstance(value, list) else [value])]
    return ("\n\n" if field == "text" else " ").join(map(str, found)) or None


def check_mapping(names: Collection[str], mapping: Mapping[str, str], place: str) -> None:
    """Raise RecordError if a table lacks a column that is mapped."""
    for field, name in mapping.items():
        for part in parts_of(name, names):
            if part not in names:
                raise RecordError(
                    place,
                    f"it has no column {part!r}, which --map gives for {field}; its columns are "
                    f"{', '.join(names)[:500]}",
                )


def knows(name: str) -> bool:
    """Whether a column of this name is one of ours or a known synonym."""
    return _key(name) in _KNOWN


@functools.lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return _IGNORED.sub("", name).casefold()


_KEYS = {
    field: tuple(_key(name) for name in (field, *others)) for field, others in OTHER_NAMES.items()
}
_KNOWN = frozenset(key for keys in _KEYS.values() for key in keys)


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
