"""`newsearch search`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer

from api.cli import render
from api.cli.console import one_line, show, show_json, tell
from api.cli.edge import NO_HITS
from api.cli.facets import facet_view
from api.cli.options import AsJson, Config, DataDir, EngineName, open_service
from api.cli.request_options import asks
from api.schemas.parameters import SearchParameters
from index.errors import QueryError
from search.parse import parse
from search.request import Mode, Page, SearchRequest


@asks(SearchParameters, argument="QUERY")
def search(
    ctx: typer.Context,
    parameters: SearchParameters,
    as_json: AsJson = False,
    engine: EngineName = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Find articles by words, by meaning, or both.

    Exits with 0 if anything is found, 1 if nothing is, 2 after an error.
    """
    meaning = "" if parameters.mode is Mode.KEYWORD else _meaning(parameters.q)
    service = open_service(ctx, data_dir, config, asked=meaning, engine=engine)
    request = parameters.to_request()
    page = service.rooms.indexed().search(request)
    if as_json:
        from api.schemas.search import search_body

        show_json(search_body(page).to_json())
    else:
        _show(page, request)
    if not page.hits:
        raise typer.Exit(NO_HITS)


def _show(page: Page, request: SearchRequest) -> None:
    for warning in page.warnings:
        tell(f"note: {warning.text}", style="yellow")
    if page.correction is not None:
        tell(f"did you mean: {one_line(page.correction)}", style="yellow")
    if page.hits:
        show(render.page_view(page))
    for facet in page.facets:
        show(facet_view(facet))
    tell(render.summary(page) if page.hits else render.nothing(request))


def _meaning(query: str) -> str:
    """Return the text of a query that will be encoded; empty if the query cannot be read."""
    try:
        return parse(query, now=datetime.now(UTC), zone=ZoneInfo("UTC")).meaning
    except QueryError:
        return ""
