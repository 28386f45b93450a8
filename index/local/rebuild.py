"""A rebuild: a separate folder inside the index's folder, until it replaces the index.

Readers and the one writer of the index therefore never see an unfinished rebuild. Publishing links
its files into the index's folders, where at first no manifest refers to them, and then commits a
manifest that does: if it is killed at any moment, the index is the old or the new one, and the
rebuild is still intact.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from index.domain import EncoderIdentity
from index.errors import IndexCorrupt, IndexLocked, IndexMissing
from index.files import durable
from index.local import manifest as manifests
from index.local.lock import REBUILD_LOCK, holder_note, index_lock
from index.local.manifest import Manifest
from index.local.writer import LocalWriter, StepListener
from index.protocols import AnalyzerFor
from index.runtime.lock_wait import Pause, wait_for_lock

FOLDER = "rebuild"

FORMER = "REBUILD"
"""The note of a rebuild in older versions, which had no folder for it; these are not resumed."""


class LocalRebuild(LocalWriter):
    """`index.protocols.RebuildWriter`; used while the rebuild lock is held.

    `held` owns the writer's lock once others are excluded.
    """

    def __init__(
        self,
        index: Path,
        manifest: Manifest,
        analyzer_for: AnalyzerFor,
        on_step: StepListener,
        pause: Pause,
        held: ExitStack,
    ) -> None:
        super().__init__(index / FOLDER, manifest, analyzer_for, on_step, keep_snapshots_s=0)
        self._index = index
        self._pause = pause
        self._held = held
        self._excludes_others = False

    def exclude_others(self) -> None:
        """Wait for the index's writer; let none start before this is published."""
        if not self._excludes_others:
            self._held.enter_context(wait_for_lock(lambda: index_lock(self._index), self._pause))
            self._excludes_others = True

    def publish(self) -> None:
        """Replace the index by the rebuild, keeping the weights if they are still valid."""
        self.exclude_others()
        present = _present(self._index, self.manifest.encoder)
        manifest = self.manifest
        if present.encoder == manifest.encoder:
            manifest = replace(manifest, calibration=present.calibration)
        writer = LocalWriter(self._index, present, self._analyzer_for, self._on_step)
        writer.adopt(self._folder, manifest)
        discard(self._index)


@contextmanager
def rebuilding(
    index: Path,
    encoder: EncoderIdentity,
    analyzer_for: AnalyzerFor,
    on_step: StepListener,
    pause: Pause,
) -> Iterator[LocalRebuild]:
    """Implements `index.protocols.IndexStore.rebuild`."""
    with index_lock(index, REBUILD_LOCK), ExitStack() as held:
        manifest = _begun(index, encoder, analyzer_for)
        rebuild = LocalRebuild(index, manifest, analyzer_for, on_step, pause, held)
        yield rebuild
        rebuild.publish()


def discard(index: Path) -> None:
    """Discard a rebuild. Raises IndexUnwritable."""
    with durable.writing(index):
        (index / FORMER).unlink(missing_ok=True)
        if (index / FOLDER).exists():
            shutil.rmtree(index / FOLDER)


def clear_published(index: Path) -> None:
    """Remove the remains of a rebuild that was killed right after publication or at its start."""
    leavings = (FOLDER, FORMER, holder_note(REBUILD_LOCK))
    if not any((index / name).exists() for name in leavings):
        return
    with suppress(IndexLocked), index_lock(index, REBUILD_LOCK):  # otherwise it is in progress
        try:
            is_over = _is_published(index, manifests.read_current(index / FOLDER))
        except (IndexMissing, IndexCorrupt):
            is_over = True  # only time is lost by starting again
        if is_over:
            discard(index)


def _begun(index: Path, encoder: EncoderIdentity, analyzer_for: AnalyzerFor) -> Manifest:
    """Where an interrupted rebuild of the same kind stopped; otherwise the start of a new one."""
    try:
        manifest = manifests.read_current(index / FOLDER)
    except (IndexMissing, IndexCorrupt):
        manifest = None
    if (
        manifest is not None
        and manifest.encoder == encoder
        and not _is_published(index, manifest)
        and all(
            analyzer_for(language).version == version
            for language, version in manifest.analyzers.items()
        )
    ):
        return manifest
    discard(index)
    return manifests.empty(encoder)


def _is_published(index: Path, rebuilt: Manifest) -> bool:
    """Whether the index contains segments of a rebuild. Segment names are unique."""
    try:
        current = manifests.read_current(index)
    except (IndexMissing, IndexCorrupt):
        return False
    names = {entry.name for entry in current.segments}
    return any(entry.name in names for entry in rebuilt.segments)


def _present(index: Path, encoder: EncoderIdentity) -> Manifest:
    """The index to be replaced; only its number if it cannot be read."""
    try:
        return manifests.read_current(index)
    except IndexMissing:
        return manifests.empty(encoder)
    except IndexCorrupt:
        number = max(manifests.numbers(index), default=0)
        return replace(manifests.empty(encoder), number=number)
