"""What a manifest records about one of its segments."""

from dataclasses import dataclass

from index.domain import Approximation


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment of a snapshot.

    `checksum` is that of the segment's `segment.json`, which lists its files and their checksums.
    `tombstones` is the name of a file of deleted article ordinals (None: none are deleted).
    `approximation` is None if the segment's vectors are searched exactly.
    """

    name: str
    articles: int
    chunks: int
    size_bytes: int
    checksum: str
    tombstones: str | None = None
    tombstones_checksum: str | None = None
    deleted: int = 0
    approximation: Approximation | None = None
