"""Reads test queries: `queries.jsonl`, one object per line with `id`, `text` and `lang`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.domain import UNKNOWN_LANGUAGE
from index.errors import RecordError
from search.evaluation.records import numbered_lines


@dataclass(frozen=True, slots=True)
class Query:
    """A test query: `text` as a user would type it, `language` the language it is written in."""

    id: str
    text: str
    language: str = UNKNOWN_LANGUAGE


def read_queries(path: Path) -> list[Query]:
    """The queries of a JSONL file, in order; keys other than id, text and lang are ignored.

    An id may be a number. A query without `lang` has the language `und`. Raises RecordError with
    the line.
    """
    queries: dict[str, Query] = {}
    for place, line in numbered_lines(path):
        query = parse_query(place, line)
        if query.id in queries:
            raise RecordError(place, f"the query id {query.id!r} occurs a second time")
        queries[query.id] = query
    return list(queries.values())


def parse_query(place: str, line: str) -> Query:
    """The query in one line, which is at `place`. Raises RecordError."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise RecordError(place, f"is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(place, 'expected an object such as {"id": "q1", "text": "…"}')
    language = _text_of(place, record, "lang") if record.get("lang") else UNKNOWN_LANGUAGE
    return Query(_text_of(place, record, "id"), _text_of(place, record, "text"), language)


def _text_of(place: str, record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise RecordError(place, f"{key!r} must be a non-empty string, not {value!r}")
    return value
