"""Fusion weights from judged queries, for the archive and index of a newsroom."""

from collections.abc import Sequence

from index.errors import ArticleNotFound
from index.protocols import Archive, ProgressListener
from search.engine import Engine
from search.evaluation.curves import MEASURE, weight_curves
from search.evaluation.evaluate import evaluate
from search.evaluation.qrels import Qrels
from search.evaluation.queries import Query
from search.evaluation.weights import Tuned, answer_languages, tune
from search.request import Mode


def tuned(
    engine: Engine,
    archive: Archive,
    queries: Sequence[Query],
    qrels: Qrels,
    *,
    folds: int = 5,
    on_progress: ProgressListener | None = None,
) -> Tuned:
    """Fit the weights to judged queries; nothing is written. Raises EvaluationError."""
    usual = evaluate(
        engine.ranked_ids, queries, qrels, [Mode.HYBRID], depth=10, on_progress=on_progress
    )
    curves = weight_curves(engine.ranked_by_weight, queries, qrels, on_progress=on_progress)
    languages = answer_languages(qrels, _languages_of(archive, qrels))
    before = usual.scores[Mode.HYBRID][MEASURE]
    return tune(curves, before, languages, engine.calibration, folds=folds)


def _languages_of(archive: Archive, qrels: Qrels) -> dict[str, str]:
    languages = {}
    for article_id in {article_id for grades in qrels.values() for article_id in grades}:
        try:
            languages[article_id] = archive.get(article_id).article.language
        except ArticleNotFound:
            continue
    return languages
