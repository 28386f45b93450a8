"""The archive's database file: connecting, and its schema's versions.

`PRAGMA user_version` counts the migrations applied. They are the files `NNNN_*.sql` next to this
module, in order, each in one transaction with the new version. A released file is never changed; a
change is a new file.
"""

import sqlite3
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from index.errors import ArchiveError

_APPLICATION_ID = 0x6E657773
_OLDEST_SQLITE = (3, 37, 0)
"""The first version with STRICT tables."""

_RETRY_S = 0.05


def connect(
    path: Path, *, read_only: bool, busy_timeout_s: float, is_immutable: bool = False
) -> sqlite3.Connection:
    """A connection in autocommit mode, for one thread at a time. Raises sqlite3.Error.

    `is_immutable` means that nobody can write the file while it is open, so reading needs no lock.
    """
    # FULL: an acknowledged article survives a power cut. secure_delete: erased text is overwritten.
    mode = "ro" if read_only else "rwc"
    if is_immutable:
        mode = "ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, path: Path, *, busy_timeout_s: float) -> None:
    """Create or upgrade the schema, for writing. Raises ArchiveError, sqlite3.Error."""
    _check(connection, path)
    _use_wal(connection, busy_timeout_s)
    for version, script in _migrations(after=_version(connection)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done it while this one waited.
            if _version(connection) < version:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def check_readable(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that cannot be read without changing it. Raises ArchiveError."""
    _check(connection, path)
    found = _version(connection)
    if found == 0:
        raise ArchiveError(f"{path} is empty; add articles with `newsearch index` first")
    if found < latest_version():
        raise ArchiveError(
            f"the archive {path} has the older schema {found}; upgrade it by opening it for "
            "writing once, with `newsearch index`"
        )


def latest_version() -> int:
    """The schema that this program writes."""
    return max(version for version, _ in _migrations())


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise ArchiveError(
            f"SQLite {sqlite3.sqlite_version} is too old for the archive; "
            "install a Python with SQLite 3.37 or later"
        )
    found = _version(connection)
    if found > latest_version():
        raise ArchiveError(
            f"the archive {path} has schema {found}, but this newsearch knows only up to "
            f"{latest_version()}; upgrade newsearch"
        )
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != _APPLICATION_ID and not (is_empty and found == 0):
        raise ArchiveError(
            f"{path} is an SQLite database but not a newsearch archive; choose another"
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _use_wal(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself for others doing the same."""
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
        else:
            return


def _migrations(after: int = 0) -> list[tuple[int, str]]:
    scripts = (
        (int(file.name.partition("_")[0]), file.read_text(encoding="utf-8"))
        for file in resources.files("index.archive").iterdir()
        if file.name.endswith(".sql")
    )
    return sorted(script for script in scripts if script[0] > after)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would commit on its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ArchiveError(f"a migration ends within a statement: {statement.strip():.60}")
