"""An index: its snapshots, its one writer, and its replacement by another."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from index.domain import Calibration, EncoderIdentity, Progress, StoredArticle, Vectors
from index.protocols.snapshot import Snapshot

ProgressListener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article ready to be indexed: its chunks and their vectors, `(len(chunks), dim)`."""

    stored: StoredArticle
    chunks: tuple[tuple[int, int], ...]
    vectors: Vectors


class IndexWriter(Protocol):
    """The one writer of an index. Everything before `commit` is invisible and may be lost."""

    @property
    def archive_revision(self) -> int:
        """The archive revision up to which the current snapshot is complete."""
        ...

    def commit(
        self,
        articles: Sequence[IndexedArticle],
        removed: Iterable[str],
        archive_revision: int,
    ) -> str:
        """Make `articles` searchable and remove older versions and `removed` ids, atomically.

        Returns the new snapshot's id.
        """
        ...

    def set_calibration(self, calibration: Calibration) -> str:
        """Store new fusion weights; returns the new snapshot's id."""
        ...

    def merge(self, added: int = 0) -> bool:
        """Do one maintenance step that makes later searches cheaper.

        False if none is due. More is due at the end of a run that `added` so many articles.
        """
        ...


class RebuildWriter(IndexWriter, Protocol):
    """Writes an index that will replace another one, which can be written meanwhile."""

    def exclude_others(self) -> None:
        """Wait for the other index's writer; let none start before that index is replaced."""
        ...


class IndexStore(Protocol):
    """An index: opens snapshots and hands out its one writer."""

    def snapshot(self) -> Snapshot:
        """The newest snapshot. Raises IndexMissing, IndexCorrupt."""
        ...

    def pinned(self, snapshot_id: str) -> Snapshot:
        """A snapshot by id, as long as it is available. Raises SnapshotGone."""
        ...

    def writer(self, encoder: EncoderIdentity) -> AbstractContextManager[IndexWriter]:
        """The writer. Raises IndexLocked (naming the holder) at once, or EncoderMismatch."""
        ...

    def rebuild(
        self, encoder: EncoderIdentity, pause: Callable[[float], object] = ...
    ) -> AbstractContextManager[RebuildWriter]:
        """A writer to a fresh, hidden index that replaces this one if the block succeeds.

        Readers, and the writer of this index, continue meanwhile. At the end the writer is awaited
        with `pause` (seconds), which may raise to give up. An exception leaves the old index
        unchanged. Raises IndexLocked at once while another rebuild is in progress.
        """
        ...

    def abandon_rebuild(self) -> None:
        """Discard an interrupted rebuild. Raises IndexLocked while one is in progress."""
        ...
