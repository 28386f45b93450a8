"""`Database`: the archive's SQLite file, for every store that has tables in it.

Every operation borrows a connection from a pool, so none is shared by two threads at once. Any
number of threads and processes may use one file: readers never wait, writers wait for each other.
"""

import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from index.archive import schema
from index.archive.failures import archive_error
from index.errors import ArchiveError

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one."""

MOST_FAULTS = 20


def _is_immutable(path: Path) -> bool:
    """Whether a file is on a read-only file system, with nothing left in its write-ahead log.

    To read a database, SQLite needs to create files next to it, unless nobody can change it.
    """
    if os.name == "nt" or not path.exists():
        return False
    log = path.with_name(f"{path.name}-wal")
    is_logged = log.exists() and log.stat().st_size > 0
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY) and not is_logged


class Database:
    """One SQLite file. Every method raises ArchiveError if SQLite fails."""

    def __init__(self, path: Path, *, read_only: bool, busy_timeout_s: float) -> None:
        self._path = path
        self._is_immutable = _is_immutable(path)
        self._is_read_only = read_only or self._is_immutable
        self._busy_timeout_s = busy_timeout_s
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._writing = threading.Lock()
        self._is_closed = False

    @classmethod
    def open(
        cls, path: Path | str, read_only: bool = False, *, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> Self:
        """Open a database; for writing, create or upgrade it.

        Raises ArchiveError. On a read-only file system it is opened for reading, whatever was
        requested. Refuses a file of a newer newsearch, and any file that is not an archive.
        """
        database = cls(Path(path), read_only=read_only, busy_timeout_s=busy_timeout_s)
        if read_only and not database._path.exists():
            raise ArchiveError(f"there is no archive at {path}; create one with `newsearch index`")
        with database.connection() as connection:
            if database._is_read_only:
                schema.check_readable(connection, database._path)
            else:
                schema.prepare(connection, database._path, busy_timeout_s=busy_timeout_s)
        return database

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def close(self) -> None:
        """Close the file. Operations still running in other threads finish first."""
        self._is_closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed if the block succeeds, else rolled back.

        Threads of one process get their turn as soon as it is free; between processes SQLite
        decides, which has no queue and polls every tenth of a second.
        """
        if self._is_read_only:
            where = ", because its file system is read-only" if self._is_immutable else ""
            raise ArchiveError(f"the archive {self._path} was opened for reading only{where}")
        with self._turn(), self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=self._busy_timeout_s):
            raise ArchiveError(
                f"the archive {self._path} was busy for {self._busy_timeout_s:g} s with another "
                "writer; try again"
            )
        try:
            yield
        finally:
            self._writing.release()

    @contextlib.contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Borrow a connection in autocommit mode; SQLite's errors become ArchiveErrors."""
        if self._is_closed:
            raise ArchiveError(f"the archive {self._path} was closed; open it again")
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error as error:
            raise archive_error(error, self._path) from error
        finally:
            self._idle.put(connection)
            if self._is_closed:
                self.close()

    def faults(self) -> list[str]:
        """The faults found by SQLite's integrity check of the whole file, at most `MOST_FAULTS`."""
        with self.connection() as connection:
            rows = connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def size_bytes(self) -> int:
        """The size of the file and its write-ahead log in bytes."""
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def empty_log(self) -> None:
        """Move the write-ahead log into the file and truncate it, unless a reader needs it."""
        with self.connection() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(self._busy_timeout_s * 1000)}")

    def _connect(self) -> sqlite3.Connection:
        try:
            return schema.connect(
                self._path,
                read_only=self._is_read_only,
                busy_timeout_s=self._busy_timeout_s,
                is_immutable=self._is_immutable,
            )
        except sqlite3.Error as error:
            raise archive_error(error, self._path) from error
