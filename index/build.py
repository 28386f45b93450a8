"""From the archive to the index: chunk, encode, commit, in batches that survive a crash.

The archive is the truth: `catch_up` brings an index up to it from wherever the last commit stopped,
`reindex` makes a new index beside the old one and swaps. A batch is one commit, so that a long run
that is stopped loses at most one batch of encoding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.chunking import chunk_many, embedded_text
from index.domain import Progress
from index.protocols import (
    Archive,
    Change,
    Encoder,
    IndexedArticle,
    IndexStore,
    IndexWriter,
    ProgressListener,
)

BATCH_ARTICLES = 2048
"""Articles of one commit: large enough to sort chunks by length, small enough to lose."""


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
) -> SyncReport:
    """Rebuild the whole index from the archive; readers keep the old one until the end.

    An interrupted rebuild with the same encoder goes on where it stopped.
    """
    with store.rebuild(encoder.identity) as writer:
        return catch_up(archive, writer, encoder, on_progress, batch_articles)


def catch_up(
    archive: Archive,
    writer: IndexWriter,
    encoder: Encoder,
    on_progress: ProgressListener | None = None,
    batch_articles: int = BATCH_ARTICLES,
) -> SyncReport:
    """Commit all changes of the archive that the writer's snapshot lacks, then tidy up."""
    tell = on_progress or (lambda progress: None)
    total = archive.count(writer.archive_revision)
    indexed = removed = done = 0
    snapshot = None
    while changes := archive.changes(writer.archive_revision, batch_articles):

        def tell_share(share: float, done: int = done, batch: int = len(changes)) -> None:
            tell(Progress("indexing", done + int(share * batch), max(total, done + batch)))

        articles = prepare(changes, encoder, tell_share)
        gone = [change.article_id for change in changes if change.stored is None]
        snapshot = writer.commit(articles, gone, changes[-1].revision)
        indexed, removed, done = indexed + len(articles), removed + len(gone), done + len(changes)
        tell(Progress("indexing", done, max(total, done)))
    while writer.merge():
        pass
    return SyncReport(indexed, removed, snapshot)


def prepare(
    changes: Sequence[Change],
    encoder: Encoder,
    on_share: Callable[[float], None] | None = None,
) -> list[IndexedArticle]:
    """Chunk and encode the articles among `changes`; `on_share` hears the share that is done."""
    stored = [change.stored for change in changes if change.stored is not None]
    chunked = chunk_many([item.article for item in stored], encoder)
    texts = [
        embedded_text(item.article, chunk, encoder)
        for item, chunks in zip(stored, chunked, strict=True)
        for chunk in chunks
    ]

    def on_texts(count: int) -> None:
        if on_share is not None:
            on_share(count / len(texts))

    vectors = encoder.encode_passages(texts, on_texts)
    ends = np.cumsum([len(chunks) for chunks in chunked])
    return [
        IndexedArticle(
            item,
            tuple((chunk.start, chunk.end) for chunk in chunks),
            vectors[end - len(chunks) : end],
        )
        for item, chunks, end in zip(stored, chunked, ends.tolist(), strict=True)
    ]
