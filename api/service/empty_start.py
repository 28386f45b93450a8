"""`EmptyStart`: what readers see of an archive in which nothing has been indexed yet.

An empty archive is searched like any other, and nothing is found. That stays so while its first
articles are being indexed. An index that is missing although the archive has articles was lost or
was never made, and saying that nothing is found would be wrong.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from index.domain import EncoderIdentity
from index.errors import IndexMissing, SnapshotGone
from index.protocols import IndexStore, IndexWriter, RebuildWriter, Snapshot
from index.runtime.lock_wait import Pause


class EmptyStart:
    """`index.protocols.IndexStore` that has an empty snapshot before the first real one.

    `is_empty` says whether the archive is; it is asked until it has once been. Safe to share
    between threads.
    """

    def __init__(
        self, store: IndexStore, empty: Callable[[], Snapshot], is_empty: Callable[[], bool]
    ) -> None:
        self._store = store
        self._empty = empty
        self._is_empty = is_empty
        self._began_empty = False

    def snapshot(self) -> Snapshot:
        """The newest snapshot, or the empty one. Raises IndexMissing, IndexCorrupt."""
        try:
            newest = self._store.snapshot()
        except IndexMissing:
            self._began_empty = self._began_empty or self._is_empty()
            if not self._began_empty:
                raise
            return self._empty()
        self._began_empty = False
        return newest

    def pinned(self, snapshot_id: str) -> Snapshot:
        """A snapshot by id, as long as it is available. Raises SnapshotGone."""
        try:
            return self._store.pinned(snapshot_id)
        except IndexMissing as error:
            raise SnapshotGone(f"the snapshot {snapshot_id} is no longer kept") from error

    def writer(self, encoder: EncoderIdentity) -> AbstractContextManager[IndexWriter]:
        """The writer of the index."""
        return self._store.writer(encoder)

    def rebuild(
        self, encoder: EncoderIdentity, pause: Pause = time.sleep
    ) -> AbstractContextManager[RebuildWriter]:
        """A writer to an index that replaces this one."""
        return self._store.rebuild(encoder, pause)

    def abandon_rebuild(self) -> None:
        """Discard an interrupted rebuild."""
        self._store.abandon_rebuild()
