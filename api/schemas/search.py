"""A page of search results as JSON."""

from pydantic import Field

from api.schemas.body import Body
from api.schemas.facets import FacetBodies, facet_bodies
from api.schemas.hits import HitBody, hit_body
from search.request import Mode, Page, TotalRelation


class TotalBody(Body):
    """How many articles match, copies included: exactly `value`, or at least so many.

    `collapsed` of those that were ranked have no hit of their own: a copy stands for them.
    """

    value: int
    relation: TotalRelation
    collapsed: int


class WarningBody(Body):
    """How a doubtful part of the query was read; `column` counts code points from 0."""

    message: str
    column: int


class SearchBody(Body):
    """A page of hits; `cursor` is null on the last page."""

    query: str
    read_as: str = Field(description="How the query was understood, in words.")
    mode: Mode
    hits: list[HitBody]
    total: TotalBody
    took_ms: float
    snapshot: str
    cursor: str | None
    warnings: list[WarningBody]
    correction: str | None = Field(
        description="The query as it was probably meant, if a word is misspelt; it finds something."
    )
    facets: FacetBodies = Field({}, description="The facets that were asked for, by name.")


def search_body(page: Page) -> SearchBody:
    """A page as it is sent and printed."""
    return SearchBody(
        query=page.query,
        read_as=page.query_read_as,
        mode=page.mode,
        hits=[hit_body(hit) for hit in page.hits],
        total=TotalBody(value=page.total, relation=page.total_relation, collapsed=page.collapsed),
        took_ms=round(page.took_ms, 3),
        snapshot=page.snapshot,
        cursor=page.cursor,
        warnings=[WarningBody(message=note.text, column=note.column) for note in page.warnings],
        correction=page.correction,
        facets=facet_bodies(page.facets),
    )
