"""`.json`: one object, or a list of objects.

Files are read whole, so large collections are better as `.jsonl`. An item of a list that is not an
article is reported as `file: item N`, counted from 1.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.domain import Article
from index.errors import RecordError
from index.readers import ninjs
from index.readers.format import Format
from index.readers.options import ReadOptions
from index.readers.records import parse_json, record_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.text.decoding import decode

MAX_FILE_BYTES = 256 * 1024 * 1024

_BEGINS = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[{\]])")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Article | RecordError]:
    """The article of every object. Raises RecordError if the file cannot be read."""
    notes: list[str] = []
    value = json_value(source, options, notes)
    if not isinstance(value, list):
        yield record_or_error(value, source.place, options, notes)
    elif not value:
        yield RecordError(source.place, "it is empty")
    else:
        for number, record in enumerate(value, start=1):
            yield record_or_error(record, f"{source.place}: item {number}", options, notes)
            notes = []


def json_value(source: InputFile, options: ReadOptions, notes: list[str] | None = None) -> Any:
    """The value of a whole file; an empty list if it is blank. `notes` receives lost bytes.

    Raises RecordError.
    """
    data = source.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise RecordError(
            source.place,
            f"it has more than {MAX_FILE_BYTES:,} bytes; convert it to JSON Lines (.jsonl)",
        )
    try:
        text = decode(data, options.fallback_encoding, notes)
        return parse_json(text) if text.strip() else []
    except ValueError as error:
        raise refused(source.place, error) from error


def is_json(head: bytes) -> bool:
    """Whether a file with this beginning contains an object or a list of objects."""
    return _BEGINS.match(head) is not None


def is_json_lines(head: bytes) -> bool:
    """Whether a file with this beginning has one JSON object per line."""
    first, line_end, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not (line_end and rest.strip() and first.startswith(b"{")):
        return False
    try:
        parse_json(first.decode())
    except ValueError:
        return False
    return True


FORMAT = Format(
    name="json",
    about="JSON: an object, or a list of objects",
    suffixes=(".json",),
    recognised_by="an object, or a list of objects, at the beginning",
    read_articles=read_articles,
    fields=(("all", "under the names below"),),
)
NINJS = Format(
    name="ninjs",
    about="ninjs 1, 2 and 3, the IPTC's News in JSON; also in lists and JSON Lines",
    suffixes=(),
    recognised_by="objects with a `uri` and a headline, body or `pubstatus`",
    read_articles=read_articles,
    fields=ninjs.FIELDS,
)
