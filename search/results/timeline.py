"""Divide time into days, weeks, months or years, with a step that suits the range.

Bounds are those of date filters (`index.dates.dates`), so clicking a bin finds as many articles as
it counts: days of the given zone for dates with a zone, local days for others.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from index.dates import dates
from index.errors import FilterError
from index.selection import DateBins, DateExtent
from search.facet_types import MAX_BINS, DateStep

_LONGEST_DAYS = {DateStep.DAY: 92, DateStep.WEEK: 2 * 366, DateStep.MONTH: 12 * 366}
"""The longest range, in days, shown with this step: some hundred bars at most."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Bins without gaps: bin i goes from day `firsts[i]` to day `lasts[i]`, inclusive."""

    step: DateStep
    firsts: tuple[date, ...]
    lasts: tuple[date, ...]
    bins: DateBins


def suitable_step(first: date, last: date) -> DateStep:
    """Return the finest step that does not make too many bins."""
    days = (last - first).days + 1
    for step, longest in _LONGEST_DAYS.items():
        if days <= longest:
            return step
    return DateStep.YEAR


def span_of(extent: DateExtent, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and last day of some dates, as seen in `zone`; None if there are none."""
    days = [dates.local_day(at_s, zone) for at_s in extent.instants or ()]
    days += [dates.local_day(at_s, UTC) for at_s in extent.walls or ()]
    return (min(days), max(days)) if days else None


@lru_cache(maxsize=64)
def stretches(first: date, last: date, step: DateStep | None, zone: ZoneInfo) -> Stretches:
    """Return complete bins from `first` to `last`.

    Without a step, the range decides, and at most the newest MAX_BINS bins are returned. Raises
    FilterError if a given step makes more.
    """
    chosen = step or suitable_step(first, last)
    firsts: list[date] = []
    begin: date | None = _begin(last, chosen)
    while begin is not None and len(firsts) <= MAX_BINS:
        firsts.append(begin)
        begin = _begin(begin - _DAY, chosen) if begin > first else None
    if len(firsts) > MAX_BINS:
        if step is not None:
            raise FilterError(
                f"from {first} to {last} there are more than {MAX_BINS} {step}s; choose a "
                "longer step or narrower dates"
            )
        firsts.pop()
    firsts.reverse()
    ends = [_end(begin, chosen) for begin in firsts]
    intervals = [dates.interval(begin.isoformat(), zone) for begin in firsts]
    final = dates.interval(ends[-1].isoformat(), zone)
    bins = DateBins(
        np.array([*(one.start_s for one in intervals), final.end_s], np.int64),
        np.array([*(one.wall_start_s for one in intervals), final.wall_end_s], np.int64),
    )
    return Stretches(chosen, tuple(firsts), tuple(ends), bins)


def _begin(day: date, step: DateStep) -> date:
    """Return the first day of the bin that contains a day."""
    match step:
        case DateStep.DAY:
            return day
        case DateStep.WEEK:
            return date.fromordinal(max(1, day.toordinal() - day.weekday()))
        case DateStep.MONTH:
            return day.replace(day=1)
        case DateStep.YEAR:
            return day.replace(month=1, day=1)


def _end(first: date, step: DateStep) -> date:
    """Return the last day of the bin that begins on a day."""
    match step:
        case DateStep.DAY:
            return first
        case DateStep.WEEK:
            return date.fromordinal(
                min(date.max.toordinal(), first.toordinal() + 6 - first.weekday())
            )
        case DateStep.MONTH:
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case DateStep.YEAR:
            return first.replace(month=12, day=31)
