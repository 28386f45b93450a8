"""One manifest of an index on Milvus, opened: the rows that it shows, searchable.

Implements `index.protocols.Snapshot`. A manifest shows the rows that satisfy a condition: keys up
to its revision, without those that it lists as dead. Rows are never changed, so a condition is a
snapshot. All cached values belong to a `View`, which never changes either.
"""

from index.domain import Calibration, EncoderIdentity, IndexStats
from index.milvus.columns import MilvusColumns
from index.milvus.scoring import MilvusScoring
from index.milvus.search import MilvusSearch
from index.milvus.statistics import OpenedManifest, ViewStatistics
from index.milvus.vectors import MilvusVectors
from index.milvus.view import View
from index.milvus.words import MilvusWords
from index.permitted_sources import PermittedSources
from index.protocols import KEPT_LIMITED
from index.runtime.lru import LruCache


class MilvusSnapshot(MilvusSearch, MilvusScoring, MilvusVectors, MilvusColumns, MilvusWords):
    """A snapshot of an index on Milvus. Keys that are not in it score 0 and have no values."""

    def __init__(
        self, opened: OpenedManifest, view: View, statistics: ViewStatistics | None = None
    ) -> None:
        super().__init__(opened, view, statistics)
        self._limited: LruCache[PermittedSources, MilvusSnapshot] = LruCache(KEPT_LIMITED)

    @property
    def id(self) -> str:
        """The manifest's number."""
        return str(self.manifest.number)

    @property
    def missing(self) -> int:
        """None: the server keeps its own files in order."""
        return 0

    @property
    def hides_some(self) -> bool:
        """Whether it is limited to sources; it does not know whether anything is under embargo."""
        return self._view.only is not None

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

    def released(self, at_s: int) -> "MilvusSnapshot":
        """This snapshot without the articles under embargo at an instant.

        Term frequencies still count them.
        """
        return MilvusSnapshot(self._opened, self._view.released(at_s), self._statistics)

    def limited(self, sources: PermittedSources) -> "MilvusSnapshot":
        """This snapshot without the articles of other sources.

        Counts are of its own articles; mean lengths remain those of the whole index.
        """
        return self._limited.get(
            sources, lambda: MilvusSnapshot(self._opened, self._view.limited(sources))
        )

    def stats(self) -> IndexStats:
        """Counts; the server does not report sizes."""
        return IndexStats(
            snapshot=self.id,
            articles=sum(self._statistics.languages.values()),
            chunks=self._statistics.chunks,
            deleted=len(self._view.dead),
            languages=self._statistics.languages,
            segments=1,
            size_bytes=0,
            archive_revision=self.manifest.archive_revision,
            encoder=self.encoder,
            calibration=self.calibration,
        )
