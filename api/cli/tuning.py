"""`newsearch tune`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.cli.console import show, show_json, tell
from api.cli.evaluating import QrelsFile, QueriesFile
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView

if TYPE_CHECKING:
    from search.evaluation.weights import Tuned, TunedWeight


def tune(
    ctx: typer.Context,
    queries: QueriesFile,
    qrels: QrelsFile,
    folds: Annotated[int, typer.Option(min=2, help="Number of cross-validation folds.")] = 5,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report what tuning would gain.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Fit the semantic weights to judged queries and write them to the index.

    Prints what the fitted weights gain on queries held out of the fit (nDCG@10,
    by k-fold cross-validation), next to the weights in use. A language with fewer
    than 25 judged queries is fitted on all queries together. Tuned weights stay
    until 'newsearch untune'.
    """
    from api.service.tuning import tuned
    from search.evaluation.qrels import read_qrels
    from search.evaluation.queries import read_queries
    from search.evaluation.weights import calibration_of

    asked, judged = read_queries(queries), read_qrels(qrels)
    service = open_service(ctx, data_dir, config)
    engine = service.rooms.unrestricted.engine
    with ProgressView() as view:
        found = tuned(
            engine,
            service.archive,
            asked,
            judged,
            folds=folds,
            on_progress=view.listen,
        )
    if not dry_run:
        service.upkeep.set_calibration(calibration_of(found, engine.calibration))
    if as_json:
        show_json(_body(found, is_written=not dry_run))
        return
    show(_table(_rows(found)))
    if found.few:
        tell(f"too few judged queries, so fitted on all together: {', '.join(found.few)}")
    tell("dry run: nothing was written" if dry_run else "the weights were written to the index")


def untune(
    ctx: typer.Context,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Drop tuned weights and learn them from the archive again."""
    service = open_service(ctx, data_dir, config)
    with ProgressView() as view:
        languages = service.upkeep.untune(view.listen)
    tell(f"learnt again: {', '.join(languages)}" if languages else "there were no tuned weights")


def _rows(tuned: "Tuned") -> "Sequence[tuple[str, TunedWeight]]":
    return [*tuned.weights.items(), ("all together", tuned.together)]


def _table(rows: "Sequence[tuple[str, TunedWeight]]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = ("", "questions", "weight in use", "tuned", "nDCG@10 in use", "held out",
                "difference", "p")  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for name, found in rows:
        table.add_row(
            name,
            f"{found.queries}",
            f"{found.before:.3f}",
            f"{found.tuning.weight:.3f}",
            f"{found.held_out.mean_before:.4f}",
            f"{found.held_out.mean_after:.4f}",
            f"{found.held_out.difference:+.4f}",
            f"{found.held_out.randomisation_p:.4f}",
        )
    return table


def _body(tuned: "Tuned", *, is_written: bool) -> Mapping[str, Any]:
    return {
        "is_written": is_written,
        "weights": {name: _weight_body(found) for name, found in tuned.weights.items()},
        "together": _weight_body(tuned.together),
        "few": list(tuned.few),
    }


def _weight_body(found: "TunedWeight") -> Mapping[str, Any]:
    return {
        "queries": found.queries,
        "before": found.before,
        "weight": found.tuning.weight,
        "in_use": found.held_out.mean_before,
        "held_out": found.held_out.mean_after,
        "fitted": found.tuning.fitted,
        "p": found.held_out.randomisation_p,
        "fold_weights": [fold.weight for fold in found.tuning.folds],
        "curve": [list(point) for point in found.tuning.curve],
    }
