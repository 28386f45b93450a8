"""Encoding distributed to workers on any number of machines.

The archive's revisions beyond the index are divided into ranges. A worker leases a range, encodes
its articles, stores the vectors here and marks the range as done; a lease that is not renewed
expires, and the range goes to another worker. Vectors are stored by revision, whose text never
changes, so encoding a text twice stores the same vectors. The writer of the index takes them from
here.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from index.domain import EncoderIdentity, StoredArticle
from index.ledger.sql import Sql, Statements, batches
from index.protocols import IndexedArticle

REVISIONS_OF_A_RANGE = 256
"""Half a minute of encoding on two cores, which is the most that a killed worker loses."""

LEASE_S = 60.0


@dataclass(frozen=True, slots=True)
class Range:
    """Revisions `first` to `last` of the archive; `attempts` counts the workers that started it."""

    first: int
    last: int
    attempts: int


class WorkQueue:
    """The ranges and the vectors made from them. Raises ArchiveError."""

    def __init__(
        self, sql: Sql, *, size: int = REVISIONS_OF_A_RANGE, lease_s: float = LEASE_S
    ) -> None:
        self._sql = sql
        self._size = size
        self.lease_s = lease_s

    def plan(self, indexed: int, newest: int) -> None:
        """Divide revisions after `indexed`, up to `newest`, into ranges if in none yet."""
        with self._sql.writing() as statements:
            _forget(statements, indexed)
            known = statements.rows("SELECT first, last FROM work_ranges ORDER BY first")
            end = indexed
            for first, last in [*known, (newest + 1, newest)]:
                statements.many(
                    "INSERT INTO work_ranges (first, last) VALUES (?, ?)",
                    [
                        (start, min(start + self._size, first) - 1)
                        for start in range(end + 1, first, self._size)
                    ],
                )
                end = max(end, last)

    def take(self, holder: str) -> Range | None:
        """Lease the first free range; None if there is none."""
        now_s = time.time()
        with self._sql.writing() as statements:
            rows = statements.rows(
                "UPDATE work_ranges SET holder = ?, until_s = ?, attempts = attempts + 1 "
                "WHERE first = (SELECT min(first) FROM work_ranges "
                "WHERE is_done = 0 AND until_s < ?) RETURNING first, last, attempts",
                (holder, now_s + self.lease_s, now_s),
            )
        return Range(*rows[0]) if rows else None

    def renew(self, taken: Range, holder: str) -> None:
        """Extend the lease of a range, unless it went to another worker."""
        with self._sql.writing() as statements:
            statements.rows(
                "UPDATE work_ranges SET until_s = ? WHERE first = ? AND holder = ?",
                (time.time() + self.lease_s, taken.first, holder),
            )

    def finish(
        self, done: Range, encoder: EncoderIdentity, articles: Sequence[IndexedArticle]
    ) -> None:
        """Store the vectors of a range and mark it as done, in one transaction."""
        with self._sql.writing() as statements:
            still = statements.rows("SELECT 1 FROM work_ranges WHERE first = ?", (done.first,))
            if not still:
                return  # this worker was slow: another finished the range, and it is indexed
            statements.many(
                "INSERT INTO work_encoded (revision, encoder, spans, vectors) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (revision) DO UPDATE SET encoder = excluded.encoder, "
                "spans = excluded.spans, vectors = excluded.vectors",
                [
                    (
                        each.stored.revision,
                        _fingerprint(encoder),
                        np.asarray(each.chunks, "<i8").tobytes(),
                        np.asarray(each.vectors, "<f4").tobytes(),
                    )
                    for each in articles
                ],
            )
            statements.rows("UPDATE work_ranges SET is_done = 1 WHERE first = ?", (done.first,))

    def done_until(self, indexed: int) -> int:
        """The last revision up to which everything after `indexed` is done."""
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT first, last, is_done FROM work_ranges WHERE last > ? ORDER BY first",
                (indexed,),
            )
        end = indexed
        for first, last, is_done in rows:
            if not is_done or first > end + 1:
                break
            end = int(last)
        return end

    def encoded(
        self, articles: Iterable[StoredArticle], encoder: EncoderIdentity
    ) -> dict[int, IndexedArticle]:
        """The articles that were encoded with this encoder, by revision."""
        by_revision = {stored.revision: stored for stored in articles}
        found: dict[int, IndexedArticle] = {}
        with self._sql.reading() as statements:
            for some in batches(by_revision):
                rows = statements.rows(
                    "SELECT revision, spans, vectors FROM work_encoded "  # noqa: S608 - marks only
                    f"WHERE encoder = ? AND revision IN ({', '.join('?' * len(some))})",
                    (_fingerprint(encoder), *some),
                )
                for revision, spans, vectors in rows:
                    pairs = np.frombuffer(spans, "<i8").reshape(-1, 2).tolist()
                    found[revision] = IndexedArticle(
                        by_revision[revision],
                        tuple((start, end) for start, end in pairs),
                        np.frombuffer(vectors, "<f4").reshape(-1, encoder.dimension),
                    )
        return found

    def forget(self, indexed: int) -> None:
        """Remove everything that is indexed."""
        with self._sql.writing() as statements:
            _forget(statements, indexed)


def _forget(statements: Statements, indexed: int) -> None:
    statements.rows("DELETE FROM work_ranges WHERE last <= ?", (indexed,))
    statements.rows("DELETE FROM work_encoded WHERE revision <= ?", (indexed,))


def _fingerprint(encoder: EncoderIdentity) -> str:
    """A key that is the same for equal identities, regardless of the name."""
    return sha256(repr(replace(encoder, name="")).encode()).hexdigest()
