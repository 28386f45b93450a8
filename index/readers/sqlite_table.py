"""A table or view of a SQLite database: one article per row. The file is opened read-only."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
from index.readers.field_names import check_mapping
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import record_or_error
from index.readers.source import InputFile
from index.readers.values import plain_value

MAX_VALUE_BYTES = 64 * 1024 * 1024


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every row. Raises RecordError if the table cannot be read."""
    with source.on_disk() as path:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True)
        try:
            connection.text_factory = bytes
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
            connection.execute("PRAGMA trusted_schema = OFF")
            yield from _rows(connection, source.place, options)
        except sqlite3.Error as error:
            raise RecordError(source.place, f"this database cannot be read: {error}") from error
        finally:
            connection.close()


def _rows(connection: sqlite3.Connection, file: str, options: ReadOptions) -> Iterator[Record]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    )
    tables = [name.decode("utf-8", "replace") for (name,) in found]
    table = options.table
    if table is None or table not in tables:
        known = ", ".join(name for name in tables if not name.startswith("sqlite_")) or "none"
        raise RecordError(file, f"choose one of its tables with --table: {known}")
    quoted = table.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - quoted, and known
    names = [name for name, *_ in cursor.description]
    check_mapping(names, options.mapping, f"{file}#{table}")
    for number, row in enumerate(cursor, start=1):
        place = f"{file}#{table}: row {number}"
        try:
            record = {name: _value(value) for name, value in zip(names, row, strict=True)}
        except ValueError as error:
            yield RecordError(place, f"it is not UTF-8: {error}")
        else:
            yield record_or_error(record, place, options)


def _value(value: Any) -> Any:
    """Text and blobs are both returned as bytes, because SQLite's text can contain anything."""
    return value.decode() if isinstance(value, bytes) else plain_value(value)


FORMAT = Format(
    name="sqlite",
    about="a table or view of a SQLite database, chosen with `--table`",
    suffixes=(".sqlite", ".sqlite3", ".db"),
    recognised_by="`SQLite format 3`",
    read_articles=read_articles,
    recognises=lambda head: head.startswith(b"SQLite format 3\0"),
    fields=(("all", "the columns, under the names below"),),
    is_found_in_folders=False,
)
