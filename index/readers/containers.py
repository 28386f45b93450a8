"""Compressed files: gzip, zstd, bzip2 (streams) and zip (archives), recognised by content.

Streams are unpacked as they are read. Decompression bombs end as errors, by ratio, by total size
and by nesting depth. Names inside an archive never become paths: they name articles, without `..`
and without a root. An office document is a zip, too, but one file.
"""

import bz2
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from index.errors import RecordError
from index.readers.source import InputFile

SUFFIXES = frozenset({".gz", ".zst", ".bz2", ".zip"})
MAX_DEPTH = 3
MAX_UNPACKED_BYTES = 1 << 38
MAX_RATIO = 200
"""The highest compression ratio allowed; text reaches 3 to 30."""

RATIO_COUNTS_FROM_BYTES = 32 * 1024 * 1024
MAX_ENTRIES = 1_000_000
_MAX_ZSTD_WINDOW_BYTES = 1 << 27
_READ_AT_ONCE = 1 << 16

_Measure = Callable[[], int]
"""The number of compressed bytes read so far."""


def without_packing(name: str) -> str:
    """A file name without its compression suffix: `a.jsonl.gz` becomes `a.jsonl`."""
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix.lower() in SUFFIXES and path.stem else name


def unpacked(
    source: InputFile, is_read: Callable[[str], bool], depth: int = 0
) -> Iterator[InputFile | RecordError]:
    """The files inside `source`, or `source` itself if it is not compressed. Raises RecordError.

    `is_read` chooses the entries of archives by their names.
    """
    head = source.peek()
    opener = _opener(head)
    is_zip = head.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    if opener is None and not is_zip:
        yield source
        return
    if depth >= MAX_DEPTH:
        raise RecordError(source.place, f"it is compressed more than {MAX_DEPTH} times; unpack it")
    if is_zip:
        yield from _entries(source, is_read, depth)
        return
    assert opener is not None
    stream = _Unpacking(opener(source), lambda: source.bytes_read)
    name = without_packing(source.name)
    yield from unpacked(
        InputFile(stream, source.place, source.id_hint, name=name), is_read, depth + 1
    )


def _opener(head: bytes) -> Callable[[Any], Any] | None:
    if head.startswith(b"\x1f\x8b\x08"):
        return lambda packed: gzip.GzipFile(fileobj=packed)
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return bz2.BZ2File
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return _zstd
    return None


def _zstd(packed: Any) -> Any:
    import zstandard

    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_ZSTD_WINDOW_BYTES)
    return unpacker.stream_reader(packed, read_across_frames=True)


def _damage(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What damage shows in, and others."""
    import zstandard

    return EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile, *others


def _damaged(error: Exception) -> OSError:
    return OSError(f"its compressed data is damaged or truncated ({error})")


class _Bomb(OSError):
    """The compressed content is suspiciously large."""


class _Unpacking(io.RawIOBase):
    """A stream being unpacked. Damage and bombs are OSErrors, which an InputFile reports."""

    def __init__(self, stream: Any, packed_bytes: _Measure) -> None:
        super().__init__()
        self._stream = stream
        self._packed_bytes = packed_bytes
        self._bytes = 0
        self._failure: OSError | None = None

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer unless the end or damage comes first; whatever comes before is kept."""
        filled = 0
        while filled < len(buffer) and self._failure is None:
            try:
                data = self._stream.read1(min(len(buffer) - filled, _READ_AT_ONCE))
                self._count(len(data))
            except _damage(OSError) as error:
                self._failure = error if isinstance(error, _Bomb) else _damaged(error)
                break
            if not data:
                break
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        if not filled and self._failure is not None:
            raise self._failure
        return filled

    def _count(self, size_bytes: int) -> None:
        self._bytes += size_bytes
        is_bomb = self._bytes > RATIO_COUNTS_FROM_BYTES and self._bytes > MAX_RATIO * max(
            1, self._packed_bytes()
        )
        if is_bomb or self._bytes > MAX_UNPACKED_BYTES:
            raise _Bomb(f"it unpacks to {self._bytes:,} bytes and more; unpack it by hand")


def _entries(
    source: InputFile, is_read: Callable[[str], bool], depth: int
) -> Iterator[InputFile | RecordError]:
    with source.seekable() as stream:
        try:
            archive = zipfile.ZipFile(stream)
            entries = archive.infolist()
        except _damage(NotImplementedError, ValueError, OSError) as error:
            raise RecordError(source.place, f"this zip archive is damaged ({error})") from error
        if len(entries) > MAX_ENTRIES:
            raise RecordError(source.place, f"it has more than {MAX_ENTRIES:,} entries; unpack it")
        if _is_document(entries):
            yield source.again(stream)
            return
        for entry in entries:
            name = _inner_name(entry.filename)
            if not entry.is_dir() and name and is_read(name):
                place = f"{source.place}#{name}"
                opened = _opened(archive, entry, place)
                if isinstance(opened, RecordError):
                    yield opened
                else:
                    inner = place, name
                    yield from _entry(opened, entry.compress_size, inner, is_read, depth)
                source.bytes_read += entry.compress_size


def _is_document(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether an archive is an office document, whose parts are not files of their own."""
    names = {entry.filename for entry in entries}
    is_open_document = {"mimetype", "content.xml"} <= names
    return "[Content_Types].xml" in names or is_open_document


def _opened(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str
) -> IO[bytes] | RecordError:
    try:
        return archive.open(entry)
    except _damage(NotImplementedError, RuntimeError, ValueError, OSError) as error:
        return RecordError(place, f"this entry cannot be unpacked ({error})")


def _entry(
    opened: IO[bytes],
    packed_bytes: int,
    inner: tuple[str, str],
    is_read: Callable[[str], bool],
    depth: int,
) -> Iterator[InputFile | RecordError]:
    """The content of one entry; `inner` is its place and its name."""
    place, name = inner
    with opened:
        stream = _Unpacking(opened, lambda: packed_bytes)
        id_hint = str(PurePosixPath(without_packing(name)).with_suffix(""))
        try:
            yield from unpacked(InputFile(stream, place, id_hint, name=name), is_read, depth + 1)
        except RecordError as error:
            yield error


def _inner_name(name: str) -> str:
    """A name inside an archive without any path parts that lead out of it; empty for hidden
    entries.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return "" if is_hidden else "/".join(part.replace(":", "_") for part in parts)
