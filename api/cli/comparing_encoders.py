"""`newsearch compare-encoders`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.cli.console import show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from index.errors import EvaluationError
from search.request import Mode

if TYPE_CHECKING:
    from api.service.encoder_comparison import EncoderComparison
    from api.service.service import Service
    from search.evaluation.known_items import TestSet


def compare_encoders(
    ctx: typer.Context,
    encoder: Annotated[
        list[str] | None,
        typer.Option(
            help="An encoder to try; may be repeated. (default: all that are available without a "
            "download, and the index's own)",
            show_default=False,
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            help="Judged queries: JSONL with id, text and lang. (default: the archive's own "
            "headlines)",
            show_default=False,
        ),
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(help="Their judgments, one per line: query TAB article TAB 0..3.")
    ] = None,
    articles: Annotated[
        int, typer.Option(min=50, help="How many archived articles to test them on.")
    ] = 300,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Measure which encoder finds most in your archive, and its cost on this machine.

    Indexes a sample of the archive with each encoder in turn, in a temporary
    folder. Without judged queries, each headline is a query for its article.
    Nothing is changed: run 'newsearch reindex --encoder NAME' to change the
    encoder.
    """
    from api.service import encoder_comparison as comparison

    if (queries is None) != (qrels is None):
        raise EvaluationError("judged queries need two files: give both --queries and --qrels")
    service = open_service(ctx, data_dir, config)
    snapshot = service.store.snapshot()
    test_set = _test_set(service, queries, qrels, articles)
    with ProgressView() as view:
        found = comparison.compare_encoders(
            encoder or comparison.names_to_compare(snapshot),
            test_set,
            service.settings,
            service.archive.article_count(),
            on_progress=view.listen,
        )
    for name, why in found.refused.items():
        tell(f"{name} could not be tried: {why}", style="yellow")
    if as_json:
        show_json(_body(found))
        return
    show(_table(found))
    if len(_languages(found)) > 1:
        show(_languages_table(found))
    _tell_verdict(found, snapshot.encoder.revision)


def _test_set(
    service: "Service", queries: Path | None, qrels: Path | None, articles: int
) -> "TestSet":
    from api.service.encoder_comparison import judged_test_set, own_test_set
    from search.evaluation.qrels import read_qrels
    from search.evaluation.queries import read_queries

    snapshot = service.store.snapshot()
    if queries is None or qrels is None:
        return own_test_set(snapshot, service.archive, articles)
    asked, judged = read_queries(queries), read_qrels(qrels)
    return judged_test_set(snapshot, service.archive, asked, judged, articles)


def _table(found: "EncoderComparison") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = ("encoder", "hybrid", "semantic", "p", "chunks/s", "whole archive",
                "query ms", "memory MB", "vectors MB")  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "encoder" else "right")
    for name, trial in found.trials.items():
        memory = trial.memory_bytes
        table.add_row(
            name,
            *(f"{trial.mean(mode):.3f}" for mode in (Mode.HYBRID, Mode.SEMANTIC)),
            "" if name == found.best else f"{found.p_of_best[name]:.3f}",
            f"{trial.chunks_per_s:,.0f}",
            str(timedelta(seconds=round(found.whole_archive_s(name)))),
            f"{trial.query_ms:.1f}",
            "" if memory is None else f"{memory / 1e6:,.0f}",
            f"{found.whole_archive_bytes(name) / 1e6:,.1f}",
        )
    return table


def _languages(found: "EncoderComparison") -> list[str]:
    return sorted({query.language for query in _asked(found)})


def _asked(found: "EncoderComparison") -> "Sequence[Any]":
    return [query for query in found.test_set.queries if found.test_set.qrels.get(query.id)]


def _by_language(found: "EncoderComparison", name: str, mode: Mode) -> dict[str, float]:
    values = found.trials[name].values[mode]
    groups: dict[str, list[float]] = {}
    for query in _asked(found):
        groups.setdefault(query.language, []).append(values[query.id])
    return {language: sum(own) / len(own) for language, own in sorted(groups.items())}


def _languages_table(found: "EncoderComparison") -> Table:
    table = Table(found.test_set.decides.value, box=None, pad_edge=False, header_style="bold")
    for language in _languages(found):
        table.add_column(language, justify="right")
    for name in found.trials:
        means = _by_language(found, name, found.test_set.decides).values()
        table.add_row(name, *(f"{mean:.3f}" for mean in means))
    return table


def _tell_verdict(found: "EncoderComparison", revision_in_use: str) -> None:
    asked, decides = len(_asked(found)), found.test_set.decides
    words = found.trials[found.best].mean(Mode.KEYWORD)
    tell(
        f"nDCG@10 of {asked} queries over {len(found.test_set.articles)} articles; words alone "
        f"{words:.3f}; p is for the difference from the best, by {decides} search"
    )
    used = {
        name: trial.identity.revision == revision_in_use for name, trial in found.trials.items()
    }
    if used[found.best]:
        tell(f"{found.best}, which the index uses, finds most here")
    else:
        tell(f"{found.best} finds most here: newsearch reindex --encoder {found.best}")
    for name in found.as_good:
        note = ", which the index uses," if used[name] else ""
        tell(f"{name}{note} may be as good: p = {found.p_of_best[name]:.2f}")


def _body(found: "EncoderComparison") -> Mapping[str, Any]:
    return {
        "questions": len(_asked(found)),
        "articles": len(found.test_set.articles),
        "decided_by": found.test_set.decides.value,
        "best": found.best,
        "as_good": found.as_good,
        "encoders": {name: _trial_body(found, name) for name in found.trials},
        "refused": dict(found.refused),
    }


def _trial_body(found: "EncoderComparison", name: str) -> Mapping[str, Any]:
    trial = found.trials[name]
    return {
        "encoder": trial.identity.name,
        "dimensions": trial.identity.dimension,
        "ndcg_at_10": {mode.value: trial.mean(mode) for mode in Mode},
        "by_language": {mode.value: _by_language(found, name, mode) for mode in Mode},
        "weights": dict(trial.weights),
        "p_of_best": found.p_of_best[name],
        "chunks_per_article": trial.chunks_per_article,
        "chunks_per_s": trial.chunks_per_s,
        "whole_archive_s": found.whole_archive_s(name),
        "query_ms": trial.query_ms,
        "memory_bytes": trial.memory_bytes,
        "whole_archive_vector_bytes": found.whole_archive_bytes(name),
    }
