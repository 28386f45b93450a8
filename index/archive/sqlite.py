"""`SqliteArchive`: the archive in one SQLite file.

A revision number is never given twice, so that an index can ask what changed since. Superseded
revisions keep their text, for snapshots that still show it; deleting an article erases all of them.
`index.archive.database` says who may use the file at once.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from index.archive.database import BUSY_TIMEOUT_S, Database
from index.archive.decisions import (
    Head,
    Heads,
    as_indexed,
    decide_deletions,
    decide_puts,
    is_storable,
    now,
)
from index.archive.rows import COLUMNS, CONTENT, Row, content_of, stored_from
from index.domain import Article, StoredArticle
from index.errors import ArticleNotFound
from index.protocols import Change, PutOutcome

_BATCH = 500
_COLUMNS = ", ".join(f"revisions.{column}" for column in COLUMNS)
_INSERT = (
    f"INSERT INTO revisions ({', '.join(COLUMNS)}) "  # noqa: S608 - constants only
    f"VALUES ({', '.join('?' * len(COLUMNS))})"
)
_SET_HEAD = (
    "INSERT INTO articles (id, head, is_deleted) VALUES (?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET head = excluded.head, is_deleted = excluded.is_deleted"
)
_HEADS = (
    "SELECT articles.id, articles.head, content_hash, version, updated_s FROM articles "
    "JOIN revisions ON revisions.revision = articles.head "
    "WHERE articles.id IN (SELECT value FROM json_each(?))"
)
_GET = (
    f"SELECT {_COLUMNS} FROM articles JOIN revisions ON revisions.revision = articles.head "  # noqa: S608
    "WHERE articles.id = ? AND articles.is_deleted = 0"
)
_CHANGES = (
    f"SELECT {_COLUMNS} FROM articles JOIN revisions ON revisions.revision = articles.head "  # noqa: S608
    "WHERE articles.head > ? ORDER BY articles.head LIMIT ?"
)
_ALIVE = (
    f"SELECT {_COLUMNS} FROM articles JOIN revisions ON revisions.revision = articles.head "  # noqa: S608
    "WHERE articles.is_deleted = 0 ORDER BY articles.head"
)
_REVISIONS = (
    f"SELECT {_COLUMNS} FROM revisions "  # noqa: S608
    "JOIN articles ON articles.id = revisions.article_id "
    "JOIN revisions AS newest ON newest.revision = articles.head "
    "WHERE revisions.revision IN (SELECT value FROM json_each(?)) "
    "AND revisions.content_hash IS NOT NULL AND newest.usage IS NULL"
)
_HISTORY = f"SELECT {_COLUMNS} FROM revisions WHERE article_id = ? ORDER BY revision"  # noqa: S608
_ERASE = (
    f"UPDATE revisions SET {', '.join(f'{column} = NULL' for column in CONTENT)} "  # noqa: S608
    "WHERE article_id = ?"
)


class SqliteArchive:
    """`index.protocols.Archive` on SQLite. Every method raises ArchiveError where SQLite fails."""

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
        """The database, for stores that keep other tables beside the articles."""
        return self._database

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def close(self) -> None:
        """Give back the file. What is still running in other threads ends first, then closes."""
        self._database.close()

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
        """Add or replace articles in one transaction; one outcome each, in order.

        An article whose content hash is that of its current revision is left alone. Of two with one
        id, the later wins.
        """
        contents = [content_of(article) for article in articles]
        with self._database.transaction() as connection:
            heads = _heads(connection, [article.id for article in articles])
            decided = decide_puts(articles, contents, heads, _last_revision(connection), now())
            connection.executemany(_INSERT, decided.rows)
            connection.executemany(_SET_HEAD, [(row[1], row[0], 0) for row in decided.rows])
        return decided.outcomes

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and the text of all their revisions; returns the ids that existed.

        Erased text is overwritten in the file, and the log that may still hold it is emptied as
        soon as no reader needs it.
        """
        with self._database.transaction() as connection:
            heads = _heads(connection, article_ids)
            tombstones = decide_deletions(article_ids, heads, _last_revision(connection), now())
            deleted = [row[1] for row in tombstones]
            connection.executemany(_ERASE, [(article_id,) for article_id in deleted])
            connection.executemany(_INSERT, tombstones)
            connection.executemany(_SET_HEAD, [(row[1], row[0], 1) for row in tombstones])
        if deleted:
            self._database.empty_log()
        return deleted

    def get(self, article_id: str) -> StoredArticle:
        """The current revision. Raises ArticleNotFound."""
        row = self._rows(_GET, article_id)
        stored = stored_from(row[0]) if row else None
        if stored is None:
            raise ArticleNotFound(article_id)
        return stored

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by revision; those deleted, withheld or cancelled since are missing."""
        wanted = json.dumps([int(revision) for revision in revisions])
        with self._database.connection() as connection:
            rows = connection.execute(_REVISIONS, (wanted,)).fetchall()
        found = (stored_from(row) for row in rows)
        return {stored.revision: stored for stored in found if stored is not None}

    def changes(self, after: int, limit: int) -> list[Change]:
        """The net changes after revision `after`, by ascending revision: one per article.

        An article that is withheld or cancelled is a deletion here.
        """
        with self._database.connection() as connection:
            rows = connection.execute(_CHANGES, (after, max(0, limit))).fetchall()
        return [as_indexed(_change(row)) for row in rows]

    def count(self, after: int = 0) -> int:
        """How many net changes `changes` would give from `after` on, without limit."""
        return self._number("SELECT count(*) FROM articles WHERE head > ?", after)

    def article_count(self) -> int:
        """How many articles there are now, without the deleted."""
        return self._number("SELECT count(*) FROM articles WHERE is_deleted = 0")

    def last_revision(self) -> int:
        """The revision of the newest change; 0 for an empty archive."""
        with self._database.connection() as connection:
            return _last_revision(connection)

    def size_bytes(self) -> int:
        """Bytes of the file and its write-ahead log."""
        return self._database.size_bytes()

    def iterate(self) -> Iterator[StoredArticle]:
        """All current articles by ascending revision, as they are at the first step."""
        with self._database.connection() as connection:
            cursor = connection.execute(_ALIVE)
            try:
                while rows := cursor.fetchmany(_BATCH):
                    yield from (stored for row in rows if (stored := stored_from(row)))
            finally:
                cursor.close()

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first; erased ones have nothing stored.

        Raises ArticleNotFound for an id that never was.
        """
        rows = self._rows(_HISTORY, article_id)
        if not rows:
            raise ArticleNotFound(article_id)
        return [_change(row) for row in rows]

    def _rows(self, statement: str, article_id: str) -> list[Row]:
        if not is_storable(article_id):
            return []
        with self._database.connection() as connection:
            return connection.execute(statement, (article_id,)).fetchall()

    def _number(self, statement: str, *parameters: int) -> int:
        with self._database.connection() as connection:
            (number,) = connection.execute(statement, parameters).fetchone()
        return int(number)


def _heads(connection: sqlite3.Connection, article_ids: Sequence[str]) -> Heads:
    heads: Heads = {}
    ids = filter(is_storable, article_ids)
    while batch := list(islice(ids, _BATCH)):
        names = json.dumps(batch, ensure_ascii=False)
        heads.update((row[0], Head(*row[1:])) for row in connection.execute(_HEADS, (names,)))
    return heads


def _last_revision(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT coalesce(max(revision), 0) FROM revisions").fetchone()
    return int(last)


def _change(row: Row) -> Change:
    return Change(row[0], row[1], stored_from(row))
