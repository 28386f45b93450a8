"""`SqliteArchive`: the archive in one SQLite file.

A revision number is never reused, so an index can ask what has changed since. Superseded
revisions keep their text, for snapshots that still show it; deleting an article erases all of them.
`index.archive.database` describes concurrent use of the file.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from index.archive.database import BUSY_TIMEOUT_S, Database
from index.archive.rows import Row, stored_from
from index.archive.sql_archive import ROWS_AT_ONCE, ArchiveStatements, SqlArchive
from index.domain import StoredArticle


class SqliteArchive(SqlArchive[sqlite3.Connection]):
    """`index.protocols.Archive` on SQLite. Every method raises ArchiveError if SQLite fails."""

    statements = ArchiveStatements.of(
        "?", is_listed="IN (SELECT value FROM json_each(?))", is_erased="= ?"
    )

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(
        cls, path: Path | str, read_only: bool = False, *, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> Self:
        """Open an archive, as `Database.open` does."""
        return cls(Database.open(path, read_only, busy_timeout_s=busy_timeout_s))

    @property
    def database(self) -> Database:
        """The database, for stores with other tables next to the articles."""
        return self._database

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def close(self) -> None:
        """Close the file. Operations still running in other threads finish first."""
        self._database.close()

    def size_bytes(self) -> int:
        """The size of the file and its write-ahead log in bytes."""
        return self._database.size_bytes()

    def iterate(self) -> Iterator[StoredArticle]:
        """All current articles by ascending revision, as of the first step."""
        with self._database.connection() as connection:
            cursor = connection.execute(self.statements.alive)
            try:
                while rows := cursor.fetchmany(ROWS_AT_ONCE):
                    yield from (stored for row in rows if (stored := stored_from(row)))
            finally:
                cursor.close()

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._database.connection()

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._database.transaction()

    def _fetch(
        self, connection: sqlite3.Connection, statement: str, *parameters: object
    ) -> list[Row]:
        return connection.execute(statement, parameters).fetchall()

    def _run_each(
        self, connection: sqlite3.Connection, statement: str, rows: Sequence[Row]
    ) -> None:
        connection.executemany(statement, rows)

    def _list(self, values: Sequence[int] | Sequence[str]) -> str:
        return json.dumps(values, ensure_ascii=False)

    def _erase(self, connection: sqlite3.Connection, article_ids: Sequence[str]) -> None:
        self._run_each(connection, self.statements.erase, [(each,) for each in article_ids])

    def _clear_erased(self) -> None:
        """Empty the log, which may still contain erased text, as soon as no reader needs it.

        In the file itself SQLite overwrites the text.
        """
        self._database.empty_log()
