"""One interface to SQLite and PostgreSQL: the same statements, with `?` for parameters.

The ledger's statements use only what both support (such as `ON CONFLICT`, `RETURNING`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from index.archive.database import Database

if TYPE_CHECKING:
    from index.archive.postgres.connecting import Connections

Row = tuple[Any, ...]
Item = TypeVar("Item")

VALUES_OF_A_STATEMENT = 500
"""The most values in one statement."""


def batches(items: Iterable[Item], size: int = VALUES_OF_A_STATEMENT) -> Iterator[list[Item]]:
    """Split items into lists of `size`; the last may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class Statements(Protocol):
    """Runs statements inside one transaction."""

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Execute a statement and return its rows, if any."""
        ...

    def many(self, statement: str, parameters: Iterable[Sequence[object]]) -> None:
        """Execute the statement once for each set of parameters."""
        ...


class Sql(Protocol):
    """A database. Raises ArchiveError if it fails."""

    def reading(self) -> Any:
        """A context manager that yields `Statements` for reading."""
        ...

    def writing(self) -> Any:
        """A context manager that yields `Statements` and commits if the block succeeds."""
        ...


class SqliteSql:
    """`Sql` over the data folder's SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """A borrowed connection."""
        with self._database.connection() as connection:
            yield _Sqlite(connection)

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """A transaction; writers wait for each other."""
        with self._database.transaction() as connection:
            yield _Sqlite(connection)


class PostgresSql:
    """`Sql` over a PostgreSQL database."""

    def __init__(self, connections: "Connections") -> None:
        self._connections = connections

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """A transaction."""
        with self._connections.transaction() as connection:
            yield _Postgres(connection)

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """A transaction; only one writer at a time."""
        with self._connections.writing() as connection:
            yield _Postgres(connection)


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        return list(self._connection.execute(statement, tuple(parameters)))

    def many(self, statement: str, parameters: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(statement, [tuple(each) for each in parameters])


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        cursor = self._connection.execute(_translated(statement), tuple(parameters))
        return list(cursor.fetchall()) if cursor.description else []

    def many(self, statement: str, parameters: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(statement), [tuple(each) for each in parameters])


def _translated(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()
