"""Keep the index up to date with the archive: articles, weights, copies, stories, rebuilds.

One process at a time writes the index; long work gives way to new articles.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from api.service.encoders import Encoders
from api.service.stores import Stores
from api.settings.setting_types import Backend
from api.settings.settings import Settings
from index.build import pipeline
from index.build.kept_vectors import KeptVectors
from index.build.pipeline import SyncReport
from index.build.workers import Worker
from index.domain import Calibration, EncoderIdentity
from index.errors import EncoderMismatch, IndexMissing, StoreError, Unsupported
from index.groups.grouping import Grouping
from index.ledger.work import WorkQueue
from index.protocols import Encoder, IndexWriter, ProgressListener, Snapshot
from index.runtime.lock_wait import LOCKED_RETRY_S, Pause, wait_for_lock
from search.ranking.calibration import calibrate, due_languages, merged

if TYPE_CHECKING:
    from api.alerts.alerts import Alerts

TURN_S = 2.0
"""After this time a server groups no further batch before others get a chance at the lock."""

NEWS_S, LOOK_FOR_NEWS_S = 1.0, 0.05
"""How long background work waits each time for articles to be indexed: it continues even if they
arrive faster than they can be indexed.
"""


class Upkeep:
    """Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        encoders: Encoders,
        *,
        grouping: Callable[[], Grouping],
        alerts: "Callable[[], Alerts]",
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._encoders = encoders
        self._grouping = grouping
        self._alerts = alerts
        self._seen: tuple[str, int] | None = None

    def pending(self) -> int:
        """Return how many changes of the archive the newest snapshot lacks."""
        revision, archive = self.indexed_revision(), self._stores.archive
        return archive.count(revision) if archive.last_revision() > revision else 0

    def is_behind(self) -> bool:
        """Return whether the index lags behind the archive, or the groups behind the index."""
        if self.pending():
            return True
        try:
            return self._grouping().lags_behind(self._stores.index.snapshot())
        except IndexMissing:
            return False

    def indexed_revision(self) -> int:
        """Return the archive revision covered by the newest snapshot; 0 without an index."""
        try:
            snapshot = self._stores.index.snapshot()
        except IndexMissing:
            return 0
        if self._seen is None or self._seen[0] != snapshot.id:
            self._seen = (snapshot.id, snapshot.stats().archive_revision)
        return self._seen[1]

    def encoder(self) -> Encoder:
        """Return the encoder to index with: the chosen one, the index's own, or the default.

        "multilingual" chooses the index's own if that is what it meant when the index was made.
        """
        try:
            own = self._stores.index.snapshot().encoder
        except IndexMissing:
            return self._encoders.named(self._settings.encoder)
        if not self._settings.is_chosen("encoder") or self._has_meant(own.name):
            return self._encoders.identified(own)
        return self._encoders.named(self._settings.encoder)

    def _has_meant(self, name: str) -> bool:
        """Return whether the setting is "multilingual" and may have meant this encoder."""
        # Imported here: commands that encode nothing do not need the package.
        from index.encoder.multilingual import DEFAULT, MULTILINGUAL

        return self._settings.encoder == DEFAULT and name in MULTILINGUAL

    def _encoder_name(self) -> str:
        if self._settings.is_chosen("encoder"):
            return self._settings.encoder
        try:
            return self._stores.index.snapshot().encoder.name
        except StoreError:
            return self._settings.encoder  # a rebuild must work on a damaged index

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        """Open the index's writer. Raises IndexLocked at once, EncoderMismatch, EncoderError."""
        self._stores.make_data_dir()  # or the lock would make it, open to everybody
        with self._stores.index.writer(self.encoder().identity) as writer:
            yield writer

    def catch_up(
        self,
        writer: IndexWriter,
        on_progress: ProgressListener | None = None,
        *,
        calibrates: bool = True,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> SyncReport:
        """Index what is new in the archive, clean up, and calibrate if it is due.

        Copies and stories come last and are left to the next run once `gives_way` says so.
        """
        encoder = self.encoder()
        kept = KeptVectors(self._settings.encoding_folder / "new", encoder.identity)
        report = pipeline.catch_up(self._stores.archive, writer, encoder, on_progress, kept=kept)
        if calibrates:
            self._calibrate(writer, encoder, on_progress)
        if self._group(on_progress, gives_way):  # a saved search may ask for a story
            self._alerts().match()
        return report

    def _group(
        self,
        on_progress: ProgressListener | None,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Bring copies and stories up to date under the writer's lock; return whether they are,
        which is false if they gave way.
        """
        try:
            snapshot = self._stores.index.snapshot()
        except IndexMissing:
            return True  # nothing has ever been indexed
        self._grouping().catch_up(snapshot, on_progress, gives_way)
        return not self._grouping().lags_behind(snapshot)

    def _calibrate(
        self, writer: IndexWriter, encoder: Encoder, on_progress: ProgressListener | None
    ) -> None:
        snapshot, due = self._due()
        if snapshot is None or not due:
            return
        learnt = calibrate(snapshot, self._stores.archive, encoder, due, on_progress=on_progress)
        if learnt != snapshot.calibration:
            writer.set_calibration(learnt)

    def _due(self) -> tuple[Snapshot | None, list[str]]:
        """Return the newest snapshot and the languages whose weights are due.

        None without an index.
        """
        try:
            snapshot = self._stores.index.snapshot()
        except IndexMissing:
            return None, []  # nothing has ever been indexed
        return snapshot, due_languages(snapshot)

    def sync(self, on_progress: ProgressListener | None = None) -> SyncReport:
        """Bring the index up to date. Raises IndexLocked, EncoderMismatch, EncoderError."""
        with self.writing() as writer:
            return self.catch_up(writer, on_progress)

    def keep_up(self, on_progress: ProgressListener | None = None) -> SyncReport:
        """Bring the index up to date without what new articles need not wait for.

        `recalibrate` does the calibration; copies and stories give way to new articles and, every
        `TURN_S`, to others waiting for the lock.
        """
        gives_way = self._end_of_turn()
        with self.writing() as writer:
            return self.catch_up(writer, on_progress, calibrates=False, gives_way=gives_way)

    def recalibrate(self, pause: Pause, on_progress: ProgressListener | None = None) -> bool:
        """Learn the weights that are due; return whether any were.

        Only storing them needs the lock.

        `pause` waits while another process writes. Raises EncoderError.
        """
        snapshot, due = self._due()
        if snapshot is None or not due:
            return False
        encoder = self._encoders.identified(snapshot.encoder)
        learnt = calibrate(snapshot, self._stores.archive, encoder, due, on_progress=on_progress)
        try:
            with self._writing_when_free(snapshot.encoder, pause) as writer:
                noted = self._stores.index.snapshot().calibration
                writer.set_calibration(merged(noted, learnt, due))
                return True
        except EncoderMismatch:
            return False  # rebuilt meanwhile with another encoder, which has its own weights

    def set_calibration(self, calibration: Calibration) -> None:
        """Store fusion weights. Raises IndexLocked, EncoderMismatch."""
        with self._stores.index.writer(self._stores.index.snapshot().encoder) as writer:
            writer.set_calibration(calibration)

    def untune(self, on_progress: ProgressListener | None = None) -> list[str]:
        """Replace tuned weights by weights learnt from the archive; return their languages."""
        calibration = self._stores.index.snapshot().calibration
        tuned = [language for language, one in calibration.weights.items() if one.is_tuned]
        if tuned:
            left = {
                language: weight
                for language, weight in calibration.weights.items()
                if not weight.is_tuned
            }
            encoder = self._encoders.identified(self._stores.index.snapshot().encoder)
            with self._stores.index.writer(encoder.identity) as writer:
                writer.set_calibration(replace(calibration, weights=left))
                self._calibrate(writer, encoder, on_progress)
        return sorted(tuned)

    def _writing_when_free(
        self, encoder: EncoderIdentity, pause: Pause
    ) -> AbstractContextManager[IndexWriter]:
        """Open the index's only writer once it is free. Raises EncoderMismatch."""
        return wait_for_lock(lambda: self._stores.index.writer(encoder), pause)

    def give_way_to_news(self, pause: Pause) -> None:
        """Wait a moment if articles are waiting to be indexed; called by long work."""
        ends_s = time.monotonic() + NEWS_S
        while self.pending() and time.monotonic() < ends_s:
            pause(LOOK_FOR_NEWS_S)

    def worker(self) -> Worker:
        """Return one of several workers that index together. Raises Unsupported, EncoderError."""
        if self._settings.archive and self._settings.backend is Backend.LOCAL:
            raise Unsupported(
                "workers on several machines need a shared index: set backend to 'milvus'"
            )
        stores = self._stores
        return Worker(stores.archive, stores.index, self.encoder(), WorkQueue(stores.ledger))

    def sync_if_indexed(self) -> SyncReport | None:
        """Do as `sync` does, or nothing if there is no index yet (then no model is loaded)."""
        try:
            self._stores.index.snapshot()
        except IndexMissing:
            return None
        return self.sync()

    def reindex(
        self,
        on_progress: ProgressListener | None = None,
        pause: Pause = time.sleep,
        give_way: Callable[[], object] = lambda: None,
    ) -> SyncReport:
        """Rebuild the index from the archive while the old one is still searched and written.

        The encoder is the chosen one, otherwise the current one of the index's name. `pause` waits
        for whoever writes the index; `give_way` is called every few texts and may wait. Raises
        IndexLocked at once while another rebuild is running, EncoderError.
        """
        tell = on_progress or (lambda progress: None)
        encoder = self._encoders.named(self._encoder_name())
        report = pipeline.reindex(
            self._stores.archive,
            self._stores.index,
            encoder,
            on_progress=tell,
            pause=pause,
            give_way=give_way,
            kept=KeptVectors(self._settings.encoding_folder / "rebuilt", encoder.identity),
        )
        self.recalibrate(pause, pipeline.giving_way(tell, give_way))
        self._group_in_turns(pause, tell)
        return report

    def _group_in_turns(self, pause: Pause, on_progress: ProgressListener) -> None:
        """Bring copies and stories up to date with the index, releasing the lock in between."""
        while True:
            with self._writing_when_free(self._stores.index.snapshot().encoder, pause):
                if self._group(on_progress, self._end_of_turn()):
                    return
            pause(LOCKED_RETRY_S)

    def _end_of_turn(self) -> Callable[[], bool]:
        """Returns true once grouping has held the lock for `TURN_S`, or articles are waiting."""
        ends_s = time.monotonic() + TURN_S
        return lambda: time.monotonic() > ends_s or self.pending() > 0
