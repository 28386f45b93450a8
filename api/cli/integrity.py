"""`newsearch verify` and `newsearch repair`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json, tell
from api.cli.edge import DAMAGED
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from api.cli.status import size

if TYPE_CHECKING:
    from api.service.service import Service
    from index.integrity import Damage


def verify(
    ctx: typer.Context,
    against_whoosh: Annotated[
        bool,
        typer.Option(
            "--against-whoosh",
            help="Instead, ask the array engine and Whoosh's own searcher the same queries.",
        ),
    ] = False,
    queries: Annotated[
        Path | None,
        typer.Option(
            "--queries",
            help="The queries to ask, one per line, or a .jsonl file as 'newsearch eval' reads it. "
            "(default: made from the archive)",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Check every file of the index and the archive, and compare the two.

    Reads everything and changes nothing, and may run while others write. Exits
    with 1 if anything is damaged; 'newsearch repair' rebuilds the damaged parts
    of the index.
    """
    if queries is not None and not against_whoosh:
        raise typer.BadParameter("--queries needs --against-whoosh")
    service = open_service(ctx, data_dir, config)
    if against_whoosh:
        _check_against_whoosh(service, queries, as_json)
        return
    with ProgressView() as view:
        found = service.maintenance.verify(view.listen)
    if as_json:
        show_json(
            {
                "whole": not found.damages,
                "snapshot": found.snapshot,
                "files": found.files,
                "size_bytes": found.size_bytes,
                "articles": found.articles,
                "damages": _bodies(found.damages),
                "unchecked": list(found.unchecked),
            }
        )
    else:
        _show(found.damages)
        articles, files = counted(found.articles, "article"), counted(found.files, "file")
        held = f"{articles}, {files}, {size(found.size_bytes)}"
        what = f"the archive and the index ({held})" if found.snapshot else "the archive"
        show(Text(f"checked {what}: {len(found.damages) or 'nothing'} damaged"))
        for note in found.unchecked:
            tell(f"not checked: {note}")
    if found.damages:
        raise typer.Exit(DAMAGED)


def _check_against_whoosh(service: "Service", queries: Path | None, as_json: bool) -> None:
    asked = None if queries is None else _queries_in(queries)
    with ProgressView() as view:
        checked = service.maintenance.check_against_whoosh(asked, view.listen)
    if as_json:
        show_json(
            {
                "asked": checked.asked,
                "found": checked.found,
                "unread": [asdict(one) for one in checked.unread],
                "differences": [asdict(one) for one in checked.differences],
            }
        )
    else:
        for one in checked.unread:
            tell(f"not asked: {one_line(one.query)}: {one_line(one.why)}")
        for one in checked.differences:
            show(Text(f"{one_line(one.query)}: {one_line(one.why)}"))
        verdict = f"{len(checked.differences) or 'none'} answered differently"
        show(Text(f"asked {checked.asked} queries ({checked.found:,} matches): {verdict}"))
    if checked.differences:
        raise typer.Exit(DAMAGED)


def _queries_in(path: Path) -> list[str]:
    from search.evaluation.queries import read_queries
    from search.evaluation.records import numbered_lines

    if path.suffix == ".jsonl":
        return [query.text for query in read_queries(path)]
    return [line.strip() for _, line in numbered_lines(path) if line.strip()]


def repair(
    ctx: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Rebuild the damaged parts of the index from the archive; the rest stays as it is.

    Only the articles of damaged segments are encoded again. Meanwhile the intact
    parts can be searched.
    """
    service = open_service(ctx, data_dir, config)
    with ProgressView() as view:
        done = service.maintenance.repair(view.listen)
    if as_json:
        show_json(
            {
                "repaired": _bodies(done.damages),
                "articles": done.articles,
                "snapshot": done.snapshot,
            }
        )
    elif done.snapshot is None:
        show(Text("the index is not damaged"))
    else:
        _show(done.damages)
        show(Text(f"repaired; encoded {counted(done.articles, 'article')} again"))


def _bodies(damages: "Sequence[Damage]") -> list[dict[str, str]]:
    return [{"path": str(damage.path), "why": damage.why} for damage in damages]


def _show(damages: "Sequence[Damage]") -> None:
    for damage in damages:
        show(Text(f"{one_line(str(damage.path))}: {one_line(damage.why)}"))
