"""The values of `date:` in a zone, counted from a given moment."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.dates import dates
from index.errors import QueryError
from index.query import DateInterval
from search.parse import parse, render

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 3, 31, 15, 30, tzinfo=UTC)


def read(value: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> DateInterval:
    node = parse(f"date:{value}", now=now, zone=zone).node
    assert isinstance(node, DateInterval)
    return node


@pytest.mark.parametrize(
    ("value", "lower", "upper"),
    [
        ("2024", "2024", "2024"),
        ("2024-06", "2024-06", "2024-06"),
        ("2024-6-1", "2024-06-01", "2024-06-01"),
        ("20240601", "2024-06-01", "2024-06-01"),
        ("1.6.2024", "2024-06-01", "2024-06-01"),
        ("6.2024", "2024-06", "2024-06"),
        ("2024‑06‑01", "2024-06-01", "2024-06-01"),
        ("=2024", "2024", "2024"),
        ("2024-05..2024-06", "2024-05", "2024-06"),
        ("2024-05 .. 2024-06", "2024-05", "2024-06"),
        ("2024-05…2024-06", "2024-05", "2024-06"),
        ("2024-05–2024-06", "2024-05", "2024-06"),
        ('"2024-05..2024-06"', "2024-05", "2024-06"),
        ("..2024-06", None, "2024-06"),
        ("2024-06..", "2024-06", None),
        (">=2024-06", "2024-06", None),
        (">= 2024-06", "2024-06", None),
        ("≥2024-06", "2024-06", None),
        ("<=2024-06", None, "2024-06"),
        (">2024-06", "2024-07", None),
        ("<2024-06", None, "2024-05"),
        ("2024-06-18T05:10+09:00", "2024-06-18T05:10+09:00", "2024-06-18T05:10+09:00"),
        ("2024?", "2024", "2024"),
        ("today", "2024-03-31", "2024-03-31"),
        ("Gestern", "2024-03-30", "2024-03-30"),
        ("7d", "2024-03-24", "2024-03-31"),
        ("2W", "2024-03-17", "2024-03-31"),
        ("1m", "2024-02-29", "2024-03-31"),
        ("13m", "2023-02-28", "2024-03-31"),
        ("1y", "2023-03-31", "2024-03-31"),
        ("yesterday..today", "2024-03-30", "2024-03-31"),
        ("7d..", "2024-03-24", None),
    ],
)
def test_value(value: str, lower: str | None, upper: str | None) -> None:
    assert read(value) == dates.join(lower, upper, BERLIN)


@pytest.mark.parametrize(
    "value", ["0d", "0h", "99999y", "99999m", "32.01.2024", "2024-06..2024-05"]
)
def test_what_is_no_date(value: str) -> None:
    with pytest.raises(QueryError):
        read(value)


def test_hours_count_back_across_a_change_of_clocks() -> None:
    # Clocks in Berlin went from 02:00 to 03:00 on this day.
    interval = read("24h")
    assert interval.end_s == int(NOW.timestamp()) + 1
    assert interval.start_s == interval.end_s - 24 * 3600
    wall = (datetime(2024, 3, 30, 16, 30, 1), datetime(2024, 3, 31, 17, 30, 1))
    assert (interval.wall_start_s, interval.wall_end_s) == tuple(
        int(moment.replace(tzinfo=UTC).timestamp()) for moment in wall
    )


def test_today_is_today_in_the_zone() -> None:
    late = datetime(2024, 6, 18, 23, 0, tzinfo=UTC)
    assert read("today", late) == dates.interval("2024-06-19", BERLIN)
    new_york = ZoneInfo("America/New_York")
    assert read("today", late, new_york) == dates.interval("2024-06-18", new_york)


def test_a_naive_now_is_taken_in_the_zone() -> None:
    late = datetime(2024, 6, 18, 23, 0)
    assert read("today", late) == dates.interval("2024-06-18", BERLIN)


def test_the_field_without_a_colon() -> None:
    assert parse("date>=2024-06", now=NOW, zone=BERLIN).node == read(">=2024-06")


def test_groups_of_dates() -> None:
    parsed = parse("date:(2023 OR 2024-06-01..2024-06-03)", now=NOW, zone=BERLIN)
    assert render(parsed.node) == "date:(2023-01-01..2023-12-31 2024-06-01..2024-06-03)"


def test_the_ends_of_the_calendar() -> None:
    assert read("9999").wall_end_s == 253402300800
    assert render(read("9999-12-31")) == "date:9999-12-31"
    assert render(read("0001")) == "date:0001-01-01..0001-12-31"
