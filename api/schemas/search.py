"""A page of search results as JSON."""

from datetime import UTC, datetime

from pydantic import Field

from api.schemas.body import Body
from api.schemas.facets import FacetBodies, facet_bodies
from api.schemas.hits import HitBody, hit_body
from search.request import AppliedRecency, Mode, Page, TotalRelation


class TotalBody(Body):
    """How many articles are found, copies included: exactly `value`, or at least `value`.

    `collapsed` of the ranked articles have no hit of their own, because a copy represents them.
    """

    value: int
    relation: TotalRelation
    collapsed: int


class WarningBody(Body):
    """How an ambiguous part of the query was read; `column` counts code points from 0."""

    message: str
    column: int


class RecencyBody(Body):
    """How age affected the scores: a half-life, and the time from which ages are counted."""

    half_life_days: float
    as_of: str


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
        description="The query probably intended, if a word is misspelt; it always finds something."
    )
    facets: FacetBodies = Field({}, description="The requested facets, by name.")
    recency: RecencyBody | None = Field(None, description="Null if age does not count.")


def search_body(page: Page) -> SearchBody:
    """Return a page as JSON."""
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
        recency=_recency(page.recency) if page.recency else None,
    )


def _recency(applied: AppliedRecency) -> RecencyBody:
    as_of = datetime.fromtimestamp(applied.as_of_s, UTC)
    return RecencyBody(
        half_life_days=applied.half_life_days,
        as_of=as_of.isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
