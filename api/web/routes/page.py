"""The pages for people: results at `/`, articles, the state of the index, help, and their files."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.exceptions import HTTPException

from api.http.access.rules import OPEN, needs
from api.http.routes.dependencies import TheRoom
from api.http.routes.syndicated import feed_links
from api.web import assets
from api.web.asking import ask_address
from api.web.failures import PageRoute, failure_page
from api.web.rendering import render, spoken
from api.web.state import PageState
from api.web.timeline import whole_day
from api.web.views import modes, orders, recencies, results_view
from index.errors import IndexMissing
from search.asking.kinds import AnswerKind, kind_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
def get_results(request: Request, room: TheRoom) -> Response:
    """Show what the query finds; without a query, the newest articles, or how to begin."""
    state = PageState.read(request.query_params.multi_items())
    words = spoken(request)
    page = room.search(state.to_request())
    if not page.hits and room.is_empty():
        return failure_page(request, IndexMissing("nothing has been indexed yet"), status=200)
    context = {
        "query": state.query,
        "kept": state.kept(),
        "state": state,
        "modes": modes(state, words),
        "orders": orders(state, words),
        "recencies": recencies(state, words),
        "dates_kept": [("q", state.query), *state.kept("from", "to")],
        "first_day": whole_day(state.parameters.date_from, is_last=False),
        "last_day": whole_day(state.parameters.date_to, is_last=True),
        "results": results_view(page, state, words),
        "asks": ask_address(state.query) if kind_of(state.query) is not AnswerKind.OTHER else None,
        "feeds": feed_links(state.pairs()) if state.query else (),
    }
    return render(request, "results.html", context)


@router.get("/help")
def get_help(request: Request) -> Response:
    """Show the query language and the keyboard shortcuts on one page."""
    return render(request, "help.html", {"here": "help"})


@router.get("/static/{name}")
@needs(OPEN)
def get_asset(name: Annotated[str, Path()]) -> Response:
    """Send a file of the page; its URL changes with its content."""
    asset = assets.by_address().get(f"/static/{name}")
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": assets.FOREVER}
    return Response(asset.content, media_type=asset.media_type, headers=headers)
