"""From the archive to the index: read, chunk, encode and commit, in crash-safe batches.

The archive is the source of truth: `catch_up` brings an index up to date from the last commit on,
`reindex` builds a new index while the old one can still be written, and then swaps them. A batch is
one commit.

Three stages run concurrently, each in a thread: one reads and chunks the next batch, one encodes,
one commits (analyses, inverts, writes) and merges. Queues are bounded: memory contains at most one
batch read ahead, one being encoded, and two being written.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

from index.build.kept_vectors import KeptVectors
from index.domain import Chunk, Progress, StoredArticle
from index.protocols import (
    Archive,
    Change,
    Encoder,
    IndexedArticle,
    IndexStore,
    IndexWriter,
    ProgressListener,
    TokenCounter,
)
from index.runtime.lock_wait import Pause
from index.text.chunking import chunk_many, embedded_text

BATCH_ARTICLES = 2048
"""Articles per commit: enough to sort chunks by length, few enough to lose in a crash."""

FIRST_ARTICLES = 256
"""Articles of a run's first commit, so that something can be found soon; each next one may have
twice as many, up to `BATCH_ARTICLES`.
"""

BATCH_CHARACTERS = 8_000_000
"""A batch ends early if its texts together exceed this, which bounds memory."""

WAITING_BATCHES = 2
"""Batches that are encoded but not yet committed; a merge takes longer than a batch."""

FEW_CHANGES = 256
"""The changes that a rebuild may leave for the phase in which nobody else may write."""

MOST_ROUNDS = 8
"""The limit of rounds, so that a rebuild ends even if more arrives than can be encoded."""

_READ_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run did to the index. `snapshot` is the newest; None if there was nothing to do."""

    indexed: int
    removed: int
    snapshot: str | None


def reindex(
    archive: Archive,
    store: IndexStore,
    encoder: Encoder,
    *,
    on_progress: ProgressListener | None = None,
    batch_articles: int = BATCH_ARTICLES,
    pause: Pause = time.sleep,
    give_way: Callable[[], object] = lambda: None,
    kept: KeptVectors | None = None,
) -> SyncReport:
    """Rebuild the whole index from the archive; the old one can be read and written until the end.

    An interrupted rebuild with the same encoder is resumed. `pause` waits for the writer of the old
    index before the last changes, which are made while nobody else writes; until then, `give_way`
    is called every few texts. `kept` are the vectors of what is not committed yet.
    """
    tell = on_progress or (lambda progress: None)
    tell_and_give_way = giving_way(tell, give_way)
    with store.rebuild(encoder.identity, pause) as writer:
        reports = []
        for _ in range(MOST_ROUNDS):
            reports.append(
                catch_up(archive, writer, encoder, tell_and_give_way, batch_articles, kept=kept)
            )
            if archive.count(writer.archive_revision) <= FEW_CHANGES:
                break
        writer.exclude_others()
        reports.append(
            catch_up(archive, writer, encoder, tell, batch_articles, merges=False, kept=kept)
        )
    return SyncReport(
        sum(report.indexed for report in reports),
        sum(report.removed for report in reports),
        store.snapshot().id,
    )


def giving_way(tell: ProgressListener, give_way: Callable[[], object]) -> ProgressListener:
    """A listener that calls another one and then gives way to urgent work."""

    def listen(progress: Progress) -> None:
        tell(progress)
        give_way()

    return listen


def catch_up(
    archive: Archive,
    writer: IndexWriter,
    encoder: Encoder,
    on_progress: ProgressListener | None = None,
    batch_articles: int = BATCH_ARTICLES,
    *,
    merges: bool = True,
    kept: KeptVectors | None = None,
) -> SyncReport:
    """Commit the archive's changes that the writer's snapshot lacks, merging segments meanwhile.

    Changes that arrive later are left for the next run, so it always ends. If it is interrupted,
    every batch that is encoded is still committed, and the vectors of the one that is being encoded
    stay in `kept` for the next run; without it they are lost.
    """
    tell = on_progress or (lambda progress: None)
    total = archive.count(writer.archive_revision)
    done = 0
    # One thread each: reading ahead and committing overlap with encoding, in batch order.
    with (
        ThreadPoolExecutor(1, "newsearch-read") as reading,
        _Committing(writer, merges, kept) as committing,
    ):
        most = min(batch_articles, FIRST_ARTICLES)

        def read_after(revision: int) -> "Future[Batch | None]":
            return reading.submit(read, archive, encoder, revision, most)

        coming = read_after(writer.archive_revision)
        while done < total and (batch := coming.result()):
            most = min(batch_articles, 2 * most)
            coming = read_after(batch.last_revision)

            def tell_share(share: float, done: int = done, size: int = batch.size) -> None:
                tell(Progress("indexing", done + int(share * size), max(total, done + size)))

            committing.add(batch, encode(batch, encoder, tell_share, kept))
            done += batch.size
            tell(Progress("indexing", done, max(total, done)))
    report = committing.report
    # New articles wait for at most one merge step; the next run continues merging.
    while merges and not archive.changes(writer.archive_revision, 1):
        if not writer.merge(report.indexed):
            break
    return report


class _Committing:
    """Commits batches in a separate thread and, if requested, merges one step after each.

    `add` waits while `WAITING_BATCHES` are not committed yet. Leaving the block waits for all and
    raises any error.
    """

    def __init__(self, writer: IndexWriter, merges: bool, kept: KeptVectors | None) -> None:
        self._writer = writer
        self._kept = kept
        self._merges = merges
        self._thread = ThreadPoolExecutor(1, "newsearch-commit")
        self._waiting: deque[Future[None]] = deque()
        self._has_failed = False
        self.report = SyncReport(0, 0, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True)
        if error is None:
            for commit in self._waiting:
                commit.result()

    def add(self, batch: "Batch", articles: Sequence[IndexedArticle]) -> None:
        """Queue a batch for commit; raises the error of an earlier one, if any."""
        while len(self._waiting) >= WAITING_BATCHES:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._commit, batch, articles))

    def _commit(self, batch: "Batch", articles: Sequence[IndexedArticle]) -> None:
        if self._has_failed:
            return  # a batch after a failed one would leave a gap
        self._has_failed = True
        snapshot = self._writer.commit(articles, batch.removed, batch.last_revision)
        report = self.report
        self.report = SyncReport(
            report.indexed + len(articles), report.removed + len(batch.removed), snapshot
        )
        if self._kept is not None:
            self._kept.forget(batch.last_revision)
        if self._merges:
            self._writer.merge()
        self._has_failed = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes of the archive up to `last_revision`, chunked, for one commit."""

    stored: Sequence[StoredArticle]
    chunks: Sequence[tuple[Chunk, ...]]
    texts: Sequence[str]
    removed: Sequence[str]
    last_revision: int

    @property
    def size(self) -> int:
        """The number of changes in it."""
        return len(self.stored) + len(self.removed)


def read(
    archive: Archive, counter: TokenCounter, after: int, batch_articles: int = BATCH_ARTICLES
) -> Batch | None:
    """Read and chunk the next changes after a revision; None if there are none."""
    changes = _changes(archive, after, batch_articles)
    return batch_of(changes, counter) if changes else None


def batch_of(changes: Sequence[Change], counter: TokenCounter) -> Batch:
    """Chunk changes; at least one."""
    stored = [change.stored for change in changes if change.stored is not None]
    chunked = chunk_many([item.article for item in stored], counter)
    return Batch(
        stored,
        chunked,
        [
            embedded_text(item.article, chunk, counter)
            for item, chunks in zip(stored, chunked, strict=True)
            for chunk in chunks
        ],
        [change.article_id for change in changes if change.stored is None],
        changes[-1].revision,
    )


def _changes(archive: Archive, after: int, batch_articles: int) -> list[Change]:
    """Up to `batch_articles` changes, fewer if their texts are long; one per article.

    Between two reads, an article from the first one may be changed or deleted. Then only its later
    change counts: a commit removes older versions only from older segments.
    """
    changes: list[Change] = []
    characters = 0
    while len(changes) < batch_articles and characters < BATCH_CHARACTERS:
        more = archive.changes(after, min(_READ_AT_ONCE, batch_articles - len(changes)))
        if not more:
            break
        changes += more
        after = more[-1].revision
        characters += sum(len(change.stored.article.text) for change in more if change.stored)
    newest = {change.article_id: change.revision for change in changes}
    return [change for change in changes if change.revision == newest[change.article_id]]


def encode(
    batch: Batch,
    encoder: Encoder,
    on_share: Callable[[float], None],
    kept: KeptVectors | None = None,
) -> list[IndexedArticle]:
    """Encode the articles of a batch; `on_share` is called with the share that is done."""

    def on_texts(count: int) -> None:
        on_share(count / len(batch.texts))

    if kept is None:
        vectors = encoder.encode_passages(batch.texts, on_texts)
    else:
        vectors = kept.encode(batch.texts, batch.last_revision, encoder, on_texts)
    ends = np.cumsum([len(chunks) for chunks in batch.chunks])
    return [
        IndexedArticle(
            item,
            tuple((chunk.start, chunk.end) for chunk in chunks),
            vectors[end - len(chunks) : end],
        )
        for item, chunks, end in zip(batch.stored, batch.chunks, ends.tolist(), strict=True)
    ]
