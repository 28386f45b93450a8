"""Semantic weights from judgments, per language, and their measure on unseen queries.

A weight belongs to articles of a language, so queries are grouped by the language of the articles
that answer them. A language with fewer than `LEAST_QUERIES` is tuned on all queries together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.domain import Calibration, LanguageWeight
from index.errors import EvaluationError
from search.evaluation.compare import Comparison, compare
from search.evaluation.curves import WeightCurves
from search.evaluation.qrels import RELEVANT, Qrels
from search.evaluation.tuning import Tuning, cross_validate

LEAST_QUERIES = 25
"""The number of judged queries from which a language gets a weight of its own."""


@dataclass(frozen=True, slots=True)
class TunedWeight:
    """One language's (or `all` languages') weight.

    `held_out` compares it with the previous weights.

    In `held_out` each query has the value at the weight that the other folds chose.
    """

    queries: int
    before: float
    tuning: Tuning
    held_out: Comparison


@dataclass(frozen=True, slots=True)
class Tuned:
    """Weights by language of the articles; `together` is of all queries."""

    weights: Mapping[str, TunedWeight]
    together: TunedWeight
    few: tuple[str, ...]


def answer_languages(qrels: Qrels, languages: Mapping[str, str]) -> dict[str, str]:
    """Query id → the language of most of its relevant articles (`languages` by article id).

    A query without a known relevant article is left out, because no weight can find one.
    """
    told = {}
    for query_id, grades in qrels.items():
        found = Counter(
            languages[article_id]
            for article_id, grade in grades.items()
            if grade >= RELEVANT and article_id in languages
        )
        if found:
            told[query_id] = max(sorted(found), key=lambda language: found[language])
    return told


def tune(
    curves: WeightCurves,
    before: Mapping[str, float],
    languages: Mapping[str, str],
    calibration: Calibration,
    *,
    folds: int = 5,
) -> Tuned:
    """Choose weights by cross-validation.

    `before` is each query's nDCG@10 with the weights in use, `languages` that of its answers; only
    queries that have one count. Raises EvaluationError for fewer than two.
    """
    ids = [query_id for query_id in curves.values if query_id in languages]
    if len(ids) < 2:
        raise EvaluationError(
            f"tuning needs at least 2 queries with relevant articles in the archive, not {len(ids)}"
        )
    counts = Counter(languages[query_id] for query_id in ids)
    enough = sorted(language for language in counts if counts[language] >= LEAST_QUERIES)
    weights = {
        language: _tuned(
            curves,
            before,
            [query_id for query_id in ids if languages[query_id] == language],
            calibration.weight(language).semantic,
            folds,
        )
        for language in enough
    }
    usual = sum(calibration.weight(languages[query_id]).semantic for query_id in ids) / len(ids)
    together = _tuned(curves, before, ids, usual, folds)
    return Tuned(weights, together, tuple(sorted(counts.keys() - weights.keys())))


def calibration_of(tuned: Tuned, calibration: Calibration) -> Calibration:
    """`calibration` with the tuned weights; languages without a judged query keep theirs."""
    weights = dict(calibration.weights)
    for language, found in tuned.weights.items():
        weights[language] = _language_weight(found, f"tuned on {found.queries} judged queries")
    for language in tuned.few:
        of_all = f"tuned on {tuned.together.queries} judged queries of all languages"
        weights[language] = _language_weight(tuned.together, of_all)
    return replace(calibration, weights=weights)


def _language_weight(found: TunedWeight, origin: str) -> LanguageWeight:
    tuning = found.tuning
    return LanguageWeight(
        tuning.weight, found.queries, origin, quality=tuning.held_out, is_tuned=True
    )


def _tuned(
    curves: WeightCurves,
    before: Mapping[str, float],
    ids: Sequence[str],
    usual: float,
    folds: int,
) -> TunedWeight:
    tuning = cross_validate(curves.mean_at, curves.weights, ids, folds=folds)
    held_out = {
        query_id: curves.at(fold.weight, query_id)
        for fold in tuning.folds
        for query_id in fold.query_ids
    }
    compared = compare({query_id: before[query_id] for query_id in held_out}, held_out)
    return TunedWeight(len(ids), usual, tuning, compared)
