"""`newsearch keys add | list | revoke`."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.options import AsJson, Config, DataDir, open_service
from api.stores.keys import Key, Scope

keys = typer.Typer(
    help="Keys for the HTTP server; once there is one, every request needs a key.",
    epilog="Example:  newsearch keys add newsroom --scope search",
    no_args_is_help=True,
)


@keys.command("add", epilog="Example:  newsearch keys add newsroom --scope search --scope write")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose key it is; shown in logs.")],
    scope: Annotated[
        list[Scope], typer.Option(help="What the key allows; may be repeated. (default: search)")
    ] = [Scope.SEARCH],  # noqa: B006
    source: Annotated[
        list[str] | None,
        typer.Option(help="Limit the key to articles of this source; may be repeated."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Make a key and print it once; only a hash is kept."""
    store = open_service(ctx, data_dir, config, creates=True).keys
    key, token = store.add(name, scope, source or ())
    if as_json:
        show_json({**_told(key), "key": token})
        return
    show(Text(token))
    tell("this key is not shown again; send it as 'Authorization: Bearer KEY'")


@keys.command("list", epilog="Example:  newsearch keys list --json")
def list_keys(
    ctx: typer.Context, as_json: AsJson = False, data_dir: DataDir = None, config: Config = None
) -> None:
    """List the keys by name and what they allow; the keys themselves are never shown."""
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
    key_id: Annotated[
        str, typer.Argument(metavar="ID", help="The key's id, from 'newsearch keys list'.")
    ],
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Revoke a key; running servers notice within a second."""
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
