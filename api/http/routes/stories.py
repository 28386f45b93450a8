"""`GET /v1/stories` and `GET /v1/stories/{id}`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import MAX_QUERY_CHARS, StoryParameters, TimelineParameters
from api.schemas.stories import (
    STORIES_EXAMPLE,
    TOLD_STORY_EXAMPLE,
    StoriesBody,
    ToldStoryBody,
    stories_body,
    told_story_body,
)

router = APIRouter(route_class=BodyRoute, prefix="/v1/stories", tags=["stories"])


@router.get(
    "",
    summary="List stories",
    responses={
        200: {"content": {"application/json": {"example": STORIES_EXAMPLE}}},
        **documented(400, 503),
    },
)
def get_stories(parameters: Annotated[StoryParameters, Query()], room: TheRoom) -> StoriesBody:
    """Stories: articles about one event over several days, in any language."""
    return stories_body(room.stories.list(parameters.to_request()))


@router.get(
    "/{story_id}",
    summary="Read a story with its articles in order of time",
    responses={
        200: {"content": {"application/json": {"example": TOLD_STORY_EXAMPLE}}},
        **documented(400, 404, 503),
    },
)
def get_story(
    story_id: Annotated[str, Path(max_length=MAX_QUERY_CHARS)],
    parameters: Annotated[TimelineParameters, Query()],
    room: TheRoom,
) -> ToldStoryBody:
    """The id of a story that was merged into another returns the other."""
    return told_story_body(
        room.stories.get(story_id, offset=parameters.offset, limit=parameters.limit)
    )
