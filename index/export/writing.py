"""Writing records to a file, article by article: JSON Lines, or Parquet (pyarrow, an extra).

A file appears whole or not at all. In Parquet `metadata` is JSON in a string, because its fields
differ from article to article; the schema records this for reading back.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from index.domain import Article
from index.errors import ExportError, Unsupported
from index.export.records import record_of
from index.readers.arrow import METADATA_IS_JSON

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ARTICLES = 1000
_TEXTS = (
    "id", "title", "text", "lang", "date", "date_origin", "source", "section", "url", "place",
    "agency", "slugline", "byline", "dateline", "provider", "created", "created_origin", "updated",
    "updated_origin", "embargo", "embargo_origin", "usage", "metadata",
)  # fmt: skip


class ExportFormat(StrEnum):
    """The format of an exported file."""

    JSONL = "jsonl"
    PARQUET = "parquet"


def format_of(path: Path) -> ExportFormat:
    """The format that a file name implies. Raises ExportError."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".parquet"]:
        return ExportFormat.PARQUET
    if [suffix for suffix in suffixes if suffix != ".gz"][-1:] in ([".jsonl"], [".ndjson"]):
        return ExportFormat.JSONL
    raise ExportError(f"{path}: name the file .jsonl, .jsonl.gz or .parquet, or give --format")


def write_file(articles: Iterable[Article], path: Path, kind: ExportFormat) -> int:
    """Write a file, compressed if it ends in `.gz`; returns the number of articles.

    Raises ExportError.
    """
    write = {ExportFormat.JSONL: write_lines, ExportFormat.PARQUET: write_parquet}[kind]
    with _appearing(path) as stream:
        return write(articles, stream)


def write_lines(articles: Iterable[Article], stream: IO[bytes]) -> int:
    """One JSON object per line; returns how many."""
    count = 0
    for article in articles:
        stream.write(json.dumps(record_of(article), ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def write_parquet(articles: Iterable[Article], stream: IO[bytes]) -> int:
    """One row per article; returns how many. Raises Unsupported without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise Unsupported(
            "Parquet needs pyarrow: pip install 'newsearch[parquet]', or write .jsonl"
        ) from error
    schema, count = _schema(), 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        rest = iter(articles)
        while rows := [_row(article) for article in islice(rest, BATCH_ARTICLES)]:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            count += len(rows)
    return count


def _schema() -> "pa.Schema":
    import pyarrow as pa

    subject = pa.struct([("code", pa.string()), ("name", pa.string())])
    locator = pa.struct(
        [
            ("start", pa.int64()),
            ("page", pa.string()),
            ("column", pa.int64()),
            ("box", pa.list_(pa.int64())),
            ("time_s", pa.float64()),
            ("speaker", pa.string()),
            ("confidence", pa.float64()),
        ]
    )
    return pa.schema(
        [
            *((name, pa.string()) for name in _TEXTS),
            ("assumed_zones", pa.list_(pa.string())),
            ("authors", pa.list_(pa.string())),
            ("subjects", pa.list_(subject)),
            ("locators", pa.list_(locator)),
            ("is_headline", pa.bool_()),
            ("urgency", pa.int64()),
            ("version", pa.int64()),
        ],
        metadata=dict([METADATA_IS_JSON]),
    )


def _row(article: Article) -> dict[str, Any]:
    record = record_of(article)
    if "metadata" in record:
        record["metadata"] = json.dumps(record["metadata"], ensure_ascii=False)
    return record


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    """A file under a temporary name, renamed if the block succeeds."""
    making = path.with_name(f".{path.name}.making")
    opened: Callable[..., Any] = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(making, "wb") as stream:
            yield stream
        making.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        making.unlink(missing_ok=True)
