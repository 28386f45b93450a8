"""The one writer of an index folder: segments, tombstones, the commit, merging.

Every step before the commit creates files under names that are in no manifest yet; the commit is
one atomic replacement. If a writer is killed, the old snapshot remains, along with some
unreferenced files that the next commit removes.
"""

import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.domain import Calibration
from index.errors import IndexCorrupt
from index.files import durable
from index.local import manifest as manifests
from index.local import merging
from index.local.manifest import Manifest
from index.protocols import AnalyzerFor, IndexedArticle
from index.segment import segment as segments
from index.segment import tombstones
from index.segment.entry import SegmentEntry
from index.segment.segment import Segment

StepListener = Callable[[str], None]

Written = TypeVar("Written")

KEEP_SNAPSHOTS_S = 600
"""How long a replaced snapshot can still be opened by cursors and slow readers."""

KEEP_SNAPSHOTS_MAX = 64
"""The most replaced snapshots that are kept, however recent."""


class LocalWriter:
    """`index.protocols.IndexWriter`; used while the store's lock is held."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        analyzer_for: AnalyzerFor,
        on_step: StepListener,
        *,
        keep_snapshots_s: float = KEEP_SNAPSHOTS_S,
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._analyzer_for = analyzer_for
        self._on_step = on_step
        self._keep_snapshots_s = keep_snapshots_s
        self._opened: dict[str, Segment] = {}
        with durable.writing(folder):
            for name in (manifests.MANIFESTS, "segments", tombstones.FOLDER):
                (folder / name).mkdir(parents=True, exist_ok=True)
            durable.fsync_folder(folder)

    @property
    def manifest(self) -> Manifest:
        """The newest state that this writer committed or started from."""
        return self._manifest

    @property
    def archive_revision(self) -> int:
        """The archive revision up to which the current snapshot is complete."""
        return self._manifest.archive_revision

    def commit(
        self,
        articles: Sequence[IndexedArticle],
        removed: Iterable[str],
        archive_revision: int,
    ) -> str:
        """Make `articles` searchable and remove older versions and `removed` ids, atomically."""
        gone = {indexed.stored.article.id for indexed in articles} | set(removed)
        entries = self._without(gone)
        if articles:
            entries = (*entries, self.make_segment(articles))
        analyzers = {
            **self._manifest.analyzers,
            **{
                language: self._analyzer_for(language).version
                for language in {indexed.stored.article.language for indexed in articles}
            },
        }
        return self._replace(
            replace(
                self._manifest,
                segments=entries,
                archive_revision=archive_revision,
                analyzers=analyzers,
            )
        )

    def make_segment(self, articles: Sequence[IndexedArticle]) -> SegmentEntry:
        """Write a segment of articles, at least one; durable, but not yet in any snapshot."""
        return self._make(lambda making: segments.write(making, articles, self._analyzer_for))

    def delete_ordinals(self, entry: SegmentEntry, ordinals: Iterable[int]) -> SegmentEntry:
        """Delete more articles of a segment, from the next snapshot on."""
        self._on_step("tombstones")
        with durable.writing(self._folder):
            return tombstones.extend(self._folder, entry, ordinals, self._manifest.number + 1)

    def replace_segments(self, entries: Sequence[SegmentEntry]) -> str:
        """Commit a snapshot of these segments, over which keys ascend; returns its id."""
        return self._replace(replace(self._manifest, segments=tuple(entries)))

    def adopt(self, source: Path, manifest: Manifest) -> str:
        """Link the files of another index folder into this one and commit its state."""
        with durable.writing(self._folder):
            for entry in manifest.segments:
                self._adopt_segment(source / "segments" / entry.name)
            for name in filter(None, (entry.tombstones for entry in manifest.segments)):
                durable.link(source / tombstones.FOLDER / name, self._folder / tombstones.FOLDER)
            durable.fsync_folder(self._folder / tombstones.FOLDER)
        return self._replace(manifest)

    def _adopt_segment(self, source: Path) -> None:
        if (self._folder / "segments" / source.name).exists():
            return  # complete, from an adoption that was killed

        def link(making: Path) -> None:
            making.mkdir()
            for path in source.iterdir():
                durable.link(path, making)
            durable.fsync_folder(making)

        self._place(source.name, link)

    def set_calibration(self, calibration: Calibration) -> str:
        """Store new fusion weights; returns the new snapshot's id."""
        return self._replace(replace(self._manifest, calibration=calibration))

    def rename_encoder(self, name: str) -> str:
        """Record the same encoder under another name; returns the new snapshot's id."""
        return self._replace(
            replace(self._manifest, encoder=replace(self._manifest.encoder, name=name))
        )

    def merge(self, added: int = 0) -> bool:
        """Merge one run of segments if the merge policy says so; returns whether it did."""
        run = merging.choose(self._manifest.segments, added)
        if run is None:
            return False
        entries = self._manifest.segments[run]
        merged = self._merged(entries)
        before, after = self._manifest.segments[: run.start], self._manifest.segments[run.stop :]
        self._replace(replace(self._manifest, segments=(*before, *merged, *after)))
        return True

    def _merged(self, entries: Sequence[SegmentEntry]) -> tuple[SegmentEntry, ...]:
        parts = []
        for entry in entries:
            # Damage must not get new checksums that say it is none.
            segments.check_files(self._folder / "segments" / entry.name, entry)
            opened = self._segment(entry)
            deleted = tombstones.read(self._folder, entry)
            parts.append((opened, np.setdiff1d(np.arange(len(opened.columns)), deleted)))
        if not any(len(kept) for _, kept in parts):
            return ()
        return (self._make(lambda making: segments.merge(making, parts)),)

    def _without(self, article_ids: set[str]) -> tuple[SegmentEntry, ...]:
        """The segments without these articles; empty segments are dropped."""
        entries = []
        for entry in self._manifest.segments:
            found = self._segment(entry).columns.find_ids(article_ids)
            if len(found):
                entry = self.delete_ordinals(entry, found)
            if entry.deleted < entry.articles:
                entries.append(entry)
        return tuple(entries)

    def _segment(self, entry: SegmentEntry) -> Segment:
        if entry.name not in self._opened:
            path = self._folder / "segments" / entry.name
            self._opened[entry.name] = segments.open_segment(path, entry, self._manifest.encoder)
        return self._opened[entry.name]

    def _make(self, write: Callable[[Path], SegmentEntry]) -> SegmentEntry:
        """Write a segment under a unique name."""
        name = uuid.uuid4().hex[:16]
        return replace(self._place(name, write), name=name)

    def _place(self, name: str, write: Callable[[Path], Written]) -> Written:
        """Write a segment under a temporary name and rename it once it is complete and durable."""
        making = self._folder / "segments" / f".making-{name}"
        self._on_step("segment")
        shutil.rmtree(making, ignore_errors=True)  # left by a writer that was killed
        try:
            with durable.writing(self._folder):
                written = write(making)
                self._on_step("rename segment")
                making.rename(making.with_name(name))
                durable.fsync_folder(making.parent)
        finally:  # on a full disk, half a segment would take the space that the next attempt needs
            shutil.rmtree(making, ignore_errors=True)
        return written

    def _replace(self, manifest: Manifest) -> str:
        """Commit a manifest under the next number.

        It is higher than the numbers in the names of all its tombstone files, wherever they were
        made, so no later file can have the same name.
        """
        created_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        number = max(self._manifest.number, manifest.number) + 1
        manifest = manifest.with_number(number, created_at)
        self._on_step("commit")
        with durable.writing(self._folder):
            manifests.commit(self._folder, manifest)
            self._manifest = manifest
            self._on_step("clear away")
            self._clear_away()
        return str(manifest.number)

    def _clear_away(self) -> None:
        """Remove files that no kept snapshot needs."""
        snapshots = self._kept_snapshots()
        used_segments = {entry.name for manifest in snapshots for entry in manifest.segments}
        used_tombstones = {entry.tombstones for kept in snapshots for entry in kept.segments}
        kept_numbers = {manifest.number for manifest in snapshots}
        for number in manifests.numbers(self._folder):
            if number not in kept_numbers:
                manifests.path_of(self._folder, number).unlink()
        for path in (self._folder / tombstones.FOLDER).iterdir():
            if path.name not in used_tombstones:
                path.unlink()
        for folder in (self._folder, self._folder / manifests.MANIFESTS):
            for path in folder.glob(f"*{durable.TEMPORARY}"):
                path.unlink()
        for path in (self._folder / "segments").iterdir():
            if path.name not in used_segments:
                shutil.rmtree(path)
        self._opened = {name: s for name, s in self._opened.items() if name in used_segments}

    def _kept_snapshots(self) -> list[Manifest]:
        """The manifest just committed, and recently replaced ones."""
        current = self._manifest
        kept, oldest = [current], time.time() - self._keep_snapshots_s
        known = [number for number in manifests.numbers(self._folder) if number <= current.number]
        for number, following in pairwise(known[-KEEP_SNAPSHOTS_MAX - 1 :]):
            # It was replaced when the next one was written, regardless of its own age.
            if manifests.path_of(self._folder, following).stat().st_mtime > oldest:
                try:
                    kept.append(manifests.read(self._folder, number))
                except IndexCorrupt:
                    continue  # an unreadable old snapshot cannot be opened anyway
        return kept
