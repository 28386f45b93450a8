"""The one writer of an index folder: segments, tombstones, the commit, merging, rebuilding.

Every step before the commit makes new files under names that no manifest knows yet; the commit is
one atomic replacement. A writer that is killed leaves the old snapshot and some unknown files,
which the next commit clears away.
"""

import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.domain import Calibration, EncoderIdentity
from index.errors import IndexCorrupt, IndexMissing
from index.local import durable, merging, tombstones
from index.local import manifest as manifests
from index.local import segment as segments
from index.local.manifest import Manifest, SegmentEntry
from index.local.segment import AnalyzerFor, Segment
from index.protocols import IndexedArticle

StepListener = Callable[[str], None]

KEEP_SNAPSHOTS_S = 600
"""How long a replaced snapshot can still be opened, for cursors and slow readers."""

KEEP_SNAPSHOTS_MAX = 64
"""The most replaced snapshots that are kept, however young."""

_REBUILD = "REBUILD"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild under way: its manifest so far, kept in a file of its own until it is published."""

    manifest: Manifest

    @classmethod
    def start(cls, folder: Path, encoder: EncoderIdentity, analyzer_for: AnalyzerFor) -> "Rebuild":
        """Go on with an interrupted rebuild of the same kind, or begin anew."""
        path = folder / _REBUILD
        if path.exists():
            try:
                manifest = manifests.parse(path.read_bytes(), path)
            except IndexCorrupt:
                manifest = None  # nothing but time is lost by beginning anew
            if manifest is not None and _goes_on(folder, manifest, encoder):
                versions = manifest.analyzers.items()
                if all(analyzer_for(language).version == found for language, found in versions):
                    return cls(manifest)
            discard_rebuild(folder)
        return cls(replace(manifests.empty(encoder), calibration=_calibration_for(folder, encoder)))


def _goes_on(folder: Path, manifest: Manifest, encoder: EncoderIdentity) -> bool:
    """Whether a rebuild is for this encoder, and was not published just before a crash."""
    try:
        published = manifests.read_current(folder).segments
    except (IndexMissing, IndexCorrupt):
        published = ()
    return manifest.encoder == encoder and manifest.segments != published


def _calibration_for(folder: Path, encoder: EncoderIdentity) -> Calibration:
    """What was learnt for this encoder stays true of a rebuilt index."""
    try:
        current = manifests.read_current(folder)
    except (IndexMissing, IndexCorrupt):
        return manifests.empty(encoder).calibration
    return (current if current.encoder == encoder else manifests.empty(encoder)).calibration


def discard_rebuild(folder: Path) -> bool:
    """Forget an interrupted rebuild; its segments go with the next clearing away."""
    path = folder / _REBUILD
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed


class LocalWriter:
    """`index.protocols.IndexWriter`; lives inside the store's lock."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        analyzer_for: AnalyzerFor,
        on_step: StepListener,
        rebuild: Rebuild | None = None,
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._analyzer_for = analyzer_for
        self._on_step = on_step
        self._is_rebuild = rebuild is not None
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

    def set_calibration(self, calibration: Calibration) -> str:
        """Store new fusion weights; returns the new snapshot's id."""
        return self._replace(replace(self._manifest, calibration=calibration))

    def rename_encoder(self, name: str) -> str:
        """Say where the encoder is found now; returns the new snapshot's id."""
        return self._replace(
            replace(self._manifest, encoder=replace(self._manifest.encoder, name=name))
        )

    def merge(self) -> bool:
        """Merge one run of segments if the policy asks for it; returns whether it did."""
        run = merging.choose(self._manifest.segments)
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
        """Make a segment under a temporary name and rename it once it is whole and durable."""
        name = uuid.uuid4().hex[:16]
        making = self._folder / "segments" / f".making-{name}"
        self._on_step("segment")
        try:
            with durable.writing(self._folder):
                entry = replace(write(making), name=name)
                self._on_step("rename segment")
                making.rename(making.with_name(name))
                durable.fsync_folder(making.parent)
        finally:  # half a segment on a full disk would take the room that the next try needs
            shutil.rmtree(making, ignore_errors=True)
        return entry

    def _replace(self, manifest: Manifest) -> str:
        """Commit a manifest under the next number."""
        created_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        manifest = manifest.with_number(self._manifest.number + 1, created_at)
        self._on_step("commit")
        with durable.writing(self._folder):
            if self._is_rebuild:
                durable.replace(self._folder / _REBUILD, manifest.to_json())
            else:
                manifests.commit(self._folder, manifest)
            self._manifest = manifest
            self._on_step("clear away")
            self._clear_away()
        return str(manifest.number)

    def publish_rebuild(self) -> None:
        """Make the rebuilt index the current one."""
        try:
            number = manifests.current_number(self._folder)
        except IndexMissing:
            number = 0
        except IndexCorrupt:
            number = max(manifests.numbers(self._folder), default=0)
        self._is_rebuild = False
        self._manifest = replace(self._manifest, number=number)
        self._replace(self._manifest)
        discard_rebuild(self._folder)

    def _clear_away(self) -> None:
        """Remove what neither a kept snapshot nor a rebuild needs."""
        try:
            snapshots = self._kept_snapshots()
        except IndexCorrupt:
            return  # beside a rebuild: until it is published, a repair may need what is there
        needed = [self._manifest, *snapshots, *self._interrupted_rebuild()]
        used_segments = {entry.name for manifest in needed for entry in manifest.segments}
        used_tombstones = {entry.tombstones for manifest in needed for entry in manifest.segments}
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
        """The current manifest and recently replaced ones. Raises IndexCorrupt."""
        try:
            current = manifests.read_current(self._folder)
        except IndexMissing:
            return []
        kept, oldest = [current], time.time() - KEEP_SNAPSHOTS_S
        known = [number for number in manifests.numbers(self._folder) if number <= current.number]
        for number, following in pairwise(known[-KEEP_SNAPSHOTS_MAX - 1 :]):
            # It was replaced when the next one was written, however old it was itself.
            if manifests.path_of(self._folder, following).stat().st_mtime >= oldest:
                try:
                    kept.append(manifests.read(self._folder, number))
                except IndexCorrupt:
                    continue  # an unreadable old snapshot cannot be opened anyway
        return kept

    def _interrupted_rebuild(self) -> list[Manifest]:
        path = self._folder / _REBUILD
        if not path.exists():
            return []
        try:
            return [manifests.parse(path.read_bytes(), path)]
        except IndexCorrupt:
            discard_rebuild(self._folder)
            return []
