"""`PostgresArchive`: the archive in a PostgreSQL database, where several machines write.

The same tables and the same decisions as `index.archive.sqlite`. Any number of machines may read
and write: writers take turns, transaction by transaction. Deleted text leaves the tables at once;
the server's write-ahead log keeps it until the log is recycled.
"""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from index.archive.decisions import (
    Head,
    Heads,
    as_indexed,
    decide_deletions,
    decide_puts,
    is_storable,
    now,
)
from index.archive.postgres import schema
from index.archive.postgres.connecting import WAIT_S, Connection, Connections
from index.archive.rows import COLUMNS, CONTENT, Row, content_of, stored_from
from index.domain import Article, StoredArticle
from index.errors import ArchiveError, ArticleNotFound
from index.protocols import Change, PutOutcome

_BATCH = 500
_COLUMNS = ", ".join(f"revisions.{column}" for column in COLUMNS)
_JOINED = (
    f"SELECT {_COLUMNS} FROM articles "  # noqa: S608 - constants only
    "JOIN revisions ON revisions.revision = articles.head"
)
_INSERT = (
    f"INSERT INTO revisions ({', '.join(COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * len(COLUMNS))})"
)
_SET_HEAD = (
    "INSERT INTO articles (id, head, is_deleted) VALUES (%s, %s, %s) "
    "ON CONFLICT (id) DO UPDATE SET head = excluded.head, is_deleted = excluded.is_deleted"
)
_HEADS = (
    "SELECT articles.id, articles.head, content_hash, version, updated_s FROM articles "
    "JOIN revisions ON revisions.revision = articles.head WHERE articles.id = ANY(%s)"
)
_GET = f"{_JOINED} WHERE articles.id = %s AND articles.is_deleted = 0"
_CHANGES = f"{_JOINED} WHERE articles.head > %s ORDER BY articles.head LIMIT %s"
_ALIVE = f"{_JOINED} WHERE articles.is_deleted = 0 ORDER BY articles.head"
_REVISIONS = (
    f"SELECT {_COLUMNS} FROM revisions "  # noqa: S608
    "JOIN articles ON articles.id = revisions.article_id "
    "JOIN revisions AS newest ON newest.revision = articles.head "
    "WHERE revisions.revision = ANY(%s) "
    "AND revisions.content_hash IS NOT NULL AND newest.usage IS NULL"
)
_HISTORY = f"SELECT {_COLUMNS} FROM revisions WHERE article_id = %s ORDER BY revision"  # noqa: S608
_ERASE = (
    f"UPDATE revisions SET {', '.join(f'{column} = NULL' for column in CONTENT)} "  # noqa: S608
    "WHERE article_id = ANY(%s)"
)


class PostgresArchive:
    """`index.protocols.Archive` on PostgreSQL. Every method raises ArchiveError where it fails."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, address: str, *, wait_s: float = WAIT_S) -> Self:
        """Open an archive, and make or upgrade its tables. Raises ArchiveError.

        `address` is a PostgreSQL connection URI; what it leaves out (a password, say) is taken
        from where libpq takes it: `PGPASSWORD`, `~/.pgpass`.
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
        """The connections, for what else is kept in the database."""
        return self._connections

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, articles: Sequence[Article]) -> list[PutOutcome]:
        """Add or replace articles in one transaction; one outcome each, in order."""
        contents = [content_of(article) for article in articles]
        with self._connections.writing() as connection:
            heads = _heads(connection, [article.id for article in articles])
            decided = decide_puts(articles, contents, heads, _last_revision(connection), now())
            with connection.cursor() as cursor:
                cursor.executemany(_INSERT.encode(), decided.rows)
                cursor.executemany(_SET_HEAD, [(row[1], row[0], 0) for row in decided.rows])
        return decided.outcomes

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and the text of all their revisions; returns the ids that existed."""
        with self._connections.writing() as connection:
            heads = _heads(connection, article_ids)
            tombstones = decide_deletions(article_ids, heads, _last_revision(connection), now())
            deleted = [str(row[1]) for row in tombstones]
            connection.execute(_ERASE.encode(), (deleted,))
            with connection.cursor() as cursor:
                cursor.executemany(_INSERT.encode(), tombstones)
                cursor.executemany(_SET_HEAD, [(row[1], row[0], 1) for row in tombstones])
        if deleted:
            self._connections.vacuum(["revisions"])
        return deleted

    def get(self, article_id: str) -> StoredArticle:
        """The current revision. Raises ArticleNotFound."""
        rows = self._rows(_GET, article_id) if is_storable(article_id) else []
        stored = stored_from(rows[0]) if rows else None
        if stored is None:
            raise ArticleNotFound(article_id)
        return stored

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by revision; those deleted, withheld or cancelled since are missing."""
        wanted = [int(revision) for revision in revisions]
        found = (stored_from(row) for row in self._rows(_REVISIONS, wanted))
        return {stored.revision: stored for stored in found if stored is not None}

    def changes(self, after: int, limit: int) -> list[Change]:
        """The net changes after revision `after`, by ascending revision: one per article.

        An article that is withheld or cancelled is a deletion here.
        """
        return [as_indexed(_change(row)) for row in self._rows(_CHANGES, after, max(0, limit))]

    def count(self, after: int = 0) -> int:
        """How many net changes `changes` would give from `after` on, without limit."""
        return self._number("SELECT count(*) FROM articles WHERE head > %s", after)

    def article_count(self) -> int:
        """How many articles there are now, without the deleted."""
        return self._number("SELECT count(*) FROM articles WHERE is_deleted = 0")

    def last_revision(self) -> int:
        """The revision of the newest change; 0 for an empty archive."""
        return self._number("SELECT coalesce(max(revision), 0) FROM revisions")

    def iterate(self) -> Iterator[StoredArticle]:
        """All current articles by ascending revision, as they are at the first step."""
        with (
            self._connections.transaction() as connection,
            connection.cursor("newsearch_iterate") as cursor,
        ):
            cursor.execute(_ALIVE.encode())
            while rows := cursor.fetchmany(_BATCH):
                yield from (stored for row in rows if (stored := stored_from(row)))

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first; erased ones have nothing stored.

        Raises ArticleNotFound for an id that never was.
        """
        rows = self._rows(_HISTORY, article_id) if is_storable(article_id) else []
        if not rows:
            raise ArticleNotFound(article_id)
        return [_change(row) for row in rows]

    def size_bytes(self) -> int:
        """Bytes of the tables and their indexes."""
        return self._number(
            "SELECT pg_total_relation_size('revisions') + pg_total_relation_size('articles')"
        )

    def _rows(self, statement: str, *parameters: object) -> list[Row]:
        with self._connections.transaction() as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def _number(self, statement: str, *parameters: int) -> int:
        ((number,),) = self._rows(statement, *parameters)
        return int(number)


def _heads(connection: Connection, article_ids: Sequence[str]) -> Heads:
    ids = list(filter(is_storable, article_ids))
    return {row[0]: Head(*row[1:]) for row in connection.execute(_HEADS, (ids,))}


def _last_revision(connection: Connection) -> int:
    row = connection.execute("SELECT coalesce(max(revision), 0) FROM revisions").fetchone()
    return int(row[0]) if row else 0


def _change(row: Row) -> Change:
    return Change(row[0], row[1], stored_from(row))
