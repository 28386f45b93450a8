"""Choosing segments to merge: size tiers of neighbours, as in Lucene's log merge policy.

Segments of one tier differ in size by less than the merge factor. Once a run of neighbours of one
tier is as long as the merge factor, it becomes one segment of the next tier: an article is copied
about once per tier, and the number of segments grows with the logarithm of the archive. Only
neighbours are merged, because keys must ascend over a segment's articles. At the end of an indexing
run that added many articles, more merging pays off: copying an article takes a hundredth of the
time of encoding it, and every later search pays for each remaining segment.
"""

import math
from collections.abc import Sequence
from itertools import groupby

from index.segment.entry import SegmentEntry

MERGE_FACTOR = 4
"""Each segment costs a search about a millisecond; copying an article costs about a tenth of one.

A lower factor copies more often and leaves fewer segments.
"""

FLOOR_ARTICLES = 256
"""Segments smaller than this are all in the lowest tier."""

CEILING_CHUNKS = 550_000
"""The size limit of merged segments.

It bounds the memory for merging, most of which is pages of the files read.
"""

WORTH_COPYING = 4
"""Articles that may be copied per added article at the end of a run of `FLOOR_ARTICLES` or more."""

DELETED_SHARE = 0.3
"""A segment with a larger share of deleted articles is rewritten on its own."""


def choose(entries: Sequence[SegmentEntry], added: int = 0) -> slice | None:
    """The next segments to merge, as a slice of `entries`, or None.

    `added` is the number of articles added by an indexing run that has just ended.
    """
    for position, entry in enumerate(entries):
        if entry.deleted > DELETED_SHARE * entry.articles:
            return slice(position, position + 1)
    start = 0
    for _, group in groupby(entries, key=_tier):
        run = list(group)
        if len(run) >= MERGE_FACTOR:
            stop = start + MERGE_FACTOR
            if sum(_live_chunks(entry) for entry in entries[start:stop]) <= CEILING_CHUNKS:
                return slice(start, stop)
        start += len(run)
    return _swallow_small(entries) or _last_ones(entries, added)


def _last_ones(entries: Sequence[SegmentEntry], added: int) -> slice | None:
    """As many segments at the end as are worth merging after a run of `added` articles."""
    if added < FLOOR_ARTICLES:
        return None
    start, articles, chunks = len(entries), 0, 0.0
    while start:
        articles += _live(entries[start - 1])
        chunks += _live_chunks(entries[start - 1])
        if articles > WORTH_COPYING * added or chunks > CEILING_CHUNKS:
            break
        start -= 1
    return slice(start, len(entries)) if len(entries) - start > 1 else None


def _swallow_small(entries: Sequence[SegmentEntry]) -> slice | None:
    """A long run of mixed small tiers at the end, which would otherwise never be merged."""
    tail = len(entries)
    while tail and _live(entries[tail - 1]) < FLOOR_ARTICLES * MERGE_FACTOR:
        tail -= 1
    small = len(entries) - tail
    return slice(tail, len(entries)) if small >= 2 * MERGE_FACTOR else None


def _live(entry: SegmentEntry) -> int:
    return entry.articles - entry.deleted


def _live_chunks(entry: SegmentEntry) -> float:
    """The estimated number of chunks of its live articles."""
    return entry.chunks * _live(entry) / entry.articles


def _tier(entry: SegmentEntry) -> int:
    return int(math.log(max(_live(entry), FLOOR_ARTICLES) / FLOOR_ARTICLES, MERGE_FACTOR) + 1e-9)
