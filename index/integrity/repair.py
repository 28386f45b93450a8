"""Repairing an index folder: damaged parts are rebuilt from the archive, the rest stays.

The articles of a damaged segment are those that the archive has and no intact segment shows; its
own columns are not needed for that. They are encoded again into new segments that take the place of
the damaged one, because keys ascend over the segments of a manifest. All of it is one commit; until
then readers have the old snapshot, as far as it can be read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.build import pipeline
from index.domain import EncoderIdentity, Keys, Progress
from index.errors import IndexCorrupt, IndexMissing
from index.integrity.articles import Shown, Wanted, compare, wanted
from index.integrity.files import CheckedSegment, base_manifest, check_segments
from index.integrity.report import Damage
from index.local import LocalStore
from index.local import manifest as manifests
from index.local.manifest import Manifest
from index.local.writer import LocalWriter
from index.protocols import Archive, Change, Encoder, IndexedArticle, ProgressListener
from index.segment.columns import Columns
from index.segment.entry import SegmentEntry

EncoderFor = Callable[[EncoderIdentity], Encoder]
Whole = Sequence[tuple[CheckedSegment, Columns]]


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair found and did.

    `articles` were encoded again. `snapshot` None means that nothing was damaged and nothing was
    done.
    """

    damages: tuple[Damage, ...]
    articles: int
    snapshot: str | None


def repair(
    store: LocalStore, archive: Archive, encoder_for: EncoderFor, tell: ProgressListener
) -> RepairReport:
    """Repair the index, as of the revision up to which it was complete.

    Later changes in the archive are left to the usual catch-up. `encoder_for` is called if articles
    have to be encoded. Raises IndexMissing, IndexLocked, IndexUnwritable, ArchiveError;
    IndexCorrupt if no manifest is intact.
    """
    damages: list[Damage] = []

    def choose() -> Manifest:
        manifest, found = base_manifest(store.folder)
        damages.extend(found)
        return replace(manifest, number=_newest_number(store.folder))

    with store.mending(choose) as writer:
        segments = check_segments(store.folder, writer.manifest, tell)
        damages += [damage for segment in segments for damage in segment.damages]
        expected = wanted(archive, writer.manifest.archive_revision, tell)
        whole: Whole = [(one, one.columns) for one in segments if one.columns is not None]
        shown = compare(whole, expected)
        damages += _differences(store.folder, shown, is_all=len(whole) == len(segments))
        if not damages:
            return RepairReport((), 0, None)
        whole, shown = _separated(whole, shown, expected)
        mended = _Mended(writer, archive, encoder_for, len(shown.missing), tell)
        snapshot = writer.replace_segments(mended.entries(whole, shown))
        return RepairReport(tuple(damages), mended.articles, snapshot)


def _newest_number(folder: Path) -> int:
    """The number that the next snapshot must exceed, so that no reader confuses it with another."""
    newest = max(manifests.numbers(folder), default=0)
    try:
        return max(newest, manifests.current_number(folder))
    except (IndexMissing, IndexCorrupt):
        return newest


def _differences(folder: Path, shown: Shown, *, is_all: bool) -> list[Damage]:
    """How the articles differ; missing ones say nothing while segments are damaged."""
    ghosts, missing = sum(map(len, shown.ghosts)), len(shown.missing)
    found = []
    if ghosts:
        found.append(Damage(folder, f"showed {ghosts} articles that the archive does not"))
    if missing and is_all:
        found.append(Damage(folder, f"lacked {missing} articles of the archive"))
    return found


def _separated(whole: Whole, shown: Shown, expected: Wanted) -> tuple[Whole, Shown]:
    """Leave out segments with a missing key within their range: they are rebuilt, too."""
    while True:
        kept = [
            (segment, columns)
            for segment, columns in whole
            if not _holds_any(shown.missing, int(columns.keys[0]), int(columns.keys[-1]))
        ]
        if len(kept) == len(whole):
            return whole, shown
        whole, shown = kept, compare(kept, expected)


def _holds_any(keys: Keys, first: int, last: int) -> bool:
    return int(np.searchsorted(keys, first)) < int(np.searchsorted(keys, last, side="right"))


class _Mended:
    """Builds the segments of the repaired snapshot; `articles` counts those encoded again."""

    def __init__(
        self,
        writer: LocalWriter,
        archive: Archive,
        encoder_for: EncoderFor,
        total: int,
        tell: ProgressListener,
    ) -> None:
        self._writer = writer
        self._archive = archive
        self._encoder_for = encoder_for
        self._total = total
        self._tell = tell
        self.articles = 0

    def entries(self, whole: Whole, shown: Shown) -> list[SegmentEntry]:
        """The intact segments, with new ones wherever keys are missing around them."""
        entries: list[SegmentEntry] = []
        begin = 0
        for (segment, columns), kept in zip(whole, shown.kept, strict=True):
            end = int(np.searchsorted(shown.missing, columns.keys[0]))
            entries += self._new(shown.missing[begin:end])
            begin = end
            entry = self._cleared(segment, np.setdiff1d(np.arange(len(columns)), kept).tolist())
            if entry.deleted < entry.articles:
                entries.append(entry)
        return [*entries, *self._new(shown.missing[begin:])]

    def _cleared(self, segment: CheckedSegment, deleted: Sequence[int]) -> SegmentEntry:
        """A segment with just these ordinals deleted."""
        entry = segment.entry
        if segment.live is None:
            entry = replace(entry, tombstones=None, tombstones_checksum=None, deleted=0)
        return self._writer.delete_ordinals(entry, deleted) if deleted else entry

    def _new(self, keys: Keys) -> Iterator[SegmentEntry]:
        for begin in range(0, len(keys), pipeline.BATCH_ARTICLES):
            found = self._archive.revisions(keys[begin : begin + pipeline.BATCH_ARTICLES].tolist())
            if found:  # else all of them were deleted just now
                changes = [Change(key, found[key].article.id, found[key]) for key in sorted(found)]
                yield self._writer.make_segment(self._encoded(changes))

    def _encoded(self, changes: Sequence[Change]) -> list[IndexedArticle]:
        encoder = self._encoder_for(self._writer.manifest.encoder)
        batch = pipeline.batch_of(changes, encoder)
        encoded = pipeline.encode(batch, encoder, self._tell_share(len(changes)))
        self.articles += len(changes)
        return encoded

    def _tell_share(self, size: int) -> Callable[[float], None]:
        return lambda share: self._tell(
            Progress("indexing", self.articles + int(share * size), self._total)
        )
