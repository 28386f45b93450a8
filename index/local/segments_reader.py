"""`SegmentsReader`: the segments of a snapshot and plans over them, shared by its parts.

Immutable once created; lazily computed values never change, so threads may share it.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys
from index.lexical.bm25 import Bm25Parameters
from index.lexical.plan import Plan, Planner
from index.lexical.vocabulary import SnapshotVocabulary
from index.local.live_segment import LiveSegment
from index.local.manifest import Manifest
from index.local.values import FieldValues
from index.protocols import AnalyzerFor
from index.query import ExactField, Node
from index.runtime import deadline
from index.runtime.lru import LruCache
from index.segment.language_totals import LanguageTotals

KEPT_PLANS = 64
"""Queries whose plans are cached."""


class SegmentsReader:
    """Reads some segments as one."""

    def __init__(
        self,
        manifest: Manifest,
        segments: Sequence[LiveSegment],
        analyzer_for: AnalyzerFor,
        parameters: Bm25Parameters,
    ) -> None:
        self.manifest = manifest
        self._segments = tuple(segments)
        self._analyzer_for = analyzer_for
        self._parameters = parameters
        self._values: dict[ExactField, FieldValues] = {}
        self._plans: LruCache[Node, Mapping[str, Plan]] = LruCache(KEPT_PLANS)

    @property
    def live_segments(self) -> Sequence[LiveSegment]:
        """The segments, for callers that read the arrays directly."""
        return self._segments

    @property
    def parameters(self) -> Bm25Parameters:
        """The parameters of scores by words."""
        return self._parameters

    def plans(self, node: Node) -> Mapping[str, Plan]:
        """The plan of a query for each language with live articles.

        Cached, since a search needs it more than once.
        """
        return self._plans.get(
            node,
            lambda: {name: planner.plan_query(node) for name, planner in self._planners.items()},
        )

    @cached_property
    def _planners(self) -> Mapping[str, Planner]:
        """A planner for each language with live articles."""
        languages = sorted({language for live in self._segments for language in live.parts})
        return {language: self._planner(language) for language in languages}

    def _planner(self, language: str) -> Planner:
        totals = [segment.totals(language) for segment in self._segments]
        summed = LanguageTotals(
            sum(part.articles for part in totals),
            sum(part.title_length for part in totals),
            sum(part.body_length for part in totals),
        )
        parts = [live.parts[language] for live in self._segments if language in live.parts]
        vocabulary = SnapshotVocabulary(parts, summed, self._parameters.title_weight)
        return Planner(self._analyzer_for(language), vocabulary)

    def _located(self, keys: Keys) -> list[tuple[LiveSegment, Keys, NDArray[np.int64]]]:
        """For each segment with live keys: their indices in `keys`, and their ordinals."""
        located = []
        for live in self._segments:
            deadline.check()
            ordinals = live.segment.columns.ordinals(keys)
            at = np.flatnonzero(ordinals >= 0)
            if len(live.deleted):
                at = at[live.live[ordinals[at]]]
            if len(at):
                located.append((live, at, ordinals[at]))
        return located

    def field_values(self, field: ExactField) -> FieldValues:
        """The values of a field over all segments, numbered on first use."""
        if field not in self._values:
            columns = [(live.segment.columns, live.live) for live in self._segments]
            self._values[field] = FieldValues.of(columns, field)
        return self._values[field]
