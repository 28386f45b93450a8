"""`newsearch export`, `newsearch backup` and `newsearch restore`."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from api.cli.console import counted, show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service, settings_of
from api.cli.progress import ProgressView
from api.cli.status import size
from index.backup.contents import Contents
from index.export.writing import ExportFormat
from search.request import Mode


def export(
    ctx: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(help="Export only articles that a search for this finds."),
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="Search by words and meaning, by words only, or by meaning only.")
    ] = Mode.HYBRID,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write: .jsonl, .jsonl.gz or .parquet. (default: standard output)",
            show_default=False,
        ),
    ] = None,
    export_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="The format to write. (default: by the file's extension)"),
    ] = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Write articles to a file that 'newsearch index' can read.

    Exports the whole archive, or with a query everything that a search finds.
    """
    from index.export.writing import format_of, write_file, write_lines

    service = open_service(ctx, data_dir, config)
    stored = (
        service.archive.iterate()
        if query is None
        else service.rooms.indexed().matching(query, mode)
    )
    articles = (one.article for one in stored)
    if output is not None:
        count = write_file(articles, output, export_format or format_of(output))
    elif export_format is ExportFormat.PARQUET:
        raise typer.BadParameter(
            "Parquet can only be written to a file; add --output FILE", param_hint="--format"
        )
    else:
        count = write_lines(articles, sys.stdout.buffer)
    tell(f"exported {counted(count, 'article')}")


def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(help="A new folder, or a new .tar or .zip file.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Back up the archive and the index, even while other processes write.

    'newsearch restore' checks every file against its checksum.
    """
    service = open_service(ctx, data_dir, config)
    with ProgressView() as view:
        made = service.maintenance.backup(target, view.listen)
    _show(made, as_json, f"backed up to {target}")


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(help="The backup: a folder, or a .tar or .zip file.")],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Replace an existing data folder; the old one is kept next to it."
        ),
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only check the backup against its checksums.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Restore a data folder from a backup, after checking that every file is intact.

    First stop any server that uses the folder. Without --force, the folder must
    be empty.
    """
    from index.backup.restoring import restore_backup, verify_backup

    folder = settings_of(ctx, data_dir, config).data_dir
    with ProgressView() as view:
        if verify:
            _show(verify_backup(source, view.listen), as_json, f"{source} is intact")
            return
        made, kept = restore_backup(source, folder, replaces=force, on_progress=view.listen)
    _show(made, as_json, f"restored to {folder}")
    if kept is not None:
        tell(f"the previous folder is kept as {kept}")


def _show(made: Contents, as_json: bool, what: str) -> None:
    if as_json:
        show_json(
            {
                "articles": made.articles,
                "files": len(made.files),
                "size_bytes": made.size_bytes,
                "created_at": made.created_at,
                "version": made.version,
            }
        )
    else:
        articles, files = counted(made.articles, "article"), counted(len(made.files), "file")
        held = f"{articles}, {files}, {size(made.size_bytes)}"
        show(Text(f"{what}: {held}, made at {made.created_at}"))
