"""`/ask`: a question, answered by quotations, for people."""

from fastapi import APIRouter, Request, Response

from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import AskParameters
from api.web.asked import known
from api.web.asking import answer_view
from api.web.failures import PageRoute
from api.web.rendering import render, spoken

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ask")
def get_ask(request: Request, room: TheRoom) -> Response:
    """Show a form and, below it, the sentences that answer its question."""
    pairs = [(name, value.strip()) for name, value in request.query_params.multi_items()]
    asked = known(AskParameters, pairs, q="")
    view = None
    if asked.q:
        view = answer_view(room.ask(asked.to_request()), pairs, spoken(request))
    kept = [(name, value) for name, value in pairs if name not in ("q", "read_time") and value]
    context = {"here": "ask", "question": asked.q, "filters": kept, "answer": view}
    return render(request, "ask.html", context)
