"""From candidates to a ranking: fused scores with their parts, in the final order.

Order: score descending, then article id, so that equal scores have an order that does not depend
on how the index came about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import Candidates, Keys, LanguageWeight
from index.protocols import Snapshot
from index.query import ReadingNote
from search import fusion
from search.fusion import Fused, Shares
from search.legs import CompleteCandidates
from search.request import FusionMethod, ScoreParts


@dataclass(frozen=True, slots=True)
class PartColumns:
    """`ScoreParts` of n candidates as columns; None for a leg that did not take part."""

    lexical: NDArray[np.float32] | None
    semantic: NDArray[np.float32] | None
    fused: Fused
    weights: Sequence[LanguageWeight]

    def at(self, index: int) -> ScoreParts:
        """The parts of one candidate."""
        weight = self.weights[index]
        return ScoreParts(
            lexical=None if self.lexical is None else float(self.lexical[index]),
            semantic=None if self.semantic is None else float(self.semantic[index]),
            lexical_normalised=float(self.fused.lexical_normalised[index]),
            semantic_normalised=float(self.fused.semantic_normalised[index]),
            lexical_weight=1.0 - weight.semantic,
            semantic_weight=weight.semantic,
            lexical_share=float(self.fused.lexical_share[index]),
            semantic_share=float(self.fused.semantic_share[index]),
            weight_origin=weight.origin,
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates in their final order. `rows` are their rows in `columns`."""

    keys: Keys
    scores: Shares
    rows: NDArray[np.int64]
    columns: PartColumns
    total: int
    is_exact: bool
    notes: tuple[ReadingNote, ...] = ()

    def parts(self, at: int) -> ScoreParts:
        """How the score of the candidate at a place of the order came about."""
        return self.columns.at(int(self.rows[at]))


def rank_hybrid(
    snapshot: Snapshot, candidates: CompleteCandidates, method: FusionMethod
) -> Ranking:
    """Fuse complete candidates. The total is a lower bound: meaning matches by degree."""
    languages = snapshot.languages(candidates.keys)
    by_language = {language: snapshot.calibration.weight(language) for language in set(languages)}
    weights = [by_language[language] for language in languages]
    if method is FusionMethod.RRF:
        fused = fusion.reciprocal_rank(candidates.keys, candidates.words, candidates.meaning)
        weights = [LanguageWeight(0.5, 0, "reciprocal rank fusion")] * len(weights)
    else:
        fused = fusion.convex(
            candidates.lexical,
            candidates.semantic,
            np.array([weight.semantic for weight in weights]),
            fusion.semantic_floor(candidates.meaning.scores),
        )
    columns = PartColumns(candidates.lexical, candidates.semantic, fused, weights)
    total = max(candidates.words.total, len(candidates.keys))
    return _ordered(snapshot, candidates.keys, fused.scores, columns, total, is_exact=False)


def rank_single(snapshot: Snapshot, found: Candidates, *, is_semantic: bool) -> Ranking:
    """One leg alone; the score is its raw score."""
    raw = found.scores.astype(np.float64)
    nothing = np.zeros(len(raw))
    if is_semantic:
        fused = Fused(nothing, raw, nothing, raw)
        columns = PartColumns(None, found.scores, fused, [_MEANING_ONLY] * len(raw))
    else:
        fused = Fused(raw, nothing, raw, nothing)
        columns = PartColumns(found.scores, None, fused, [_WORDS_ONLY] * len(raw))
    total = len(raw) if is_semantic else found.total
    return _ordered(snapshot, found.keys, raw, columns, total, is_exact=not is_semantic)


_WORDS_ONLY = LanguageWeight(0.0, 0, "words only")
_MEANING_ONLY = LanguageWeight(1.0, 0, "meaning only")


def _ordered(
    snapshot: Snapshot,
    keys: Keys,
    scores: Shares,
    columns: PartColumns,
    total: int,
    *,
    is_exact: bool,
) -> Ranking:
    rows = np.lexsort((keys, -scores))
    rows = _ties_by_id(snapshot, keys, scores, rows)
    return Ranking(keys[rows], scores[rows], rows, columns, total, is_exact)


def _ties_by_id(
    snapshot: Snapshot, keys: Keys, scores: Shares, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Equal scores by article id; ids are looked up only where scores are equal."""
    ordered = scores[rows]
    is_equal = ordered[1:] == ordered[:-1]
    if not is_equal.any():
        return rows
    tied = np.flatnonzero(np.append(is_equal, False) | np.append(False, is_equal))
    ids = snapshot.article_ids(keys[rows[tied]])
    order = sorted(range(len(tied)), key=lambda i: (-ordered[tied[i]], ids[i]))
    result = rows.copy()
    result[tied] = rows[tied[order]]
    return result
