"""`/stories` and `/stories/{id}`: stories, for people."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import StoryParameters
from api.web.asked import known
from api.web.failures import PageRoute
from api.web.rendering import render, spoken
from api.web.stories import story_list_view, told_story_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/stories")
def get_stories(request: Request, room: TheRoom) -> Response:
    """List the stories, most recently updated or largest first."""
    asked = known(StoryParameters, request.query_params.multi_items()).to_request()
    page = room.stories.list(asked)
    view = story_list_view(page, asked, room.zone, spoken(request))
    return render(request, "stories.html", {"here": "stories", "list": view})


@router.get("/stories/{story_id}")
def get_story(story_id: Annotated[str, Path()], request: Request, room: TheRoom) -> Response:
    """Show one story with its articles in order of time."""
    told = room.stories.get(story_id)
    view = told_story_view(told, room.zone, spoken(request))
    return render(request, "story.html", {"here": "stories", "told": view})
