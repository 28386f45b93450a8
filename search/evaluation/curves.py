"""Weight curves: the measure at each semantic weight on judged queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.domain import Progress
from index.errors import QueryError
from search.evaluation.measures import ALL, score_queries
from search.evaluation.qrels import Qrels
from search.evaluation.queries import Query
from search.evaluation.runs import Ranking
from search.request import SearchRequest

MEASURE = "nDCG@10"
"""The measure by which weights are judged."""

WEIGHTS = tuple(number / 40 for number in range(41))
"""The grid, the same as in calibration."""

_DEPTH = 10

SearchByWeight = Callable[[SearchRequest, Sequence[float], int], Sequence[Ranking]]
"""(request, weights, depth) → the first `depth` of the ranking at each weight."""


@dataclass(frozen=True, slots=True)
class WeightCurves:
    """nDCG@10 of each query at each weight: `values[query id][i]` belongs to `weights[i]`."""

    weights: tuple[float, ...]
    values: Mapping[str, tuple[float, ...]]

    def mean(self, query_ids: Iterable[str]) -> tuple[tuple[float, float], ...]:
        """(weight, mean over these queries), by weight."""
        rows = [self.values[query_id] for query_id in query_ids]
        return tuple(
            (weight, sum(row[i] for row in rows) / len(rows))
            for i, weight in enumerate(self.weights)
        )

    def at(self, weight: float, query_id: str) -> float:
        """One query's value at a weight of the grid."""
        return self.values[query_id][self.weights.index(weight)]

    def mean_at(self, weight: float, query_ids: Sequence[str]) -> float:
        """The mean at a weight of the grid; a `tuning.MeasureAt`."""
        return sum(self.at(weight, query_id) for query_id in query_ids) / len(query_ids)


def weight_curves(
    search: SearchByWeight,
    queries: Sequence[Query],
    qrels: Qrels,
    weights: Sequence[float] = WEIGHTS,
    on_progress: Callable[[Progress], None] | None = None,
) -> WeightCurves:
    """Run every judged query at every weight; one that the parser refuses counts as 0."""
    asked = [query for query in queries if qrels.get(query.id)]
    runs: list[dict[str, Ranking]] = [{} for _ in weights]
    for done, query in enumerate(asked, 1):
        try:
            rankings = search(SearchRequest(query=query.text, limit=_DEPTH), weights, _DEPTH)
        except QueryError:
            rankings = [()] * len(weights)
        for run, ranking in zip(runs, rankings, strict=True):
            run[query.id] = ranking
        if on_progress is not None:
            on_progress(Progress("weights", done, len(asked)))
    judged = {query.id: qrels[query.id] for query in asked}
    measured = [score_queries(run, judged)[MEASURE] for run in runs]
    return WeightCurves(
        tuple(weights), {query_id: tuple(at[query_id] for at in measured) for query_id in judged}
    )


def curves_by_language(
    curves: WeightCurves, languages: Mapping[str, str]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """`all` and each language (`languages` by query id) → mean curve."""
    groups = {ALL: curves.mean(curves.values)}
    for language in sorted({languages[query_id] for query_id in curves.values}):
        members = [query_id for query_id in curves.values if languages[query_id] == language]
        groups[language] = curves.mean(members)
    return groups
