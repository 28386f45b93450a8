"""`newsearch watch`."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json, tell
from api.cli.feeds import index_now
from api.cli.notes import tell_notes
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView

if TYPE_CHECKING:
    from index.watching import Changes

FAILURES_SHOWN = 20
LOOKING_SHARE = 10
"""At most a tenth of the time is spent scanning; large folders are scanned less often."""


def watch(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="The folders or files to watch.")
    ],
    deletes: Annotated[
        bool,
        typer.Option(
            "--delete", help="Also delete articles whose file, or record in a file, is gone."
        ),
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Bring the index up to date once and exit.")
    ] = False,
    every_s: Annotated[
        float, typer.Option("--every", min=0.05, help="Seconds between two scans.")
    ] = 1.0,
    settle_s: Annotated[
        float,
        typer.Option(
            "--settle", min=0.0, help="Seconds a file must be unchanged before it is read."
        ),
    ] = 1.0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Watch folders and index new and changed files until Ctrl-C.

    Changes made while nothing was watching are found at the start. Unfinished
    files are left alone.
    """
    service = open_service(ctx, data_dir, config, creates=True)
    watcher = service.ingest.watcher(paths, deletes=deletes, settled_s=settle_s)
    if not once:
        tell("watching; press Ctrl-C to stop")
    while True:
        began_s = time.monotonic()
        changes = watcher.round()
        looked_s = time.monotonic() - began_s
        if not changes.is_idle:
            with ProgressView() as view:
                index_now(service, view)
            _show(changes, as_json)
        if once and not changes.waiting:
            return
        time.sleep(max(every_s, LOOKING_SHARE * looked_s if changes.is_idle else 0.0))


def _show(changes: "Changes", as_json: bool) -> None:
    failures = [{"place": one.place, "why": one.why} for one in changes.failures]
    if as_json:
        show_json(
            {
                "files_read": changes.files_read,
                "files_gone": changes.files_gone,
                **changes.put,
                "deleted": changes.deleted,
                "failures": failures,
                "notes": [{"place": note.place, "what": note.what} for note in changes.notes],
            }
        )
        return
    counts = ", ".join(f"{count:,} {status}" for status, count in changes.put.items()) or "nothing"
    deleted = counted(changes.deleted, "article")
    gone = f"; {counted(changes.files_gone, 'file')} gone, {deleted} deleted"
    show(
        Text(f"{counted(changes.files_read, 'file')}: {counts}{gone if changes.files_gone else ''}")
    )
    for failure in changes.failures[:FAILURES_SHOWN]:
        tell(f"  {one_line(str(failure))}")
    tell_notes(changes.notes)
