"""`Ingest`: the way of articles from any source to the readers of saved searches.

Put, sync, deliver: an article is durable once it is put, searchable once the index is synced, and
reported once the matches of saved searches are delivered. A command does all three; a server puts
and leaves the rest to its background threads.
"""

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from api.service.intake import Intake, take_in
from api.service.stores import Stores
from api.service.upkeep import Upkeep
from api.settings.settings import Settings
from index.build.pipeline import SyncReport
from index.build.workers import Worker, WorkReport
from index.domain import Article
from index.errors import IndexLocked, RecordError
from index.feeds.store import FeedStore
from index.protocols import ProgressListener
from index.text.language import detect

if TYPE_CHECKING:
    from api.alerts.alerts import Alerts
    from index.feeds.sync import FeedSync
    from index.outbound.client import Outbound
    from index.readers import ReadOptions, ReadRun
    from index.readers.walk import FoundFile
    from index.watching import Watcher


class Ingest:
    """Safe to share between threads. Expensive modules are imported where they are used."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        upkeep: Upkeep,
        *,
        alerts: "Callable[[], Alerts]",
        feeds: "Callable[[], FeedStore]",
        outbound: "Callable[[], Outbound]",
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._upkeep = upkeep
        self._alerts = alerts
        self._feeds = feeds
        self._outbound = outbound

    def reading(
        self,
        paths: "Sequence[str | FoundFile]",
        *,
        table: str | None = None,
        format_name: str | None = None,
        fixed: Mapping[str, str] | None = None,
    ) -> "ReadRun":
        """Return a reader of files, folders and `-` (stdin). Raises SettingsError.

        `table` is the table of SQLite files; `format_name` the format of all files, if not None.
        `fixed` are values of fields for records that lack them; `date-from-name` among them is the
        form of the dates in the names of files.
        """
        from index import readers
        from index.readers.file_names import DateInName

        given = dict(fixed or {})
        form = given.pop("date-from-name", None)
        options = replace(
            self._read_options,
            table=table,
            format=format_name,
            fixed=given,
            date_in_name=DateInName(form) if form is not None else None,
        )
        return readers.read(paths, options)

    def article_from(self, record: object, place: str) -> Article | RecordError:
        """Return an article from a JSON value, or why it is not one; `place` says where it is."""
        from index.readers import record_or_error

        return record_or_error(record, place, self._read_options)

    @functools.cached_property
    def _read_options(self) -> "ReadOptions":
        from index import readers

        settings = self._settings
        return readers.ReadOptions(
            fallback_encoding=settings.text_encoding or None,
            zones=settings.source_zones,
            orders=settings.date_orders,
            mapping=settings.map,
            keeps_markup=settings.keep_markup,
            ids_of_files=self._stores.archive.ids_of_files,
            headlines=settings.headlines,
        )

    def put(
        self,
        records: Iterable[Article | RecordError],
        *,
        intake: Intake | None = None,
        keeps_outcomes: bool = False,
        refuses_repeats: bool = False,
        replaces_files: bool = False,
        on_batch: Callable[[], None] | None = None,
    ) -> Intake:
        """Put articles into the archive, durably, as `take_in` does. Raises ArchiveError.

        With `replaces_files` an id that belongs to one file goes to another that has it, too.
        """
        from index.readers.file_identity import put_from_files

        return take_in(
            records,
            functools.partial(put_from_files, self._stores.archive, replaces=replaces_files),
            intake=intake,
            keeps_outcomes=keeps_outcomes,
            refuses_repeats=refuses_repeats,
            on_batch=on_batch,
        )

    def put_and_publish(
        self,
        records: Iterable[Article | RecordError],
        *,
        intake: Intake | None = None,
        replaces_files: bool = False,
        on_batch: Callable[[], None] | None = None,
        on_progress: ProgressListener | None = None,
    ) -> SyncReport:
        """Put articles, index them and deliver, all as the index's only writer.

        A repeated id is refused. Raises IndexLocked before anything is put, EncoderMismatch,
        EncoderError, ArchiveError.
        """
        with self._upkeep.writing() as writer:
            self.put(
                records,
                intake=intake,
                refuses_repeats=True,
                replaces_files=replaces_files,
                on_batch=on_batch,
            )
            report = self._upkeep.catch_up(writer, on_progress)
        self._alerts().deliver()
        return report

    def publish(self, on_progress: ProgressListener | None = None) -> SyncReport:
        """Index what was put and deliver. Raises IndexLocked, EncoderMismatch, EncoderError."""
        report = self._upkeep.sync(on_progress)
        self._alerts().deliver()
        return report

    def deliver(self, check: Callable[[], object]) -> None:
        """Match what other processes indexed, and deliver; `check` may raise to stop early."""
        self._alerts().match()
        self._alerts().deliver(check)

    def work(self, worker: Worker, on_progress: ProgressListener | None = None) -> WorkReport:
        """Encode and commit until the index is complete; then deliver."""
        report = worker.run(on_progress)
        if report.indexed:
            try:
                self.publish(on_progress)
            except IndexLocked:
                return report  # whoever holds the lock ends with the same step
        return report

    def feed_sync(self, sleep: Callable[[float], object] = time.sleep) -> "FeedSync":
        """Return what fetches the feeds; `sleep` waits between requests and may raise to stop."""
        from index.feeds.crawler import Crawler
        from index.feeds.sync import FeedSync

        crawler = Crawler(self._outbound(), sleep=sleep)
        return FeedSync(
            self._feeds(),
            crawler,
            self._stores.archive.put,
            detect,
            zones=self._settings.source_zones,
            orders=self._settings.date_orders,
        )

    def watcher(self, paths: Sequence[Path], *, deletes: bool, settled_s: float) -> "Watcher":
        """Return what keeps the archive in step with folders; the index follows with `publish`."""
        from index.readers.file_identity import put_from_files
        from index.watching import Watcher, WatchStore

        def read(file: "FoundFile") -> Iterator[Article | RecordError]:
            return self.reading([file]).records

        archive = self._stores.archive
        return Watcher(
            paths,
            WatchStore(self._stores.database),
            read=read,
            put=functools.partial(put_from_files, archive, follows=True),
            delete=archive.delete,
            deletes=deletes,
            settled_s=settled_s,
        )
