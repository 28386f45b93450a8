"""Trends as JSON."""

from api.schemas.body import Body
from search.facet_types import DateStep
from search.results.trends import Trends


class StepBody(Body):
    """A step from day `first` to day `last`, inclusive, with `archive` articles in it."""

    first: str
    last: str
    archive: int


class TrendBody(Body):
    """One query: its articles in each step, and their share of the archive if requested."""

    query: str
    read_as: str
    counts: list[int]
    shares: list[float | None] | None
    total: int
    undated: int


class TrendsBody(Body):
    """Queries on one scale.

    `highest` is the largest value of any query in any step; a share if `shares` were requested.
    """

    by: DateStep
    time_zone: str
    steps: list[StepBody]
    trends: list[TrendBody]
    highest: float


def trends_body(found: Trends, *, is_normalised: bool) -> TrendsBody:
    """Return trends as JSON."""
    return TrendsBody(
        by=found.step,
        time_zone=found.zone,
        steps=[
            StepBody(first=first.isoformat(), last=last.isoformat(), archive=volume)
            for first, last, volume in zip(found.firsts, found.lasts, found.volumes, strict=True)
        ],
        trends=[
            TrendBody(
                query=trend.query,
                read_as=trend.read_as,
                counts=list(trend.counts),
                shares=found.shares(trend) if is_normalised else None,
                total=trend.total,
                undated=trend.undated,
            )
            for trend in found.trends
        ],
        highest=found.highest_share if is_normalised else found.highest,
    )
