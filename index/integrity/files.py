"""The files of an index folder against the checksums that name them.

A manifest names each `segment.json` and each file of tombstones by checksum, a `segment.json` every
file beside it; so all that a snapshot reads is covered, bit by bit.
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
    """One segment of a manifest. `columns` and `live` are there where its files are whole.

    `live`, `(n,) bool`, says which articles are not deleted; None where the tombstones are damaged.
    """

    entry: SegmentEntry
    files: list[Path] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    columns: Columns | None = None
    live: NDArray[np.bool_] | None = None

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note the damage that a block meets."""
        try:
            yield
        except DamagedFile as error:
            self.damages.append(Damage(error.path, error.why))


def base_manifest(folder: Path) -> tuple[Manifest, tuple[Damage, ...]]:
    """The committed manifest, else the newest one that is whole, with what is wrong with the first.

    Raises IndexMissing; IndexCorrupt where no manifest is whole.
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
        f"{damage.path}: {damage.why}, and no other manifest is whole; 'newsearch reindex' "
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
