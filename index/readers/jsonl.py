"""`.jsonl`, `.ndjson` and standard input: one JSON object per line.

Reads line by line, so memory does not grow with the file. A line that is not an article is reported
as `file:line`; blank lines are skipped.
"""

import codecs
from collections.abc import Iterator
from typing import Any

from index.domain import Article
from index.errors import RecordError
from index.readers.decoding import decode_line, marked_encoding, refuse_binary
from index.readers.format import Format
from index.readers.options import ReadOptions
from index.readers.records import article_or_error, parse_json
from index.readers.source import InputFile

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Room for the longest text with every character escaped; longer lines are never held in memory."""

_SKIPPED_AT_ONCE = 1 << 20


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Article | RecordError]:
    """The article of every line. Raises RecordError if the file cannot be read any further."""
    for place, value in json_lines(source, options):
        is_error = isinstance(value, RecordError)
        yield value if is_error else article_or_error(value, place, options)


def json_lines(source: InputFile, options: ReadOptions) -> Iterator[tuple[str, Any]]:
    """Each line's place and value; the value is a RecordError if the line cannot be read."""
    head = source.peek()
    encoding = marked_encoding(head)
    if encoding not in (None, "utf-8"):
        raise RecordError(source.place, f"it is {encoding}; JSON Lines are UTF-8: convert it")
    try:
        refuse_binary(head)
    except ValueError as error:
        raise RecordError(source.place, str(error)) from error
    has_record = False
    for number, line in _lines(source):
        has_record = True
        place = f"{source.place}:{number}"
        yield place, _value(line, place, options)
    if not has_record:
        raise RecordError(source.place, "it is empty")


def _lines(source: InputFile) -> Iterator[tuple[int, bytes | None]]:
    """The non-blank lines with their numbers; None for a line that is too long."""
    number = 0
    while line := source.read_line(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            del line
            while (rest := source.read_line(_SKIPPED_AT_ONCE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _value(line: bytes | None, place: str, options: ReadOptions) -> Any:
    if line is None:
        return RecordError(place, f"the line has more than {MAX_LINE_BYTES:,} bytes; split it")
    try:
        return parse_json(decode_line(line, options.fallback_encoding))
    except ValueError as error:
        return RecordError(place, str(error))


FORMAT = Format(
    name="jsonl",
    about="JSON Lines: one object per line",
    suffixes=(".jsonl", ".ndjson"),
    recognised_by="an object on the first line, and more lines",
    read_articles=read_articles,
    fields=(("all", "under the names below"),),
)
