"""Turn candidates into a ranking: fused scores with their parts, in the final order.

The order is by score, descending, then by article id, so that ties do not depend on how the index
was built. If meaning has weight, the part that fusion cut off comes before the id: most candidates
of a search lie below the floor of both scores and score 0, but are not equally good.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.domain import Candidates, Keys, LanguageWeight, Scores
from index.protocols import Snapshot
from index.query import Node, ReadingNote
from index.selection import Selection
from search.ranking import fusion
from search.ranking.encoder_languages import understands
from search.ranking.found import Found
from search.ranking.fusion import Fused, Shares
from search.request import AgeFactor, AppliedRecency, FusionMethod, ScoreParts
from search.retrieval.candidates import CompleteCandidates


@dataclass(frozen=True, slots=True)
class PartColumns:
    """`ScoreParts` of n candidates as columns; None for a search that did not run."""

    lexical: NDArray[np.float32] | None
    semantic: NDArray[np.float32] | None
    fused: Fused
    weight: LanguageWeight

    def at(self, index: int) -> ScoreParts:
        """Return the parts of one candidate."""
        return ScoreParts(
            lexical=None if self.lexical is None else float(self.lexical[index]),
            semantic=None if self.semantic is None else float(self.semantic[index]),
            lexical_normalised=float(self.fused.lexical_normalised[index]),
            semantic_normalised=float(self.fused.semantic_normalised[index]),
            lexical_weight=1.0 - self.weight.semantic,
            semantic_weight=self.weight.semantic,
            lexical_share=float(self.fused.lexical_share[index]),
            semantic_share=float(self.fused.semantic_share[index]),
            weight_origin=self.weight.origin,
        )


@dataclass(frozen=True, slots=True)
class AgeColumns:
    """The effect of age on candidates, by their rows in `PartColumns`."""

    applied: AppliedRecency
    factors: Shares
    ages_days: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        applied: AppliedRecency,
        rows: NDArray[np.int64],
        factors: Shares,
        ages_days: NDArray[np.float64],
    ) -> "AgeColumns":
        """Build the columns from factors and ages given in the order of `rows`."""
        size = int(rows.max(initial=-1)) + 1
        by_row = cls(applied, np.ones(size), np.full(size, np.nan))
        by_row.factors[rows] = factors
        by_row.ages_days[rows] = ages_days
        return by_row

    def at(self, row: int) -> AgeFactor:
        """Return the effect on one candidate."""
        age_days = float(self.ages_days[row])
        return AgeFactor(float(self.factors[row]), None if np.isnan(age_days) else age_days)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates in their final order. `rows` are their rows in `columns`.

    `rerank` contains a reranker's scores of the first of them, in this order, if there was one.
    `ages` are the effects of age on the scores, if any. `is_by_date`: the order is that of their
    dates, and scores mean nothing. `found` marks which of them count as found; None if words alone
    decide, so that all do. `beyond` are those not found, if they are left out.
    """

    keys: Keys
    scores: Shares
    rows: NDArray[np.int64]
    columns: PartColumns
    total: int
    is_exact: bool
    notes: tuple[ReadingNote, ...] = ()
    rerank: Scores | None = None
    found: Found | None = None
    beyond: "Ranking | None" = None
    ages: "AgeColumns | None" = None
    is_by_date: bool = False

    def taken(self, places: NDArray[np.int64]) -> "Ranking":
        """Return the candidates at some ascending positions, in this order."""
        rerank = self.rerank
        return replace(
            self,
            keys=self.keys[places],
            scores=self.scores[places],
            rows=self.rows[places],
            rerank=None if rerank is None else rerank[places[places < len(rerank)]],
        )

    def of_found(self, found: Found, most: int) -> "Ranking":
        """Return what is found, up to a limit, with the rest as `beyond`."""
        is_found = found.holds(self.keys)
        shown = self.taken(np.flatnonzero(is_found)[:most])
        beyond = replace(self.taken(np.flatnonzero(~is_found)), found=found)
        return replace(
            shown, total=found.total, is_exact=found.is_exact, found=found, beyond=beyond
        )

    def selected(self, snapshot: Snapshot, restriction: Node | None) -> Selection:
        """Select all results to be counted, even those found past the end of the list."""
        if self.found is None or self.beyond is None:
            return snapshot.select(self.keys)
        return snapshot.select(self.found.node).narrowed(restriction)

    def parts(self, at: int) -> ScoreParts:
        """Return how the score of the candidate at a position is made up."""
        parts = self.columns.at(int(self.rows[at]))
        if self.ages is not None:
            parts = replace(parts, age=self.ages.at(int(self.rows[at])))
        if self.rerank is None or at >= len(self.rerank):
            return parts
        return replace(parts, rerank=float(self.rerank[at]))

    def noted(self, note: str) -> "Ranking":
        """Return the ranking with one more note."""
        return replace(self, notes=(*self.notes, ReadingNote(note, 0)))

    def aged(
        self, applied: AppliedRecency, factors: Shares, ages_days: NDArray[np.float64]
    ) -> "Ranking":
        """Multiply each score by its factor and sort again; ties keep their order.

        Factors and ages (NaN without a date) are `(n,)`, in the order of the ranking.
        """
        ages = AgeColumns.of(applied, self.rows, factors, ages_days)
        scores = self.scores * factors
        order = np.argsort(-scores, kind="stable")
        return replace(
            self,
            keys=self.keys[order],
            scores=scores[order],
            rows=self.rows[order],
            ages=ages,
        )

    def reranked(self, scores: Scores) -> "Ranking":
        """Sort the first `len(scores)` by these scores; ties keep their order, the rest follows."""
        first = np.argsort(-scores, kind="stable")
        order = np.append(first, np.arange(len(scores), len(self.keys)))
        return replace(
            self,
            keys=self.keys[order],
            scores=self.scores[order],
            rows=self.rows[order],
            rerank=scores[first],
        )


def rank_hybrid(
    snapshot: Snapshot,
    candidates: CompleteCandidates,
    method: FusionMethod,
    semantic_weight: float | None = None,
    foreign: str | None = None,
    *,
    is_prose: bool = False,
    reachable: Collection[str] | None = None,
) -> Ranking:
    """Fuse complete candidates. The total is a lower bound: meaning matches by degree.

    `semantic_weight` replaces the calibrated one. `foreign`, `is_prose` and `reachable` are as in
    `query_weight`.
    """
    if method is FusionMethod.RRF:
        weight = LanguageWeight(0.5, 0, "reciprocal rank fusion")
        fused = fusion.reciprocal_rank(candidates.keys, candidates.words, candidates.meaning)
    else:
        if semantic_weight is None:
            weight = query_weight(
                snapshot, candidates.words, foreign, is_prose=is_prose, reachable=reachable
            )
        else:
            weight = LanguageWeight(semantic_weight, 0, "fixed by the request")
        fused = fusion.convex(
            candidates.lexical,
            candidates.semantic,
            weight.semantic,
            fusion.semantic_floor(candidates.meaning.scores),
        )
    columns = PartColumns(candidates.lexical, candidates.semantic, fused, weight)
    total = max(candidates.words.total, len(candidates.keys))
    ranks_tail = method is FusionMethod.CONVEX and weight.semantic > 0
    second = np.round(candidates.semantic, _TELLING_DIGITS) if ranks_tail else None
    return _ordered(
        snapshot, candidates.keys, fused.scores, columns, total, is_exact=False, second=second
    )


def query_weight(
    snapshot: Snapshot,
    words: Candidates,
    foreign: str | None = None,
    *,
    is_prose: bool = False,
    reachable: Collection[str] | None = None,
) -> LanguageWeight:
    """Return the semantic weight of one query: the mean of the weights of its languages.

    Lexical search identifies these languages better than a guess from three words: they are those
    of its best hits, each counted by its score. All candidates of a query share one weight, because
    scores made with different weights could not be compared. A query in a language that no hit can
    be in (`foreign`) shares little but names with them: meaning leads, if the encoder is known to
    understand both languages; its words count half, if the archive shows that it understands more
    than English. Prose has its own weight (`search.ranking.query_shape`).

    If hits may be in several languages (`reachable`; None: all), which the encoder is known to
    understand, meaning counts more: words do not find articles in other languages.
    """
    best = words.keys[:_TELLING_HITS]
    default = snapshot.calibration.default
    default = replace(default, semantic=default.for_shape(is_prose=is_prose))
    if not len(best):
        return default
    shares: dict[str, float] = {}
    for language, score in zip(snapshot.languages(best), words.scores.tolist(), strict=False):
        shares[language] = shares.get(language, 0.0) + score
    total = sum(shares.values())
    if total <= 0:
        return default
    weights = {language: snapshot.calibration.weight(language) for language in shares}
    semantic = (
        sum(
            weights[language].for_shape(is_prose=is_prose) * share
            for language, share in shares.items()
        )
        / total
    )
    ordered = sorted(shares, key=lambda language: -shares[language])
    named = [f"{language} {shares[language] / total:.0%}" for language in ordered]
    origin = weights[ordered[0]].origin if len(ordered) == 1 else "mean of the languages"
    shape = "as prose, " if is_prose else ""
    origin = f"{origin} ({shape}{', '.join(named)})"
    if foreign is not None and (known := _crosses(snapshot, foreign, shares)) is not None:
        if known:
            semantic = max(semantic, FOREIGN_WEIGHT)
            origin = (
                f"{origin}; meaning leads, because the query is in another language ({foreign})"
            )
    elif foreign is not None and _is_multilingual(snapshot):
        semantic = 1 - (1 - semantic) / 2
        origin = f"{origin}; words count half, because the query is in another language ({foreign})"
    elif (beyond := _beyond_words(snapshot, shares, reachable)) > 0:
        semantic += beyond * max(0.0, FOREIGN_WEIGHT - semantic) / 2
        origin = f"{origin}; more, because {beyond:.0%} of the articles are in other languages"
    return LanguageWeight(min(1.0, semantic), 0, origin)


def _beyond_words(
    snapshot: Snapshot, shares: Mapping[str, float], reachable: Collection[str] | None
) -> float:
    """Return the share of the articles that only meaning can reach from the query's languages.

    They are in other languages, which the encoder is known to understand.
    """
    counts = {
        language: articles
        for language, articles in snapshot.stats().languages.items()
        if (reachable is None or language in reachable)
        and understands(snapshot.encoder.name, language)
    }
    total = sum(counts.values())
    if not total:
        return 0.0
    own = sum(share * counts.get(language, total) for language, share in shares.items())
    return 1 - own / (total * sum(shares.values()))


def _crosses(snapshot: Snapshot, foreign: str, languages: Iterable[str]) -> bool | None:
    """Return whether the encoder relates a language to others; None if nothing is known of it."""
    known = [understands(snapshot.encoder.name, each) for each in (foreign, *languages)]
    return None if None in known else all(known)


def _is_multilingual(snapshot: Snapshot) -> bool:
    """Return whether the encoder has proved useful in a language other than English."""
    learnt = snapshot.calibration.weights.items()
    return any(
        language != "en" and weight.semantic >= _PROVEN_WEIGHT for language, weight in learnt
    )


def rank_single(snapshot: Snapshot, found: Candidates, *, is_semantic: bool) -> Ranking:
    """Rank by one search alone, by its raw scores."""
    raw = found.scores.astype(np.float64)
    nothing = np.zeros(len(raw))
    if is_semantic:
        fused = Fused(nothing, raw, nothing, raw)
        columns = PartColumns(None, found.scores, fused, _MEANING_ONLY)
    else:
        fused = Fused(raw, nothing, raw, nothing)
        columns = PartColumns(found.scores, None, fused, _WORDS_ONLY)
    total = len(raw) if is_semantic else found.total
    return _ordered(snapshot, found.keys, raw, columns, total, is_exact=not is_semantic)


def rank_newest(found: Candidates) -> Ranking:
    """Rank articles accepted by a filter, newest first, without scores."""
    nothing = np.zeros(len(found.keys))
    columns = PartColumns(None, None, Fused(nothing, nothing, nothing, nothing), _FILTER_ONLY)
    rows = np.arange(len(nothing))
    return Ranking(found.keys, nothing, rows, columns, found.total, True, is_by_date=True)


_TELLING_DIGITS = 5
"""Digits of a cosine that matter; the others may vary with where equal vectors are stored."""

FOREIGN_WEIGHT = 0.9
"""The least semantic weight of a query in a language that no hit can be in: see fusion.md."""

_PROVEN_WEIGHT = 0.3
"""A semantic weight that is learnt only if the encoder understands the language."""

_TELLING_HITS = 10
"""The number of best lexical hits whose languages count as those of the query."""

_WORDS_ONLY = LanguageWeight(0.0, 0, "words only")
_FILTER_ONLY = LanguageWeight(0.0, 0, "filters only; newest first")
_MEANING_ONLY = LanguageWeight(1.0, 0, "meaning only")


def _ordered(
    snapshot: Snapshot,
    keys: Keys,
    scores: Shares,
    columns: PartColumns,
    total: int,
    *,
    is_exact: bool,
    second: Scores | None = None,
) -> Ranking:
    """Sort by score, ties by `second`, remaining ties by article id."""
    falling = (-scores,) if second is None else (-second, -scores)
    rows = np.lexsort((keys, *falling))
    rows = _ties_by_id(snapshot, keys, [values[rows] for values in falling], rows)
    return Ranking(keys[rows], scores[rows], rows, columns, total, is_exact)


def _ties_by_id(
    snapshot: Snapshot,
    keys: Keys,
    ordered: Sequence[NDArray[np.floating]],
    rows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Sort what is equal in all of `ordered` by article id; ids are looked up for those only."""
    begins = np.ones(len(rows), bool)
    begins[1:] = np.any([values[1:] != values[:-1] for values in ordered], axis=0)
    if begins.all():
        return rows
    tied = np.flatnonzero(~begins | np.append(~begins[1:], False))
    ids = snapshot.article_ids(keys[rows[tied]])
    groups = np.cumsum(begins)[tied].tolist()
    order = [at for _, _, at in sorted(zip(groups, ids, range(len(tied)), strict=True))]
    result = rows.copy()
    result[tied] = rows[tied[order]]
    return result
