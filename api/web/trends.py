"""Trends as their page prints them: lines on one scale, a legend, the figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.web.interface import Interface
from api.web.timeline import percent, period
from search.results.trends import Trend, Trends

WIDTH = 720.0
HEIGHT = 260.0
HEADROOM = 8.0
"""Space above the highest point, so that its mark is not cut off."""

FIELDS = 5
"""How many queries the form has room for."""

_DASHES = ("", "9 4", "2 4", "12 4 2 4", "5 5")
"""Dash patterns tell lines apart without colour."""


@dataclass(frozen=True, slots=True)
class PointView:
    """One query in one step of time, and what was found there."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One query; `kind` is the CSS class that colours it."""

    kind: str
    dash: str
    query: str
    total: str
    address: str
    path: str
    points: tuple[PointView, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A step of time and the value of each query in it."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrendsView:
    """The chart. `rows` leave out steps in which nothing was found."""

    lines: tuple[LineView, ...]
    peak: str
    marks: tuple[str, ...]
    rows: tuple[RowView, ...]
    is_normalised: bool
    other_scale: str


def trends_view(
    found: Trends, queries: Sequence[str], *, is_normalised: bool, words: Interface
) -> TrendsView:
    """Return what the page prints."""
    top = found.highest_share if is_normalised else float(found.highest)
    labels = [period(first, found.step, words) for first in found.firsts]
    pairs = [("q", query) for query in queries]
    if not is_normalised:
        pairs.append(("normalise", "true"))
    heights = [_heights(found, trend, is_normalised) for trend in found.trends]
    return TrendsView(
        lines=tuple(
            _line(at, trend, [one / top if top else 0.0 for one in heights[at]], labels, words)
            for at, trend in enumerate(found.trends)
        ),
        peak=percent(top, words) if is_normalised else words.counted("timeline.most", int(top)),
        marks=(labels[0], labels[len(labels) // 2], labels[-1]) if labels else (),
        rows=_rows(heights, labels, is_normalised, words),
        is_normalised=is_normalised,
        other_scale=f"/trends?{urlencode(pairs)}",
    )


def _line(
    at: int, trend: Trend, shares: Sequence[float], labels: Sequence[str], words: Interface
) -> LineView:
    pitch = WIDTH / max(1, len(shares))
    points = tuple(
        PointView(
            round((place + 0.5) * pitch, 1),
            round(HEIGHT - (HEIGHT - HEADROOM) * share, 1),
            f"{trend.query}, {label}: {words.counted('results.total', count)}",
        )
        for place, (share, label, count) in enumerate(
            zip(shares, labels, trend.counts, strict=True)
        )
    )
    return LineView(
        kind=f"line{at % len(_DASHES)}",
        dash=_DASHES[at % len(_DASHES)],
        query=trend.query,
        total=words.counted("results.total", trend.total),
        address=f"/?{urlencode({'q': trend.query, 'mode': 'keyword'})}",
        path=" ".join(f"{point.x},{point.y}" for point in points),
        points=tuple(point for point, count in zip(points, trend.counts, strict=True) if count),
    )


def _heights(found: Trends, trend: Trend, is_normalised: bool) -> list[float]:
    if is_normalised:
        return [share or 0.0 for share in found.shares(trend)]
    return [float(count) for count in trend.counts]


def _rows(
    heights: Sequence[Sequence[float]],
    labels: Sequence[str],
    is_normalised: bool,
    words: Interface,
) -> tuple[RowView, ...]:
    rows = []
    for at, label in enumerate(labels):
        values = [column[at] for column in heights]
        if any(values):
            shown = (
                percent(value, words) if is_normalised else words.number(int(value))
                for value in values
            )
            rows.append(RowView(label, tuple(shown)))
    return tuple(rows)
