"""newsearch as one object: archive, index, encoder and engine, wired from the settings.

The command line, HTTP and the notebook are built on it. Expensive steps (opening, loading a model,
importing what only some commands need) happen when they are first needed.
"""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from api.service.encoders import Encoders
from api.service.rooms import ReadingRooms
from api.service.stores import Stores
from api.settings.settings import Settings
from index.archive import Database
from index.errors import IndexMissing, NewsearchError
from index.groups.store import GroupStore
from index.outbound.addresses import AddressPolicy
from index.protocols import Encoder, IndexStore

if TYPE_CHECKING:
    from api.alerts.alerts import Alerts
    from api.schemas.stats import StatsBody
    from api.service.ingest import Ingest
    from api.service.maintenance import Maintenance
    from api.service.self_check import SelfCheck
    from api.service.upkeep import Upkeep
    from api.stores.jobs import JobStore
    from api.stores.keys import KeyStore
    from index.archive import SqliteArchive
    from index.archive.postgres import PostgresArchive
    from index.feeds.store import FeedStore
    from index.groups.grouping import Grouping
    from index.outbound.client import Outbound


class Service:
    """Safe to share between threads.

    `encoder` replaces the model, `clock` the time; `encoders` are those of the settings, if already
    created. With `creates` a missing data folder and archive are created. `rooms` answer readers,
    `ingest` takes articles in, `upkeep` keeps the index current, and `maintenance` backs up, checks
    and repairs the data folder.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        encoders: Encoders | None = None,
        creates: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        encoders = encoders or Encoders.of(settings)
        if encoder is not None:
            encoders = Encoders(lambda _name: encoder)
        self.settings = settings
        self.clock = clock
        self.last_self_check: SelfCheck | None = None
        self._encoders = encoders
        self._stores = stores = Stores(settings, creates=creates)
        self.rooms = ReadingRooms(
            settings,
            stores,
            encoders,
            lambda: self.groups,
            clock,
            lambda: self.maintenance.check_segments(anew=True),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive; nothing works after that."""
        self._stores.close()

    @property
    def archive(self) -> "SqliteArchive | PostgresArchive":
        """The open archive. Raises ArchiveError."""
        return self._stores.archive

    @property
    def database(self) -> Database:
        """The SQLite file in which features keep their tables. Raises ArchiveError."""
        return self._stores.database

    @property
    def store(self) -> IndexStore:
        """The index."""
        return self._stores.index

    @functools.cached_property
    def grouping(self) -> "Grouping":
        """The grouping that finds copies and stories."""
        from index.groups.grouping import Grouping

        return Grouping(
            self.archive,
            self.database,
            copies_h=self.settings.copy_window_h,
            stories_days=self.settings.story_window_days,
        )

    @functools.cached_property
    def groups(self) -> GroupStore:
        """Copies and stories."""
        return GroupStore(self.database)

    @functools.cached_property
    def feeds(self) -> "FeedStore":
        """The feeds that are followed."""
        from index.feeds.store import FeedStore

        return FeedStore(self.database)

    @functools.cached_property
    def keys(self) -> "KeyStore":
        """The API keys."""
        from api.stores.keys import KeyStore

        return KeyStore(self.database)

    @functools.cached_property
    def jobs(self) -> "JobStore":
        """The background jobs of a server."""
        from api.stores.jobs import JobStore

        return JobStore(self.database, self.settings.job_lease_s)

    @functools.cached_property
    def outbound(self) -> "Outbound":
        """The guarded client for all requests to other servers."""
        from index.outbound.client import Outbound

        settings = self.settings
        policy = AddressPolicy.parse(settings.private_hosts)
        return Outbound(policy, user_agent=settings.user_agent)

    @functools.cached_property
    def alerts(self) -> "Alerts":
        """Saved searches and the reporting of new matches."""
        from api.alerts.alerts import Alerts
        from api.stores.alerts import AlertStore

        return Alerts(
            AlertStore(self.database),
            self.keys,
            self.archive,
            self._stores.searched,
            self.rooms.unrestricted.engine,
            lambda: self.outbound,
            self.clock,
        )

    @functools.cached_property
    def upkeep(self) -> "Upkeep":
        """What keeps the index current."""
        from api.service.upkeep import Upkeep

        return Upkeep(
            self.settings,
            self._stores,
            self._encoders,
            grouping=lambda: self.grouping,
            alerts=lambda: self.alerts,
        )

    @functools.cached_property
    def ingest(self) -> "Ingest":
        """What takes articles in."""
        from api.service.ingest import Ingest

        return Ingest(
            self.settings,
            self._stores,
            self.upkeep,
            alerts=lambda: self.alerts,
            feeds=lambda: self.feeds,
            outbound=lambda: self.outbound,
        )

    @functools.cached_property
    def maintenance(self) -> "Maintenance":
        """What backs up, checks and repairs the data folder."""
        from api.service.maintenance import Maintenance

        return Maintenance(self.settings, self._stores, self._encoders, self.upkeep)

    def snapshot_id(self) -> str:
        """Return the id of the newest snapshot. Raises IndexMissing, IndexCorrupt."""
        return self._stores.searched.snapshot().id

    def is_empty(self) -> bool:
        """Return whether nothing has been indexed because nothing is archived."""
        try:
            return self._stores.searched.snapshot().stats().articles == 0
        except NewsearchError:
            return False  # whoever needs the index meets the error again, and reports it

    def warm(self) -> None:
        """Load what the first query, or the first article, would otherwise wait for."""
        try:
            name = self.store.snapshot().encoder.name
        except IndexMissing:
            name = self.settings.encoder
        self._encoders.named(name).encode_query("warm")

    def check_itself(self, pause: Callable[[], object] = lambda: None) -> None:
        """Ask for a few articles of the archive; `last_self_check` then says how many were found.

        `pause` may raise to stop. Raises what searching raises.
        """
        from api.service.self_check import self_check

        self.last_self_check = self_check(self.rooms.indexed(), pause)

    def stats(self) -> "StatsBody":
        """What the archive and the index hold."""
        try:
            index = self.store.snapshot().stats()
        except IndexMissing:
            index = None
        from api.schemas.stats import stats_body

        return stats_body(
            index,
            archived=self.archive.article_count(),
            pending=self.upkeep.pending(),
            archive_bytes=self.archive.size_bytes(),
        )
