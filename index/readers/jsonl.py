"""`.jsonl`, `.ndjson` and standard input: one JSON object per line.

Reads line by line, so memory does not grow with the file. A line that is not an article is reported
as `file:line`; blank lines are skipped.
"""

import codecs
from collections.abc import Iterator
from typing import Any

from index.domain import Article
from index.errors import RecordError
from index.readers.decoding import TextLines
from index.readers.format import Format
from index.readers.options import ReadOptions
from index.readers.records import parse_json, record_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Room for the longest text with every character escaped; longer lines are never held in memory."""

_SKIPPED_AT_ONCE = 1 << 20


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Article | RecordError]:
    """The article of every line. Raises RecordError if the file cannot be read any further."""
    notes: list[str] = []
    for place, value in json_lines(source, options, notes):
        if isinstance(value, RecordError):
            yield value
        else:
            yield record_or_error(value, place, options, notes)
        notes.clear()


def json_lines(
    source: InputFile, options: ReadOptions, notes: list[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Each line's place and value; the value is a RecordError if the line cannot be read.

    `notes` receives what is to be noted of each line.
    """
    lines = TextLines(source, options.fallback_encoding)
    has_record = False
    for number, line in _lines(lines.source):
        has_record = True
        place = f"{source.place}:{number}"
        yield place, _value(line, lines, place, notes)
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


def _value(line: bytes | None, lines: TextLines, place: str, notes: list[str] | None) -> Any:
    if line is None:
        return RecordError(place, f"the line has more than {MAX_LINE_BYTES:,} bytes; split it")
    try:
        text, found = lines.decode(line)
        if notes is not None:
            notes += found
        return parse_json(text)
    except ValueError as error:
        return refused(place, error)


FORMAT = Format(
    name="jsonl",
    about="JSON Lines: one object per line",
    suffixes=(".jsonl", ".ndjson"),
    recognised_by="an object on the first line, and more lines",
    read_articles=read_articles,
    fields=(("all", "under the names below"),),
)
