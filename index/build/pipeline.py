"""From the archive to the index: read, chunk, encode, commit, in batches that survive a crash.

The archive is the truth: `catch_up` brings an index up to it from wherever the last commit stopped,
`reindex` makes a new index beside the old one, which goes on being written, and swaps. A batch is
one commit.

Three stages work side by side, each in a thread: one reads and chunks the next batch, one encodes,
one commits (analyses, inverts, writes) and merges. Queues are bounded: in memory there are at most
one batch read ahead, one being encoded, and two on their way to the disk.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

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
"""Articles of one commit: large enough to sort chunks by length, small enough to lose."""

BATCH_CHARACTERS = 8_000_000
"""A batch ends early where its texts are longer than this together, which bounds memory."""

WAITING_BATCHES = 2
"""Batches that were encoded and are not committed yet: a merge takes longer than a batch."""

FEW_CHANGES = 256
"""So many changes may be left of a rebuild for the time when nobody else may write."""

MOST_ROUNDS = 8
"""Where more comes in than can be encoded, a rebuild ends all the same."""

_READ_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run did to the index. `snapshot` is the newest; None if nothing was to be done."""

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
) -> SyncReport:
    """Rebuild the whole index from the archive; the old one is read and written until the end.

    An interrupted rebuild with the same encoder goes on where it stopped. `pause` waits for who
    writes the old index before the last changes, which are made while nobody else writes; until
    then `give_way` is called every few texts.
    """
    tell = on_progress or (lambda progress: None)
    tell_and_give_way = giving_way(tell, give_way)
    with store.rebuild(encoder.identity, pause) as writer:
        reports = []
        for _ in range(MOST_ROUNDS):
            reports.append(catch_up(archive, writer, encoder, tell_and_give_way, batch_articles))
            if archive.count(writer.archive_revision) <= FEW_CHANGES:
                break
        writer.exclude_others()
        reports.append(catch_up(archive, writer, encoder, tell, batch_articles, merges=False))
    return SyncReport(
        sum(report.indexed for report in reports),
        sum(report.removed for report in reports),
        store.snapshot().id,
    )


def giving_way(tell: ProgressListener, give_way: Callable[[], object]) -> ProgressListener:
    """A listener that tells another one, and then gives way to what must not wait."""

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
) -> SyncReport:
    """Commit the changes of the archive that the writer's snapshot lacks, tidying up beside it.

    These are the changes there are when it begins, so that it ends however much comes in.
    Where this is interrupted, what was encoded is still committed; only the batch that is being
    encoded is lost.
    """
    tell = on_progress or (lambda progress: None)
    total = archive.count(writer.archive_revision)
    done = 0
    # One thread each: reading ahead and committing overlap with encoding, in the order of batches.
    with (
        ThreadPoolExecutor(1, "newsearch-read") as reading,
        _Committing(writer, merges) as committing,
    ):

        def read_after(revision: int) -> "Future[Batch | None]":
            return reading.submit(read, archive, encoder, revision, batch_articles)

        coming = read_after(writer.archive_revision)
        while done < total and (batch := coming.result()):
            coming = read_after(batch.last_revision)

            def tell_share(share: float, done: int = done, size: int = batch.size) -> None:
                tell(Progress("indexing", done + int(share * size), max(total, done + size)))

            committing.add(batch, encode(batch, encoder, tell_share))
            done += batch.size
            tell(Progress("indexing", done, max(total, done)))
    report = committing.report
    # News is not kept waiting by more than one step of tidying; the next run goes on with it.
    while merges and not archive.changes(writer.archive_revision, 1):
        if not writer.merge(report.indexed):
            break
    return report


class _Committing:
    """Commits batches in a thread of its own, and merges a step after each if it should.

    `add` waits while `WAITING_BATCHES` are not committed yet. Leaving the block waits for all, and
    raises what went wrong.
    """

    def __init__(self, writer: IndexWriter, merges: bool) -> None:
        self._writer = writer
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
        """Commit a batch behind those that wait; raises what went wrong with one before."""
        while len(self._waiting) >= WAITING_BATCHES:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._commit, batch, articles))

    def _commit(self, batch: "Batch", articles: Sequence[IndexedArticle]) -> None:
        if self._has_failed:
            return  # a batch after one that failed would leave a gap
        self._has_failed = True
        snapshot = self._writer.commit(articles, batch.removed, batch.last_revision)
        report = self.report
        self.report = SyncReport(
            report.indexed + len(articles), report.removed + len(batch.removed), snapshot
        )
        if self._merges:
            self._writer.merge()
        self._has_failed = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes of the archive up to `last_revision`, chunked: what one commit makes searchable."""

    stored: Sequence[StoredArticle]
    chunks: Sequence[tuple[Chunk, ...]]
    texts: Sequence[str]
    removed: Sequence[str]
    last_revision: int

    @property
    def size(self) -> int:
        """Changes in it."""
        return len(self.stored) + len(self.removed)


def read(
    archive: Archive, counter: TokenCounter, after: int, batch_articles: int = BATCH_ARTICLES
) -> Batch | None:
    """The next changes after a revision, chunked; None where there are no more."""
    changes = _changes(archive, after, batch_articles)
    return batch_of(changes, counter) if changes else None


def batch_of(changes: Sequence[Change], counter: TokenCounter) -> Batch:
    """Changes, chunked; at least one."""
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
    """Up to `batch_articles` changes, fewer where their texts are long; one of each article.

    Between two reads somebody may change or delete an article that the first one gave. Then its
    later change alone counts: a commit takes older versions out of older segments only.
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
    batch: Batch, encoder: Encoder, on_share: Callable[[float], None]
) -> list[IndexedArticle]:
    """The articles of a batch with their vectors; `on_share` hears the share that is done."""

    def on_texts(count: int) -> None:
        on_share(count / len(batch.texts))

    vectors = encoder.encode_passages(batch.texts, on_texts)
    ends = np.cumsum([len(chunks) for chunks in batch.chunks])
    return [
        IndexedArticle(
            item,
            tuple((chunk.start, chunk.end) for chunk in chunks),
            vectors[end - len(chunks) : end],
        )
        for item, chunks, end in zip(batch.stored, batch.chunks, ends.tolist(), strict=True)
    ]
