"""`newsearch trends`."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json
from api.cli.edge import NO_HITS
from api.cli.facets import period_label
from api.cli.options import AsJson, Config, DataDir, open_service
from search.facet_types import DateBin, DateStep
from search.request import SearchRequest
from search.results.trends import MAX_QUERIES

BAR_WIDTH = 20


def trends(
    ctx: typer.Context,
    queries: Annotated[
        list[str], typer.Argument(metavar="QUERY", help=f"Queries, at most {MAX_QUERIES}.")
    ],
    by: Annotated[
        DateStep | None, typer.Option(help="The steps. (default: by the range)", show_default=False)
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option(help="Only this language; repeat for several.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source; repeat for several.")
    ] = None,
    date_from: Annotated[
        str | None, typer.Option("--from", help="First date: 2024, 2024-06 or 2024-06-18.")
    ] = None,
    date_to: Annotated[
        str | None, typer.Option("--to", help="Last date, inclusive: 2024, 2024-06 or 2024-06-18.")
    ] = None,
    normalise: Annotated[
        bool, typer.Option("--normalise", help="As a part of the archive's articles in each step.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Count queries over time, side by side on one scale.

    All bare words of a query must occur. Exits with 1 if no query finds a dated article.
    """
    if len(queries) > MAX_QUERIES:
        raise typer.BadParameter(f"at most {MAX_QUERIES} queries at a time")
    requests = [
        SearchRequest(
            query,
            languages=tuple(lang or ()),
            sources=tuple(source or ()),
            date_from=date_from,
            date_to=date_to,
        )
        for query in queries
    ]
    found = open_service(ctx, data_dir, config).whole().trends(requests, by)
    if as_json:
        from api.schemas.trends import trends_body

        show_json(trends_body(found, is_normalised=normalise).to_json())
    else:
        table = Table(box=None, pad_edge=False)
        table.add_column(found.step.value)
        for trend in found.trends:
            table.add_column(Text(one_line(trend.query)))
        top = found.highest_share if normalise else found.highest
        columns = [found.shares(one) if normalise else list(one.counts) for one in found.trends]
        for at, (first, last) in enumerate(zip(found.firsts, found.lasts, strict=True)):
            label = period_label(DateBin(first, last, 0, False), found.step)
            cells = [_cell(column[at] or 0, top, is_share=normalise) for column in columns]
            table.add_row(label, *cells)
        show(table)
    if not found.firsts:
        raise typer.Exit(NO_HITS)


def _cell(value: float, top: float, *, is_share: bool) -> Text:
    shown = f"{value:.1%}" if is_share else f"{value:,}"
    return Text(f"{shown:>6} {'▇' * round(BAR_WIDTH * value / top) if top else ''}")
