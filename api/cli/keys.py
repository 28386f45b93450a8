"""`newsearch keys add | list | revoke`."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.stores.keys import Key, Scope

keys = typer.Typer(help="Keys for the HTTP server; with the first one, all need one.",
                   no_args_is_help=True)  # fmt: skip


@keys.command("add", epilog="Example:  newsearch keys add newsroom --scope search --scope write")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose key it is; logs show it.")],
    scope: Annotated[
        list[Scope], typer.Option(help="What it may do; repeat for several. (default: search)")
    ] = [Scope.SEARCH],  # noqa: B006
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only articles of this source may be read; repeat for several."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Make a key and print it, this once: only a hash is kept."""
    store = open_service(ctx, data_dir, config, creates=True).keys
    key, token = store.add(name, scope, source or ())
    if as_json:
        show_json({**_told(key), "key": token})
        return
    show(Text(token))
    tell("this is shown once; send it as 'Authorization: Bearer KEY'")


@keys.command("list", epilog="Example:  newsearch keys list --json")
def list_keys(
    ctx: typer.Context, as_json: AsJson = False, data_dir: DataDir = None, config: Config = None
) -> None:
    """Show whose keys there are and what they may do; never the keys themselves."""
    found = open_service(ctx, data_dir, config).keys.all()
    if as_json:
        show_json([_told(key) for key in found])
        return
    if not found:
        tell("there are no keys; make one with 'newsearch keys add NAME'")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "scopes", "sources", "made", "revoked"):
        table.add_column(heading)
    for key in found:
        cells = (
            key.id,
            key.name,
            ", ".join(sorted(key.scopes)),
            "all" if key.sources is None else ", ".join(key.sources),
            key.created_at,
            key.revoked_at or "",
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    show(table)


@keys.command("revoke", epilog="Example:  newsearch keys revoke 3f2a9c41d0")
def revoke(
    ctx: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key, as 'keys list' shows it.")],
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Let a key open nothing any more; running servers know it within a second."""
    open_service(ctx, data_dir, config).keys.revoke(key_id)
    show(Text(f"revoked {one_line(key_id)}"))


def _told(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "sources": key.sources,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }
