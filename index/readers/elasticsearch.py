"""What Elasticsearch and OpenSearch give out: search answers, scrolls, dumps and `_bulk` files.

Each hit's `_source` is a record like any other; `_id` is its id if it has none. Datashare keeps its
documents so, and is recognised by them.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from index.errors import RecordError
from index.readers import json_file, jsonl
from index.readers.format import Format, Record
from index.readers.left_out import LeftOut
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.text.language_names import tag_of_name

_ACTIONS = ("index", "create", "update", "delete")
_BULK = re.compile(
    rb'\A\s*\{\s*"(?:index|create|update|delete)"\s*:\s*\{[^\n{}]{0,2000}\}\s*\}\s*\n'
)
_HITS = re.compile(rb'\A(?:\xef\xbb\xbf)?[\s\[]*\{.{0,65536}?"_source"\s*:\s*\{', re.DOTALL)
_OF_A_HIT = re.compile(rb'"_(?:index|id)"\s*:')


def recognises(head: bytes) -> bool:
    """Whether a file with this beginning has hits, or the lines of a `_bulk` request."""
    if _BULK.match(head):
        return True
    hits = _HITS.match(head)
    return hits is not None and _OF_A_HIT.search(head, 0, hits.end() + 4096) is not None


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every hit. Raises RecordError if the file cannot be read."""
    left_out = LeftOut(source.place)
    action: tuple[str, Mapping[str, Any]] | None = None
    for place, value in _values(source, options):
        if isinstance(value, RecordError):
            # The document of an action, or an action, whose document is then taken for a record.
            action = None
            yield value
        elif action is not None:
            name, about = action
            action = None
            if name == "update":
                left_out.count("partial updates")
            else:
                yield from _article({**about, "_source": value}, place, options, left_out)
        elif found := _action(value):
            if found[0] == "delete":
                notice = {"id": found[1].get("_id"), "usage": "cancelled"}
                yield article_or_error(notice, place, options)
            else:
                action = found
        else:
            for hit in _hits(value):
                yield from _article(hit, place, options, left_out)
    if action is not None:
        yield RecordError(source.place, "it ends after an action, before its document")
    yield from left_out.report()


def _values(source: InputFile, options: ReadOptions) -> Iterator[tuple[str, Any]]:
    if json_file.is_json_lines(source.peek()):
        yield from jsonl.json_lines(source, options)
    else:
        yield source.place, json_file.json_value(source, options)


def _action(value: Any) -> tuple[str, Mapping[str, Any]] | None:
    """The action of a line of a `_bulk` request, and what it is about."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    name, about = next(iter(value.items()))
    return (name, about) if name in _ACTIONS and isinstance(about, dict) else None


def _hits(value: Any) -> Iterator[Any]:
    """The hits of an answer, of a list, or the value itself."""
    answer = value.get("hits") if isinstance(value, dict) else None
    hits = answer.get("hits") if isinstance(answer, dict) else value
    yield from hits if isinstance(hits, list) else [hits]


def _article(hit: Any, place: str, options: ReadOptions, left_out: LeftOut) -> Iterator[Record]:
    record = hit.get("_source") if isinstance(hit, dict) else None
    if not isinstance(record, dict):
        yield RecordError(place, "expected a hit with a `_source`; export with the sources")
        return
    place = f"{place}#{hit['_id']}" if hit.get("_id") else place
    if _is_of_datashare(record):
        if record["type"] != "Document":
            left_out.count(str(record["type"]))
            return
        record = _datashare_fields(record)
    version = {"version": hit["_version"]} if isinstance(hit.get("_version"), int) else {}
    yield article_or_error(
        {"id": hit.get("_id"), **version, **record}, place, options, has_markup=True
    )


def _is_of_datashare(record: Mapping[str, Any]) -> bool:
    is_typed = record.get("type") in ("Document", "NamedEntity", "Duplicate")
    return is_typed and ("join" in record or "extractionDate" in record or "documentId" in record)


def _datashare_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    given = record.get("metadata")
    tika = given if isinstance(given, dict) else {}

    def first(*names: str) -> Any:
        found = (tika.get(f"tika_metadata_{name}") for name in names)
        return next((value for value in found if value), None)

    path = str(record.get("path") or "")
    kept = ("path", "contentType", "parentDocument", "rootDocument", "tags", "extractionDate")
    return {
        "title": first("dc_title", "subject") or record.get("title") or PurePosixPath(path).name,
        "text": record.get("content"),
        "lang": tag_of_name(str(record.get("language") or "")),
        "date": first("dcterms_created", "date") or record.get("creationDate"),
        "date_origin": "meta",
        "authors": first("dc_creator", "author", "message_from"),
        "metadata": {name: record[name] for name in kept if record.get(name)},
    }


FORMAT = Format(
    name="elasticsearch",
    about="answers, scrolls, dumps and `_bulk` files of Elasticsearch and OpenSearch; Datashare",
    suffixes=(),
    recognised_by="objects with `_source`, or an action such as `index` on the first line",
    read_articles=read_articles,
    recognises=recognises,
    fields=(
        ("id", "`id` of the document, else `_id`"),
        ("version", "`_version`, if the document has none"),
        ("all others", "the fields of `_source`, under the names below"),
        ("Datashare", "`content`, `language`, and title, author and date of `metadata`"),
        ("usage", "`cancelled` for what a `_bulk` file deletes"),
    ),
)
