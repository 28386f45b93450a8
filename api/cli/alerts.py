"""`newsearch alerts add | list | test | remove`."""

from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.edge import NO_HITS, SOME_FAILED
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.request_options import asks, told
from api.schemas.alerts import NewAlert, alert_body
from api.schemas.parameters import SearchParameters

alerts = typer.Typer(
    help="Saved searches that report new articles, by webhook or as a feed.",
    epilog="Example:  newsearch alerts add 'ferry strike' --lang en",
    no_args_is_help=True,
)

AlertId = Annotated[
    str, typer.Argument(metavar="ID", help="The alert's id, from 'newsearch alerts list'.")
]


@alerts.command("add", epilog="Example:  newsearch alerts add 'ferry strike' --lang en")
@asks(SearchParameters, argument="QUERY", only=("q", "lang", "source", "section"))
def add(
    ctx: typer.Context,
    parameters: SearchParameters,
    name: Annotated[
        str | None, typer.Option(help="A name for the alert. (default: the query)")
    ] = None,
    meaning: Annotated[
        float | None,
        typer.Option(
            min=-1,
            max=1,
            help="Match by meaning at this cosine or above. (default: what a search finds)",
        ),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(help="Post matches to this URL. (default: no webhook, only a feed)"),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Save a search and report every new article that matches it, once each.

    The alert matches what a search for the query finds.
    """
    try:
        new = NewAlert(search=parameters, name=name, meaning=meaning, webhook=webhook)
    except ValidationError as error:
        raise typer.BadParameter(told(error)) from error
    service = open_service(ctx, data_dir, config, creates=True)
    alert = service.alerts.add(new.search, name=new.name, meaning=new.meaning, webhook=new.webhook)
    if as_json:
        show_json(alert_body(alert, with_secret=True).to_json())
        return
    show(Text(alert.id))
    if alert.secret:
        tell(f"deliveries are signed with {alert.secret}; this secret is not shown again")


@alerts.command("list", epilog="Example:  newsearch alerts list --json")
def list_alerts(
    ctx: typer.Context, as_json: AsJson = False, data_dir: DataDir = None, config: Config = None
) -> None:
    """List the saved searches and what happened to their matches."""
    store = open_service(ctx, data_dir, config).alerts.store
    found, states = store.all(), store.states()
    if as_json:
        show_json([alert_body(alert, states.get(alert.id)).to_json() for alert in found])
        return
    if not found:
        tell("no saved searches; save one with 'newsearch alerts add QUERY'")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "to", "matches", "problem"):
        table.add_column(heading)
    for alert in found:
        counts = states.get(alert.id, {})
        shown = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none"
        cells = (alert.id, alert.name, alert.webhook or "feed", shown, alert.problem or "")
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    show(table)


@alerts.command("test", epilog="Example:  newsearch alerts test 3f2a9c41d07b")
def try_out(
    ctx: typer.Context,
    alert_id: AlertId,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Show what a saved search finds now and send a test message to its webhook.

    Exits with 1 if it finds nothing or the message is not accepted.
    """
    service = open_service(ctx, data_dir, config).alerts
    result = service.test(service.store.get(alert_id))
    if as_json:
        show_json(result.to_json())
    else:
        for article_id in result.found:
            show(Text(one_line(article_id)))
        tell(f"{len(result.found)} of the newest articles match")
        if result.delivered is not None:
            tell(
                f"not delivered: {result.problem}" if result.problem else "delivered a test message"
            )
    if result.delivered is False:
        raise typer.Exit(SOME_FAILED)
    if not result.found:
        raise typer.Exit(NO_HITS)


@alerts.command("remove", epilog="Example:  newsearch alerts remove 3f2a9c41d07b")
def remove(
    ctx: typer.Context, alert_id: AlertId, data_dir: DataDir = None, config: Config = None
) -> None:
    """Delete a saved search and its matches."""
    open_service(ctx, data_dir, config).alerts.store.remove(alert_id)
    show(Text(f"removed {one_line(alert_id)}"))
