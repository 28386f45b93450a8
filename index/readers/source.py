"""One open file, as every format is given it; and how files and their failures are called.

Foreign errors end here: what the operating system refuses leaves as a RecordError.
"""

import contextlib
import errno
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from index.errors import RecordError

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


class Source:
    """An open file: `place` is what errors call it, `id_hint` an id for it if it is one article.

    `bytes_read` grows with reading. Every method raises RecordError.
    """

    def __init__(self, stream: BinaryIO, place: str, id_hint: str = "") -> None:
        if isinstance(stream, io.BufferedReader):
            self._stream: io.BufferedReader = stream
        else:
            self._stream = io.BufferedReader(cast("io.RawIOBase", stream), SNIFFED_BYTES)
        self.place = place
        self.id_hint = id_hint
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

    def read_line(self, limit: int) -> bytes:
        """To the next line feed, which is included; at most `limit` bytes."""
        with failures(self.place):
            data = self._stream.readline(limit)
        self.bytes_read += len(data)
        return data


@contextlib.contextmanager
def opened(path: Path, id_hint: str) -> Iterator[Source]:
    """A file as a source. Raises RecordError."""
    with failures(shown(path)):
        stream = path.open("rb", buffering=SNIFFED_BYTES)
    with stream:
        yield Source(stream, shown(path), id_hint)


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
