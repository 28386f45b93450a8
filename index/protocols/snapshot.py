"""One state of an index, opened for reading."""

from typing import Protocol

from index.domain import Calibration, EncoderIdentity, IndexStats
from index.permitted_sources import PermittedSources
from index.protocols.columns import ArticleColumns
from index.protocols.scoring import WordScoring
from index.protocols.search import ArticleSearch
from index.protocols.vectors import ArticleVectors
from index.protocols.vocabulary import WordLookup

KEPT_LIMITED = 8
"""The number of views, each limited to some sources, that a snapshot caches."""


class Snapshot(ArticleSearch, WordScoring, ArticleVectors, ArticleColumns, WordLookup, Protocol):
    """One opened manifest; immutable. Articles are identified by key (their archive revision)."""

    @property
    def id(self) -> str:
        """Identifies this snapshot; changes with every commit."""
        ...

    @property
    def hides_some(self) -> bool:
        """Whether it leaves out live articles, as `released` and `limited` do."""
        ...

    @property
    def missing(self) -> int:
        """How many articles are left out because the files that they are in are damaged."""
        ...

    @property
    def is_analysis_current(self) -> bool:
        """Whether all articles were analysed as queries are now.

        Otherwise some words may not match until the index is rebuilt.
        """
        ...

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        ...

    @property
    def calibration(self) -> Calibration:
        """The fusion weights learnt for it."""
        ...

    def stats(self) -> IndexStats:
        """Counts and sizes."""
        ...

    def released(self, at_s: int) -> "Snapshot":
        """This snapshot without the articles under embargo at an instant.

        Nothing in it reveals them, statistics included. Everything shown to people goes through it.
        """
        ...

    def limited(self, sources: PermittedSources) -> "Snapshot":
        """This snapshot without the articles of other sources, in the same way.

        Everything shown to a key limited to sources goes through it.
        """
        ...
