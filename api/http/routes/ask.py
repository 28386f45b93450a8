"""`/v1/ask`: a question, answered by sentences of articles."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import NoParameters, TheRoom
from api.schemas.ask import AskBody, ask_body
from api.schemas.parameters import AskParameters

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/ask", tags=["search"], responses=documented(400, 503)
)


@router.get("", summary="Answer a question with quotations")
def get_ask(parameters: Annotated[AskParameters, Query()], room: TheRoom) -> AskBody:
    """Sentences of the best articles that answer the question, each word for word."""
    return ask_body(room.ask(parameters.to_request()))


@router.post(
    "",
    summary="Answer a question with quotations, with a JSON body",
    dependencies=[NoParameters],
    responses=documented(408, 413),
)
def post_ask(parameters: AskParameters, room: TheRoom) -> AskBody:
    """As `GET`, with the parameters as a JSON object."""
    return ask_body(room.ask(parameters.to_request()))
