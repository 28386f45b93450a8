"""`newsearch work`."""

import time
from typing import Annotated

import typer
from rich.text import Text

from api.cli.console import counted, show, show_json
from api.cli.feeds import seconds
from api.cli.options import AsJson, Config, DataDir, EncoderName, open_service
from api.cli.progress import ProgressView


def work(
    ctx: typer.Context,
    every: Annotated[
        str | None,
        typer.Option(
            help="Keep running until Ctrl-C and check again at this interval: 90s, 5m, 1h."
        ),
    ] = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Help index what the index lacks, together with any number of other workers.

    Each worker encodes ranges of the archive; one at a time commits what is
    ready. A worker may be killed at any moment: after a minute another takes over
    its range.
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
            show(
                Text(f"encoded {counted(report.encoded, 'article')}, committed {report.indexed:,}")
            )
        if every_s is None:
            return
        time.sleep(every_s)
