"""Comparing the articles of an index with those of the archive.

An index that is complete up to a revision shows every article whose newest revision is not beyond
it, once and as of that revision, and nothing else. For an article that has changed since, it may
still show one older version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.archive.rows import content_of
from index.domain import Keys, Progress
from index.integrity.files import CheckedSegment
from index.protocols import Archive, Change, ProgressListener
from index.segment.columns import Columns

_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an index complete up to a revision should show.

    `ids` by `keys`, which ascend. `pending` are the articles that changed after that revision;
    `faults` lists archived articles that differ from what was stored.
    """

    keys: Keys
    ids: Sequence[str]
    pending: frozenset[str]
    faults: tuple[str, ...]

    def has(self, keys: Keys, ids: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each article is wanted as it is."""
        if not len(self.keys):
            return np.zeros(len(keys), bool)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        same = [
            self.ids[place] == article_id
            for place, article_id in zip(at.tolist(), ids, strict=True)
        ]
        found: NDArray[np.bool_] = (self.keys[at] == keys) & np.array(same, bool)
        return found

    def id_of(self, key: int) -> str:
        """The article of a wanted key."""
        return self.ids[int(np.searchsorted(self.keys, key))]


def wanted(archive: Archive, revision: int, tell: ProgressListener) -> Wanted:
    """Read the whole archive. Raises ArchiveError."""
    keys: list[int] = []
    ids: list[str] = []
    pending: set[str] = set()
    faults: list[str] = []
    after, done, total = 0, 0, archive.count()
    while changes := archive.changes(after, _READ_AT_ONCE):
        for change in changes:
            faults += _faults(change)
            if change.revision > revision:
                pending.add(change.article_id)
            elif change.stored is not None:
                keys.append(change.revision)
                ids.append(change.article_id)
        after, done = changes[-1].revision, done + len(changes)
        tell(Progress("checking (articles)", done, max(done, total)))
    return Wanted(np.array(keys, np.int64), ids, frozenset(pending), tuple(faults))


def _faults(change: Change) -> Iterable[str]:
    stored = change.stored
    if stored is not None and content_of(stored.article)[0] != stored.content_hash:
        yield (
            f"the article {change.article_id!r} is not what was stored: its checksum differs; "
            "delete it and add it again, or restore a backup"
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the intact segments show: for each of them the ordinals of `ghosts` and of `kept`."""

    kept: Sequence[NDArray[np.int64]]
    ghosts: Sequence[NDArray[np.int64]]
    missing: Keys
    """The wanted keys that no intact segment shows, ascending."""


def compare(segments: Sequence[tuple[CheckedSegment, Columns]], expected: Wanted) -> Shown:
    """Compare what intact segments show with what they should.

    If tombstones are damaged, everything not wanted counts as deleted.
    """
    kept, ghosts = [], []
    left = set(expected.pending)
    found = [np.zeros(0, np.int64)]
    for segment, columns in segments:
        is_wanted = expected.has(columns.keys, columns.article_ids(np.arange(len(columns))))
        live = is_wanted if segment.live is None else segment.live
        is_kept = live & is_wanted
        for ordinal in np.flatnonzero(live & ~is_wanted).tolist():
            article_id = columns.article_id(ordinal)
            if article_id in left:  # one older version, until the index is brought up to date
                left.discard(article_id)
                is_kept[ordinal] = True
        kept.append(np.flatnonzero(is_kept))
        ghosts.append(np.flatnonzero(live & ~is_kept))
        found.append(columns.keys[is_kept])
    return Shown(kept, ghosts, np.setdiff1d(expected.keys, np.concatenate(found)))
