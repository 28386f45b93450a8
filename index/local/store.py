"""The index folder: opens snapshots, hands out the one writer, removes unused files.

index/
  CURRENT             names the committed manifest; replacing it is the commit
  manifests/          numbered manifests, the newest kept for pinned snapshots
  segments/           immutable segment folders; `.making-…` while they are being made
  tombstones/         deleted ordinals of a segment as of one manifest
  rebuild/            a rebuild in progress or interrupted: a folder like this one
  write.lock          the one writer's lock
  rebuild.lock        the lock of the one rebuild
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from index.domain import EncoderIdentity
from index.errors import (
    DamagedFile,
    EncoderMismatch,
    IndexCorrupt,
    IndexMissing,
    SnapshotGone,
    StoreError,
)
from index.lexical.bm25 import Bm25Parameters
from index.local import manifest as manifests
from index.local import rebuild as rebuilds
from index.local.live_segment import LiveSegment
from index.local.lock import REBUILD_LOCK, index_lock
from index.local.manifest import Manifest
from index.local.rebuild import LocalRebuild
from index.local.snapshot import LocalSnapshot
from index.local.writer import LocalWriter, StepListener
from index.protocols import AnalyzerFor
from index.runtime.lock_wait import Pause
from index.segment import segment as segments
from index.segment import tombstones
from index.segment.entry import SegmentEntry
from index.segment.segment import Segment

_OPEN_ATTEMPTS = 5

SegmentKey = tuple[str, str]
"""The name of a segment, and the checksum of the list of its files."""


def _key(entry: SegmentEntry) -> SegmentKey:
    return entry.name, entry.checksum


def empty_snapshot(analyzer_for: AnalyzerFor) -> LocalSnapshot:
    """Return the snapshot of an index without articles and without an encoder."""
    nobody = EncoderIdentity("", "", 1, 1)
    return LocalSnapshot(manifests.empty(nobody), (), analyzer_for, Bm25Parameters())


class LocalStore:
    """`index.protocols.IndexStore` in a folder. Thread-safe.

    `on_step` is called with the name of each step of a commit before it; tests use it to crash.
    `snapshots` is the class of the snapshots, which decides what answers queries.
    """

    def __init__(
        self,
        folder: Path,
        analyzer_for: AnalyzerFor,
        *,
        parameters: Bm25Parameters | None = None,
        on_step: StepListener | None = None,
        snapshots: type[LocalSnapshot] = LocalSnapshot,
    ) -> None:
        self.folder = folder
        self._analyzer_for = analyzer_for
        self._parameters = parameters or Bm25Parameters()
        self._on_step: StepListener = on_step or (lambda step: None)
        self._snapshots = snapshots
        self._lock = threading.Lock()
        self._snapshot: LocalSnapshot | None = None
        self._opened: dict[str, tuple[SegmentEntry, Segment]] = {}
        self._intact: set[SegmentKey] = set()
        self._damaged: dict[SegmentKey, str] = {}

    def snapshot(self) -> LocalSnapshot:
        """The newest snapshot; costs one small read if nothing was committed since."""
        with self._lock:
            return self._newest()

    def _newest(self) -> LocalSnapshot:
        for attempt in range(_OPEN_ATTEMPTS):
            manifest = None
            known = self._snapshot
            if known and manifests.current_number(self.folder) == known.manifest.number:
                return known
            try:
                manifest = manifests.read_current(self.folder)
                self._snapshot = self._open(manifest)
                self._forget_unused(manifest)
                return self._snapshot
            except IndexCorrupt:
                # A writer may have committed and cleaned up in between: then another is the newest.
                is_superseded = manifest is None or self._is_superseded(manifest)
                if attempt == _OPEN_ATTEMPTS - 1 or not is_superseded:
                    raise
        raise AssertionError("the loop returns or raises")

    def _is_superseded(self, manifest: Manifest) -> bool:
        return manifests.current_number(self.folder) != manifest.number

    def pinned(self, snapshot_id: str) -> LocalSnapshot:
        """A snapshot by id, as long as it is kept. Raises SnapshotGone."""
        newest = self.snapshot()
        if newest.id == snapshot_id:
            return newest
        try:
            with self._lock:
                return self._open(manifests.read(self.folder, int(snapshot_id)))
        except (IndexCorrupt, ValueError) as error:
            raise SnapshotGone(
                f"the snapshot {snapshot_id} is no longer kept; start again from the first page"
            ) from error

    def _open(self, manifest: Manifest) -> LocalSnapshot:
        live = [
            LiveSegment(
                self._segment(entry, manifest.encoder),
                tombstones.read(self.folder, entry),
                self._parameters,
            )
            for entry in manifest.segments
            if _key(entry) not in self._damaged
        ]
        out = [entry for entry in manifest.segments if _key(entry) in self._damaged]
        return self._snapshots(
            manifest,
            live,
            self._analyzer_for,
            self._parameters,
            missing=sum(entry.articles - entry.deleted for entry in out),
        )

    def check(self, pause: Callable[[], object] = lambda: None, *, anew: bool = False) -> list[str]:
        """Compare the files of segments with their checksums; return what is newly found damaged.

        Snapshots leave out a damaged segment from then on, until it has been repaired. Segments
        that were found intact are read again only if `anew`. `pause` is called before each segment.
        Raises IndexMissing, IndexCorrupt.
        """
        found: dict[SegmentKey, str] = {}
        for entry in manifests.read_current(self.folder).segments:
            if _key(entry) in self._damaged or (_key(entry) in self._intact and not anew):
                continue
            pause()
            try:
                segments.check_files(self.folder / "segments" / entry.name, entry)
                self._intact.add(_key(entry))
            except DamagedFile as error:
                found[_key(entry)] = str(error)
        used = {_key(entry) for entry in manifests.read_current(self.folder).segments}
        with self._lock:
            # What is no longer used may have been removed while it was read.
            found = {key: why for key, why in found.items() if key in used}
            kept = {key: why for key, why in self._damaged.items() if key in used} | found
            if kept.keys() != self._damaged.keys():
                self._damaged, self._snapshot = kept, None
            self._intact &= used
        return list(found.values())

    def _segment(self, entry: SegmentEntry, encoder: EncoderIdentity) -> Segment:
        known = self._opened.get(entry.name)
        if known is not None and known[0].checksum == entry.checksum:
            return known[1]
        opened = segments.open_segment(self.folder / "segments" / entry.name, entry, encoder)
        self._opened[entry.name] = (entry, opened)
        return opened

    def _forget_unused(self, manifest: Manifest) -> None:
        used = {entry.name for entry in manifest.segments}
        self._opened = {name: kept for name, kept in self._opened.items() if name in used}

    @contextmanager
    def writer(self, encoder: EncoderIdentity) -> Iterator[LocalWriter]:
        """The writer. Raises IndexLocked (naming the holder) at once, EncoderMismatch, DamagedFile.

        The index records the encoder under the name it was last written with.
        """
        with index_lock(self.folder):
            rebuilds.clear_published(self.folder)
            manifest = self._base(encoder)
            writer = LocalWriter(self.folder, manifest, self._analyzer_for, self._on_step)
            if manifest.encoder.name != encoder.name:
                writer.rename_encoder(encoder.name)
            yield writer

    def _base(self, encoder: EncoderIdentity) -> Manifest:
        try:
            manifest = manifests.read_current(self.folder)
        except IndexMissing:
            return manifests.empty(encoder)
        if manifest.encoder != encoder:
            raise EncoderMismatch(
                f"the index was built with the encoder {manifest.encoder.name} "
                f"(revision {manifest.encoder.revision}), not {encoder.name} "
                f"(revision {encoder.revision}); 'newsearch reindex --encoder {encoder.name}' "
                "rebuilds it"
            )
        self._check_analyzers(manifest)
        return manifest

    def _check_analyzers(self, manifest: Manifest) -> None:
        for language, version in manifest.analyzers.items():
            present = self._analyzer_for(language).version
            if present != version:
                raise StoreError(
                    f"the index was built with the analysis {version}, and this version of "
                    f"newsearch has {present}; 'newsearch reindex' rebuilds it"
                )

    @contextmanager
    def mending(self, choose: Callable[[], Manifest]) -> Iterator[LocalWriter]:
        """A writer that continues from the manifest returned by `choose` under the lock.

        Raises IndexLocked, what `choose` raises, and StoreError for another analysis.
        """
        with index_lock(self.folder):
            manifest = choose()
            self._check_analyzers(manifest)
            yield LocalWriter(self.folder, manifest, self._analyzer_for, self._on_step)

    def abandon_rebuild(self) -> None:
        """Discard an interrupted rebuild. Raises IndexLocked while one is in progress."""
        if self.folder.exists():
            with index_lock(self.folder, REBUILD_LOCK):
                rebuilds.discard(self.folder)

    def rebuild(
        self, encoder: EncoderIdentity, pause: Pause = time.sleep
    ) -> AbstractContextManager[LocalRebuild]:
        """A writer to a fresh, hidden index that replaces this one if the block succeeds.

        An interrupted rebuild is resumed if the encoder and analysis are still the same. Readers
        and the writer of this index continue meanwhile, except at the end. An exception leaves the
        old index unchanged. Raises IndexLocked while another rebuild is in progress.
        """
        return rebuilds.rebuilding(self.folder, encoder, self._analyzer_for, self._on_step, pause)
