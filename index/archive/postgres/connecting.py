"""Connections to PostgreSQL, and its errors in plain words.

The only module that imports psycopg.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from psycopg_pool import ConnectionPool
except ImportError as error:  # pragma: no cover - the extra is installed where tests run
    from index.errors import ArchiveError

    raise ArchiveError(
        "an archive on PostgreSQL needs psycopg; install it with pip install 'newsearch[postgres]'"
    ) from error

from index.errors import ArchiveError

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

WRITERS_LOCK = 0x6E657773
"""The advisory lock of writers ("news" in ASCII)."""

MAX_CONNECTIONS = 16
WAIT_S = 30.0
"""How long to wait for a connection, and for other writers."""

_ADVICE = {
    "28": "access is denied; check the user and the password of the archive's address",
    "3D": "there is no such database; create it with createdb",
    "42": "its tables are not as expected or not accessible; check the user's privileges",
    "53": "the server is out of space or connections; free some and try again",
    "55": "another process has been writing for too long; wait for it and try again",
    "57": "the server stopped or took too long; try again",
    "25": "it cannot be written; connect to the primary server",
}
_UNREACHABLE = "it cannot be reached; check that the server runs and the address is right"


class Connections:
    """A pool of connections to one database. Raises ArchiveError if PostgreSQL fails."""

    def __init__(self, address: str, wait_s: float = WAIT_S) -> None:
        self._shown = shown(address)
        self._is_closed = False
        self._pool = ConnectionPool(
            address,
            min_size=0,
            max_size=MAX_CONNECTIONS,
            timeout=wait_s,
            # A restarted server has closed connections that are still in the pool.
            check=ConnectionPool.check_connection,
            kwargs={
                "connect_timeout": max(2, int(wait_s)),
                "options": f"-c lock_timeout={int(wait_s * 1000)} -c timezone=UTC",
            },
            open=False,
        )

    def open(self) -> None:
        """Start the pool; it connects when a connection is first needed."""
        self._pool.open()

    def close(self) -> None:
        """Close all connections; nothing works afterwards."""
        self._is_closed = True
        self._pool.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed if the block succeeds, else rolled back."""
        if self._is_closed:
            raise ArchiveError(f"the archive {self._shown} was closed; open it again")
        try:
            with self._pool.connection() as connection:
                yield connection
        except psycopg.Error as error:
            raise ArchiveError(self._message(error)) from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the one writer at a time.

        Writers queue for an advisory lock, so that revisions become visible in order: a
        reader that has seen revision n will never find a smaller one later.
        """
        with self.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS_LOCK,))
            yield connection

    def vacuum(self, tables: Sequence[str]) -> None:
        """Reclaim the space of erased rows, so that their text does not remain in the tables."""
        with self.transaction() as connection:
            connection.rollback()
            connection.autocommit = True
            try:
                for table in tables:
                    connection.execute(f"VACUUM {table}".encode())
            finally:
                connection.autocommit = False

    def _message(self, error: "psycopg.Error") -> str:
        code = error.sqlstate or ""
        advice = _ADVICE.get(code[:2], "see the preceding message") if code else _UNREACHABLE
        return f"the archive {self._shown} failed ({' '.join(str(error).split())}): {advice}"


def shown(address: str) -> str:
    """An address without its password. Raises ArchiveError if it is not a valid address."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error as error:
        raise ArchiveError(
            f"the archive's address cannot be read ({error}); expected "
            "postgresql://USER@HOST/DATABASE"
        ) from error
    host, name = parts.get("host") or "localhost", parts.get("dbname") or ""
    return f"postgresql://{host}/{name}"
