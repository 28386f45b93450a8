"""Which articles of a segment are deleted, as of one manifest.

A file of ascending ordinals (NumPy's .npy, int32), never changed once written: a further deletion
writes a new file under the next manifest's number, and older snapshots keep theirs.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedFile
from index.files import durable
from index.segment.entry import SegmentEntry

FOLDER = "tombstones"
Ordinals = NDArray[np.int32]


def read(index_folder: Path, entry: SegmentEntry) -> Ordinals:
    """Read the deleted ordinals of a segment, ascending. Raises DamagedFile."""
    if entry.tombstones is None:
        return np.zeros(0, np.int32)
    path = index_folder / FOLDER / entry.tombstones
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != entry.tombstones_checksum:
        raise DamagedFile(path, "its checksum is not the one in the manifest")
    ordinals: Ordinals = np.load(io.BytesIO(content), allow_pickle=False)
    return ordinals


def extend(
    index_folder: Path, entry: SegmentEntry, more: Iterable[int], number: int
) -> SegmentEntry:
    """Write further deleted ordinals for manifest `number`, durably; return the new entry."""
    deleted = np.union1d(read(index_folder, entry), np.fromiter(more, np.int32)).astype(np.int32)
    if len(deleted) == entry.deleted:
        return entry
    buffer = io.BytesIO()
    np.save(buffer, deleted, allow_pickle=False)
    name = f"{entry.name}-{number:08d}.npy"
    (index_folder / FOLDER).mkdir(exist_ok=True)
    durable.replace(index_folder / FOLDER / name, buffer.getvalue())
    return replace(
        entry,
        tombstones=name,
        tombstones_checksum=hashlib.sha256(buffer.getvalue()).hexdigest(),
        deleted=len(deleted),
    )
