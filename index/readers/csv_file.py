"""CSV and TSV with a header: one article per row, read row by row.

The delimiter is the one that splits the first lines most evenly. Column names are those of
`index.readers.field_names`, or are mapped.
"""

import csv
import re
from collections.abc import Iterator

from index.errors import RecordError
from index.readers.decoding import TextLines
from index.readers.field_names import check_mapping
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import record_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.records.normalise import MAX_TEXT_CHARS

MAX_LINE_BYTES = 64 * 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLED_LINES = 20
_EXCEL_SEPARATOR = re.compile(r"""\A"?sep=([^\w\s"'\\]|\t)"?\r?\n""", re.IGNORECASE)
"""The line with which Excel names the delimiter of the file."""


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every row; a row that cannot be read is reported as `file:line`."""
    text_lines = TextLines(source, options.fallback_encoding)
    sample = text_lines.head.decode("utf-8", "replace")
    csv.field_size_limit(MAX_TEXT_CHARS)
    lines = _Lines(text_lines)
    declared = _EXCEL_SEPARATOR.match(sample)
    if declared:
        next(lines)
    delimiter = declared[1] if declared else _delimiter(sample)
    rows = _rows(csv.reader(lines, delimiter=delimiter), lines)
    header = next(rows, None)
    if isinstance(header, RecordError) or header is None:
        yield header or RecordError(source.place, "it is empty")
        return
    names = [name.strip() for name in header]
    check_mapping(names, options.mapping, f"{source.place}:{lines.number}")
    for row in rows:
        if isinstance(row, RecordError):
            yield row
        elif any(row):
            yield _article(names, row, f"{source.place}:{lines.number}", options, lines.notes())


def _article(
    names: list[str], row: list[str], place: str, options: ReadOptions, notes: list[str]
) -> Record:
    if len(row) != len(names):
        return RecordError(place, f"it has {len(row)} columns, and the header {len(names)}")
    record = {name: value for name, value in zip(names, row, strict=True) if value.strip()}
    return record_or_error(record, place, options, notes)


class _Lines:
    """The lines of a file as text; decoding errors become RecordErrors."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = lines
        self._source = lines.source
        self._notes: list[str] = []
        self.number = 0
        self.place = lines.source.place

    def notes(self) -> list[str]:
        """What is to be noted of the lines since the last call."""
        notes, self._notes = self._notes, []
        return notes

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._source.read_line(MAX_LINE_BYTES + 1)
        if not line:
            raise StopIteration
        self.number += 1
        place = f"{self.place}:{self.number}"
        if len(line) > MAX_LINE_BYTES:
            while not line.endswith(b"\n") and (line := self._source.read_line(1 << 20)):
                pass
            raise RecordError(place, f"the line has more than {MAX_LINE_BYTES:,} bytes; split it")
        try:
            text, notes = self._lines.decode(line)
        except ValueError as error:
            raise refused(place, error) from error
        self._notes += notes
        return text


def _rows(reader: Iterator[list[str]], lines: _Lines) -> Iterator[list[str] | RecordError]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except RecordError as error:
            yield error
        except csv.Error as error:
            yield RecordError(f"{lines.place}:{lines.number}", f"not valid CSV: {error}")


def _delimiter(sample: str) -> str:
    """The delimiter that the lines agree on; quoted text does not count."""
    lines = sample.splitlines()[:_SAMPLED_LINES]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [_unquoted(line).count(delimiter) for line in lines if line.strip()]
        first = counts[0] if counts else 0
        return (counts.count(first) if first else 0, first)

    return max(_DELIMITERS, key=agreement)


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])


FORMAT = Format(
    name="csv",
    about="CSV and TSV with a header; the delimiter is detected, or named by `sep=;` at the top",
    suffixes=(".csv", ".tsv", ".tab"),
    recognised_by="its suffix",
    read_articles=read_articles,
    fields=(("all", "the columns, under the names below"),),
)
