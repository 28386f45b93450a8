"""`/status`: what the archive and the index hold, for people."""

from fastapi import APIRouter, Request, Response

from api.routes.dependencies import TheService
from api.web.failures import PageRoute
from api.web.rendering import render, spoken
from api.web.status import status_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/status")
def get_status(request: Request, service: TheService) -> Response:
    """Counts, the encoder, what was learnt per language, and what search by meaning finds."""
    view = status_view(service.stats(), spoken(request))
    return render(request, "status.html", {"here": "status", "status": view})
