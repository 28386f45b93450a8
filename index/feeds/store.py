"""`FeedStore`: the feeds being followed, how they were last fetched, and what came from them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from index.archive.database import Database
from index.errors import FeedError
from index.feeds.document import Entry

CLAIM_S = 600.0
"""How long a process may spend on one feed before another one may claim it."""

_COLUMNS = (
    "url, source, takes_full_text, etag, last_modified, fetched_at, failures, retry_at_s, problem, "
    "is_retired"
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A followed feed.

    `source` is the source name for its articles, instead of the feed's own title. `problem` is why
    the last fetch failed; a retired feed is never fetched again.
    """

    url: str
    source: str | None
    takes_full_text: bool
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str | None = None
    failures: int = 0
    retry_at_s: float = 0.0
    problem: str | None = None
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that has become an article in the archive."""

    entry: Entry
    article_id: str


class FeedStore:
    """Tables `feeds` and `feed_entries` in the archive's database; methods raise ArchiveError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, url: str, *, source: str | None = None, takes_full_text: bool = False) -> bool:
        """Follow a feed, or update the options of one that is already followed.

        Returns whether it is new. A retired or failing feed is tried again.
        """
        now = _now()
        with self._database.transaction() as connection:
            (before,) = connection.execute(
                "SELECT count(*) FROM feeds WHERE url = ?", (url,)
            ).fetchone()
            connection.execute(
                "INSERT INTO feeds (url, source, takes_full_text, added_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (url) DO UPDATE SET source = excluded.source, is_retired = 0, "
                "takes_full_text = excluded.takes_full_text, failures = 0, retry_at_s = 0, "
                "etag = NULL, last_modified = NULL, problem = NULL",
                (url, source, int(takes_full_text), now),
            )
        return not before

    def remove(self, url: str) -> None:
        """Stop following a feed; its articles stay. Raises FeedError if it is unknown."""
        with self._database.transaction() as connection:
            if not connection.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount:
                raise FeedError(
                    f"no feed {url} is followed; 'newsearch feeds list' shows all of them"
                )

    def all(self) -> list[Feed]:
        """Every feed, ordered by address."""
        with self._database.connection() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM feeds ORDER BY url").fetchall()  # noqa: S608
        return [_feed(row) for row in rows]

    def entry_counts(self) -> dict[str, int]:
        """The number of entries taken from each feed."""
        with self._database.connection() as connection:
            rows = connection.execute("SELECT feed_url, count(*) FROM feed_entries GROUP BY 1")
            return dict(rows.fetchall())

    def claim_due(self, now_s: float | None = None) -> list[Feed]:
        """The feeds due now, claimed for this process until `release` or for CLAIM_S."""
        now_s = time.time() if now_s is None else now_s
        with self._database.transaction() as connection:
            rows = connection.execute(
                "UPDATE feeds SET claimed_until_s = ? "  # noqa: S608 - constants only
                "WHERE is_retired = 0 AND retry_at_s <= ? AND claimed_until_s <= ? "
                f"RETURNING {_COLUMNS}",
                (now_s + CLAIM_S, now_s, now_s),
            ).fetchall()
        return [_feed(row) for row in rows]

    def release(self, urls: Sequence[str]) -> None:
        """Release claimed feeds, whether they were fetched or not."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE feeds SET claimed_until_s = 0 WHERE url = ?", [(url,) for url in urls]
            )

    def succeeded(self, url: str, *, etag: str | None, last_modified: str | None) -> None:
        """Record a successful fetch; the validators make the next one conditional."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE feeds SET etag = ?, last_modified = ?, fetched_at = ?, failures = 0, "
                "retry_at_s = 0, claimed_until_s = 0, problem = NULL WHERE url = ?",
                (etag, last_modified, _now(), url),
            )

    def failed(self, url: str, problem: str, retry_at_s: float) -> None:
        """Record a failed fetch; the feed is left alone until `retry_at_s`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE feeds SET failures = failures + 1, retry_at_s = ?, claimed_until_s = 0, "
                "problem = ? WHERE url = ?",
                (retry_at_s, problem, url),
            )

    def retire(self, url: str, problem: str) -> None:
        """Never fetch a feed again unless it is added again."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE feeds SET is_retired = 1, claimed_until_s = 0, problem = ? WHERE url = ?",
                (problem, url),
            )

    def move(self, url: str, moved_to: str) -> str:
        """Record that a feed has moved permanently; returns its current address.

        If the new address is already followed, the old one is retired.
        """
        with self._database.transaction() as connection:
            taken = connection.execute("SELECT 1 FROM feeds WHERE url = ?", (moved_to,)).fetchone()
            if not taken:
                connection.execute("UPDATE feeds SET url = ? WHERE url = ?", (moved_to, url))
                return moved_to
        self.retire(url, f"it has moved to {moved_to}, which is already followed")
        return url

    def new_entries(
        self, feed_url: str, entries: Sequence[Entry]
    ) -> list[tuple[Entry, str | None]]:
        """The entries that are new or changed, each with its article's id if it has one."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT guid, article_id, digest FROM feed_entries WHERE feed_url = ?", (feed_url,)
            ).fetchall()
        known = {guid: (article_id, digest) for guid, article_id, digest in rows}
        found: dict[str, tuple[Entry, str | None]] = {}
        for entry in entries:
            article_id, digest = known.get(entry.guid, (None, None))
            if digest != entry.digest and entry.guid not in found:
                found[entry.guid] = (entry, article_id)
        return list(found.values())

    def owners(self, feed_url: str) -> dict[str, str]:
        """The guid of the entry of each article that came from a feed, by the article's id."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT article_id, guid FROM feed_entries WHERE feed_url = ?", (feed_url,)
            ).fetchall()
        return dict(rows)

    def taken_elsewhere(self, feed_url: str, article_id: str) -> bool:
        """Whether another feed has already brought this article."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT 1 FROM feed_entries WHERE article_id = ? AND feed_url <> ?",
                (article_id, feed_url),
            ).fetchone()
        return row is not None

    def took(self, feed_url: str, taken: Sequence[Taken]) -> None:
        """Remember entries that are now in the archive."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO feed_entries (feed_url, guid, article_id, digest) "
                "SELECT url, ?, ?, ? FROM feeds WHERE url = ?",
                [(one.entry.guid, one.article_id, one.entry.digest, feed_url) for one in taken],
            )


def _feed(row: tuple[Any, ...]) -> Feed:
    feed = Feed(*row)
    return replace(
        feed, takes_full_text=bool(feed.takes_full_text), is_retired=bool(feed.is_retired)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
