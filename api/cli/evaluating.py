"""`newsearch eval`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.console import show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from search.request import Mode


def evaluate(
    ctx: typer.Context,
    queries: Annotated[
        Path, typer.Option(help="The questions: JSONL with id, text and lang.", show_default=False)
    ],
    qrels: Annotated[
        Path,
        typer.Option(help="The judgments: query TAB article TAB 0..3.", show_default=False),
    ],
    mode: Annotated[
        list[Mode] | None,
        typer.Option(help="Only this mode; repeat for several. (default: all three)"),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Measure how good the answers are, on judged questions.

    Prints nDCG@10, MRR@10, R@100 and AP, per mode and per language of the question. A judged
    question without results counts as 0.
    """
    from search.evaluation.evaluate import evaluate as measure
    from search.evaluation.qrels import read_qrels
    from search.evaluation.queries import read_queries

    asked, judged = read_queries(queries), read_qrels(qrels)
    engine = open_service(ctx, data_dir, config).engine
    with ProgressView() as view:
        evaluation = measure(
            engine.ranked_ids, asked, judged, mode or list(Mode), on_progress=view.listen
        )
    for refusal in evaluation.refusals:
        tell(f"{refusal.query_id} ({refusal.mode}) counts as 0: {refusal.why}", style="yellow")
    for name, ids in (
        ("questions without a judgment, left out", evaluation.unjudged),
        ("judged questions that were not asked, left out", evaluation.unasked),
    ):
        if ids:
            tell(f"{len(ids)} {name}: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}")
    if as_json:
        show_json(evaluation.means)
        return
    table = Table("mode", "language", box=None, pad_edge=False, header_style="bold")
    for name in next(iter(next(iter(evaluation.means.values())).values())):
        table.add_column(name, justify="right")
    for mode_name, groups in evaluation.means.items():
        for language, means in groups.items():
            table.add_row(mode_name, language, *(f"{value:.3f}" for value in means.values()))
    show(table)
