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
"""Views of one snapshot, each limited to some sources, that a snapshot keeps for the next call."""


class Snapshot(ArticleSearch, WordScoring, ArticleVectors, ArticleColumns, WordLookup, Protocol):
    """One manifest, opened; immutable. Articles go by key (their archive revision)."""

    @property
    def id(self) -> str:
        """Names this snapshot; changes with every commit."""
        ...

    @property
    def hides_some(self) -> bool:
        """Whether it leaves out live articles, as far as that is known: `released`, `limited`."""
        ...

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        ...

    @property
    def calibration(self) -> Calibration:
        """The fusion weights that were learnt for it."""
        ...

    def stats(self) -> IndexStats:
        """Counts and sizes."""
        ...

    def released(self, at_s: int) -> "Snapshot":
        """This snapshot without the articles that are under embargo at an instant.

        Nothing that it says lets them be known, statistics included. What answers people goes
        through it.
        """
        ...

    def limited(self, sources: PermittedSources) -> "Snapshot":
        """This snapshot without the articles of other sources, in the same way.

        What answers a key that is limited to sources goes through it.
        """
        ...
