"""What a reader may see: snapshots, articles, copies and stories, without what is hidden.

Articles under embargo are hidden and, from readers limited to some sources, all articles from other
sources. All answers are built from this view, so that nothing has to be removed later.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from index.errors import IndexMissing
from index.groups.domain import NO_GROUPS, Groups
from index.groups.shown import ShownGroups
from index.permitted_sources import PermittedSources
from index.protocols import Articles, IndexStore, Snapshot
from index.visibility import ShownArticles
from search.expansion.expanding import NO_SYNONYMS, Synonyms
from search.paging.seal import Seal


class ReaderView:
    """The view of a reader who may see only `sources`, or everything (None).

    Safe to share between threads. `clock` decides when embargoes end; `seal` seals the cursors.
    `synonyms` widen queries.
    `store` and `all_groups` are unfiltered, so nothing that answers the reader may show them.
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
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> None:
        self.store = store
        self.all_groups = groups
        self._clock = clock
        self.sources = sources
        self.seal = seal
        self.synonyms = synonyms
        self.articles = ShownArticles(archive, clock, sources)

    def now_s(self) -> int:
        """Return the current time in seconds since the epoch."""
        return int(self._clock().timestamp())

    def now(self) -> datetime:
        """Return the current time."""
        return self._clock()

    def newest(self) -> Snapshot:
        """Return the newest snapshot as of now. Raises IndexMissing, IndexCorrupt."""
        return self.of(self.store.snapshot(), self.now_s())

    def pinned(self, snapshot_id: str, at_s: int) -> Snapshot:
        """Return a snapshot by id as of an instant. Raises SnapshotGone."""
        return self.of(self.store.pinned(snapshot_id), at_s)

    def of(self, whole: Snapshot, at_s: int) -> Snapshot:
        """Return what the reader may see of a snapshot at an instant."""
        limited = whole if self.sources is None else whole.limited(self.sources)
        return limited.released(at_s)

    def groups(self, snapshot: Snapshot) -> Groups:
        """Return copies and stories, without what `snapshot` hides."""
        return ShownGroups(self.all_groups, snapshot) if snapshot.hides_some else self.all_groups

    def newest_groups(self) -> Groups:
        """Return copies and stories as of now; none if nothing has been indexed."""
        try:
            return self.groups(self.newest())
        except IndexMissing:
            return self.all_groups if self.sources is None else NO_GROUPS
