"""The timeline above the results: bars to click, a range to select, and the same as a table.

Drawn in its own units and stretched to the available width; only selecting a range needs a script.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.web.interface import Interface
from api.web.state import PageState
from index.dates.dates import undotted
from search.facet_types import (
    DateBin,
    DateFacet,
    DateStep,
    Facet,
)

WIDTH = 720.0
HEIGHT = 64.0
_GAP_SHARE = 0.15
_LEAST_HEIGHT = 2.0
"""The least height of a bar that is not empty."""


@dataclass(frozen=True, slots=True)
class StretchView:
    """One bar: its position, its count, and a link to the results of its dates."""

    first: str
    last: str
    label: str
    count: str
    address: str
    left: float
    width: float
    bar_left: float
    bar_width: float
    top: float
    height: float
    is_selected: bool
    is_empty: bool


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The bars, the labels below them, and links to other timelines."""

    stretches: tuple[StretchView, ...]
    has_selection: bool
    marks: tuple[str, ...]
    peak: str
    note: str
    normalise: str
    is_normalised: bool
    zoom: str | None
    is_zoomed: bool


def timeline_view(
    facets: Sequence[Facet], state: PageState, words: Interface
) -> TimelineView | None:
    """Return the timeline; None if there is nothing to choose from."""
    found = next((facet for facet in facets if isinstance(facet, DateFacet)), None)
    if found is None or len(found.bins) < 2:
        return None
    is_normalised = state.parameters.normalise
    heights = [_height(one, is_normalised) for one in found.bins]
    top = max(heights)
    pitch = WIDTH / len(heights)
    stretches = tuple(
        _stretch(one, at * pitch, pitch, height / top if top else 0.0, found.step, state, words)
        for at, (one, height) in enumerate(zip(found.bins, heights, strict=True))
    )
    middle = stretches[len(stretches) // 2]
    peak = words.text("timeline.share", share=percent(top, words)) if is_normalised else ""
    has_selection = any(one.is_selected for one in found.bins)
    is_zoomed = state.parameters.zoom
    return TimelineView(
        stretches=stretches,
        has_selection=has_selection,
        marks=(stretches[0].label, middle.label, stretches[-1].label),
        peak=peak or words.counted("timeline.most", int(top)),
        note=_note(found, words),
        normalise=state.address(normalise=None if is_normalised else "true"),
        is_normalised=is_normalised,
        zoom=_zoom(state, is_zoomed, has_selection, found.step),
        is_zoomed=is_zoomed,
    )


def _zoom(state: PageState, is_zoomed: bool, has_selection: bool, step: DateStep) -> str | None:
    if is_zoomed:
        return state.address(zoom=None)
    return state.address(zoom="true") if has_selection and step is not DateStep.DAY else None


def _height(one: DateBin, is_normalised: bool) -> float:
    return (one.share or 0.0) if is_normalised else float(one.count)


def _stretch(
    one: DateBin,
    left: float,
    width: float,
    share: float,
    step: DateStep,
    state: PageState,
    words: Interface,
) -> StretchView:
    height = max(_LEAST_HEIGHT, HEIGHT * share) if one.count else 0.0
    first, last = one.first.isoformat(), one.last.isoformat()
    counted = words.counted("results.total", one.count)
    if state.parameters.normalise and one.share is not None:
        share_shown = words.text("timeline.share", share=percent(one.share, words))
        counted = f"{counted}, {share_shown}"
    return StretchView(
        first=first,
        last=last,
        label=period(one.first, step, words),
        count=counted,
        address=state.address(from_=first, to=last),
        left=round(left, 2),
        width=round(width, 2),
        bar_left=round(left + width * _GAP_SHARE / 2, 2),
        bar_width=round(width * (1 - _GAP_SHARE), 2),
        top=round(HEIGHT - height, 2),
        height=round(height, 2),
        is_selected=one.is_selected,
        is_empty=not one.count,
    )


def period(first: date, step: DateStep, words: Interface) -> str:
    """Return the name of a step of time."""
    moment = datetime(first.year, first.month, first.day)
    match step:
        case DateStep.DAY:
            return words.day(moment)
        case DateStep.WEEK:
            return words.text("date.week", day=words.day(moment))
        case DateStep.MONTH:
            return words.month(first.year, first.month)
        case DateStep.YEAR:
            return str(first.year)


def _note(facet: DateFacet, words: Interface) -> str:
    parts = []
    if facet.missing:
        parts.append(words.counted("timeline.undated", facet.missing))
    if facet.earlier:
        parts.append(words.counted("timeline.earlier", facet.earlier))
    return " · ".join(parts)


def percent(share: float, words: Interface) -> str:
    """Format a share for people."""
    return f"{words.decimal(100 * share, 0 if share >= 0.1 else 1)} %"


def whole_day(value: str | None, *, is_last: bool) -> str:
    """Return a date of any precision as a day for a date field; empty if that is impossible."""
    if not value:
        return ""
    parts = undotted(value)[:10].split("-")
    try:
        numbers = [int(part) for part in parts]
        year = numbers[0]
        month = numbers[1] if len(numbers) > 1 else (12 if is_last else 1)
        last = calendar.monthrange(year, month)[1] if is_last else 1
        day = numbers[2] if len(numbers) > 2 else last
        return date(year, month, day).isoformat()
    except (ValueError, IndexError, calendar.IllegalMonthError):
        return ""
