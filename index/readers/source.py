"""One open file, as every format is given it; and how files and their failures are called.

Foreign errors end here: what the operating system refuses leaves as a RecordError.
"""

import contextlib
import errno
import io
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from index.errors import RecordError

MAX_COPIED_BYTES = 1 << 33
"""Of what is packed, but has to lie on disk to be read."""

SNIFFED_BYTES = 1 << 18
"""How far into a file one looks to tell what it is."""

_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_ADVICE = {
    errno.EACCES: "permission denied; change its permissions, or leave it out",
    errno.EPERM: "permission denied; change its permissions, or leave it out",
    errno.ENOENT: "there is no such file or folder",
    errno.ELOOP: "symbolic links lead in a circle",
    errno.EISDIR: "it is a folder now; try again",
    errno.ENAMETOOLONG: "its path is too long; move it up",
}


class InputFile:
    """An open file: `place` is what errors call it, `id_hint` an id for it if it is one article.

    `name` is its file name; `path` is there where it lies on disk as it is read.

    `bytes_read` grows with reading. Every method raises RecordError.
    """

    def __init__(
        self,
        stream: BinaryIO | io.RawIOBase,
        place: str,
        id_hint: str = "",
        *,
        name: str = "",
        path: Path | None = None,
    ) -> None:
        if isinstance(stream, io.BufferedReader):
            self._stream: io.BufferedReader = stream
        else:
            self._stream = io.BufferedReader(cast("io.RawIOBase", stream), SNIFFED_BYTES)
        self.place = place
        self.id_hint = id_hint
        self.name = name
        self._path = path
        self.bytes_read = 0

    def peek(self) -> bytes:
        """Some of the next bytes, at most SNIFFED_BYTES; empty only at the end."""
        with failures(self.place):
            return self._stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]

    def read(self, limit: int) -> bytes:
        """The next bytes, `limit` of them unless the end comes first."""
        with failures(self.place):
            data = self._stream.read(limit)
        self.bytes_read += len(data)
        return data

    def read_all(self, limit: int) -> bytes:
        """All the rest. Raises RecordError where that is more than `limit` bytes."""
        data = self.read(limit + 1)
        if len(data) > limit:
            raise RecordError(self.place, f"it has more than {limit:,} bytes; split it")
        return data

    def read_line(self, limit: int) -> bytes:
        """To the next line feed, which is included; at most `limit` bytes."""
        with failures(self.place):
            data = self._stream.readline(limit)
        self.bytes_read += len(data)
        return data

    @contextlib.contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The whole as a stream to go back and forth in, on disk where it is not there yet."""
        if self._path is not None:
            with failures(self.place):
                stream = self._path.open("rb")
            with stream:
                yield stream
            return
        with tempfile.TemporaryFile() as copy:
            self._copy_to(copy)
            yield copy

    @contextlib.contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The whole as a file, for those who need one."""
        if self._path is not None:
            yield self._path
            return
        with tempfile.NamedTemporaryFile() as copy:
            self._copy_to(copy)
            copy.flush()
            yield Path(copy.name)

    def _copy_to(self, copy: IO[bytes]) -> None:
        left = MAX_COPIED_BYTES
        while data := self.read(1 << 20):
            left -= len(data)
            if left < 0:
                raise RecordError(self.place, f"it has more than {MAX_COPIED_BYTES:,} bytes")
            with failures(self.place):
                copy.write(data)
        copy.seek(0)


@contextlib.contextmanager
def opened(path: Path, id_hint: str) -> Iterator[InputFile]:
    """A file as a source. Raises RecordError."""
    with failures(shown(path)):
        stream = path.open("rb", buffering=SNIFFED_BYTES)
    with stream:
        is_file = path.is_file()
        yield InputFile(
            stream, shown(path), id_hint, name=path.name, path=path if is_file else None
        )


@contextlib.contextmanager
def failures(place: str) -> Iterator[None]:
    """Turn what the operating system refuses into a RecordError."""
    try:
        yield
    except OSError as error:
        raise RecordError(place, why(error)) from error


def why(error: OSError) -> str:
    """What the operating system means, and what to do."""
    return _ADVICE.get(error.errno or 0, f"it cannot be read: {error.strerror or error}")


def shown(path: Path) -> str:
    """A path that can be shown in one line: names may hold any bytes."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return _UNSHOWABLE.sub("\ufffd", text)
