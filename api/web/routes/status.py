"""`/status`: the contents of the archive and index, and the background jobs, for people."""

from fastapi import APIRouter, Request, Response

from api.http.access.gate import ANYBODY, Caller
from api.http.routes.dependencies import TheService
from api.stores.keys import Scope
from api.web.failures import PageRoute
from api.web.jobs import jobs_view
from api.web.rendering import render, spoken
from api.web.status import status_view, synonyms_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/status")
def get_status(request: Request, service: TheService) -> Response:
    """Show counts, the encoder, the learnt weights, the recall of vector search, and synonyms; jobs
    for those who may see them.
    """
    words = spoken(request)
    caller: Caller = getattr(request.state, "caller", ANYBODY)
    jobs = service.jobs.all() if Scope.WRITE in caller.scopes else []
    view = status_view(service.stats(), words)
    context = {
        "here": "status",
        "status": view,
        "jobs": jobs_view(jobs, words),
        "synonyms": synonyms_view(service.rooms.synonym_files.current(), words),
    }
    return render(request, "status.html", context)
