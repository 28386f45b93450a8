"""Parquet and Arrow (files and streams): one article per row, batch by batch. Owns pyarrow."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from index.errors import RecordError
from index.readers.field_names import check_mapping
from index.readers.format import Format, Record, missing_extra
from index.readers.options import ReadOptions
from index.readers.records import record_or_error
from index.readers.source import InputFile
from index.readers.values import plain_value

BATCH_ROWS = 256
METADATA_IS_JSON = (b"newsearch.metadata", b"json")
"""The schema key of an export: the column `metadata` contains JSON strings."""

_Batches = Callable[[Any], Iterator[Any]]


def read_parquet(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every row of a Parquet file."""

    def batches(stream: Any) -> Iterator[Any]:
        from pyarrow import parquet

        yield from parquet.ParquetFile(stream).iter_batches(batch_size=BATCH_ROWS)

    yield from _read(source, options, batches)


def read_arrow(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every row of an Arrow file or stream (Feather too)."""
    is_file = source.peek().startswith(b"ARROW1")

    def batches(stream: Any) -> Iterator[Any]:
        from pyarrow import ipc

        if not is_file:
            yield from ipc.open_stream(stream)
            return
        reader = ipc.open_file(stream)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)

    yield from _read(source, options, batches)


def _read(source: InputFile, options: ReadOptions, batches: _Batches) -> Iterator[Record]:
    try:
        import pyarrow
    except ImportError as error:
        raise missing_extra(source.place, "parquet") from error
    number = 0
    with source.seekable() as stream:
        try:
            for batch in batches(stream):
                check_mapping(batch.schema.names, options.mapping, source.place)
                is_export = METADATA_IS_JSON in (batch.schema.metadata or {}).items()
                for start in range(0, batch.num_rows, BATCH_ROWS):
                    for row in batch.slice(start, BATCH_ROWS).to_pylist():
                        number += 1
                        place = f"{source.place}#row {number}"
                        yield _article(_decoded(row) if is_export else row, place, options)
        # Damage surfaces as any of these.
        except (pyarrow.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
            why = str(error).partition("\n")[0]
            raise RecordError(source.place, f"it is damaged after row {number}: {why}") from error


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    """A row of an export.

    Metadata that is not a JSON object (somebody changed it) is left unchanged.
    """
    try:
        metadata = json.loads(row.get("metadata") or "{}")
    except (ValueError, TypeError, RecursionError):
        return row
    return {**row, "metadata": metadata} if isinstance(metadata, dict) else row


def _article(row: dict[str, Any], place: str, options: ReadOptions) -> Record:
    try:
        record = {name: plain_value(value) for name, value in row.items()}
    except ValueError as error:
        return RecordError(place, str(error))
    return record_or_error(record, place, options)


_FIELDS = (("all", "the columns, under the names below"),)
PARQUET = Format(
    name="parquet",
    about="Parquet",
    suffixes=(".parquet", ".pq"),
    recognised_by="`PAR1`",
    read_articles=read_parquet,
    recognises=lambda head: head.startswith(b"PAR1"),
    fields=_FIELDS,
    extra="parquet",
)
ARROW = Format(
    name="arrow",
    about="Arrow IPC files and streams, Feather",
    suffixes=(".arrow", ".feather", ".arrows", ".ipc"),
    recognised_by="`ARROW1`; a stream by its suffix",
    read_articles=read_arrow,
    recognises=lambda head: head.startswith(b"ARROW1"),
    fields=_FIELDS,
    extra="parquet",
)
