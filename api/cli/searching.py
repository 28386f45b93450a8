"""`newsearch search`."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from api.cli import render
from api.cli.console import one_line, show, show_json, tell
from api.cli.edge import NO_HITS
from api.cli.facets import facet_view, wanted_facets
from api.cli.options import AsJson, Config, DataDir, open_service
from index.errors import QueryError
from search.facet_types import (
    DEFAULT_VALUES,
    MAX_VALUES,
    DateStep,
    FacetName,
)
from search.parse import parse
from search.request import MAX_LIMIT, Duplicates, FusionMethod, Mode, Order, SearchRequest


def search(
    ctx: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            help="Words, a question, or a query: '\"exact phrase\"', '-without', 'source:gazette'."
        ),
    ],
    mode: Annotated[
        Mode, typer.Option(help="Words and meaning together, words only, or meaning only.")
    ] = Mode.HYBRID,
    lang: Annotated[
        list[str] | None, typer.Option(help="Only this language, such as 'de'; repeat for several.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source; repeat for several.")
    ] = None,
    section: Annotated[
        list[str] | None, typer.Option(help="Only this section; repeat for several.")
    ] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="Only by this author; repeat for several.")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(help="Only from this place; repeat for several.")
    ] = None,
    story: Annotated[
        list[str] | None, typer.Option(help="Only of this story, by its id; repeat for several.")
    ] = None,
    date_from: Annotated[
        str | None, typer.Option("--from", help="First date: 2024, 2024-06 or 2024-06-18.")
    ] = None,
    date_to: Annotated[
        str | None, typer.Option("--to", help="Last date, inclusive: 2024, 2024-06 or 2024-06-18.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="Hits per page.")] = 10,
    cursor: Annotated[
        str | None, typer.Option(help="Go on behind an earlier page, which printed this.")
    ] = None,
    sort: Annotated[Order, typer.Option(help="The best first, or the newest.")] = Order.RELEVANCE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each hit stands where it stands.")
    ] = False,
    fusion: Annotated[
        FusionMethod, typer.Option(help="How words and meaning become one score.")
    ] = FusionMethod.CONVEX,
    feedback: Annotated[
        bool,
        typer.Option("--feedback", help="Widen the query by words of its best articles (RM3)."),
    ] = False,
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="Copies of one text: one hit for all, each for itself, or only them."),
    ] = Duplicates.COLLAPSE,
    facets: Annotated[
        str | None,
        typer.Option(help=f"Count the hits by these, separated by commas: {', '.join(FacetName)}."),
    ] = None,
    facet_limit: Annotated[
        int, typer.Option(min=1, max=MAX_VALUES, help="Values per facet.")
    ] = DEFAULT_VALUES,
    by: Annotated[
        DateStep | None,
        typer.Option(help="Steps of the facet 'date'. (default: by the range)", show_default=False),
    ] = None,
    zoom: Annotated[
        bool, typer.Option("--zoom", help="Let the facet 'date' cover only --from to --to.")
    ] = False,
    normalise: Annotated[
        bool,
        typer.Option("--normalise", help="Compare each step of 'date' with the whole archive."),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Find articles by words, by meaning, or both.

    Exits with 0 if there are hits, 1 if there are none, 2 after an error.
    """
    request = SearchRequest(
        query=query,
        mode=mode,
        languages=tuple(lang or ()),
        sources=tuple(source or ()),
        sections=tuple(section or ()),
        authors=tuple(author or ()),
        places=tuple(place or ()),
        stories=tuple(story or ()),
        date_from=date_from,
        date_to=date_to,
        limit=limit,
        cursor=cursor,
        order=sort,
        explain=explain,
        fusion=fusion,
        feedback=feedback,
        duplicates=duplicates,
        facets=wanted_facets(facets, facet_limit, by, zooms=zoom, normalises=normalise),
    )
    meaning = "" if mode is Mode.KEYWORD else _meaning(query)
    page = open_service(ctx, data_dir, config, asked=meaning).search(request)
    if as_json:
        from api.schemas.wire import search_body

        show_json(search_body(page).to_json())
    else:
        for warning in page.warnings:
            tell(f"note: {warning.text}", style="yellow")
        if page.correction is not None:
            tell(f"did you mean: {one_line(page.correction)}", style="yellow")
        if page.hits:
            show(render.page_view(page))
        for facet in page.facets:
            show(facet_view(facet))
        tell(render.summary(page) if page.hits else "no hits")
    if not page.hits:
        raise typer.Exit(NO_HITS)


def _meaning(query: str) -> str:
    """The words of a query that will be encoded; none of one that cannot be read."""
    try:
        return parse(query, now=datetime.now(UTC), zone=ZoneInfo("UTC")).meaning
    except QueryError:
        return ""
