"""`newsearch work`."""

import time
from typing import Annotated

import typer
from rich.text import Text

from api.cli.console import show, show_json
from api.cli.feeds import seconds
from api.cli.options import AsJson, Config, DataDir, EncoderName, open_service
from api.cli.progress import ProgressView


def work(
    ctx: typer.Context,
    every: Annotated[
        str | None,
        typer.Option(help="Go on until Ctrl-C, and look again so often: 90s, 5m, 1h."),
    ] = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Help to index what the archive has and the index lacks, beside any number of others.

    Each worker encodes ranges of the archive, and one at a time commits what is ready. A worker
    may be killed at any moment: its range goes to another after a minute.
    """
    every_s = None if every is None else seconds(every)
    service = open_service(ctx, data_dir, config, encoder=encoder, creates=True)
    worker = service.upkeep.worker()
    while True:
        with ProgressView() as view:
            report = service.ingest.work(worker, view.listen)
        if as_json:
            show_json({"encoded": report.encoded, "indexed": report.indexed})
        else:
            show(Text(f"encoded {report.encoded:,} articles, committed {report.indexed:,}"))
        if every_s is None:
            return
        time.sleep(every_s)
