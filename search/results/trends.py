"""Compare queries over time on one scale: the same steps, the same filters, exact counts.

A query counts the articles that a search for it finds (`search.ranking.found`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from index.protocols import Snapshot
from index.query import Everything, Node, ParsedQuery
from index.selection import DateExtent
from search.facet_types import DateStep
from search.parse import render
from search.results.timeline import span_of, stretches
from search.stages import Stage, stage

MAX_QUERIES = 10
"""The largest number of queries per request."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One query: its articles in each step, and their `total`; `undated` articles have no date."""

    query: str
    read_as: str
    counts: tuple[int, ...]
    total: int
    undated: int


@dataclass(frozen=True, slots=True)
class Trends:
    """Several queries over the same steps.

    Step i goes from day `firsts[i]` to `lasts[i]`, inclusive. `volumes` are the archive's articles
    in each step under the same filters.
    """

    step: DateStep
    zone: str
    firsts: tuple[date, ...]
    lasts: tuple[date, ...]
    volumes: tuple[int, ...]
    trends: tuple[Trend, ...]

    @property
    def highest(self) -> int:
        """The largest count of any query in any step: the top of a common axis."""
        return max((count for trend in self.trends for count in trend.counts), default=0)

    @property
    def highest_share(self) -> float:
        """The same as a share of the archive's articles in the step."""
        shares = (share for trend in self.trends for share in self.shares(trend) if share)
        return max(shares, default=0.0)

    def shares(self, trend: Trend) -> list[float | None]:
        """Return a query's share of the archive's articles in each step; None if there are none."""
        return [
            count / volume if volume else None
            for count, volume in zip(trend.counts, self.volumes, strict=True)
        ]


def trends(
    snapshot: Snapshot,
    queries: Sequence[tuple[ParsedQuery, Node, Node | None]],
    step: DateStep | None,
    zone: ZoneInfo,
) -> Trends:
    """Count queries over the dates of all their articles. Raises FilterError.

    Each query has a node that matches all it finds, and its filters, which are the same for all. If
    no step is given, the range of dates decides.
    """
    typed = [one for one, _, _ in queries]
    with stage(Stage.WORDS):
        found = [snapshot.select(node).narrowed(limits) for _, node, limits in queries]
    extents = [selection.date_extent() for selection in found]
    span = span_of(_together(extents), zone)
    if span is None:
        empty = tuple(
            Trend(one.text, render(one.node), (), 0, extent.undated)
            for one, extent in zip(typed, extents, strict=True)
        )
        return Trends(step or DateStep.DAY, zone.key, (), (), (), empty)
    steps = stretches(*span, step, zone)
    series = []
    for one, selection, extent in zip(typed, found, extents, strict=True):
        counts = tuple(selection.count_dates(steps.bins).tolist())
        series.append(Trend(one.text, render(one.node), counts, sum(counts), extent.undated))
    archive = snapshot.select(Everything()).narrowed(queries[0][2])
    volumes = tuple(archive.count_dates(steps.bins).tolist())
    return Trends(steps.step, zone.key, steps.firsts, steps.lasts, volumes, tuple(series))


def _together(extents: Sequence[DateExtent]) -> DateExtent:
    instants = [at for extent in extents for at in extent.instants or ()]
    walls = [at for extent in extents for at in extent.walls or ()]
    return DateExtent(
        (min(instants), max(instants)) if instants else None,
        (min(walls), max(walls)) if walls else None,
        0,
    )
