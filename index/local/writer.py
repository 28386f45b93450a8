"""The one writer of an index folder: segments, tombstones, the commit, merging.

Every step before the commit makes new files under names that no manifest knows yet; the commit is
one atomic replacement. A writer that is killed leaves the old snapshot and some unknown files,
which the next commit clears away.
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
"""How long a replaced snapshot can still be opened, for cursors and slow readers."""

KEEP_SNAPSHOTS_MAX = 64
"""The most replaced snapshots that are kept, however young."""


class LocalWriter:
    """`index.protocols.IndexWriter`; lives inside the store's lock."""

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
        """The newest state that this writer committed, or goes on from."""
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
        """Make `articles` searchable, take out older versions and `removed` ids; atomically."""
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
        """A new segment of articles, at least one; durable, and not yet in any snapshot."""
        return self._make(lambda making: segments.write(making, articles, self._analyzer_for))

    def delete_ordinals(self, entry: SegmentEntry, ordinals: Iterable[int]) -> SegmentEntry:
        """A segment with more of its articles deleted, as of the next snapshot."""
        self._on_step("tombstones")
        with durable.writing(self._folder):
            return tombstones.extend(self._folder, entry, ordinals, self._manifest.number + 1)

    def replace_segments(self, entries: Sequence[SegmentEntry]) -> str:
        """Commit a snapshot of these segments, keys ascending over them; returns its id."""
        return self._replace(replace(self._manifest, segments=tuple(entries)))

    def adopt(self, source: Path, manifest: Manifest) -> str:
        """Commit the state of another index folder, its files linked into this one."""
        with durable.writing(self._folder):
            for entry in manifest.segments:
                self._adopt_segment(source / "segments" / entry.name)
            for name in filter(None, (entry.tombstones for entry in manifest.segments)):
                durable.link(source / tombstones.FOLDER / name, self._folder / tombstones.FOLDER)
            durable.fsync_folder(self._folder / tombstones.FOLDER)
        return self._replace(manifest)

    def _adopt_segment(self, source: Path) -> None:
        if (self._folder / "segments" / source.name).exists():
            return  # whole, of an adoption that was killed

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
        """Say where the encoder is found now; returns the new snapshot's id."""
        return self._replace(
            replace(self._manifest, encoder=replace(self._manifest.encoder, name=name))
        )

    def merge(self, added: int = 0) -> bool:
        """Merge one run of segments if the policy asks for it; returns whether it did."""
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
            opened = self._segment(entry)
            deleted = tombstones.read(self._folder, entry)
            parts.append((opened, np.setdiff1d(np.arange(len(opened.columns)), deleted)))
        if not any(len(kept) for _, kept in parts):
            return ()
        return (self._make(lambda making: segments.merge(making, parts)),)

    def _without(self, article_ids: set[str]) -> tuple[SegmentEntry, ...]:
        """The segments with these articles deleted; a segment without any left is dropped."""
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
        """Make a segment of a name of its own."""
        name = uuid.uuid4().hex[:16]
        return replace(self._place(name, write), name=name)

    def _place(self, name: str, write: Callable[[Path], Written]) -> Written:
        """Write a segment under a temporary name and rename it once it is whole and durable."""
        making = self._folder / "segments" / f".making-{name}"
        self._on_step("segment")
        shutil.rmtree(making, ignore_errors=True)  # of another that was killed earlier
        try:
            with durable.writing(self._folder):
                written = write(making)
                self._on_step("rename segment")
                making.rename(making.with_name(name))
                durable.fsync_folder(making.parent)
        finally:  # half a segment on a full disk would take the room that the next try needs
            shutil.rmtree(making, ignore_errors=True)
        return written

    def _replace(self, manifest: Manifest) -> str:
        """Commit a manifest under the next number.

        That is higher than the numbers in the names of all its files of tombstones, wherever they
        were made, so that no later file has the name of one of them.
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
        """Remove what no kept snapshot needs."""
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
            # It was replaced when the next one was written, however old it was itself.
            if manifests.path_of(self._folder, following).stat().st_mtime > oldest:
                try:
                    kept.append(manifests.read(self._folder, number))
                except IndexCorrupt:
                    continue  # an unreadable old snapshot cannot be opened anyway
        return kept
