"""`newsearch synonyms`."""

import typer
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.edge import DAMAGED
from api.cli.options import AsJson, Config, DataDir, open_service
from search.expansion.synonym_files import SynonymFile


def synonyms(
    ctx: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """List the rules in synonyms.txt and synonyms.LANGUAGE.txt in the data folder.

    Every search uses them, and a running server reads them again when they
    change. Exits with 1 if a line cannot be used; the others are.
    """
    service = open_service(ctx, data_dir, config)
    files = service.rooms.synonym_files.current()
    if as_json:
        show_json([_body(file) for file in files])
    else:
        _show(files)
    if any(file.faults for file in files):
        raise typer.Exit(DAMAGED)


def _show(files: tuple[SynonymFile, ...]) -> None:
    for file in files:
        for rule in file.rules:
            show(Text(f"{file.path.name}:{rule.line}: {one_line(rule.text)}"))
        for fault in file.faults:
            tell(f"{file.path.name}:{fault.line}: {one_line(fault.why)}", style="yellow")
    if not files:
        tell("there are no synonyms; write synonyms.txt in the data folder (docs/synonyms.md)")


def _body(file: SynonymFile) -> dict[str, object]:
    return {
        "file": str(file.path),
        "language": file.language,
        "rules": [{"line": one.line, "rule": one.text} for one in file.rules],
        "faults": [{"line": one.line, "why": one.why} for one in file.faults],
    }
