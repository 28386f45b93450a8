"""`newsearch eval`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.cli.comparing import Compared, show_comparison, write_report
from api.cli.console import show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from index.errors import EvaluationError
from search.request import FusionMethod, Mode

if TYPE_CHECKING:
    from search.evaluation.evaluate import Evaluation

QueriesFile = Annotated[
    Path, typer.Option(help="The queries: JSONL with id, text and lang.", show_default=False)
]
QrelsFile = Annotated[
    Path,
    typer.Option(
        help="The judgments, one per line: query TAB article TAB 0..3.", show_default=False
    ),
]
QrelsUnlessAsking = Annotated[
    Path | None,
    typer.Option(
        help="The judgments, one per line: query TAB article TAB 0..3. Required without --ask.",
        show_default=False,
    ),
]
Asks = Annotated[
    bool,
    typer.Option(
        "--ask",
        help="Measure answers instead: each query has 'answers', a list of texts, or 'answer'.",
    ),
]
Modes = Annotated[
    list[Mode] | None,
    typer.Option(help="Measure only this mode; may be repeated. (default: all three)"),
]
FixedWeight = Annotated[
    float | None,
    typer.Option(
        min=0.0, max=1.0, help="Use this semantic weight in hybrid mode, not the calibrated one."
    ),
]
Fusion = Annotated[
    FusionMethod, typer.Option(help="How to combine words and meaning into one score.")
]
TwoSystems = Annotated[
    str | None,
    typer.Option(
        help="Compare two ways to search, such as keyword,hybrid: hybrid, keyword, semantic, "
        "rrf, or a semantic weight."
    ),
]
OtherFolder = Annotated[
    Path | None,
    typer.Option(help="Compare another data folder (first) with this one, mode by mode."),
]
RunIn = Annotated[Path | None, typer.Option(help="Compare with the rankings in a TREC run file.")]
RunOut = Annotated[
    Path | None,
    typer.Option(help="Write the rankings as a TREC run file; needs exactly one --mode."),
]
ReportFile = Annotated[
    Path | None,
    typer.Option(help="Write a report: .html or .md with plots, or .json for programs."),
]


def evaluate(
    ctx: typer.Context,
    queries: QueriesFile,
    qrels: QrelsUnlessAsking = None,
    ask: Asks = False,
    mode: Modes = None,
    weight: FixedWeight = None,
    fusion: Fusion = FusionMethod.CONVEX,
    compare: TwoSystems = None,
    against: OtherFolder = None,
    run_in: RunIn = None,
    run_out: RunOut = None,
    report: ReportFile = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Measure search quality on judged queries, and compare.

    Prints nDCG@10, MRR@10, R@100 and AP by mode and by query language. A judged
    query without results counts as 0. Comparisons use nDCG@10, query by query,
    with a paired randomisation test. With --ask, prints how many questions the first
    quotations answer, and how many unanswerable ones get none.
    """
    if ask:
        _evaluate_answers(ctx, queries, as_json, data_dir, config)
        return
    if qrels is None:
        raise EvaluationError("--qrels is missing: the file with the judgments of the queries")
    from search.evaluation.qrels import read_qrels
    from search.evaluation.queries import read_queries
    from search.evaluation.runs import write_run

    modes = list(dict.fromkeys(mode or Mode))
    if run_out and len(modes) > 1:
        raise EvaluationError("--run-out writes the rankings of one mode; choose it with --mode")
    compared = Compared(read_queries(queries), read_qrels(qrels), modes, fusion, weight)
    engine = open_service(ctx, data_dir, config).rooms.unrestricted.engine
    with ProgressView() as view:
        evaluation = compared.evaluate(engine, view.listen)
        if compare:
            compared.add_systems(engine, compare, view.listen)
        if against:
            other = open_service(ctx, against, config).rooms.unrestricted.engine
            compared.add_engine(other, str(against), view.listen)
        if run_in:
            compared.add_run(run_in)
        if report:
            write_report(report, compared, engine, view.listen)
    if run_out:
        write_run(run_out, evaluation.runs[modes[0]])
    _tell_left_out(evaluation)
    if as_json:
        show_json(evaluation.means)
        return
    show(_means_table(evaluation))
    for name, groups in compared.comparisons.items():
        show_comparison(name, groups, compared.texts)


def _evaluate_answers(
    ctx: typer.Context, questions: Path, as_json: bool, data_dir: Path | None, config: Path | None
) -> None:
    from search.evaluation.answers import FIRST, measure, read_questions

    read = read_questions(questions)
    room = open_service(ctx, data_dir, config).rooms.indexed()
    with ProgressView() as view:
        means = measure(room.ask, read, view.listen)
    if as_json:
        show_json({name: asdict(one) for name, one in means.items()})
        return
    table = Table("language", box=None, pad_edge=False, header_style="bold")
    for name in ("questions", "first", f"first {FIRST}", "refused", "median ms"):
        table.add_column(name, justify="right")
    for language, one in means.items():
        shares = (
            "–" if one is None else f"{one:.3f}"
            for one in (one.first, one.among_first, one.refused)
        )
        table.add_row(language, f"{one.questions}", *shares, f"{one.median_ms:.0f}")
    show(table)


def _tell_left_out(evaluation: "Evaluation") -> None:
    for refusal in evaluation.refusals:
        tell(f"{refusal.query_id} ({refusal.mode}) counts as 0: {refusal.why}", style="yellow")
    for name, ids in (
        ("queries without a judgment, left out", evaluation.unjudged),
        ("judged queries that were not run, left out", evaluation.unasked),
    ):
        if ids:
            tell(f"{len(ids)} {name}: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}")


def _means_table(evaluation: "Evaluation") -> Table:
    table = Table("mode", "language", box=None, pad_edge=False, header_style="bold")
    for name in next(iter(next(iter(evaluation.means.values())).values())):
        table.add_column(name, justify="right")
    for mode_name, groups in evaluation.means.items():
        for language, means in groups.items():
            table.add_row(mode_name, language, *(f"{value:.3f}" for value in means.values()))
    return table
