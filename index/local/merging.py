"""Which segments to merge: size tiers over neighbours, as in Lucene's log merge policy.

Segments of one tier differ in size by less than the merge factor. Once a run of neighbours of one
tier is as long as the merge factor, it becomes one segment of the next tier: an article is copied
about once per tier, and the number of segments grows with the logarithm of the archive. Runs are of
neighbours because keys must ascend over a segment's articles.

At the end of a run that added many articles more is worth merging: copying an article takes a
hundredth of what encoding it took, and every later search pays for each segment that is left.
"""

import math
from collections.abc import Sequence
from itertools import groupby

from index.segment.entry import SegmentEntry

MERGE_FACTOR = 4
"""A search costs about a millisecond more for each segment, copying an article once more about a
tenth of one: a lower factor copies more often and leaves fewer."""

FLOOR_ARTICLES = 256
"""Segments smaller than this are all of the lowest tier."""

CEILING_CHUNKS = 550_000
"""Segments are not merged into larger ones than this: it bounds the memory that merging takes, most
of it pages of the files that are read."""

WORTH_COPYING = 4
"""Articles copied at the end of a run, for each that it added; of at least `FLOOR_ARTICLES`."""

DELETED_SHARE = 0.3
"""A segment with more deleted articles than this is rewritten on its own."""


def choose(entries: Sequence[SegmentEntry], added: int = 0) -> slice | None:
    """The next run to merge, or None. A slice of `entries`.

    `added`: a run that added so many articles is over.
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
    """As many segments at the end as a run of `added` articles is worth."""
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
    """A long run of mixed small tiers at the end is merged too, so that none is left behind."""
    tail = len(entries)
    while tail and _live(entries[tail - 1]) < FLOOR_ARTICLES * MERGE_FACTOR:
        tail -= 1
    small = len(entries) - tail
    return slice(tail, len(entries)) if small >= 2 * MERGE_FACTOR else None


def _live(entry: SegmentEntry) -> int:
    return entry.articles - entry.deleted


def _live_chunks(entry: SegmentEntry) -> float:
    """About how many chunks its live articles have."""
    return entry.chunks * _live(entry) / entry.articles


def _tier(entry: SegmentEntry) -> int:
    return int(math.log(max(_live(entry), FLOOR_ARTICLES) / FLOOR_ARTICLES, MERGE_FACTOR) + 1e-9)
