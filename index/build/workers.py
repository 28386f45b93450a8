"""Indexing by several workers: each encodes ranges of the archive, and one at a time commits.

Encoding is nearly all of the cost of indexing, so that is what is distributed. A commit takes the
vectors that are available from the archive's next revision on without a gap, so the index grows in
the order of the archive, as if one process had built it. A worker may die at any moment: the ranges
it leased are encoded by another, and its commits remain.
"""

import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.build import pipeline
from index.domain import Progress
from index.errors import IndexLocked, IndexMissing
from index.ledger.work import WorkQueue
from index.protocols import (
    Archive,
    Change,
    Encoder,
    IndexedArticle,
    IndexStore,
    IndexWriter,
    ProgressListener,
)

PAUSE_S = 0.5
"""The pause between checks of the other workers' progress."""

_LOG = logging.getLogger("newsearch.work")


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one worker did: the articles that it encoded and the articles that it committed."""

    encoded: int
    indexed: int


class Worker:
    """One of any number of workers on an archive and an index."""

    def __init__(
        self, archive: Archive, store: IndexStore, encoder: Encoder, queue: WorkQueue
    ) -> None:
        self._archive = archive
        self._store = store
        self._encoder = encoder
        self._queue = queue
        self._holder = f"process {os.getpid()} on {socket.gethostname()} ({uuid.uuid4().hex[:8]})"

    def run(
        self,
        on_progress: ProgressListener | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> WorkReport:
        """Work until everything in the archive is indexed. Raises EncoderMismatch."""
        tell = on_progress or (lambda progress: None)
        encoded = indexed = 0
        while (newest := self._archive.last_revision()) > (begin := self._indexed()):
            tell(Progress("indexing (revision)", begin, newest))
            self._queue.plan(begin, newest)
            made = self._encode_one()
            committed = self._commit()
            encoded, indexed = encoded + (made or 0), indexed + (committed or 0)
            if made is None and committed is None:
                sleep(PAUSE_S)
        return WorkReport(encoded, indexed)

    def _indexed(self) -> int:
        try:
            return self._store.snapshot().stats().archive_revision
        except IndexMissing:
            return 0

    def _encode_one(self) -> int | None:
        """Encode a range; returns its number of articles, or None if all are done or leased."""
        taken = self._queue.take(self._holder)
        if taken is None:
            return None
        if taken.attempts > 1:
            _LOG.warning("revisions from %d on: attempt %d", taken.first, taken.attempts)
        renewed_s = time.monotonic()

        def renew(_share: float) -> None:
            nonlocal renewed_s
            if time.monotonic() > renewed_s + self._queue.lease_s / 4:
                self._queue.renew(taken, self._holder)
                renewed_s = time.monotonic()

        found = self._archive.changes(taken.first - 1, taken.last - taken.first + 1)
        changes = [change for change in found if change.revision <= taken.last]
        articles = self._encoded(changes, renew)
        self._queue.finish(taken, self._encoder.identity, articles)
        return len(articles)

    def _encoded(
        self, changes: Sequence[Change], on_share: Callable[[float], None]
    ) -> list[IndexedArticle]:
        if not any(change.stored for change in changes):
            return []
        return pipeline.encode(pipeline.batch_of(changes, self._encoder), self._encoder, on_share)

    def _commit(self) -> int | None:
        """Commit what is ready; returns its number of articles, or None if there was no work."""
        if self._queue.done_until(begin := self._indexed()) <= begin:
            return None
        try:
            with self._store.writer(self._encoder.identity) as writer:
                return self._commit_with(writer)
        except IndexLocked:
            return None

    def _commit_with(self, writer: IndexWriter) -> int:
        indexed = 0
        while (end := self._queue.done_until(begin := writer.archive_revision)) > begin:
            found = self._archive.changes(begin, pipeline.BATCH_ARTICLES)
            changes = [change for change in found if change.revision <= end]
            if len(changes) == pipeline.BATCH_ARTICLES:
                end = changes[-1].revision
            stored = [change.stored for change in changes if change.stored is not None]
            known = self._queue.encoded(stored, self._encoder.identity)
            # What was encoded with another encoder, or replaced since, is encoded here.
            missing = [change for change in changes if change.revision not in known]
            made = self._encoded(missing, lambda share: None)
            known.update((each.stored.revision, each) for each in made)
            gone = [change.article_id for change in changes if change.stored is None]
            writer.commit([known[each.revision] for each in stored], gone, end)
            self._queue.forget(end)
            indexed += len(stored)
        return indexed
