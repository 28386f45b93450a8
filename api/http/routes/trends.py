"""`GET /v1/trends`: several queries over time."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.problems import documented
from api.schemas.parameters import Text, Values
from api.schemas.trends import TrendsBody, trends_body
from search.facet_types import DateStep
from search.request import SearchRequest
from search.results.trends import MAX_QUERIES

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/trends", tags=["search"], responses=documented(400, 503)
)


class TrendParameters(BaseModel):
    """Queries, and which articles to count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: list[Text] = Field(
        min_length=1,
        max_length=MAX_QUERIES,
        description="Queries; repeat for several. All bare words of a query must occur.",
        examples=[["ferry", "bridge"]],
    )
    by: DateStep | None = Field(
        None, description="`day`, `week`, `month` or `year`; without it the range decides."
    )
    lang: Values = Field([], description="Languages; repeat for several.")
    source: Values = Field([], description="Sources; repeat for several.")
    section: Values = Field([], description="Sections; repeat for several.")
    date_from: Text | None = Field(None, alias="from", description="First date.")
    date_to: Text | None = Field(None, alias="to", description="Last date, inclusive.")
    normalise: bool = Field(
        False, description="Also as a part of the archive's articles in each step."
    )

    def to_requests(self) -> list[SearchRequest]:
        """One request per query, with the same filters."""
        return [
            SearchRequest(
                query,
                languages=tuple(self.lang),
                sources=tuple(self.source),
                sections=tuple(self.section),
                date_from=self.date_from,
                date_to=self.date_to,
            )
            for query in self.q
        ]


@router.get("", summary="Count queries over time")
def get_trends(parameters: Annotated[TrendParameters, Query()], room: TheRoom) -> TrendsBody:
    """How many articles match each query in each step, all on one scale."""
    found = room.trends(parameters.to_requests(), parameters.by)
    return trends_body(found, is_normalised=parameters.normalise)
