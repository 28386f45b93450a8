"""`newsearch trends`."""

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json
from api.cli.edge import NO_HITS
from api.cli.facets import period_label
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.request_options import asks
from api.schemas.parameters import TrendParameters
from search.facet_types import DateBin

BAR_WIDTH = 20


@asks(TrendParameters, argument="QUERY")
def trends(
    ctx: typer.Context,
    parameters: TrendParameters,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Count the articles of several queries over time, on one scale.

    Each query counts the articles that a search for it finds. Exits with 1 if no
    query finds a dated article.
    """
    requests, normalise = parameters.to_requests(), parameters.normalise
    found = open_service(ctx, data_dir, config).rooms.indexed().trends(requests, parameters.by)
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
