"""`PostgresArchive`: the archive in a PostgreSQL database, where several machines write.

The same tables and the same decisions as `index.archive.sqlite`. Any number of machines may read
and write: writers take turns, transaction by transaction. Deleted text leaves the tables at once;
the server's write-ahead log keeps it until the log is recycled.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Self

from index.archive.postgres import schema
from index.archive.postgres.connecting import WAIT_S, Connection, Connections
from index.archive.rows import Row, stored_from
from index.archive.sql_archive import ROWS_AT_ONCE, ArchiveStatements, SqlArchive
from index.domain import StoredArticle
from index.errors import ArchiveError


class PostgresArchive(SqlArchive[Connection]):
    """`index.protocols.Archive` on PostgreSQL. Every method raises ArchiveError if it fails."""

    statements = ArchiveStatements.of("%s", is_listed="= ANY(%s)", is_erased="= ANY(%s)")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, address: str, *, wait_s: float = WAIT_S) -> Self:
        """Open an archive, and create or upgrade its tables.

        Raises ArchiveError. `address` is a PostgreSQL connection URI; anything it leaves out (a
        password, say) comes from libpq's usual sources: `PGPASSWORD`, `~/.pgpass`.
        """
        connections = Connections(address, wait_s)
        connections.open()
        try:
            schema.prepare(connections)
        except ArchiveError:
            connections.close()
            raise
        return cls(connections)

    @property
    def connections(self) -> Connections:
        """The connections, for other tables in the database."""
        return self._connections

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def size_bytes(self) -> int:
        """The size of the tables and their indexes in bytes."""
        return self._number(
            "SELECT pg_total_relation_size('revisions') + pg_total_relation_size('articles')"
        )

    def iterate(self) -> Iterator[StoredArticle]:
        """All current articles by ascending revision, as of the first step."""
        with self._reading() as connection, connection.cursor("newsearch_iterate") as cursor:
            cursor.execute(self.statements.alive.encode())
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield from (stored for row in rows if (stored := stored_from(row)))

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._connections.transaction()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._connections.writing()

    def _fetch(self, connection: Connection, statement: str, *parameters: object) -> list[Row]:
        return connection.execute(statement.encode(), parameters).fetchall()

    def _run_each(self, connection: Connection, statement: str, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)

    def _list(self, values: Sequence[int] | Sequence[str]) -> object:
        return list(values)

    def _erase(self, connection: Connection, article_ids: Sequence[str]) -> None:
        self._run_each(connection, self.statements.erase, [(list(article_ids),)])

    def _clear_erased(self) -> None:
        self._connections.vacuum(["revisions"])
