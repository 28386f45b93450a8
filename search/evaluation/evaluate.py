"""Runs test queries in one or more modes, as a user types them, and measures the answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.domain import Progress
from index.errors import EvaluationError, QueryError
from search.evaluation.measures import GroupMeans, QueryScores, mean_by_language, score_queries
from search.evaluation.qrels import Qrels
from search.evaluation.queries import Query
from search.evaluation.runs import Ranking, Run
from search.request import Mode, SearchRequest

Search = Callable[[SearchRequest], Sequence[tuple[str, float]]]
"""Answers a request with its first `limit` articles: (article id, score), best first."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A query that the parser refused in a mode; it counts as 0."""

    mode: Mode
    query_id: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results of a set of judged queries, mode by mode.

    `means` is what `newsearch eval --json` prints: mode → `all` or a language → measure → mean.
    `queries` are those that counted. `unjudged` are queries without judgments, which were not run;
    `unasked` are judged query ids without a query, which cannot count.
    """

    queries: tuple[Query, ...]
    means: Mapping[str, GroupMeans]
    scores: Mapping[str, QueryScores]
    runs: Mapping[str, Run]
    refusals: tuple[Refusal, ...]
    unjudged: tuple[str, ...]
    unasked: tuple[str, ...]


def evaluate(
    search: Search,
    queries: Sequence[Query],
    qrels: Qrels,
    modes: Iterable[Mode],
    depth: int = 1000,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Run every judged query in every mode for `depth` articles, and measure.

    A query that raises QueryError counts as 0 and is listed in `refusals`; other errors propagate.
    Raises EvaluationError if no query is judged.
    """
    asked = tuple(query for query in queries if qrels.get(query.id))
    if not asked:
        raise EvaluationError(
            f"none of the {len(queries)} queries has a judgment: "
            "check that queries and judgments use the same query ids"
        )
    modes = tuple(dict.fromkeys(modes))
    refusals: list[Refusal] = []
    runs: dict[str, Run] = {}
    for number, mode in enumerate(modes):
        report = _step(on_progress, mode, number * len(asked), len(modes) * len(asked))
        runs[mode.value] = _run(search, asked, mode, depth, refusals, report)
    judged = {query.id: qrels[query.id] for query in asked}
    scores = {mode: score_queries(run, judged) for mode, run in runs.items()}
    known = {query.id for query in queries}
    languages = {query.id: query.language for query in asked}
    return Evaluation(
        queries=asked,
        means={mode: mean_by_language(scored, languages) for mode, scored in scores.items()},
        scores=scores,
        runs=runs,
        refusals=tuple(refusals),
        unjudged=tuple(query.id for query in queries if not qrels.get(query.id)),
        unasked=tuple(query_id for query_id in qrels if query_id not in known),
    )


def _run(
    search: Search,
    queries: Sequence[Query],
    mode: Mode,
    depth: int,
    refusals: list[Refusal],
    report: Callable[[int], None],
) -> dict[str, Ranking]:
    rankings: dict[str, Ranking] = {}
    for done, query in enumerate(queries, 1):
        try:
            answer = search(SearchRequest(query=query.text, mode=mode, limit=depth))
        except QueryError as error:
            refusals.append(Refusal(mode, query.id, query.text, str(error)))
            answer = ()
        rankings[query.id] = tuple(answer)[:depth]
        report(done)
    return rankings


def _step(
    on_progress: Callable[[Progress], None] | None, mode: Mode, before: int, total: int
) -> Callable[[int], None]:
    def report(done: int) -> None:
        if on_progress is not None:
            on_progress(Progress(f"evaluate {mode.value}", before + done, total))

    return report
