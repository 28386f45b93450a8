"""`newsearch jobs list | show | pause | resume | cancel`: the background jobs of a server."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.stores.jobs import Job, JobStore

jobs = typer.Typer(
    help="Watch and control the background jobs of a server.",
    epilog="Example:  newsearch jobs list",
    no_args_is_help=True,
)

JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id.")]


@jobs.command("list", epilog="Example:  newsearch jobs list")
def list_jobs(
    ctx: typer.Context, as_json: AsJson = False, data_dir: DataDir = None, config: Config = None
) -> None:
    """List all jobs, newest first."""
    found = open_service(ctx, data_dir, config).jobs.all()
    if as_json:
        from api.schemas.jobs import job_body

        show_json([job_body(job).to_json() for job in found])
    elif not found:
        tell("there are no jobs; large imports and POST /v1/reindex create them")
    else:
        show(_table(found))


@jobs.command("show", epilog="Example:  newsearch jobs show 3f2a9c01d4e5")
def show_job(
    ctx: typer.Context,
    job_id: JobId,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Show one job."""
    _print(open_service(ctx, data_dir, config).jobs.get(job_id), as_json)


def _steering(name: str, meaning: str, steer: Callable[[JobStore, str], Job]) -> None:
    def command(
        ctx: typer.Context,
        job_id: JobId,
        as_json: AsJson = False,
        data_dir: DataDir = None,
        config: Config = None,
    ) -> None:
        _print(steer(open_service(ctx, data_dir, config).jobs, job_id), as_json)

    example = f"Example:  newsearch jobs {name} 3f2a9c01d4e5"
    jobs.command(name, help=meaning, epilog=example)(command)


_steering("pause", "Pause a job; its work so far is kept.", JobStore.pause)
_steering("resume", "Resume a paused job.", JobStore.resume)
_steering("cancel", "Cancel a job.", JobStore.cancel)


def _print(job: Job, as_json: bool) -> None:
    if as_json:
        from api.schemas.jobs import job_body

        show_json(job_body(job).to_json())
    else:
        show(_table([job]))


def _table(found: list[Job]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("job", "kind", "state", "progress", "begun"):
        table.add_column(heading, overflow="fold")
    for job in found:
        table.add_row(
            job.id, job.kind, _state(job), _progress(job), job.started_at or job.created_at
        )
    return table


def _state(job: Job) -> Text:
    wanted = f", asked to {job.wanted}" if job.wanted else ""
    problem = f": {one_line(job.problem)}" if job.problem else ""
    return Text(f"{job.state}{wanted}{problem}")


def _progress(job: Job) -> str:
    of_total = f" of {job.total:,}" if job.total is not None else ""
    return f"{job.phase} {job.done:,}{of_total}" if job.phase else ""
