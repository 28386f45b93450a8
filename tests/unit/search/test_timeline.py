"""Which steps a timeline takes, and where they begin and end."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from index.dates.dates import interval, parse_date
from index.errors import FilterError
from index.selection import DateExtent
from search.facet_types import MAX_BINS, DateStep
from search.results.timeline import span_of, stretches, suitable_step

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [
        ("2024-06-18", "2024-06-18", DateStep.DAY),
        ("2024-01-01", "2024-03-31", DateStep.DAY),
        ("2024-01-01", "2024-12-31", DateStep.WEEK),
        ("2020-01-01", "2024-12-31", DateStep.MONTH),
        ("1990-01-01", "2024-12-31", DateStep.YEAR),
    ],
)
def test_the_range_decides_on_the_step(first: str, last: str, step: DateStep) -> None:
    assert suitable_step(date.fromisoformat(first), date.fromisoformat(last)) is step


@pytest.mark.parametrize("step", list(DateStep))
def test_stretches_are_those_of_date_filters(step: DateStep) -> None:
    first, last = date(2024, 2, 27), date(2024, 11, 3)  # both changes of the clocks lie between
    found = stretches(first, last, step, BERLIN)
    assert found.firsts[0] <= first
    assert found.lasts[-1] >= last
    for at, (begin, end) in enumerate(zip(found.firsts, found.lasts, strict=True)):
        start, stop = interval(begin.isoformat(), BERLIN), interval(end.isoformat(), BERLIN)
        assert found.bins.instants[at : at + 2].tolist() == [start.start_s, stop.end_s]
        assert found.bins.walls[at : at + 2].tolist() == [start.wall_start_s, stop.wall_end_s]


def test_weeks_begin_on_monday_and_years_on_the_first_of_january() -> None:
    day = date(2024, 6, 19)
    assert stretches(day, day, DateStep.WEEK, BERLIN).firsts == (date(2024, 6, 17),)
    assert stretches(day, day, DateStep.YEAR, BERLIN).lasts == (date(2024, 12, 31),)


def test_the_ends_of_the_calendar_have_stretches_too() -> None:
    for day in (date.min, date.max):
        for step in DateStep:
            assert len(stretches(day, day, step, BERLIN).bins) == 1


def test_too_many_steps_are_refused_where_they_were_asked_for() -> None:
    with pytest.raises(FilterError, match="more than 1000 days"):
        stretches(date(2000, 1, 1), date(2024, 1, 1), DateStep.DAY, BERLIN)
    found = stretches(date(1, 1, 1), date(2024, 1, 1), None, BERLIN)
    assert (len(found.firsts), found.firsts[-1]) == (MAX_BINS, date(2024, 1, 1))


def test_an_instant_falls_on_the_day_of_the_zone() -> None:
    late = parse_date("2024-06-18T23:30Z").start_s
    assert span_of(DateExtent((late, late), None, 0), BERLIN) == (date(2024, 6, 19),) * 2
    assert span_of(DateExtent(None, (late, late), 0), BERLIN) == (date(2024, 6, 18),) * 2
    assert span_of(DateExtent(None, None, 3), ZoneInfo("UTC")) is None
