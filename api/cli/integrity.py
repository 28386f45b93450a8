"""`newsearch verify` and `newsearch repair`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json, tell
from api.cli.edge import DAMAGED
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from api.cli.status import size

if TYPE_CHECKING:
    from index.integrity import Damage


def verify(
    ctx: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Check every file of the index and the archive, and compare the two.

    Reads everything and changes nothing, and may run while others write. Exits
    with 1 if anything is damaged; 'newsearch repair' rebuilds the damaged parts
    of the index.
    """
    service = open_service(ctx, data_dir, config)
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
