"""One open file as it is passed to every format, and how files and their errors are named.

Errors of the operating system become RecordErrors here.
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
"""The largest compressed content that is written to disk because its format needs a file."""

SNIFFED_BYTES = 1 << 18
"""How many bytes are examined to recognise a format."""

_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_ADVICE = {
    errno.EACCES: "permission denied; change its permissions, or leave it out",
    errno.EPERM: "permission denied; change its permissions, or leave it out",
    errno.ENOENT: "there is no such file or folder",
    errno.ELOOP: "symbolic links form a loop",
    errno.EISDIR: "it has become a folder; try again",
    errno.ENAMETOOLONG: "its path is too long; move it to a shorter one",
}


class InputFile:
    """An open file.

    `place` is its name in errors, `id_hint` an id for it if it is a single article. `name` is its
    file name; `path` is set if the file on disk is what is read. `bytes_read` grows as it is read.
    Every method raises RecordError.
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

    @property
    def path(self) -> Path | None:
        """Where the file is, if what is read is a file on disk."""
        return self._path

    def peek(self) -> bytes:
        """Some of the next bytes, at most SNIFFED_BYTES; empty only at the end."""
        with failures(self.place):
            return self._stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]

    def read(self, limit: int) -> bytes:
        """The next `limit` bytes, or fewer at the end."""
        with failures(self.place):
            data = self._stream.read(limit)
        self.bytes_read += len(data)
        return data

    def read_all(self, limit: int) -> bytes:
        """All the rest. Raises RecordError if it is more than `limit` bytes."""
        data = self.read(limit + 1)
        if len(data) > limit:
            raise RecordError(self.place, f"it has more than {limit:,} bytes; split it")
        return data

    def read_line(self, limit: int) -> bytes:
        """Up to and including the next line feed; at most `limit` bytes."""
        with failures(self.place):
            data = self._stream.readline(limit)
        self.bytes_read += len(data)
        return data

    @contextlib.contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The whole content as a seekable stream, written to disk if it is not there already."""
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
        """The whole content as a file, for libraries that need one."""
        if self._path is not None:
            yield self._path
            return
        with tempfile.NamedTemporaryFile() as copy:
            self._copy_to(copy)
            copy.flush()
            yield Path(copy.name)

    def again(self, content: IO[bytes]) -> "InputFile":
        """This file from its beginning; `content` is what `seekable` gave, and still open."""
        if self._path is not None:
            return self
        content.seek(0)
        return InputFile(cast("BinaryIO", content), self.place, self.id_hint, name=self.name)

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
    """Open a file for reading. Raises RecordError."""
    with failures(shown(path)):
        stream = path.open("rb", buffering=SNIFFED_BYTES)
    with stream:
        is_file = path.is_file()
        yield InputFile(
            stream, shown(path), id_hint, name=path.name, path=path if is_file else None
        )


@contextlib.contextmanager
def failures(place: str) -> Iterator[None]:
    """Turn errors of the operating system into RecordErrors."""
    try:
        yield
    except OSError as error:
        raise RecordError(place, why(error)) from error


def why(error: OSError) -> str:
    """What the operating system's error means, and what to do."""
    return _ADVICE.get(error.errno or 0, f"it cannot be read: {error.strerror or error}")


def shown(path: Path) -> str:
    """A path that can be shown on one line, whatever bytes its name contains."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return _UNSHOWABLE.sub("\ufffd", text)
