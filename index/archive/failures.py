"""SQLite's errors in plain words: what happened, and what to do next."""

import sqlite3
from pathlib import Path

from index.errors import ArchiveDamaged, ArchiveError

_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process has been writing for too long; wait for it and try again",
    sqlite3.SQLITE_LOCKED: "another process has been writing for too long; wait and try again",
    sqlite3.SQLITE_READONLY: "it cannot be written; check its permissions and those of its folder",
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened; check that its folder exists and can be read and written"
    ),
    sqlite3.SQLITE_PERM: "access is denied; check its permissions",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again: nothing is half written",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written; check it and its free space",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "the file is not an SQLite database; choose another",
    sqlite3.SQLITE_TOOBIG: "an article is too large for SQLite; split it",
}


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NOT_DECODED = "Could not decode to UTF-8"
"""Text that is not UTF-8. Python detects this, so the error has no SQLite code."""


def archive_error(error: sqlite3.Error, path: Path) -> ArchiveError:
    """The ArchiveError to raise for an error of SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else -1
    if _NOT_DECODED in str(error):
        primary = sqlite3.SQLITE_CORRUPT
    advice = _ADVICE.get(primary, "see the preceding message")
    kind = ArchiveDamaged if primary in _DAMAGE else ArchiveError
    return kind(f"the archive {path} failed ({error}): {advice}")
