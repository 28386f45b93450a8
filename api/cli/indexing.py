"""`newsearch index` and `newsearch reindex`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json, tell
from api.cli.edge import FAILED, INTERRUPTED, SOME_FAILED
from api.cli.notes import by_reason, tell_notes
from api.cli.options import AsJson, Config, DataDir, EncoderName, open_service
from api.cli.progress import ProgressView
from api.cli.shard import Shard
from api.service.intake import Intake
from api.settings.nearest import did_you_mean
from index.build.pipeline import SyncReport
from index.domain import Progress
from index.errors import RecordError

if TYPE_CHECKING:
    from api.service.service import Service
    from index.readers import ReadRun

FAILURES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class IndexRun:
    """What a run of `newsearch index` did."""

    intake: Intake
    ignored: int
    report: SyncReport
    seconds: float

    @property
    def is_idle(self) -> bool:
        """Whether neither the archive nor the index changed."""
        counts = self.intake.counts
        is_archive_same = not (counts["added"] or counts["updated"])
        return is_archive_same and not (self.report.indexed or self.report.removed)


def index(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files, and folders with everything inside them; '-' reads from stdin.",
        ),
    ],
    field_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="FIELD=NAME,...",
            help="The names that records use for article fields, as in title=headline,"
            "text=lead+body.",
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="A field of all articles that do not state it, as in source=Gazette; "
            "date-from-name=%Y-%m-%d reads their date from the names of files.",
        ),
    ] = None,
    headlines: Annotated[
        bool, typer.Option("--headlines", help="Accept records with a headline and no text.")
    ] = False,
    table: Annotated[
        str | None, typer.Option("--table", help="The table or view to read from a SQLite file.")
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Read every file as this format, whatever its name; docs/formats.md lists them.",
        ),
    ] = None,
    keep_markup: Annotated[
        bool | None,
        typer.Option(
            "--keep-markup",
            help="Leave HTML in titles and texts of JSON and tables as it is.",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help="The encoding of files that are not UTF-8 and do not declare theirs: cp1252.",
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="N/OF",
            help="Index only this part of the records: 3/8 on the third of eight machines that "
            "share an archive and an index.",
        ),
    ] = None,
    replaces: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="If a file has the id of another file, let it take that file's place.",
        ),
    ] = False,
    encoder: EncoderName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Add or update articles from files in any of twenty formats and make them searchable.

    Reads text, Markdown, HTML, JSON, CSV, Parquet, feeds, WARC, NewsML, NITF,
    ninjs, mail, PDF, SQLite and more, also compressed with gzip, zstd, bzip2 or
    zip.

    Unchanged articles are skipped. A record that cannot be read is listed with
    its file and line; all others are added, and the exit status is 1, or 2 if
    nothing could be read.
    """
    from index.readers.formats import BY_NAME

    if format_name is not None and format_name not in BY_NAME:
        hint = did_you_mean(format_name, BY_NAME)
        raise typer.BadParameter(f"there is no format {format_name!r}; {hint}")
    part = None if shard is None else Shard.parse(shard)
    fixed = _pairs(given or [])
    service = open_service(
        ctx,
        data_dir,
        config,
        encoder=encoder,
        map=field_map,
        text_encoding=encoding,
        keep_markup=keep_markup,
        headlines=headlines or None,
        creates=True,
    )
    if not any(path == "-" or Path(path).exists() for path in paths):
        run = _run_nothing(paths)
    else:
        reading = service.ingest.reading(paths, table=table, format_name=format_name, fixed=fixed)
        if part is None:
            run = _run(service, paths, reading, replaces=replaces)
        else:
            run = _run_part(service, reading, part, replaces=replaces)
    if as_json:
        show_json(_body(run))
    else:
        _show(run)
    if run.intake.failures:
        raise typer.Exit(SOME_FAILED if run.intake.taken else FAILED)


def _pairs(given: list[str]) -> dict[str, str]:
    """The fields and values of `--set`."""
    pairs = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise typer.BadParameter(f"{one!r} is not FIELD=VALUE, such as source=Gazette")
        pairs[name.strip()] = value.strip()
    return pairs


def _run_nothing(paths: list[str]) -> IndexRun:
    """Report paths that do not exist; a mistyped path alone creates no archive."""
    from index.readers import ReadOptions, read

    reading = read(paths, ReadOptions())
    failures = [record for record in reading.records if isinstance(record, RecordError)]
    return IndexRun(Intake(failures=failures), reading.ignored, SyncReport(0, 0, None), 0.0)


def _run(service: "Service", paths: list[str], reading: "ReadRun", *, replaces: bool) -> IndexRun:
    started = time.monotonic()
    intake = Intake()
    with _kept_on_interrupt(intake), ProgressView() as view:
        from index.readers import measure

        size_bytes = measure(paths).size_bytes

        def show_bytes() -> None:
            total = None if size_bytes is None else _kilobytes(size_bytes)
            view.listen(Progress("reading (kB)", _kilobytes(reading.bytes_read), total))

        show_bytes()
        report = service.ingest.put_and_publish(
            reading.records,
            intake=intake,
            replaces_files=replaces,
            on_batch=show_bytes,
            on_progress=view.listen,
        )
    return IndexRun(intake, reading.ignored, report, time.monotonic() - started)


def _run_part(service: "Service", reading: "ReadRun", part: Shard, *, replaces: bool) -> IndexRun:
    """Index one part without the writer's lock, which the other machines need too."""
    started = time.monotonic()
    worker = service.upkeep.worker()
    intake = Intake()
    with _kept_on_interrupt(intake), ProgressView() as view:
        service.ingest.put(
            part.of(reading.records),
            intake=intake,
            refuses_repeats=True,
            replaces_files=replaces,
        )
        report = service.ingest.work(worker, view.listen)
    return IndexRun(
        intake,
        reading.ignored,
        SyncReport(report.indexed, 0, None),
        time.monotonic() - started,
    )


def _kilobytes(size_bytes: int) -> int:
    return -(-size_bytes // 1000)


@contextmanager
def _kept_on_interrupt(intake: Intake) -> Iterator[None]:
    """Say what remains after Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as error:
        tell(
            f"interrupted: the archive keeps {counted(intake.taken, 'article')} of this run and "
            "the vectors made so far; run the same command again to continue where it stopped"
        )
        raise typer.Exit(INTERRUPTED) from error


def _body(run: IndexRun) -> dict[str, object]:
    counts = run.intake.counts
    return {
        **{status: counts[status] for status in ("added", "updated", "unchanged", "outdated")},
        "failed": len(run.intake.failures),
        "ignored": run.ignored,
        "indexed": run.report.indexed,
        "removed": run.report.removed,
        "seconds": round(run.seconds, 3),
        "failures": [
            {"place": failure.place, "why": failure.why} for failure in run.intake.failures
        ],
        "notes": [{"place": note.place, "what": note.what} for note in run.intake.notes],
    }


def _show(run: IndexRun) -> None:
    counts, failures = run.intake.counts, run.intake.failures
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for status in ("added", "updated", "unchanged"):
        table.add_row(status, f"{counts[status]:,}")
    if counts["outdated"]:
        table.add_row("outdated", f"{counts['outdated']:,}")
    table.add_row("failed", f"{len(failures):,}", style="red" if failures else "")
    if run.ignored:
        table.add_row("files ignored", f"{run.ignored:,}")
    show(table)
    if failures:
        show(Text("\nnot read:"))
        alike = by_reason((failure.place, failure.why) for failure in failures)
        for where, why in alike[:FAILURES_SHOWN]:
            show(Text(f"  {one_line(where)}: {one_line(why)}"))
        if len(alike) > FAILURES_SHOWN:
            show(Text(f"  and {len(alike) - FAILURES_SHOWN:,} more kinds; --json lists all"))
    tell_notes(run.intake.notes)
    if not (run.intake.taken or failures):
        tell("no articles found; docs/formats.md lists what is read")
    elif not run.intake.taken:
        tell("no article was added: nothing that was named could be read")
    elif run.is_idle:
        tell("nothing changed; the index was up to date")
    else:
        tell(f"indexed {counted(run.report.indexed, 'article')} in {run.seconds:.1f} s")


def reindex(
    ctx: typer.Context,
    encoder: EncoderName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Rebuild the whole index from the archive, for example with another encoder.

    Searches use the old index until the new one is complete. An interrupted run
    continues where it stopped when the command is run again.
    """
    service = open_service(ctx, data_dir, config, encoder=encoder)
    started = time.monotonic()
    try:
        with ProgressView() as view:
            report = service.upkeep.reindex(view.listen)
    except KeyboardInterrupt as error:
        tell(
            "interrupted: the old index still answers; run the same command again to continue "
            "where it stopped"
        )
        raise typer.Exit(INTERRUPTED) from error
    seconds = time.monotonic() - started
    encoder_name = service.upkeep.encoder().identity.name
    if as_json:
        show_json(
            {
                "indexed": report.indexed,
                "snapshot": report.snapshot,
                "encoder": encoder_name,
                "seconds": round(seconds, 3),
            }
        )
    else:
        show(
            Text(
                f"indexed {counted(report.indexed, 'article')} with {encoder_name} "
                f"in {seconds:.1f} s"
            )
        )
