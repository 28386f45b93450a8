"""newsearch as one object: archive, index, encoder and engine, wired from the settings.

The only place that knows the concrete classes; the command line and HTTP both stand on it. What is
expensive (opening, loading a model) happens when it is first needed.
"""

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from api.service.encoders import Encoders
from api.service.reading_room import ReadingRoom
from api.service.secret import folder_secret
from api.service.upkeep import Upkeep
from api.settings.setting_types import Backend
from api.settings.settings import Settings
from api.settings.version import version
from api.stores.alerts import AlertStore
from api.stores.jobs import JobStore
from api.stores.keys import KeyStore
from index.analysis import analyzer_for
from index.archive import Database, SqliteArchive
from index.build.pipeline import SyncReport
from index.build.workers import Worker
from index.domain import Article, StoredArticle
from index.encoder import load_reranker
from index.errors import (
    ArchiveError,
    EncoderMismatch,
    IndexMissing,
    RecordError,
    Unsupported,
)
from index.feeds.store import FeedStore
from index.groups.grouping import Grouping
from index.groups.store import GroupStore
from index.ledger import PostgresSql, Sql, SqliteSql
from index.ledger.work import WorkQueue
from index.local import LocalStore
from index.outbound.addresses import AddressPolicy
from index.permitted_sources import PermittedSources
from index.protocols import (
    Change,
    Encoder,
    IndexStore,
    ProgressListener,
    PutOutcome,
)
from index.runtime.lru import LruCache
from index.text.language import detect
from search.engine import Engine
from search.paging.seal import Seal
from search.ranking.rerank import Reranking
from search.reader_view import ReaderView
from search.request import Mode, Page, SearchRequest
from search.results.article_view import ArticleReader

if TYPE_CHECKING:
    from api.alerts.alerts import Alerts
    from api.schemas.stats import StatsBody
    from index.archive.postgres import PostgresArchive
    from index.backup.contents import Contents
    from index.feeds.sync import FeedSync
    from index.integrity import RepairReport, Verification
    from index.outbound.client import Outbound
    from index.readers import ReadOptions, ReadRun
    from index.readers.walk import FoundFile
    from index.watching import Watcher

KEPT_ROOMS = 64
"""Readers of different sources whose room is kept."""


@dataclass(frozen=True, slots=True)
class _Opened:
    archive: "SqliteArchive | PostgresArchive"
    database: Database


class Service:
    """Safe to share between threads. `encoder` stands in for the model, `clock` for the time;
    `encoders` are those of the settings, where they were made before.

    With `creates` the data folder and the archive are made where they are missing.
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
        self.settings = settings
        self.clock = clock
        self._encoders = encoders or Encoders.of(settings)
        if encoder is not None:
            self._encoders = Encoders(lambda _name: encoder)
        self._creates = creates
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._rooms: LruCache[PermittedSources | None, ReadingRoom] = LruCache(KEPT_ROOMS)

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
        """Close the archive; nothing works afterwards."""
        with self._lock:
            if self._opened is not None:
                self._opened.archive.close()
                self._opened.database.close()
                self._opened = None

    @property
    def archive(self) -> "SqliteArchive | PostgresArchive":
        """The archive, open. Raises ArchiveError."""
        return self._stores().archive

    @property
    def database(self) -> Database:
        """The SQLite file of the data folder: the archive's own, unless that is on PostgreSQL.

        Features keep their tables in it. Raises ArchiveError.
        """
        return self._stores().database

    def _stores(self) -> "_Opened":
        with self._lock:
            if self._opened is None:
                self._opened = self._open_stores()
            return self._opened

    def _open_stores(self) -> "_Opened":
        path = self.settings.database_path
        address = self.settings.archive
        if self._creates or address:
            self.make_data_dir()
        elif not path.exists():
            raise ArchiveError(
                f"there is no archive in {self.settings.data_dir}; make one with "
                "'newsearch index PATH', or name another folder with --data-dir"
            )
        if not address:
            archive = SqliteArchive.open(path)
            return _Opened(archive, archive.database)
        from index.archive.postgres import PostgresArchive

        return _Opened(PostgresArchive.open(address), Database.open(path))

    @functools.cached_property
    def store(self) -> IndexStore:
        """The index. A local one needs no archive to be looked at."""
        analyzers = functools.partial(analyzer_for, kept_in=self.settings.cache_dir / "words")
        if self.settings.backend is Backend.LOCAL:
            return LocalStore(self.settings.index_folder, analyzers)
        from api.service.milvus_index import open_index

        return open_index(self.settings, self.archive, self.ledger, analyzers)

    @functools.cached_property
    def ledger(self) -> Sql:
        """The database that all who share the archive also share."""
        archive = self.archive
        if isinstance(archive, SqliteArchive):
            return SqliteSql(self.database)
        return PostgresSql(archive.connections)

    def worker(self) -> Worker:
        """One of several that index together. Raises Unsupported, EncoderError."""
        if self.settings.archive and self.settings.backend is Backend.LOCAL:
            raise Unsupported(
                "workers on several machines need an index that they share: set backend to 'milvus'"
            )
        return Worker(self.archive, self.store, self.upkeep.encoder(), WorkQueue(self.ledger))

    def make_data_dir(self) -> None:
        """Make it for this user alone; one that is there stays as it is."""
        folder = self.settings.data_dir
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"{folder}: this data folder cannot be made ({error.strerror}); name another with "
                "--data-dir"
            ) from error

    def room(self, sources: PermittedSources | None = None) -> ReadingRoom:
        """What answers a reader who is limited to some sources, or to none."""
        return self._rooms.get(sources, lambda: self._room(sources))

    def whole(self) -> ReadingRoom:
        """What answers readers of the whole archive. Raises IndexMissing, IndexCorrupt."""
        if self._opened is None:
            self.store.snapshot()  # before the archive: without an index, that is what to say
        return self.room()

    def _room(self, sources: PermittedSources | None) -> ReadingRoom:
        zone = self.settings.time_zone
        return ReadingRoom(
            self.archive,
            ReaderView(self.store, self.archive, self.groups, self.clock, sources, self._seal),
            Engine(
                self.store,
                self.archive,
                self._encoders.identified,
                zone,
                self._reranking,
                self.groups,
                self.clock,
                sources,
                self._seal,
            ),
            zone,
        )

    @functools.cached_property
    def _seal(self) -> Seal:
        return Seal(folder_secret(self.settings.data_dir))

    @property
    def engine(self) -> Engine:
        """What answers searches of the whole archive."""
        return self.room().engine

    @functools.cached_property
    def grouping(self) -> Grouping:
        """What finds copies and stories."""
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

    @property
    def reader(self) -> ArticleReader:
        """One article of the whole archive to read, and those like it."""
        return self.room().reader

    @functools.cached_property
    def _reranking(self) -> Reranking | None:
        settings = self.settings
        if not settings.reranker:
            return None
        return Reranking(
            lambda: load_reranker(settings.reranker),
            top=settings.rerank_top,
            budget_s=settings.rerank_budget_s,
        )

    @functools.cached_property
    def outbound(self) -> "Outbound":
        """The guarded client for whatever is asked of other servers."""
        from index.outbound.client import Outbound

        settings = self.settings
        policy = AddressPolicy.parse(settings.private_hosts)
        return Outbound(policy, user_agent=settings.user_agent)

    @functools.cached_property
    def feeds(self) -> FeedStore:
        """The feeds that are followed."""
        return FeedStore(self.database)

    def feed_sync(self, sleep: Callable[[float], object] = time.sleep) -> "FeedSync":
        """What fetches the feeds; `sleep` waits between two requests, and may raise to end."""
        from index.feeds.crawler import Crawler
        from index.feeds.sync import FeedSync

        crawler = Crawler(self.outbound, sleep=sleep)
        zones = self.settings.source_zones
        return FeedSync(self.feeds, crawler, self.put, detect, zones=zones)

    @functools.cached_property
    def alerts(self) -> "Alerts":
        """Saved searches, and telling of what is new for them."""
        from api.alerts.alerts import Alerts

        return Alerts(
            AlertStore(self.database),
            self.archive,
            self.store,
            self.engine,
            lambda: self.outbound,
            self.clock,
        )

    @functools.cached_property
    def keys(self) -> KeyStore:
        """The API keys."""
        return KeyStore(self.database)

    @functools.cached_property
    def jobs(self) -> JobStore:
        """Long work that a server does beside answering."""
        return JobStore(self.database, self.settings.job_lease_s)

    def search(self, request: SearchRequest) -> Page:
        """A page of hits from the whole archive. Raises what `Engine.search` does."""
        return self.whole().search(request)

    def watcher(self, paths: Sequence[Path], *, deletes: bool, settled_s: float) -> "Watcher":
        """What keeps folders in step with the archive; the index follows with the next sync."""
        from index.watching import Watcher, WatchStore

        def read(file: "FoundFile") -> Iterator[Article | RecordError]:
            return self.reading([file]).records

        return Watcher(
            paths,
            WatchStore(self.database),
            read=read,
            put=self.put,
            delete=self.delete,
            deletes=deletes,
            settled_s=settled_s,
        )

    def matching(self, query: str) -> Iterator[StoredArticle]:
        """Every article that a keyword search would find. Raises what `Engine.search` does."""
        self.store.snapshot()
        return self.engine.matching(SearchRequest(query, mode=Mode.KEYWORD))

    def backup(self, target: Path, on_progress: ProgressListener | None = None) -> "Contents":
        """Back up the data folder. Raises BackupError, ArchiveError, Unsupported."""
        from index.backup import make_backup

        if self.settings.archive:
            raise Unsupported("the articles are in PostgreSQL: back them up with its own pg_dump")
        return make_backup(self.settings.data_dir, self.database, target, version(), on_progress)

    def verify(self, on_progress: ProgressListener | None = None) -> "Verification":
        """Check all that lies in the data folder. Raises ArchiveError where nothing is there."""
        from index.integrity import VerifyTarget, verify

        settings = self.settings
        place = VerifyTarget(
            settings.database_path,
            lambda: self.archive,
            lambda: self.database.faults(),
            bool(settings.archive),
            settings.index_folder if settings.backend is Backend.LOCAL else None,
        )
        return verify(place, on_progress or (lambda progress: None))

    def repair(self, on_progress: ProgressListener | None = None) -> "RepairReport":
        """Make what is damaged of the index anew from the archive, and bring it up to date.

        Raises Unsupported, IndexLocked, and what `index.integrity.repair` does.
        """
        from index.integrity import repair

        if self.settings.backend is not Backend.LOCAL:
            raise Unsupported(
                "the index lies on a Milvus server, so there are no files of it to repair here; "
                "'newsearch reindex' makes it anew from the archive"
            )
        assert isinstance(self.store, LocalStore)
        tell = on_progress or (lambda progress: None)
        report = repair(self.store, self.archive, self._encoders.identified, tell)
        if report.snapshot is not None:
            with contextlib.suppress(EncoderMismatch):  # then changes wait, as they did before
                self.sync(on_progress)
        return report

    def article(self, article_id: str) -> StoredArticle:
        """An article, whether it may be shown or not. Raises ArticleNotFound."""
        return self.archive.get(article_id)

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first. Raises ArticleNotFound."""
        return self.archive.history(article_id)

    def reading(
        self,
        paths: "Sequence[str | FoundFile]",
        *,
        table: str | None = None,
        format_name: str | None = None,
    ) -> "ReadRun":
        """Files, folders and `-` (stdin), to be read. Raises SettingsError.

        `table` is that of SQLite files; `format_name` the format of all files, if not None.
        """
        from index import readers

        options = replace(self._read_options, table=table, format=format_name)
        return readers.read(paths, options)

    @functools.cached_property
    def _read_options(self) -> "ReadOptions":
        from index import readers

        return readers.ReadOptions(
            fallback_encoding=self.settings.text_encoding or None,
            zones=self.settings.source_zones,
            mapping=self.settings.map,
        )

    def article_from(self, record: object, place: str) -> Article | RecordError:
        """An article from a JSON value, or why it cannot become one; `place` says where it is."""
        from index.readers import article_or_error

        return article_or_error(record, place, self._read_options)

    def put(self, articles: Sequence[Article]) -> list[PutOutcome]:
        """Add or replace articles, durably; they become searchable with the next sync."""
        return self.archive.put(articles)

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles for good; returns the ids that existed."""
        return self.archive.delete(article_ids)

    @functools.cached_property
    def upkeep(self) -> Upkeep:
        """What brings the index up to the archive."""
        return Upkeep(self, self._encoders)

    def sync(self, on_progress: ProgressListener | None = None) -> SyncReport:
        """Bring the index up to the archive. Raises IndexLocked, EncoderMismatch, EncoderError."""
        return self.upkeep.sync(on_progress)

    def snapshot_id(self) -> str:
        """The newest snapshot's id. Raises IndexMissing, IndexCorrupt."""
        return self.store.snapshot().id

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        self._encoders.named(self.store.snapshot().encoder.name).encode_query("warm")

    def stats(self) -> "StatsBody":
        """What the archive and the index hold."""
        archive = self.archive
        try:
            index = self.store.snapshot().stats()
        except IndexMissing:
            index = None
        from api.schemas.stats import stats_body

        return stats_body(
            index,
            archived=archive.article_count(),
            pending=self.upkeep.pending(),
            archive_bytes=archive.size_bytes(),
        )
