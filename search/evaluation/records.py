"""Reads a text file of records line by line, so that every error can state its line."""

from collections.abc import Iterator
from pathlib import Path

from index.errors import RecordError


def numbered_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The non-blank lines of a UTF-8 file, each with its place `file:line`.

    A byte order mark is dropped. Only line feeds (and the carriage return before one) end a line,
    so queries may contain other Unicode separators. Raises RecordError.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RecordError(str(path), f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RecordError(
            str(path), f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", line.removesuffix("\r")
