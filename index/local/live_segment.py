"""`LiveSegment`: a segment as seen by one snapshot, without its deleted articles."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.lexical.bm25 import Bm25Parameters
from index.lexical.evaluate import LanguagePart, Ordinals
from index.query import ExactField
from index.segment.language_totals import LanguageTotals
from index.segment.segment import Segment


@dataclass(frozen=True)
class LiveSegment:
    """A segment and the ascending ordinals of its deleted articles."""

    segment: Segment
    deleted: NDArray[np.int32]
    parameters: Bm25Parameters

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """`(n,) bool`: which articles are not deleted."""
        mask = np.ones(len(self.segment.columns), bool)
        mask[self.deleted] = False
        return mask

    @cached_property
    def live_ordinals(self) -> NDArray[np.int64]:
        """The ordinals of the articles that are not deleted."""
        return np.flatnonzero(self.live)

    @cached_property
    def parts(self) -> Mapping[str, LanguagePart]:
        """The live articles of each language that has any."""
        codes = self.segment.columns.codes(ExactField.LANGUAGE)
        lengths = self.segment.columns.weighted_lengths(self.parameters.title_weight)
        found = {}
        for code, language in enumerate(self.segment.columns.values(ExactField.LANGUAGE)):
            universe = np.flatnonzero((codes == code) & self.live)
            if len(universe):
                found[language] = LanguagePart(
                    self.segment.postings[language],
                    self.segment.columns,
                    universe,
                    lengths,
                    float(lengths[universe].min()),
                    self.parameters,
                    self.live if len(self.deleted) else None,
                )
        return found

    def without(self, ordinals: Ordinals) -> "LiveSegment":
        """The segment with more of its articles deleted."""
        return replace(self, deleted=np.union1d(self.deleted, ordinals).astype(np.int32))

    def totals(self, language: str) -> LanguageTotals:
        """Sums over the live articles of a language."""
        whole = self.segment.totals.get(language)
        if whole is None:
            return LanguageTotals(0, 0, 0)
        columns = self.segment.columns
        code = columns.values(ExactField.LANGUAGE).index(language)
        gone = self.deleted[columns.codes(ExactField.LANGUAGE)[self.deleted] == code]
        return LanguageTotals(
            whole.articles - len(gone),
            whole.title_length - int(columns.title_lengths[gone].sum(dtype=np.int64)),
            whole.body_length - int(columns.body_lengths[gone].sum(dtype=np.int64)),
        )
