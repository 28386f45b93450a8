"""Finding articles in segments by words, date or vector, or selecting them for counting."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.domain import Candidates, Keys, Scores, Vector
from index.lexical.evaluate import LanguagePart, Ordinals, members
from index.lexical.matching import matching
from index.lexical.maxscore import Best, bag_of_terms, best_of_bag, kth_best
from index.lexical.plan import Plan
from index.local.live_segment import LiveSegment
from index.local.segments_reader import SegmentsReader
from index.local.selection import LocalSelection, SelectedPart
from index.query import Node
from index.runtime import deadline
from index.segment.columns import UNDATED_S


class LocalSearch(SegmentsReader):
    """`index.protocols.ArticleSearch` over segments."""

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        keys, scores, total = [], [], 0
        threshold = 0.0
        for part, plan, domain in self._planned(node, restriction):
            terms = bag_of_terms(plan)
            if terms is None:
                matches = part.evaluate(plan, domain)
                found = Best(matches, len(matches))
            else:
                found = best_of_bag(part, terms, k, domain, threshold)
            keys.append(part.columns.keys[found.matches.docs])
            scores.append(found.matches.scores)
            total += found.total
            if len(found.matches) >= k:
                threshold = max(threshold, kth_best(found.matches.scores, k))
        best = best_of(keys, scores, k)
        return Candidates(best.keys, best.scores, total)

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last."""
        keys, dates = self._dated(node, restriction)
        # Reversed twice, because negating the earliest date would overflow.
        order = np.lexsort((-keys, dates))[::-1][:k]
        return Candidates(keys[order], np.zeros(len(order), np.float32), len(keys))

    def oldest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k oldest articles that match, by date, then key; undated ones last, scores 0."""
        keys, dates = self._dated(node, restriction)
        order = np.lexsort((keys, dates, dates == UNDATED_S))[:k]
        return Candidates(keys[order], np.zeros(len(order), np.float32), len(keys))

    def _dated(
        self, node: Node, restriction: Node | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The matches and, parallel to them, their dates."""
        keys, dates = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for part, plan, domain in self._planned(node, restriction):
            docs = matching(part, plan, domain)
            keys.append(part.columns.keys[docs])
            dates.append(part.columns.dates(docs))
        return np.concatenate(keys), np.concatenate(dates)

    def _planned(
        self, node: Node, restriction: Node | None
    ) -> Iterator[tuple[LanguagePart, Plan, Ordinals | None]]:
        """Each part of each segment with its plan and the articles that pass the restriction."""
        plans = self.plans(node)
        limits = None if restriction is None else self.plans(restriction)
        for live in self._segments:
            for language, part in live.parts.items():
                domain = None if limits is None else matching(part, limits[language])
                yield part, plans[language], domain

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`.

        `total` is the number of articles compared: all that pass the restriction.
        """
        limits = None if restriction is None else self.plans(restriction)
        keys, scores, total = [], [], 0
        for live in self._segments:
            deadline.check()
            allowed = self._allowed(live, limits)
            total += len(live.segment.columns) if allowed is None else len(allowed)
            ordinals, found = live.segment.vectors.nearest(vector, k, allowed)
            keys.append(live.segment.columns.keys[ordinals])
            scores.append(found)
        best = best_of(keys, scores, k)
        return Candidates(best.keys, best.scores, total)

    def _allowed(
        self, live: LiveSegment, limits: Mapping[str, Plan] | None
    ) -> NDArray[np.int64] | None:
        """The articles of a segment that pass a restriction; None if all do."""
        if limits is None:
            return live.live_ordinals if len(live.deleted) else None
        docs = [part.evaluate(limits[language]).docs for language, part in live.parts.items()]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *docs]))

    def select(self, what: Node | Keys) -> LocalSelection:
        """The articles that match a query, or those with given keys, for counting."""
        if isinstance(what, np.ndarray):
            return self._select_keys(what)
        plans = self.plans(what)
        parts = [
            SelectedPart(at, language, part, matching(part, plans[language]))
            for at, live in enumerate(self._segments)
            for language, part in live.parts.items()
        ]
        return LocalSelection(self, parts)

    def _select_keys(self, keys: Keys) -> LocalSelection:
        parts = []
        for at, live in enumerate(self._segments):
            ordinals = live.segment.columns.ordinals(keys)
            docs = np.unique(ordinals[ordinals >= 0])
            for language, part in live.parts.items():
                own = docs[members(docs, part.universe)]
                parts.append(SelectedPart(at, language, part, own))
        return LocalSelection(self, parts)


def best_of(keys: Sequence[Keys], scores: Sequence[Scores], k: int) -> Candidates:
    """The k best of all, by score descending, then key ascending."""
    all_keys = keys[0] if len(keys) == 1 else np.concatenate([np.zeros(0, np.int64), *keys])
    all_scores = scores[0] if len(keys) == 1 else np.concatenate([np.zeros(0, np.float32), *scores])
    total = len(all_keys)
    if k < total:
        # Everything above the k-th score and all its equals, among which the keys decide.
        kept = np.flatnonzero(all_scores >= kth_best(all_scores, k))
        all_keys, all_scores = all_keys[kept], all_scores[kept]
    order = np.lexsort((all_keys, -all_scores))[:k]
    return Candidates(all_keys[order], all_scores[order], total)
