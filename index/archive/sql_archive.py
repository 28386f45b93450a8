"""`SqlArchive`: what an archive does in the same way in every SQL database.

Databases differ in how a statement marks a parameter and matches a list, and in their connections
and transactions; those are for the subclasses.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

from index.archive.decisions import (
    Head,
    Heads,
    as_indexed,
    decide_deletions,
    decide_puts,
    is_storable,
    now,
)
from index.archive.rows import (
    COLUMNS,
    CONTENT,
    HEADLINE,
    Row,
    content_of,
    headline_from,
    stored_from,
)
from index.domain import Article, ArticleFile, Headline, StoredArticle
from index.errors import ArticleNotFound
from index.protocols import Change, PutOutcome

Connection = TypeVar("Connection")

ROWS_AT_ONCE = 500
"""Rows fetched at a time when all articles are read."""

_IDS_AT_ONCE = 2_000
"""Ids looked up per statement."""


@dataclass(frozen=True, slots=True)
class ArchiveStatements:
    """The statements on the tables `revisions` and `articles`."""

    insert: str
    set_head: str
    heads: str
    get: str
    changes: str
    alive: str
    revisions: str
    headlines: str
    history: str
    erase: str
    count: str
    owners: str
    files: str
    set_file: str
    forget_file: str

    @classmethod
    def of(cls, mark: str, *, is_listed: str, is_erased: str) -> Self:
        """The statements of one database.

        `mark` stands for a parameter. `is_listed` follows a column and says that its value is in a
        list, the one parameter; `is_erased` likewise for the ids of articles to erase.
        """
        columns = ", ".join(f"revisions.{column}" for column in COLUMNS)
        to_heads = "JOIN revisions ON revisions.revision = articles.head"
        current = f"SELECT {columns} FROM articles {to_heads}"  # noqa: S608 - constants only
        usable = (
            "FROM revisions JOIN articles ON articles.id = revisions.article_id "
            "JOIN revisions AS newest ON newest.revision = articles.head "
            f"WHERE revisions.revision {is_listed} "
            "AND revisions.content_hash IS NOT NULL AND newest.usage IS NULL"
        )
        headline = ", ".join(f"revisions.{column}" for column in HEADLINE)
        nothing = ", ".join(f"{column} = NULL" for column in CONTENT)
        return cls(
            insert=f"INSERT INTO revisions ({', '.join(COLUMNS)}) "  # noqa: S608
            f"VALUES ({', '.join([mark] * len(COLUMNS))})",
            set_head=f"INSERT INTO articles (id, head, is_deleted) VALUES ({mark}, {mark}, {mark}) "  # noqa: S608
            "ON CONFLICT (id) DO UPDATE SET head = excluded.head, is_deleted = excluded.is_deleted",
            heads="SELECT articles.id, articles.head, content_hash, version, updated_s, "  # noqa: S608
            "usage = 'cancelled' "
            f"FROM articles {to_heads} WHERE articles.id {is_listed}",
            get=f"{current} WHERE articles.id = {mark} AND articles.is_deleted = 0",
            changes=f"{current} WHERE articles.head > {mark} ORDER BY articles.head LIMIT {mark}",
            alive=f"{current} WHERE articles.is_deleted = 0 ORDER BY articles.head",
            revisions=f"SELECT {columns} {usable}",
            headlines=f"SELECT {headline} {usable}",
            history=f"SELECT {columns} FROM revisions WHERE article_id = {mark} "  # noqa: S608
            "ORDER BY revision",
            erase=f"UPDATE revisions SET {nothing} WHERE article_id {is_erased}",  # noqa: S608
            count=f"SELECT count(*) FROM articles WHERE head > {mark}",  # noqa: S608
            owners=f"SELECT id, path FROM article_files WHERE id {is_listed}",  # noqa: S608
            files=f"SELECT path, id FROM article_files WHERE path_key {is_listed} ORDER BY id",  # noqa: S608
            set_file="INSERT INTO article_files (id, path_key, path) "  # noqa: S608
            f"VALUES ({mark}, {mark}, {mark}) ON CONFLICT (id) DO UPDATE "
            "SET path_key = excluded.path_key, path = excluded.path",
            forget_file=f"DELETE FROM article_files WHERE id = {mark}",  # noqa: S608
        )


class SqlArchive(ABC, Generic[Connection]):
    """`index.protocols.Archive`. Every method raises ArchiveError if the database fails."""

    statements: ClassVar[ArchiveStatements]

    @abstractmethod
    def close(self) -> None:
        """Close all connections."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection to read with."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """A connection in a transaction of the one writer at a time."""

    @abstractmethod
    def _fetch(self, connection: Connection, statement: str, *parameters: object) -> list[Row]:
        """All rows that a statement returns."""

    @abstractmethod
    def _run_each(self, connection: Connection, statement: str, rows: Sequence[Row]) -> None:
        """Run a statement once for each row of parameters."""

    @abstractmethod
    def _list(self, values: Sequence[int] | Sequence[str]) -> object:
        """A list as a parameter."""

    @abstractmethod
    def _erase(self, connection: Connection, article_ids: Sequence[str]) -> None:
        """Empty the columns `CONTENT` of all revisions of some articles."""

    @abstractmethod
    def _clear_erased(self) -> None:
        """Also discard erased text that remains outside the tables."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, articles: Sequence[Article], *, replaces_files: bool = False) -> list[PutOutcome]:
        """Add or replace articles in one transaction; one outcome each, in order.

        An article with the content hash of its current revision is skipped. Of two articles with
        the same id, the later one wins, unless the id belongs to another file.
        """
        contents = [content_of(article) for article in articles]
        files = [article.file for article in articles if article.file is not None]
        with self._writing() as connection:
            heads = self._heads(connection, [article.id for article in articles])
            last = self._last_revision(connection)
            owners = {} if replaces_files else self._owners(connection, files)
            decided = decide_puts(articles, contents, heads, last, now(), owners)
            self._add(connection, decided.rows, is_deleted=0)
            self._run_each(
                connection,
                self.statements.set_file,
                [(file.id, _key(file.path), file.path) for file in decided.files],
            )
        return decided.outcomes

    def ids_of_files(self, paths: Sequence[str]) -> dict[str, str]:
        """The ids that files have, by `ArticleFile.path`, of those files that are known."""
        keys = self._list([_key(path) for path in paths])
        return dict(self._rows(self.statements.files, keys)) if paths else {}

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and the text of all their revisions; returns the ids that existed."""
        with self._writing() as connection:
            heads = self._heads(connection, article_ids)
            last = self._last_revision(connection)
            tombstones = decide_deletions(article_ids, heads, last, now())
            deleted = [str(row[1]) for row in tombstones]
            self._erase(connection, deleted)
            self._add(connection, tombstones, is_deleted=1)
            self._run_each(connection, self.statements.forget_file, [(each,) for each in deleted])
        if deleted:
            self._clear_erased()
        return deleted

    def get(self, article_id: str) -> StoredArticle:
        """The current revision. Raises ArticleNotFound."""
        rows = self._rows_of(self.statements.get, article_id)
        stored = stored_from(rows[0]) if rows else None
        if stored is None:
            raise ArticleNotFound(article_id)
        return stored

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by revision, without those deleted, withheld or cancelled since."""
        wanted = self._list([int(revision) for revision in revisions])
        found = (stored_from(row) for row in self._rows(self.statements.revisions, wanted))
        return {stored.revision: stored for stored in found if stored is not None}

    def headlines(self, revisions: Iterable[int]) -> dict[int, Headline]:
        """The headlines of the articles that `revisions` returns, without reading their texts."""
        wanted = self._list([int(revision) for revision in revisions])
        found = map(headline_from, self._rows(self.statements.headlines, wanted))
        return {headline.revision: headline for headline in found}

    def changes(self, after: int, limit: int) -> list[Change]:
        """The net changes after revision `after`, by ascending revision: one per article.

        An article that is withheld or cancelled is a deletion here.
        """
        rows = self._rows(self.statements.changes, after, max(0, limit))
        return [as_indexed(_change(row)) for row in rows]

    def count(self, after: int = 0) -> int:
        """The number of net changes after `after`, without a limit."""
        return self._number(self.statements.count, after)

    def article_count(self) -> int:
        """The current number of articles, without deleted ones."""
        return self._number("SELECT count(*) FROM articles WHERE is_deleted = 0")

    def last_revision(self) -> int:
        """The revision of the newest change; 0 for an empty archive."""
        with self._reading() as connection:
            return self._last_revision(connection)

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first; erased ones have no content.

        Raises ArticleNotFound for an id that never existed.
        """
        rows = self._rows_of(self.statements.history, article_id)
        if not rows:
            raise ArticleNotFound(article_id)
        return [_change(row) for row in rows]

    def _rows_of(self, statement: str, article_id: str) -> list[Row]:
        return self._rows(statement, article_id) if is_storable(article_id) else []

    def _rows(self, statement: str, *parameters: object) -> list[Row]:
        with self._reading() as connection:
            return self._fetch(connection, statement, *parameters)

    def _number(self, statement: str, *parameters: int) -> int:
        ((number,),) = self._rows(statement, *parameters)
        return int(number)

    def _last_revision(self, connection: Connection) -> int:
        newest = "SELECT coalesce(max(revision), 0) FROM revisions"
        ((last,),) = self._fetch(connection, newest)
        return int(last)

    def _heads(self, connection: Connection, article_ids: Sequence[str]) -> Heads:
        heads: Heads = {}
        ids = filter(is_storable, article_ids)
        while some := list(islice(ids, _IDS_AT_ONCE)):
            rows = self._fetch(connection, self.statements.heads, self._list(some))
            heads.update((row[0], Head(*row[1:])) for row in rows)
        return heads

    def _owners(self, connection: Connection, files: Sequence[ArticleFile]) -> dict[str, str]:
        """The path that each id belongs to, of those ids that belong to a file."""
        if not files:
            return {}
        ids = self._list([file.id for file in files])
        return dict(self._fetch(connection, self.statements.owners, ids))

    def _add(self, connection: Connection, rows: Sequence[Row], *, is_deleted: int) -> None:
        """Add revisions, each as the newest of its article."""
        self._run_each(connection, self.statements.insert, rows)
        heads = [(row[1], row[0], is_deleted) for row in rows]
        self._run_each(connection, self.statements.set_head, heads)


def _key(path: str) -> str:
    return blake2b(path.encode(), digest_size=16).hexdigest()


def _change(row: Row) -> Change:
    return Change(row[0], row[1], stored_from(row))
