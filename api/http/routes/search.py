"""`GET` and `POST /v1/search`."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.conditional import has_edition
from api.http.routes.dependencies import NoParameters, TheRoom
from api.http.routes.examples import SEARCH_ANSWER, SEARCH_REQUESTS
from api.schemas.parameters import SearchParameters
from api.schemas.search import SearchBody, search_body

QueryParameters = Annotated[SearchParameters, Query()]

router = APIRouter(
    route_class=BodyRoute,
    prefix="/v1/search",
    tags=["search"],
    responses={
        200: {"content": {"application/json": {"example": SEARCH_ANSWER}}},
        **documented(400, 410, 503),
    },
)


@router.get("", summary="Search the archive", responses={304: {"description": "Not modified"}})
@has_edition
def get_search(parameters: QueryParameters, room: TheRoom) -> SearchBody:
    """Articles that answer a question or match a query, best first."""
    return search_body(room.search(parameters.to_request()))


@router.post(
    "",
    summary="Search the archive with a JSON body",
    dependencies=[NoParameters],
    responses=documented(408, 413),
)
def post_search(
    parameters: Annotated[SearchParameters, Body(openapi_examples=SEARCH_REQUESTS)],
    room: TheRoom,
) -> SearchBody:
    """The same search, with the parameters as a JSON object."""
    return search_body(room.search(parameters.to_request()))
