"""`GET /v1/stories` and `GET /v1/stories/{id}`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.problems import documented
from api.schemas.parameters import MAX_QUERY_CHARS, Text, Values
from api.schemas.stories import (
    STORIES_EXAMPLE,
    TOLD_STORY_EXAMPLE,
    StoriesBody,
    ToldStoryBody,
    stories_body,
    told_story_body,
)
from index.groups.domain import StoryOrder
from search.results.stories import (
    DEFAULT_STORIES,
    MAX_ARTICLES,
    MAX_STORIES,
    StoryRequest,
)

router = APIRouter(route_class=BodyRoute, prefix="/v1/stories", tags=["stories"])


class StoryParameters(BaseModel):
    """Which stories, in which order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: StoryOrder = Field(
        StoryOrder.RECENT, description="Those that went on last, or the largest, first."
    )
    lang: Values = Field([], description="Stories with an article in this language; repeatable.")
    date_from: Text | None = Field(
        None, alias="from", description="Stories that went on at this date or later."
    )
    date_to: Text | None = Field(
        None, alias="to", description="Stories that had begun by this date, inclusive."
    )
    limit: int = Field(DEFAULT_STORIES, ge=1, le=MAX_STORIES, description="Stories per page.")
    cursor: Text | None = Field(None, description="The `cursor` of the page before.")

    def to_request(self) -> StoryRequest:
        """The request that `search` understands."""
        return StoryRequest(
            order=self.order,
            languages=tuple(self.lang),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            cursor=self.cursor,
        )


class TimelineParameters(BaseModel):
    """Which articles of a story."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(0, ge=0, description="How many articles to leave out.")
    limit: int = Field(MAX_ARTICLES, ge=1, le=MAX_ARTICLES, description="The most articles.")


@router.get(
    "",
    summary="List stories",
    responses={
        200: {"content": {"application/json": {"example": STORIES_EXAMPLE}}},
        **documented(400, 503),
    },
)
def get_stories(parameters: Annotated[StoryParameters, Query()], room: TheRoom) -> StoriesBody:
    """Articles about one event over days, in any language, as stories."""
    return stories_body(room.stories.list(parameters.to_request()))


@router.get(
    "/{story_id}",
    summary="One story with its articles in time order",
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
    """The id of a story that was merged into another answers with the other."""
    return told_story_body(
        room.stories.get(story_id, offset=parameters.offset, limit=parameters.limit)
    )
