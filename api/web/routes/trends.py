"""`/trends`: several queries over time on one scale, for people."""

from fastapi import APIRouter, Request, Response

from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import TrendParameters
from api.web.asked import known
from api.web.failures import PageRoute
from api.web.rendering import render, spoken
from api.web.trends import FIELDS, trends_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/trends")
def get_trends(request: Request, room: TheRoom) -> Response:
    """Show a form and, below it, the lines of its queries."""
    pairs = [(name, value.strip()) for name, value in request.query_params.multi_items()]
    queries = [value for name, value in pairs if name == "q" and value]
    view = None
    if queries:
        asked = known(TrendParameters, pairs)
        found = room.trends(asked.to_requests(), asked.by)
        words = spoken(request)
        view = trends_view(found, queries, is_normalised=asked.normalise, words=words)
    fields = queries + [""] * max(0, FIELDS - len(queries))
    context = {"here": "trends", "fields": fields, "trends": view}
    return render(request, "trends.html", context)
