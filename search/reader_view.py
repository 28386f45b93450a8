"""What one reader sees: snapshots, articles, copies and stories without what is hidden from them.

Hidden are the articles under embargo and, from a reader who is limited to sources, those of all
others. Whatever answers people reads through this, so that nothing has to be taken out afterwards.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from index.errors import IndexMissing
from index.groups.domain import NO_GROUPS, Groups
from index.groups.shown import ShownGroups
from index.permitted_sources import PermittedSources
from index.protocols import Articles, IndexStore, Snapshot
from index.visibility import ShownArticles
from search.paging.seal import Seal


class ReaderView:
    """Of a reader who may see `sources` only, or everything (None). Safe to share between threads.

    `clock` tells when embargoes end, `seal` closes the cursors of what is seen. `store` and
    `all_groups` are the whole, which nothing that answers the reader may show.
    """

    def __init__(
        self,
        store: IndexStore,
        archive: Articles,
        groups: Groups = NO_GROUPS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        sources: PermittedSources | None,
        seal: Seal,
    ) -> None:
        self.store = store
        self.all_groups = groups
        self._clock = clock
        self.sources = sources
        self.seal = seal
        self.articles = ShownArticles(archive, clock, sources)

    def now_s(self) -> int:
        """The present, in seconds since the epoch."""
        return int(self._clock().timestamp())

    def now(self) -> datetime:
        """The present."""
        return self._clock()

    def newest(self) -> Snapshot:
        """The newest snapshot as of now. Raises IndexMissing, IndexCorrupt."""
        return self.of(self.store.snapshot(), self.now_s())

    def pinned(self, snapshot_id: str, at_s: int) -> Snapshot:
        """A snapshot by id as of an instant. Raises SnapshotGone."""
        return self.of(self.store.pinned(snapshot_id), at_s)

    def of(self, whole: Snapshot, at_s: int) -> Snapshot:
        """What the reader sees of a snapshot at an instant."""
        limited = whole if self.sources is None else whole.limited(self.sources)
        return limited.released(at_s)

    def groups(self, snapshot: Snapshot) -> Groups:
        """Copies and stories, without what `snapshot` hides."""
        return ShownGroups(self.all_groups, snapshot) if snapshot.hides_some else self.all_groups

    def newest_groups(self) -> Groups:
        """Copies and stories as of now; where nothing was ever indexed, none."""
        try:
            return self.groups(self.newest())
        except IndexMissing:
            return self.all_groups if self.sources is None else NO_GROUPS
