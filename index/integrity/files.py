"""Checking the files of an index folder against their checksums.

A manifest names each `segment.json` and each file of tombstones by checksum, and `segment.json`
every file next to it, so every bit that a snapshot reads is covered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.domain import Progress
from index.errors import DamagedFile, IndexCorrupt
from index.integrity.report import Damage
from index.local import manifest as manifests
from index.local.manifest import Manifest
from index.protocols import ProgressListener
from index.segment import segment as segments
from index.segment import tombstones
from index.segment.columns import Columns
from index.segment.entry import SegmentEntry


@dataclass
class CheckedSegment:
    """One segment of a manifest.

    `columns` and `live` are set if its files are intact. `live`, `(n,) bool`, marks the articles
    that are not deleted; None if the tombstones are damaged.
    """

    entry: SegmentEntry
    files: list[Path] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    columns: Columns | None = None
    live: NDArray[np.bool_] | None = None

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Record the damage that a block runs into."""
        try:
            yield
        except DamagedFile as error:
            self.damages.append(Damage(error.path, error.why))


def base_manifest(folder: Path) -> tuple[Manifest, tuple[Damage, ...]]:
    """The committed manifest, else the newest intact one, with what is wrong with the first.

    Raises IndexMissing; IndexCorrupt if no manifest is intact.
    """
    try:
        return manifests.read_current(folder), ()
    except DamagedFile as error:
        damage = Damage(error.path, error.why)
    for number in reversed(manifests.numbers(folder)):
        try:
            return manifests.read(folder, number), (damage,)
        except IndexCorrupt:
            continue
    raise IndexCorrupt(
        f"{damage.path}: {damage.why}, and no other manifest is intact; 'newsearch reindex' "
        "rebuilds the index from the archive"
    )


def check_segments(
    folder: Path, manifest: Manifest, tell: ProgressListener
) -> list[CheckedSegment]:
    """Read every file of every segment of a manifest."""
    checked = []
    for number, entry in enumerate(manifest.segments, start=1):
        checked.append(_check(folder, manifest, entry))
        tell(Progress("checking (segments)", number, len(manifest.segments)))
    return checked


def _check(folder: Path, manifest: Manifest, entry: SegmentEntry) -> CheckedSegment:
    place, found = folder / "segments" / entry.name, CheckedSegment(entry)
    found.files.append(place / segments.DIRECTORY_FILE)
    with found.noting():
        for name, details in segments.read_directory(place, entry)["files"].items():
            found.files.append(place / name)
            with found.noting():
                segments.check_file(place / name, details)
    if not found.damages:
        with found.noting():
            found.columns = segments.open_segment(place, entry, manifest.encoder).columns
    if entry.tombstones is not None:
        found.files.append(folder / tombstones.FOLDER / entry.tombstones)
    with found.noting():
        live = np.ones(entry.articles, bool)
        live[tombstones.read(folder, entry)] = False
        found.live = live
    return found
