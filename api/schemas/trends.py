"""The shape of trends in JSON, and how it is filled."""

from api.schemas.body import Body
from search.facet_types import DateStep
from search.results.trends import Trends


class StepBody(Body):
    """A step, from day `first` to day `last`, inclusive; `archive` articles lie in it."""

    first: str
    last: str
    archive: int


class TrendBody(Body):
    """One query: its articles in each step, and as a part of the archive's where asked for."""

    query: str
    read_as: str
    counts: list[int]
    shares: list[float | None] | None
    total: int
    undated: int


class TrendsBody(Body):
    """Queries on one scale: `highest` is the most of any query in any step, a share if `shares`
    were asked for."""

    by: DateStep
    time_zone: str
    steps: list[StepBody]
    trends: list[TrendBody]
    highest: float


def trends_body(found: Trends, *, is_normalised: bool) -> TrendsBody:
    """Trends as they are sent and printed."""
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
