"""Scores rankings against judgments: nDCG@10, MRR@10, R@100 and AP, through `ir_measures`.

- Every query that has at least one judgment counts; one without results scores 0. Queries without
  a judgment are left out: nothing is known about them.
- nDCG's gain is the grade itself (linear, as in trec_eval), not 2^grade - 1: a grade of 3 is worth
  three of 1. The discount is log2(rank + 1), the ideal ranking comes from all judgments.
- For MRR, R and AP an article of grade 1 and more is relevant; what is not judged is not relevant.
- The order is that of the ranking. The libraries underneath would sort anew by score in 32 bits and
  break ties by id, trec_eval downwards and RR@10's own code upwards, so ranks are handed to them in
  place of scores.
"""

from collections.abc import Iterable, Iterator, Mapping

import ir_measures
from ir_measures import AP, RR, R, nDCG

from index.errors import EvaluationError
from search.evaluation.qrels import RELEVANT, Qrels
from search.evaluation.runs import Run

ALL = "all"
"""The group of every judged query."""

_MEASURES = {
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR(rel=RELEVANT) @ 10,
    "R@100": R(rel=RELEVANT) @ 100,
    "AP": AP(rel=RELEVANT),
}

MEASURES = tuple(_MEASURES)
"""The names of the measures, in display order."""

QueryScores = Mapping[str, Mapping[str, float]]
"""Measure → query id → value from 0 to 1."""

GroupMeans = dict[str, dict[str, float]]
"""`all` or a language → measure → mean over its judged queries."""


def score_queries(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Each measure's value for each judged query, in the order of `qrels`; `QueryScores`.

    A judged query that `run` does not answer scores 0; answers to other queries are ignored.
    """
    judged = {query_id: grades for query_id, grades in qrels.items() if grades}
    scores = {name: dict.fromkeys(judged, 0.0) for name in _MEASURES}
    names = {measure: name for name, measure in _MEASURES.items()}
    for value in ir_measures.iter_calc(
        list(_MEASURES.values()), _judgments(judged), _ranked(run, judged)
    ):
        scores[names[value.measure]][value.query_id] = float(value.value)
    return scores


def mean_by_language(scores: QueryScores, languages: Mapping[str, str]) -> GroupMeans:
    """Means over all queries (`all`) and over those of each language, sorted by language.

    `languages` gives each query's. A language without judged queries has no key. Raises
    EvaluationError if there is no query at all.
    """
    query_ids = list(next(iter(scores.values()), {}))
    if not query_ids:
        raise EvaluationError(
            "no query has a judgment: check that queries and judgments use the same query ids"
        )
    groups = {ALL: query_ids} | {
        language: [query_id for query_id in query_ids if languages[query_id] == language]
        for language in sorted({languages[query_id] for query_id in query_ids})
    }
    return {
        group: {name: _mean(values[i] for i in members) for name, values in scores.items()}
        for group, members in groups.items()
    }


def _judgments(qrels: Qrels) -> Iterator[object]:
    for query_id, grades in qrels.items():
        for article_id, grade in grades.items():
            yield ir_measures.Qrel(query_id, article_id, grade)


def _ranked(run: Run, judged: Iterable[str]) -> Iterator[object]:
    for query_id in judged:
        for rank, (article_id, _) in enumerate(run.get(query_id, ()), 1):
            yield ir_measures.ScoredDoc(query_id, article_id, float(-rank))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
