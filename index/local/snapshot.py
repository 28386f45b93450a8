"""One manifest, opened: the segments of a snapshot searched as one.

Implements `index.protocols.Snapshot`. Immutable once created; lazily computed values (live
articles, vocabularies) never change, so threads may share it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from index.domain import Calibration, EncoderIdentity, IndexStats, SegmentApproximation
from index.lexical.bm25 import Bm25Parameters
from index.local.columns import LocalColumns
from index.local.live_segment import LiveSegment
from index.local.manifest import Manifest
from index.local.scoring import LocalScoring
from index.local.search import LocalSearch
from index.local.vectors import LocalVectors
from index.local.words import LocalWords
from index.permitted_sources import PermittedSources
from index.protocols import KEPT_LIMITED, AnalyzerFor
from index.query import ExactField
from index.runtime.lru import LruCache
from index.segment.columns import Columns


class LocalSnapshot(LocalSearch, LocalScoring, LocalVectors, LocalColumns, LocalWords):
    """A snapshot of the local index. Keys that are not in it score 0 and have no values."""

    def __init__(
        self,
        manifest: Manifest,
        segments: Sequence[LiveSegment],
        analyzer_for: AnalyzerFor,
        parameters: Bm25Parameters,
        *,
        hides_some: bool = False,
        missing: int = 0,
    ) -> None:
        super().__init__(manifest, segments, analyzer_for, parameters)
        self.hides_some = hides_some
        self.missing = missing
        self._released: tuple[int, LocalSnapshot] | None = None
        self._limited: LruCache[PermittedSources, LocalSnapshot] = LruCache(KEPT_LIMITED)

    @property
    def id(self) -> str:
        """The manifest's number, by which the snapshot can be opened as long as it is kept."""
        return str(self.manifest.number)

    @property
    def is_analysis_current(self) -> bool:
        """Whether all articles were analysed as queries are now."""
        analysed = self.manifest.analyzers.items()
        return all(self.analyzer(language).version == version for language, version in analysed)

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        return self.manifest.encoder

    @property
    def calibration(self) -> Calibration:
        """The fusion weights learnt for it."""
        return self.manifest.calibration

    def released(self, at_s: int) -> "LocalSnapshot":
        """This snapshot without the articles under embargo, which count as deleted.

        The last result is cached, since nothing changes until the next embargo ends.
        """
        ended = int(np.searchsorted(self._embargo_ends, at_s, side="right"))
        if ended == len(self._embargo_ends):
            return self
        known = self._released
        if known is None or known[0] != ended:
            known = ended, self._without_embargoed(at_s)
            self._released = known
        return known[1]

    @cached_property
    def _embargo_ends(self) -> NDArray[np.int64]:
        """The distinct instants at which embargoes of live articles end, ascending."""
        ends = [
            live.segment.columns.embargo_ends[live.segment.columns.is_embargoed & live.live]
            for live in self._segments
        ]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *ends]))

    def _without_embargoed(self, at_s: int) -> "LocalSnapshot":
        return self._without(lambda columns: columns.embargo_ends > at_s)

    def limited(self, sources: PermittedSources) -> "LocalSnapshot":
        """This snapshot without the articles of other sources, which count as deleted."""
        return self._limited.get(sources, lambda: self._without(partial(_others, sources)))

    def _without(self, is_hidden: Callable[[Columns], NDArray[np.bool_]]) -> "LocalSnapshot":
        segments = [
            live.without(np.flatnonzero(is_hidden(live.segment.columns))) for live in self._segments
        ]
        return type(self)(
            self.manifest,
            segments,
            self._analyzer_for,
            self._parameters,
            hides_some=True,
            missing=self.missing,
        )

    def stats(self) -> IndexStats:
        """Counts and sizes; computed once."""
        return self._stats

    @cached_property
    def _stats(self) -> IndexStats:
        entries = self.manifest.segments
        return IndexStats(
            snapshot=self.id,
            articles=sum(int(segment.live.sum()) for segment in self._segments),
            chunks=sum(self._live_chunks(segment) for segment in self._segments),
            deleted=sum(entry.deleted for entry in entries),
            languages={
                language: planner.vocabulary.statistics(None).articles
                for language, planner in sorted(self._planners.items())
            },
            segments=len(entries),
            size_bytes=sum(entry.size_bytes for entry in entries),
            archive_revision=self.manifest.archive_revision,
            encoder=self.encoder,
            calibration=self.calibration,
            approximations=tuple(
                SegmentApproximation(entry.chunks, entry.approximation)
                for entry in entries
                if entry.approximation
            ),
            segment_bytes=tuple(entry.size_bytes for entry in entries),
            committed_at_s=self.manifest.committed_at_s,
        )

    @staticmethod
    def _live_chunks(segment: LiveSegment) -> int:
        return int(np.diff(segment.segment.columns.chunk_offsets)[segment.live].sum())


def _others(sources: PermittedSources, columns: Columns) -> NDArray[np.bool_]:
    """`(n,) bool`: which articles are not from any of the sources."""
    allowed = np.zeros(len(columns), bool)
    for name in sources.folded:
        allowed |= columns.equal(ExactField.SOURCE, name)
    return ~allowed
