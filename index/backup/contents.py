"""The contents of a backup: a list of its files with sizes and checksums, in `backup.json`.

The archive is one state of the database, the index one snapshot that is not newer, so after a
restore the index catches up with the archive as after any other interruption.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import IO

from index.errors import BackupError

NAME = "backup.json"
FORMAT = 1
BLOCK_BYTES = 1 << 20

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: its size and the hex SHA-256 of its bytes."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """`files` by their path inside the backup, separated by `/`."""

    created_at: str
    version: str
    articles: int
    files: Mapping[str, FileEntry]

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(entry.size_bytes for entry in self.files.values())

    def to_json(self) -> bytes:
        """The file's content."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()


def parse(content: bytes) -> Contents:
    """Parse the contents. Raises BackupError, also for paths that lead outside."""
    try:
        body = json.loads(content)
        if body.pop("format") != FORMAT:
            raise BackupError("the backup was made by another version of newsearch")
        files = {str(path): FileEntry(**entry) for path, entry in body.pop("files").items()}
        contents = Contents(files=files, **body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{NAME} is damaged ({error})") from error
    for path in files:
        if not all(_PART.fullmatch(part) for part in PurePosixPath(path).parts):
            raise BackupError(f"{NAME} contains a path that no backup has: {path!r}")
    return contents


def copied(source: IO[bytes], target: IO[bytes] | None, limit: int | None = None) -> FileEntry:
    """Read a file, copy it if there is a target, and return its size and checksum.

    It is read to the end, or until it exceeds `limit`.
    """
    digest, size_bytes = hashlib.sha256(), 0
    while (limit is None or size_bytes <= limit) and (block := source.read(BLOCK_BYTES)):
        digest.update(block)
        size_bytes += len(block)
        if target is not None:
            target.write(block)
    return FileEntry(size_bytes, digest.hexdigest())
